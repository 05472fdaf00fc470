package keyflow

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// target is a function that a call may enter.
type target struct {
	fn  *ssa.Function
	lex *Frame           // of the function around a closure, or that made a method value; nil for others
	clo *ssa.MakeClosure // what binds its variables
	// branch tells targets of one call apart; equal values of the function choose equally.
	branch string
}

// targets lists what a call may enter; closed is false when there may be others.
func (f *Flow) targets(c *ssa.CallCommon, fr *Frame) (out []target, closed bool) {
	if c.IsInvoke() {
		return f.methodsOf(c, fr)
	}
	if fn := c.StaticCallee(); fn != nil {
		t := target{fn: fn}
		if m, ok := c.Value.(*ssa.MakeClosure); ok {
			t.lex, t.clo = lexFrameOr(fr, m.Parent()), m
		}
		return []target{t}, true
	}
	return f.functions(Ref{V: c.Value, Fr: fr}, 0)
}

// callees lists the functions that a call may enter, as far as they are known.
func (f *Flow) callees(c *ssa.CallCommon, fr *Frame) []*ssa.Function {
	ts, _ := f.targets(c, fr)
	var out []*ssa.Function
	for _, t := range ts {
		out = append(out, t.fn)
	}
	return out
}

// funcValue resolves a function value to the one function that it holds.
func (f *Flow) funcValue(r Ref, depth int) *ssa.Function {
	if ts, closed := f.functions(r, depth); closed && len(ts) == 1 {
		return ts[0].fn
	}
	return nil
}

// functions lists the functions that a value may hold.
func (f *Flow) functions(r Ref, depth int) (out []target, closed bool) {
	if depth > maxDepth || r.Fr == nil {
		return nil, false
	}
	if next, ok := f.named(r); ok {
		return f.functions(next, depth+1)
	}
	each := func(refs []Ref, name string) ([]target, bool) {
		closed := len(refs) > 0 && len(refs) <= maxVariants
		var out []target
		for i, x := range refs {
			ts, ok := f.functions(x, depth+1)
			closed = closed && ok
			for _, t := range ts {
				t.branch = name + strconv.Itoa(i) + "," + t.branch
				out = append(out, t)
			}
		}
		return out, closed
	}
	switch v := r.V.(type) {
	case *ssa.Function:
		return []target{{fn: v}}, true
	case *ssa.MakeClosure:
		return []target{{fn: v.Fn.(*ssa.Function), lex: lexFrameOr(r.Fr, v.Parent()), clo: v}}, true
	case *ssa.Const:
		return nil, true // nil: the call panics
	case *ssa.MakeInterface:
		return f.functions(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.Phi:
		if isHeader(v.Block()) {
			return nil, false
		}
		var refs []Ref
		for _, e := range v.Edges {
			refs = append(refs, Ref{V: e, Fr: r.Fr})
		}
		return each(refs, "p")
	case *ssa.Lookup:
		return f.functionsOfMap(v, r.Fr, each)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Lookup:
			return f.functionsOfMap(t, r.Fr, each)
		case *ssa.Call:
			return f.returnedFunctions(t, v.Index, r.Fr, each)
		}
	case *ssa.Call:
		return f.returnedFunctions(v, 0, r.Fr, each)
	case *ssa.UnOp:
		return f.loadedFunctions(v, r.Fr, each)
	}
	return nil, false
}

type eachRef = func(refs []Ref, name string) ([]target, bool)

// functionsOfMap are the functions of a table; a missing one is nil.
func (f *Flow) functionsOfMap(v *ssa.Lookup, fr *Frame, each eachRef) ([]target, bool) {
	m, mfr, ok := f.mapValue(v.X, fr)
	if !ok {
		return nil, false
	}
	updates, ok := f.mapUpdates(m, mfr)
	if !ok {
		return nil, false
	}
	want := f.constOf(v.Index, fr, 0)
	var refs []Ref
	for _, u := range updates {
		k, isConst := u.Key.(*ssa.Const)
		if want != nil && isConst && k.Value != nil && k.Value.ExactString() != want.ExactString() {
			continue
		}
		refs = append(refs, Ref{V: u.Value, Fr: mfr})
	}
	return each(refs, "m")
}

