package luakeys

import (
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// val is one alternative of what an expression may yield.
type val struct {
	kind   valKind
	expr   Expr              // vText
	table  *ast.TableExpr    // vTable
	owner  *variable         // vTable: the variable whose constructor it is, when known
	fn     *ast.FunctionExpr // vFunc
	frame  *frame            // vTable, vFunc: where it was made; owner's frame
	name   string            // vBuiltin: "redis.call"
	reason string            // vData
}

type valKind uint8

const (
	vNil     valKind = iota // nil, a boolean: never a word of a command
	vText                   // a string or number
	vKeys                   // the table KEYS
	vArgv                   // the table ARGV
	vTable                  // a table of the script
	vFunc                   // a function of the script
	vBuiltin                // a library or a function of one
	vData                   // anything
)

func data(reason string) []val { return []val{{kind: vData, reason: reason}} }

func text(parts ...Part) val { return val{kind: vText, expr: Expr{Parts: parts}} }

// constant is a text that stands nowhere in the source as such.
func constant(s string) val {
	if s == "" {
		return text()
	}
	return text(Part{Kind: Lit, Text: s, Offset: -1, End: -1})
}

// element is one element of KEYS or ARGV, or nil.
func element(kind valKind, index int) val {
	if kind == vKeys {
		return text(Part{Kind: Keys, Index: index})
	}
	return text(Part{Kind: Argv, Index: index})
}

// same compares alternatives, to list each once.
func (v val) same(w val) bool {
	return v.kind == w.kind && v.table == w.table && v.owner == w.owner && v.fn == w.fn &&
		v.frame == w.frame && v.name == w.name && v.reason == w.reason && v.expr.same(w.expr)
}

// same reports the same text from the same places.
func (e Expr) same(f Expr) bool {
	return slices.Equal(e.Parts, f.Parts) && slices.EqualFunc(e.Gaps, f.Gaps, slices.Equal[[]Point])
}

// numeral is the text that Lua makes of a number in the source, for whole numbers.
func numeral(s string) (string, bool) {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != float64(int64(f)) {
			return "", false
		}
		n = int64(f)
	} else if len(s) > 1 && s[0] == '0' && s[1] != 'x' && s[1] != 'X' {
		return "", false // Go reads octal and binary where Lua reads decimal
	}
	if n > 1e14 || n < -1e14 {
		return "", false // written with an exponent
	}
	return strconv.FormatInt(n, 10), true
}

// wholeNumber is the number that an alternative is, when it is one known number.
func (v val) wholeNumber() (int, bool) {
	if v.kind != vText || len(v.expr.Parts) != 1 || v.expr.Parts[0].Kind != Lit {
		return 0, false
	}
	n, err := strconv.Atoi(v.expr.Parts[0].Text)
	return n, err == nil
}

// texts are the alternatives as texts. What can't be a word of a command, or a part of a text, is left
// out: a script ends there with an error. So none is left where that is certain.
func (in *interp) texts(vals []val) []Expr {
	var out []Expr
	for _, v := range vals {
		switch v.kind {
		case vNil:
		case vText:
			out = append(out, v.expr)
		case vData:
			out = append(out, Expr{Parts: []Part{{Kind: Data, Reason: v.reason}}})
		case vBuiltin:
			out = append(out, Expr{Parts: []Part{{Kind: Data, Reason: v.name}}})
		case vFunc:
			out = append(out, Expr{Parts: []Part{{Kind: Data, Reason: "a function"}}})
		default:
			out = append(out, Expr{Parts: []Part{{Kind: Data, Reason: "a table"}}})
		}
	}
	return out
}

// add adds alternatives, each once. Where they are too many, one that is data stands for all, and
// functions among them are no longer followed.
func (in *interp) add(vals []val, more ...val) []val {
	out := vals[:len(vals):len(vals)]
next:
	for _, v := range more {
		for _, old := range out {
			if old.same(v) {
				continue next
			}
		}
		out = append(out, v)
	}
	if len(out) <= maxAlts {
		return out
	}
	in.escape(out, "more than "+strconv.Itoa(maxAlts)+" alternatives")
	return data("more than " + strconv.Itoa(maxAlts) + " alternatives")
}

// multi is a list of values, as arguments and results are.
type multi struct {
	vals  [][]val // those that are certain to be there, each a set of alternatives
	tail  []val   // any number may follow, each one of these; nil: none does
	whole valKind // vKeys, vArgv: the list is all elements of KEYS or ARGV in order
}

func one(vals []val) multi { return multi{vals: [][]val{vals}} }

// at is the i-th value of the list.
func (in *interp) at(m multi, i int) []val {
	switch {
	case i < len(m.vals):
		return m.vals[i]
	case m.whole != vNil:
		return []val{element(m.whole, i-len(m.vals)+1)}
	case m.tail != nil:
		return in.add(m.tail, val{kind: vNil})
	}
	return []val{{kind: vNil}}
}

// all are the alternatives of any value of the list.
func (in *interp) all(m multi) []val {
	var out []val
	for _, v := range m.vals {
		out = in.add(out, v...)
	}
	return in.add(out, m.tail...)
}

// merge is a list that may be either.
func (in *interp) merge(a, b multi) multi {
	if a.whole == b.whole && a.whole != vNil && len(a.vals) == len(b.vals) || a.whole == vNil && b.whole == vNil {
		n := min(len(a.vals), len(b.vals))
		out := multi{whole: a.whole}
		for i := range n {
			out.vals = append(out.vals, in.add(a.vals[i], b.vals[i]...))
		}
		for _, rest := range [][][]val{a.vals[n:], b.vals[n:], {a.tail}, {b.tail}} {
			for _, v := range rest {
				out.tail = in.add(out.tail, v...)
			}
		}
		return out
	}
	return multi{tail: in.add(in.all(a), in.all(b)...)}
}
