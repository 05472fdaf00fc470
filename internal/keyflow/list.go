package keyflow

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Elem is one element of a list, or the elements that one place in a loop puts there.
type Elem struct {
	Ref
	// Acc names the loops around the place that puts the element into the list.
	Acc []string
	// Maybe is set when a condition decides whether the element is there.
	Maybe bool
}

// List is what is known of a slice: its elements in order, and why there may be others.
type List struct {
	Elems []Elem
	Open  string // why not all elements are known; "" when they are
	Param string // the list is this parameter (see key.Hole.Param)
	Maps  []Ref  // the elements are the keys of these maps
	// Found is set when the unknown elements are names that SCAN or KEYS found: whatever the keys are called.
	Found bool
}

// List evaluates a slice of strings (or of any).
func (f *Flow) List(r Ref) List {
	var l List
	f.list(r, &l, map[ssa.Value]bool{}, 0)
	return l
}

func (l *List) open(why string) {
	if l.Open == "" {
		l.Open = why
	} else if l.Open != why {
		l.Found = false
	}
}

func (f *Flow) list(r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	if depth > 2*maxDepth {
		l.open("comes from calls nested too deep")
		return
	}
	if r.Hint != nil {
		r.Hint = ast.Unparen(r.Hint)
	}
	sub := func(v ssa.Value, hint ast.Expr) { f.list(Ref{V: v, Fr: r.Fr, Hint: hint}, l, seen, depth+1) }
	switch v := r.V.(type) {
	case *ssa.Const:
	case *ssa.ChangeType:
		sub(v.X, conversionArg(r.Hint))
	case *ssa.MakeInterface:
		sub(v.X, r.Hint)
	case *ssa.Slice:
		f.sliceList(v, r, l, seen, depth)
	case *ssa.MakeSlice:
		f.filled(v, r.Fr, l)
	case *ssa.Phi:
		if seen[v] {
			return
		}
		seen[v] = true
		f.phiList(v, r, l, seen, depth)
	case *ssa.Parameter:
		if a, ok := f.argument(v, r.Fr); ok {
			if refs, ok := f.variadic(a.V, a.Fr); ok && a.Hint == nil {
				f.addRefs(f.callHints(r.Fr, v, refs), f.loopsOf(callBlock(r.Fr, v), parentOf(r.Fr, v)), l)
				return
			}
			f.list(a, l, seen, depth+1)
			return
		}
		l.Param = f.paramKey(v)
		l.open("is the parameter " + v.Name() + ": its callers decide")
	case *ssa.FreeVar:
		if b, ok := f.binding(v, r.Fr); ok {
			f.list(b, l, seen, depth+1)
			return
		}
		l.open("is a captured variable")
	case *ssa.Call:
		f.callList(v, 0, r, l, seen, depth)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			f.callList(c, v.Index, r, l, seen, depth)
			return
		}
		l.open("can't be followed")
	case *ssa.UnOp:
		f.loadedList(v, r, l, seen, depth)
	default:
		l.open("can't be followed")
	}
}

func callBlock(fr *Frame, p *ssa.Parameter) *ssa.BasicBlock {
	return lexFrame(fr, p.Parent()).Call.Block()
}
func parentOf(fr *Frame, p *ssa.Parameter) *Frame { return lexFrame(fr, p.Parent()).Parent }

// callHints gives variadic arguments the expressions of the call that entered the frame.
func (f *Flow) callHints(fr *Frame, p *ssa.Parameter, refs []Ref) []Ref {
	fr = lexFrame(fr, p.Parent())
	e := f.callExpr(fr.Call)
	if e == nil || e.Ellipsis.IsValid() || len(e.Args) < len(refs) {
		return refs
	}
	out := slices.Clone(refs)
	from := len(e.Args) - len(refs)
	for i := range out {
		out[i].Hint = e.Args[from+i]
	}
	return out
}

