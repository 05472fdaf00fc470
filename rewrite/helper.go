package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/templates"
)

// helperDir is where the helper package is generated, below the root of the module.
const helperDir = "internal/rediscluster"

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
	c := h.change[dir]
	if c == nil {
		c = &Change{Title: "split and fan out with the helper package " + helperDir, Imports: map[string][]string{}, Created: map[string][]byte{}}
		h.change[dir] = c
	}
	start, dot := h.r.prog.Position(sel.X.Pos()), h.r.prog.Position(sel.Sel.Pos())
	after := h.r.prog.Position(call.Args[0].End())
	recv := string(lf.Content[start.Offset:h.r.prog.Position(sel.X.End()).Offset])
	c.Edits = append(c.Edits, Edit{lf.Rel, start.Offset, dot.Offset, path.Base(helperDir) + "."},
		Edit{lf.Rel, after.Offset, after.Offset, ", " + recv})
	c.Imports[lf.Rel] = append(c.Imports[lf.Rel], path.Join(mod.Path, helperDir))
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

// foundCall is a call expression with the package that it stands in.
type foundCall struct {
	pkg  *packages.Package
	call *ast.CallExpr
}

// findCall finds the call expression of a site again.
func (r *Rewriter) findCall(s detect.Site) (*packages.Package, *ast.CallExpr) {
	if r.calls == nil {
		r.calls = map[detectPos]foundCall{}
		for _, pkg := range r.prog.Packages {
			for _, f := range pkg.Syntax {
				ast.Inspect(f, func(n ast.Node) bool {
					if c, ok := n.(*ast.CallExpr); ok {
						if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
							p := r.prog.Position(sel.Sel.Pos())
							if _, seen := r.calls[detectPos{p.File, p.Offset}]; !seen {
								r.calls[detectPos{p.File, p.Offset}] = foundCall{pkg, c}
							}
						}
					}
					return true
				})
			}
		}
	}
	c := r.calls[detectPos{s.Pos.File, s.Pos.Offset}]
	return c.pkg, c.call
}

// generate writes the helper with the functions that the module needs, those that it has already included.
func (h *helperCalls) generate(dir string, c *Change) error {
	rel := filepath.ToSlash(filepath.Join(dir, helperDir, "rediscluster.go"))
	names := h.funcs[dir]
	var old *load.File
	for _, f := range h.r.prog.Files {
		if f.Rel == rel {
			old = f
			names = append(names, declaredFuncs(f.Content)...)
		}
	}
	src, err := helperSource(uniq(names), h.r.goRedisPath())
	if err != nil {
		return err
	}
	if old == nil {
		c.Created[rel] = src
	} else if !bytes.Equal(old.Content, src) {
		c.Edits = append(c.Edits, Edit{rel, 0, len(old.Content), string(src)})
	}
	c.fileNames()
	c.Files = uniq(append(c.Files, rel))
	c.Sites = uniq(c.Sites)
	return nil
}

func (r *Rewriter) goRedisPath() string {
	for _, m := range r.prog.Modules {
		for _, g := range m.GoRedis {
			return g.Path
		}
	}
	return "github.com/redis/go-redis/v9"
}

func declaredFuncs(src []byte) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range f.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Name.IsExported() {
			out = append(out, fd.Name.Name)
		}
	}
	return out
}

// helperSource is the helper package with just these functions and what they use.
func helperSource(names []string, goRedis string) ([]byte, error) {
	file, err := decorator.Parse(templates.Helper)
	if err != nil {
		return nil, fmt.Errorf("bug: the helper does not parse: %w", err)
	}
	keep := reachableDecls(file, names)
	var decls []dst.Decl
	used := map[string]bool{}
	for _, d := range file.Decls {
		if g, ok := d.(*dst.GenDecl); ok && g.Tok == token.IMPORT {
			decls = append(decls, d)
			continue
		}
		if keep[declKey(d)] {
			decls = append(decls, d)
			dst.Inspect(d, func(n dst.Node) bool {
				if s, ok := n.(*dst.SelectorExpr); ok {
					if x, ok := s.X.(*dst.Ident); ok {
						used[x.Name] = true
					}
				}
				return true
			})
		}
	}
	file.Decls = decls
	trimImports(file, used, goRedis)
	var out bytes.Buffer
	out.WriteString(templates.Marker + "\n\n")
	if err := decorator.Fprint(&out, file); err != nil {
		return nil, fmt.Errorf("bug: the helper can't be printed: %w", err)
	}
	return out.Bytes(), nil
}

// declKey names a declaration; a method by its type.
func declKey(d dst.Decl) string {
	switch d := d.(type) {
	case *dst.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		t := d.Recv.List[0].Type
		if s, ok := t.(*dst.StarExpr); ok {
			t = s.X
		}
		return "(" + t.(*dst.Ident).Name + ")"
	case *dst.GenDecl:
		if t, ok := d.Specs[0].(*dst.TypeSpec); ok {
			return t.Name.Name
		}
	}
	return ""
}

// reachableDecls lists the declarations that the named functions use, types with all their methods.
func reachableDecls(file *dst.File, names []string) map[string]bool {
	uses := map[string][]string{}
	for _, d := range file.Decls {
		k := declKey(d)
		dst.Inspect(d, func(n dst.Node) bool {
			if id, ok := n.(*dst.Ident); ok {
				uses[k] = append(uses[k], id.Name)
			}
			return true
		})
	}
	keep := map[string]bool{}
	var add func(k string)
	add = func(k string) {
		if _, ok := uses[k]; !ok || keep[k] {
			return
		}
		keep[k] = true
		for _, u := range uses[k] {
			add(u)
		}
		if !strings.HasPrefix(k, "(") {
			add("(" + k + ")")
		}
	}
	for _, n := range names {
		add(n)
	}
	return keep
}

// trimImports drops the imports that are left without a use, and points go-redis to the target's version.
func trimImports(file *dst.File, used map[string]bool, goRedis string) {
	for _, d := range file.Decls {
		g, ok := d.(*dst.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		g.Specs = slices.DeleteFunc(g.Specs, func(s dst.Spec) bool {
			p := strings.Trim(s.(*dst.ImportSpec).Path.Value, `"`)
			name := path.Base(p)
			if strings.Contains(p, "go-redis") {
				name = "redis"
				s.(*dst.ImportSpec).Path.Value = `"` + goRedis + `"`
			}
			return !used[name]
		})
	}
	file.Imports = nil
}
