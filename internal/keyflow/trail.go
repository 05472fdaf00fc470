package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

const (
	maxSteps  = 12  // of one trail; what is beyond is counted
	maxTrail  = 400 // evaluations that are looked at for one trail
	maxSource = 56  // characters of an expression
)

// trails remembers which evaluations each evaluation asked for, in order. Nothing is kept unless it is on.
type trails struct {
	on    bool
	nodes map[memoKey]*trailNode
	stack []*trailNode
}

type trailNode struct {
	kids []memoKey
	res  []key.Template
}

// RecordTrails makes later evaluations remember how they came to their results.
func (f *Flow) RecordTrails() {
	f.trails.on, f.trails.nodes = true, map[memoKey]*trailNode{}
}

// Trails reports whether trails are recorded.
func (f *Flow) Trails() bool { return f.trails.on }

func (t *trails) met(mk memoKey) {
	if t.on && len(t.stack) > 0 {
		top := t.stack[len(t.stack)-1]
		top.kids = append(top.kids, mk)
	}
}

func (t *trails) enter(mk memoKey) {
	if t.on {
		t.stack = append(t.stack, &trailNode{})
	}
}

func (t *trails) leave(mk memoKey, res []key.Template) {
	if t.on {
		n := t.stack[len(t.stack)-1]
		t.stack, n.res = t.stack[:len(t.stack)-1], res
		t.nodes[mk] = n
	}
}

func refKey(r Ref) memoKey {
	if r.Hint != nil {
		r.Hint = ast.Unparen(r.Hint)
	}
	return memoKey{r.V, r.Fr, r.Hint}
}

// Step is one expression on the way to a key, and the text that it gives.
type Step struct {
	Pos      source.Position
	Text     string // the expression, shortened
	Template string
}

// Trail lists the steps by which a value came to one of its templates, each before what it is made of. more counts the
// steps that were left out because there are too many. It is empty unless trails were recorded.
func (f *Flow) Trail(r Ref, t key.Template) (steps []Step, more int) {
	w := &trailWalk{f: f, shape: t.Shape(), seen: map[memoKey]bool{}}
	w.walk(refKey(r), false)
	return w.steps, w.more
}

// trailWalk writes the steps of one template.
type trailWalk struct {
	f     *Flow
	shape string
	seen  map[memoKey]bool
	shown []ast.Expr
	steps []Step
	more  int
}

// walk adds the steps of an evaluation. choice is set when it is one of several alternatives: it may not have been
// taken.
func (w *trailWalk) walk(mk memoKey, choice bool) {
	n := w.f.trails.nodes[mk]
	if n == nil || w.seen[mk] || len(w.seen) > maxTrail {
		return
	}
	w.seen[mk] = true
	alts := w.taken(n.res)
	if choice && len(alts) == 0 {
		return
	}
	if len(alts) == 0 {
		alts = n.res
	}
	for _, e := range w.f.expressions(mk) {
		if c, ok := mk.v.(*ssa.Const); ok && !literalText(e) && len(w.steps) > 0 && isString(c.Type()) {
			continue // its declaration follows
		}
		w.add(e, e, alts)
	}
	if c, ok := mk.v.(*ssa.Const); ok && mk.hint != nil && isString(c.Type()) {
		w.constant(constText(c), mk.hint, 0)
	}
	for _, k := range n.kids {
		w.walk(k, choice || len(n.res) > 1)
	}
}

// taken lists the alternatives that are part of the template.
func (w *trailWalk) taken(ts []key.Template) []key.Template {
	var out []key.Template
	for _, t := range ts {
		if s := t.Shape(); s == w.shape || s != "" && strings.Contains(w.shape, s) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b key.Template) int { return b.Len() - a.Len() })
	return out[:min(1, len(out))]
}

// add appends a step, unless a reader sees it in an expression that is shown already.
func (w *trailWalk) add(at, e ast.Expr, alts []key.Template) {
	if w.within(at) && (literalText(e) || joined(e) || opaque(alts) || named(e)) {
		return
	}
	s := Step{Pos: w.f.Prog.Position(at.Pos()), Text: w.f.sourceText(e), Template: templates(alts)}
	w.put(s, at)
}

