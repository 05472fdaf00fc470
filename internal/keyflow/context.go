package keyflow

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

// paramKey names a parameter: equal for the twins of test variants.
func (f *Flow) paramKey(p *ssa.Parameter) string {
	id := fnID(p.Parent()) + "#" + strconv.Itoa(slices.Index(p.Parent().Params, p))
	f.params[id] = p
	return id
}

// Caller is one place that calls a function.
type Caller struct {
	Call ssa.CallInstruction
	Fn   *ssa.Function
}

// Callers lists the calls of fn in the target, in order of their position. Closed is false when there may be others:
// fn is used as a value, or it is exported from a package that other modules can import and nothing here calls it.
func (f *Flow) Callers(fn *ssa.Function) (out []Caller, closed bool) {
	if r, ok := f.callers[fn]; ok {
		return r.list, r.closed
	}
	f.callers[fn] = callers{} // asked for again on the way: not all are known
	out, closed = f.findCallers(fn)
	f.callers[fn] = callers{out, closed}
	return out, closed
}

type callers struct {
	list   []Caller
	closed bool
}

func (f *Flow) findCallers(fn *ssa.Function) (out []Caller, closed bool) {
	add := func(c ssa.CallInstruction) {
		if g := c.Parent(); f.own(g) || g.Synthetic != "" {
			out = append(out, Caller{c, g})
		}
	}
	for _, c := range f.static[fn] {
		add(c)
	}
	for _, tw := range f.twins(fn) {
		for _, c := range f.static[tw] {
			add(c)
		}
	}
	if recv := fn.Signature.Recv(); recv != nil {
		for _, c := range f.invokes[fn.Name()] {
			iface, ok := c.Common().Value.Type().Underlying().(*types.Interface)
			if ok && f.implements(recv.Type(), iface) {
				add(c)
			}
		}
	}
	dynamic, closed := f.dynamicCallers(fn)
	for _, c := range dynamic {
		add(c)
	}
	at := make(map[ssa.CallInstruction]source.Position, len(out))
	for _, c := range out {
		at[c.Call] = f.Prog.Position(c.Call.Pos())
	}
	slices.SortStableFunc(out, func(a, b Caller) int { return at[a.Call].Compare(at[b.Call]) })
	out = slices.CompactFunc(out, func(a, b Caller) bool { return at[a.Call] == at[b.Call] && a.Fn.String() == b.Fn.String() })
	return out, closed && (len(out) > 0 || !exported(fn))
}

type implementsQuery struct {
	typ   types.Type
	iface *types.Interface
}

// implements reports that a type, or the pointer to it, has the methods of an interface.
func (f *Flow) implements(t types.Type, iface *types.Interface) bool {
	q := implementsQuery{t, iface}
	if known, ok := f.fits[q]; ok {
		return known
	}
	yes := types.Implements(t, iface) || types.Implements(types.NewPointer(t), iface)
	f.fits[q] = yes
	return yes
}

// twins are bodiless copies of fn that a recompiled package was seen to call: linked by name.
func (f *Flow) twins(fn *ssa.Function) []*ssa.Function {
	if fn.Object() == nil || !token.IsExported(fn.Name()) {
		return nil
	}
	if f.byName == nil {
		f.byName = map[string][]*ssa.Function{}
		for g := range f.static {
			if o, ok := g.Object().(*types.Func); ok && len(g.Blocks) == 0 {
				f.byName[o.FullName()] = append(f.byName[o.FullName()], g)
			}
		}
	}
	return f.byName[fn.Object().(*types.Func).FullName()]
}

func exported(fn *ssa.Function) bool {
	return fn.Parent() == nil && token.IsExported(fn.Name()) && fn.Pkg != nil && fn.Pkg.Pkg.Name() != "main"
}

const (
	maxContexts = 50000
	maxChain    = 12
)

// Reasons of Context.Open for functions that nothing in the target calls: what they are handed is not in the code.
const (
	OpenExported = "is exported and has no caller here: any caller's value"
	OpenUncalled = "has no caller that can be seen"
)

// Context is one way to come to a call site.
type Context struct {
	// Frs are the frames of the site, in the order they were given to Contexts.
	Frs []*Frame
	// Open says why callers may exist that are not listed; "" when the context is complete.
	Open string
}

// Contexts lists the ways to come to frames that belong to one operation (a command; the opener of a pipeline and what
// is queued in it). need tells which parameter (see key.Hole.Param) the caller must decide before the keys are known,
// or "".
func (f *Flow) Contexts(frs []*Frame, need func([]*Frame) string) []Context {
	var out []Context
	work := []Context{{Frs: frs}}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		param := ""
		if c.Open == "" {
			param = need(c.Frs)
		}
		if param == "" {
			out = append(out, c)
			continue
		}
		next := f.expand(c.Frs, param)
		if len(out)+len(work)+len(next) > maxContexts {
			next = []Context{{Frs: c.Frs, Open: "has more than " + strconv.Itoa(maxContexts) + " callers"}}
		}
		work = append(work, next...)
	}
	return out
}

