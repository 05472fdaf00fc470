package keyflow

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"sort"
	"strconv"

	"github.com/clusterize/clusterize/internal/key"
)

// Scope names the top-level declaration that a point stands in.
func (f *Flow) Scope(p key.Point) string {
	if f.scopes == nil {
		f.scopes = map[string][]textRange{}
		for _, pkg := range f.Prog.Packages {
			for _, file := range pkg.Syntax {
				for _, d := range file.Decls {
					a, b := f.Prog.Position(d.Pos()), f.Prog.Position(d.End())
					f.scopes[a.File] = append(f.scopes[a.File], textRange{start: a.Offset, end: b.Offset})
				}
			}
		}
	}
	for _, r := range f.scopes[p.File] {
		if p.Offset >= r.start && p.Offset <= r.end {
			return p.File + ":" + strconv.Itoa(r.start)
		}
	}
	return p.File
}

// LineAt writes a point as FILE:LINE.
func (f *Flow) LineAt(p key.Point) string {
	for _, file := range f.Prog.Files {
		if file.Rel == p.File {
			before := file.Content[:min(p.Offset, len(file.Content))]
			return fmt.Sprintf("%s:%d", p.File, 1+bytes.Count(before, []byte("\n")))
		}
	}
	return p.File
}

// Between is the source from one point to a later one of the same file.
func (f *Flow) Between(a, b key.Point) string {
	for _, file := range f.Prog.Files {
		if file.Rel == a.File && a.Offset <= b.Offset && b.Offset <= len(file.Content) {
			return string(file.Content[a.Offset:b.Offset])
		}
	}
	return ""
}

// LiteralAt is the start of the string literal that a point is in, -1 for none.
func (f *Flow) LiteralAt(p key.Point) int {
	if f.literals == nil {
		f.literals = map[string][]textRange{}
		for _, pkg := range f.Prog.Packages {
			for _, file := range pkg.Syntax {
				ast.Inspect(file, func(n ast.Node) bool {
					if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
						a, b := f.Prog.Position(l.Pos()), f.Prog.Position(l.End())
						f.literals[a.File] = append(f.literals[a.File], textRange{start: a.Offset, end: b.Offset})
					}
					return true
				})
			}
		}
		for _, rs := range f.literals {
			slices.SortFunc(rs, func(a, b textRange) int { return a.start - b.start })
		}
	}
	rs := f.literals[p.File]
	i, _ := slices.BinarySearchFunc(rs, p.Offset, func(r textRange, at int) int { return r.end - at - 1 })
	if p.Mode == key.InText && i < len(rs) && rs[i].start < p.Offset {
		return rs[i].start
	}
	return -1
}

// Statement is the start of the innermost statement, or declaration of constants or variables, that a point stands in;
// -1 for none.
func (f *Flow) Statement(p key.Point) int {
	if f.statements == nil {
		f.statements = map[string][]textRange{}
		for _, pkg := range f.Prog.Packages {
			for _, file := range pkg.Syntax {
				ast.Inspect(file, func(n ast.Node) bool {
					switch n.(type) {
					case *ast.AssignStmt, *ast.ReturnStmt, *ast.ExprStmt, *ast.ValueSpec, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
						a, b := f.Prog.Position(n.Pos()), f.Prog.Position(n.End())
						f.statements[a.File] = append(f.statements[a.File], textRange{start: a.Offset, end: b.Offset})
					}
					return true
				})
			}
		}
		for _, rs := range f.statements {
			slices.SortFunc(rs, func(a, b textRange) int { return a.start - b.start })
		}
	}
	rs := f.statements[p.File]
	for i := sort.Search(len(rs), func(i int) bool { return rs[i].start > p.Offset }) - 1; i >= 0; i-- {
		if rs[i].end >= p.Offset {
			return rs[i].start
		}
	}
	return -1
}
