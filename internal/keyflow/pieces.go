package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"
)

// pieceWalk finds where text goes into fields, parameters, results and lists.
type pieceWalk struct {
	f       *Flow
	pkg     *packages.Package
	decls   map[string]*ast.FuncDecl // by the place of their names
	written map[*ast.Ident]bool      // fields that are set there, not read
}

// indexPieces adds the ranges of all packages.
func (f *Flow) indexPieces() *pieceWalk {
	w := &pieceWalk{f: f, decls: map[string]*ast.FuncDecl{}, written: map[*ast.Ident]bool{}}
	each := func(visit func(ast.Node) bool) {
		for _, pkg := range f.Prog.Packages {
			if w.pkg = pkg; pkg.TypesInfo == nil {
				continue
			}
			for _, file := range pkg.Syntax {
				ast.Inspect(file, visit)
			}
		}
	}
	each(func(n ast.Node) bool {
		if d, ok := n.(*ast.FuncDecl); ok {
			w.decls[f.place(d.Name.Pos())] = d
		}
		return true
	})
	arguments := map[ast.Expr]bool{}
	each(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, a := range n.Args {
				arguments[ast.Unparen(a)] = true
			}
			w.call(n)
		case *ast.CompositeLit:
			w.literal(n, arguments[n])
		case *ast.AssignStmt:
			w.assign(n)
		}
		return true
	})
	return w
}

// add notes that the text of an expression becomes that of an object; nil for an element of a list.
func (w *pieceWalk) add(obj types.Object, name string, e ast.Expr) {
	if obj != nil && (obj.Type() == nil || !isString(obj.Type())) {
		return
	}
	w.f.addText(w.piece(obj, name, e), e)
}

func (w *pieceWalk) piece(obj types.Object, name string, e ast.Expr) textRange {
	r := textRange{name: name, piece: true, outer: w.f.span(e), outerFile: w.f.Prog.Position(e.Pos()).File}
	if obj != nil {
		r.obj = w.f.place(obj.Pos())
	}
	return r
}

// literal is a struct, whose fields get the text, or a list or map. What is written as an argument has no other reader.
func (w *pieceWalk) literal(n *ast.CompositeLit, argument bool) {
	t := w.pkg.TypesInfo.Types[n].Type
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok {
					w.written[id] = true
					w.add(w.pkg.TypesInfo.Uses[id], id.Name, kv.Value)
				}
			} else if i < u.NumFields() {
				w.add(u.Field(i), u.Field(i).Name(), e)
			}
		}
	case *types.Slice:
		w.elements(n, u.Elem(), argument)
	case *types.Array:
		w.elements(n, u.Elem(), argument)
	case *types.Map:
		w.elements(n, u.Elem(), argument)
	}
}

func (w *pieceWalk) elements(n *ast.CompositeLit, elem types.Type, argument bool) {
	if !isString(elem) || argument {
		return
	}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		w.add(nil, "a list", e)
	}
}

// call hands its arguments to the parameters of a function of the target.
func (w *pieceWalk) call(n *ast.CallExpr) {
	fn := w.callee(n)
	if fn == nil {
		return
	}
	ps := fn.Type().(*types.Signature).Params()
	for i, a := range n.Args {
		if i < ps.Len() {
			w.add(ps.At(i), ps.At(i).Name(), a)
		}
	}
}

// callee is the function of the target that a call names.
func (w *pieceWalk) callee(n *ast.CallExpr) *types.Func {
	fn, ok := typeutil.Callee(w.pkg.TypesInfo, n).(*types.Func)
	if !ok || w.decls[w.f.place(fn.Origin().Pos())] == nil {
		return nil
	}
	return fn.Origin()
}

// assign sets fields, and variables to what a function of the target returns.
func (w *pieceWalk) assign(n *ast.AssignStmt) {
	for i, l := range n.Lhs {
		s, ok := l.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		w.written[s.Sel] = n.Tok == token.ASSIGN
		if len(n.Lhs) == len(n.Rhs) {
			w.add(w.pkg.TypesInfo.Uses[s.Sel], s.Sel.Name, n.Rhs[i])
		}
	}
	if len(n.Rhs) != 1 || len(n.Lhs) < 2 {
		return
	}
	call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr)
	if !ok {
		return
	}
	for i, l := range n.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" {
			continue
		}
		if obj := w.pkg.TypesInfo.ObjectOf(id); obj != nil && obj.Type() != nil && isString(obj.Type()) {
			w.f.addResult(w.piece(obj, id.Name, call), call, i)
		}
	}
}
