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

// evalCall is result idx of a call: a function of the target is looked into, one of a library has a model or is a hole.
// self is the call, or what extracts the result from it.
func (f *Flow) evalCall(c *ssa.Call, self ssa.Value, idx int, fr *Frame, hint ast.Expr) []key.Template {
	fns := f.callees(c.Common(), fr)
	var own []*ssa.Function
	for _, fn := range fns {
		if len(fn.Blocks) > 0 && (f.own(fn) || fn.Synthetic != "") {
			own = append(own, fn)
		}
	}
	if len(own) == 0 || len(own) != len(fns) || len(own) > 6 {
		if self == ssa.Value(c) {
			if ts, ok := f.model(c, fr); ok {
				return ts
			}
		}
		return f.leaf(self, fr, hint)
	}
	choice := "impl:" + f.valueID(c.Call.Value, fr)
	var out []key.Template
	for i, fn := range own {
		for _, t := range f.inline(fn, c, idx, fr, hint) {
			if len(own) > 1 {
				var ok bool
				if t, ok = withCond(t, choice, strconv.Itoa(i)); !ok {
					continue
				}
			}
			out = append(out, t)
		}
	}
	return out
}

// callees lists what a call may enter, as far as it is known.
func (f *Flow) callees(c *ssa.CallCommon, fr *Frame) []*ssa.Function {
	if c.IsInvoke() {
		return f.implementations(c)
	}
	if fn := c.StaticCallee(); fn != nil {
		return []*ssa.Function{fn}
	}
	if fn := f.funcValue(Ref{V: c.Value, Fr: fr}, 0); fn != nil {
		return []*ssa.Function{fn}
	}
	return nil
}

// funcValue resolves a function value to the one function that it holds.
func (f *Flow) funcValue(r Ref, depth int) *ssa.Function {
	if depth > maxDepth {
		return nil
	}
	switch v := r.V.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.ChangeType:
		return f.funcValue(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.Parameter:
		if a, ok := f.argument(v, r.Fr); ok {
			return f.funcValue(a, depth+1)
		}
	case *ssa.FreeVar:
		if b, ok := f.binding(v, r.Fr); ok {
			return f.funcValue(b, depth+1)
		}
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.Alloc:
			if s, ok := f.soleStore(a, r.Fr); ok {
				return f.funcValue(s, depth+1)
			}
		case *ssa.Global:
			if f.constantGlobal(a) {
				s := f.globals[a].stores[0]
				return f.funcValue(Ref{V: s.Val, Fr: f.Root(s.Parent())}, depth+1)
			}
		case *ssa.FreeVar:
			if al, afr, ok := f.captured(a, r.Fr); ok {
				if s, ok := f.soleStore(al, afr); ok {
					return f.funcValue(s, depth+1)
				}
			}
		case *ssa.FieldAddr:
			k := fieldOf(a.X.Type(), a.Field)
			if st := dedupeStores(f, f.stores[k]); len(st) == 1 {
				return f.funcValue(Ref{V: st[0].Val, Fr: f.Root(st[0].Parent())}, depth+1)
			}
		}
	}
	return nil
}

// implementations lists the methods of the target that an interface call may enter.
func (f *Flow) implementations(c *ssa.CallCommon) []*ssa.Function {
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	id := c.Method.Name() + "|" + types.TypeString(c.Value.Type(), nil)
	if r, ok := f.methods[id]; ok {
		return r
	}
	var out []*ssa.Function
	for _, fn := range f.Funcs {
		recv := fn.Signature.Recv()
		if recv == nil || fn.Name() != c.Method.Name() {
			continue
		}
		if types.Implements(recv.Type(), iface) || types.Implements(types.NewPointer(recv.Type()), iface) {
			out = append(out, fn)
		}
	}
	out = dropTwins(f, out)
	f.methods[id] = out
	return out
}

// dropTwins keeps one of the functions that test variants make of one declaration.
func dropTwins(f *Flow, fns []*ssa.Function) []*ssa.Function {
	seen := map[string]bool{}
	var out []*ssa.Function
	for _, fn := range fns {
		id := f.Prog.Position(fn.Pos()).String() + fn.Name()
		if !seen[id] {
			seen[id] = true
			out = append(out, fn)
		}
	}
	return out
}

func (f *Flow) inline(fn *ssa.Function, c *ssa.Call, idx int, fr *Frame, hint ast.Expr) []key.Template {
	if fr.within(fn) {
		f.guarded++
		return f.unknown("comes from a recursive function", c, fr, hint)
	}
	if fr.depth >= maxDepth {
		return f.unknown("comes from calls nested too deep", c, fr, hint)
	}
	f.inlined[fn], f.inlinedAt[c] = true, true
	in := f.Enter(fn, c, fr)
	live := f.reachable(in)
	choice := "ret:" + in.id
	var out []key.Template
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || idx >= len(ret.Results) || !live[b.Index] {
			continue
		}
		if failedReturn(ret, idx) {
			continue
		}
		var h ast.Expr
		if s := f.returns[ret.Pos()]; s != nil && len(s.Results) == len(ret.Results) {
			h = s.Results[idx]
		}
		for _, t := range f.eval(ret.Results[idx], in, h) {
			if u, ok := withCond(t, choice, strconv.Itoa(b.Index)); ok {
				out = append(out, u)
			}
		}
	}
	if len(out) == 0 {
		return f.unknown("comes from a function that never returns it", c, fr, hint)
	}
	return f.fixedFunc(fn, c, fr, merge(out, choice))
}

