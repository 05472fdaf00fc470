package keyflow

import (
	"go/ast"
	"go/types"
	"slices"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// fieldKey is a struct field, the same across test variants and instances of generics.
type fieldKey struct {
	typ   string
	index int
}

func (k fieldKey) String() string { return k.typ + "." + strconv.Itoa(k.index) }

func fieldOf(t types.Type, i int) fieldKey {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		o := n.Origin().Obj()
		path := ""
		if o.Pkg() != nil {
			path = o.Pkg().Path()
		}
		return fieldKey{path + "." + o.Name(), i}
	}
	return fieldKey{t.String(), i}
}

type storeQuery struct {
	fn *ssa.Function
	k  fieldKey
}

func (f *Flow) indexStore(s *ssa.Store) {
	if fa, ok := s.Addr.(*ssa.FieldAddr); ok {
		k := fieldOf(fa.X.Type(), fa.Field)
		f.stores[k] = append(f.stores[k], s)
	}
}

// fresh reports a store that fills an object made in the same function (a constructor or a literal), once: a field that
// is assigned again, or anew in each round of a loop, changes while the object is in use.
func (f *Flow) fresh(s *ssa.Store) bool {
	fa, ok := s.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	x := fa.X
	for {
		in, ok := x.(*ssa.FieldAddr)
		if !ok {
			break
		}
		x = in.X
	}
	a, ok := x.(*ssa.Alloc)
	if !ok || !slices.Equal(f.loopHeaders(a.Block()), f.loopHeaders(s.Block())) {
		return false
	}
	n := 0
	for _, in := range *fa.X.Referrers() {
		if other, ok := in.(*ssa.FieldAddr); ok && other.Field == fa.Field {
			for _, r := range *other.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == ssa.Value(other) {
					n++
				}
			}
		}
	}
	return n == 1
}

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

// evalField is the text of a field: what constructors put there, with the holes of the constructor tied to the object.
func (f *Flow) evalField(base ssa.Value, index int, load ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	k := fieldOf(base.Type(), index)
	if ts, ok := f.localField(base, index, fr); ok {
		return ts
	}
	if ts, ok := f.rowField(base, index, fr); ok {
		return ts
	}
	stores := f.stores[k]
	if len(stores) == 0 || !f.stableField(k) {
		return f.openField(load, stores, fr, hint, f.sharedBase(base, fr, 0))
	}
	obj := f.baseNumber(base, fr, 0)
	var out []key.Template
	for i, s := range dedupeStores(f, stores) {
		cfr := f.Root(s.Parent())
		for _, t := range f.eval(s.Val, cfr, f.storeHint(s)) {
			t = ofObject(t, obj, structField(base.Type(), index).Name(), hint, f.valueLoops(base, fr), f.sharedBase(base, fr, 0))
			if u, ok := withCond(t, "store:"+k.typ+"@"+obj, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, "store:"+k.typ+"@"+obj)
}

// openField is a field that more than its constructors may set: one hole, fixed when only fixed values were seen.
func (f *Flow) openField(load ssa.Value, stores []*ssa.Store, fr *Frame, hint ast.Expr, shared bool) []key.Template {
	h := f.leafHole(load, fr, hint)
	h.Open, h.Shared = true, shared
	for _, s := range stores {
		if c, ok := s.Val.(*ssa.Const); ok && c.Value != nil && isString(c.Type()) {
			h.Domain = append(h.Domain, constText(c))
		}
	}
	sort.Strings(h.Domain)
	return []key.Template{key.OfHole(h)}
}

// localField follows an object that was made in sight: a literal in this function or in the helper that returned it.
func (f *Flow) localField(base ssa.Value, index int, fr *Frame) ([]key.Template, bool) {
	obj, ok := f.object(Ref{V: base, Fr: fr}, 0)
	if !ok {
		return nil, false
	}
	a := obj.V.(*ssa.Alloc)
	k := fieldOf(a.Type(), index)
	var found *ssa.Store
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.FieldAddr:
			if in.Field != index {
				continue
			}
			for _, r := range *in.Referrers() {
				if s, ok := r.(*ssa.Store); ok && s.Addr == ssa.Value(in) {
					if found != nil {
						return nil, false
					}
					found = s
				}
			}
		case *ssa.Store:
			if in.Addr == ssa.Value(a) {
				return nil, false
			}
		case *ssa.MakeInterface:
			return nil, false // reflection may fill it
		case ssa.CallInstruction:
			if fn := in.Common().StaticCallee(); fn == nil || len(fn.Blocks) == 0 {
				return nil, false
			}
		}
	}
	if f.changedElsewhere(k) {
		return nil, false
	}
	if found == nil {
		return []key.Template{key.Literal("")}, isString(structField(a.Type(), index).Type())
	}
	return f.eval(found.Val, lexFrameOr(obj.Fr, found.Parent()), f.storeHint(found)), true
}

