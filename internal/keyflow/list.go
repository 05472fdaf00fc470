package keyflow

import (
	"go/ast"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// Elem is one element of a list, or the elements that one place in a loop puts there.
type Elem struct {
	Ref
	// Acc names the loops around the place that puts the element into the list.
	Acc []string
	// Kept names those of them whose earlier rounds are still in the list: it is not started anew in each.
	Kept []string
	// Maybe is set when a condition decides whether the element is there.
	Maybe bool
	// pos is where the element is, in the store that put it there, when that was found by what it fills.
	pos position
	in  ssa.Instruction
}

// List is what is known of a slice: its elements in order, and why there may be others.
type List struct {
	Elems []Elem
	Open  string // why not all elements are known; "" when they are
	Param string // the list is this parameter (see key.Hole.Param)
	// Found is set when the unknown elements are names that SCAN or KEYS found: whatever the keys are called.
	Found bool

	size   position
	looped bool // the size is not known yet: this is what the rounds before have left
}

// List evaluates a slice of strings (or of any).
func (f *Flow) List(r Ref) List {
	return f.ListAt(r, onlyUse(r.V), r.Fr)
}

// ListAt evaluates a slice as it is before an instruction of a frame (nil where that is not known).
func (f *Flow) ListAt(r Ref, use ssa.Instruction, fr *Frame) List {
	w := newLister(f)
	return w.finish(w.list(r, site{use, fr}, 0))
}

func newLister(f *Flow) *lister {
	return &lister{f: f, seen: map[numberKey]*assumption{}, loops: map[string]bool{}, busy: map[numberKey]bool{}, nearby: map[ssa.Instruction]bool{}, fields: map[fieldKey]bool{}}
}

// finish sorts out which elements earlier rounds of a loop have left, and which are not certain.
func (w *lister) finish(l List) List {
	for i := range l.Elems {
		w.keep(&l.Elems[i])
	}
	l.Elems = joinRounds(l.Elems)
	if !l.exact() {
		for i := range l.Elems {
			l.Elems[i].Maybe = true
		}
	}
	return l
}

// lister walks a slice back to what fills it.
type lister struct {
	f    *Flow
	seen map[numberKey]*assumption
	// loops are those through which a list is handed on from round to round.
	loops   map[string]bool
	busy    map[numberKey]bool       // memory whose copied elements are being listed
	copies  int                      // lists whose elements are in other lists, one in another
	nearby  map[ssa.Instruction]bool // calls of append whose neighbours are being listed
	fields  map[fieldKey]bool        // whose stores are being listed
	trimmed int                      // the elements that were removed are out of sight
}

// site is the instruction before which a list is looked at.
type site struct {
	in ssa.Instruction
	fr *Frame
}

// assumption is what is taken for the length of a list that a loop hands on, until it is known.
type assumption struct {
	size  position
	asked bool
	some  bool
}

// onlyUse is the call that a value is made for, if there is just one.
func onlyUse(v ssa.Value) ssa.Instruction {
	if v == nil || v.Referrers() == nil {
		return nil
	}
	var found ssa.Instruction
	for _, in := range *v.Referrers() {
		c, ok := in.(*ssa.Call)
		if !ok {
			continue
		}
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() != "append" && b.Name() != "copy" {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	return found
}

// keep notes the loops whose earlier rounds are still in the list.
func (w *lister) keep(e *Elem) {
	for _, l := range e.Acc {
		if w.loops[l] && !slices.Contains(e.Kept, l) {
			e.Kept = append(e.Kept, l)
		}
	}
}

func (l *List) open(why string) {
	if l.Open == "" {
		l.Open = why
	} else if l.Open != why {
		l.Found = false
	}
}

// add puts an element at the end.
func (l *List) add(e Elem) {
	e.pos = l.size
	l.Elems = append(l.Elems, e)
	l.size = l.size.plus(at(1))
}

// join takes over what another list is open for.
func (l *List) join(m List) {
	if m.Open != "" {
		l.Found = m.Found && (l.Open == "" || l.Found)
		l.open(m.Open)
	}
	if m.Param != "" {
		l.Param = m.Param
	}
}

// concat puts another list behind.
func (l *List) concat(m List) {
	for _, e := range m.Elems {
		e.pos = l.size.plus(e.pos)
		l.Elems = append(l.Elems, e)
	}
	l.size, l.looped = l.size.plus(m.size), l.looped || m.looped
	l.join(m)
}

func openList(why string) List { return List{Open: why} }

// empty is a list without elements.
func empty() List { return List{size: at(0)} }

// list is what a slice holds at an instruction.
func (w *lister) list(r Ref, use site, depth int) List {
	if depth > 2*maxDepth {
		return openList("comes from calls nested too deep")
	}
	if r.Hint != nil {
		r.Hint = ast.Unparen(r.Hint)
	}
	sub := func(v ssa.Value, hint ast.Expr) List {
		return w.list(Ref{V: v, Fr: r.Fr, Hint: hint}, use, depth+1)
	}
	switch v := r.V.(type) {
	case *ssa.Const:
		return empty()
	case *ssa.ChangeType:
		return sub(v.X, conversionArg(r.Hint))
	case *ssa.MakeInterface:
		return sub(v.X, r.Hint)
	case *ssa.TypeAssert:
		return sub(v.X, nil)
	case *ssa.Slice:
		return w.part(v, r, use, depth)
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.Global:
		return w.made(r, use, depth)
	case *ssa.Phi:
		return w.phi(v, r, depth)
	case *ssa.Parameter:
		return w.parameter(v, r, depth)
	case *ssa.FreeVar:
		if al, afr, ok := w.f.captured(v, r.Fr); ok {
			return w.list(Ref{V: al, Fr: afr}, site{}, depth+1)
		}
		return openList("is a captured variable")
	case *ssa.Call:
		return w.call(v, 0, r, depth)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return w.call(c, v.Index, r, depth)
		}
	case *ssa.UnOp:
		return w.loaded(v, r, depth)
	}
	return openList("can't be followed")
}

func (w *lister) parameter(v *ssa.Parameter, r Ref, depth int) List {
	f := w.f
	a, ok := f.argument(v, r.Fr)
	if !ok {
		l := openList("is the parameter " + v.Name() + ": its callers decide")
		l.Param = f.paramKey(v)
		return l
	}
	in := lexFrame(r.Fr, v.Parent())
	if refs, ok := f.variadic(a.V, a.Fr); ok && a.Hint == nil {
		l := empty()
		l.addRefs(f.callHints(r.Fr, v, refs), f.loopsOf(in.Call.Block(), in.Parent))
		return l
	}
	return w.list(a, site{in.Call, a.Fr}, depth+1)
}

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

func (l *List) addRefs(refs []Ref, acc []string) {
	for _, r := range refs {
		l.add(Elem{Ref: r, Acc: acc})
	}
}

// part is a slice expression.
func (w *lister) part(v *ssa.Slice, r Ref, use site, depth int) List {
	if isArrayPointer(v.X.Type()) {
		if o, ok := w.f.originOf(v, r.Fr, 0); ok {
			if low, high, ok := o.bounds(); ok {
				return w.array(o, low, high, use, depth+1)
			}
		}
	}
	if c, ok := v.High.(*ssa.Const); ok && v.Low == nil && c.Int64() == 0 { // keys[:0]: starts again
		return empty()
	}
	l := w.list(Ref{V: v.X, Fr: r.Fr}, use, depth+1)
	if v.Low == nil && v.High == nil {
		return l
	}
	low, okLow := constIndex(v.Low, 0)
	high, okHigh := constIndex(v.High, -1)
	if v.High == nil && l.size.known {
		high = l.size.index
	}
	var out List
	for _, e := range l.Elems {
		if e.pos.known && (okLow && e.pos.index < low || okHigh && high >= 0 && e.pos.index >= high) {
			continue
		}
		e.pos = e.pos.plus(position{okLow, -low, okLow, low%2 != 0})
		out.Elems = append(out.Elems, e)
	}
	if okLow && okHigh && high >= 0 {
		out.size = at(max(high-low, 0))
	}
	out.join(l)
	return out
}

// constIndex is a constant bound; none where there is no bound.
func constIndex(v ssa.Value, none int64) (int64, bool) {
	if v == nil {
		return none, true
	}
	c, ok := v.(*ssa.Const)
	if !ok {
		return 0, false
	}
	return c.Int64(), true
}

// phi joins the lists of all branches: an element of only some of them may be there.
func (w *lister) phi(v *ssa.Phi, r Ref, depth int) List {
	k := numberKey{v, r.Fr}
	if a := w.seen[k]; a != nil {
		a.asked = true
		return List{size: a.size, looped: !a.some} // the rounds before: their elements are listed where the walk met this first
	}
	if isHeader(v.Block()) {
		w.loops["L"+strconv.Itoa(v.Block().Index)+"@"+lexFrameOr(r.Fr, v.Parent()).id] = true
	}
	a := &assumption{}
	w.seen[k] = a
	defer delete(w.seen, k)
	for {
		a.asked = false
		out := w.branches(v, r, depth)
		got := position{parity: out.size.parity, odd: out.size.odd}
		switch {
		case !a.asked || a.some && (a.size == got || a.size == position{}):
			return out
		case a.some:
			got = position{} // not the same length in each round
		}
		a.size, a.some = got, true
	}
}

func (w *lister) branches(v *ssa.Phi, r Ref, depth int) List {
	out := List{looped: true}
	for i, e := range v.Edges {
		if e == ssa.Value(v) {
			continue
		}
		pred := v.Block().Preds[i]
		out.merge(w.list(Ref{V: e, Fr: r.Fr}, site{pred.Instrs[len(pred.Instrs)-1], r.Fr}, depth+1))
	}
	return out
}

// merge joins the elements of one way with those of the others.
func (l *List) merge(one List) {
	for _, el := range one.Elems {
		i := slices.IndexFunc(l.Elems, func(x Elem) bool { return x.V == el.V && x.Fr == el.Fr && x.pos == el.pos })
		if i < 0 {
			el.Maybe = true
			l.Elems = append(l.Elems, el)
		}
	}
	switch {
	case one.looped:
	case l.looped:
		l.size, l.looped = one.size, false
	case l.size != one.size:
		l.size = position{parity: l.size.parity && one.size.parity && l.size.odd == one.size.odd, odd: l.size.odd}
	}
	l.join(one)
}
