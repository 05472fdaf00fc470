package keyflow

import (
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// place is a part of an object that was made in sight: the object, and the fields (and elements, as -1-i) that lead to
// the part.
type place struct {
	obj  *ssa.Alloc
	fr   *Frame // where the object was made
	path []int
}

// rootPath takes the address of a nested field apart: the address that it starts from, and the way to it.
func rootPath(a ssa.Value) (ssa.Value, []int) {
	var path []int
	for {
		switch x := a.(type) {
		case *ssa.FieldAddr:
			path = append(path, x.Field)
			a = x.X
			continue
		case *ssa.IndexAddr:
			if c, ok := x.Index.(*ssa.Const); ok && isArrayPointer(x.X.Type()) {
				path = append(path, -1-int(c.Int64()))
				a = x.X
				continue
			}
		}
		slices.Reverse(path)
		return a, path
	}
}

func isArrayPointer(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = p.Elem().Underlying().(*types.Array)
	return ok
}

// placeOf resolves a pointer to the object that was made for it, if that is just one.
func (f *Flow) placeOf(r Ref, depth int) (place, bool) {
	if depth > maxDepth || r.Fr == nil {
		return place{}, false
	}
	switch v := r.V.(type) {
	case *ssa.Alloc:
		switch v.Type().Underlying().(*types.Pointer).Elem().Underlying().(type) {
		case *types.Struct, *types.Array:
			return place{obj: v, fr: lexFrameOr(r.Fr, v.Parent())}, true
		}
	case *ssa.FieldAddr, *ssa.IndexAddr:
		root, path := rootPath(v)
		if root == ssa.Value(v) {
			return place{}, false
		}
		p, ok := f.placeOf(Ref{V: root, Fr: r.Fr}, depth+1)
		p.path = slices.Concat(p.path, path)
		return p, ok
	case *ssa.Call:
		return f.returnedPlace(v, 0, r.Fr, depth)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return f.returnedPlace(c, v.Index, r.Fr, depth)
		}
	}
	if next, ok := f.named(r); ok {
		return f.placeOf(next, depth+1)
	}
	return place{}, false
}

// returnedPlace is the one object that a call of the target returns, nil results aside.
func (f *Flow) returnedPlace(c *ssa.Call, idx int, fr *Frame, depth int) (place, bool) {
	fn, in, ok := f.entered(c, fr)
	if !ok {
		return place{}, false
	}
	var found place
	for _, ret := range returns(fn) {
		if idx >= len(ret.Results) {
			continue
		}
		if k, ok := ret.Results[idx].(*ssa.Const); ok && k.IsNil() {
			continue
		}
		p, ok := f.placeOf(Ref{V: ret.Results[idx], Fr: in}, depth+1)
		if !ok || found.obj != nil && (found.obj != p.obj || found.fr != p.fr || !slices.Equal(found.path, p.path)) {
			return place{}, false
		}
		found = p
	}
	return found, found.obj != nil
}

// returns lists the return instructions of a function.
func returns(fn *ssa.Function) []*ssa.Return {
	var out []*ssa.Return
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			out = append(out, ret)
		}
	}
	return out
}

// placeReader evaluates one field of an object at some instruction.
type placeReader struct {
	f     *Flow
	p     place // of the field
	reg   region
	sum   *fieldSummary
	other func() []key.Template // when something unseen may have changed it
	depth int
}

// placeText is what a field of an object holds at an instruction.
func (f *Flow) placeText(p place, at ssa.Instruction, fr *Frame, other func() []key.Template) []key.Template {
	t := typeAt(p)
	if t == nil {
		return other()
	}
	r := &placeReader{f: f, p: p, other: other}
	r.reg = region{kind: inField, cell: p.obj, typ: typeName(t.field)}
	if last := p.path[len(p.path)-1]; last >= 0 {
		r.reg.field = fieldOf(t.owner, last)
		r.sum = f.summary(r.reg.field)
	} else {
		r.reg.kind = inElement
	}
	return r.at(at, lexFrameOr(fr, at.Parent()))
}

// placeType is the type of a part of an object, and the struct or array that it is in.
type placeType struct{ owner, field types.Type }

func typeAt(p place) *placeType {
	t := p.obj.Type().Underlying().(*types.Pointer).Elem()
	if len(p.path) == 0 {
		return nil
	}
	var owner types.Type
	for _, i := range p.path {
		owner = t
		switch u := t.Underlying().(type) {
		case *types.Struct:
			if i < 0 || i >= u.NumFields() {
				return nil
			}
			t = u.Field(i).Type()
		case *types.Array:
			if i >= 0 {
				return nil
			}
			t = u.Elem()
		default:
			return nil
		}
	}
	return &placeType{owner, t}
}

func (r *placeReader) at(at ssa.Instruction, fr *Frame) []key.Template {
	if r.depth++; r.depth > 40 {
		return r.other()
	}
	defer func() { r.depth-- }()
	return r.walk(fr).at(at)
}

// atReturns is the text when a call returns.
func (r *placeReader) atReturns(fr *Frame, start func() []key.Template) []key.Template {
	if r.depth++; r.depth > 40 {
		return r.other()
	}
	defer func() { r.depth-- }()
	w := r.walk(fr)
	if start != nil {
		w.start = start
	}
	live := r.f.reachable(fr)
	choice := "ret:" + fr.id
	var out []key.Template
	for _, ret := range returns(fr.Fn) {
		if live != nil && !live[ret.Block().Index] || failed(ret) {
			continue
		}
		for _, t := range w.at(ret) {
			if u, ok := withCond(t, choice, strconv.Itoa(ret.Block().Index)); ok {
				out = append(out, u)
			}
		}
	}
	if len(out) == 0 {
		return r.other()
	}
	return merge(out, choice)
}

