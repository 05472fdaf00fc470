package keyflow

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

// End is a place where a key could not be followed any further.
type End struct {
	Name   string // of the hole
	Pos    source.Position
	Reason string
	// Knowable is set when the code tells more than the analysis saw. It is not set for what only comes into being while
	// the program runs: input, stored data, the values of callers that are elsewhere.
	Knowable bool
	// Annotation is the comment that would settle it, At the line that it belongs to; "" when none would.
	Annotation string
	At         source.Position
}

// Ends lists the places where the trail of a template ended: of each hole of class Unknown, and of a key that is one
// opaque value. It is empty unless trails were recorded.
func (f *Flow) Ends(r Ref, t key.Template) []End {
	var out []End
	for _, h := range t.Holes() {
		if h.Class == key.Unknown || len(t.Parts) == 1 && t.Parts[0].Note == "" {
			out = append(out, f.end(r, t, h))
		}
	}
	return out
}

func (f *Flow) end(r Ref, t key.Template, h *key.Hole) End {
	path := f.path(refKey(r), h)
	if len(path) == 0 {
		return End{Name: h.Name, Reason: reasonOf(h, "comes from a place that is not recorded"), Knowable: true}
	}
	last := path[len(path)-1]
	why, knowable := f.origin(last, 0)
	e := End{Name: h.Name, Pos: f.endOf(path), Reason: reasonOf(h, why), Knowable: knowable}
	if h.Class == key.Unknown {
		e.Knowable = !strings.HasPrefix(h.Reason, "came out of Redis")
	}
	f.suggest(&e, path, t)
	return e
}

func reasonOf(h *key.Hole, why string) string {
	if h.Reason != "" {
		return h.Reason
	}
	return why
}

// path is the chain of evaluations from a key to the one where the hole was made.
func (f *Flow) path(mk memoKey, h *key.Hole) []memoKey {
	var out []memoKey
	seen := map[memoKey]bool{}
	for len(out) < maxTrail {
		n := f.trails.nodes[mk]
		if n == nil {
			return out
		}
		out = append(out, mk)
		seen[mk] = true
		next, ok := memoKey{}, false
		for _, k := range n.kids {
			if kn := f.trails.nodes[k]; kn != nil && !seen[k] && holds(kn.res, h) {
				next, ok = k, true
				break
			}
		}
		if !ok {
			return out
		}
		mk = next
	}
	return out
}

// holds reports that one of the templates has the hole, maybe tied to an object or a format since (see ofObject).
func holds(ts []key.Template, h *key.Hole) bool {
	for _, t := range ts {
		for _, o := range t.Holes() {
			if o.Class == h.Class && (o.ID == h.ID || strings.Contains(h.ID, o.ID)) {
				return true
			}
		}
	}
	return false
}

// endOf is the innermost position of a path.
func (f *Flow) endOf(path []memoKey) source.Position {
	for i := len(path) - 1; i >= 0; i-- {
		mk := path[i]
		if es := f.expressions(mk); len(es) > 0 {
			return f.Prog.Position(es[len(es)-1].Pos())
		}
		if p := f.Prog.Position(mk.v.Pos()); p.IsValid() {
			return p
		}
	}
	return source.Position{}
}

// suggest finds the line of the trail where an annotation would be taken: the last one, or one nearer to the key.
func (f *Flow) suggest(e *End, path []memoKey, t key.Template) {
	for i := len(path) - 1; i >= 0; i-- {
		for _, x := range f.expressions(path[i]) {
			at, ok := f.target(x)
			if !ok {
				continue
			}
			text := t
			if i > 0 {
				text = f.trails.nodes[path[i]].res[0]
				for _, r := range f.trails.nodes[path[i]].res {
					if !knownText(r) {
						text = r
						break
					}
				}
			}
			e.Annotation, e.At = directive+" "+suggested(text), at
			if e.At.Line == e.Pos.Line && e.At.File == e.Pos.File {
				e.At = e.Pos
			}
			return
		}
	}
}

// suggested writes a template as an annotation; where no text is known, TEXT stands for it.
func suggested(t key.Template) string {
	var b strings.Builder
	literal := false
	for _, p := range t.Parts {
		if p.Hole == nil {
			literal = literal || p.Text != ""
			b.WriteString(strings.ReplaceAll(p.Text, "<", "<<"))
			continue
		}
		b.WriteString("<" + annotationName(p.Hole.Name) + ">")
	}
	if !literal {
		return "TEXT:" + b.String()
	}
	if s := b.String(); !strings.ContainsAny(s, " \t\"") {
		return s
	}
	return quote(b.String())
}

func annotationName(name string) string {
	name = strings.TrimSuffix(name, "()")
	if !key.IsNoteName(name) {
		return "value"
	}
	return name
}

