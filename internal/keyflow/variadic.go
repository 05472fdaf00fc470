package keyflow

import (
	"go/constant"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// variadic lists the values of a slice that was written out: variadic arguments or a literal.
func (f *Flow) variadic(v ssa.Value, fr *Frame) ([]Ref, bool) {
	switch x := v.(type) {
	case *ssa.Const:
		return nil, x.IsNil()
	case *ssa.Parameter:
		a, ok := f.argument(x, fr)
		if !ok {
			return nil, false
		}
		refs, ok := f.variadic(a.V, a.Fr)
		if ok && a.Hint == nil {
			refs = f.callHints(fr, x, refs)
		}
		return refs, ok
	case *ssa.Slice:
		a, ok := x.X.(*ssa.Alloc)
		if !ok || x.Low != nil || x.High != nil {
			return nil, false
		}
		arr, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
		if !ok {
			return nil, false
		}
		return f.arrayRefs(a, x, int(arr.Len()), fr)
	}
	return nil, false
}

func (f *Flow) arrayRefs(a *ssa.Alloc, sl *ssa.Slice, n int, fr *Frame) ([]Ref, bool) {
	refs := make([]Ref, n)
	lit := f.arrayLit(a)
	for _, in := range *a.Referrers() {
		ia, ok := in.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		c, ok := ia.Index.(*ssa.Const)
		if !ok {
			return nil, false
		}
		for _, s := range elementStores(ia) {
			i := int(c.Int64())
			if i >= n || refs[i].V != nil {
				return nil, false
			}
			refs[i] = Ref{V: s.Val, Fr: lexFrameOr(fr, a.Parent())}
			if lit != nil {
				refs[i].Hint = f.storeHint(s)
			}
		}
	}
	for _, in := range *sl.Referrers() {
		if ia, ok := in.(*ssa.IndexAddr); ok && len(elementStores(ia)) > 0 {
			return nil, false // overwritten through the slice
		}
	}
	for _, r := range refs {
		if r.V == nil {
			return nil, false
		}
	}
	return refs, true
}

// evalElement is an element of a slice or array that was written out.
func (f *Flow) evalElement(ia *ssa.IndexAddr, fr *Frame) ([]key.Template, bool) {
	refs, ok := f.variadic(ia.X, fr)
	if !ok || len(refs) == 0 {
		return nil, false
	}
	if c := f.constOf(ia.Index, fr, 0); c != nil {
		if i, ok := constant.Int64Val(c); ok && i >= 0 && i < int64(len(refs)) {
			return f.Eval(refs[i]), true
		}
		return nil, false
	}
	choice := "el:" + f.valueID(ia.X, fr) + "[" + f.valueID(ia.Index, fr) + "]"
	var out []key.Template
	for i, r := range refs {
		for _, t := range f.Eval(r) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return out, len(out) <= 8
}

// extraLoops lists what is in a and not in b.
func extraLoops(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// ExtraLoops lists the loops of a that are not among b.
func ExtraLoops(a, b []string) []string { return extraLoops(a, b) }
