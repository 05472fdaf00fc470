package luakeys

import "github.com/yuin/gopher-lua/ast"

func (r *scopes) exprs(list []ast.Expr, u use) {
	for _, e := range list {
		if e != nil {
			r.expr(e, u)
		}
	}
}

// expr resolves the names of an expression; u is what becomes of its value.
func (r *scopes) expr(node ast.Expr, u use) {
	switch e := node.(type) {
	case *ast.IdentExpr:
		v := r.lookup(e.Value)
		r.ids[e] = v
		v.uses = append(v.uses, u)
	case *ast.AttrGetExpr:
		obj := use{kind: useIndex}
		if u.kind == useStore { // x.y[k] = v changes what x holds
			obj = use{}
		}
		r.expr(e.Object, obj)
		r.expr(e.Key, use{kind: useTest})
	case *ast.TableExpr:
		for _, field := range e.Fields {
			r.exprs([]ast.Expr{field.Key, field.Value}, use{})
		}
	case *ast.FuncCallExpr:
		r.call(e)
	case *ast.LogicalOpExpr:
		lhs := u
		if e.Operator == "and" { // what it yields of a table is the other side
			lhs = use{kind: useTest}
		}
		r.expr(e.Lhs, lhs)
		r.expr(e.Rhs, u)
	case *ast.FunctionExpr:
		r.function(e, false)
	default:
		eachInExpr(node, func(child any) { r.expr(child.(ast.Expr), use{kind: useTest}) })
	}
}

func (r *scopes) call(e *ast.FuncCallExpr) {
	r.order[e] = len(r.order)
	r.home[e] = r.fn
	if e.Func != nil {
		r.expr(e.Func, use{kind: useCallee})
	}
	if e.Receiver != nil {
		r.expr(e.Receiver, use{})
	}
	for i, arg := range e.Args {
		r.expr(arg, use{kind: useArg, call: e, arg: i})
	}
	if r.isInsert(e) {
		obj := r.ids[e.Args[0].(*ast.IdentExpr)]
		obj.stores = append(obj.stores, store{value: e.Args[len(e.Args)-1], fn: r.fn})
	}
}

// isInsert tells whether a call has the form table.insert(x, value), with a position or not.
func (r *scopes) isInsert(e *ast.FuncCallExpr) bool {
	attr, ok := e.Func.(*ast.AttrGetExpr)
	if !ok || len(e.Args) < 2 || len(e.Args) > 3 {
		return false
	}
	obj, ok := attr.Object.(*ast.IdentExpr)
	if !ok || obj.Value != "table" || !r.ids[obj].global {
		return false
	}
	name, _ := r.prog.constText(attr.Key)
	_, ok = e.Args[0].(*ast.IdentExpr)
	return ok && name == "insert"
}
