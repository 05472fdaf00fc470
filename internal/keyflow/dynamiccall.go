package keyflow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// dynamicCallers lists the calls of function values that enter fn; closed is false when there may be others.
func (f *Flow) dynamicCallers(fn *ssa.Function) (out []ssa.CallInstruction, closed bool) {
	if !f.usedAsValue(fn) {
		return nil, true
	}
	if fn.Signature.Recv() != nil {
		return nil, false // a method value has a wrapper, whose callers are those
	}
	f.indexObjects()
	closed = !f.handedOut(fn)
	for _, call := range f.dynamic[signatureName(fn.Signature)] {
		enters, all := f.mayEnter(call, fn)
		if enters {
			out = append(out, call)
		}
		closed = closed && all
	}
	return out, closed
}

// mayEnter reports whether a call of a function value enters fn; all is false when not all that it enters is known.
func (f *Flow) mayEnter(call ssa.CallInstruction, fn *ssa.Function) (enters, all bool) {
	root := f.Root(call.Parent())
	ts, all := f.targets(call.Common(), root)
	if !all {
		if p := f.rootParam(Ref{V: call.Common().Value, Fr: root}); p != nil {
			ts, all = f.passedFunctions(p, 0)
		}
	}
	return slices.ContainsFunc(ts, func(t target) bool { return t.fn == fn }), all
}

// passedFunctions lists the functions that callers pass for a parameter.
func (f *Flow) passedFunctions(p *ssa.Parameter, depth int) (out []target, closed bool) {
	list, closed := f.Callers(p.Parent())
	i := slices.Index(p.Parent().Params, p)
	for _, c := range list {
		r, ok := f.callArg(c.Call, i, p.Parent(), f.Root(c.Fn))
		if !ok {
			return nil, false
		}
		ts, all := f.functions(r, 0)
		if q := f.rootParam(r); !all && q != nil && depth < 4 {
			ts, all = f.passedFunctions(q, depth+1)
		}
		out = append(out, ts...)
		closed = closed && all
	}
	return out, closed && len(list) > 0
}

// handedOut reports a function whose value goes where its calls can't be seen: to a library, or into an interface.
func (f *Flow) handedOut(fn *ssa.Function) bool {
	if m := f.closures[fn]; m != nil {
		return handsOut(m, 0)
	}
	return f.valueHandedOut[fn]
}

// handsOut follows a function value through the names and types that it is given.
func handsOut(v ssa.Value, depth int) bool {
	if depth > 4 || v.Referrers() == nil {
		return true
	}
	for _, in := range *v.Referrers() {
		named, ok := in.(ssa.Value)
		switch in.(type) {
		case *ssa.ChangeType, *ssa.Phi:
		default:
			ok = false
		}
		if ok && handsOut(named, depth+1) || leavesTarget(in, v) {
			return true
		}
	}
	return false
}

// valueLeaves is handsOut for the value of a declared function, in the instruction that names it.
func valueLeaves(in ssa.Instruction, v ssa.Value) bool {
	switch in := in.(type) {
	case *ssa.ChangeType:
		return handsOut(in, 0)
	case *ssa.Phi:
		return handsOut(in, 0)
	}
	return leavesTarget(in, v)
}

// leavesTarget reports an instruction that hands a function value to code without source, or hides it.
func leavesTarget(in ssa.Instruction, v ssa.Value) bool {
	switch in := in.(type) {
	case *ssa.MakeInterface, *ssa.Send:
		return true
	case ssa.CallInstruction:
		c := in.Common()
		if !slices.Contains(c.Args, v) {
			return false
		}
		fn := c.StaticCallee()
		return fn == nil || len(fn.Blocks) == 0
	}
	return false
}

// signatureName writes the type of a function without the names of its parameters, which do not belong to it.
func signatureName(s *types.Signature) string {
	var b strings.Builder
	for _, list := range []*types.Tuple{s.Params(), s.Results()} {
		b.WriteString("(")
		for i := range list.Len() {
			if inner, ok := types.Unalias(list.At(i).Type()).(*types.Signature); ok {
				b.WriteString("func" + signatureName(inner) + ",")
				continue
			}
			b.WriteString(typeName(list.At(i).Type()) + ",")
		}
		b.WriteString(")")
	}
	if s.Variadic() {
		b.WriteString("...")
	}
	return b.String()
}

// usedAsValue reports a function that may be called where it is not named. A closure that is only called where its
// variable is in sight is none.
func (f *Flow) usedAsValue(fn *ssa.Function) bool {
	m := f.closures[fn]
	if m == nil {
		return f.asValue[fn]
	}
	for _, in := range *m.Referrers() {
		if _, ok := in.(*ssa.DebugRef); ok {
			continue
		}
		if call, ok := in.(ssa.CallInstruction); !ok || call.Common().Value != ssa.Value(m) || slices.Contains(call.Common().Args, ssa.Value(m)) {
			return true
		}
	}
	return false
}