// failed reports `return nil, err`: what was made is not used.
func failed(ret *ssa.Return) bool {
	if len(ret.Results) < 2 {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	if c, ok := last.(*ssa.Const); ok && c.IsNil() || typeName(last.Type()) != "error" {
		return false
	}
	for _, v := range ret.Results[:len(ret.Results)-1] {
		if c, ok := v.(*ssa.Const); !ok || c.Value != nil {
			return false
		}
	}
	return true
}

func (r *placeReader) walk(fr *Frame) *stateWalk {
	w := &stateWalk{f: r.f, fr: fr}
	w.step = func(in ssa.Instruction, prev func() []key.Template) ([]key.Template, bool) {
		return r.step(in, fr, prev)
	}
	w.same = func(load *ssa.UnOp) bool {
		p, ok := r.f.placeOf(Ref{V: load.X, Fr: fr}, 0)
		return ok && p.obj == r.p.obj && p.fr == r.p.fr && slices.Equal(p.path, r.p.path)
	}
	w.loop = func(_ *ssa.BasicBlock, first []key.Template) []key.Template {
		if r.sum != nil && r.sum.closed {
			return r.orInits(first, "loop@"+fr.id)
		}
		return r.other()
	}
	w.start = func() []key.Template {
		if call, around, ok := fr.calledAt(); ok {
			return r.at(call, around)
		}
		return r.other()
	}
	return w
}

// runsClosure is the call of go-redis that a closure is handed to and that runs it before it returns.
func runsClosure(m *ssa.MakeClosure) ssa.CallInstruction {
	var found ssa.CallInstruction
	for _, in := range *m.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		call, ok := in.(ssa.CallInstruction)
		if !ok || found != nil || !isGoRedis(calleeName(call.Common())) {
			return nil
		}
		found = call
	}
	return found
}

// step is what one instruction does to the field.
func (r *placeReader) step(in ssa.Instruction, fr *Frame, prev func() []key.Template) ([]key.Template, bool) {
	f := r.f
	switch in := in.(type) {
	case *ssa.Alloc:
		if in == r.p.obj && fr == r.p.fr {
			return r.zero(), true
		}
		return nil, false
	case *ssa.Store:
		return r.store(in, fr, prev)
	case ssa.CallInstruction:
		if d := r.makes(in, fr); d != nil {
			return r.atReturns(d, nil), true
		}
		if !f.callMayChange(in, r.reg) {
			return nil, false
		}
		return r.call(in, fr, prev), true
	}
	if f.mayChange(in, r.reg) && !r.local() {
		return r.other(), true
	}
	return nil, false
}

// local reports an object that other goroutines can't have: nothing but the waiting in this function could change it.
func (r *placeReader) local() bool { return r.sum != nil && r.sum.closed }

// makes is the frame, entered by the call, in which the object was made.
func (r *placeReader) makes(in ssa.CallInstruction, fr *Frame) *Frame {
	for d := r.p.fr; d != nil; d = d.Parent {
		if d.Call == in && d.Parent != nil && lexFrameOr(d.Parent, in.Parent()) == fr {
			return d
		}
	}
	return nil
}

func (r *placeReader) zero() []key.Template {
	if t := typeAt(r.p); t != nil && isString(t.field) {
		return []key.Template{key.Literal("")}
	}
	return r.other()
}

// store is a store that may be to the field: to itself, or to a struct around it.
func (r *placeReader) store(in *ssa.Store, fr *Frame, prev func() []key.Template) ([]key.Template, bool) {
	f := r.f
	root, path := rootPath(in.Addr)
	p := place{}
	ok := false
	if len(path) <= len(r.p.path) {
		p, ok = f.placeOf(Ref{V: root, Fr: fr}, 0)
	}
	if ok && p.obj == r.p.obj && p.fr == r.p.fr {
		full := slices.Concat(p.path, path)
		if len(full) > len(r.p.path) || !slices.Equal(full, r.p.path[:len(full)]) {
			return nil, false // another part
		}
		if len(full) == len(r.p.path) {
			return f.eval(in.Val, fr, f.storeHint(in)), true
		}
		return f.valueField(in.Val, r.p.path[len(full):], in, fr, r.other), true
	}
	if ok && p.obj != nil && (p.obj != r.p.obj || p.fr != r.p.fr) {
		return nil, false // another object
	}
	if !f.mayChange(in, r.reg) {
		return nil, false
	}
	return r.other(), true
}

// call is a call that may change the field: a function of the target is looked into.
func (r *placeReader) call(in ssa.CallInstruction, fr *Frame, prev func() []key.Template) []key.Template {
	f := r.f
	if c, ok := in.(*ssa.Call); ok {
		if _, callee, ok := f.entered(c, fr); ok {
			return r.atReturns(callee, prev)
		}
	}
	if r.sum != nil && r.sum.closed {
		return r.orInits(prev(), "call"+strconv.Itoa(in.Block().Index)+"@"+fr.id)
	}
	return r.other()
}

// orInits adds what the functions that fill fresh objects (options) may have put there.
func (r *placeReader) orInits(ts []key.Template, where string) []key.Template {
	choice := "init:" + r.reg.field.String() + "@" + where + "/" + r.f.valueKey(r.p.obj, r.p.fr)
	var out []key.Template
	for _, t := range ts {
		if u, ok := withCond(t, choice, "-"); ok {
			out = append(out, u)
		}
	}
	for i, s := range r.sum.inits {
		fr := r.f.Root(s.Parent())
		for _, t := range r.f.eval(s.Val, fr, r.f.storeHint(s)) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice)
}
