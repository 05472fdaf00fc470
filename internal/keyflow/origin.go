package keyflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// origin is where the memory of a slice, array or map is made, and which part of it a value shows.
type origin struct {
	v    ssa.Value // *ssa.Alloc of an array, *ssa.MakeSlice, *ssa.MakeMap, *ssa.Global that is an array
	fr   *Frame
	low  int64 // the first element that is shown
	high int64 // the end of what is shown; -1 for all, -2 where it is not known
	// until is where an array was copied; nil when it is the array itself that is shown.
	until ssa.Instruction
}

// originOf resolves a slice, map, or the address of an array to where it is made, if that is one place.
func (f *Flow) originOf(v ssa.Value, fr *Frame, depth int) (origin, bool) {
	none := origin{}
	if depth > 2*maxDepth {
		return none, false
	}
	on := func(r Ref) (origin, bool) { return f.originOf(r.V, r.Fr, depth+1) }
	switch v := v.(type) {
	case *ssa.Alloc:
		if !isArrayPointer(v.Type()) {
			return none, false
		}
		if src, at, ok := f.arrayCopy(v); ok {
			o, ok := on(Ref{V: src, Fr: fr})
			if o.until == nil {
				o.until = at
			}
			return o, ok
		}
		return origin{v: v, fr: lexFrameOr(fr, v.Parent()), high: -1}, true
	case *ssa.MakeSlice, *ssa.MakeMap:
		return origin{v: v, fr: fr, high: -1}, true
	case *ssa.Global:
		if !isArrayPointer(v.Type()) {
			return none, false
		}
		if src, at, ok := f.wholeCopy(v, fr); ok {
			o, ok := on(Ref{V: src, Fr: f.Root(at.Parent())})
			o.until = at
			return o, ok && isInitializer(at.Parent())
		}
		return origin{v: v, fr: fr, high: -1}, true
	case *ssa.Slice:
		o, ok := on(Ref{V: v.X, Fr: fr})
		return o.part(v), ok
	case *ssa.ChangeType:
		return on(Ref{V: v.X, Fr: fr})
	case *ssa.MakeInterface:
		return on(Ref{V: v.X, Fr: fr})
	case *ssa.TypeAssert:
		return on(Ref{V: v.X, Fr: fr})
	case *ssa.Parameter:
		if a, ok := f.argument(v, fr); ok {
			return on(a)
		}
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(v, fr); ok {
			return on(Ref{V: al, Fr: afr})
		}
	case *ssa.Call:
		return f.returnedOrigin(v, 0, fr, depth)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return f.returnedOrigin(c, v.Index, fr, depth)
		}
	case *ssa.UnOp:
		if r, ok := f.heldIn(v, fr); ok {
			return on(r)
		}
	}
	return none, false
}

// part narrows what is shown by a slice expression.
func (o origin) part(s *ssa.Slice) origin {
	low, high := int64(0), int64(-1)
	if c, ok := s.High.(*ssa.Const); ok {
		high = o.low + c.Int64()
	} else if s.High != nil {
		high = -2
	}
	if c, ok := s.Low.(*ssa.Const); ok {
		low = c.Int64()
	} else if s.Low != nil {
		o.low, o.high = 0, -2
		return o
	}
	o.low += low
	if s.High != nil {
		o.high = high
	}
	return o
}

// size is the number of elements of an array.
func (o origin) size() (int64, bool) {
	if !isArrayPointer(o.v.Type()) {
		return 0, false
	}
	return o.v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len(), true
}

// bounds are the elements that are shown.
func (o origin) bounds() (low, high int64, ok bool) {
	n, ok := o.size()
	switch {
	case !ok || o.high == -2:
		return 0, 0, false
	case o.high >= 0:
		n = min(n, o.high)
	}
	return o.low, n, o.low <= n
}

// heldIn is the one value that the variable, package variable or field of a load holds.
func (f *Flow) heldIn(v *ssa.UnOp, fr *Frame) (Ref, bool) {
	switch a := v.X.(type) {
	case *ssa.Alloc:
		return f.soleStore(a, fr)
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			return f.soleStore(al, afr)
		}
	case *ssa.Global:
		if f.constantGlobal(a) {
			s := f.globals[a].stores[0]
			return Ref{V: s.Val, Fr: f.Root(s.Parent())}, true
		}
	case *ssa.FieldAddr:
		k := fieldOf(a.X.Type(), a.Field)
		if st := dedupeStores(f, f.stores[k]); len(st) == 1 && f.stableField(k) {
			return Ref{V: st[0].Val, Fr: f.Root(st[0].Parent())}, true
		}
	}
	return Ref{}, false
}

// arrayCopy is the address of the array that a local array is a copy of, when the copy is not changed, and the
// instruction that made the copy.
func (f *Flow) arrayCopy(a *ssa.Alloc) (ssa.Value, ssa.Instruction, bool) {
	whole := false
	for _, in := range *a.Referrers() {
		s, ok := in.(*ssa.Store)
		whole = whole || ok && s.Addr == ssa.Value(a)
	}
	if !whole {
		return nil, nil, false
	}
	return f.wholeCopy(a, f.Root(a.Parent()))
}

