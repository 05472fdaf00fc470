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

// stretches lists the nodes of all files that are wanted, by file, sorted by their starts.
func (f *Flow) stretches(wanted func(ast.Node) bool) map[string][]textRange {
	out := map[string][]textRange{}
	for _, pkg := range f.Prog.Packages {
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if n != nil && wanted(n) {
					a, b := f.Prog.Position(n.Pos()), f.Prog.Position(n.End())
					out[a.File] = append(out[a.File], textRange{start: a.Offset, end: b.Offset})
				}
				return true
			})
		}
	}
	for _, rs := range out {
		slices.SortFunc(rs, func(a, b textRange) int { return a.start - b.start })
	}
	return out
}

// innermost is the start of the last stretch that a point stands in, -1 for none.
func innermost(all map[string][]textRange, p key.Point) int {
	rs := all[p.File]
	for i := sort.Search(len(rs), func(i int) bool { return rs[i].start > p.Offset }) - 1; i >= 0; i-- {
		if rs[i].end >= p.Offset {
			return rs[i].start
		}
	}
	return -1
}

// Scope names the top-level declaration that a point stands in.
func (f *Flow) Scope(p key.Point) string {
	if f.scopes == nil {
		f.scopes = f.stretches(func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.GenDecl:
				return true
			}
			return false
		})
	}
	for _, r := range f.scopes[p.File] { // the outermost
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
		f.literals = f.stretches(func(n ast.Node) bool {
			l, ok := n.(*ast.BasicLit)
			return ok && l.Kind == token.STRING
		})
	}
	if p.Mode == key.Before || p.Mode == key.After {
		return -1
	}
	return innermost(f.literals, p)
}

// Statement is the start of the innermost statement, or declaration of constants or variables, that a point stands in;
// -1 for none.
func (f *Flow) Statement(p key.Point) int {
	if f.statements == nil {
		f.statements = f.stretches(func(n ast.Node) bool {
			switch n.(type) {
			case *ast.AssignStmt, *ast.ReturnStmt, *ast.ExprStmt, *ast.ValueSpec, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
				return true
			}
			return false
		})
	}
	return innermost(f.statements, p)
}