func (f *Flow) addRefs(refs []Ref, acc []string, l *List) {
	for _, r := range refs {
		l.Elems = append(l.Elems, Elem{Ref: r, Acc: acc})
	}
}

func (f *Flow) sliceList(v *ssa.Slice, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	if a, ok := v.X.(*ssa.Alloc); ok && v.Low == nil && v.High == nil {
		f.filled(a, r.Fr, l)
		f.aliasStores(v, r.Fr, l)
		return
	}
	if c, ok := v.High.(*ssa.Const); ok && v.Low == nil && c.Int64() == 0 { // keys[:0]: starts again
		return
	}
	f.list(Ref{V: v.X, Fr: r.Fr}, l, seen, depth+1)
}

// filled lists what is stored to the elements of a fresh array or slice, in order of the index where it is constant.
func (f *Flow) filled(base ssa.Value, fr *Frame, l *List) {
	type slot struct {
		index int64
		elem  Elem
	}
	var slots []slot
	lit := f.arrayLit(base)
	for _, in := range *base.Referrers() {
		ia, ok := in.(*ssa.IndexAddr)
		if !ok {
			if f.leaks(in, base) {
				l.open("is handed to code that may change it")
			}
			continue
		}
		idx := int64(1 << 40)
		if c, ok := ia.Index.(*ssa.Const); ok {
			idx = c.Int64()
		}
		for _, s := range elementStores(ia) {
			e := Elem{Ref: Ref{V: s.Val, Fr: fr, Hint: f.storeHint(s)}, Acc: f.loopsOf(s.Block(), fr)}
			if e.Hint == nil && lit != nil && int(idx) < len(lit.Elts) {
				e.Hint = lit.Elts[idx]
			}
			slots = append(slots, slot{idx, e})
		}
	}
	slices.SortStableFunc(slots, func(a, b slot) int { return int(a.index - b.index) })
	for _, s := range slots {
		l.Elems = append(l.Elems, s.elem)
	}
}

func (f *Flow) arrayLit(base ssa.Value) *ast.CompositeLit {
	if a, ok := base.(*ssa.Alloc); ok {
		return f.lits[a.Pos()]
	}
	return nil
}

func elementStores(ia *ssa.IndexAddr) []*ssa.Store {
	var out []*ssa.Store
	for _, in := range *ia.Referrers() {
		if s, ok := in.(*ssa.Store); ok && s.Addr == ssa.Value(ia) {
			out = append(out, s)
		}
	}
	return out
}

// aliasStores adds the elements that are overwritten through the slice instead of its array.
func (f *Flow) aliasStores(v ssa.Value, fr *Frame, l *List) {
	if v.Referrers() == nil {
		return
	}
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.IndexAddr:
			for _, s := range elementStores(in) {
				l.Elems = append(l.Elems, Elem{Ref: Ref{V: s.Val, Fr: fr, Hint: f.storeHint(s)}, Acc: f.loopsOf(s.Block(), fr), Maybe: true})
			}
		default:
			if f.leaks(in, v) {
				l.open("is handed to code that may change it")
			}
		}
	}
}

// leaks reports a use through which the elements of a slice may be changed out of sight.
func (f *Flow) leaks(in ssa.Instruction, v ssa.Value) bool {
	call, ok := in.(ssa.CallInstruction)
	if !ok {
		st, ok := in.(*ssa.Store)
		return ok && st.Val == v && !localCell(st.Addr) && !intoGoRedis(st.Addr)
	}
	c := call.Common()
	if _, ok := c.Value.(*ssa.Builtin); ok || c.IsInvoke() {
		return false
	}
	fn := c.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	i := slices.Index(c.Args, v)
	if i < 0 || i >= len(fn.Params) {
		return false
	}
	for _, r := range *fn.Params[i].Referrers() {
		if ia, ok := r.(*ssa.IndexAddr); ok && len(elementStores(ia)) > 0 {
			return true
		}
	}
	return false
}

