package keyflow

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

// notes are the annotations of a program: //clusterize:key TEMPLATE.
type notes struct {
	all    map[source.Position]*note // test variants have the same ones
	exprs  map[ast.Expr]*noted
	values map[ssa.Value]*noted
	vars   map[types.Object]*noted
	funcs  map[*ast.FuncDecl]*noted
}

// note is one annotation, and what became of it.
type note struct {
	pos      source.Position
	template string
	pieces   []key.Piece
	problem  string
	foreign  bool // another directive: the problem says it all
	said     bool // it stands elsewhere than in the code

	used    bool
	active  bool            // it is being put in: what is looked at for its holes is taken as it is
	at      source.Position // the expression that it was used for
	several bool
	callers bool   // of a parameter, when the callers can be seen
	known   string // what is known without it
}

// NoteProblem is an annotation that was not used, or not as it may have been meant.
type NoteProblem struct {
	Pos    source.Position
	Reason string
}

// NoteProblems lists the annotations that are malformed, or that matched nothing, in order of their positions.
func (f *Flow) NoteProblems() []NoteProblem {
	var out []NoteProblem
	for _, n := range f.notes.all {
		why := n.trouble()
		if why == "" {
			continue
		}
		if n.said {
			why = strings.TrimSpace("key "+n.template) + ": " + why
		} else if !n.foreign {
			why = strings.TrimSpace(directive+" "+n.template) + ": " + why
		}
		out = append(out, NoteProblem{Pos: n.pos, Reason: why})
	}
	slices.SortFunc(out, func(a, b NoteProblem) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Reason, b.Reason)) })
	return out
}

func (n *note) trouble() string {
	switch {
	case n.problem != "":
		return n.problem
	case n.several:
		return "several expressions of its line are keys, and only the first took it: write them on lines of their own"
	case n.used:
		return ""
	case n.known != "":
		return "it is not used, since the code says that the key is " + n.known
	case n.callers:
		return "it is not used, since the callers can be seen: annotate what they pass"
	}
	return "it is not used: no key comes from there"
}

// annotated puts in what an annotation says of an expression, where the text is not known without it.
func (f *Flow) annotated(res []key.Template, v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	if len(f.notes.all) == 0 || !textual(v.Type()) && hint == nil {
		return res
	}
	at := f.notes.exprs[hint]
	if at == nil {
		at = f.notes.values[v]
	}
	if id, ok := hint.(*ast.Ident); ok && at == nil {
		if info := f.typesInfo(id.Pos()); info != nil {
			at = f.notes.vars[info.ObjectOf(id)]
		}
	}
	if at == nil {
		return res
	}
	return f.put(res, at, fr)
}

// annotatedCall puts in what the doc comment of a function says of its result.
func (f *Flow) annotatedCall(res []key.Template, fn *ssa.Function, c *ssa.Call, idx int, fr *Frame) []key.Template {
	d, ok := fn.Syntax().(*ast.FuncDecl)
	if !ok || f.notes.funcs[d] == nil || fr.within(fn) {
		return res
	}
	at := f.notes.funcs[d]
	if at.param != "" || idx != at.result {
		return res
	}
	return f.put(res, at, f.Enter(fn, c, fr))
}

// annotatedParam puts in what the doc comment of a function says of the key that it is handed.
func (f *Flow) annotatedParam(res []key.Template, p *ssa.Parameter, fr *Frame) []key.Template {
	d, ok := p.Parent().Syntax().(*ast.FuncDecl)
	if !ok || f.notes.funcs[d] == nil || f.notes.funcs[d].param != p.Name() {
		return res
	}
	at := f.notes.funcs[d]
	if callers, _ := f.Callers(p.Parent()); len(callers) > 0 {
		at.callers = true
		return res
	}
	return f.put(res, at, lexFrameOr(fr, p.Parent()))
}

// put replaces the alternatives that are not known by what the annotation says.
func (f *Flow) put(res []key.Template, at *noted, fr *Frame) []key.Template {
	n := at.note
	if n.active {
		f.guarded++
		return res
	}
	if !slices.ContainsFunc(res, func(t key.Template) bool { return !knownText(t) }) {
		if !slices.ContainsFunc(res, func(t key.Template) bool { return t.Annotated() != "" }) {
			n.known = templates(res)
		}
		return res
	}
	if n.used && n.at != at.pos {
		n.several = true
		return res
	}
	n.active = true
	said := f.instance(at, fr)
	n.active = false
	var out []key.Template
	for _, t := range res {
		if knownText(t) {
			out = append(out, t)
			continue
		}
		for _, s := range said {
			conds, ok := key.MergeConds(t.Conds, s.Conds)
			if !ok {
				continue
			}
			if !agrees(t, s) {
				n.known = templates(res)
				return res
			}
			s.Conds = conds
			out = append(out, s)
		}
	}
	n.used, n.at = true, at.pos
	return out
}

// knownText reports a template that says something, and all there is to say, or that is what an annotation said.
func knownText(t key.Template) bool {
	if t.Annotated() != "" {
		return true
	}
	literal := len(t.Parts) == 0
	for _, p := range t.Parts {
		literal = literal || p.Hole == nil && p.Text != ""
		if p.Hole != nil && p.Hole.Class == key.Unknown {
			return false
		}
	}
	return literal || len(t.Parts) > 1
}

// agrees reports that the text which is known at the start and end of a key is what the annotation has there.
func agrees(t, said key.Template) bool {
	a, b := ends(t)
	c, d := ends(said)
	return (strings.HasPrefix(a, c) || strings.HasPrefix(c, a)) && (strings.HasSuffix(b, d) || strings.HasSuffix(d, b))
}

// ends are the literal texts before the first and after the last hole.
func ends(t key.Template) (first, last string) {
	segments := t.Segments()
	if len(segments) == 0 {
		return "", ""
	}
	return segments[0].Text, segments[len(segments)-1].Text
}

// instance is the template of an annotation in a frame of its function.
func (f *Flow) instance(at *noted, fr *Frame) []key.Template {
	note := at.note.pos.String()
	out := []key.Template{key.Literal("")}
	for _, p := range at.note.pieces {
		next := []key.Template{{Parts: []key.Part{{Text: p.Text, Note: note}}, Gaps: make([][]key.Point, 2)}}
		if p.Name != "" {
			next = f.noteHole(at, p, fr)
		}
		out = product(out, next)
	}
	return out
}

// templates writes alternatives; of many the first ones.
func templates(ts []key.Template) string {
	var out []string
	for _, t := range ts {
		if s := t.String(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	const most = 3
	if len(out) > most {
		return strings.Join(out[:most], " | ") + " | " + strconv.Itoa(len(out)-most) + " more"
	}
	return strings.Join(out, " | ")
}
