package rewrite

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/templates"
)

// DefaultHelper is where the helper package is generated, below the root of the module.
const DefaultHelper = "internal/rediscluster"

// helperDir is the directory of the helper package below the root of a module: where --helper says, else where it is
// already, else the default.
func (r *Rewriter) helperDir(dir string) string {
	if r.to.Helper != "" {
		return r.to.Helper
	}
	found := ""
	for _, f := range r.prog.Files {
		if !bytes.HasPrefix(f.Content, []byte(templates.Marker)) || r.moduleDir(f.Rel) != dir {
			continue
		}
		if rel, err := filepath.Rel(dir, path.Dir(f.Rel)); err == nil && (found == "" || rel < found) {
			found = filepath.ToSlash(rel)
		}
	}
	return cmp.Or(found, DefaultHelper)
}

// moduleDir is the directory of the module that a file belongs to.
func (r *Rewriter) moduleDir(file string) string {
	best := ""
	for _, m := range r.prog.Modules {
		if rel, err := filepath.Rel(m.Dir, file); err == nil && !strings.HasPrefix(rel, "..") && len(m.Dir) > len(best) {
			best = m.Dir
		}
	}
	return best
}

// helperTaken tells why the helper package of a module can't be where it should be; "" when it can.
func (r *Rewriter) helperTaken(dir string) string {
	at := path.Join(filepath.ToSlash(dir), r.helperDir(dir))
	for _, f := range r.prog.Files {
		if path.Dir(f.Rel) == at && !strings.HasSuffix(f.Rel, "_test.go") && !bytes.HasPrefix(f.Content, []byte(templates.Marker)) {
			return "the directory " + at + " of the helper package has files of its own (see --helper)"
		}
	}
	return ""
}

// helperFiles gives a change files of the helper package: templates with just the functions that are named, and those
// that the target has already. It returns the names of the files. adapt may change a template before.
func (r *Rewriter) helperFiles(c *Change, dir string, files, names []string, adapt func(*dst.File)) ([]string, error) {
	at := path.Join(filepath.ToSlash(dir), r.helperDir(dir))
	old := map[string]*load.File{}
	for _, f := range r.prog.Files {
		if path.Dir(f.Rel) == at && slices.Contains(files, path.Base(f.Rel)) {
			old[path.Base(f.Rel)] = f
			names = append(slices.Clone(names), declaredFuncs(f.Content)...)
		}
	}
	h := helperSource{name: path.Base(r.helperDir(dir)), goRedis: r.goRedisPath(dir), adapt: adapt}
	sources, err := h.write(files, uniq(names))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		rel, src := path.Join(at, name), sources[name]
		out = append(out, rel)
		if f := old[name]; f == nil {
			c.Created[rel] = src
		} else if !bytes.Equal(f.Content, src) {
			c.Edits = append(c.Edits, Edit{File: rel, Start: 0, End: len(f.Content), New: string(src)})
		}
	}
	return out, nil
}

// goRedisPath is the go-redis that most packages of a module import themselves: others may come in through dependencies.
func (r *Rewriter) goRedisPath(dir string) string {
	count := map[string]int{}
	for _, p := range r.prog.Packages {
		if p.Module == nil || r.prog.Rel(p.Module.Dir) != dir {
			continue
		}
		for imported := range p.Imports {
			if detect.IsGoRedis(imported) {
				count[imported]++
			}
		}
	}
	best := ""
	for _, name := range slices.Sorted(maps.Keys(count)) {
		if best == "" || count[name] >= count[best] {
			best = name
		}
	}
	if best == "" {
		best = "github.com/redis/go-redis/v9"
	}
	return best
}

// declaredFuncs lists what a target may use of a helper file: its exported functions, and types, of which one has to be
// named for a loop over SCAN.
func declaredFuncs(src []byte) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				out = append(out, d.Name.Name)
			}
		case *ast.GenDecl:
			if t, ok := d.Specs[0].(*ast.TypeSpec); ok && t.Name.IsExported() {
				out = append(out, t.Name.Name)
			}
		}
	}
	return out
}

// helperSource writes files of the helper package with just some functions and what they use.
type helperSource struct {
	name    string // of the package
	goRedis string // its import path
	adapt   func(*dst.File)
}

// write gives the files that hold any of the functions or what they use, by name.
func (h helperSource) write(files, names []string) (map[string][]byte, error) {
	var parsed []*dst.File
	for _, name := range files {
		text := templates.Source(name)
		if h.name != templates.HelperName {
			text = strings.ReplaceAll(text, templates.HelperName, h.name)
		}
		file, err := decorator.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("bug: the helper does not parse: %w", err)
		}
		if h.adapt != nil {
			h.adapt(file)
		}
		parsed = append(parsed, file)
	}
	keep := reachableDecls(parsed, names)
	out := map[string][]byte{}
	for i, file := range parsed {
		src, err := h.reduce(file, keep)
		if err != nil {
			return nil, err
		}
		if src != nil {
			out[files[i]] = src
		}
	}
	return out, nil
}

// reduce prints a file with the declarations that are kept; nil when there are none.
func (h helperSource) reduce(file *dst.File, keep map[string]bool) ([]byte, error) {
	var decls []dst.Decl
	used := map[string]bool{}
	some := false
	for _, d := range file.Decls {
		if g, ok := d.(*dst.GenDecl); ok && g.Tok == token.IMPORT {
			decls = append(decls, d)
			continue
		}
		if keep[declKey(d)] {
			some = true
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
	if !some {
		return nil, nil
	}
	file.Decls = decls
	trimImports(file, used, h.goRedis)
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
		switch s := d.Specs[0].(type) {
		case *dst.TypeSpec:
			return s.Name.Name
		case *dst.ValueSpec:
			return s.Names[0].Name
		}
	}
	return ""
}

// reachableDecls lists the declarations that the named functions use, types with all their methods.
func reachableDecls(files []*dst.File, names []string) map[string]bool {
	uses := map[string][]string{}
	var decls []dst.Decl
	for _, f := range files {
		decls = append(decls, f.Decls...)
	}
	for _, d := range decls {
		k := declKey(d)
		selected := map[*dst.Ident]bool{} // redis.MGet is no use of the helper's own MGet
		dst.Inspect(d, func(n dst.Node) bool {
			switch n := n.(type) {
			case *dst.FuncDecl:
				selected[n.Name] = true // nor is the name of a method
			case *dst.SelectorExpr:
				selected[n.Sel] = true
			case *dst.Ident:
				if !selected[n] {
					uses[k] = append(uses[k], n.Name)
				}
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
