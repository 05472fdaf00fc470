package keyflow

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// maxAliases bounds how many values that share one memory are followed.
const maxAliases = 600

// elemWrite is one place that changes elements of a slice, array or map.
type elemWrite struct {
	in    ssa.Instruction
	fr    *Frame
	index int64     // of the element; -1 where it is not known or there is none
	key   ssa.Value // of the entry of a map
	val   ssa.Value // that is put there; nil when only a field of the element is set
	from  ssa.Value // copy: the slice whose elements are put there
	rest  bool      // append to a shortened slice: it writes over what came after
}

// backing is what is done to the memory of a slice, array or map that is made in sight: through the value itself, its
// sub-slices, variables and fields that hold it, functions that it is handed to and those that it is returned to.
type backing struct {
	writes  []elemWrite
	moved   bool   // elements change places
	removed bool   // elements or entries are removed
	escape  string // why others may change it; "" when all is in sight
	reads   []Ref  // what is read from it, for slices and maps in slices and maps
}

// settled reports elements that are where they were written.
func (b *backing) settled() bool { return b.escape == "" && !b.moved && !b.removed }

func (b *backing) leave(why string) {
	if b.escape == "" {
		b.escape = why
	}
}

// aggregates remembers what is known of slices, arrays and maps.
type aggregates struct {
	backings map[numberKey]*backing
	globals  map[*ssa.Global][]ssa.Instruction // that use a package variable
	fields   map[fieldKey][]ssa.Value          // what is read from a field, anywhere
}

// backingOf follows the memory that origin makes.
func (f *Flow) backingOf(origin ssa.Value, fr *Frame) *backing {
	f.indexObjects()
	if f.aggs.backings == nil {
		f.indexReads()
	}
	if fn := origin.Parent(); fn != nil {
		fr = lexFrameOr(fr, fn)
	}
	k := numberKey{origin, fr}
	if b, ok := f.aggs.backings[k]; ok {
		return b
	}
	f.aggs.backings[k] = &backing{escape: "is part of itself"} // asked for again while it is found out
	w := &aliasWalk{f: f, b: &backing{}, seen: map[alias]bool{}}
	w.visit(alias{v: origin, fr: fr, home: fr})
	f.aggs.backings[k] = w.b
	return w.b
}

// indexReads lists where package variables and fields are read.
func (f *Flow) indexReads() {
	f.aggs = aggregates{map[numberKey]*backing{}, map[*ssa.Global][]ssa.Instruction{}, map[fieldKey][]ssa.Value{}}
	var ops []*ssa.Value
	for _, fn := range f.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				ops = in.Operands(ops[:0])
				for _, op := range ops {
					if g, ok := (*op).(*ssa.Global); ok {
						f.aggs.globals[g] = append(f.aggs.globals[g], in)
					}
				}
				f.indexFieldRead(in)
			}
		}
	}
}

func (f *Flow) indexFieldRead(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Field:
		k := fieldOf(in.X.Type(), in.Field)
		f.aggs.fields[k] = append(f.aggs.fields[k], in)
	case *ssa.UnOp:
		if fa, ok := in.X.(*ssa.FieldAddr); ok {
			k := fieldOf(fa.X.Type(), fa.Field)
			f.aggs.fields[k] = append(f.aggs.fields[k], in)
		}
	}
}

// alias is a value that shares the memory that is followed.
type alias struct {
	v    ssa.Value
	fr   *Frame
	home *Frame // where writes are known in their order; other frames only tell that there are some
	at   int64  // where its element 0 is in the memory; -1 when that is not known
	cut  bool   // shortened: appending writes into the memory
}

type aliasWalk struct {
	f    *Flow
	b    *backing
	seen map[alias]bool
}

func (w *aliasWalk) visit(a alias) {
	if w.seen[a] || w.b.escape != "" {
		return
	}
	w.seen[a] = true
	if len(w.seen) > maxAliases {
		w.b.leave("is used in too many places")
		return
	}
	if g, ok := a.v.(*ssa.Global); ok {
		for _, in := range w.f.aggs.globals[g] {
			b := a
			b.fr = w.f.Root(in.Parent())
			w.use(in, b)
		}
		return
	}
	refs := a.v.Referrers()
	if refs == nil {
		return
	}
	for _, in := range *refs {
		w.use(in, a)
	}
}

