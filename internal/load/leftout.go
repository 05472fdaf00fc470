package load

import (
	"cmp"
	"go/ast"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/source"
)

// notePackage lists what of p was not analysed.
func (l *loader) notePackage(p *packages.Package) {
	i := slices.Index(l.prog.Packages, p)
	faults := l.faults[p]
	for _, f := range faults {
		at := l.prog.Position(f.at)
		l.leaveOut(LeftOut{
			Package: p.PkgPath, Func: f.name, Severity: Part, Position: at,
			Reason: f.kind() + " " + f.name + " not analysed: " + at.String() + ": " + l.clean(oneLine(f.msg)),
		})
	}
	severity := Note
	switch {
	case i < 0 || l.prog.SSAPkgs[i] == nil || len(p.Errors) > 0 && isEmpty(p):
		severity = Whole
	case len(faults) > 0 || l.broken(p):
		severity = Part
	}
	first, ok := l.firstError(p)
	if !ok && severity != Whole {
		return
	}
	if !ok {
		first.msg = "internal error of the SSA builder"
		if i < 0 {
			first.msg = "no Go files in this build"
		}
	}
	if testsOnly := !ok || strings.Contains(first.msg, "no non-test Go files"); i < 0 && (l.hasVariant(p) || !l.tests && testsOnly) {
		return
	}
	l.leaveOut(LeftOut{Package: p.PkgPath, Severity: severity, Position: first.at, Reason: first.String()})
}

func (f fault) kind() string {
	if f.fun != nil {
		return "func"
	}
	return "var"
}

// isEmpty reports whether nothing of p could be read.
func isEmpty(p *packages.Package) bool {
	return !slices.ContainsFunc(p.Syntax, func(f *ast.File) bool { return len(f.Decls) > 0 })
}

// broken reports whether p has errors that are more than lint.
func (l *loader) broken(p *packages.Package) bool {
	return len(l.hardErrors(p)) > 0 || slices.ContainsFunc(p.Errors, func(e packages.Error) bool {
		return e.Kind != packages.TypeError && !compilerOutput(e)
	})
}

// compilerOutput reports whether e is what the compiler said when the go
// command tried to make export data. It repeats errors that are there anyway.
func compilerOutput(e packages.Error) bool {
	return e.Kind == packages.ListError && strings.HasPrefix(e.Msg, "# ")
}

// hasVariant reports whether p, which has no files of its own, is analysed
// as part of its tests.
func (l *loader) hasVariant(p *packages.Package) bool {
	return len(p.GoFiles) == 0 && slices.ContainsFunc(l.prog.Packages, func(q *packages.Package) bool {
		return q.ForTest == p.PkgPath
	})
}

// noteTestMain lists errors that the go command found in putting tests
// together, such as an import cycle: they are attached to nothing else.
func (l *loader) noteTestMain(p *packages.Package) {
	for _, e := range p.Errors {
		if e.Kind != packages.ListError || compilerOutput(e) {
			continue
		}
		m := l.message(e)
		l.leaveOut(LeftOut{
			Package: strings.TrimSuffix(p.PkgPath, ".test"), Severity: Part, Position: m.at,
			Reason: "tests not analysed: " + m.String(),
		})
		return
	}
}

// message is an error with the place it stands at.
type message struct {
	at  source.Position
	msg string
}

func (m message) String() string {
	if m.at.File == "" {
		return m.msg
	}
	return m.at.String() + ": " + m.msg
}

// firstError picks the error of p that says most about the cause: a syntax
// error, what the go command says (except for a failed compilation, which
// repeats the type errors), the first hard type error, or whatever is there.
func (l *loader) firstError(p *packages.Package) (message, bool) {
	byKind := func(kind packages.ErrorKind) (message, bool) {
		var found []message
		for _, e := range p.Errors {
			if e.Kind == kind && !compilerOutput(e) {
				found = append(found, l.message(e))
			}
		}
		if len(found) == 0 {
			return message{}, false
		}
		return slices.MinFunc(found, compareMessages), true
	}
	for _, kind := range []packages.ErrorKind{packages.ParseError, packages.ListError} {
		if m, ok := byKind(kind); ok {
			return m, true
		}
	}
	if m, ok := l.firstTypeError(p); ok {
		return m, true
	}
	if m, ok := byKind(packages.UnknownError); ok {
		return m, true
	}
	if len(p.Errors) > 0 {
		return l.message(p.Errors[0]), true
	}
	return message{}, false
}

func (l *loader) firstTypeError(p *packages.Package) (message, bool) {
	errs := l.hardErrors(p)
	if len(errs) == 0 {
		errs = p.TypeErrors // unused variables and the like
	}
	var found []message
	for _, e := range errs {
		found = append(found, message{l.prog.Position(e.Pos), l.clean(oneLine(l.importReason(p, e)))})
	}
	if len(found) == 0 {
		return message{}, false
	}
	return slices.MinFunc(found, compareMessages), true
}

// importReason returns the message of e. Of an import that failed, the type
// checker knows only that; the package it names knows why.
func (l *loader) importReason(p *packages.Package, e types.Error) string {
	for _, f := range p.Syntax {
		if !(f.FileStart <= e.Pos && e.Pos <= f.FileEnd) {
			continue
		}
		i := slices.IndexFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Pos() <= e.Pos && e.Pos <= s.End() })
		if i < 0 {
			return e.Msg
		}
		path, err := strconv.Unquote(f.Imports[i].Path.Value)
		if imp := p.Imports[path]; err == nil && imp != nil && strings.HasPrefix(e.Msg, "could not import") {
			if m, ok := l.firstError(imp); ok {
				return "could not import " + path + ": " + m.msg
			}
		}
		return e.Msg
	}
	return e.Msg
}

var errorPos = regexp.MustCompile(`^(.*?)(?::(\d+))?(?::(\d+))?$`)

// message converts an error of go/packages. Its position is relative to the
// working directory if it comes from the go command.
func (l *loader) message(e packages.Error) message {
	m := message{msg: l.clean(oneLine(e.Msg))}
	if e.Pos == "" || e.Pos == "-" {
		return m
	}
	part := errorPos.FindStringSubmatch(e.Pos)
	name := part[1]
	if !filepath.IsAbs(name) {
		name = filepath.Join(l.dir, filepath.FromSlash(name))
	}
	m.at.File = l.prog.Rel(name)
	m.at.Line, _ = strconv.Atoi(part[2])
	m.at.Column, _ = strconv.Atoi(part[3])
	if src, ok := l.parsed.files[name]; ok && m.at.Line > 0 {
		m.at.Offset = offsetOf(src.content, m.at.Line, m.at.Column)
	}
	return m
}

func compareMessages(a, b message) int {
	return cmp.Or(a.at.Compare(b.at), strings.Compare(a.msg, b.msg))
}
