package rewrite

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
)

// importEdit adds an import by one insertion of text, so that no other line of the file changes; false when the file
// has it already.
func importEdit(f *load.File, path string) (Edit, bool) {
	e, ok := tidyImport(f, path)
	if !ok || showsImport(f, e, path) {
		return e, ok
	}
	// Comments or declarations stand where the import would go: directly after the package clause nothing can.
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Rel, f.Content, parser.PackageClauseOnly)
	if err != nil {
		return Edit{}, false
	}
	at := fset.PositionFor(file.Name.End(), false).Offset
	return Edit{File: f.Rel, Start: at, End: at, New: "; import " + strconv.Quote(path)}, true
}

// showsImport reports that the file with the edit parses and has the import.
func showsImport(f *load.File, e Edit, path string) bool {
	src, err := apply(f.Content, []Edit{e})
	if err != nil {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), f.Rel, src, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	for _, s := range file.Imports {
		if p, _ := strconv.Unquote(s.Path.Value); p == path {
			return true
		}
	}
	return false
}

// tidyImport puts the import where a person would.
func tidyImport(f *load.File, path string) (Edit, bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Rel, f.Content, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return Edit{}, false
	}
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	nl, quoted := newline(f.Content), strconv.Quote(path)
	for _, s := range file.Imports {
		if p, _ := strconv.Unquote(s.Path.Value); p == path && (s.Name == nil || s.Name.Name == pathBase(path)) {
			return Edit{}, false
		}
	}
	insert := func(at int, text string) (Edit, bool) {
		return Edit{File: f.Rel, Start: at, End: at, New: text}, true
	}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT || !g.Lparen.IsValid() || len(g.Specs) == 0 {
			continue
		}
		return insertInBlock(fset, f, g, path, quoted, nl, insert)
	}
	last := -1
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			last = off(g.End())
		}
	}
	if last >= 0 {
		return insert(lineEnd(f.Content, last), nl+"import "+quoted)
	}
	return insert(lineEnd(f.Content, off(file.Name.End())), nl+nl+"import "+quoted)
}

func pathBase(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// insertInBlock puts a standard library path into the first group of the block, in order.
func insertInBlock(fset *token.FileSet, f *load.File, g *ast.GenDecl, path, quoted, nl string, insert func(int, string) (Edit, bool)) (Edit, bool) {
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	line := func(p token.Pos) int { return fset.PositionFor(p, false).Line }
	if !standard(path) {
		if gs := importGroups(fset, g); gs != nil {
			return insertInGroup(fset, f, gs, path, quoted, nl, insert)
		}
	}
	if gs := importGroups(fset, g); gs != nil {
		for _, group := range gs {
			if e, ok := insertStandard(fset, f, group, path, quoted, nl, insert); ok {
				return e, true
			}
		}
	}
	prev := -1
	for i, s := range g.Specs {
		is := s.(*ast.ImportSpec)
		start := is.Pos()
		if is.Doc != nil {
			start = is.Doc.Pos()
		}
		p, _ := strconv.Unquote(is.Path.Value)
		newGroup := i > 0 && line(start) > prev+1
		if p > path || newGroup || !standard(p) {
			if newGroup || i > 0 && line(start) == prev {
				before := g.Specs[i-1].(*ast.ImportSpec)
				if line(start) == prev {
					return insert(off(before.End()), "; "+quoted)
				}
				return insert(lineEnd(f.Content, off(before.End())), nl+indentAt(f.Content, off(before.Pos()))+quoted)
			}
			if line(start) == line(g.Lparen) {
				return insert(off(start), quoted+"; ")
			}
			text := quoted + nl + indentAt(f.Content, off(start))
			if i == 0 && !standard(p) {
				text = quoted + nl + nl + indentAt(f.Content, off(start))
			}
			return insert(off(start), text)
		}
		prev = line(is.End())
	}
	last := g.Specs[len(g.Specs)-1].(*ast.ImportSpec)
	if line(last.End()) == line(g.Rparen) {
		return insert(off(last.End()), "; "+quoted)
	}
	return insert(lineEnd(f.Content, off(last.End())), nl+indentAt(f.Content, off(last.Pos()))+quoted)
}

// standard reports a path of the standard library: its first part has no dot.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

// importGroups are the imports of a block that stand together, with blank lines between; nil for a block that does not
// have each import on lines of its own.
func importGroups(fset *token.FileSet, g *ast.GenDecl) [][]*ast.ImportSpec {
	line := func(p token.Pos) int { return fset.PositionFor(p, false).Line }
	var out [][]*ast.ImportSpec
	prev := line(g.Lparen)
	for i, s := range g.Specs {
		is := s.(*ast.ImportSpec)
		start := line(is.Pos())
		if is.Doc != nil {
			start = line(is.Doc.Pos())
		}
		if start == prev {
			return nil
		}
		if i == 0 || start > prev+1 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], is)
		prev = line(is.End())
	}
	if prev == line(g.Rparen) {
		return nil
	}
	return out
}