func (w *trailWalk) put(s Step, e ast.Expr) {
	if !s.Pos.IsValid() || slices.ContainsFunc(w.steps, func(o Step) bool { return o.Pos == s.Pos }) {
		return
	}
	if len(w.steps) >= maxSteps {
		w.more++
		return
	}
	w.shown = append(w.shown, e)
	w.steps = append(w.steps, s)
}

// constant adds the declarations that constant text was made of.
func (w *trailWalk) constant(text string, e ast.Expr, depth int) {
	info := w.f.typesInfo(e.Pos())
	if info == nil || depth > maxDepth {
		return
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		w.declared(text, info.ObjectOf(e), depth)
	case *ast.SelectorExpr:
		w.declared(text, info.ObjectOf(e.Sel), depth)
	case *ast.BinaryExpr:
		for _, x := range []ast.Expr{e.X, e.Y} {
			if s, ok := constString(info, x); ok {
				w.constant(s, x, depth+1)
			}
		}
	case *ast.CallExpr:
		if tv := info.Types[e.Fun]; tv.IsType() && len(e.Args) == 1 {
			w.constant(text, e.Args[0], depth+1)
		}
	}
}

func (w *trailWalk) declared(text string, obj types.Object, depth int) {
	var from []ast.Expr
	word := ""
	switch obj := obj.(type) {
	case *types.Const:
		if d, ok := w.f.decls[obj]; ok {
			from, word = []ast.Expr{d.expr}, "const "
		}
	case *types.Var:
		from = w.f.sets[obj]
	}
	for _, e := range from {
		info := w.f.typesInfo(e.Pos())
		if info == nil {
			continue
		}
		if s, ok := constString(info, e); ok && s == text {
			w.put(Step{Pos: w.f.Prog.Position(e.Pos()), Text: word + obj.Name() + " = " + w.f.sourceText(e), Template: text}, e)
			w.constant(text, e, depth+1)
			return
		}
	}
}

// expressions are those of an evaluation: how the value is named where it is used, and how it is made.
func (f *Flow) expressions(mk memoKey) []ast.Expr {
	var out []ast.Expr
	if mk.hint != nil {
		out = append(out, mk.hint)
	}
	made := f.madeBy(mk.v)
	if made != nil && (mk.hint == nil || made.Pos() > mk.hint.End() || made.End() < mk.hint.Pos()) {
		out = append(out, made)
	}
	return out
}

// madeBy is the expression of a call or of an addition.
func (f *Flow) madeBy(v ssa.Value) ast.Expr {
	switch v := v.(type) {
	case *ssa.Call:
		if e := f.calls[v.Pos()]; e != nil {
			return e
		}
	case *ssa.Extract:
		return f.madeBy(v.Tuple)
	case *ssa.BinOp:
		if e := f.binary[v.Pos()]; e != nil {
			return e
		}
	}
	return nil
}

func (w *trailWalk) within(e ast.Expr) bool {
	return slices.ContainsFunc(w.shown, func(o ast.Expr) bool { return o.Pos() <= e.Pos() && e.End() <= o.End() })
}

func literalText(e ast.Expr) bool {
	_, ok := e.(*ast.BasicLit)
	return ok
}

func joined(e ast.Expr) bool {
	b, ok := e.(*ast.BinaryExpr)
	return ok && b.Op == token.ADD
}

func named(e ast.Expr) bool {
	_, ok := e.(*ast.Ident)
	return ok
}

func opaque(ts []key.Template) bool {
	return len(ts) == 1 && len(ts[0].Parts) == 1 && ts[0].Parts[0].Hole != nil
}

// sourceText is the source of an expression in one line.
func (f *Flow) sourceText(e ast.Expr) string {
	file := f.Prog.File(e.Pos())
	from, to := f.Prog.Position(e.Pos()).Offset, f.Prog.Position(e.End()).Offset
	if file == nil || from < 0 || to > len(file.Content) || from > to {
		return exprName(e)
	}
	s := []rune(strings.Join(strings.Fields(string(file.Content[from:to])), " "))
	if len(s) > maxSource {
		return strings.TrimRight(string(s[:maxSource-4]), " ") + " ..."
	}
	return string(s)
}
