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
	return fieldKey{structName(t), i}
}

// structName names a struct type: that of its declaration, for instances of generics as well. A type without a name
// belongs to the package of its fields.
func structName(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		o := n.Origin().Obj()
		path := ""
		if o.Pkg() != nil {
			path = o.Pkg().Path()
		}
		name := path + "." + o.Name()
		if o.Parent() != nil && o.Pkg() != nil && o.Parent() != o.Pkg().Scope() {
			name += "@" + strconv.Itoa(int(o.Pos())) // declared in a function
		}
		return name
	}
	if s, ok := t.Underlying().(*types.Struct); ok && s.NumFields() > 0 && s.Field(0).Pkg() != nil {
		return s.Field(0).Pkg().Path() + "." + t.String()
	}
	return t.String()
}

func (f *Flow) indexStore(s *ssa.Store) {
	if fa, ok := s.Addr.(*ssa.FieldAddr); ok {
		k := fieldOf(fa.X.Type(), fa.Field)
		f.stores[k] = append(f.stores[k], s)
	}
}

// fresh reports a store that fills an object made in the same function: a constructor or a literal. A field that is
// filled anew in each round of a loop changes while the object is in use.
func (f *Flow) fresh(s *ssa.Store) bool {
	root, _ := rootPath(s.Addr)
	a, ok := root.(*ssa.Alloc)
	return ok && slices.Equal(f.loopHeaders(a.Block()), f.loopHeaders(s.Block()))
}

// evalField is the text of a field. An object made in sight is followed from where it was made to the load. Of others,
// what constructors put there is known, with the holes of the constructor tied to the object.
func (f *Flow) evalField(base ssa.Value, index int, load ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	general := func() []key.Template { return f.anyField(base, index, load, fr, hint) }
	at, ok := load.(ssa.Instruction)
	if !ok {
		return general()
	}
	if _, pointer := base.Type().Underlying().(*types.Pointer); !pointer {
		return f.valueField(base, []int{index}, at, fr, general)
	}
	if p, ok := f.placeOf(Ref{V: base, Fr: fr}, 0); ok {
		p.path = append(slices.Clone(p.path), index)
		return f.placeText(p, at, fr, general)
	}
	if ts, ok := f.globalField(base, []int{index}); ok {
		return ts
	}
	return general()
}

// valueField is a field of a struct value, which is a copy of some object as it was then.
func (f *Flow) valueField(v ssa.Value, path []int, at ssa.Instruction, fr *Frame, other func() []key.Template) []key.Template {
	switch v := v.(type) {
	case *ssa.Const:
		return []key.Template{key.Literal("")}
	case *ssa.Field:
		return f.valueField(v.X, slices.Concat([]int{v.Field}, path), at, fr, other)
	case *ssa.UnOp:
		if p, ok := f.placeOf(Ref{V: v.X, Fr: fr}, 0); ok {
			p.path = slices.Concat(p.path, path)
			return f.placeText(p, v, fr, other)
		}
		if ts, ok := f.globalField(v.X, path); ok {
			return ts
		}
		if len(path) == 1 {
			return f.anyField(v.X, path[0], v, fr, nil)
		}
	case *ssa.Parameter:
		if a, ok := f.argument(v, fr); ok {
			fr = lexFrame(fr, v.Parent())
			return f.valueField(a.V, path, fr.Call, a.Fr, other)
		}
		if _, isStruct := v.Type().Underlying().(*types.Struct); isStruct && len(path) == 1 {
			return f.anyField(v, path[0], v, fr, nil)
		}
	case *ssa.ChangeType:
		return f.valueField(v.X, path, at, fr, other)
	case *ssa.MakeInterface:
		return f.valueField(v.X, path, at, fr, other)
	case *ssa.TypeAssert:
		if m, ok := v.X.(*ssa.MakeInterface); ok && types.Identical(m.X.Type(), v.Type()) {
			return f.valueField(m.X, path, at, fr, other)
		}
	case *ssa.Phi:
		if !isHeader(v.Block()) {
			return f.phiField(v, path, fr, other)
		}
	case *ssa.Call:
		return f.returnedField(v, 0, path, fr, other)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return f.returnedField(c, v.Index, path, fr, other)
		}
	}
	return other()
}