func (w *aliasWalk) use(in ssa.Instruction, a alias) {
	same := func(v ssa.Value) {
		b := a
		b.v = v
		w.visit(b)
	}
	switch in := in.(type) {
	case *ssa.IndexAddr:
		w.element(in, a)
	case *ssa.Index:
		w.read(in, a.fr)
	case *ssa.Lookup:
		w.read(in, a.fr)
	case *ssa.Range:
		for _, r := range *in.Referrers() {
			if n, ok := r.(*ssa.Next); ok {
				w.read(n, a.fr)
			}
		}
	case *ssa.Slice:
		w.visit(alias{in, a.fr, a.home, shifted(a.at, in.Low), a.cut || in.High != nil && in.Max == nil})
	case *ssa.Phi, *ssa.ChangeType, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.SliceToArrayPointer:
		same(in.(ssa.Value))
	case *ssa.UnOp:
		if _, ok := a.v.(*ssa.Global); ok && !isArrayPointer(a.v.Type()) {
			same(in)
		}
	case *ssa.Extract:
		same(in)
	case *ssa.MapUpdate:
		if in.Map == a.v {
			w.write(elemWrite{in: in, fr: a.fr, index: -1, key: in.Key, val: in.Value}, a)
		} else {
			w.contained(in.Map, a)
		}
	case *ssa.Store:
		w.stored(in, a)
	case *ssa.MakeClosure:
		for i, b := range in.Bindings {
			if b == a.v {
				fn := in.Fn.(*ssa.Function)
				w.visit(alias{fn.FreeVars[i], w.f.frame(frameKey{fn: fn, lex: a.fr}), a.home, a.at, a.cut})
			}
		}
	case *ssa.Return:
		w.returned(in, a)
	case ssa.CallInstruction:
		w.call(in, a)
	case *ssa.Send:
		w.b.leave("goes through a channel")
	}
}

// shifted moves the place of element 0 by the lower bound of a slice expression.
func shifted(at int64, low ssa.Value) int64 {
	if low == nil || at < 0 {
		return at
	}
	if c, ok := low.(*ssa.Const); ok {
		return at + c.Int64()
	}
	return -1
}

func (w *aliasWalk) read(v ssa.Value, fr *Frame) { w.b.reads = append(w.b.reads, Ref{V: v, Fr: fr}) }

// write notes a write; one in a function that is not entered on the way can stand anywhere in time.
func (w *aliasWalk) write(x elemWrite, a alias) {
	if !inTree(a.fr, a.home) && !isInitializer(x.in.Parent()) {
		w.b.leave("is changed in " + x.in.Parent().Name())
		return
	}
	if _, call := x.in.(*ssa.Call); !call {
		if _, ok := x.in.(ssa.CallInstruction); ok {
			w.b.leave("is changed by a call that runs later")
			return
		}
	}
	w.b.writes = append(w.b.writes, x)
}

// inTree reports a frame that calls lead to from home, or from which calls lead to home.
func inTree(fr, home *Frame) bool {
	for d := fr; d != nil; d = d.Parent {
		if d == home {
			return true
		}
	}
	for d := home; d != nil; d = d.Parent {
		if d == fr {
			return true
		}
	}
	if fr.Call != nil && fr.Parent != nil {
		return inTree(fr.Parent, home)
	}
	return false
}

// element is an address of an element.
func (w *aliasWalk) element(ia *ssa.IndexAddr, a alias) {
	if ia.X != a.v {
		return
	}
	at := int64(-1)
	if c, ok := ia.Index.(*ssa.Const); ok && a.at >= 0 {
		at = a.at + c.Int64()
	}
	w.pointer(ia, ia, a, at, 0)
}

// pointer is a pointer into an element: to itself (p is ia), or to a field of it.
func (w *aliasWalk) pointer(p, whole ssa.Value, a alias, at int64, depth int) {
	if depth > maxDepth {
		w.b.leave("is used through pointers")
		return
	}
	for _, in := range *p.Referrers() {
		switch in := in.(type) {
		case *ssa.UnOp:
			w.read(in, a.fr)
		case *ssa.FieldAddr:
			w.pointer(in, whole, a, at, depth+1)
		case *ssa.IndexAddr:
			if in.X == p {
				w.pointer(in, whole, a, at, depth+1)
			}
		case *ssa.Phi:
			w.pointer(in, nil, a, -1, depth+1)
		case *ssa.Store:
			switch {
			case in.Addr == p && p == whole:
				w.write(elemWrite{in: in, fr: a.fr, index: at, val: in.Val}, a)
			case in.Addr == p:
				w.write(elemWrite{in: in, fr: a.fr, index: at}, a)
			default:
				w.b.leave("has elements whose address is kept")
			}
		case ssa.CallInstruction:
			w.pointerCall(in, p, a, depth)
		case *ssa.DebugRef, *ssa.BinOp:
		default:
			w.b.leave("has elements whose address goes elsewhere")
		}
	}
}

// pointerCall hands the address of an element to a function.
func (w *aliasWalk) pointerCall(call ssa.CallInstruction, p ssa.Value, a alias, depth int) {
	c := call.Common()
	fn := c.StaticCallee()
	i := slices.Index(c.Args, p)
	if fn == nil || len(fn.Blocks) == 0 || i < 0 || i >= len(fn.Params) || a.fr.within(fn) {
		w.b.leave("has elements whose address is handed to " + calleeName(c))
		return
	}
	b := a
	b.fr = w.f.Enter(fn, call, a.fr)
	w.pointer(fn.Params[i], nil, b, -1, depth+1)
}
