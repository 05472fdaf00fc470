package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// busy reports what may change the answer of a command between it and the end of its pipeline: calls other than those
// that queue or make a key, and waiting for somebody else.
func (h *helperCalls) busy(c callSite, stmt ast.Stmt) bool {
	pipe := c.sel.X
	if c.sel.Sel.Name == "Load" { // of a script
		pipe = c.call.Args[1]
	}
	stack := stackOf(syntaxOf(h.r.prog, c.call.Pos()), c.call.Pos())
	around := slices.IndexFunc(stack, func(n ast.Node) bool { return n == ast.Node(stmt) })
	end := token.NoPos
	for around >= 0 && !isFunction(stack[around]) {
		inner := stack[around]
		if around--; end == token.NoPos && around >= 0 {
			end = h.executedAfter(c, statements(stack[around]), inner, pipe)
		}
	}
	if around < 0 {
		return true
	}
	busy := false
	ast.Inspect(stack[around], func(n ast.Node) bool {
		if n == nil || n.Pos() < c.call.End() || end.IsValid() && n.Pos() >= end {
			return true
		}
		busy = busy || h.waits(c, n)
		if call, ok := n.(*ast.CallExpr); ok {
			busy = busy || !h.harmless(c, call, pipe)
		}
		return true
	})
	return busy
}

func isFunction(n ast.Node) bool {
	switch n.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		return true
	}
	return false
}

// executedAfter is the end of the first Exec of a pipeline that is sure to come behind a statement of a list.
func (h *helperCalls) executedAfter(c callSite, list []ast.Stmt, inner ast.Node, pipe ast.Expr) token.Pos {
	i := slices.IndexFunc(list, func(s ast.Stmt) bool { return ast.Node(s) == inner })
	if i < 0 {
		return token.NoPos
	}
	for _, s := range list[i+1:] {
		var first []ast.Node // what a statement does in any case
		switch s := s.(type) {
		case *ast.IfStmt:
			first = []ast.Node{s.Init, s.Cond}
		case *ast.SwitchStmt:
			first = []ast.Node{s.Init, s.Tag}
		case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.DeclStmt:
			first = []ast.Node{s}
		}
		for _, n := range first {
			if end := h.execIn(c, n, pipe); end.IsValid() {
				return end
			}
		}
	}
	return token.NoPos
}

// execIn is the end of an Exec of a pipeline that runs whenever a node does.
func (h *helperCalls) execIn(c callSite, n ast.Node, pipe ast.Expr) (end token.Pos) {
	if n == nil {
		return token.NoPos
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BinaryExpr:
			return n.Op != token.LAND && n.Op != token.LOR
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Exec" && h.same(c, sel.X, pipe) && end == token.NoPos {
				end = n.End()
			}
		}
		return true
	})
	return end
}

// same reports two names of one variable.
func (h *helperCalls) same(c callSite, a, b ast.Expr) bool {
	x, ok := ast.Unparen(a).(*ast.Ident)
	y, is := ast.Unparen(b).(*ast.Ident)
	return ok && is && c.pkg.TypesInfo.Uses[x] != nil && c.pkg.TypesInfo.Uses[x] == c.pkg.TypesInfo.Uses[y]
}

// harmless reports a call that queues a command, makes a key, or executes the pipeline itself.
func (h *helperCalls) harmless(c callSite, call *ast.CallExpr, pipe ast.Expr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		tv := c.pkg.TypesInfo.Types[call.Fun]
		return tv.IsBuiltin() || tv.IsType()
	}
	if id, ok := sel.X.(*ast.Ident); ok && slices.Contains([]string{"fmt", "strconv", "strings"}, id.Name) {
		if _, pkg := c.pkg.TypesInfo.Uses[id].(*types.PkgName); pkg {
			return true // it makes a key
		}
	}
	switch sel.Sel.Name {
	case "Exec", "Pipelined", "TxPipelined":
		return h.same(c, sel.X, pipe) // another pipeline is sent now
	}
	return h.takesAs(c.pkg, sel.X, "Pipeliner")
}

// waits reports that somebody else may do something before the program goes on.
func (h *helperCalls) waits(c callSite, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		return n.Op == token.ARROW
	case *ast.SelectStmt, *ast.SendStmt:
		return true
	case *ast.RangeStmt:
		switch c.pkg.TypesInfo.TypeOf(n.X).Underlying().(type) {
		case *types.Chan, *types.Signature:
			return true
		}
	}
	return false
}

// acts reports an expression that does something each time that it is looked at.
func acts(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return true
	})
	return found
}

// visible reports that the names in an expression mean the same where a call stands.
func (h *helperCalls) visible(c callSite, e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		if sel, is := n.(*ast.SelectorExpr); is {
			ok = ok && h.visible(c, sel.X)
			return false
		}
		if id, is := n.(*ast.Ident); is {
			o := c.pkg.TypesInfo.Uses[id]
			scope := c.pkg.Types.Scope().Innermost(c.call.Pos())
			if o == nil || scope == nil {
				ok = false
				return false
			}
			_, found := scope.LookupParent(id.Name, c.call.Pos())
			ok = ok && found == o
		}
		_, call := n.(*ast.CallExpr)
		ok = ok && !call // it may give another client each time
		return ok
	})
	return ok
}

// reassigned reports that a variable or field of an expression is set, or its address taken, after the pipeline was made
// from it, or in a function that may run then.
func (h *helperCalls) reassigned(c callSite, client ast.Expr, opener *ast.CallExpr) bool {
	names := map[types.Object]bool{}
	ast.Inspect(client, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[c.pkg.TypesInfo.Uses[id]] = true
		}
		return true
	})
	delete(names, nil)
	stack := stackOf(syntaxOf(h.r.prog, c.call.Pos()), c.call.Pos())
	found := false
	set := func(e ast.Expr) {
		if id := setName(e); id != nil && e.Pos() < c.call.Pos() {
			inside := enclosing(stack, e.Pos())
			found = found || names[c.pkg.TypesInfo.Uses[id]] && (e.Pos() > opener.Pos() || !inside)
		}
	}
	for _, n := range stack {
		if d, ok := n.(*ast.FuncDecl); ok {
			eachSet(d, set)
		}
	}
	return found
}

// enclosing reports that the functions around a position are around the call of a stack as well.
func enclosing(stack []ast.Node, pos token.Pos) bool {
	ok := true
	for _, n := range stackOf(stack[0].(*ast.File), pos) {
		if _, is := n.(*ast.FuncLit); is {
			ok = ok && slices.Contains(stack, n)
		}
	}
	return ok
}

// eachSet visits what is assigned to, and what has its address taken.
func eachSet(around ast.Node, visit func(ast.Expr)) {
	ast.Inspect(around, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				visit(l)
			}
		case *ast.IncDecStmt:
			visit(n.X)
		case *ast.RangeStmt:
			visit(n.Key)
			visit(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				visit(n.X)
			}
		}
		return true
	})
}

// setName is the variable or field that an assignment changes.
func setName(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.ParenExpr:
		return setName(e.X)
	case *ast.StarExpr:
		return setName(e.X)
	case *ast.IndexExpr:
		return setName(e.X)
	}
	return nil
}
