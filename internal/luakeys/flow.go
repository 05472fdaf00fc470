package luakeys

import (
	"maps"

	"github.com/yuin/gopher-lua/ast"
)

// defsAt is which defs of each variable may hold at a point; nil where no path leads.
type defsAt map[*variable][]*def

// flow finds the defs that reach each use of a variable, for variables that only their own function
// reads and assigns. Other uses are reached by all defs.
func (r *scopes) flow() {
	r.flowStmts(r.prog.main, r.prog.main.Stmts, defsAt{})
}

func (r *scopes) flowStmts(fn *ast.FunctionExpr, list []ast.Stmt, at defsAt) defsAt {
	for _, s := range list {
		at = r.flowStmt(fn, s, at)
	}
	return at
}

// tracked tells whether the defs of a variable are told apart.
func tracked(v *variable) bool { return !v.shared && len(v.defs) <= maxDefs }

// set records the defs that a node makes.
func (r *scopes) set(node any, at defsAt) {
	for i, d := range r.defsOf[node] {
		if !tracked(d.v) {
			continue
		}
		defs := []*def{d}
		for _, same := range r.defsOf[node][:i] { // x, x = a, b: the order is not defined
			if same.v == d.v {
				defs = append(defs, same)
			}
		}
		at[d.v] = defs
	}
}

func (r *scopes) flowStmt(fn *ast.FunctionExpr, node ast.Stmt, at defsAt) defsAt {
	if at == nil {
		at = defsAt{} // no path leads here; uses without a def fall back to all
	}
	switch s := node.(type) {
	case *ast.DoBlockStmt:
		return r.flowStmts(fn, s.Stmts, at)
	case *ast.IfStmt:
		r.flowExpr(fn, s.Condition, at)
		then := r.flowStmts(fn, s.Then, maps.Clone(at))
		other := r.flowStmts(fn, s.Else, maps.Clone(at))
		return join(then, other)
	case *ast.WhileStmt:
		at = r.loopHead(s, at)
		r.flowExpr(fn, s.Condition, at)
		r.flowStmts(fn, s.Stmts, maps.Clone(at))
		return at
	case *ast.RepeatStmt:
		at = r.loopHead(s, at)
		end := r.flowStmts(fn, s.Stmts, maps.Clone(at))
		r.flowExpr(fn, s.Condition, join(end, at))
		return at
	case *ast.NumberForStmt, *ast.GenericForStmt:
		eachChild(node, func(child any) {
			if e, ok := child.(ast.Expr); ok {
				r.flowExpr(fn, e, at)
			}
		})
		at = r.loopHead(node, at)
		body := maps.Clone(at)
		r.set(node, body)
		eachChild(node, func(child any) {
			if s, ok := child.(ast.Stmt); ok {
				body = r.flowStmt(fn, s, body)
			}
		})
		return at
	case *ast.ReturnStmt, *ast.BreakStmt:
		r.flowExprs(fn, node, at)
		return nil
	}
	r.flowExprs(fn, node, at)
	r.set(node, at)
	return at
}

func (r *scopes) flowExprs(fn *ast.FunctionExpr, node ast.Stmt, at defsAt) {
	eachChild(node, func(child any) { r.flowExpr(fn, child.(ast.Expr), at) })
}

// loopHead is what may hold at the head of a loop, and after it: what held before, and every def
// in the loop.
func (r *scopes) loopHead(loop ast.Stmt, at defsAt) defsAt {
	span := r.span[loop]
	head := maps.Clone(at)
	for v, defs := range head {
		for _, d := range v.defs {
			if d.pos >= span[0] && d.pos < span[1] {
				defs = union(defs, d)
			}
		}
		head[v] = defs
	}
	return head
}

// union never changes its argument, which other points share.
func union(defs []*def, more ...*def) []*def {
	out := defs[:len(defs):len(defs)]
next:
	for _, d := range more {
		for _, old := range defs {
			if old == d {
				continue next
			}
		}
		out = append(out, d)
	}
	return out
}

// join is what may hold where two paths meet.
func join(a, b defsAt) defsAt {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	for v, defs := range b {
		if len(a[v]) == 0 {
			a[v] = defs // declared on one path: only visible there
			continue
		}
		a[v] = union(a[v], defs...)
	}
	return a
}

func (r *scopes) flowExpr(fn *ast.FunctionExpr, node ast.Expr, at defsAt) {
	switch e := node.(type) {
	case *ast.IdentExpr:
		v := r.ids[e]
		if v == nil || !tracked(v) || v.fn != fn || len(at[v]) == 0 {
			return
		}
		r.reach[e] = at[v]
	case *ast.FunctionExpr:
		inner := defsAt{}
		r.set(e, inner)
		r.flowStmts(e, e.Stmts, inner)
	default:
		eachInExpr(node, func(child any) { r.flowExpr(fn, child.(ast.Expr), at) })
	}
}

// defsOn are the defs that may give a use its value.
func (r *scopes) defsOn(id *ast.IdentExpr) []*def {
	if defs, ok := r.reach[id]; ok {
		return defs
	}
	return r.ids[id].defs
}
