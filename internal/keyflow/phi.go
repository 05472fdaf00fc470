package keyflow

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

func (f *Flow) evalPhi(v *ssa.Phi, fr *Frame, hint ast.Expr) []key.Template {
	b := v.Block()
	if fr.round != nil && fr.round.acc == v {
		return fr.round.text
	}
	for i := range v.Edges {
		if isBackEdge(b, i) && v.Edges[i] != ssa.Value(v) {
			return f.loopPhi(v, fr, hint)
		}
	}
	return f.joined(v, fr, hint, func(int) bool { return true })
}

// joined is what the ways into a block bring, of those that are asked for.
func (f *Flow) joined(v *ssa.Phi, fr *Frame, hint ast.Expr, want func(edge int) bool) []key.Template {
	b := v.Block()
	choice := phiChoice(b, fr)
	var out []key.Template
	n := 0
	for i, e := range v.Edges {
		if !want(i) || !f.liveEdge(b.Preds[i], b, fr) {
			continue
		}
		n++
		for _, t := range f.notEmpty(v, i, f.eval(e, fr, hint)) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	if n == 1 {
		return withoutCond(out, choice)
	}
	return merge(out, choice)
}

// notEmpty drops the empty text from a way into a phi that is only taken when the value is not empty.
func (f *Flow) notEmpty(v *ssa.Phi, edge int, ts []key.Template) []key.Template {
	p := v.Block().Preds[edge]
	br, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || !testsEmpty(br.Cond, v.Edges[edge], p.Succs[0] == v.Block()) {
		return ts
	}
	return withoutEmpty(ts)
}

// testsEmpty reports that a condition with this outcome says that the value is not the empty string.
func testsEmpty(cond, v ssa.Value, outcome bool) bool {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	c, ok := b.Y.(*ssa.Const)
	if !ok || b.X != v || c.Value == nil || constText(c) != "" || !isString(c.Type()) {
		return false
	}
	return b.Op == token.NEQ && outcome || b.Op == token.EQL && !outcome
}

func withoutEmpty(ts []key.Template) []key.Template {
	out := slices.DeleteFunc(slices.Clone(ts), func(t key.Template) bool { return t.Len() == 0 })
	if len(out) == 0 {
		return ts
	}
	return out
}

func lexFrameOr(fr *Frame, fn *ssa.Function) *Frame {
	if l := lexFrame(fr, fn); l != nil {
		return l
	}
	return fr
}

// loopPhi is a variable that a loop changes: one value in each round, another in the next. Of text that only grows at
// its end what it starts with is known, of text that only grows at its start what it ends with.
func (f *Flow) loopPhi(v *ssa.Phi, fr *Frame, hint ast.Expr) []key.Template {
	if !isString(v.Type()) || !f.adds(v) {
		return f.leaf(v, fr, hint)
	}
	h := f.leafHole(v, fr, hint)
	h.Class, h.Reason = key.Unknown, "is put together in a loop"
	rest := []key.Template{key.OfHole(h)}
	first := func() []key.Template {
		return f.joined(v, fr, nil, func(i int) bool { return !isBackEdge(v.Block(), i) })
	}
	switch {
	case f.grows(v, atEnd):
		if ts, ok := f.unroll(v, fr); ok {
			return ts
		}
		return product(first(), rest)
	case f.grows(v, atStart):
		return product(rest, first())
	}
	return rest
}

// adds reports that text is put to the variable, at whichever end: it is made of values of several rounds.
func (f *Flow) adds(v *ssa.Phi) bool {
	for i, e := range v.Edges {
		if b, ok := e.(*ssa.BinOp); ok && isBackEdge(v.Block(), i) && b.Op == token.ADD {
			return true
		}
	}
	return f.grows(v, atEnd) || f.grows(v, atStart)
}

type textEnd int

const (
	atEnd textEnd = iota
	atStart
)

// grows reports that each round leaves the variable as it is or puts text to one end of it.
func (f *Flow) grows(v *ssa.Phi, end textEnd) bool {
	grown := map[ssa.Value]bool{v: true}
	some := false
	var is func(x ssa.Value) bool
	is = func(x ssa.Value) bool {
		if grown[x] {
			return true
		}
		switch x := x.(type) {
		case *ssa.BinOp:
			if x.Op != token.ADD {
				return false
			}
			some = true
			if end == atEnd {
				return is(x.X)
			}
			return is(x.Y)
		case *ssa.Phi:
			if !v.Block().Dominates(x.Block()) {
				return false
			}
			grown[x] = true // a loop in the loop: by its other edges
			if !slices.ContainsFunc(x.Edges, func(e ssa.Value) bool { return !is(e) }) {
				return true
			}
			delete(grown, x)
		}
		return false
	}
	for i, e := range v.Edges {
		if isBackEdge(v.Block(), i) && !is(e) {
			return false
		}
	}
	return some
}
