package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"unicode/utf8"

	"github.com/clusterize/clusterize/internal/key"
)

// literal finds where constant text stands in the source by taking the expression apart: SSA constants have no
// position, and the type checker folded them before SSA was built.
func (f *Flow) literal(text string, hint ast.Expr, depth int) key.Template {
	if hint == nil || depth > maxDepth {
		return key.Literal(text)
	}
	hint = ast.Unparen(hint)
	info := f.typesInfo(hint.Pos())
	if info == nil {
		return key.Literal(text)
	}
	t := key.Literal(text)
	switch e := hint.(type) {
	case *ast.BasicLit:
		return f.basicLit(text, e)
	case *ast.Ident:
		t = f.namedLiteral(text, info.ObjectOf(e), depth)
	case *ast.SelectorExpr:
		t = f.namedLiteral(text, info.ObjectOf(e.Sel), depth)
	case *ast.BinaryExpr:
		x, okx := constString(info, e.X)
		y, oky := constString(info, e.Y)
		if e.Op == token.ADD && okx && oky && x+y == text {
			a := f.edges(f.literal(x, e.X, depth+1), e.X)
			b := f.edges(f.literal(y, e.Y, depth+1), e.Y)
			t, _ = key.Concat(a, b)
		}
	case *ast.CallExpr:
		if tv, ok := info.Types[e.Fun]; ok && tv.IsType() && len(e.Args) == 1 {
			t = f.edges(f.literal(text, e.Args[0], depth+1), e.Args[0])
		}
	}
	return t
}

// namedLiteral follows a constant to its declaration, a variable to the one assignment that gives this text.
func (f *Flow) namedLiteral(text string, obj types.Object, depth int) key.Template {
	var from ast.Expr
	switch obj := obj.(type) {
	case *types.Const:
		d, ok := f.decls[obj]
		if !ok {
			return key.Literal(text)
		}
		from = d.expr
	case *types.Var:
		for _, e := range f.sets[obj] {
			info := f.typesInfo(e.Pos())
			if info == nil {
				continue
			}
			if s, ok := constString(info, e); ok && s == text {
				if from != nil {
					return key.Literal(text)
				}
				from = e
			}
		}
	}
	if from == nil {
		return key.Literal(text)
	}
	if s, ok := constString(f.typesInfo(from.Pos()), from); !ok || s != text {
		return key.Literal(text) // iota, implicit repetition: the expression is not this constant's own
	}
	return f.edges(f.literal(text, from, depth+1), from)
}

// basicLit maps the bytes of a literal's value to offsets in the file.
func (f *Flow) basicLit(text string, e *ast.BasicLit) key.Template {
	t := key.Literal(text)
	file := f.Prog.File(e.Pos())
	if e.Kind != token.STRING || file == nil || !file.Editable() || text == "" {
		return t
	}
	start := f.Prog.Position(e.Pos()).Offset
	offs := literalOffsets(file.Content, start)
	if len(offs) != len(text)+1 {
		return t
	}
	t.Parts[0].File, t.Parts[0].Offs = file.Rel, offs
	return t
}

// literalOffsets lists the offset in src of each byte border of the value of the string literal that starts there.
// It reads the bytes of the file, since the scanner drops carriage returns from raw strings.
func literalOffsets(src []byte, start int) []int {
	if start < 0 || start >= len(src) {
		return nil
	}
	quote := src[start]
	i := start + 1
	var offs []int
	for i < len(src) && src[i] != quote {
		switch {
		case quote == '`' && src[i] == '\r':
			i++
		case quote == '`':
			offs = append(offs, i)
			i++
		default:
			r, multi, tail, err := strconv.UnquoteChar(string(src[i:min(len(src), i+16)]), quote)
			if err != nil {
				return nil
			}
			n := 1
			if multi {
				n = utf8.RuneLen(r)
			}
			size := min(len(src), i+16) - i - len(tail)
			offs = append(offs, i)
			for k := 1; k < n; k++ {
				if size == n {
					offs = append(offs, i+k)
				} else {
					offs = append(offs, i) // inside an escape: no border, but never asked for either
				}
			}
			i += size
		}
	}
	return append(offs, i)
}

// edges adds the points around an expression of string type.
func (f *Flow) edges(t key.Template, hint ast.Expr) key.Template {
	ts := f.withEdges([]key.Template{t}, hint)
	return ts[0]
}

func (f *Flow) withEdges(ts []key.Template, hint ast.Expr) []key.Template {
	if hint == nil {
		return ts
	}
	hint = ast.Unparen(hint)
	if _, ok := hint.(*ast.BasicLit); ok {
		return ts
	}
	info, file := f.typesInfo(hint.Pos()), f.Prog.File(hint.Pos())
	if info == nil || file == nil || !file.Editable() {
		return ts
	}
	tv, ok := info.Types[hint]
	if id, isIdent := hint.(*ast.Ident); !ok && isIdent {
		if obj := info.ObjectOf(id); obj != nil {
			tv.Type, ok = obj.Type(), true
		}
	}
	if !ok || tv.Type == nil || !isString(tv.Type) {
		return ts
	}
	before := key.Point{File: file.Rel, Offset: f.Prog.Position(hint.Pos()).Offset, Mode: key.Before}
	after := key.Point{File: file.Rel, Offset: f.Prog.Position(hint.End()).Offset, Mode: key.After}
	out := make([]key.Template, len(ts))
	for i, t := range ts {
		out[i] = t.WithEdges(before, after)
	}
	return out
}