// origin says where a value comes from that is not looked into, and whether the code could tell more.
func (f *Flow) origin(mk memoKey, depth int) (why string, knowable bool) {
	fr := mk.fr
	if depth > maxDepth {
		return "comes from calls nested too deep", true
	}
	at := func(v ssa.Value) (string, bool) { return f.origin(memoKey{v: v, fr: fr}, depth+1) }
	switch v := mk.v.(type) {
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return f.origin(refKey(r), depth+1)
		}
		return f.paramOrigin(v)
	case *ssa.Call:
		return f.callOrigin(v.Common(), fr)
	case *ssa.Extract:
		return at(v.Tuple)
	case *ssa.UnOp:
		return f.loadOrigin(v, fr, depth)
	case *ssa.FieldAddr:
		return f.fieldOrigin(v.X, v.Field)
	case *ssa.Field:
		return f.fieldOrigin(v.X, v.Field)
	case *ssa.IndexAddr, *ssa.Index, *ssa.Next:
		return "is an element of a list or map that can't be listed", true
	case *ssa.Lookup:
		return "is looked up in a map that can't be listed", true
	case *ssa.Phi:
		return "changes in a loop", true
	case *ssa.Slice:
		return "is a part that is cut out of another text", true
	case *ssa.Convert:
		return at(v.X)
	case *ssa.ChangeType:
		return at(v.X)
	case *ssa.MakeInterface:
		return at(v.X)
	case *ssa.TypeAssert:
		return at(v.X)
	case *ssa.FreeVar:
		if r, ok := f.binding(v, fr); ok {
			return f.origin(refKey(r), depth+1)
		}
	}
	return "is computed in a way that is not followed", true
}

func (f *Flow) paramOrigin(p *ssa.Parameter) (string, bool) {
	fn := p.Parent()
	callers, closed := f.Callers(fn)
	name := "a parameter of " + fn.Name()
	switch {
	case fn.Name() == "main" || fn.Parent() != nil:
		return "is a parameter of a function value: what is passed can't be seen", false
	case len(callers) == 0 && exported(fn):
		return "is " + name + ", which is exported and has no caller here", false
	case len(callers) == 0:
		return "is " + name + ", which has no caller that can be seen", false
	case !closed:
		return "is " + name + ", which is also used as a function value", true
	}
	return "is " + name + ", whose callers pass several things", true
}

func (f *Flow) callOrigin(c *ssa.CallCommon, fr *Frame) (string, bool) {
	if isGoRedis(calleeName(c)) {
		return "came out of Redis", false
	}
	fns := f.callees(c, fr)
	for _, fn := range fns {
		if f.own(fn) {
			return "comes from " + fn.Name() + ", which is not followed", true
		}
	}
	name := calleeName(c)
	switch {
	case name == "func":
		return "comes from a function value that can't be told", true
	case ofTextPackage(name):
		return "is made by " + name + ", which is not followed", true
	}
	return "comes from " + name + ", outside of this code", false
}

// ofTextPackage reports a function or method of a package that only makes texts of what it is given: what the code
// gives it could be followed.
func ofTextPackage(name string) bool {
	name = strings.TrimLeft(name, "(*")
	for _, p := range []string{"strings.", "bytes.", "fmt.", "strconv.", "path.", "path/filepath.", "slices.", "maps.", "text/template.", "encoding/hex.", "encoding/base64."} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

func (f *Flow) loadOrigin(v *ssa.UnOp, fr *Frame, depth int) (string, bool) {
	switch a := v.X.(type) {
	case *ssa.FieldAddr:
		return f.fieldOrigin(a.X, a.Field)
	case *ssa.Global:
		return "is the package variable " + a.Name() + ", which is set while the program runs", true
	case *ssa.IndexAddr:
		return "is an element of a list that can't be listed", true
	case *ssa.Alloc, *ssa.FreeVar:
		return "is a variable that is set at several places, or by address", true
	case *ssa.Call, *ssa.UnOp, *ssa.Extract:
		return f.origin(memoKey{v: a, fr: fr}, depth+1)
	}
	return "is read through a pointer", true
}

// fieldOrigin tells a field that code outside of the target fills (a request, a row, a configuration) from others.
func (f *Flow) fieldOrigin(x ssa.Value, field int) (string, bool) {
	k := fieldOf(x.Type(), field)
	name := "the field " + structField(x.Type(), field).Name()
	if len(f.stores[k]) == 0 || f.reflected(k) {
		return "is " + name + ", which nothing here sets, or which decoding may fill", false
	}
	return "is " + name + ", which is set again after its object was made", true
}

// target reports an expression that an annotation at its line would be about.
func (f *Flow) target(e ast.Expr) (source.Position, bool) {
	info := f.typesInfo(e.Pos())
	file := f.Prog.File(e.Pos())
	if info == nil || file == nil || !file.Editable() {
		return source.Position{}, false
	}
	line := f.Prog.Position(e.End()).Line
	for _, t := range f.targetsOn(e.Pos(), line) {
		if t == ast.Unparen(e) {
			return source.Position{File: file.Rel, Line: line}, true
		}
	}
	return source.Position{}, false
}
