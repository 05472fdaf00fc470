package keyflow

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// array lists what is stored to the elements low to high of an array that is made in sight.
func (w *lister) array(o origin, low, high int64, use site, depth int) List {
	f := w.f
	writes, b := f.writesOf(o)
	l := List{size: at(max(high-low, 0))}
	var others []elemWrite
	slots := map[int64][]elemWrite{}
	for _, x := range writes {
		switch {
		case x.val != nil && x.index >= 0:
			slots[x.index] = append(slots[x.index], x)
		default:
			others = append(others, x)
		}
	}
	for i := low; i < high; i++ {
		slots[i] = f.lasting(slots[i], o, use)
		sure := 0
		for _, x := range slots[i] {
			if f.happened(x, o, use.in, use.fr) {
				sure++
			}
		}
		if sure == 0 && w.zeroCounts(o, others, use) {
			e := zeroElem(o)
			e.pos, e.Maybe = at(i-low), len(slots[i]) > 0
			l.Elems = append(l.Elems, e)
		}
		for _, x := range slots[i] {
			e := w.elem(x, &o, f.elemHint(x, o, i))
			e.pos, e.Maybe = at(i-low), sure == 0 || len(slots[i]) > 1
			l.Elems = append(l.Elems, e)
		}
	}
	for _, x := range others {
		w.loose(&l, x, &o, depth)
	}
	w.disturb(&l, b)
	return l
}

// lasting leaves out the writes that come later, and those that another one is certain to have written over.
func (f *Flow) lasting(ws []elemWrite, o origin, use site) []elemWrite {
	var out []elemWrite
	for _, x := range ws {
		over := func(y elemWrite) bool {
			return x.in != y.in && x.in.Parent() == y.in.Parent() && x.fr == y.fr && f.happened(y, o, use.in, use.fr) && !canReach(y.in, x.in)
		}
		if at, ok := f.standsFor(use.in, use.fr, x.fr); ok && at != x.in && !canReach(x.in, at) {
			continue // not yet
		}
		if !slices.ContainsFunc(ws, over) {
			out = append(out, x)
		}
	}
	return out
}

// zeroCounts reports that elements which nothing with a known index is stored to are empty: nothing else fills them all.
func (w *lister) zeroCounts(o origin, others []elemWrite, use site) bool {
	even, odd := false, false
	for _, x := range others {
		switch w.f.fills(x, o, use) {
		case allPlaces:
			return false
		case evenPlaces:
			even = true
		case oddPlaces:
			odd = true
		}
	}
	return !even || !odd
}

// made is a slice of which only the length is not known, or an array.
func (w *lister) made(r Ref, use site, depth int) List {
	o, ok := w.f.originOf(r.V, r.Fr, 0)
	if !ok {
		return openList("can't be followed")
	}
	if low, high, ok := o.bounds(); ok {
		return w.array(o, low, high, use, depth)
	}
	s, ok := o.v.(*ssa.MakeSlice)
	if !ok {
		return openList("can't be followed")
	}
	if c, ok := s.Len.(*ssa.Const); ok && c.Int64() == 0 {
		l := empty()
		w.disturb(&l, w.f.backingOf(s, o.fr))
		return l
	}
	b := w.f.backingOf(s, o.fr)
	l := List{}
	if w.zeroCounts(o, b.writes, use) {
		e := zeroElem(o)
		e.Maybe, e.pos = true, position{parity: true} // anywhere: where a key can be it counts
		l.Elems = append(l.Elems, e)
	}
	for _, x := range b.writes {
		w.loose(&l, x, &o, depth)
	}
	w.disturb(&l, b)
	return l
}

// elem is the element that a write puts there. The list outlives the rounds of the loops in which it is not made.
func (w *lister) elem(x elemWrite, o *origin, e Elem) Elem {
	e.V, e.Fr = x.val, x.fr
	e.Acc = w.f.loopsOf(x.in.Block(), x.fr)
	if o != nil {
		if made, ok := o.v.(ssa.Instruction); ok {
			e.Kept = extraLoops(e.Acc, w.f.loopsOf(made.Block(), o.fr))
		} else {
			e.Kept = e.Acc
		}
	}
	e.in = x.in
	return e
}

// elemHint is the expression of an element.
func (f *Flow) elemHint(x elemWrite, o origin, i int64) Elem {
	var e Elem
	if s, ok := x.in.(*ssa.Store); ok {
		e.Hint = f.storeHint(s)
	}
	if a, ok := o.v.(*ssa.Alloc); ok && e.Hint == nil && f.constructs(x, o) {
		if lit := f.lits[a.Pos()]; lit != nil && int(i) < len(lit.Elts) && f.elems[lit.Elts[i].Pos()] != nil {
			e.Hint = lit.Elts[i]
		}
	}
	return e
}

// loose adds a write of which the place in the list is not known.
func (w *lister) loose(l *List, x elemWrite, o *origin, depth int) {
	if x.in == nil || x.val == nil && x.from == nil {
		return
	}
	if x.val == nil {
		k := numberKey{x.from, x.fr}
		if w.busy[k] {
			return
		}
		w.busy[k] = true
		defer delete(w.busy, k)
		m := w.list(Ref{V: x.from, Fr: x.fr}, site{x.in, x.fr}, depth+1).within(w.f.loopsOf(x.in.Block(), x.fr))
		for _, e := range m.Elems {
			c, ok := w.copied(e.Ref, e.Acc, depth)
			if !ok {
				c.Elems = []Elem{e}
			}
			for _, e := range c.Elems {
				e.pos, e.Maybe = position{}, true
				if !ok {
					e.in = x.in
				}
				l.Elems = append(l.Elems, e)
			}
		}
		l.join(m)
		return
	}
	e := Elem{Maybe: true}
	if s, ok := x.in.(*ssa.Store); ok {
		e.Hint = w.f.storeHint(s)
	}
	e = w.elem(x, o, e)
	switch {
	case x.index >= 0:
		e.pos = at(x.index)
	case o != nil:
		e.pos = placeOf(x)
	}
	if m, ok := w.copied(e.Ref, e.Acc, depth); ok {
		for _, c := range m.Elems {
			c.pos = e.pos
			l.Elems = append(l.Elems, c)
		}
		return
	}
	l.Elems = append(l.Elems, e)
}

// disturb takes into account what else is done to the memory of a list.
func (w *lister) disturb(l *List, b *backing) {
	if b.escape != "" {
		l.open(b.escape)
	}
	if b.moved || b.removed {
		*l = l.unordered()
	}
}

// zeroElem is an element that nothing is stored to.
func zeroElem(o origin) Elem {
	v := zeroOf(o)
	if !isString(v.Type()) {
		v = ssa.NewConst(constant.MakeString(""), types.Typ[types.String])
	}
	return Elem{Ref: Ref{V: v, Fr: o.fr}}
}
