package load

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

const mode = packages.LoadSyntax | packages.NeedModule | packages.NeedForTest |
	packages.NeedExportFile | packages.NeedEmbedFiles

// Load loads the packages that cfg names. Its error is a *UsageError, a
// *TargetError, or that of ctx; broken packages are in Program.LeftOut.
func Load(ctx context.Context, cfg Config) (*Program, error) {
	t, err := newTarget(ctx, cfg)
	if err != nil {
		return nil, err
	}
	progress := cfg.Progress
	if progress == nil {
		progress = func(string) {}
	}
	l := &loader{target: t, prog: &Program{Dir: t.dir, Fset: token.NewFileSet()}}
	progress(fmt.Sprintf("loading %s", strings.Join(t.patterns, " ")))
	roots, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.sortOut(ctx, roots); err != nil {
		return nil, err
	}
	l.collectFiles()
	progress(fmt.Sprintf("building %d packages", len(l.prog.Packages)))
	if err := l.buildSSA(ctx); err != nil {
		return nil, err
	}
	l.findModules()
	for _, p := range l.main {
		l.notePackage(p)
	}
	l.findIgnored()
	if slices.ContainsFunc(l.prog.Modules, func(m Module) bool { return len(m.GoRedis) > 0 }) {
		l.loadVariants(ctx)
	}
	l.finish()
	return l.prog, nil
}

// loader carries the state of one Load.
type loader struct {
	*target
	prog   *Program
	parsed capture
	main   []*packages.Package // roots of the target's modules, with syntax or not
	faults map[*packages.Package][]fault
	nested []string // directories of modules below that are not the target's
}

// load runs go/packages. One call serves all patterns: packages of two calls
// would not share types.
func (l *loader) load(ctx context.Context) ([]*packages.Package, error) {
	cfg := &packages.Config{
		Mode:      mode,
		Context:   ctx,
		Dir:       l.dir,
		Env:       l.env,
		Fset:      l.prog.Fset,
		Tests:     l.tests,
		ParseFile: l.parsed.parseFile,
	}
	if l.tags != "" {
		cfg.BuildFlags = []string{"-tags=" + l.tags}
	}
	roots, err := packages.Load(cfg, l.patterns...)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, l.goListError(err)
	}
	return roots, nil
}

// sortOut divides the roots into packages to analyse, entries for LeftOut,
// and patterns that match nothing.
func (l *loader) sortOut(ctx context.Context, roots []*packages.Package) error {
	foreign := ""
	for _, p := range roots {
		switch {
		case isTestMain(p):
			l.noteTestMain(p)
		case matchesNothing(p):
			return &TargetError{Msg: l.clean(oneLine(p.Errors[0].Msg)), Next: "check the pattern, ./... names all packages"}
		case p.Module == nil || !p.Module.Main:
			foreign = p.PkgPath
			l.leaveOut(LeftOut{Package: p.PkgPath, Severity: Whole, Reason: "not in a module of the target, only the target's own code is ported"})
		default:
			l.main = append(l.main, p)
		}
	}
	if len(l.main) == 0 && foreign != "" {
		return &TargetError{Msg: foreign + " is not in a module of the target", Next: "name packages of the module in " + l.shown}
	}
	if len(l.main) == 0 {
		return l.nothingFound(ctx)
	}
	byID := func(a, b *packages.Package) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(l.main, byID)
	for _, p := range l.main {
		if len(p.Syntax) > 0 && p.Types != nil && p.TypesInfo != nil {
			l.prog.Packages = append(l.prog.Packages, p)
		}
	}
	return l.checkWildcards(roots)
}

// nothingFound explains why the patterns gave no package. The load itself
// loses what the go command has to say about that.
func (l *loader) nothingFound(ctx context.Context) error {
	args := []string{"list"}
	if l.tags != "" {
		args = append(args, "-tags="+l.tags)
	}
	args = append(append(args, "--"), l.patterns...)
	if _, err := l.goCommand(ctx, args...); err != nil {
		return err
	}
	return &TargetError{
		Msg:  fmt.Sprintf("no Go packages match %s in %s", strings.Join(l.patterns, " "), l.shown),
		Next: "name a directory with Go files",
	}
}

// checkWildcards finds wildcards that match no package: the go command only
// warns of them, to where nobody looks.
func (l *loader) checkWildcards(roots []*packages.Package) error {
	const next = "check the pattern, ./... names all packages"
	for _, base := range l.bases {
		if !slices.ContainsFunc(roots, func(p *packages.Package) bool { return within(base, p.Dir) }) {
			return &TargetError{Msg: fmt.Sprintf("no Go packages below %s in %s", rel(l.dir, base), l.shown), Next: next}
		}
	}
	for _, pattern := range l.wild {
		prefix, _, _ := strings.Cut(pattern, "...")
		prefix = strings.TrimSuffix(prefix, "/")
		if !slices.ContainsFunc(roots, func(p *packages.Package) bool { return strings.HasPrefix(p.PkgPath, prefix) }) {
			return &TargetError{Msg: fmt.Sprintf("no Go packages match %s in %s", pattern, l.shown), Next: next}
		}
	}
	return nil
}

// isTestMain reports whether p is a main package that the go command made to
// run tests: its only file is in the build cache.
func isTestMain(p *packages.Package) bool {
	if p.Name != "main" || !strings.HasSuffix(p.PkgPath, ".test") {
		return false
	}
	return !slices.ContainsFunc(p.GoFiles, func(f string) bool { return p.Dir != "" && within(p.Dir, f) })
}

// matchesNothing reports whether p stands for a pattern, not for a package.
func matchesNothing(p *packages.Package) bool {
	return len(p.GoFiles) == 0 && len(p.IgnoredFiles) == 0 && len(p.OtherFiles) == 0 &&
		p.Module == nil && len(p.Errors) > 0
}

func (l *loader) leaveOut(o LeftOut) { l.prog.LeftOut = append(l.prog.LeftOut, o) }

// finish sorts and links the result.
func (l *loader) finish() {
	p := l.prog
	slices.SortFunc(p.LeftOut, func(a, b LeftOut) int {
		return cmp.Or(
			strings.Compare(a.Package, b.Package),
			cmp.Compare(b.Severity, a.Severity),
			a.Position.Compare(b.Position),
			strings.Compare(a.Func, b.Func),
			strings.Compare(a.Reason, b.Reason),
		)
	})
	p.LeftOut = slices.CompactFunc(p.LeftOut, func(a, b LeftOut) bool {
		return a.Package == b.Package && a.Reason == b.Reason
	})
	p.byTypes = make(map[*ssa.Package]*packages.Package, len(p.SSAPkgs))
	p.toSSA = make(map[*packages.Package]*ssa.Package, len(p.SSAPkgs))
	for i, s := range p.SSAPkgs {
		if s != nil {
			p.byTypes[s], p.toSSA[p.Packages[i]] = p.Packages[i], s
		}
	}
}
