package keyflow

import (
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// places are the elements that a write fills in all rounds together.
type places int

const (
	somePlaces places = iota
	allPlaces
	evenPlaces
	oddPlaces
)

// fills tells whether a write leaves no element out: a copy of a list as long, or a store in each round of a loop that
// counts through the whole length (or through half of it, with the places 2*i and 2*i+1).
func (f *Flow) fills(x elemWrite, o origin, use site) places {
	if c, ok := x.in.(*ssa.Call); ok && x.from != nil && !x.rest && c.Parent() != nil {
		if f.lengthOf(o) == "len("+f.valueID(x.from, x.fr)+")" && f.happened(x, o, use.in, use.fr) {
			return allPlaces
		}
		return somePlaces
	}
	ia := elementOf(x)
	if ia == nil {
		return somePlaces
	}
	index, factor, add := linear(ia.Index)
	header, count, ok := f.counts(index, x.fr)
	if !ok || !f.everyRound(header, x.in.Block()) {
		index, factor, add = ia.Index, 1, 0
		header, count, ok = f.counts(index, x.fr)
		if !ok || !f.everyRound(header, x.in.Block()) {
			return somePlaces
		}
	}
	if !f.happened(elemWrite{in: header.Instrs[0], fr: x.fr}, o, use.in, use.fr) {
		return somePlaces
	}
	switch n := f.lengthOf(o); {
	case factor == 1 && add == 0 && count == n:
		return allPlaces
	case factor == 2 && add == 0 && "2*"+count == n:
		return evenPlaces
	case factor == 2 && add == 1 && "2*"+count == n:
		return oddPlaces
	}
	return somePlaces
}

// elementOf is the address of the element that a write stores to; nil when it is no such store.
func elementOf(x elemWrite) *ssa.IndexAddr {
	s, ok := x.in.(*ssa.Store)
	if !ok {
		return nil
	}
	ia, _ := s.Addr.(*ssa.IndexAddr)
	return ia
}

// linear takes an index like 2*i+1 apart.
func linear(v ssa.Value) (i ssa.Value, factor, add int64) {
	i, factor = v, 1
	if b, ok := i.(*ssa.BinOp); ok && b.Op == token.ADD {
		if c, ok := b.Y.(*ssa.Const); ok {
			i, add = b.X, c.Int64()
		}
	}
	if x, n, ok := scaled(i); ok {
		return x, n, add
	}
	return v, 1, 0
}

// scaled takes a product with a constant apart.
func scaled(v ssa.Value) (x ssa.Value, factor int64, ok bool) {
	b, isBin := v.(*ssa.BinOp)
	if !isBin || b.Op != token.MUL {
		return nil, 0, false
	}
	if c, ok := b.X.(*ssa.Const); ok {
		return b.Y, c.Int64(), true
	}
	if c, ok := b.Y.(*ssa.Const); ok {
		return b.X, c.Int64(), true
	}
	return nil, 0, false
}

// placeOf tells whether a write with an index like 2*i+1 is to an even place.
func placeOf(x elemWrite) position {
	ia := elementOf(x)
	if ia == nil {
		return position{}
	}
	_, factor, add := linear(ia.Index)
	if factor%2 != 0 {
		return position{}
	}
	return position{parity: true, odd: add%2 != 0}
}

// lengthOf numbers how long a slice or array is made.
func (f *Flow) lengthOf(o origin) string {
	if s, ok := o.v.(*ssa.MakeSlice); ok {
		return f.lengthID(s.Len, o.fr)
	}
	n, _ := o.size()
	if o.high >= 0 {
		n = min(n, o.high)
	}
	return f.valueID(ssa.NewConst(constant.MakeInt64(n), types.Typ[types.Int]), o.fr)
}

// lengthID numbers a length: of one list, it is the same wherever it is asked for.
func (f *Flow) lengthID(v ssa.Value, fr *Frame) string {
	if c, ok := v.(*ssa.Call); ok {
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return "len(" + f.valueID(c.Call.Args[0], fr) + ")"
		}
	}
	if x, n, ok := scaled(v); ok {
		return strconv.FormatInt(n, 10) + "*" + f.lengthID(x, fr)
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
func (f *Flow) everyRound(header, b *ssa.BasicBlock) bool {
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
