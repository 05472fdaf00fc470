package keyflow

import (
	"go/constant"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// maxArray bounds how many elements of an array are listed.
const maxArray = 64

// arrayElements lists what is stored to the elements of a local array before look, the only place that takes it (a
// slice of it, or a load of the whole array): to each once.
func (f *Flow) arrayElements(a *ssa.Alloc, look ssa.Instruction, fr *Frame) ([]Ref, bool) {
	arr, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	if !ok || arr.Len() > maxArray {
		return nil, false
	}
	refs := make([]Ref, arr.Len())
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.Slice, *ssa.UnOp:
			if in != look {
				return nil, false
			}
		case *ssa.IndexAddr:
			c, ok := in.Index.(*ssa.Const)
			stores := elementStores(in)
			if !ok || len(stores) != 1 || refs[c.Int64()].V != nil || len(*in.Referrers()) != 1 || stores[0].Block() != look.Block() || !before(stores[0], look) {
				return nil, false
			}
			r := Ref{V: stores[0].Val, Fr: lexFrameOr(fr, a.Parent())}
			if f.arrayLit(a) != nil {
				r.Hint = f.storeHint(stores[0])
			}
			refs[c.Int64()] = r
		default:
			return nil, false
		}
	}
	return refs, !slices.ContainsFunc(refs, func(r Ref) bool { return r.V == nil })
}

// evalIndex is an element of an array that was written out: range [...]string{"a", "b"}.
func (f *Flow) evalIndex(v *ssa.Index, fr *Frame) ([]key.Template, bool) {
	load, ok := v.X.(*ssa.UnOp)
	if !ok {
		return nil, false
	}
	a, ok := load.X.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	refs, ok := f.arrayElements(a, load, fr)
	if !ok {
		return nil, false
	}
	if c := f.constOf(v.Index, fr, 0); c != nil {
		if i, ok := constant.Int64Val(c); ok && i >= 0 && i < int64(len(refs)) {
			return f.Eval(refs[i]), true
		}
		return nil, false
	}
	choice := "el:" + f.valueID(v.X, fr) + "[" + f.valueID(v.Index, fr) + "]"
	var out []key.Template
	for i, r := range refs {
		for _, t := range f.Eval(r) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return out, len(out) > 0 && len(out) <= maxAlternatives
}
