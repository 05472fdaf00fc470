package luakeys

import (
	"slices"
	"strconv"
	"strings"
)

// String writes an expression as Lua does; what is not known stands in angle brackets:
// "job:" .. ARGV[1], KEYS[1] .. ":lease", <read from Redis (LPOP, line 3)>. An element of
// KEYS that is not one in particular is KEYS[?].
func (e Expr) String() string {
	if len(e.Parts) == 0 {
		return `""`
	}
	var b strings.Builder
	for i, p := range e.Parts {
		if i > 0 {
			b.WriteString(" .. ")
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// String writes one part, see Expr.String.
func (p Part) String() string {
	switch p.Kind {
	case Lit:
		return strconv.Quote(p.Text)
	case Keys:
		return "KEYS[" + p.index() + "]"
	case Argv:
		return "ARGV[" + p.index() + "]"
	}
	return "<" + p.Reason + ">"
}

func (p Part) index() string {
	if p.Index == 0 {
		return "?"
	}
	return strconv.Itoa(p.Index)
}

// Literal is the text of an expression that has nothing but literals.
func (e Expr) Literal() (string, bool) {
	if len(e.Parts) == 1 && e.Parts[0].Kind == Lit {
		return e.Parts[0].Text, true
	}
	var b strings.Builder
	for _, p := range e.Parts {
		if p.Kind != Lit {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return b.String(), true
}

// Declared tells whether an expression is an element of KEYS and nothing more.
func (e Expr) Declared() bool { return len(e.Parts) == 1 && e.Parts[0].Kind == Keys }

// String lists the alternatives of a key.
func (k Key) String() string { return alternatives(k.Alts) }

// String lists the alternatives of a word.
func (w Word) String() string { return alternatives(w.Alts) }

func alternatives(alts []Expr) string {
	texts := make([]string, len(alts))
	for i, e := range alts {
		texts[i] = e.String()
	}
	return strings.Join(texts, " or ")
}

// gap are the points before part i.
func (e Expr) gap(i int) []Point {
	if e.Gaps == nil {
		return nil
	}
	return e.Gaps[i]
}

// within is the expression with points around it.
func (e Expr) within(points [2][]Point) Expr {
	if points[0] == nil && points[1] == nil {
		return e
	}
	out := Expr{Parts: e.Parts, Gaps: make([][]Point, len(e.Parts)+1)}
	for i := range out.Gaps {
		out.Gaps[i] = slices.Clone(e.gap(i))
	}
	last := len(e.Parts)
	out.Gaps[0] = append(out.Gaps[0], points[0]...)
	out.Gaps[last] = append(out.Gaps[last], points[1]...)
	return out
}

// join is the text of both.
func (e Expr) join(f Expr) Expr {
	out := Expr{Parts: slices.Concat(e.Parts, f.Parts)}
	if e.Gaps == nil && f.Gaps == nil {
		return out
	}
	n := len(e.Parts)
	out.Gaps = make([][]Point, len(out.Parts)+1)
	for i := range out.Gaps {
		if i <= n {
			out.Gaps[i] = append(out.Gaps[i], e.gap(i)...)
		}
		if i >= n {
			out.Gaps[i] = append(out.Gaps[i], f.gap(i-n)...)
		}
	}
	return out
}
