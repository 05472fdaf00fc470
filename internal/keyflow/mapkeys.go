package keyflow

import (
	"go/ast"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// MapKeys lists the keys that are put into a map, each with the loops around it.
func (f *Flow) MapKeys(r Ref) List {
	o, ok := f.originOf(r.V, r.Fr, 0)
	m, isMap := o.v.(*ssa.MakeMap)
	if !ok || !isMap {
		return openList("are the keys of a map that can't be followed")
	}
	b := f.backingOf(m, o.fr)
	var l List
	around := f.loopsOf(m.Block(), o.fr)
	for _, x := range b.writes {
		if x.key == nil {
			l.open("are the keys of a map that can't be followed")
			continue
		}
		e := Elem{Ref: Ref{V: x.key, Fr: x.fr}, Acc: f.loopsOf(x.in.Block(), x.fr), Maybe: true}
		e.Kept = extraLoops(e.Acc, around)
		if u, ok := x.in.(*ssa.MapUpdate); ok {
			e.Hint = f.mapKeyHint(u)
		}
		l.Elems = append(l.Elems, e)
	}
	if b.escape != "" {
		l.open("are the keys of a map that " + b.escape)
	}
	return l
}

func (f *Flow) mapKeyHint(u *ssa.MapUpdate) ast.Expr {
	if k, ok := f.mapKeys[u.Pos()]; ok {
		return k
	}
	if ix := f.index[u.Pos()]; ix != nil {
		return ix.Index
	}
	return nil
}

// evalNext is the key or the value of the present round of a loop over a table: one of all, tied to the round.
func (f *Flow) evalNext(n *ssa.Next, self *ssa.Extract, fr *Frame, hint ast.Expr) []key.Template {
	rng, ok := n.Iter.(*ssa.Range)
	if !ok || n.IsString || self.Index == 0 || !isString(self.Type()) {
		return f.leaf(self, fr, hint)
	}
	o, ok := f.originOf(rng.X, fr, 0)
	if !ok {
		return f.leaf(self, fr, hint)
	}
	entries, constant, ok := f.entries(o)
	if !ok || !constant || len(entries) == 0 || len(entries) > maxRows {
		return f.leaf(self, fr, hint)
	}
	choice := "next:" + f.valueKey(n, fr)
	var out []key.Template
	for _, e := range entries {
		if f.writtenTwice(entries, e) || !f.happened(e.w, o, n, fr) {
			return f.leaf(self, fr, hint)
		}
		r := Ref{V: e.w.val, Fr: e.w.fr, Hint: f.elems[e.w.in.Pos()]}
		if self.Index == 1 {
			r = Ref{V: e.w.key, Fr: e.w.fr}
			if u, ok := e.w.in.(*ssa.MapUpdate); ok {
				r.Hint = f.mapKeyHint(u)
			}
		}
		for _, t := range f.Eval(r) {
			if u, ok := withCond(t, choice, e.key); ok {
				out = append(out, u)
			}
		}
	}
	return f.limit(mergeAll(out), self, fr, hint)
}

// evalIndex is an element of an array value.
func (f *Flow) evalIndex(v *ssa.Index, fr *Frame, hint ast.Expr) []key.Template {
	if u, ok := v.X.(*ssa.UnOp); ok && isArrayPointer(u.X.Type()) {
		if ts, ok := f.elementText(u.X, v.Index, u, fr); ok {
			return ts
		}
	}
	return f.leaf(v, fr, hint)
}

// mapValue resolves a map to where it is made.
func (f *Flow) mapValue(v ssa.Value, fr *Frame) (*ssa.MakeMap, *Frame, bool) {
	o, ok := f.originOf(v, fr, 0)
	m, isMap := o.v.(*ssa.MakeMap)
	return m, o.fr, ok && isMap
}

// mapUpdates lists what is put into a map; false when other code may put more.
func (f *Flow) mapUpdates(m *ssa.MakeMap, fr *Frame) ([]*ssa.MapUpdate, bool) {
	b := f.backingOf(m, fr)
	var out []*ssa.MapUpdate
	for _, w := range b.writes {
		u, ok := w.in.(*ssa.MapUpdate)
		if !ok || u.Parent() != m.Parent() {
			return nil, false
		}
		out = append(out, u)
	}
	return out, b.escape == ""
}
