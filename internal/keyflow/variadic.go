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
	case *ssa.Slice, *ssa.UnOp, *ssa.Alloc, *ssa.Global, *ssa.FreeVar, *ssa.ChangeType, *ssa.Call:
		o, ok := f.originOf(v, fr, 0)
		if !ok {
			return nil, false
		}
		return f.arrayRefs(o)
	}
	return nil, false
}

// arrayRefs lists the elements of an array that was written out and is not changed after that.
func (f *Flow) arrayRefs(o origin) ([]Ref, bool) {
	low, high, ok := o.bounds()
	if !ok {
		return nil, false
	}
	writes, b := f.writesOf(o)
	if !b.settled() {
		return nil, false
	}
	refs := make([]Ref, high-low)
	for _, x := range writes {
		if x.val == nil || x.index < 0 || !isInitializer(x.in.Parent()) && !f.constructs(x, o) {
			return nil, false
		}
		if x.index < low || x.index >= high {
			continue
		}
		if refs[x.index-low].V != nil {
			return nil, false
		}
		refs[x.index-low] = Ref{V: x.val, Fr: x.fr, Hint: f.elemHint(x, o, x.index).Hint}
	}
	for _, r := range refs {
		if r.V == nil {
			return nil, false
		}
	}
	return refs, true
}

// evalElement is an element of a slice or array of which all writes are in sight: the one with a constant index, or
// one of all, tied to the index.
func (f *Flow) evalElement(ia *ssa.IndexAddr, fr *Frame, load ssa.Instruction) ([]key.Template, bool) {
	return f.elementText(ia.X, ia.Index, load, fr)
}

func (f *Flow) elementText(x, index ssa.Value, load ssa.Instruction, fr *Frame) ([]key.Template, bool) {
	o, ok := f.originOf(x, fr, 0)
	if !ok {
		return nil, false
	}
	writes, b := f.writesOf(o)
	low, high, ok := o.bounds()
	if !ok || !b.settled() || high-low > maxRows {
		return nil, false
	}
	slots := make([][]elemWrite, high-low)
	for _, w := range writes {
		if w.val == nil || w.index < 0 {
			return nil, false
		}
		if w.index >= low && w.index < high {
			slots[w.index-low] = append(slots[w.index-low], w)
		}
	}
	slot := func(i int64) ([]key.Template, bool) {
		slots[i] = f.lasting(slots[i], o, site{load, fr})
		switch {
		case len(slots[i]) == 0:
			return f.eval(zeroOf(o), o.fr, nil), isString(zeroOf(o).Type())
		case len(slots[i]) > 1 || !f.happened(slots[i][0], o, load, fr):
			return nil, false
		}
		w := slots[i][0]
		return f.eval(w.val, w.fr, f.elemHint(w, o, i+low).Hint), true
	}
	if c := f.constOf(index, fr, 0); c != nil {
		if i, ok := constant.Int64Val(c); ok && i >= 0 && i < high-low {
			return slot(i)
		}
		return nil, false
	}
	choice := "el:" + f.valueID(x, fr) + "[" + f.valueID(index, fr) + "]"
	var out []key.Template
	for i := range high - low {
		ts, ok := slot(i)
		if !ok {
			return nil, false
		}
		for _, t := range ts {
			if u, ok := withCond(t, choice, strconv.FormatInt(i, 10)); ok {
				out = append(out, u)
			}
		}
	}
	return out, len(out) > 0 && len(out) <= maxRows
}

// zeroOf is an element that nothing is stored to.
func zeroOf(o origin) ssa.Value {
	t := types.Type(types.Typ[types.Invalid])
	switch u := o.v.Type().Underlying().(type) {
	case *types.Slice:
		t = u.Elem()
	case *types.Pointer:
		t = u.Elem().Underlying().(*types.Array).Elem()
	}
	if !isString(t) {
		return ssa.NewConst(nil, t)
	}
	return ssa.NewConst(constant.MakeString(""), t)
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