// returnedFunctions are the functions that a call of the target returns.
func (f *Flow) returnedFunctions(c *ssa.Call, idx int, fr *Frame, each eachRef) ([]target, bool) {
	fn, in, ok := f.entered(c, fr)
	if !ok {
		return nil, false
	}
	var refs []Ref
	for _, ret := range returns(fn) {
		if idx < len(ret.Results) && f.reachable(in)[ret.Block().Index] {
			refs = append(refs, Ref{V: ret.Results[idx], Fr: in})
		}
	}
	return each(refs, "r")
}

// loadedFunctions are the functions that a variable or a field holds.
func (f *Flow) loadedFunctions(v *ssa.UnOp, fr *Frame, each eachRef) ([]target, bool) {
	switch a := v.X.(type) {
	case *ssa.Alloc:
		stores, ok := f.cellStores(a)
		if !ok {
			return nil, false
		}
		return each(f.inFrames(stores, fr), "c")
	case *ssa.Global:
		u := f.globals[a]
		if u == nil || u.addr {
			return nil, false
		}
		return each(f.inFrames(dedupeStores(f, u.stores), nil), "g")
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			if stores, ok := f.cellStores(al); ok {
				return each(f.inFrames(stores, afr), "c")
			}
		}
	case *ssa.FieldAddr:
		return f.functionsOfField(a, fr, each)
	}
	return nil, false
}

// inFrames are the values of stores: in the frame given, or where that does not have them in one of their own.
func (f *Flow) inFrames(stores []*ssa.Store, fr *Frame) []Ref {
	var refs []Ref
	for _, s := range stores {
		in := lexFrame(fr, s.Parent())
		if in == nil {
			in = f.Root(s.Parent())
		}
		refs = append(refs, Ref{V: s.Val, Fr: in})
	}
	return refs
}

// functionsOfField are the functions that the places which make an object put into a field. What a closure captured
// there belongs to the object: its frame is one for each object.
func (f *Flow) functionsOfField(a *ssa.FieldAddr, fr *Frame, each eachRef) ([]target, bool) {
	k := fieldOf(a.X.Type(), a.Field)
	f.indexObjects()
	if f.overwritten[k.typ] || f.leaked[k] || f.zeros[k.typ] && len(f.stores[k]) == 0 {
		return nil, false
	}
	var refs []Ref
	for _, s := range dedupeStores(f, f.stores[k]) {
		made := f.Root(s.Parent())
		if root, _ := rootPath(s.Addr); isObject(root) {
			if p, ok := f.placeOf(Ref{V: a.X, Fr: fr}, 0); ok && p.obj == root {
				made = lexFrameOr(p.fr, s.Parent())
			} else {
				made = f.frame(frameKey{fn: made.Fn, lex: made.Lex, obj: f.baseNumber(a.X, fr)})
			}
		}
		refs = append(refs, Ref{V: s.Val, Fr: made})
	}
	return each(refs, "f")
}

// enter is the frame of a target when call, which stands in parent, enters it.
func (f *Flow) enter(t target, call ssa.CallInstruction, parent *Frame) *Frame {
	if t.lex == nil {
		return f.Enter(t.fn, call, parent)
	}
	return f.frame(frameKey{fn: t.fn, call: call, parent: parent, lex: t.lex, clo: t.clo})
}

// methodsOf lists the methods that a call through an interface may enter.
func (f *Flow) methodsOf(c *ssa.CallCommon, fr *Frame) ([]target, bool) {
	if t := f.dynamicType(Ref{V: c.Value, Fr: fr}, 0); t != nil {
		if fn := f.methodOf(t, c.Method); fn != nil {
			return []target{{fn: fn}}, true
		}
		return nil, false
	}
	impls := f.implementing(c)
	if impls.foreign {
		return nil, false
	}
	var out []target
	for _, i := range impls.list {
		out = append(out, target{fn: i.fn, branch: i.typ})
	}
	return out, impls.closed
}

// dynamicType is the type of the value in an interface, if it is just one.
func (f *Flow) dynamicType(r Ref, depth int) types.Type {
	if depth > maxDepth || r.Fr == nil {
		return nil
	}
	switch v := r.V.(type) {
	case *ssa.MakeInterface:
		return v.X.Type()
	case *ssa.ChangeInterface:
		return f.dynamicType(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.Call:
		fn, in, ok := f.entered(v, r.Fr)
		if !ok {
			return nil
		}
		if rets := returns(fn); len(rets) == 1 && len(rets[0].Results) > 0 {
			return f.dynamicType(Ref{V: rets[0].Results[0], Fr: in}, depth+1)
		}
		return nil
	}
	if next, ok := f.named(r); ok {
		return f.dynamicType(next, depth+1)
	}
	return nil
}
