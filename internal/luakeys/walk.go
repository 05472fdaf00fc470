package luakeys

import (
	"github.com/yuin/gopher-lua/ast"
)

// walkFrame walks a function's code, once for each frame.
func (in *interp) walkFrame(fr *frame) {
	if in.walked[fr] || in.spent {
		return
	}
	in.walked[fr] = true
	line := in.line
	if fr.unknown != "" {
		in.branch(fr.fn.Stmts, fr)
	} else {
		in.walkStmts(fr.fn.Stmts, fr)
	}
	in.line = line
}

func (in *interp) walkStmts(list []ast.Stmt, fr *frame) {
	for _, s := range list {
		if !in.tick() {
			return
		}
		in.line = s.Line()
		in.walkStmt(s, fr)
	}
}

// branch walks code that may not run.
func (in *interp) branch(list []ast.Stmt, fr *frame) {
	in.cond++
	in.walkStmts(list, fr)
	in.cond--
}

func (in *interp) walkStmt(node ast.Stmt, fr *frame) {
	switch s := node.(type) {
	case *ast.AssignStmt:
		in.walkAssign(s, fr)
	case *ast.LocalAssignStmt:
		in.walkExprs(s.Exprs, fr)
	case *ast.FuncCallStmt:
		in.walkExpr(s.Expr, fr)
	case *ast.DoBlockStmt:
		in.walkStmts(s.Stmts, fr)
	case *ast.WhileStmt:
		in.loop++
		in.walkExpr(s.Condition, fr)
		in.branch(s.Stmts, fr)
		in.loop--
	case *ast.RepeatStmt:
		in.loop++
		in.walkStmts(s.Stmts, fr)
		in.walkExpr(s.Condition, fr)
		in.loop--
	case *ast.IfStmt:
		in.walkExpr(s.Condition, fr)
		in.branch(s.Then, fr)
		in.branch(s.Else, fr)
	case *ast.NumberForStmt:
		in.walkExprs([]ast.Expr{s.Init, s.Limit, s.Step}, fr)
		in.loop++
		in.branch(s.Stmts, fr)
		in.loop--
	case *ast.GenericForStmt:
		in.walkExprs(s.Exprs, fr)
		in.escape(in.all(in.evalList(s.Exprs, fr)), "it is an iterator")
		in.loop++
		in.branch(s.Stmts, fr)
		in.loop--
	case *ast.FuncDefStmt:
		in.walkFuncDef(s, fr)
	case *ast.ReturnStmt:
		in.walkExprs(s.Exprs, fr)
		if fr.unknown != "" {
			in.escape(in.all(in.evalList(s.Exprs, fr)), "it is returned to an unknown caller")
		}
	}
}

func (in *interp) walkAssign(s *ast.AssignStmt, fr *frame) {
	for _, lhs := range s.Lhs {
		if attr, ok := lhs.(*ast.AttrGetExpr); ok {
			in.walkStore(attr, fr)
		}
	}
	in.walkExprs(s.Rhs, fr)
	list := in.evalList(s.Rhs, fr)
	for i, lhs := range s.Lhs {
		switch l := lhs.(type) {
		case *ast.IdentExpr:
			in.assigned(l, in.at(list, i), fr)
		case *ast.AttrGetExpr:
			in.keep(l.Object, in.at(list, i), fr)
		}
	}
}

// assigned looks at what a name is set to. Outside of the variable's own function the value is later
// found without the arguments of the function that assigns it.
func (in *interp) assigned(id *ast.IdentExpr, vals []val, fr *frame) {
	v := in.ids[id]
	if v == nil {
		return
	}
	if v.global && (libraries[v.name] || opaque[v.name] != "" || v.name == "KEYS" || v.name == "ARGV" || v.name == "server") {
		in.problem(id.Line(), v.name+" is given another meaning")
	}
	if v.fn != fr.fn {
		in.escape(vals, "it is assigned to a variable of another function")
	}
}

// walkStore looks at the table that an element is put into.
func (in *interp) walkStore(attr *ast.AttrGetExpr, fr *frame) {
	in.walkBase(attr.Object, fr)
	in.walkExpr(attr.Key, fr)
	for _, v := range in.eval(attr.Object, fr) {
		switch v.kind {
		case vKeys, vArgv:
			in.lose(v.kind)
		case vBuiltin:
			in.problem(attr.Line(), v.name+" is changed")
		}
	}
}

// keep looks at a value that is put into a table: in a table of a variable of this function that is
// followed everywhere it can be found again.
func (in *interp) keep(object ast.Expr, vals []val, fr *frame) {
	if id, ok := object.(*ast.IdentExpr); ok {
		if v := in.ids[id]; v != nil && v.fn == fr.fn && in.isTame(v) && in.onlyMade(v) {
			in.escapeButFuncs(vals)
			return
		}
	}
	in.escape(vals, "it is kept in a table")
}