// wholeCopy is the address of the array that is stored to an array as a whole, when nothing else is.
func (f *Flow) wholeCopy(a ssa.Value, fr *Frame) (ssa.Value, ssa.Instruction, bool) {
	b := f.backingOf(a, fr)
	if !b.settled() || len(b.writes) != 1 || b.writes[0].from == nil {
		return nil, nil, false
	}
	u, ok := b.writes[0].from.(*ssa.UnOp)
	if !ok || !isArrayPointer(u.X.Type()) {
		return nil, nil, false
	}
	return u.X, u, true
}

// writesOf lists what is written to the memory of an origin, without what is written only after it was copied.
func (f *Flow) writesOf(o origin) ([]elemWrite, *backing) {
	b := f.backingOf(o.v, o.fr)
	if o.until == nil {
		return b.writes, b
	}
	var out []elemWrite
	for _, w := range b.writes {
		if w.in.Parent() != o.until.Parent() || canReach(w.in, o.until) {
			out = append(out, w)
		}
	}
	return out, b
}

// canReach reports that b may run after a.
func canReach(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() && before(a, b) {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{}
	stack := append([]*ssa.BasicBlock(nil), a.Block().Succs...)
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x == b.Block() {
			return true
		}
		if !seen[x] {
			seen[x] = true
			stack = append(stack, x.Succs...)
		}
	}
	return false
}

// returnedOrigin is the origin of a result of a function of the target, if all its returns give the same.
func (f *Flow) returnedOrigin(c *ssa.Call, idx int, fr *Frame, depth int) (origin, bool) {
	ts, closed := f.targets(c.Common(), fr)
	if !closed || len(ts) != 1 || len(ts[0].fn.Blocks) == 0 || fr.within(ts[0].fn) || fr.depth >= maxDepth {
		return origin{}, false
	}
	in := f.enter(ts[0], c, fr)
	live := f.reachable(in)
	var found origin
	for _, ret := range returns(ts[0].fn) {
		if idx >= len(ret.Results) || live != nil && !live[ret.Block().Index] {
			continue
		}
		o, ok := f.originOf(ret.Results[idx], in, depth+1)
		if !ok || found.v != nil && found != o {
			return origin{}, false
		}
		found = o
	}
	return found, found.v != nil
}

// happened reports a write that is certain to be done before an instruction in frame fr.
func (f *Flow) happened(w elemWrite, o origin, at ssa.Instruction, fr *Frame) bool {
	if isInitializer(w.in.Parent()) || f.constructs(w, o) {
		return true
	}
	if o.until != nil && w.in.Parent() == o.until.Parent() {
		at, fr = o.until, w.fr
	}
	if at == nil {
		return false
	}
	in := w.in
	for d := w.fr; d != nil; d = d.Parent { // the write, and the calls that lead to it
		if at, ok := f.standsFor(at, fr, d); ok {
			return in.Block() == at.Block() && before(in, at) && in != at || in.Block() != at.Block() && in.Block().Dominates(at.Block())
		}
		if d.Call == nil || !alwaysRuns(in) {
			return false
		}
		in = d.Call
	}
	return false
}

// alwaysRuns reports an instruction that each call of its function runs.
func alwaysRuns(in ssa.Instruction) bool {
	for _, ret := range returns(in.Parent()) {
		if !in.Block().Dominates(ret.Block()) {
			return false
		}
	}
	return true
}

// standsFor is the instruction of frame home that leads to an instruction in frame fr: itself, or a call.
func (f *Flow) standsFor(at ssa.Instruction, fr, home *Frame) (ssa.Instruction, bool) {
	if at == nil || fr == nil {
		return nil, false
	}
	for d := lexFrameOr(fr, at.Parent()); d != nil; {
		switch {
		case d == home:
			return at, true
		case d.Call != nil && d.Parent != nil:
			at, d = d.Call, lexFrameOr(d.Parent, d.Call.Parent())
		case d.Lex != nil && d.Clo != nil:
			at, d = d.Clo, d.Lex
		default:
			return nil, false
		}
	}
	return nil, false
}

// constructs reports a write that fills a new array before anything else sees it.
func (f *Flow) constructs(w elemWrite, o origin) bool {
	made, ok := o.v.(ssa.Instruction)
	if !ok || w.in.Block() != made.Block() {
		return false
	}
	started := false
	for _, in := range made.Block().Instrs {
		switch {
		case in == made:
			started = true
		case in == w.in:
			return started
		case started && uses(in, o.v):
			switch in := in.(type) {
			case *ssa.MapUpdate:
			case *ssa.IndexAddr:
				for _, r := range *in.Referrers() {
					if _, load := r.(*ssa.UnOp); load {
						return false
					}
				}
			default:
				return false
			}
		}
	}
	return false
}
