package keyflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// stored is the value in a variable, field, package variable, or in another slice.
func (w *aliasWalk) stored(s *ssa.Store, a alias) {
	if s.Val != a.v {
		if !isArrayPointer(a.v.Type()) {
			return // where the variable gets its value
		}
		w.write(elemWrite{in: s, fr: a.fr, index: -1, from: s.Val}, a) // an array as a whole
		return
	}
	b := a
	switch addr := s.Addr.(type) {
	case *ssa.Alloc:
		w.loads(addr, b)
	case *ssa.Global:
		b.v = addr
		if isArrayPointer(addr.Type()) {
			return
		}
		w.visit(b)
	case *ssa.FieldAddr:
		k := fieldOf(addr.X.Type(), addr.Field)
		if isGoRedis(k.typ) {
			return
		}
		if w.f.leaked[k] {
			w.b.leave("is kept in a field whose address goes elsewhere")
		}
		for _, v := range w.f.aggs.fields[k] {
			in := v.(ssa.Instruction)
			b.v, b.fr = v, w.f.Root(in.Parent())
			if fr := lexFrame(a.home, in.Parent()); fr != nil {
				b.fr = fr
			}
			w.visit(b)
		}
	case *ssa.IndexAddr:
		w.contained(addr.X, a)
	default:
		w.b.leave("is kept behind a pointer")
	}
}

// loads are the reads of a local variable, closures included.
func (w *aliasWalk) loads(cell ssa.Value, a alias) {
	if _, ok := w.f.cellStores(cell); !ok {
		w.b.leave("is in a variable whose address is taken")
		return
	}
	if isArrayPointer(cell.Type()) {
		return // a copy
	}
	for _, in := range *cell.Referrers() {
		b := a
		switch in := in.(type) {
		case *ssa.UnOp:
			b.v = in
			w.visit(b)
		case *ssa.MakeClosure:
			fn := in.Fn.(*ssa.Function)
			b.fr = w.f.frame(frameKey{fn: fn, lex: a.fr})
			for i, x := range in.Bindings {
				if x == cell {
					w.loads(fn.FreeVars[i], b)
				}
			}
		}
	}
}

// contained is the value as an element of another slice or map: what is read from that may be it.
func (w *aliasWalk) contained(outer ssa.Value, a alias) {
	o, ok := w.f.originOf(outer, a.fr, 0)
	if !ok {
		w.b.leave("is kept in a list that can't be followed")
		return
	}
	ob := w.f.backingOf(o.v, o.fr)
	if ob.escape != "" {
		w.b.leave(ob.escape)
	}
	for _, r := range ob.reads {
		if !holdsAggregate(r.V.Type()) {
			continue
		}
		b := a
		b.v, b.fr = r.V, r.Fr
		w.visit(b)
	}
}

// holdsAggregate reports types through which a slice or map can be reached.
func holdsAggregate(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Tuple:
		return u.Len() > 0
	}
	return true
}

// returned is the value as a result: it goes on at the call that entered the frame.
func (w *aliasWalk) returned(ret *ssa.Return, a alias) {
	c, ok := a.fr.Call.(*ssa.Call)
	if !ok || a.fr.Parent == nil {
		return
	}
	b := a
	b.fr = lexFrameOr(a.fr.Parent, c.Parent())
	for i, x := range ret.Results {
		if x != a.v {
			continue
		}
		if len(ret.Results) == 1 {
			b.v = c
			w.visit(b)
			continue
		}
		for _, r := range *c.Referrers() {
			if e, ok := r.(*ssa.Extract); ok && e.Index == i {
				b.v = e
				w.visit(b)
			}
		}
	}
}
