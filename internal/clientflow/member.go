package clientflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// fieldTaken notes &opt.Addr, and a field that is written together with others.
func (w *walker) fieldTaken(x ast.Expr) {
	w.fieldWrite(x, nil, nil)
}

// fieldVaries notes opt.DB++, and for opt.DB = range 3.
func (w *walker) fieldVaries(x ast.Expr) {
	if u := w.fieldWrite(x, nil, nil); u != nil {
		u.Varies = true
	}
}

// member notes opt.Addr and rdb.Conn.
func (w *walker) member(e *ast.SelectorExpr) {
	s, ok := w.info.Selections[e]
	if !ok {
		w.constructorValue(e.Sel)
		return
	}
	switch f := s.Obj().(type) {
	case *types.Var:
		if f.Embedded() {
			w.node(e)
		}
		w.fieldRead(e, s)
	case *types.Func:
		w.methodUse(e, s, f)
	}
}

func (w *walker) methodUse(e *ast.SelectorExpr, s *types.Selection, f *types.Func) {
	var n node
	if w.g.Kind.value(s.Recv()) {
		n = w.node(e.X)
	} else if v := embeddedOn(s, w.g.Kind); v != nil {
		n = w.variable(v.Origin())
	}
	if n != 0 && !w.g.of(n).iface {
		c := w.g.of(n)
		c.Methods = append(c.Methods, MethodUse{f.Name(), w.prog.Position(e.Sel.Pos())})
	}
}

// fieldRead notes opt.Addr and the like, once for each selector; nil when the options are not followed.
func (w *walker) fieldRead(e *ast.SelectorExpr, s *types.Selection) *FieldUse {
	o := w.owner(s)
	if o == nil || !w.g.Kind.is(o) || w.g.Kind == Clients {
		return nil
	}
	u := FieldUse{Prog: w.prog, Pkg: w.pkg, Sel: e}
	n := w.node(e.X)
	if v := embeddedOn(s, w.g.Kind); v != nil {
		n, u.Promoted = w.variable(v.Origin()), true
	}
	if n == 0 {
		return nil
	}
	c := w.g.of(n)
	i := slices.IndexFunc(c.Fields, func(x FieldUse) bool { return x.Sel == e })
	if i < 0 {
		i = len(c.Fields)
		c.Fields = append(c.Fields, u)
	}
	return &c.Fields[i]
}

// fieldWrite notes opt.Addr = x before its selector is met as a read; nil when the options are not followed.
func (w *walker) fieldWrite(l, value ast.Expr, stmt *ast.AssignStmt) *FieldUse {
	e, ok := ast.Unparen(l).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	s, ok := w.info.Selections[e]
	if !ok {
		return nil
	}
	u := w.fieldRead(e, s)
	switch {
	case u == nil:
	case stmt == nil || stmt.Tok != token.ASSIGN || value == nil:
		u.Taken = true
		u.Varies = u.Varies || stmt != nil && stmt.Tok != token.ASSIGN
	default:
		u.Value = value
		if len(stmt.Lhs) == 1 {
			u.Stmt = stmt
		}
	}
	return u
}
