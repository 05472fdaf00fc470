package keyflow

import (
	"go/ast"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// evalLookup is a look into a table from a kind to a prefix: all its values are alternatives, tied to the index.
func (f *Flow) evalLookup(v *ssa.Lookup, fr *Frame, hint ast.Expr) []key.Template {
	m, mfr, ok := f.mapValue(v.X, fr)
	if !ok || v.CommaOk {
		return f.leaf(v, fr, hint)
	}
	updates, ok := mapUpdates(m)
	if !ok || len(updates) == 0 || len(updates) > 8 {
		return f.leaf(v, fr, hint)
	}
	want := f.constOf(v.Index, fr, 0)
	choice := "lk:" + f.valueID(v.Index, fr)
	var out []key.Template
	for i, u := range updates {
		k, isConst := u.Key.(*ssa.Const)
		if want != nil && isConst && k.Value != nil && k.Value.ExactString() != want.ExactString() {
			continue
		}
		for _, t := range f.eval(u.Value, mfr, f.elems[u.Pos()]) {
			if w, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, w)
			}
		}
	}
	if len(out) == 0 {
		return f.leaf(v, fr, hint)
	}
	return merge(out, choice)
}

// mapValue resolves a map to where it was made.
func (f *Flow) mapValue(v ssa.Value, fr *Frame) (*ssa.MakeMap, *Frame, bool) {
	switch v := v.(type) {
	case *ssa.MakeMap:
		return v, fr, true
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return f.mapValue(r.V, r.Fr)
		}
	case *ssa.MakeInterface:
		return f.mapValue(v.X, fr)
	case *ssa.ChangeType:
		return f.mapValue(v.X, fr)
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok && f.constantGlobal(g) {
			s := f.globals[g].stores[0]
			m, ok := s.Val.(*ssa.MakeMap)
			return m, f.Root(s.Parent()), ok
		}
		if a, ok := v.X.(*ssa.Alloc); ok {
			if s, ok := f.soleStore(a, fr); ok {
				return f.mapValue(s.V, s.Fr)
			}
		}
	}
	return nil, nil, false
}

// mapUpdates lists what is put into a map; false when other code may put more.
func mapUpdates(m *ssa.MakeMap) ([]*ssa.MapUpdate, bool) {
	var out []*ssa.MapUpdate
	for _, in := range *m.Referrers() {
		if u, ok := in.(*ssa.MapUpdate); ok && u.Map == ssa.Value(m) {
			out = append(out, u)
		}
	}
	return out, true
}

// MapKeys lists the keys that are put into a map, each with the loops around it.
func (f *Flow) MapKeys(r Ref) ([]Elem, bool) {
	m, fr, ok := f.mapValue(r.V, r.Fr)
	if !ok {
		return nil, false
	}
	updates, ok := mapUpdates(m)
	var out []Elem
	for _, u := range updates {
		e := Elem{Ref: Ref{V: u.Key, Fr: fr}, Acc: f.loopsOf(u.Block(), fr)}
		if kv := f.mapKeyHint(u); kv != nil {
			e.Hint = kv
		}
		out = append(out, e)
	}
	return out, ok
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
