package keyflow

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// Loose lists the texts that functions which build keys give at calls that did not lead to a Redis operation: a log
// line, a map index, a test's expectation. An edit inside such a function changes these, too.
func (f *Flow) Loose() []key.Template {
	var out []key.Template
	for _, fn := range f.Funcs { // in order
		if !f.inlined[fn] {
			continue
		}
		callers, _ := f.Callers(fn)
		for _, c := range callers {
			call, ok := c.Call.(*ssa.Call)
			if !ok || f.inlinedAt[call] {
				continue
			}
			texts := f.looseAt(fn, call, c.Fn)
			if !f.passes(fn, texts) {
				f.shared = append(f.shared, fn)
			}
			out = append(out, texts...)
		}
	}
	return out
}

// Look runs a function that evaluates values which are no keys of operations: what it sees does not make a function one
// that builds keys, nor an annotation one that is used.
func (f *Flow) Look(look func()) {
	inlined, at := maps.Clone(f.inlined), maps.Clone(f.inlinedAt)
	was := map[*note]note{}
	for _, n := range f.notes.all {
		was[n] = *n
	}
	look()
	f.inlined, f.inlinedAt = inlined, at
	for n, w := range was {
		*n = w
	}
}

// looseAt are the texts that a call of a function gives.
func (f *Flow) looseAt(fn *ssa.Function, call *ssa.Call, in *ssa.Function) []key.Template {
	var out []key.Template
	res := fn.Signature.Results()
	for i := range res.Len() {
		if textual(res.At(i).Type()) {
			out = append(out, f.evalCall(call, call, i, f.Root(in), f.callHint(call))...)
		}
	}
	return out
}

// passes reports that texts were made by a function, as far as they can be edited there; or that it makes none.
func (f *Flow) passes(fn *ssa.Function, texts []key.Template) bool {
	from, to := f.Prog.Position(fn.Pos()), f.Prog.Position(endOf(fn))
	found := len(texts) == 0
	for _, t := range texts {
		t.AllPoints(func(_ int, p key.Point) {
			found = found || p.File == from.File && from.Offset <= p.Offset && p.Offset <= to.Offset
		})
	}
	return found
}

func endOf(fn *ssa.Function) token.Pos {
	if n := fn.Syntax(); n != nil {
		return n.End()
	}
	return fn.Pos()
}

// Beside are texts that stand together: the two sides of a comparison, or, in tests, what is handed to another library (a
// fake server, a mock), with all alternatives.
type Beside struct {
	At    string // FILE:LINE
	Texts []key.Template
	Test  bool
}

// Beside lists the comparisons and arguments that keys may be in.
func (f *Flow) Beside() []Beside {
	var out []Beside
	for _, fn := range f.Funcs {
		file := f.Prog.File(fn.Pos())
		test := file != nil && file.Test
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.BinOp:
					if (in.Op == token.EQL || in.Op == token.NEQ) && isString(in.X.Type()) && !trivial(in.X) && !trivial(in.Y) {
						out = append(out, Beside{f.Prog.Position(in.Pos()).String(), f.compared(in), test})
					}
				case *ssa.Call:
					if test {
						for _, ts := range f.handedOver(in) {
							out = append(out, Beside{f.Prog.Position(in.Pos()).String(), ts, true})
						}
					}
				}
			}
		}
	}
	return out
}

// trivial values are compared everywhere, and are no keys.
func trivial(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && len(constText(c)) < 3
}

func (f *Flow) compared(in *ssa.BinOp) []key.Template {
	var hx, hy ast.Expr
	if e := f.binary[in.Pos()]; e != nil {
		hx, hy = e.X, e.Y
	} else {
		hy = f.cases[in.Pos()] // of a switch
	}
	fr := f.Root(in.Parent())
	return slices.Concat(f.eval(in.X, fr, hx), f.eval(in.Y, fr, hy))
}

// handedOver are the string arguments of a call of a library, those of the testing package aside.
func (f *Flow) handedOver(c *ssa.Call) [][]key.Template {
	name := calleeName(c.Common())
	fn := c.Call.StaticCallee()
	if c.Call.IsInvoke() || fn == nil || len(fn.Blocks) > 0 || strings.Contains(name, "testing.") || isGoRedis(name) ||
		strings.HasPrefix(name, "fmt.") || strings.HasPrefix(name, "log.") {
		return nil
	}
	var out [][]key.Template
	for i := range c.Call.Args {
		r := f.Arg(c, i, f.Root(c.Parent()))
		if r.V != nil && isString(r.V.Type()) {
			out = append(out, f.Eval(r))
		}
	}
	return out
}

func (f *Flow) callHint(c *ssa.Call) ast.Expr {
	if e := f.callExpr(c); e != nil {
		return e
	}
	return nil
}

func (f *Flow) indexCases(c *ast.CaseClause) {
	for _, e := range c.List {
		f.cases[e.Pos()] = e
	}
}
