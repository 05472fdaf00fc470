package rewrite

import (
	"bytes"
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

// helperFile gives a change a file of the helper package: a template with just the functions that are named, and those
// that the file has already. It returns the file's name. adapt may change the template before.
func (r *Rewriter) helperFile(c *Change, dir, file, template string, names []string, adapt func(*dst.File)) (string, error) {
	rel := filepath.ToSlash(filepath.Join(dir, helperDir, file))
	var old *load.File
	for _, f := range r.prog.Files {
		if f.Rel == rel {
			old = f
			names = append(slices.Clone(names), declaredFuncs(f.Content)...)
		}
	}
	src, err := helperSource(template, uniq(names), r.goRedisPath(dir), adapt)
	switch {
	case err != nil:
		return "", err
	case old == nil:
		c.Created[rel] = src
	case !bytes.Equal(old.Content, src):
		c.Edits = append(c.Edits, Edit{rel, 0, len(old.Content), string(src)})
	}
	return rel, nil
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

// helperSource is a file of the helper package with just these functions and what they use.
func helperSource(template string, names []string, goRedis string, adapt func(*dst.File)) ([]byte, error) {
	file, err := decorator.Parse(template)
	if err != nil {
		return nil, fmt.Errorf("bug: the helper does not parse: %w", err)
	}
	if adapt != nil {
		adapt(file)
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
		selected := map[*dst.Ident]bool{} // redis.MGet is no use of the helper's own MGet
		dst.Inspect(d, func(n dst.Node) bool {
			switch n := n.(type) {
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
