package load

import (
	"context"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

const ssaMode = ssa.GlobalDebug | ssa.InstantiateGenerics

// builder makes the SSA program, again and again until nothing panics.
type builder struct {
	pkgs   []*packages.Package
	faults map[*packages.Package][]fault
	failed map[*packages.Package]failure
	load   *loader
}

// failure says how far a package has been cut down after a panic.
type failure int

const (
	isolated  failure = iota + 1 // the functions at fault are left out
	typesOnly                    // the whole package is
)

// buildSSA fills SSA and SSAPkgs.
func (l *loader) buildSSA(ctx context.Context) error {
	b := &builder{
		pkgs:   l.prog.Packages,
		faults: make(map[*packages.Package][]fault),
		failed: make(map[*packages.Package]failure),
		load:   l,
	}
	for _, p := range b.pkgs {
		if p.IllTyped {
			b.faults[p] = l.faultsOf(p)
		}
	}
	for {
		prog, bad, err := b.attempt(ctx)
		if err != nil {
			return err
		}
		if bad == nil {
			l.prog.SSA = prog
			break
		}
		b.cutDown(bad)
	}
	l.faults = b.faults
	l.prog.SSAPkgs = make([]*ssa.Package, len(b.pkgs))
	for i, p := range b.pkgs {
		if b.failed[p] != typesOnly {
			l.prog.SSAPkgs[i] = l.prog.SSA.Package(p.Types)
		}
	}
	return nil
}

// attempt creates and builds everything. It stops at the first package that
// panics, and returns it: the program is not to be used then.
func (b *builder) attempt(ctx context.Context) (_ *ssa.Program, bad *packages.Package, _ error) {
	prog, bad := b.create(nil, nil)
	if bad != nil {
		return nil, bad, nil
	}
	for _, p := range b.pkgs {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if panics(prog.Package(p.Types).Build) {
			return nil, p, nil
		}
	}
	return prog, nil, nil
}

// create makes a program with all packages, none of them built. Of the
// package only, just the unit keep gets code.
func (b *builder) create(only *packages.Package, keep *unit) (prog *ssa.Program, bad *packages.Package) {
	prog = ssa.NewProgram(b.load.prog.Fset, ssaMode)
	roots := make(map[*packages.Package]bool, len(b.pkgs))
	for _, p := range b.pkgs {
		roots[p] = true
	}
	packages.Visit(b.pkgs, nil, func(p *packages.Package) {
		if p.Types == nil || bad != nil {
			return
		}
		var files []*ast.File
		var info *types.Info
		if roots[p] && b.failed[p] != typesOnly {
			files, info = p.Syntax, p.TypesInfo
			switch {
			case p == only:
				files, info = pruned(p, b.faults[p], keep)
			case p.IllTyped || len(b.faults[p]) > 0:
				files, info = pruned(p, b.faults[p], nil)
			}
		}
		// Variants for a test share the path with the package itself, which
		// is the one to be found by it.
		importable := p.ID == p.PkgPath
		if panics(func() { prog.CreatePackage(p.Types, files, info, importable) }) {
			bad = p
		}
	})
	for _, p := range b.pkgs {
		createImports(prog, p.Types)
	}
	return prog, bad
}

// createImports adds what the type checker knows of and the import graph does
// not, such as the empty package that stands for a failed import: the builder
// insists that each import was created.
func createImports(prog *ssa.Program, pkg *types.Package) {
	for _, imp := range pkg.Imports() {
		if prog.Package(imp) == nil {
			prog.CreatePackage(imp, nil, nil, false)
			createImports(prog, imp)
		}
	}
}

// cutDown takes away from p, which panicked, as little as is known to help.
func (b *builder) cutDown(p *packages.Package) {
	if b.failed[p] == 0 {
		b.failed[p] = isolated
		if found := b.isolate(p); len(found) > 0 {
			b.faults[p] = append(b.faults[p], found...)
			return
		}
	}
	b.failed[p] = typesOnly
}

// isolate builds each unit of p alone, and returns those that panic.
func (b *builder) isolate(p *packages.Package) []fault {
	out := make(map[any]bool)
	for _, f := range b.faults[p] {
		out[f.key()] = true
	}
	var found []fault
	for _, u := range units(p) {
		if out[u.key()] {
			continue
		}
		prog, bad := b.create(p, &u)
		if bad != nil {
			return nil // not the fault of a function
		}
		if panics(prog.Package(p.Types).Build) {
			found = append(found, fault{unit: u, at: u.pos, msg: "internal error of the SSA builder"})
		}
	}
	return found
}

func (u unit) key() any {
	if u.fun != nil {
		return u.fun
	}
	return u.init
}

// panics runs f and reports whether it panicked.
func panics(f func()) (failed bool) {
	defer func() { failed = recover() != nil }()
	f()
	return
}