func (f *Flow) phiField(v *ssa.Phi, path []int, fr *Frame, other func() []key.Template) []key.Template {
	choice := phiChoice(v.Block(), fr)
	var out []key.Template
	for i, e := range v.Edges {
		p := v.Block().Preds[i]
		for _, t := range f.valueField(e, path, p.Instrs[len(p.Instrs)-1], fr, other) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice)
}

// returnedField is a field of a struct that a call of the target returns by value.
func (f *Flow) returnedField(c *ssa.Call, idx int, path []int, fr *Frame, other func() []key.Template) []key.Template {
	fn, in, ok := f.entered(c, fr)
	if !ok {
		return other()
	}
	choice := "ret:" + in.id
	var out []key.Template
	for _, ret := range returns(fn) {
		if idx >= len(ret.Results) || failed(ret) || !f.reachable(in)[ret.Block().Index] {
			continue
		}
		for _, t := range f.valueField(ret.Results[idx], path, ret, in, other) {
			if u, ok := withCond(t, choice, strconv.Itoa(ret.Block().Index)); ok {
				out = append(out, u)
			}
		}
	}
	if len(out) == 0 {
		return other()
	}
	return merge(out, choice)
}

// maxVariants bounds how many texts of a field are told apart; a field that many places fill is a value like any other.
const maxVariants = 8

// anyField is a field of an object that was made out of sight.
func (f *Flow) anyField(base ssa.Value, index int, load ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	k := fieldOf(base.Type(), index)
	if f.onlyMade(k) {
		if ts, ok := f.rowField(base, index, fr); ok {
			return ts
		}
	}
	shared := f.sharedBase(base, fr, 0)
	sum := f.summary(k)
	if sum.closed && sum.known && sum.list == nil { // asked for while the variants are found: a copy of one of them
		return []key.Template{key.OfHole(&key.Hole{ID: copied, Name: "copy"})}
	}
	if !sum.closed || len(sum.variants()) == 0 || len(sum.variants()) > maxVariants || sum.unknown() {
		return f.openField(load, k, fr, hint, shared)
	}
	f.trailOfField(k)
	obj := f.baseNumber(base, fr)
	if at, ok := load.(ssa.Instruction); ok && len(sum.inits) > 0 {
		obj = f.short(obj + f.version(at, region{kind: inField, field: k, typ: typeName(load.Type())}, fr))
	}
	name := structField(base.Type(), index).Name()
	loops := f.valueLoops(base, fr)
	choice, init := "obj:"+k.typ+"@"+obj, "init:"+k.String()+"@"+obj
	var out []key.Template
	for _, v := range sum.variants() {
		for _, t := range v.texts {
			t = f.ofObject(t, obj, name, hint, loops, shared)
			t, _ = withCond(t, choice, v.obj)
			if len(sum.inits) > 0 {
				t, _ = withCond(t, init, "-")
			}
			out = append(out, t)
		}
	}
	for i, s := range sum.inits {
		for _, t := range f.eval(s.Val, f.Root(s.Parent()), f.storeHint(s)) {
			t, _ = withCond(f.ofObject(t, obj, name, hint, loops, shared), init, strconv.Itoa(i))
			out = append(out, t)
		}
	}
	if out = sameText(out, choice); oneSegment(out) {
		return f.segmentField(out, load, k, fr, hint, shared)
	}
	return out
}

// oneSegment reports alternatives that are each a bare value: a name that different places give to their objects. Such
// a field is one hole, as a parameter is that several callers pass names for: jobs/<name> is one family, not one for
// each name. Texts with separators (prefixes) and composed ones stay apart.
func oneSegment(ts []key.Template) bool {
	if len(ts) < 2 {
		return false
	}
	for _, t := range ts {
		text, constant := t.Text()
		if constant && (text == "" || strings.ContainsAny(text, ":/.|#{}%*")) || !constant && len(t.Parts) != 1 {
			return false
		}
	}
	return true
}

