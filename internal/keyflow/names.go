package keyflow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// named follows a value one step to the one that it is just another name of: what a call passes for a parameter, what
// a closure captured, the only value of a variable. It reports false for a value that is itself.
func (f *Flow) named(r Ref) (Ref, bool) {
	switch v := r.V.(type) {
	case *ssa.Parameter:
		return f.argument(v, r.Fr)
	case *ssa.FreeVar:
		return f.binding(v, r.Fr)
	case *ssa.ChangeType:
		return Ref{V: v.X, Fr: r.Fr}, true
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return Ref{}, false
		}
		switch a := v.X.(type) {
		case *ssa.Alloc:
			return f.soleStore(a, r.Fr)
		case *ssa.FreeVar:
			if al, afr, ok := f.captured(a, r.Fr); ok {
				return f.soleStore(al, afr)
			}
		}
	}
	return Ref{}, false
}

// rootParam is the parameter without a caller that a value is.
func (f *Flow) rootParam(r Ref) *ssa.Parameter {
	for range maxDepth {
		next, ok := f.named(r)
		if !ok {
			p, _ := r.V.(*ssa.Parameter)
			return p
		}
		r = next
	}
	return nil
}

// entered is the function of the target that a call enters, if it is just one, and its frame.
func (f *Flow) entered(c *ssa.Call, fr *Frame) (*ssa.Function, *Frame, bool) {
	ts, closed := f.targets(c.Common(), fr)
	if !closed || len(ts) != 1 || len(ts[0].fn.Blocks) == 0 || fr.within(ts[0].fn) || fr.depth >= maxDepth {
		return nil, nil, false
	}
	return ts[0].fn, f.enter(ts[0], c, fr), true
}

// calledAt is where the function of a frame starts, as seen from around it: the call that entered it, or the call of
// go-redis that runs the closure.
func (fr *Frame) calledAt() (ssa.CallInstruction, *Frame, bool) {
	switch {
	case fr.Call != nil && fr.Parent != nil:
		return fr.Call, lexFrameOr(fr.Parent, fr.Call.Parent()), true
	case fr.Lex != nil && fr.Clo != nil:
		if call := runsClosure(fr.Clo); call != nil {
			return call, fr.Lex, true
		}
	}
	return nil, nil, false
}

// around calls visit for a block and for those of the calls (and closures) that lead to its frame, each with its frame.
func (fr *Frame) around(b *ssa.BasicBlock, visit func(b *ssa.BasicBlock, d *Frame)) {
	for d := fr; d != nil; {
		visit(b, d)
		switch {
		case d.Call != nil:
			b, d = d.Call.Block(), d.Parent
		case d.Lex != nil && d.Clo != nil:
			b, d = d.Clo.Block(), d.Lex
		default:
			return
		}
	}
}

// anyBetween reports that a block on a way from d to b, which d dominates, has the property; d itself aside.
func anyBetween(d, b *ssa.BasicBlock, property func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{d: true}
	stack := append([]*ssa.BasicBlock(nil), b.Preds...)
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[x] {
			continue
		}
		seen[x] = true
		if property(x) {
			return true
		}
		stack = append(stack, x.Preds...)
	}
	return false
}
