package luakeys

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// exits is how a function ends.
type exits struct {
	returns []*ast.ReturnStmt
	falls   bool // may end without return
}

// evalCall is what a call returns.
func (in *interp) evalCall(e *ast.FuncCallExpr, fr *frame) multi {
	key := callKey{e, fr}
	if m, ok := in.results[key]; ok {
		return m
	}
	if !in.tick() {
		return multi{tail: data(tooMuch)}
	}
	hits := in.hits
	m := in.evalCallNow(e, fr)
	if in.hits == hits && !in.spent {
		in.results[key] = m
	}
	return m
}

func (in *interp) evalCallNow(e *ast.FuncCallExpr, fr *frame) multi {
	if e.Func == nil {
		return in.evalMethod(e, fr)
	}
	hits := in.hits
	callees := in.eval(e.Func, fr)
	args := in.evalList(e.Args, fr)
	return in.resultsOf(callees, args, fr, e, in.hits == hits)
}

// resultsOf is what any of the callees returns.
func (in *interp) resultsOf(callees []val, args multi, fr *frame, e *ast.FuncCallExpr, certain bool) multi {
	var out multi
	first := true
	for _, c := range callees {
		if c.kind == vNil {
			continue // an error
		}
		m := in.resultOf(c, args, fr, e, certain)
		if first {
			out, first = m, false
			continue
		}
		out = in.merge(out, m)
	}
	if first {
		return multi{tail: data(fmt.Sprintf("a result (line %d)", e.Line()))}
	}
	return out
}

func (in *interp) resultOf(c val, args multi, fr *frame, e *ast.FuncCallExpr, certain bool) multi {
	switch c.kind {
	case vBuiltin:
		if c.name == "pcall" {
			inner := in.resultsOf(in.at(args, 0), args.drop(1), fr, e, certain)
			tail := in.add(data("an error text"), in.all(inner)...)
			return multi{vals: [][]val{{{kind: vNil}}}, tail: tail}
		}
		return in.builtin(c.name, args, e)
	case vFunc:
		callee, ok := in.enter(c, args, fr, e, certain)
		if !ok {
			return multi{tail: data(fmt.Sprintf("the result of a function that calls itself (line %d)", e.Line()))}
		}
		return in.resultIn(callee)
	case vData:
		return multi{tail: data(fmt.Sprintf("the result of %s (line %d)", c.reason, e.Line()))}
	}
	return multi{tail: data(fmt.Sprintf("a result (line %d)", e.Line()))}
}

// resultIn is what a function returns in a frame.
func (in *interp) resultIn(fr *frame) multi {
	ends, ok := in.returns[fr.fn]
	if !ok {
		ends.falls = collectReturns(fr.fn.Stmts, &ends.returns)
		in.returns[fr.fn] = ends
	}
	var out multi
	for i, ret := range ends.returns {
		m := in.evalList(ret.Exprs, fr)
		if i == 0 {
			out = m
			continue
		}
		out = in.merge(out, m)
	}
	if ends.falls && len(ends.returns) > 0 {
		out = in.merge(out, multi{})
	}
	return out
}

// collectReturns gathers the return statements of a block and tells whether its end can be reached.
func collectReturns(list []ast.Stmt, out *[]*ast.ReturnStmt) bool {
	falls := true
	for _, node := range list {
		switch s := node.(type) {
		case *ast.ReturnStmt:
			*out = append(*out, s)
			falls = false
		case *ast.IfStmt:
			then := collectReturns(s.Then, out)
			other := collectReturns(s.Else, out)
			falls = falls && (then || other)
		case *ast.DoBlockStmt:
			falls = collectReturns(s.Stmts, out) && falls
		case *ast.WhileStmt:
			collectReturns(s.Stmts, out)
		case *ast.RepeatStmt:
			collectReturns(s.Stmts, out)
		case *ast.NumberForStmt:
			collectReturns(s.Stmts, out)
		case *ast.GenericForStmt:
			collectReturns(s.Stmts, out)
		}
	}
	return falls
}

// drop is a list without its first values.
func (m multi) drop(n int) multi {
	if n <= len(m.vals) {
		m.vals = m.vals[n:]
		return m
	}
	return multi{tail: m.tail}
}

// evalMethod is what obj:method(...) returns; of strings only.
func (in *interp) evalMethod(e *ast.FuncCallExpr, fr *frame) multi {
	receiver := in.eval(e.Receiver, fr)
	for _, v := range receiver {
		if v.kind != vText && v.kind != vNil {
			return multi{tail: data(fmt.Sprintf("the result of :%s (line %d)", e.Method, e.Line()))}
		}
	}
	args := in.evalList(e.Args, fr)
	args.vals = append([][]val{receiver}, args.vals...)
	return in.builtin("string."+e.Method, args, e)
}
