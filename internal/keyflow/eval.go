package keyflow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

const (
	maxAlternatives = 24
	maxDepth        = 14
)

// Ref is a value in a frame, with the expression that it came from (nil where there is none).
type Ref struct {
	V    ssa.Value
	Fr   *Frame
	Hint ast.Expr
}

// Eval lists the alternatives of the text of a value.
func (f *Flow) Eval(r Ref) []key.Template { return f.eval(r.V, r.Fr, r.Hint) }

func (f *Flow) eval(v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	if hint != nil {
		hint = ast.Unparen(hint)
	}
	mk := memoKey{v, fr, hint}
	f.trails.met(mk)
	if r, ok := f.memo[mk]; ok {
		return r
	}
	if f.busy[mk] || fr.depth > maxDepth {
		f.guarded++
		return f.unknown("is built from itself", v, fr, hint)
	}
	f.busy[mk] = true
	seen := f.guarded
	f.trails.enter(mk)
	res := f.annotated(f.limit(f.withEdges(f.evalValue(v, fr, hint), hint), v, fr, hint), v, fr, hint)
	f.trails.leave(mk, res)
	delete(f.busy, mk)
	if f.guarded == seen || len(f.busy) == 0 {
		f.memo[mk] = res
	}
	return res
}

func (f *Flow) evalValue(v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	switch v := v.(type) {
	case *ssa.Const:
		return []key.Template{f.constant(v, hint)}
	case *ssa.Parameter:
		return f.evalParam(v, fr, hint)
	case *ssa.FreeVar:
		if r, ok := f.binding(v, fr); ok {
			return f.eval(r.V, r.Fr, nil)
		}
	case *ssa.Phi:
		return f.evalPhi(v, fr, hint)
	case *ssa.BinOp:
		if v.Op == token.ADD && isString(v.Type()) {
			return f.evalAdd(v, fr)
		}
	case *ssa.Call:
		return f.evalCall(v, v, 0, fr, hint)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return f.evalCall(t, v, v.Index, fr, nil)
		case *ssa.Lookup:
			return f.evalLookup(t, v, fr, hint)
		case *ssa.Next:
			return f.evalNext(t, v, fr, hint)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.evalLoad(v, fr, hint)
		}
	case *ssa.Field:
		return f.evalField(v.X, v.Field, v, fr, hint)
	case *ssa.ChangeType:
		return f.eval(v.X, fr, conversionArg(hint))
	case *ssa.MakeInterface:
		return f.eval(v.X, fr, hint)
	case *ssa.ChangeInterface:
		return f.eval(v.X, fr, hint)
	case *ssa.TypeAssert:
		return f.eval(v.X, fr, nil)
	case *ssa.Convert:
		if textual(v.X.Type()) && textual(v.Type()) {
			return f.conversion(v, fr, hint)
		}
	case *ssa.Lookup:
		return f.evalLookup(v, v, fr, hint)
	case *ssa.Index:
		return f.evalIndex(v, fr, hint)
	case *ssa.Slice:
		if v.Low == nil && v.High == nil && isString(v.X.Type()) {
			return f.eval(v.X, fr, nil)
		}
		if textual(v.Type()) {
			if ts := f.bytesText(Ref{V: v, Fr: fr}); ts != nil {
				return ts
			}
		}
	}
	return f.leaf(v, fr, hint)
}

