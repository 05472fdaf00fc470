package rewrite

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
)

// checker type-checks edited packages and all that import them, with the types of the first load for the rest: some
// tenths of a second where loading again takes many.
type checker struct {
	prog    *load.Program
	byRel   map[string]*load.File
	extra   map[string]*types.Package // packages that the edits import and the target did not
	created map[string]*types.Package // packages that the edits create
	syntax  map[string]*ast.File      // by package ID and name, as it was loaded
	order   []*packages.Package       // roots, imported ones first
}

func newChecker(prog *load.Program) *checker {
	c := &checker{prog: prog, byRel: map[string]*load.File{}, extra: map[string]*types.Package{}, syntax: map[string]*ast.File{}}
	for _, f := range prog.Files {
		c.byRel[f.Rel] = f
	}
	c.order = topological(prog.Packages)
	for _, p := range prog.Packages {
		for _, f := range p.Syntax {
			c.syntax[p.ID+"|"+prog.Fset.File(f.FileStart).Name()] = f
		}
	}
	return c
}

func topological(pkgs []*packages.Package) []*packages.Package {
	byID := map[string]*packages.Package{}
	for _, p := range pkgs {
		byID[p.ID] = p
	}
	var out []*packages.Package
	seen := map[string]bool{}
	var visit func(p *packages.Package)
	visit = func(p *packages.Package) {
		if seen[p.ID] {
			return
		}
		seen[p.ID] = true
		paths := make([]string, 0, len(p.Imports))
		for path := range p.Imports {
			paths = append(paths, path)
		}
		slices.Sort(paths)
		for _, path := range paths {
			if q := byID[p.Imports[path].ID]; q != nil {
				visit(q)
			}
		}
		out = append(out, p)
	}
	for _, p := range pkgs {
		visit(p)
	}
	return out
}

// check returns the first error that the new contents bring, nil when all affected packages still compile.
func (c *checker) check(files map[string][]byte) error {
	fresh := map[string]*types.Package{}   // by package ID
	created := map[string]*types.Package{} // by import path
	for name, src := range files {
		if c.byRel[name] != nil {
			continue
		}
		pkg, err := c.checkCreated(name, src)
		if err != nil {
			return err
		}
		created[c.importPath(name)] = pkg
	}
	c.created = created
	for _, p := range c.order {
		if !c.affected(p, files, fresh) {
			continue
		}
		pkg, err := c.checkPackage(p, files, fresh)
		if err != nil && len(p.TypeErrors) == 0 && len(p.Errors) == 0 {
			return err
		}
		fresh[p.ID] = pkg
	}
	return nil
}

func (c *checker) affected(p *packages.Package, files map[string][]byte, fresh map[string]*types.Package) bool {
	for _, q := range p.Imports {
		if fresh[q.ID] != nil {
			return true
		}
	}
	for _, f := range p.CompiledGoFiles {
		if _, ok := files[c.prog.Rel(f)]; ok {
			return true
		}
	}
	return false
}

func (c *checker) checkPackage(p *packages.Package, files map[string][]byte, fresh map[string]*types.Package) (*types.Package, error) {
	fset := c.prog.Fset
	var syntax []*ast.File
	for _, name := range p.CompiledGoFiles {
		rel := c.prog.Rel(name)
		src, ok := files[rel]
		if old := c.syntax[p.ID+"|"+name]; !ok && old != nil {
			syntax = append(syntax, old)
			continue
		}
		if !ok {
			if f := c.byRel[rel]; f != nil {
				src = f.Content
			} else if b, err := os.ReadFile(name); err == nil {
				src = b
			}
		}
		f, err := parser.ParseFile(fset, rel, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, f)
	}
	var first error
	conf := types.Config{
		Sizes: p.TypesSizes,
		Error: func(err error) {
			var te types.Error
			if first == nil && (!errors.As(err, &te) || !te.Soft) {
				first = errors.New(strings.ReplaceAll(err.Error(), c.prog.Dir+string(filepath.Separator), ""))
			}
		},
		Importer: importerFunc(func(path string) (*types.Package, error) { return c.importPackage(p, path, fresh) }),
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		conf.GoVersion = "go" + p.Module.GoVersion
	}
	pkg, _ := conf.Check(p.PkgPath, fset, syntax, nil)
	return pkg, first
}

// importPath is the path of the package in the directory of a new file.
func (c *checker) importPath(rel string) string {
	abs := filepath.Join(c.prog.Dir, filepath.FromSlash(rel))
	best, mod := "", ""
	for _, p := range c.order {
		if p.Module != nil && strings.HasPrefix(abs, p.Module.Dir+string(filepath.Separator)) && len(p.Module.Dir) > len(best) {
			best, mod = p.Module.Dir, p.Module.Path
		}
	}
	sub, err := filepath.Rel(best, filepath.Dir(abs))
	if err != nil || best == "" {
		return rel
	}
	return mod + "/" + filepath.ToSlash(sub)
}

// checkCreated checks a new package of one file. Its imports are those that the target has already, or the standard
// library's.
func (c *checker) checkCreated(name string, src []byte) (*types.Package, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var first error
	conf := types.Config{
		Error: func(err error) { first = cmp.Or(first, err) },
		Importer: importerFunc(func(path string) (*types.Package, error) {
			for _, p := range c.order {
				if q := p.Imports[path]; q != nil && q.Types != nil {
					return q.Types, nil
				}
			}
			return c.importPackage(&packages.Package{}, path, nil)
		}),
	}
	pkg, _ := conf.Check(c.importPath(name), fset, []*ast.File{f}, nil)
	return pkg, first
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

func (c *checker) importPackage(p *packages.Package, path string, fresh map[string]*types.Package) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if q := p.Imports[path]; q != nil {
		if n := fresh[q.ID]; n != nil {
			return n, nil
		}
		if q.Types != nil {
			return q.Types, nil
		}
	}
	if e := c.created[path]; e != nil {
		return e, nil
	}
	if e := c.extra[path]; e != nil {
		return e, nil
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedExportFile, Dir: c.prog.Dir}, path)
	if err != nil || len(pkgs) != 1 || pkgs[0].Types == nil || len(pkgs[0].Errors) > 0 {
		return nil, fmt.Errorf("could not import %s", path)
	}
	c.extra[path] = pkgs[0].Types
	return pkgs[0].Types, nil
}

// oneLine is the first line of a compiler's error.
func oneLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return filepath.ToSlash(s)
}