// intoGoRedis reports a field of an argument struct of go-redis, which does not change what it is given.
func intoGoRedis(a ssa.Value) bool {
	fa, ok := a.(*ssa.FieldAddr)
	return ok && isGoRedis(fieldOf(fa.X.Type(), fa.Field).typ)
}

func localCell(a ssa.Value) bool {
	_, ok := a.(*ssa.Alloc)
	return ok
}

// phiList joins the lists of all branches: an element of only some of them may be there.
func (f *Flow) phiList(v *ssa.Phi, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	for _, e := range v.Edges {
		var one List
		f.list(Ref{V: e, Fr: r.Fr}, &one, seen, depth+1)
		for _, el := range one.Elems {
			if !slices.ContainsFunc(l.Elems, func(x Elem) bool { return x.V == el.V && x.Fr == el.Fr }) {
				el.Maybe = true
				l.Elems = append(l.Elems, el)
			}
		}
		if one.Open != "" {
			l.Found = one.Found && (l.Open == "" || l.Found)
			l.open(one.Open)
		}
		if one.Param != "" {
			l.Param = one.Param
		}
		l.Maps = append(l.Maps, one.Maps...)
	}
}

func (f *Flow) callList(c *ssa.Call, idx int, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
		f.appended(c, r, l, seen, depth)
		return
	}
	name := calleeName(c.Common())
	switch name {
	case "maps.Keys", "slices.Collect", "slices.Sorted":
		if m, ok := c.Call.Args[0].Type().Underlying().(*types.Map); ok && isString(m.Key()) {
			l.Maps = append(l.Maps, Ref{V: c.Call.Args[0], Fr: r.Fr})
		}
		l.open("are the keys of a map or an iterator")
		return
	}
	fns := f.callees(c.Common(), r.Fr)
	if len(fns) != 1 || len(fns[0].Blocks) == 0 || r.Fr.within(fns[0]) || r.Fr.depth >= maxDepth {
		if pattern, redis := f.fromRedis(c, r.Fr); redis {
			l.Found = l.Open == "" && pattern != ""
			l.open("came out of Redis")
			return
		}
		l.open("comes from " + name)
		return
	}
	in := f.Enter(fns[0], c, r.Fr)
	live := f.reachable(in)
	for _, b := range fns[0].Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || idx >= len(ret.Results) || live != nil && !live[b.Index] {
			continue
		}
		var h ast.Expr
		if s := f.returns[ret.Pos()]; s != nil && len(s.Results) == len(ret.Results) {
			h = s.Results[idx]
		}
		f.list(Ref{V: ret.Results[idx], Fr: in, Hint: h}, l, seen, depth+1)
	}
}

func (f *Flow) appended(c *ssa.Call, r Ref, l *List, seen map[ssa.Value]bool, depth int) {
	f.list(Ref{V: c.Call.Args[0], Fr: r.Fr}, l, seen, depth+1)
	f.aliasStores(c, r.Fr, l)
	if len(c.Call.Args) < 2 {
		return
	}
	if refs, ok := f.variadic(c.Call.Args[1], r.Fr); ok {
		e := f.callExpr(c)
		for i := range refs {
			if refs[i].Hint == nil && e != nil && !e.Ellipsis.IsValid() && i+1 < len(e.Args) {
				refs[i].Hint = e.Args[i+1]
			}
		}
		f.addRefs(refs, f.loopsOf(c.Block(), r.Fr), l)
		return
	}
	var more List
	f.list(Ref{V: c.Call.Args[1], Fr: r.Fr}, &more, seen, depth+1)
	acc := f.loopsOf(c.Block(), r.Fr)
	for _, e := range more.Elems {
		e.Acc = append(slices.Clone(e.Acc), extraLoops(acc, e.Acc)...)
		l.Elems = append(l.Elems, e)
	}
	if more.Open != "" {
		l.Found = more.Found && (l.Open == "" || l.Found)
		l.open(more.Open)
	}
	if more.Param != "" {
		l.Param = more.Param
	}
}