func (f *Flow) changedElsewhere(k fieldKey) bool {
	for _, s := range f.stores[k] {
		if !f.fresh(s) {
			return true
		}
	}
	return false
}

// object resolves a struct or pointer to the allocation that made it.
func (f *Flow) object(r Ref, depth int) (Ref, bool) {
	if depth > maxDepth {
		return r, false
	}
	switch v := r.V.(type) {
	case *ssa.Alloc:
		if _, ok := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); !ok {
			return r, false
		}
		if src, ok := f.copiedFrom(v); ok {
			return f.object(Ref{V: src, Fr: lexFrameOr(r.Fr, v.Parent())}, depth+1)
		}
		return r, true
	case *ssa.Parameter:
		if a, ok := f.argument(v, r.Fr); ok {
			return f.object(a, depth+1)
		}
	case *ssa.FreeVar:
		if b, ok := f.binding(v, r.Fr); ok {
			return f.object(b, depth+1)
		}
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.Alloc:
			if s, ok := f.soleStore(a, r.Fr); ok {
				return f.object(s, depth+1)
			}
			if _, isStruct := v.Type().Underlying().(*types.Struct); isStruct {
				return f.object(Ref{V: a, Fr: r.Fr}, depth+1)
			}
		case *ssa.FreeVar:
			if al, afr, ok := f.captured(a, r.Fr); ok {
				if s, ok := f.soleStore(al, afr); ok {
					return f.object(s, depth+1)
				}
				return f.object(Ref{V: al, Fr: afr}, depth+1)
			}
		}
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil || len(fn.Blocks) == 0 || r.Fr.within(fn) || r.Fr.depth > maxDepth {
			return r, false
		}
		return f.returnedObject(fn, 0, f.Enter(fn, v, r.Fr), depth)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			fn := c.Call.StaticCallee()
			if fn == nil || len(fn.Blocks) == 0 || r.Fr.within(fn) || r.Fr.depth > maxDepth {
				return r, false
			}
			return f.returnedObject(fn, v.Index, f.Enter(fn, c, r.Fr), depth)
		}
	}
	return r, false
}

// returnedObject is the one object that fn returns, nil results aside.
func (f *Flow) returnedObject(fn *ssa.Function, idx int, fr *Frame, depth int) (Ref, bool) {
	var found Ref
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || idx >= len(ret.Results) {
			continue
		}
		if c, ok := ret.Results[idx].(*ssa.Const); ok && c.IsNil() {
			continue
		}
		o, ok := f.object(Ref{V: ret.Results[idx], Fr: fr}, depth+1)
		if !ok || found.V != nil && found != o {
			return Ref{}, false
		}
		found = o
	}
	return found, found.V != nil
}