// failedReturn is `return "", err`: no key.
func failedReturn(ret *ssa.Return, idx int) bool {
	if len(ret.Results) < 2 {
		return false
	}
	c, ok := ret.Results[idx].(*ssa.Const)
	if !ok || constText(c) != "" {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	if lc, ok := last.(*ssa.Const); ok && lc.IsNil() {
		return false
	}
	return types.TypeString(last.Type(), nil) == "error"
}

// fixedFunc makes one fixed hole of a function without arguments that gives one of several configured texts: they
// are one name in one process, not several families.
func (f *Flow) fixedFunc(fn *ssa.Function, c *ssa.Call, fr *Frame, ts []key.Template) []key.Template {
	if len(ts) < 2 || len(fn.Params) > 0 || len(fn.FreeVars) > 0 {
		return ts
	}
	for _, t := range ts {
		for _, h := range t.Holes() {
			if h.Class != key.Fixed {
				return ts
			}
		}
	}
	h := &key.Hole{ID: "fn:" + fnID(fn), Name: fn.Name() + "()", Class: key.Fixed}
	for _, t := range ts {
		h.Domain = append(h.Domain, t.String())
	}
	slices.Sort(h.Domain)
	return []key.Template{key.OfHole(h)}
}

func constText(c *ssa.Const) string {
	if c.Value == nil || c.Value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(c.Value)
}

// reachable lists the blocks of the frame's function that can run, given what the call passes.
func (f *Flow) reachable(fr *Frame) map[int]bool {
	if r, ok := f.reach[fr]; ok {
		return r
	}
	out := map[int]bool{}
	f.reach[fr] = nil // asked for again while it is found out: no pruning
	if len(fr.Fn.Blocks) > 0 {
		f.walkBlocks(fr.Fn.Blocks[0], fr, out)
	}
	f.reach[fr] = out
	return out
}

func (f *Flow) walkBlocks(b *ssa.BasicBlock, fr *Frame, out map[int]bool) {
	if out[b.Index] {
		return
	}
	out[b.Index] = true
	if i, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		if c := f.constOf(i.Cond, fr, 0); c != nil && c.Kind() == constant.Bool {
			if constant.BoolVal(c) {
				f.walkBlocks(b.Succs[0], fr, out)
			} else {
				f.walkBlocks(b.Succs[1], fr, out)
			}
			return
		}
	}
	for _, s := range b.Succs {
		f.walkBlocks(s, fr, out)
	}
}

// constOf is the constant that a value has in this frame, if it has one.
func (f *Flow) constOf(v ssa.Value, fr *Frame, depth int) constant.Value {
	if depth > maxDepth {
		return nil
	}
	if fr.round != nil && fr.round.index == v {
		return constant.MakeInt64(int64(fr.round.n))
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.Value
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return f.constOf(r.V, r.Fr, depth+1)
		}
	case *ssa.UnOp:
		if x := f.constOf(v.X, fr, depth+1); x != nil && v.Op == token.NOT {
			return constant.UnaryOp(token.NOT, x, 0)
		}
	case *ssa.BinOp:
		x, y := f.constOf(v.X, fr, depth+1), f.constOf(v.Y, fr, depth+1)
		if x == nil || y == nil || x.Kind() != y.Kind() {
			return nil
		}
		switch v.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			if x.Kind() == constant.Bool && v.Op != token.EQL && v.Op != token.NEQ {
				return nil
			}
			return constant.MakeBool(constant.Compare(x, v.Op, y))
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return f.constLen(v.Call.Args[0], fr, depth)
		}
	}
	return nil
}

func (f *Flow) constLen(v ssa.Value, fr *Frame, depth int) constant.Value {
	if isString(v.Type()) {
		if c := f.constOf(v, fr, depth+1); c != nil && c.Kind() == constant.String {
			return constant.MakeInt64(int64(len(constant.StringVal(c))))
		}
		return nil
	}
	if p, ok := v.(*ssa.Parameter); ok {
		if r, ok := f.argument(p, fr); ok {
			return f.constLen(r.V, r.Fr, depth+1)
		}
		return nil
	}
	if c, ok := v.(*ssa.Const); ok && c.IsNil() {
		return constant.MakeInt64(0)
	}
	if refs, ok := f.variadic(v, fr); ok {
		return constant.MakeInt64(int64(len(refs)))
	}
	return nil
}
