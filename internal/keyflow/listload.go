package keyflow

import "golang.org/x/tools/go/ssa"

// loadedList is a slice that lives in a variable, field or package variable.
func (f *Flow) loadedList(v *ssa.UnOp, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	switch a := v.X.(type) {
	case *ssa.Alloc:
		if s, ok := f.soleStore(a, r.Fr); ok {
			f.list(s, l, seen, depth+1)
			return
		}
		f.cellList(a, r, l, seen, depth)
		return
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, r.Fr); ok {
			f.cellList(al, Ref{V: al, Fr: afr}, l, seen, depth)
			return
		}
	case *ssa.Global:
		if f.constantGlobal(a) {
			s := f.globals[a].stores[0]
			f.list(Ref{V: s.Val, Fr: f.Root(s.Parent())}, l, seen, depth+1)
			return
		}
	case *ssa.FieldAddr:
		k := fieldOf(a.X.Type(), a.Field)
		st := dedupeStores(f, f.stores[k])
		if len(st) > 0 && f.stableField(k) {
			for _, s := range st {
				f.list(Ref{V: s.Val, Fr: f.Root(s.Parent()), Hint: f.storeHint(s)}, l, seen, depth+1)
			}
			return
		}
	}
	l.open("can't be followed to where it is filled")
}

// cellList joins all that is stored to a variable that closures share.
func (f *Flow) cellList(a *ssa.Alloc, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	if seen[a] {
		return
	}
	seen[a] = true
	stores, ok := f.cellStores(a)
	cfr := lexFrame(r.Fr, a.Parent())
	if !ok || cfr == nil {
		l.open("is a variable whose address is taken")
		return
	}
	for _, s := range stores {
		if s.Parent() != a.Parent() {
			l.open("is filled in a closure")
			continue
		}
		var one List
		f.list(Ref{V: s.Val, Fr: cfr, Hint: f.assigns[s.Pos()]}, &one, seen, depth+1)
		for _, e := range one.Elems {
			e.Maybe = e.Maybe || len(stores) > 1
			l.Elems = append(l.Elems, e)
		}
		if one.Open != "" {
			l.Found = one.Found && (l.Open == "" || l.Found)
			l.open(one.Open)
		}
	}
}
