package keyflow

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// fieldSummary is what is known of a field wherever its objects are made.
type fieldSummary struct {
	f *Flow
	k fieldKey
	// closed is set when nothing but the function that makes an object, and functions that fill it there (options),
	// sets the field.
	closed bool
	// inits are the stores of functions that only ever get objects which are being made.
	inits []*ssa.Store

	known bool
	list  []variant
}

// variant is what one place that makes objects puts into the field.
type variant struct {
	obj   string // names the place
	texts []key.Template
}

// summary finds out how a field is filled.
func (f *Flow) summary(k fieldKey) *fieldSummary {
	if s, ok := f.summaries[k]; ok {
		return s
	}
	s := &fieldSummary{f: f, k: k}
	f.summaries[k] = s // asked for again on the way: not closed
	f.indexObjects()
	closed := len(f.stores[k]) > 0 && !f.reflected(k) && !f.leaked[k] && !f.overwritten[k.typ]
	for _, st := range f.stores[k] {
		if f.fresh(st) {
			continue
		}
		if !f.initOnly(st, 0) {
			closed = false
			break
		}
		s.inits = append(s.inits, st)
	}
	s.inits = dedupeStores(f, s.inits)
	s.closed = closed
	return s
}

// stableField reports a field that is only set while its object is made, or by functions that fill such objects.
func (f *Flow) stableField(k fieldKey) bool { return f.summary(k).closed }

// unchanging reports a field that is only set by the function that makes its object.
func (f *Flow) unchanging(k fieldKey) bool { s := f.summary(k); return s.closed && len(s.inits) == 0 }

// onlyMade reports a field that nothing sets after its object is made.
func (f *Flow) onlyMade(k fieldKey) bool {
	f.indexObjects()
	return !f.leaked[k] && !f.overwritten[k.typ] && !slices.ContainsFunc(f.stores[k], func(s *ssa.Store) bool { return !f.fresh(s) })
}

// reflected reports a field that code without source may fill: an exported field with a tag, or of a type that was
// handed to code that may decode into it.
func (f *Flow) reflected(k fieldKey) bool {
	if len(f.stores[k]) == 0 {
		return true
	}
	fa := f.stores[k][0].Addr.(*ssa.FieldAddr)
	if !structField(fa.X.Type(), k.index).Exported() {
		return false
	}
	p, _ := fa.X.Type().Underlying().(*types.Pointer)
	st, ok := p.Elem().Underlying().(*types.Struct)
	return ok && st.Tag(k.index) != "" || f.decoded[k.typ]
}

// initOnly reports a store to an object that came in as a parameter, in a function that is only called with objects
// which its callers are making.
func (f *Flow) initOnly(s *ssa.Store, depth int) bool {
	root, _ := rootPath(s.Addr)
	p, ok := root.(*ssa.Parameter)
	if !ok {
		if u, isLoad := root.(*ssa.UnOp); isLoad { // a parameter that a closure holds as well
			if a, isCell := u.X.(*ssa.Alloc); isCell {
				if st, sole := f.soleStore(a, f.Root(a.Parent())); sole {
					p, ok = st.V.(*ssa.Parameter)
				}
			}
		}
	}
	return ok && f.onlyFresh(p, depth)
}

// onlyFresh reports a parameter that only gets objects which the callers are making.
func (f *Flow) onlyFresh(p *ssa.Parameter, depth int) bool {
	fn := p.Parent()
	if depth > 3 || token.IsExported(fn.Name()) && fn.Parent() == nil && fn.Signature.Recv() != nil && len(f.static[fn]) == 0 {
		return false
	}
	i := slices.Index(fn.Params, p)
	var calls []ssa.CallInstruction
	callers, closed := f.Callers(fn)
	for _, c := range callers {
		calls = append(calls, c.Call)
	}
	if !closed {
		if fn.Signature.Recv() != nil || f.handedOut(fn) {
			return false
		}
		calls = append(calls, f.dynamic[signatureName(fn.Signature)]...)
	}
	for _, call := range calls {
		c := call.Common()
		at := i
		if c.IsInvoke() {
			at--
		}
		if at < 0 || at >= len(c.Args) {
			return false
		}
		root, _ := rootPath(c.Args[at])
		switch a := root.(type) {
		case *ssa.Alloc:
			continue
		case *ssa.Parameter:
			if !f.onlyFresh(a, depth+1) {
				return false
			}
		default:
			return false
		}
	}
	return len(calls) > 0
}

