package keyflow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// handsOver reports that a call of code without source passes something through which the region can be changed.
func (f *Flow) handsOver(call ssa.CallInstruction, r region) bool {
	c := call.Common()
	for _, arg := range c.Args {
		for _, a := range handed(arg) {
			if ownFunc(a.Type()) {
				continue
			}
			if r.kind == inCell && a == ssa.Value(r.cell) || leadsTo(a.Type(), r, 0) {
				return true
			}
			if _, ok := a.Type().Underlying().(*types.Signature); ok {
				if fn := f.funcValue(Ref{V: a, Fr: f.Root(call.Parent())}, 0); fn == nil || len(fn.Blocks) > 0 && f.fnMayStore(fn, r) {
					return true
				}
			}
		}
	}
	return false
}

// ownFunc reports a type of functions that only the library can make, such as the one that a client of go-redis is built
// around: it is no function of the target.
func ownFunc(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Exported() || !isGoRedis(structName(t)) {
		return false
	}
	_, ok = n.Underlying().(*types.Signature)
	return ok
}

// leadsTo reports a type through whose values code can write to the region.
func leadsTo(t types.Type, r region, depth int) bool {
	if depth > 5 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return holdsRegion(u.Elem(), r) || leadsTo(u.Elem(), r, depth+1)
	case *types.Slice:
		return arrayHolds(u.Elem(), r) || leadsTo(u.Elem(), r, depth+1)
	case *types.Map:
		return r.kind == inMap && typeName(t) == r.typ || leadsTo(u.Elem(), r, depth+1)
	case *types.Struct:
		if n, ok := types.Unalias(t).(*types.Named); ok && ofLibrary(n) {
			return false
		}
		for i := range u.NumFields() {
			if leadsTo(u.Field(i).Type(), r, depth+1) {
				return true
			}
		}
	}
	return false
}

// arrayHolds reports that the region may be a part of an array with such elements. A variable is no part of an array, and
// a field only with the whole struct that it belongs to: a list of strings is no way to a field that is a string.
func arrayHolds(elem types.Type, r region) bool {
	switch r.kind {
	case inCell, inGlobal:
		return false
	case inField:
		return holdsStruct(elem, r.field.typ)
	}
	return holdsRegion(elem, r)
}

// ofLibrary reports types of the standard library, which do not lead to what the target has.
func ofLibrary(n *types.Named) bool {
	p := n.Obj().Pkg()
	return p != nil && !strings.Contains(strings.SplitN(p.Path(), "/", 2)[0], ".")
}

// holdsRegion reports a type whose memory the region may be a part of.
func holdsRegion(t types.Type, r region) bool {
	switch r.kind {
	case inMap:
		return false
	case inField:
		return holdsStruct(t, r.field.typ) || typeName(t) == r.typ
	case inElement:
		return typeName(t) == r.typ || holdsArrayOf(t, r.typ, 0)
	case inPointee:
		return holdsType(t, r.typ, 0)
	}
	return typeName(t) == r.typ
}

// holdsType reports a type that has the other in it by value: a pointer may be one to that part.
func holdsType(t types.Type, typ string, depth int) bool {
	if typeName(t) == typ || depth > 4 {
		return typeName(t) == typ
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return holdsType(u.Elem(), typ, depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if holdsType(u.Field(i).Type(), typ, depth+1) {
				return true
			}
		}
	}
	return false
}

// holdsStruct reports a type that has the struct in it by value.
func holdsStruct(t types.Type, name string) bool {
	held := false
	walkStructs(t, nil, 0, func(n string, _ []int) { held = held || n == name })
	return held
}