// expand replaces the frame that owns the parameter by one for each caller.
func (f *Flow) expand(frs []*Frame, param string) []Context {
	var owner *Frame
	for _, fr := range frs {
		if owner = frameOfParam(fr, param); owner != nil {
			break
		}
	}
	if owner == nil {
		return []Context{{Frs: frs, Open: "has a parameter that can't be followed"}}
	}
	callers, closed := f.Callers(owner.Fn)
	var out []Context
	for _, c := range callers {
		if owner.Fn == c.Fn || entered(frs, owner.Fn) || slices.ContainsFunc(frs, func(fr *Frame) bool { return chain(fr) >= maxChain }) {
			out = append(out, Context{Frs: frs, Open: "is called recursively"})
			continue
		}
		next := make([]*Frame, len(frs))
		for i, fr := range frs {
			next[i] = f.rebase(fr, owner.Fn, c.Call, f.Root(c.Fn))
		}
		out = append(out, Context{Frs: next})
	}
	switch {
	case len(callers) == 0 && exported(owner.Fn):
		out = append(out, Context{Frs: frs, Open: OpenExported})
	case len(callers) == 0 && owner.Fn.Synthetic != "":
		out = append(out, Context{Frs: frs, Open: "is used as a function value, so not all callers can be seen"})
	case len(callers) == 0:
		out = append(out, Context{Frs: frs, Open: OpenUncalled})
	case !closed:
		out = append(out, Context{Frs: frs, Open: "is also used as a function value, so not all callers can be seen"})
	}
	return out
}

// entered reports that a call of fn is already on the way to one of the frames: the function is recursive.
func entered(frs []*Frame, fn *ssa.Function) bool {
	seen := map[*Frame]bool{}
	var find func(d *Frame) bool
	find = func(d *Frame) bool {
		if d == nil || seen[d] {
			return false
		}
		seen[d] = true
		return d.Fn == fn && d.Call != nil || find(d.Parent) || find(d.Lex)
	}
	return slices.ContainsFunc(frs, find)
}

func chain(fr *Frame) int { return len(fr.Callers()) }

// frameOfParam finds the unexpanded frame whose function has the parameter.
func frameOfParam(fr *Frame, param string) *Frame {
	seen := map[*Frame]bool{}
	var find func(d *Frame) *Frame
	find = func(d *Frame) *Frame {
		if d == nil || seen[d] {
			return nil
		}
		seen[d] = true
		if d.Call == nil && len(param) > len(fnID(d.Fn)) && param[:len(fnID(d.Fn))+1] == fnID(d.Fn)+"#" {
			return d
		}
		if r := find(d.Parent); r != nil {
			return r
		}
		return find(d.Lex)
	}
	return find(fr)
}

// WantsCaller reports the parameter that must be decided by the callers for this template to say something: the
// parameter is the whole key, or its start with nothing literal before it while some caller passes more than an
// opaque value. Elsewhere a parameter stays a hole: jobs:<name>:pending is one family, not one per caller.
//
// alts are the alternatives of the key: a parameter is taken for the whole key when no other alternative has text.
func (f *Flow) WantsCaller(fr *Frame, t key.Template, alts []key.Template) string {
	bare := !slices.ContainsFunc(alts, func(a key.Template) bool { return len(a.Parts) > 1 })
	for _, p := range t.Parts {
		if p.Hole == nil || p.Hole.Param == "" {
			continue
		}
		if len(t.Parts) == 1 && bare || f.isFuncParam(fr, p.Hole.Param) || f.composite(fr, p.Hole.Param, 0) {
			return p.Hole.Param
		}
	}
	return ""
}

// isFuncParam reports a parameter that is a function: which one decides the text.
func (f *Flow) isFuncParam(fr *Frame, param string) bool {
	owner := frameOfParam(fr, param)
	if owner == nil {
		return false
	}
	if callers, closed := f.Callers(owner.Fn); !closed || len(callers) == 0 {
		return false
	}
	i, _ := strconv.Atoi(param[len(fnID(owner.Fn))+1:])
	_, ok := owner.Fn.Params[i].Type().Underlying().(*types.Signature)
	return ok
}

// composite reports that some caller passes literal text together with a hole for the parameter.
func (f *Flow) composite(fr *Frame, param string, depth int) bool {
	owner := frameOfParam(fr, param)
	if owner == nil || depth > 4 {
		return false
	}
	if known, ok := f.composites[param]; ok {
		return known
	}
	found := f.findComposite(owner, param, depth)
	if depth == 0 || found {
		f.composites[param] = found
	}
	return found
}

func (f *Flow) findComposite(owner *Frame, param string, depth int) bool {
	i, _ := strconv.Atoi(param[len(fnID(owner.Fn))+1:])
	callers, _ := f.Callers(owner.Fn)
	for _, c := range callers {
		r, ok := f.callArg(c.Call, i, owner.Fn, f.Root(c.Fn))
		if !ok || !textual(r.V.Type()) {
			continue
		}
		for _, t := range f.Eval(r) {
			if len(t.Parts) > 1 || len(t.Parts) == 1 && t.Parts[0].Hole != nil && t.Parts[0].Hole.Param != "" &&
				t.Parts[0].Hole.Param != param && f.composite(r.Fr, t.Parts[0].Hole.Param, depth+1) {
				return true
			}
		}
	}
	return false
}
