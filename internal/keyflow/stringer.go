package keyflow

import (
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// stringer is what the Error or String method of an operand returns, the method that fmt would call; false when its
// body is not the target's, or fmt would call another.
func (f *Flow) stringer(recv Ref, t types.Type, call ssa.CallInstruction, fr *Frame) ([]key.Template, bool) {
	if types.IsInterface(t) || hasMethod(t, "Format") {
		return nil, false
	}
	name := "String"
	if hasMethod(t, "Error") {
		name = "Error"
	}
	sel := types.NewMethodSet(t).Lookup(nil, name)
	if sel == nil {
		return nil, false
	}
	if sig := sel.Type().(*types.Signature); sig.Params().Len() != 0 || sig.Results().Len() != 1 || !isPlainString(sig.Results().At(0).Type()) {
		return nil, false
	}
	fn := call.Parent().Prog.MethodValue(sel)
	if fn == nil || len(fn.Blocks) == 0 || !f.own(fn) && fn.Synthetic == "" || fr.within(fn) || fr.depth >= maxDepth {
		return nil, false
	}
	return f.returned(fn, f.enterMethod(fn, recv, call, fr))
}

func isPlainString(t types.Type) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	return ok && b.Kind() == types.String
}

// enterMethod is the frame of a method that a call of the library enters on its way: the receiver is no argument of
// that call.
func (f *Flow) enterMethod(fn *ssa.Function, recv Ref, call ssa.CallInstruction, parent *Frame) *Frame {
	return f.frame(frameKey{fn: fn, call: call, parent: parent, recv: recv})
}

// returned lists what the one result of a function is.
func (f *Flow) returned(fn *ssa.Function, in *Frame) ([]key.Template, bool) {
	live := f.reachable(in)
	choice := "ret:" + in.id
	var out []key.Template
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || !live[b.Index] || len(ret.Results) != 1 {
			continue
		}
		h := f.resultHint(ret, 0)
		for _, t := range f.eval(ret.Results[0], in, h) {
			if u, ok := withCond(t, choice, strconv.Itoa(b.Index)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice), len(out) > 0
}

// resultHint is the expression of a result.
func (f *Flow) resultHint(ret *ssa.Return, i int) ast.Expr {
	if s := f.returns[ret.Pos()]; s != nil && len(s.Results) == len(ret.Results) {
		return s.Results[i]
	}
	return nil
}