// variants lists what the places that make objects put into the field, the twins of test variants once.
func (s *fieldSummary) variants() []variant {
	if s.known {
		return s.list
	}
	s.known = true // asked for again on the way: none
	f := s.f
	seen := map[string]bool{}
	var list []variant
	for _, o := range f.objects[s.k.typ] {
		id := f.placeID(o.obj, o.obj.Pos(), o.obj.Parent()) + pathName(o.path)
		if seen[id] {
			continue
		}
		seen[id] = true
		if ts := s.withoutInits(f.finished(o, s.k)); len(ts) > 0 {
			list = append(list, variant{id, ts})
		}
		if len(list) > 2*maxVariants {
			break
		}
	}
	if f.zeros[s.k.typ] {
		list = append(list, variant{"zero", []key.Template{key.Literal("")}})
	}
	if list == nil {
		list = []variant{}
	}
	s.list = withCopies(list)
	return s.list
}

// withoutInits leaves out what functions that fill fresh objects put there: any object may have been handed to them, so
// they are no property of one place (see anyField).
func (s *fieldSummary) withoutInits(ts []key.Template) []key.Template {
	if len(s.inits) == 0 {
		return ts
	}
	var out []key.Template
	for _, t := range ts {
		conds, filled := map[string]string{}, false
		for k, v := range t.Conds {
			if strings.HasPrefix(k, "init:"+s.k.String()+"@") {
				filled = filled || v != "-"
				continue
			}
			conds[k] = v
		}
		if t.Conds = conds; !filled {
			out = append(out, t)
		}
	}
	return out
}

// copied is the id of the hole that stands for the text of another variant.
const copied = "copied"

// withCopies replaces texts that were copied from an object of the same type by those of all other variants.
func withCopies(list []variant) []variant {
	isCopy := func(t key.Template) bool {
		return len(t.Parts) == 1 && t.Parts[0].Hole != nil && t.Parts[0].Hole.ID == copied
	}
	var all []key.Template
	for _, v := range list {
		for _, t := range v.texts {
			if !isCopy(t) {
				all = append(all, t)
			}
		}
	}
	for i, v := range list {
		if !slices.ContainsFunc(v.texts, isCopy) {
			continue
		}
		if len(all) == 0 {
			all = []key.Template{key.OfHole(&key.Hole{ID: copied, Name: "copy", Class: key.Unknown})}
		}
		texts := slices.DeleteFunc(slices.Clone(v.texts), isCopy)
		for n, t := range all {
			if u, ok := withCond(t, "copy:"+v.obj, strconv.Itoa(n)); ok {
				texts = append(texts, u)
			}
		}
		list[i].texts = texts
	}
	return list
}

// unknown reports that what some place puts into the field is not known.
func (s *fieldSummary) unknown() bool {
	n := 0
	for _, v := range s.variants() {
		n += len(v.texts)
		for _, t := range v.texts {
			for _, h := range t.Holes() {
				if h.Class == key.Unknown || h.ID == copied {
					return true
				}
			}
		}
	}
	return n > 2*maxVariants
}

func pathName(path []int) string {
	var b strings.Builder
	for _, i := range path {
		b.WriteString("." + strconv.Itoa(i))
	}
	return b.String()
}

