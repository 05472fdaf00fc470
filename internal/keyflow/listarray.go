package keyflow

import (
	"go/constant"
	"go/token"
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
			e := w.zero(o)
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
	for _, x := range others {
		if w.f.fillsAll(x, o, use) {
			return false
		}
	}
	return true
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
	full := false
	for _, x := range b.writes {
		full = full || w.f.fillsAll(x, o, use)
	}
	if !full {
		e := w.zero(o)
		e.Maybe = true
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
		e.pos = parityOf(x)
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

// parityOf tells whether a write with an index like 2*i+1 is to an even place.
func parityOf(x elemWrite) position {
	s, ok := x.in.(*ssa.Store)
	if !ok {
		return position{}
	}
	ia, ok := s.Addr.(*ssa.IndexAddr)
	if !ok {
		return position{}
	}
	odd, index := false, ia.Index
	if add, ok := index.(*ssa.BinOp); ok && add.Op == token.ADD {
		if c, ok := add.Y.(*ssa.Const); ok {
			odd, index = c.Int64()%2 != 0, add.X
		}
	}
	if mul, ok := index.(*ssa.BinOp); ok && mul.Op == token.MUL {
		for _, v := range []ssa.Value{mul.X, mul.Y} {
			if c, ok := v.(*ssa.Const); ok && c.Int64()%2 == 0 {
				return position{parity: true, odd: odd}
			}
		}
	}
	return position{}
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

// zero is an element that nothing is stored to.
func (w *lister) zero(o origin) Elem {
	v := zeroOf(o)
	if !isString(v.Type()) {
		v = ssa.NewConst(constant.MakeString(""), types.Typ[types.String])
	}
	return Elem{Ref: Ref{V: v, Fr: o.fr}}
}

// fillsAll reports a write that leaves no element out: a copy of a list as long, or a store in each round of a loop
// that counts through the whole length.
func (f *Flow) fillsAll(x elemWrite, o origin, use site) bool {
	n := ""
	if s, ok := o.v.(*ssa.MakeSlice); ok {
		n = f.lengthID(s.Len, o.fr)
	} else if size, ok := o.size(); ok {
		if o.high >= 0 {
			size = min(size, o.high)
		}
		n = "c:" + ssa.NewConst(constant.MakeInt64(size), types.Typ[types.Int]).String()
	}
	if c, ok := x.in.(*ssa.Call); ok && x.from != nil && !x.rest {
		return "len("+f.valueID(x.from, x.fr)+")" == n && f.happened(x, o, use.in, use.fr) && c.Parent() != nil
	}
	s, ok := x.in.(*ssa.Store)
	if !ok {
		return false
	}
	ia, ok := s.Addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	header, count, ok := f.counts(ia.Index, x.fr)
	if !ok || count != n || !everyRound(f, header, s.Block()) {
		return false
	}
	return f.happened(elemWrite{in: header.Instrs[0], fr: x.fr}, o, use.in, use.fr)
}

// lengthID numbers a length: of one list, it is the same wherever it is asked for.
func (f *Flow) lengthID(v ssa.Value, fr *Frame) string {
	if c, ok := v.(*ssa.Call); ok {
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return "len(" + f.valueID(c.Call.Args[0], fr) + ")"
		}
	}
	return f.valueID(v, fr)
}

// counts finds the loop that an index counts through from 0, and up to what.
func (f *Flow) counts(index ssa.Value, fr *Frame) (header *ssa.BasicBlock, upTo string, ok bool) {
	phi, start := index, int64(0)
	if add, isAdd := index.(*ssa.BinOp); isAdd && add.Op == token.ADD {
		phi, start = add.X, -1 // range: i = phi(-1, i) + 1
	}
	p, isPhi := phi.(*ssa.Phi)
	if !isPhi || !isHeader(p.Block()) {
		return nil, "", false
	}
	header = p.Block()
	for i, e := range p.Edges {
		c, isConst := e.(*ssa.Const)
		switch {
		case !isBackEdge(header, i) && isConst && c.Value != nil && c.Int64() == start:
		case isBackEdge(header, i) && (start < 0 && e == index || start == 0 && nextOf(e, p)):
		default:
			return nil, "", false
		}
	}
	branch, isIf := header.Instrs[len(header.Instrs)-1].(*ssa.If)
	if !isIf {
		return nil, "", false
	}
	switch cond := branch.Cond.(type) {
	case *ssa.BinOp:
		if cond.Op == token.LSS && cond.X == index {
			return header, f.lengthID(cond.Y, fr), true
		}
	case *ssa.Extract: // for k := range m, with a counter of its own
		if n, ok := cond.Tuple.(*ssa.Next); ok && !n.IsString {
			return header, "len(" + f.valueID(n.Iter.(*ssa.Range).X, fr) + ")", true
		}
	}
	return nil, "", false
}

// nextOf reports v + 1.
func nextOf(e ssa.Value, v ssa.Value) bool {
	add, ok := e.(*ssa.BinOp)
	if !ok || add.Op != token.ADD || add.X != v {
		return false
	}
	c, ok := add.Y.(*ssa.Const)
	return ok && c.Value != nil && c.Int64() == 1
}

// everyRound reports a block that all rounds of a loop run, in a loop that is left only when it has counted to its end.
func everyRound(f *Flow, header, b *ssa.BasicBlock) bool {
	in := func(x *ssa.BasicBlock) bool {
		for _, h := range f.loopHeaders(x) {
			if h == header.Index {
				return true
			}
		}
		return false
	}
	if !in(b) {
		return false
	}
	for i, p := range header.Preds {
		if isBackEdge(header, i) && !b.Dominates(p) {
			return false
		}
	}
	for _, x := range header.Parent().Blocks {
		if x == header || !in(x) {
			continue
		}
		for _, s := range x.Succs {
			if _, leaves := s.Instrs[len(s.Instrs)-1].(*ssa.Return); !in(s) && !(leaves && len(s.Preds) == 1) {
				return false
			}
		}
	}
	return true
}
