package keyflow

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// object resolves a struct, or a pointer to one, to the allocation that made it.
func (f *Flow) object(r Ref) (Ref, bool) {
	if u, ok := r.V.(*ssa.UnOp); ok {
		if _, isStruct := u.Type().Underlying().(*types.Struct); isStruct {
			r.V = u.X // a copy of what is there
		}
	}
	p, ok := f.placeOf(r, 0)
	if !ok || len(p.path) > 0 {
		return Ref{}, false
	}
	if src, ok := f.copiedFrom(p.obj); ok {
		return f.object(f.passed(Ref{V: src, Fr: p.fr}))
	}
	return Ref{V: p.obj, Fr: p.fr}, true
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

// made says what a value of an object is: a parameter of the constructor, or one of several texts.
type made struct {
	param *ssa.Parameter
	obj   string
	texts []key.Template
}

// maxConstructed bounds how many calls of a constructor are told apart.
const maxConstructed = 16

// Whole replaces a key that is nothing but what was handed to the constructor of an object, by what its callers hand
// over: a queue that is named by its whole key.
func (f *Flow) Whole(ts []key.Template) []key.Template { return f.wholeTexts(ts, 0) }

func (f *Flow) wholeTexts(ts []key.Template, depth int) []key.Template {
	var out []key.Template
	for _, t := range ts {
		if hs := t.Holes(); len(t.Parts) == 1 && len(hs) == 1 && depth < 4 {
			if m, ok := f.whole[hs[0].ID]; ok {
				more := m.texts
				if m.param != nil {
					more = f.constructed(m, hs[0])
				}
				if len(more) > 0 {
					for _, u := range f.wholeTexts(more, depth+1) {
						if conds, ok := key.MergeConds(t.Conds, u.Conds); ok {
							u.Conds = conds
							out = append(out, u)
						}
					}
					continue
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// constructed lists what the callers of a constructor pass for a parameter; nil when they can't all be seen.
func (f *Flow) constructed(m made, h *key.Hole) []key.Template {
	fn := m.param.Parent()
	callers, closed := f.Callers(fn)
	if !closed || len(callers) == 0 || len(callers) > maxConstructed {
		return nil
	}
	i := slices.Index(fn.Params, m.param)
	choice := "ctor:" + fnID(fn) + "@" + m.obj
	var out []key.Template
	for n, c := range callers {
		r, ok := f.callArg(c.Call, i, fn, f.Root(c.Fn))
		if !ok {
			return nil
		}
		for _, t := range f.Eval(r) {
			if len(t.Parts) == 0 {
				continue // no key
			}
			t = f.ofObject(t, m.obj, h.Name, nil, h.Loops, h.Shared)
			if u, ok := withCond(t, choice, strconv.Itoa(n)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice)
}

// several reports a parameter to which the program hands different values, in what runs outside of tests.
func (f *Flow) several(p *ssa.Parameter, depth int) bool {
	if depth > maxDepth {
		return false
	}
	i := slices.Index(p.Parent().Params, p)
	callers, _ := f.Callers(p.Parent())
	seen := map[string]bool{}
	for _, c := range callers {
		r, ok := f.callArg(c.Call, i, p.Parent(), f.Root(c.Fn))
		if !ok || strings.HasSuffix(f.Prog.Position(c.Call.Pos()).File, "_test.go") {
			continue
		}
		for _, t := range f.Eval(r) {
			for _, h := range t.Holes() {
				from := f.params[h.Param]
				if len(h.Domain) > 1 || h.Class == key.Varying && !h.Shared && len(h.Loops) > 0 || from != nil && from != p && f.several(from, depth+1) {
					return true
				}
			}
			if seen[t.String()] = true; len(seen) > 1 {
				return true
			}
		}
	}
	return false
}