// segmentField is the hole of such a field; where it is a whole key, its alternatives are what matters.
func (f *Flow) segmentField(ts []key.Template, load ssa.Value, k fieldKey, fr *Frame, hint ast.Expr, shared bool) []key.Template {
	out := f.openField(load, k, fr, hint, shared)
	h := out[0].Parts[0].Hole
	h.Domain, h.Open = nil, false
	for _, t := range ts {
		if text, constant := t.Text(); constant {
			h.Domain = append(h.Domain, text)
			continue
		}
		o := t.Parts[0].Hole
		h.Braces = h.Braces || o.Braces
		h.Domain = append(h.Domain, o.Domain...)
		h.Open = h.Open || o.Open || len(o.Domain) == 0
	}
	sort.Strings(h.Domain)
	h.Domain = slices.Compact(h.Domain)
	f.whole[h.ID] = made{texts: ts}
	return out
}

// trailOfField notes that the text of a field is that of its stores, which were evaluated for whoever asked first.
func (f *Flow) trailOfField(k fieldKey) {
	if !f.trails.on {
		return
	}
	for _, s := range dedupeStores(f, f.stores[k]) {
		hint := f.storeHint(s)
		if hint != nil {
			hint = ast.Unparen(hint)
		}
		if mk := (memoKey{s.Val, f.Root(s.Parent()), hint}); f.memo[mk] != nil {
			f.trails.met(mk)
		}
	}
}

// sameText joins alternatives that have one text: what they do not agree on does not matter for them.
func sameText(ts []key.Template, choice string) []key.Template {
	var out []key.Template
	for _, t := range ts {
		i := slices.IndexFunc(out, func(o key.Template) bool { return sameTemplate(o, t) })
		if i < 0 {
			out = append(out, t)
			continue
		}
		both := map[string]string{}
		for k, v := range out[i].Conds {
			if w, ok := t.Conds[k]; ok && w == v {
				both[k] = v
			}
		}
		out[i].Conds = both
	}
	if len(out) == 1 {
		return withoutCond(out, choice)
	}
	return out
}

func sameConds(a, b key.Template) bool {
	if len(a.Conds) != len(b.Conds) {
		return false
	}
	for k, v := range a.Conds {
		if b.Conds[k] != v {
			return false
		}
	}
	return true
}

// openField is a field that more than its constructors may set: one hole.
func (f *Flow) openField(load ssa.Value, k fieldKey, fr *Frame, hint ast.Expr, shared bool) []key.Template {
	h := f.leafHole(load, fr, hint)
	h.Open, h.Shared = true, shared
	if st, ok := load.Type().Underlying().(*types.Struct); ok { // a copy of the object: the field is a part of it
		h.ID = f.short("f(" + f.valueID(load, fr) + "," + k.String() + ")")
		name := st.Field(k.index).Name()
		if h.Name != "element" && h.Name != "value" {
			name = h.Name + "." + name
		}
		h.Name, h.Kind = name, kindOfType(st.Field(k.index).Type())
	}
	for _, s := range f.stores[k] {
		if c, ok := s.Val.(*ssa.Const); ok && c.Value != nil && isString(c.Type()) && !slices.Contains(h.Domain, constText(c)) {
			h.Domain = append(h.Domain, constText(c))
		}
	}
	sort.Strings(h.Domain)
	if len(h.Domain) > 2*maxVariants {
		h.Domain = nil
	}
	return []key.Template{key.OfHole(h)}
}

// ofObject ties the holes of a constructor to the object it made: the fields of one object that were set from one
// value stay equal, those of another object do not. What is the same in the whole process stays so.
func (f *Flow) ofObject(t key.Template, obj, name string, hint ast.Expr, loops []string, shared bool) key.Template {
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil {
			h := *p.Hole
			if h.Class != key.Fixed {
				param := h.Param
				h.ID = f.short("o(" + obj + "," + h.ID + ")")
				h.Param = ""
				if p := f.params[param]; p != nil {
					f.whole[h.ID] = made{param: p, obj: obj}
					h.Several = f.several(p, 0)
				}
			}
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
		if id := f.placeID(s, s.Pos(), s.Parent()); !seen[id] {
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
