package keyflow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// evalCall is result idx of a call: a function of the target is looked into, one of a library has a model or is a hole.
// self is the call, or what extracts the result from it.
func (f *Flow) evalCall(c *ssa.Call, self ssa.Value, idx int, fr *Frame, hint ast.Expr) []key.Template {
	if f.iterated(c) {
		return f.leaf(self, fr, hint)
	}
	ts, closed := f.targets(c.Common(), fr)
	var own []target
	for _, t := range ts {
		if len(t.fn.Blocks) > 0 && (f.own(t.fn) || t.fn.Synthetic != "") {
			own = append(own, t)
		}
	}
	if len(own) == 0 || len(own) > maxVariants || !closed && !c.Call.IsInvoke() {
		return f.foreignCall(c, self, fr, hint)
	}
	choice := "impl:" + f.valueID(c.Call.Value, fr)
	var out []key.Template
	for _, t := range own {
		for _, x := range f.annotatedCall(f.inline(t, c, idx, fr, hint), t.fn, c, idx, fr) {
			if u, ok := withCond(x, choice, t.branch); ok {
				out = append(out, u)
			}
		}
	}
	if !closed || len(own) != len(ts) {
		for _, x := range f.leaf(self, fr, hint) {
			if u, ok := withCond(x, choice, "other"); ok {
				out = append(out, u)
			}
		}
		return merge(out, choice)
	}
	if len(own) == 1 {
		return withoutCond(out, choice)
	}
	return merge(out, choice)
}

// foreignCall is the result of code that is not looked into: a library has a model or is a hole, a function value that
// can't be followed is unknown, unless callers decide which it is.
func (f *Flow) foreignCall(c *ssa.Call, self ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	if _, builtin := c.Call.Value.(*ssa.Builtin); builtin || c.Call.IsInvoke() || c.Call.StaticCallee() != nil {
		if self == ssa.Value(c) {
			if ts, ok := f.model(c, fr); ok {
				return ts
			}
		}
		return f.leaf(self, fr, hint)
	}
	h := f.leafHole(self, fr, hint)
	h.Class, h.Reason = key.Unknown, "is made by a function value that can't be followed"
	if e := f.callExpr(c); e != nil {
		if n := exprName(ast.Unparen(e.Fun)); n != "" {
			h.Name = n[strings.LastIndexByte(n, '.')+1:] + "()"
		}
	}
	if p := f.rootParam(Ref{V: c.Call.Value, Fr: fr}); p != nil {
		h.Param = f.paramKey(p)
	}
	return []key.Template{key.OfHole(h)}
}

func (f *Flow) inline(to target, c *ssa.Call, idx int, fr *Frame, hint ast.Expr) []key.Template {
	fn := to.fn
	if fr.within(fn) {
		f.guarded++
		return f.unknown("comes from a recursive function", c, fr, hint)
	}
	if fr.depth >= maxDepth {
		return f.unknown("comes from calls nested too deep", c, fr, hint)
	}
	f.inlined[fn], f.inlinedAt[c] = true, true
	in := f.enter(to, c, fr)
	live := f.reachable(in)
	choice := "ret:" + in.choiceID()
	var out []key.Template
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || idx >= len(ret.Results) || !live[b.Index] {
			continue
		}
		if failedReturn(ret, idx) && looksAt(c, len(ret.Results)-1) {
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

// failedReturn is `return "", err` or `return "", false`: no key.
func failedReturn(ret *ssa.Return, idx int) bool {
	if len(ret.Results) < 2 {
		return false
	}
	c, ok := ret.Results[idx].(*ssa.Const)
	if !ok || constText(c) != "" {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	if lc, ok := last.(*ssa.Const); ok {
		return lc.Value != nil && lc.Value.Kind() == constant.Bool && !constant.BoolVal(lc.Value)
	}
	return typeName(last.Type()) == "error"
}

// looksAt reports that a result of a call is used: the caller may tell success from failure.
func looksAt(c *ssa.Call, idx int) bool {
	for _, in := range *c.Referrers() {
		e, ok := in.(*ssa.Extract)
		if !ok {
			if _, debug := in.(*ssa.DebugRef); !debug {
				return true // the results go on together
			}
			continue
		}
		if e.Index != idx {
			continue
		}
		for _, use := range *e.Referrers() {
			if _, debug := use.(*ssa.DebugRef); !debug {
				return true
			}
		}
	}
	return false
}

// fixedFunc makes one fixed hole of a function without arguments that gives one of several configured texts: they
// are one name in one process, not several families.
func (f *Flow) fixedFunc(fn *ssa.Function, c *ssa.Call, fr *Frame, ts []key.Template) []key.Template {
	if len(ts) < 2 || len(fn.Params) > 0 || len(fn.FreeVars) > 0 || !f.fixedBody(fn) {
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

// fixedBody reports a function that looks at nothing but configuration: its choices are the same in the whole process.
func (f *Flow) fixedBody(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Call:
				if _, builtin := in.Call.Value.(*ssa.Builtin); !builtin && !fixedCall(in) && !pureCall(in.Common()) {
					return false
				}
			case *ssa.UnOp:
				if in.Op == token.ARROW {
					return false
				}
				if in.Op == token.MUL {
					g, ok := in.X.(*ssa.Global)
					if u := f.globals[g]; !ok || u == nil || u.addr || !f.setAtStart(u) {
						return false
					}
				}
			case *ssa.Go, *ssa.Defer, *ssa.Send, *ssa.Select, *ssa.Lookup:
				return false
			}
		}
	}
	return true
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

// liveEdge reports that the way from block p to block b can be taken, given what the call of the frame passes.
func (f *Flow) liveEdge(p, b *ssa.BasicBlock, fr *Frame) bool {
	fr = lexFrameOr(fr, b.Parent())
	if live := f.reachable(fr); live != nil && !live[p.Index] {
		return false
	}
	br, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || p.Succs[0] == p.Succs[1] {
		return true
	}
	c := f.constOf(br.Cond, fr, 0)
	if c == nil || c.Kind() != constant.Bool {
		return true
	}
	return constant.BoolVal(c) == (p.Succs[0] == b)
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
		if v.Op == token.MUL {
			return f.constLoaded(v, fr, depth)
		}
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