// onlyMade tells whether a variable never holds a table that is not its own.
func (in *interp) onlyMade(v *variable) bool {
	for _, d := range v.defs {
		if d.kind == defNil {
			continue
		}
		if d.kind != defList || d.idx >= len(d.list) {
			return false
		}
		if _, ok := d.list[d.idx].(*ast.TableExpr); !ok {
			return false
		}
	}
	return true
}

// escapeButFuncs is escape for tables whose functions are found again when they are called.
func (in *interp) escapeButFuncs(vals []val) {
	for _, v := range vals {
		if v.kind != vFunc {
			in.escape([]val{v}, "it is kept in a table")
		}
	}
}

func (in *interp) walkFuncDef(s *ast.FuncDefStmt, fr *frame) {
	vals := []val{{kind: vFunc, fn: s.Func, frame: fr}}
	switch target := s.Name.Func.(type) {
	case *ast.IdentExpr:
		in.assigned(target, vals, fr)
	case *ast.AttrGetExpr:
		in.walkStore(target, fr)
		in.keep(target.Object, vals, fr)
	default:
		in.walkExpr(s.Name.Receiver, fr)
		in.escape(vals, "it is a method")
	}
}

func (in *interp) walkExprs(list []ast.Expr, fr *frame) {
	for _, e := range list {
		if e != nil {
			in.walkExpr(e, fr)
		}
	}
}

// walkExpr walks the calls in an expression, in the order they are made.
func (in *interp) walkExpr(node ast.Expr, fr *frame) {
	if !in.tick() {
		return
	}
	switch e := node.(type) {
	case *ast.IdentExpr:
		in.walkName(e, fr)
	case *ast.AttrGetExpr:
		in.walkIndex(e, fr)
	case *ast.FuncCallExpr:
		in.walkCall(e, fr)
	case *ast.LogicalOpExpr:
		in.walkExpr(e.Lhs, fr)
		in.cond++
		in.walkExpr(e.Rhs, fr)
		in.cond--
	case *ast.TableExpr:
		in.walkTable(e, fr)
	case *ast.FunctionExpr: // walked where it is called
	default:
		eachInExpr(node, func(child any) { in.walkExpr(child.(ast.Expr), fr) })
	}
}

func (in *interp) walkTable(e *ast.TableExpr, fr *frame) {
	owner := in.owner[e]
	followed := in.regTable[e] || owner != nil && owner.fn == fr.fn && in.isTame(owner)
	for i, field := range e.Fields {
		if field.Key != nil {
			in.walkExpr(field.Key, fr)
		}
		in.walkExpr(field.Value, fr)
		vals := in.eval(field.Value, fr)
		if i == len(e.Fields)-1 {
			vals = in.all(in.evalMulti(field.Value, fr))
		}
		if followed {
			in.escapeButFuncs(vals)
		} else {
			in.escape(vals, "it is kept in a table")
		}
	}
}

// walkName looks at a name that is not indexed.
func (in *interp) walkName(id *ast.IdentExpr, fr *frame) {
	in.walkBase(id, fr)
	for _, v := range in.eval(id, fr) {
		if v.kind == vKeys {
			in.keysAll = true
		}
	}
}

// walkBase walks what is indexed.
func (in *interp) walkBase(node ast.Expr, fr *frame) {
	id, ok := node.(*ast.IdentExpr)
	if !ok {
		in.walkExpr(node, fr)
		return
	}
	if v := in.ids[id]; v != nil && v.global && len(v.defs) == 0 && opaque[v.name] != "" {
		in.problem(id.Line(), v.name+" "+opaque[v.name])
	}
}

func (in *interp) walkIndex(e *ast.AttrGetExpr, fr *frame) {
	in.walkBase(e.Object, fr)
	in.walkExpr(e.Key, fr)
	for _, v := range in.eval(e.Object, fr) {
		switch v.kind {
		case vKeys:
			in.useKeys(in.eval(e.Key, fr))
		case vBuiltin:
			if _, ok := in.prog.constText(e.Key); !ok && isRedis(v.name) {
				in.problem(e.Line(), "a function of redis whose name is computed")
			}
		}
	}
}

// useKeys notes which elements of KEYS are used.
func (in *interp) useKeys(index []val) {
	for _, v := range index {
		if n, ok := v.wholeNumber(); ok && n > 0 {
			in.keysUsed = max(in.keysUsed, n)
		} else {
			in.keysAll = true
		}
	}
}
