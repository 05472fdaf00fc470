package keyflow

import (
	"go/ast"
	"go/types"
	"slices"
	"sort"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// fieldKey is a struct field, the same across test variants and instances of generics.
type fieldKey struct {
	typ   string
	index int
}

func (k fieldKey) String() string { return k.typ + "." + strconv.Itoa(k.index) }

func fieldOf(t types.Type, i int) fieldKey {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		o := n.Origin().Obj()
		path := ""
		if o.Pkg() != nil {
			path = o.Pkg().Path()
		}
		return fieldKey{path + "." + o.Name(), i}
	}
	return fieldKey{t.String(), i}
}

func (f *Flow) indexStore(s *ssa.Store) {
	if fa, ok := s.Addr.(*ssa.FieldAddr); ok {
		k := fieldOf(fa.X.Type(), fa.Field)
		f.stores[k] = append(f.stores[k], s)
	}
}

// fresh reports a store that fills an object made in the same function (a constructor or a literal), once: a field that
// is assigned again, or anew in each round of a loop, changes while the object is in use.
func (f *Flow) fresh(s *ssa.Store) bool {
	fa, ok := s.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	x := fa.X
	for {
		in, ok := x.(*ssa.FieldAddr)
		if !ok {
			break
		}
		x = in.X
	}
	a, ok := x.(*ssa.Alloc)
	if !ok || !slices.Equal(f.loopHeaders(a.Block()), f.loopHeaders(s.Block())) {
		return false
	}
	n := 0
	for _, in := range *fa.X.Referrers() {
		if other, ok := in.(*ssa.FieldAddr); ok && other.Field == fa.Field {
			for _, r := range *other.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == ssa.Value(other) {
					n++
				}
			}
		}
	}
	return n == 1
}

// evalField is the text of a field: what constructors put there, with the holes of the constructor tied to the object.
func (f *Flow) evalField(base ssa.Value, index int, load ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	k := fieldOf(base.Type(), index)
	if ts, ok := f.localField(base, index, fr); ok {
		return ts
	}
	if ts, ok := f.rowField(base, index, fr); ok {
		return ts
	}
	stores := f.stores[k]
	if len(stores) == 0 || !f.stableField(k) {
		return f.openField(load, stores, fr, hint, f.sharedBase(base, fr, 0))
	}
	obj := f.baseNumber(base, fr)
	var out []key.Template
	for i, s := range dedupeStores(f, stores) {
		cfr := f.Root(s.Parent())
		for _, t := range f.eval(s.Val, cfr, f.storeHint(s)) {
			t = ofObject(t, obj, structField(base.Type(), index).Name(), hint, f.valueLoops(base, fr), f.sharedBase(base, fr, 0))
			if u, ok := withCond(t, "store:"+k.typ+"@"+obj, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, "store:"+k.typ+"@"+obj)
}

// openField is a field that more than its constructors may set: one hole, fixed when only fixed values were seen.
func (f *Flow) openField(load ssa.Value, stores []*ssa.Store, fr *Frame, hint ast.Expr, shared bool) []key.Template {
	h := f.leafHole(load, fr, hint)
	h.Open, h.Shared = true, shared
	for _, s := range stores {
		if c, ok := s.Val.(*ssa.Const); ok && c.Value != nil && isString(c.Type()) {
			h.Domain = append(h.Domain, constText(c))
		}
	}
	sort.Strings(h.Domain)
	return []key.Template{key.OfHole(h)}
}

// localField follows an object that was made in sight: a literal in this function or in the helper that returned it.
func (f *Flow) localField(base ssa.Value, index int, fr *Frame) ([]key.Template, bool) {
	obj, ok := f.object(Ref{V: base, Fr: fr}, 0)
	if !ok {
		return nil, false
	}
	a := obj.V.(*ssa.Alloc)
	k := fieldOf(a.Type(), index)
	var found *ssa.Store
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.FieldAddr:
			if in.Field != index {
				continue
			}
			for _, r := range *in.Referrers() {
				if s, ok := r.(*ssa.Store); ok && s.Addr == ssa.Value(in) {
					if found != nil {
						return nil, false
					}
					found = s
				}
			}
		case *ssa.Store:
			if in.Addr == ssa.Value(a) {
				return nil, false
			}
		case *ssa.MakeInterface:
			return nil, false // reflection may fill it
		case ssa.CallInstruction:
			if fn := in.Common().StaticCallee(); fn == nil || len(fn.Blocks) == 0 {
				return nil, false
			}
		}
	}
	if f.changedElsewhere(k) {
		return nil, false
	}
	if found == nil {
		return []key.Template{key.Literal("")}, isString(structField(a.Type(), index).Type())
	}
	return f.eval(found.Val, lexFrameOr(obj.Fr, found.Parent()), f.storeHint(found)), true
}

func (f *Flow) changedElsewhere(k fieldKey) bool {
	for _, s := range f.stores[k] {
		if !f.fresh(s) {
			return true
		}
	}
	return false
}

// ofObject ties the holes of a constructor to the object it made: the fields of one object that were set from one
// value stay equal, those of another object do not.
func ofObject(t key.Template, obj, name string, hint ast.Expr, loops []string, shared bool) key.Template {
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil {
			h := *p.Hole
			h.ID = "o(" + obj + "," + h.ID + ")"
			h.Loops, h.Shared = loops, shared || h.Shared
			if len(t.Parts) == 1 {
				h.Name = name
				if n := exprName(hint); n != "" {
					h.Name = n
				}
			}
			p.Hole = &h
		}
		parts[i] = p
	}
	t.Parts = parts
	t.Conds = prefixConds(t.Conds, obj)
	return t
}

func prefixConds(m map[string]string, obj string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out["o("+obj+","+k+")"] = v
	}
	return out
}

// dedupeStores drops the twins that test variants and instances make of one store.
func dedupeStores(f *Flow, stores []*ssa.Store) []*ssa.Store {
	seen := map[string]bool{}
	var out []*ssa.Store
	for _, s := range stores {
		p := f.Prog.Position(s.Pos())
		id := p.String()
		if len(s.Parent().TypeArgs()) > 0 {
			id += s.Parent().String()
		}
		if !p.IsValid() {
			id = f.valueKey(s.Val, f.Root(s.Parent()))
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, s)
		}
	}
	return out
}

func (f *Flow) storeHint(s *ssa.Store) ast.Expr {
	if e, ok := f.elems[s.Pos()]; ok {
		return e
	}
	return f.assigns[s.Pos()]
}