// placeID names a place in the source: the same for the twins of test variants, not for instances of generics.
func (f *Flow) placeID(v any, pos token.Pos, fn *ssa.Function) string {
	p := f.Prog.Position(pos)
	id := p.String()
	if len(fn.TypeArgs()) > 0 {
		id += fn.String()
	}
	if !p.IsValid() {
		switch v := v.(type) {
		case *ssa.Store:
			id = f.valueKey(v.Val, f.Root(fn))
		case ssa.Value:
			id = f.valueKey(v, f.Root(fn))
		}
	}
	return id
}

// finished is what a field of an object holds whenever the object is used by more than the function that makes it.
func (f *Flow) finished(o objectAt, k fieldKey) []key.Template {
	fr := f.Root(o.obj.Parent())
	p := place{obj: o.obj, fr: fr, path: append(slices.Clone(o.path), k.index)}
	if f.copies(o.obj) {
		return nil // holds what others made
	}
	// What is not followed is the copy of some object, or one of the values that are stored here.
	other := func() []key.Template {
		return append(f.storedTo(o, k, fr), key.OfHole(&key.Hole{ID: copied, Name: "copy"}))
	}
	var out []key.Template
	uses := usesOf(o.obj)
	choice := "use:" + f.valueKey(o.obj, fr)
	for i, in := range uses {
		if i == 12 {
			break
		}
		for _, t := range f.placeText(p, in, fr, other) {
			u, _ := withCond(t, choice, strconv.Itoa(i))
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return distinct(out, choice)
}

// storedTo are all texts that a function stores to a field of an object that it makes.
func (f *Flow) storedTo(o objectAt, k fieldKey, fr *Frame) []key.Template {
	out := []key.Template{key.Literal("")}
	for _, s := range f.stores[k] {
		if root, path := rootPath(s.Addr); root == ssa.Value(o.obj) && slices.Equal(path, append(slices.Clone(o.path), k.index)) {
			out = append(out, f.eval(s.Val, fr, f.storeHint(s))...)
		}
	}
	return out
}

// distinct drops the choice between uses where all of them see the same.
func distinct(ts []key.Template, choice string) []key.Template {
	var out []key.Template
	for _, t := range ts {
		w := withoutCond([]key.Template{t}, choice)[0]
		if !slices.ContainsFunc(out, func(o key.Template) bool {
			return sameTemplate(o, w) && sameConds(withoutCond([]key.Template{o}, choice)[0], w)
		}) {
			out = append(out, t)
		}
	}
	if len(out) == 1 {
		return withoutCond(out, choice)
	}
	for i := range out { // later uses see what later stores made of it: they are not tied to those of other fields
		out[i] = withoutCond(out[i:i+1], choice)[0]
	}
	return out
}

// copies reports a local copy of a struct value, with no field of its own.
func (f *Flow) copies(a *ssa.Alloc) bool { _, ok := f.copiedFrom(a); return ok }

// usesOf lists the instructions that hand an object on: after them others may read it.
func usesOf(a *ssa.Alloc) []ssa.Instruction {
	var out []ssa.Instruction
	var add func(v ssa.Value, depth int)
	add = func(v ssa.Value, depth int) {
		for _, in := range *v.Referrers() {
			switch in := in.(type) {
			case *ssa.DebugRef:
			case *ssa.FieldAddr:
				if _, st := structField(in.X.Type(), in.Field).Type().Underlying().(*types.Struct); st && depth < 3 {
					add(in, depth+1)
				}
			case *ssa.IndexAddr:
				if depth < 3 {
					add(in, depth+1)
				}
			case *ssa.Store:
				if in.Addr != v {
					out = append(out, in)
				}
			case *ssa.Return:
				if !failed(in) {
					out = append(out, in)
				}
			case *ssa.Slice:
				add(in, depth+1)
			case *ssa.Phi:
				for i, e := range in.Edges {
					if e == v {
						p := in.Block().Preds[i]
						out = append(out, p.Instrs[len(p.Instrs)-1])
					}
				}
			default:
				out = append(out, in)
			}
		}
	}
	add(a, 0)
	return out
}
