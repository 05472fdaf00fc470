package keyflow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
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
			refs[c.Int64()] = Ref{V: stores[0].Val, Fr: lexFrameOr(fr, a.Parent()), Hint: f.storeHint(stores[0])}
		default:
			return nil, false
		}
	}
	return refs, !slices.ContainsFunc(refs, func(r Ref) bool { return r.V == nil })
}
