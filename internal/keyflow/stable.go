package keyflow

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// stableField reports a field that is only set while its object is made.
func (f *Flow) stableField(k fieldKey) bool {
	for _, s := range f.stores[k] {
		if !f.fresh(s) {
			return false
		}
	}
	return !f.reflected(k)
}

// reflected reports a field that code without source may fill: it has a struct tag.
func (f *Flow) reflected(k fieldKey) bool {
	for _, s := range f.stores[k] {
		fa := s.Addr.(*ssa.FieldAddr)
		p, _ := fa.X.Type().Underlying().(*types.Pointer)
		if st, ok := p.Elem().Underlying().(*types.Struct); ok {
			return st.Tag(k.index) != ""
		}
	}
	return len(f.stores[k]) == 0
}

// window names the stretch of code in which a field that may change elsewhere does not change: from the last
// instruction that may store to it. Two loads in one window are equal.
func (f *Flow) window(load *ssa.UnOp, k fieldKey, fr *Frame) string {
	fn := load.Parent()
	if !f.clobbers(fn, k) {
		return "w@" + lexFrameOr(fr, fn).id
	}
	last := "b" + strconv.Itoa(load.Block().Index)
	for i, in := range load.Block().Instrs {
		if in == ssa.Instruction(load) {
			break
		}
		if f.mayChange(in, k) {
			last = "b" + strconv.Itoa(load.Block().Index) + "." + strconv.Itoa(i)
		}
	}
	return last + "@" + lexFrameOr(fr, fn).id
}

func (f *Flow) clobbers(fn *ssa.Function, k fieldKey) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if f.mayChange(in, k) {
				return true
			}
		}
	}
	return false
}

func (f *Flow) mayChange(in ssa.Instruction, k fieldKey) bool {
	switch in := in.(type) {
	case *ssa.Store:
		if fa, ok := in.Addr.(*ssa.FieldAddr); ok {
			return fieldOf(fa.X.Type(), fa.Field) == k && !f.fresh(in)
		}
		p, ok := in.Addr.Type().Underlying().(*types.Pointer)
		if !ok {
			return false
		}
		_, isStruct := p.Elem().Underlying().(*types.Struct)
		_, local := in.Addr.(*ssa.Alloc)
		return isStruct && !local && fieldOf(p, k.index) == k
	case ssa.CallInstruction:
		return f.callMayChange(in, k)
	}
	return false
}

func (f *Flow) callMayChange(call ssa.CallInstruction, k fieldKey) bool {
	c := call.Common()
	if fn := c.StaticCallee(); fn != nil {
		if len(fn.Blocks) > 0 {
			return f.fnMayStore(fn, k)
		}
		return f.handsOver(c, k)
	}
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return false
	}
	if c.IsInvoke() {
		for _, fn := range f.implementations(c) {
			if f.fnMayStore(fn, k) {
				return true
			}
		}
		return f.handsOver(c, k)
	}
	return true
}

// handsOver reports that a pointer to the object's type goes to code without source.
func (f *Flow) handsOver(c *ssa.CallCommon, k fieldKey) bool {
	for _, a := range c.Args {
		if m, ok := a.(*ssa.MakeInterface); ok {
			a = m.X
		}
		if p, ok := a.Type().Underlying().(*types.Pointer); ok && fieldOf(p, k.index) == k {
			return true
		}
	}
	return false
}

// fnMayStore reports that fn, or what it calls, stores to the field.
func (f *Flow) fnMayStore(fn *ssa.Function, k fieldKey) bool {
	q := storeQuery{fn, k}
	if r, ok := f.mayStore[q]; ok {
		return r
	}
	f.mayStore[q] = false
	r := f.clobbers(fn, k)
	f.mayStore[q] = r
	return r
}
