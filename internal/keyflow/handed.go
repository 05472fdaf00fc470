package keyflow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// handed lists an argument and what is in sight of it: what was listed for a variadic parameter, appended, or put into an
// object. The type of an interface does not tell what is in it.
func handed(arg ssa.Value) []ssa.Value {
	h := handing{seen: map[ssa.Value]bool{}}
	h.value(arg)
	return h.out
}

type handing struct {
	out  []ssa.Value
	seen map[ssa.Value]bool
}

func (h *handing) value(v ssa.Value) {
	if h.seen[v] {
		return
	}
	h.seen[v] = true
	if s, ok := v.(*ssa.Slice); ok && madeForCall(s.X) {
		h.memory(s.X)
		return
	}
	h.out = append(h.out, v)
	switch v := v.(type) {
	case *ssa.MakeInterface:
		h.value(v.X)
	case *ssa.ChangeInterface:
		h.value(v.X)
	case *ssa.Slice:
		if _, again := v.X.Type().Underlying().(*types.Slice); again {
			h.value(v.X)
		} else {
			h.memory(v.X)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			h.memory(v.X)
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			h.value(e)
		}
	case *ssa.Call:
		if calleeName(v.Common()) == "builtin.append" {
			for _, a := range v.Call.Args {
				h.value(a)
			}
		}
	case *ssa.Alloc, *ssa.MakeMap:
		h.memory(v)
	}
}

// memory lists what is stored at the address of a variable or an object made here, or in its parts.
func (h *handing) memory(v ssa.Value) {
	switch v.(type) {
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeMap:
	default:
		return
	}
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr == v {
				h.value(in.Val)
			}
		case *ssa.MapUpdate:
			if in.Map == v {
				h.value(in.Value)
			}
		case *ssa.FieldAddr:
			h.memory(in)
		case *ssa.IndexAddr:
			h.memory(in)
		}
	}
}

// madeForCall reports an array that is filled for the calls that get it, such as that of variadic arguments: nothing
// reads it before, so filling it changes nothing that was read, and what the callee writes there is not seen here.
func madeForCall(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	if !ok || !isArrayPointer(a.Type()) {
		return false
	}
	calls := 0
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.IndexAddr:
			if slices.ContainsFunc(*in.Referrers(), func(use ssa.Instruction) bool { return !storesTo(use, in) }) {
				return false
			}
		case *ssa.Slice:
			for _, use := range *in.Referrers() {
				if _, ok := use.(ssa.CallInstruction); !ok {
					return false
				}
				calls++
			}
		default:
			return false
		}
	}
	return calls == 1 // of two, the second would see what the first wrote
}

func storesTo(in ssa.Instruction, addr ssa.Value) bool {
	s, ok := in.(*ssa.Store)
	return ok && s.Addr == addr
}
