// Package libraries knows Go libraries that hold Redis keys or clients
// themselves, and finds where a program uses them. What it says of a library was
// read in its source, at the version that the table names; it is data, not
// analysis: clusterize does not look into the code of dependencies.
package libraries

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// Verdict says what a library does on a cluster.
type Verdict string

// The verdicts.
const (
	Works  Verdict = "works"  // one key for each command, or tagged keys, and takes any client
	Option Verdict = "option" // has an option or constructor of its own for clusters
	Holds  Verdict = "holds"  // takes *redis.Client only, or a client that does not follow redirections
	Review Verdict = "review" // takes a cluster client, but some of its functions are wrong on one
)

// Library is what is known of one library.
type Library struct {
	Path    string // import path, or the beginning of one
	Verdict Verdict
	// Names are the functions and types through which Redis comes in; none for all of the package.
	Names []string
	Text  string // why, as a sentence
	Read  string // the version that was read
}

// Use is a place where a library is used.
type Use struct {
	Library
	Pos     source.Position
	Name    string // what is used there; "" for the import
	Version string // that the target is built with
	Package string
}

// Lookup finds the entry for an import path: the one with the longest beginning.
func Lookup(path string) (Library, bool) {
	var best Library
	for _, l := range table {
		if (path == l.Path || strings.HasPrefix(path, l.Path+"/")) && len(l.Path) > len(best.Path) {
			best = l
		}
	}
	return best, best.Path != ""
}

// wrong are names of libraries that work otherwise: what they do fails on a cluster, or only with keys of one slot.
var wrong = map[string][]string{"github.com/bsm/redislock": {"ObtainMulti"}}

// Find lists the uses of known libraries: each place where one of their names stands, or the import where none does.
func Find(prog *load.Program) []Use {
	seen := map[source.Position]bool{}
	var out []Use
	for _, pkg := range prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for _, f := range pkg.Syntax {
			for _, u := range inFile(prog, pkg, f) {
				if !seen[u.Pos] {
					seen[u.Pos] = true
					out = append(out, u)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Path, b.Path)) })
	return out
}

// ours reports a library that is the target itself.
func ours(prog *load.Program, l Library) bool {
	return slices.ContainsFunc(prog.Modules, func(m load.Module) bool { return m.Path == l.Path })
}

func inFile(prog *load.Program, pkg *packages.Package, f *ast.File) []Use {
	known := map[string]*ast.ImportSpec{}
	for _, s := range f.Imports {
		path, err := strconv.Unquote(s.Path.Value)
		if l, ok := Lookup(path); err == nil && ok && !ours(prog, l) {
			known[path] = s
		}
	}
	if len(known) == 0 {
		return nil
	}
	var out []Use
	add := func(path, name string, n ast.Node) {
		l, _ := Lookup(path)
		if slices.Contains(wrong[l.Path], name) {
			l.Verdict = Review
		}
		out = append(out, Use{Library: l, Pos: prog.Position(n.Pos()), Name: name, Version: versionOf(pkg, path), Package: pkg.PkgPath})
	}
	named := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		o := pkg.TypesInfo.Uses[id]
		if o == nil || o.Pkg() == nil || known[o.Pkg().Path()] == nil || !atTop(o) {
			return true
		}
		if l, _ := Lookup(o.Pkg().Path()); slices.Contains(l.Names, o.Name()) {
			named[o.Pkg().Path()] = true
			add(o.Pkg().Path(), o.Name(), id)
		}
		return true
	})
	for path, s := range known {
		if l, _ := Lookup(path); !named[path] && len(l.Names) == 0 {
			add(path, "", s.Path)
		}
	}
	return out
}

// atTop reports a function, type or variable of a package.
func atTop(o types.Object) bool {
	f, ok := o.(*types.Func)
	return o.Parent() == o.Pkg().Scope() || ok && f.Type().(*types.Signature).Recv() != nil
}

func versionOf(pkg *packages.Package, path string) string {
	if imp := pkg.Imports[path]; imp != nil && imp.Module != nil {
		return imp.Module.Version
	}
	return ""
}
