package keyflow

import "golang.org/x/tools/go/ssa"

// copiedFrom is the one value that a struct variable gets where it is declared, when nothing of it is changed later:
// closures that hold it only read it.
func (f *Flow) copiedFrom(a *ssa.Alloc) (ssa.Value, bool) {
	var val ssa.Value
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr != ssa.Value(a) || val != nil || in.Block() != a.Block() {
				return nil, false
			}
			val = in.Val
		case *ssa.FieldAddr:
			if !onlyRead(in) {
				return nil, false
			}
		case *ssa.MakeClosure:
			fn := in.Fn.(*ssa.Function)
			for i, b := range in.Bindings {
				if b == ssa.Value(a) && !onlyLoaded(fn.FreeVars[i]) {
					return nil, false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Call:
			if !sends(in, a) {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return val, val != nil
}

// onlyLoaded reports a captured variable that its closure, and those in it, only read.
func onlyLoaded(v *ssa.FreeVar) bool {
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr:
			if !onlyRead(in) {
				return false
			}
		case *ssa.MakeClosure:
			fn := in.Fn.(*ssa.Function)
			for i, b := range in.Bindings {
				if b == ssa.Value(v) && !onlyLoaded(fn.FreeVars[i]) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// onlyRead reports an address of a field that is loaded from, and nothing else.
func onlyRead(a *ssa.FieldAddr) bool {
	for _, r := range *a.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr:
			if !onlyRead(r) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// soleStore is the one value ever stored to a local cell, in the function that declares it.
func (f *Flow) soleStore(a *ssa.Alloc, fr *Frame) (Ref, bool) {
	stores, ok := f.cellStores(a)
	cfr := lexFrame(fr, a.Parent())
	if !ok || cfr == nil || len(stores) != 1 || stores[0].Parent() != a.Parent() || !initialises(stores[0], a) {
		return Ref{}, false
	}
	return Ref{V: stores[0].Val, Fr: cfr}, true
}

// initialises reports that nothing can read the cell before the store: it stands in the block of the declaration, and
// no closure is made and no call entered between.
func initialises(s *ssa.Store, a *ssa.Alloc) bool {
	if s.Block() == a.Block() {
		started := false
		for _, in := range s.Block().Instrs {
			if in == ssa.Instruction(a) {
				started = true
			} else if in == ssa.Instruction(s) {
				return true
			}
			if started && uses(in, a) {
				return false
			}
		}
	}
	for _, in := range *a.Referrers() { // `var x T` first, its only value later
		if _, debug := in.(*ssa.DebugRef); debug || in == ssa.Instruction(s) {
			continue
		}
		if in.Block() == s.Block() && before(in, s) || in.Block() != s.Block() && !s.Block().Dominates(in.Block()) {
			return false
		}
	}
	return !inLoopWithout(s.Block(), a.Block())
}

func uses(in ssa.Instruction, a ssa.Value) bool {
	if _, debug := in.(*ssa.DebugRef); debug {
		return false
	}
	var ops []*ssa.Value
	for _, op := range in.Operands(ops) {
		if *op == a {
			return true
		}
	}
	return false
}

// before reports that a stands before b in one block.
func before(a, b ssa.Instruction) bool {
	for _, in := range a.Block().Instrs {
		if in == a {
			return true
		}
		if in == b {
			return false
		}
	}
	return false
}

// inLoopWithout reports that b can run again without a running in between.
func inLoopWithout(b, a *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{a: true}
	stack := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[x] {
			continue
		}
		if x == b {
			return true
		}
		seen[x] = true
		stack = append(stack, x.Succs...)
	}
	return false
}
