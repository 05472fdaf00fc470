package load

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// capture keeps the bytes of every file that go/packages parses. Reading the
// file again later could give other bytes than those the positions are for.
type capture struct {
	mu    sync.Mutex
	files map[string]parsedFile
}

type parsedFile struct {
	content   []byte
	generated bool
	errors    scanner.ErrorList // syntax errors
}

// parseFile is a packages.Config.ParseFile.
func (c *capture) parseFile(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	f, err := parser.ParseFile(fset, name, src, parser.AllErrors|parser.ParseComments)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil {
		c.files = make(map[string]parsedFile)
	}
	pf := parsedFile{content: src, generated: f != nil && ast.IsGenerated(f)}
	if list, ok := errors.AsType[scanner.ErrorList](err); ok {
		list = physical(list, name, src)
		pf.errors, err = list, list
	}
	c.files[name] = pf
	return f, err
}

// physical undoes what //line directives did to the positions of syntax
// errors: their offsets are true.
func physical(list scanner.ErrorList, name string, src []byte) scanner.ErrorList {
	list = slices.Clone(list)
	for i, e := range list {
		e := *e
		before := src[:min(max(e.Pos.Offset, 0), len(src))]
		e.Pos.Filename = name
		e.Pos.Line = bytes.Count(before, []byte("\n")) + 1
		e.Pos.Column = len(before) - bytes.LastIndexByte(before, '\n')
		list[i] = &e
	}
	return list
}

// collectFiles fills Program.Files.
func (l *loader) collectFiles() {
	l.prog.Files = make(map[string]*File)
	roots := l.moduleDirs()
	for _, p := range l.prog.Packages {
		for _, f := range p.Syntax {
			name := l.prog.Fset.File(f.FileStart).Name()
			file := l.addFile(name, l.parsed.files[name], roots)
			file.Foreign = file.Foreign || !slices.Contains(p.GoFiles, name)
		}
		for _, name := range p.GoFiles {
			if !slices.Contains(p.CompiledGoFiles, name) {
				l.addCgo(name, p.PkgPath, roots)
			}
		}
	}
}

func (l *loader) addFile(name string, src parsedFile, roots []string) *File {
	if f := l.prog.Files[name]; f != nil {
		return f
	}
	f := &File{
		Abs:       name,
		Rel:       l.prog.Rel(name),
		Content:   src.content,
		Sum:       sha256.Sum256(src.content),
		Generated: src.generated,
		Test:      strings.HasSuffix(name, "_test.go"),
		Foreign:   !slices.ContainsFunc(roots, func(dir string) bool { return within(dir, name) }),
	}
	l.prog.Files[name] = f
	return f
}

// addCgo adds a file that was not parsed itself, only what cgo made of it.
func (l *loader) addCgo(name, pkg string, roots []string) {
	content, err := os.ReadFile(name)
	if err != nil || filepath.Ext(name) != ".go" {
		return // the error of the package says why
	}
	f := l.addFile(name, parsedFile{content: content}, roots)
	f.Cgo = true
	if parsed, err := parser.ParseFile(token.NewFileSet(), name, content, parser.PackageClauseOnly|parser.ParseComments); err == nil {
		f.Generated = ast.IsGenerated(parsed)
	}
	l.leaveOut(LeftOut{
		Package: pkg, Severity: Note,
		Reason: f.Rel + " uses cgo: analysed as cgo translates it, and not edited",
	})
}

// moduleDirs returns the directories of the target's modules.
func (l *loader) moduleDirs() []string {
	var dirs []string
	for _, p := range l.main {
		if p.Module.Dir != "" {
			dirs = append(dirs, p.Module.Dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