// insertStandard puts a path of the standard library into a group that has such paths, in order.
func insertStandard(fset *token.FileSet, f *load.File, group []*ast.ImportSpec, path, quoted, nl string, insert func(int, string) (Edit, bool)) (Edit, bool) {
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	var last *ast.ImportSpec
	for _, s := range group {
		p, _ := strconv.Unquote(s.Path.Value)
		if !standard(p) {
			continue
		}
		if p > path {
			start := s.Pos()
			if s.Doc != nil {
				start = s.Doc.Pos()
			}
			return insert(off(start), quoted+nl+indentAt(f.Content, off(s.Pos())))
		}
		last = s
	}
	if last == nil {
		return Edit{}, false
	}
	return insert(lineEnd(f.Content, off(last.End())), nl+indentAt(f.Content, off(last.Pos()))+quoted)
}

// insertInGroup puts a path that is not of the standard library beside those of its own module, or into the last group,
// or into a group of its own.
func insertInGroup(fset *token.FileSet, f *load.File, groups [][]*ast.ImportSpec, path, quoted, nl string, insert func(int, string) (Edit, bool)) (Edit, bool) {
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	name := func(s *ast.ImportSpec) string { p, _ := strconv.Unquote(s.Path.Value); return p }
	module, _, _ := strings.Cut(path, "/internal/")
	to := groups[len(groups)-1]
	for _, g := range groups {
		if slices.ContainsFunc(g, func(s *ast.ImportSpec) bool { return name(s) == module || strings.HasPrefix(name(s), module+"/") }) {
			to = g
		}
	}
	last := to[len(to)-1]
	indent := indentAt(f.Content, off(last.Pos()))
	if standard(name(last)) {
		return insert(lineEnd(f.Content, off(last.End())), nl+nl+indent+quoted)
	}
	for _, s := range to {
		if name(s) > path && !standard(name(s)) {
			start := s.Pos()
			if s.Doc != nil {
				start = s.Doc.Pos()
			}
			return insert(off(start), quoted+nl+indent)
		}
	}
	return insert(lineEnd(f.Content, off(last.End())), nl+indent+quoted)
}

// newline is what ends the lines of a file.
func newline(src []byte) string {
	if bytes.Contains(src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// indentAt is the white space that the line of an offset begins with.
func indentAt(src []byte, at int) string {
	start := bytes.LastIndexByte(src[:at], '\n') + 1
	end := start
	for end < at && (src[end] == ' ' || src[end] == '\t') {
		end++
	}
	return string(src[start:end])
}

// lineEnd is the offset of the end of the line that holds the offset, before its line break.
func lineEnd(src []byte, at int) int {
	i := bytes.IndexByte(src[at:], '\n')
	if i < 0 {
		return len(src)
	}
	if at+i > 0 && src[at+i-1] == '\r' {
		i--
	}
	return at + i
}
