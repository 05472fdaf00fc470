package rewrite

import (
	"go/ast"
	"go/types"
	"path"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/templates"
)

// helperCalls turns the sites that the plan splits or fans out into calls of the helper package.
type helperCalls struct {
	r      *Rewriter
	change map[string]*Change  // by module directory: one change with the helper and its calls
	funcs  map[string][]string // by module directory: functions that the target needs
	failed map[string]string   // site id -> why it can't be done
	takes  map[types.Type]bool // types that the helper takes, once that is known
}

// Helpers makes the changes for splits and fan-outs. failed are sites for which it is not possible: the caller plans
// again without them.
func (r *Rewriter) Helpers(p *keyplan.Plan) ([]*Change, map[string]string, error) {
	h := &helperCalls{r: r, change: map[string]*Change{}, funcs: map[string][]string{}, failed: map[string]string{}, takes: map[types.Type]bool{}}
	for i, s := range r.res.Sites {
		if v := p.Decisions[i].Verdict; v == keyplan.Split || v == keyplan.Fanout {
			h.site(s)
		}
	}
	if len(h.failed) > 0 {
		return nil, h.failed, nil
	}
	dirs := make([]string, 0, len(h.change))
	for d := range h.change {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	var out []*Change
	for _, d := range dirs {
		c := h.change[d]
		if err := h.generate(d, c); err != nil {
			return nil, nil, err
		}
		out = append(out, c)
	}
	return out, nil, nil
}

// site edits one call: rdb.MGet(ctx, keys...) becomes rediscluster.MGet(ctx, rdb, keys...).
func (h *helperCalls) site(s detect.Site) {
	pkg, call := h.r.findCall(s)
	if call == nil {
		h.failed[s.ID] = "the call was not found again"
		return
	}
	sel := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	lf := h.r.prog.File(call.Pos())
	mod := pkg.Module
	switch {
	case !lf.Editable():
		h.failed[s.ID] = "the file is generated or can't be edited"
		return
	case mod == nil || len(call.Args) == 0:
		h.failed[s.ID] = "the call can't be rewritten"
		return
	case !h.isCmdable(pkg, sel.X):
		h.failed[s.ID] = "the client is not of a type that the helper takes"
		return
	case namesClient(sel.X):
		h.failed[s.ID] = "the client is an embedded field named by its type"
		return
	}
	dir := h.r.prog.Rel(mod.Dir)
	if why := h.r.helperTaken(dir); why != "" {
		h.failed[s.ID] = why
		return
	}
	c := h.change[dir]
	if c == nil {
		c = &Change{Title: "split and fan out with the helper package " + h.r.helperDir(dir), Imports: map[string][]string{}, Created: map[string][]byte{}}
		h.change[dir] = c
	}
	start, dot := h.r.prog.Position(sel.X.Pos()), h.r.prog.Position(sel.Sel.Pos())
	after := h.r.prog.Position(call.Args[0].End())
	recv := string(lf.Content[start.Offset:h.r.prog.Position(sel.X.End()).Offset])
	c.Edits = append(c.Edits, Edit{lf.Rel, start.Offset, dot.Offset, path.Base(h.r.helperDir(dir)) + "."},
		Edit{lf.Rel, after.Offset, after.Offset, ", " + recv})
	c.Imports[lf.Rel] = append(c.Imports[lf.Rel], path.Join(mod.Path, h.r.helperDir(dir)))
	c.Sites = append(c.Sites, s.ID)
	h.funcs[dir] = append(h.funcs[dir], s.Method)
}

// isCmdable reports that an expression can be given as redis.Cmdable.
func (h *helperCalls) isCmdable(pkg *packages.Package, e ast.Expr) bool {
	t := pkg.TypesInfo.TypeOf(e)
	if t == nil {
		return false
	}
	ok, seen := h.takes[t]
	if !seen {
		ok = implementsCmdable(pkg, t)
		h.takes[t] = ok
	}
	return ok
}

func implementsCmdable(pkg *packages.Package, t types.Type) bool {
	for _, imp := range pkg.Types.Imports() {
		if o := imp.Scope().Lookup("Cmdable"); o != nil && detect.IsGoRedis(imp.Path()) {
			iface, ok := o.Type().Underlying().(*types.Interface)
			return ok && types.Implements(t, iface) && showsNodes(t)
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

// namesClient reports s.Client.MGet: the switch renames the embedded field, and two edits would meet.
func namesClient(e ast.Expr) bool {
	s, ok := ast.Unparen(e).(*ast.SelectorExpr)
	return ok && (s.Sel.Name == "Client" || namesClient(s.X))
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

// findCall finds the call expression of a site again.
func (r *Rewriter) findCall(s detect.Site) (*packages.Package, *ast.CallExpr) {
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
	c := r.calls[namePlace{s.Pos.File, s.Pos.Offset}]
	return c.pkg, c.call
}

// generate writes the helper with the functions that the module needs, those that it has already included.
func (h *helperCalls) generate(dir string, c *Change) error {
	files, err := h.r.helperFiles(c, dir, templates.Commands, h.funcs[dir], nil)
	if err != nil {
		return err
	}
	c.fileNames()
	c.Files = uniq(append(c.Files, files...))
	c.Sites = uniq(c.Sites)
	return nil
}
