package keyflow

import "golang.org/x/tools/go/ssa"

// loaded is a slice that lives in a variable, field or package variable.
func (w *lister) loaded(v *ssa.UnOp, r Ref, depth int) List {
	f := w.f
	switch a := v.X.(type) {
	case *ssa.Alloc:
		if s, ok := f.soleStore(a, r.Fr); ok {
			return w.list(s, site{v, r.Fr}, depth+1)
		}
		return w.cell(a, r, depth)
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, r.Fr); ok {
			if s, ok := f.soleStore(al, afr); ok {
				return w.list(s, site{v, r.Fr}, depth+1)
			}
			return w.cell(al, Ref{V: al, Fr: afr}, depth)
		}
	case *ssa.Global:
		if f.constantGlobal(a) {
			s := f.globals[a].stores[0]
			return w.list(Ref{V: s.Val, Fr: f.Root(s.Parent())}, site{v, r.Fr}, depth+1)
		}
	case *ssa.FieldAddr:
		k := fieldOf(a.X.Type(), a.Field)
		st := dedupeStores(f, f.stores[k])
		if w.fields[k] { // else each store that copies the field lists all of them again
			return openList("is filled from itself")
		}
		if len(st) > 0 && f.stableField(k) {
			w.fields[k] = true
			defer delete(w.fields, k)
			out := List{looped: true}
			for _, s := range st {
				out.merge(w.list(Ref{V: s.Val, Fr: f.Root(s.Parent()), Hint: f.storeHint(s)}, site{v, r.Fr}, depth+1))
			}
			return out
		}
	}
	return openList("can't be followed to where it is filled")
}

// cell joins all that is stored to a variable that closures share.
func (w *lister) cell(a *ssa.Alloc, r Ref, depth int) List {
	f := w.f
	k := numberKey{a, r.Fr}
	if w.seen[k] != nil {
		return List{}
	}
	w.seen[k] = &assumption{}
	defer delete(w.seen, k)
	stores, ok := f.cellStores(a)
	cfr := lexFrame(r.Fr, a.Parent())
	if !ok || cfr == nil {
		return openList("is a variable whose address is taken")
	}
	out := List{looped: true}
	around := f.loopsOf(a.Block(), cfr)
	for _, s := range stores {
		if s.Parent() != a.Parent() {
			out.open("is filled in a closure")
			continue
		}
		for _, l := range extraLoops(f.loopsOf(s.Block(), cfr), around) {
			w.loops[l] = true
		}
		out.merge(w.list(Ref{V: s.Val, Fr: cfr, Hint: f.assigns[s.Pos()]}, site{s, cfr}, depth+1))
	}
	if len(stores) > 1 {
		out.size = position{}
		for i := range out.Elems {
			out.Elems[i].pos = position{}
		}
	}
	return out
}
