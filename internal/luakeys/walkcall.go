package luakeys

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// borrowers are library functions that keep nothing of their arguments and call none of them.
var borrowers = map[string]bool{
	"select": true, "assert": true, "tonumber": true, "error": true,
	"redis.sha1hex": true, "redis.error_reply": true, "redis.status_reply": true,
}

// walkCall walks a call: its arguments, then what it calls.
func (in *interp) walkCall(e *ast.FuncCallExpr, fr *frame) {
	if e.Func == nil {
		in.walkMethod(e, fr)
		return
	}
	in.walkExpr(e.Func, fr)
	hits := in.hits
	callees := in.eval(e.Func, fr)
	if len(e.Args) == 1 && len(callees) == 1 && callees[0].name == "redis.register_function" {
		if table, ok := e.Args[0].(*ast.TableExpr); ok {
			in.regTable[table] = true
		}
	}
	in.walkExprs(e.Args, fr)
	line := in.line
	in.line = e.Line()
	args := in.evalList(e.Args, fr)
	in.callAny(callees, args, fr, e, in.hits == hits)
	in.line = line
}

func (in *interp) callAny(callees []val, args multi, fr *frame, e *ast.FuncCallExpr, certain bool) {
	if len(callees) > 1 {
		in.cond++
		defer func() { in.cond-- }()
	}
	for _, c := range callees {
		switch c.kind {
		case vFunc:
			in.callFunc(c, args, fr, e, certain)
		case vBuiltin:
			in.callBuiltin(c.name, args, fr, e, certain)
		case vNil:
		default:
			in.blind[e] = true
			in.escape(in.all(args), "it is passed to a function that is not followed")
		}
	}
}

func (in *interp) callFunc(c val, args multi, fr *frame, e *ast.FuncCallExpr, certain bool) {
	if !slices.Contains(in.entered[e], c.fn) {
		in.entered[e] = append(in.entered[e], c.fn)
	}
	callee, ok := in.enter(c, args, fr, e, certain)
	if !ok {
		in.escape(in.all(args), "it is passed to a function that calls itself")
		in.walkFrame(in.unknownFrame(c.fn, c.frame, "an argument of a function that calls itself"))
		return
	}
	if extra := args.drop(len(in.decls[c.fn])); c.fn.ParList.HasVargs {
		for _, v := range in.all(extra) {
			if v.kind != vFunc && v.kind != vBuiltin {
				in.escape([]val{v}, "it is passed as one of ...")
			}
		}
	}
	in.walkFrame(callee)
}

func (in *interp) callBuiltin(name string, args multi, fr *frame, e *ast.FuncCallExpr, certain bool) {
	if !slices.Contains(in.builtins[e], name) {
		in.builtins[e] = append(in.builtins[e], name)
	}
	switch name {
	case "redis.call", "redis.pcall":
		in.record(args, e, name == "redis.pcall")
		return
	case "pcall":
		in.cond++
		in.callAny(in.at(args, 0), args.drop(1), fr, e, certain)
		in.cond--
		return
	case "xpcall":
		in.callAny(in.at(args, 0), multi{}, fr, e, certain)
		in.escape(in.all(args.drop(1)), "it is passed to xpcall")
		return
	case "redis.register_function":
		in.register(args, e)
		return
	case "table.insert":
		in.insert(args, fr, e)
		return
	}
	if inFor := name == "ipairs" || name == "pairs"; readers[name] || borrowers[name] || inFor && in.inFor[e] {
		for _, v := range in.all(args) {
			if v.kind != vKeys && v.kind != vArgv {
				in.escape([]val{v}, "it is passed to "+name)
			}
		}
		return
	}
	in.escape(in.all(args), "it is passed to "+name)
}

// insert is table.insert(t, value).
func (in *interp) insert(args multi, fr *frame, e *ast.FuncCallExpr) {
	for _, v := range in.at(args, 0) {
		if v.kind == vKeys || v.kind == vArgv {
			in.lose(v.kind)
		}
	}
	if in.isInsert(e) {
		in.keep(e.Args[0], in.all(args.drop(1)), fr)
		return
	}
	in.escape(in.all(args.drop(1)), "it is kept in a table")
}

// walkMethod is obj:method(...).
func (in *interp) walkMethod(e *ast.FuncCallExpr, fr *frame) {
	in.walkExpr(e.Receiver, fr)
	in.walkExprs(e.Args, fr)
	line := in.line
	in.line = e.Line()
	in.escape(in.eval(e.Receiver, fr), "a method of it is called")
	in.escape(in.all(in.evalList(e.Args, fr)), "it is passed to a method")
	in.line = line
}
