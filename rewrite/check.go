package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
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
	added   map[string][]string       // new files by directory
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
		for name := range p.Imports {
			paths = append(paths, name)
		}
		slices.Sort(paths)
		for _, name := range paths {
			if q := byID[p.Imports[name].ID]; q != nil {
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
	fresh := map[string]*types.Package{} // by package ID
	c.created = map[string]*types.Package{}
	c.added = map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if c.byRel[name] == nil {
			c.added[path.Dir(name)] = append(c.added[path.Dir(name)], name)
		}
	}
	for dir, names := range c.added {
		if slices.ContainsFunc(c.order, func(p *packages.Package) bool { return c.prog.Rel(p.Dir) == dir }) {
			continue // more files of a package that is there
		}
		pkg, err := c.checkCreated(names, files)
		if err != nil {
			return err
		}
		c.created[c.importPath(names[0])] = pkg
	}
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
	return len(c.added[c.prog.Rel(p.Dir)]) > 0 && p.Name != "main"
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
	if !strings.HasSuffix(p.Name, "_test") {
		for _, name := range c.added[c.prog.Rel(p.Dir)] {
			f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			syntax = append(syntax, f)
		}
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

// checkCreated makes the types of the helper package. Its bodies are tested where the helper is written; here only its
// functions' signatures matter, which name the target's own go-redis and package context.
func (c *checker) checkCreated(names []string, files map[string][]byte) (*types.Package, error) {
	fset := token.NewFileSet()
	var syntax []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, f)
	}
	conf := types.Config{
		IgnoreFuncBodies: true,
		Error:            func(error) {}, // imports that only bodies use
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := c.imported(path); p != nil {
				return p, nil
			}
			p := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
			p.MarkComplete()
			return p, nil
		}),
	}
	pkg, _ := conf.Check(c.importPath(names[0]), fset, syntax, nil)
	return pkg, nil
}

// imported is a package that some package of the target imports.
func (c *checker) imported(path string) *types.Package {
	for _, p := range c.order {
		if q := p.Imports[path]; q != nil && q.Types != nil && q.Types.Complete() {
			return q.Types
		}
	}
	return nil
}

// stringsPackage has the functions of package strings that edits bring in, for packages that did not import it.
func stringsPackage() *types.Package {
	p := types.NewPackage("strings", "strings")
	str, list := types.Typ[types.String], types.NewSlice(types.Typ[types.String])
	add := func(name string, a, b, result types.Type) {
		v := func(n string, t types.Type) *types.Var { return types.NewVar(token.NoPos, p, n, t) }
		sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(v("a", a), v("b", b)), types.NewTuple(v("", result)), false)
		p.Scope().Insert(types.NewFunc(token.NoPos, p, name, sig))
	}
	add("Split", str, str, list)
	add("Join", list, str, str)
	p.MarkComplete()
	return p
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
	if t := c.imported(path); t != nil {
		return t, nil
	}
	if path == "strings" {
		c.extra[path] = stringsPackage()
		return c.extra[path], nil
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