// ofObject ties the holes of a constructor to the object it made: the fields of one object that were set from one
// value stay equal, those of another object do not.
func ofObject(t key.Template, obj, name string, hint ast.Expr, loops []string, shared bool) key.Template {
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil {
			h := *p.Hole
			h.ID = "o(" + obj + "," + h.ID + ")"
			h.Loops, h.Shared = loops, shared || h.Shared
			if len(t.Parts) == 1 {
				h.Name = name
				if n := exprName(hint); n != "" {
					h.Name = n
				}
			}
			p.Hole = &h
		}
		parts[i] = p
	}
	t.Parts = parts
	t.Conds = prefixConds(t.Conds, obj)
	return t
}

func prefixConds(m map[string]string, obj string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out["o("+obj+","+k+")"] = v
	}
	return out
}

// dedupeStores drops the twins that test variants and instances make of one store.
func dedupeStores(f *Flow, stores []*ssa.Store) []*ssa.Store {
	seen := map[string]bool{}
	var out []*ssa.Store
	for _, s := range stores {
		p := f.Prog.Position(s.Pos())
		id := p.String()
		if len(s.Parent().TypeArgs()) > 0 {
			id += s.Parent().String()
		}
		if !p.IsValid() {
			id = f.valueKey(s.Val, f.Root(s.Parent()))
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, s)
		}
	}
	return out
}

func (f *Flow) storeHint(s *ssa.Store) ast.Expr {
	if e, ok := f.elems[s.Pos()]; ok {
		return e
	}
	return f.assigns[s.Pos()]
}

// constantGlobal reports a package variable that is set once, where it is declared.
func (f *Flow) constantGlobal(g *ssa.Global) bool {
	u := f.globals[g]
	return u != nil && !u.addr && len(u.stores) == 1 && u.stores[0].Parent().Name() == "init"
}

func (f *Flow) evalGlobal(g *ssa.Global, load *ssa.UnOp, fr *Frame, hint ast.Expr) []key.Template {
	u := f.globals[g]
	if f.constantGlobal(g) {
		s := u.stores[0]
		ts := f.eval(s.Val, f.Root(s.Parent()), f.assigns[s.Pos()])
		for i := range ts {
			ts[i] = asFixed(ts[i], g.Name())
		}
		return ts
	}
	h := f.leafHole(load, fr, hint)
	if u != nil && !u.addr {
		h.Class = key.Fixed
		for _, s := range u.stores {
			if n := s.Parent().Name(); n != "main" && n != "init" && n != "TestMain" && !strings.HasPrefix(n, "init#") {
				h.Class = key.Varying
			}
		}
		if h.Class == key.Fixed {
			h.ID = "g:" + g.String()
		}
	}
	return []key.Template{key.OfHole(h)}
}

func asFixed(t key.Template, name string) key.Template {
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil && p.Hole.Class == key.Varying {
			h := *p.Hole
			h.Class = key.Fixed
			if len(t.Parts) == 1 {
				h.Name = name
			}
			p.Hole = &h
		}
		parts[i] = p
	}
	t.Parts = parts
	return t
}

// sharedBase reports an object that outlives the operation: the receiver of a method, a package variable, or what one
// of them holds.
func (f *Flow) sharedBase(v ssa.Value, fr *Frame, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if a, ok := f.argument(v, fr); ok {
			return f.sharedBase(a.V, a.Fr, depth+1)
		}
		return v.Parent().Signature.Recv() != nil && v == v.Parent().Params[0]
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(v, fr); ok {
			return f.sharedBase(al, afr, depth+1)
		}
	case *ssa.Global:
		return true
	case *ssa.UnOp:
		return f.sharedBase(v.X, fr, depth+1)
	case *ssa.FieldAddr:
		return f.sharedBase(v.X, fr, depth+1)
	case *ssa.Field:
		return f.sharedBase(v.X, fr, depth+1)
	case *ssa.Alloc:
		if s, ok := f.soleStore(v, fr); ok {
			return f.sharedBase(s.V, s.Fr, depth+1)
		}
		if s, ok := f.copiedFrom(v); ok {
			return f.sharedBase(s, lexFrameOr(fr, v.Parent()), depth+1)
		}
	}
	return false
}
