package rewrite

import (
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/templates"
)

// helperCalls turns the sites that the plan splits or fans out into calls of the helper package.
type helperCalls struct {
	r      *Rewriter
	parts  map[string][]part // by module directory
	failed map[string]string // site id -> why it can't be done
	takes  map[takenAs]bool  // types that the helper takes, once that is known
	redis  []*types.Package  // those of go-redis, once that is asked for
	done   map[source.Position]bool
	names  map[ast.Decl][]string // variables that were added
}

// part is what is done to one site, or to the sites of one scan.
type part struct {
	stage   Stage
	sites   []string
	edits   []Edit
	imports []string // files that need the helper package
	funcs   []string // of the helper package
}

// Helpers makes the changes for splits and fan-outs. failed are sites for which it is not possible: the caller plans
// again without them.
func (r *Rewriter) Helpers(p *keyplan.Plan) ([]*Change, map[string]string, error) {
	h := &helperCalls{r: r, parts: map[string][]part{}, failed: map[string]string{}, takes: map[takenAs]bool{},
		done: map[source.Position]bool{}, names: map[ast.Decl][]string{}}
	loops := map[source.Position][]detect.Site{}
	for i, s := range r.res.Sites {
		d := p.Decisions[i]
		loop := loopOf(s)
		switch {
		case s.Kind == detect.KeyText:
			if d.Verdict == keyplan.Tag {
				h.mend(s)
			}
		case s.Kind == detect.Pipeline:
			h.pipeline(s, d.Queued)
		case d.Verdict != keyplan.Split && d.Verdict != keyplan.Fanout:
		case loop.File != "":
			loops[loop] = append(loops[loop], s)
		default:
			h.site(s, stageOf(d.Verdict))
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(loops), source.Position.Compare) {
		h.loop(loops[at])
	}
	if len(h.failed) > 0 {
		return nil, h.failed, nil
	}
	var out []*Change
	for _, dir := range slices.Sorted(maps.Keys(h.parts)) {
		for _, stage := range []Stage{Splits, Fanouts} {
			parts := slices.DeleteFunc(slices.Clone(h.parts[dir]), func(p part) bool { return p.stage != stage })
			if len(parts) == 0 {
				continue
			}
			c, err := h.change(dir, stage, parts)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil, nil
}

// loopOf is the first call of the scan that a site is part of.
func loopOf(s detect.Site) source.Position {
	for _, c := range s.Contexts {
		for _, o := range c.Ops {
			return o.Loop
		}
	}
	return source.Position{}
}

func stageOf(v keyplan.Verdict) Stage {
	if v == keyplan.Fanout {
		return Fanouts
	}
	return Splits
}

// change joins parts of one stage.
func (h *helperCalls) change(dir string, stage Stage, parts []part) (*Change, error) {
	at := h.r.helperDir(dir)
	c := &Change{Title: h.title(stage, parts) + " with the helper package " + at, Stage: stage, Imports: map[string][]string{}, helper: map[string][]string{}}
	for _, p := range parts {
		c.Sites = append(c.Sites, p.sites...)
		c.Edits = append(c.Edits, p.edits...)
		c.helper[dir] = append(c.helper[dir], p.funcs...)
		for _, f := range p.imports {
			c.Imports[f] = append(c.Imports[f], path.Join(h.modulePath(dir), at))
		}
	}
	if len(parts) > 1 {
		for _, p := range parts {
			one, err := h.change(dir, stage, []part{p})
			if err != nil {
				return nil, err
			}
			c.parts = append(c.parts, one)
		}
	}
	c.fileNames()
	files, err := h.r.helperFiles(&Change{Created: map[string][]byte{}}, dir, templates.Commands, c.helper[dir], nil)
	if err != nil {
		return nil, err
	}
	c.Files = uniq(append(c.Files, files...))
	c.Sites = uniq(c.Sites)
	return c, nil
}

// title says what a change with the helper package does.
func (h *helperCalls) title(stage Stage, parts []part) string {
	if stage == Fanouts {
		return "ask every primary"
	}
	split, mended := false, false
	for _, p := range parts {
		untag := slices.Equal(p.funcs, []string{"Untag"})
		split, mended = split || !untag, mended || untag
	}
	switch {
	case !mended:
		return "split by hash slot"
	case !split:
		return "read the text of keys without their tags"
	}
	return "split by hash slot, and read the text of keys without their tags,"
}

func (h *helperCalls) modulePath(dir string) string {
	for _, m := range h.r.prog.Modules {
		if m.Dir == dir {
			return m.Path
		}
	}
	return ""
}

// callSite is a call that is turned into one of the helper package.
type callSite struct {
	pkg  *packages.Package
	call *ast.CallExpr
	sel  *ast.SelectorExpr
	file *load.File
	dir  string // of the module
}

// find finds the call at the position of a method's name; why it can't be changed, if it can't.
func (h *helperCalls) find(at source.Position) (callSite, string) {
	pkg, call := h.r.findCall(at)
	if call == nil {
		return callSite{}, "the call was not found again"
	}
	c := callSite{pkg: pkg, call: call, sel: ast.Unparen(call.Fun).(*ast.SelectorExpr), file: h.r.prog.File(call.Pos())}
	switch {
	case !c.file.Editable():
		return c, "the file is generated or can't be edited"
	case pkg.Module == nil || len(call.Args) == 0:
		return c, "the call can't be rewritten"
	}
	c.dir = h.r.prog.Rel(pkg.Module.Dir)
	return c, h.r.helperTaken(c.dir)
}

// text is the source of an expression.
func (h *helperCalls) text(c callSite, e ast.Expr) string {
	return string(c.file.Content[h.r.prog.Position(e.Pos()).Offset:h.r.prog.Position(e.End()).Offset])
}

// asFunction edits a call of a method into one of a function, or of a method of another value, that takes the receiver
// as its second argument.
func (h *helperCalls) asFunction(c callSite, function string) []Edit {
	start, after := h.r.prog.Position(c.sel.X.Pos()), h.r.prog.Position(c.call.Args[0].End())
	return []Edit{
		{File: c.file.Rel, Start: start.Offset, End: h.r.prog.Position(c.sel.Sel.End()).Offset, New: function},
		{File: c.file.Rel, Start: after.Offset, End: after.Offset, New: ", " + h.text(c, c.sel.X)},
	}
}

// helperFunc is a function of the helper package as its users write it.
func (h *helperCalls) helperFunc(c callSite, name string) string {
	return path.Base(h.r.helperDir(c.dir)) + "." + name
}

func (h *helperCalls) add(c callSite, stage Stage, p part) {
	p.stage = stage
	if len(p.funcs) > 0 {
		p.imports = append(p.imports, c.file.Rel)
	}
	h.parts[c.dir] = append(h.parts[c.dir], p)
}

// site edits one call: rdb.MGet(ctx, keys...) becomes rediscluster.MGet(ctx, rdb, keys...).
func (h *helperCalls) site(s detect.Site, stage Stage) {
	c, why := h.find(s.Pos)
	takes := "Cmdable"
	if s.Kind == detect.PubSub && strings.HasSuffix(s.Method, "ubscribe") {
		takes = "UniversalClient"
	}
	switch {
	case why != "":
	case !h.takesAs(c.pkg, c.sel.X, takes):
		why = "the client is not of a type that the helper takes"
	case namesClient(c.sel.X):
		why = "the client is an embedded field named by its type"
	}
	if why != "" {
		h.failed[s.ID] = why
		return
	}
	h.add(c, stage, part{sites: []string{s.ID}, edits: h.asFunction(c, h.helperFunc(c, s.Method)), funcs: []string{s.Method}})
}

// mend gives a place that looks at the text of a key the name without a tag.
func (h *helperCalls) mend(s detect.Site) {
	mends := s.Contexts[0].Ops[0].Mends
	dir := h.r.moduleDir(mends[0].File)
	if why := h.r.helperTaken(dir); why != "" {
		h.failed[s.ID] = why
		return
	}
	name := path.Base(h.r.helperDir(dir)) + ".Untag"
	p := part{sites: []string{s.ID}, imports: []string{mends[0].File}, funcs: []string{"Untag"}}
	for _, m := range mends {
		p.edits = append(p.edits, Edit{File: m.File, Start: m.Start, End: m.Start, New: name + "(", Order: -1}, Edit{File: m.File, Start: m.End, End: m.End, New: ")", Order: 1})
	}
	h.parts[dir] = append(h.parts[dir], p)
}

// takenAs is a type, and the go-redis interface that it should have.
type takenAs struct {
	t    types.Type
	name string
}

// takesAs reports that an expression can be given as an interface of go-redis, so that a cluster client behind it shows.
func (h *helperCalls) takesAs(pkg *packages.Package, e ast.Expr, name string) bool {
	k := takenAs{pkg.TypesInfo.TypeOf(e), name}
	if k.t == nil {
		return false
	}
	ok, seen := h.takes[k]
	if !seen {
		ok = h.implements(k.t, name) && (name == "Pipeliner" || showsNodes(k.t))
		h.takes[k] = ok
	}
	return ok
}

// implements reports a type that has the methods of an interface of go-redis, of whatever version. The package of the
// expression need not import go-redis itself: a function of another one may give it the client.
func (h *helperCalls) implements(t types.Type, name string) bool {
	if h.redis == nil {
		for _, p := range h.r.prog.Packages {
			for path, imp := range p.Imports {
				if detect.IsGoRedis(path) && imp.Types != nil && !slices.Contains(h.redis, imp.Types) {
					h.redis = append(h.redis, imp.Types)
				}
			}
		}
	}
	for _, p := range h.redis {
		if o := p.Scope().Lookup(name); o != nil {
			if iface, ok := o.Type().Underlying().(*types.Interface); ok && types.Implements(t, iface) {
				return true
			}
		}
	}
	return false
}

// showsNodes reports a type through which the helper can see whether it is given a cluster client: a client of
// go-redis, one of its interfaces, or a struct that embeds a client. A struct that embeds an interface would hide it.
func showsNodes(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	if n.Obj().Pkg() != nil && detect.IsGoRedis(n.Obj().Pkg().Path()) {
		return true
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if _, iface := st.Field(i).Type().Underlying().(*types.Interface); st.Field(i).Embedded() && !iface && showsNodes(st.Field(i).Type()) {
			return true
		}
	}
	return false
}

// namesClient reports s.Client.MGet: the switch renames the embedded field, and two edits would meet. What the switch has
// renamed stays as it is, too.
func namesClient(e ast.Expr) bool {
	s, ok := ast.Unparen(e).(*ast.SelectorExpr)
	return ok && (s.Sel.Name == "Client" || s.Sel.Name == "ClusterClient" || namesClient(s.X))
}

// namePlace is where the name of a method stands.
type namePlace struct {
	file   string
	offset int
}

// foundCall is a call expression with the package that it stands in.
type foundCall struct {
	pkg  *packages.Package
	call *ast.CallExpr
}

// findCall finds the call expression again of which the method's name stands at a position.
func (r *Rewriter) findCall(at source.Position) (*packages.Package, *ast.CallExpr) {
	if r.calls == nil {
		r.calls = map[namePlace]foundCall{}
		for _, pkg := range r.prog.Packages {
			for _, f := range pkg.Syntax {
				ast.Inspect(f, func(n ast.Node) bool {
					if c, ok := n.(*ast.CallExpr); ok {
						if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
							p := r.prog.Position(sel.Sel.Pos())
							if _, seen := r.calls[namePlace{p.File, p.Offset}]; !seen {
								r.calls[namePlace{p.File, p.Offset}] = foundCall{pkg, c}
							}
						}
					}
					return true
				})
			}
		}
	}
	c := r.calls[namePlace{at.File, at.Offset}]
	return c.pkg, c.call
}