// conversionArg is the operand of a conversion expression.
func conversionArg(hint ast.Expr) ast.Expr {
	if c, ok := hint.(*ast.CallExpr); ok && len(c.Args) == 1 {
		return c.Args[0]
	}
	return hint
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// textual reports string and byte slice types.
func textual(t types.Type) bool {
	if isString(t) {
		return true
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

func (f *Flow) constant(c *ssa.Const, hint ast.Expr) key.Template {
	if c.Value == nil {
		return key.Literal("")
	}
	switch c.Value.Kind() {
	case constant.String:
		return f.literal(constant.StringVal(c.Value), hint, 0)
	case constant.Bool:
		return key.Literal(strconv.FormatBool(constant.BoolVal(c.Value)))
	}
	return key.Literal(c.Value.ExactString())
}

func (f *Flow) evalParam(p *ssa.Parameter, fr *Frame, hint ast.Expr) []key.Template {
	r, ok := f.argument(p, fr)
	if !ok {
		return f.annotatedParam(f.paramHole(p, fr, hint), p, fr)
	}
	res := f.eval(r.V, r.Fr, r.Hint)
	if lexFrame(fr, p.Parent()).recv.V != nil {
		return res // the receiver of a method that fmt calls: known by the name of the operand
	}
	out := make([]key.Template, len(res))
	for i, t := range res {
		out[i] = renamed(t, p.Name())
	}
	return out
}

// renamed gives a single opaque hole the name of the parameter that carries it: `id` says more than `req.Items[0].X`.
func renamed(t key.Template, name string) key.Template {
	if len(t.Parts) != 1 || t.Parts[0].Hole == nil || name == "_" || name == "" {
		return t
	}
	h := *t.Parts[0].Hole
	if h.Pattern != "" {
		return t
	}
	h.Name = name
	parts := []key.Part{{Hole: &h, Note: t.Parts[0].Note}}
	return key.Template{Parts: parts, Gaps: t.Gaps, Conds: t.Conds}
}

// argument resolves a parameter to what the frame's call passes.
func (f *Flow) argument(p *ssa.Parameter, fr *Frame) (Ref, bool) {
	fr = lexFrame(fr, p.Parent())
	if fr == nil || fr.Call == nil {
		return Ref{}, false
	}
	i := slices.Index(fr.Fn.Params, p)
	if i < 0 {
		return Ref{}, false
	}
	if fr.recv.V != nil {
		return fr.recv, i == 0
	}
	return f.callArg(fr.Call, i, fr.Fn, fr.Parent)
}

func lexFrame(fr *Frame, fn *ssa.Function) *Frame {
	for ; fr != nil; fr = fr.Lex {
		if fr.Fn == fn {
			return fr
		}
	}
	return nil
}

// callArg is what call passes for parameter i of callee.
func (f *Flow) callArg(call ssa.CallInstruction, i int, callee *ssa.Function, fr *Frame) (Ref, bool) {
	c := call.Common()
	if c.IsInvoke() {
		if i == 0 {
			return Ref{c.Value, fr, nil}, true
		}
		i--
	}
	recv := 0
	if !c.IsInvoke() && callee != nil && callee.Signature.Recv() != nil {
		recv = 1
	}
	if i >= len(c.Args) {
		return Ref{}, false
	}
	r := Ref{V: c.Args[i], Fr: fr}
	if e := f.callExpr(call); e != nil {
		switch {
		case recv == 1 && i == 0:
			if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
				r.Hint = s.X
			}
		case i-recv < len(e.Args) && !f.spread(c, i, e, recv):
			r.Hint = e.Args[i-recv]
		}
	}
	return r, true
}

// spread reports that argument i is the slice made of the variadic arguments: no one expression stands for it.
func (f *Flow) spread(c *ssa.CallCommon, i int, e *ast.CallExpr, recv int) bool {
	return c.Signature().Variadic() && i-recv == c.Signature().Params().Len()-1 && !e.Ellipsis.IsValid()
}

func (f *Flow) callExpr(call ssa.CallInstruction) *ast.CallExpr {
	switch c := call.(type) {
	case *ssa.Call:
		return f.calls[c.Pos()]
	default:
		return f.calls[call.Common().Pos()]
	}
}

// binding resolves a captured variable to the value (its address) in the frame around the closure.
func (f *Flow) binding(v *ssa.FreeVar, fr *Frame) (Ref, bool) {
	fr = lexFrame(fr, v.Parent())
	if fr == nil || fr.Clo == nil || fr.Lex == nil {
		return Ref{}, false
	}
	i := slices.Index(fr.Fn.FreeVars, v)
	if i < 0 || i >= len(fr.Clo.Bindings) {
		return Ref{}, false
	}
	return Ref{V: fr.Clo.Bindings[i], Fr: fr.Lex}, true
}

func (f *Flow) evalAdd(v *ssa.BinOp, fr *Frame) []key.Template {
	var hx, hy ast.Expr
	if b := f.binary[v.Pos()]; b != nil {
		hx, hy = b.X, b.Y
	} else if s := f.opAssn[v.Pos()]; s != nil && len(s.Lhs) == 1 {
		hx, hy = nil, s.Rhs[0]
	}
	return product(f.eval(v.X, fr, hx), f.eval(v.Y, fr, hy))
}

func withCond(t key.Template, choice, branch string) (key.Template, bool) {
	m, ok := key.MergeConds(t.Conds, map[string]string{choice: branch})
	t.Conds = m
	return t, ok
}

func withoutCond(ts []key.Template, choice string) []key.Template {
	for i := range ts {
		m := map[string]string{}
		for k, v := range ts[i].Conds {
			if k != choice {
				m[k] = v
			}
		}
		ts[i].Conds = m
	}
	return ts
}

// merge drops the choice where all its branches give the same text from the same source.
func merge(ts []key.Template, choice string) []key.Template {
	if len(ts) < 2 {
		return withoutCond(ts, choice)
	}
	for _, t := range ts[1:] {
		if !sameTemplate(ts[0], t) {
			return ts
		}
	}
	return withoutCond(ts[:1], choice)
}

func sameTemplate(a, b key.Template) bool {
	if a.Shape() != b.Shape() {
		return false
	}
	ha, hb := a.Holes(), b.Holes()
	for i := range ha {
		if ha[i].ID != hb[i].ID {
			return false
		}
	}
	same := true
	for u := 0; u <= a.Len() && same; u++ {
		same = slices.Equal(a.PointsAt(u), b.PointsAt(u))
	}
	return same
}

func (f *Flow) evalLoad(v *ssa.UnOp, fr *Frame, hint ast.Expr) []key.Template {
	switch a := v.X.(type) {
	case *ssa.Global:
		return f.evalGlobal(a, v, fr, hint)
	case *ssa.FieldAddr:
		return f.evalField(a.X, a.Field, v, fr, hint)
	case *ssa.Alloc:
		return f.evalCell(a, fr, v, fr, hint)
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			return f.evalCell(al, afr, v, fr, hint)
		}
	case *ssa.IndexAddr:
		if ts, ok := f.evalElement(a, fr, v); ok {
			return ts
		}
	}
	return f.leaf(v, fr, hint)
}
