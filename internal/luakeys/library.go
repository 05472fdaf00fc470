package luakeys

import (
	"github.com/yuin/gopher-lua/ast"
)

// Function is one function of a library.
type Function struct {
	Name   string // as FCALL calls it; empty: not known
	Line   int    // of its registration
	Script Script // its first parameter read as KEYS, its second as ARGV
}

// registration is a call of redis.register_function.
type registration struct {
	name  string
	fn    []val
	flags []string
	line  int
}

// ReadLibrary parses and analyses a function library, as FUNCTION LOAD takes it: each function that
// it registers, in order. Where the library can't be read, or registers nothing, it returns one
// function without a name whose Script says why. It never panics and always ends.
func ReadLibrary(src string) []Function {
	prog, head, problem := prepare(src)
	if problem != nil {
		return []Function{{Script: Script{Shebang: head.line, Problems: []Problem{*problem}}}}
	}
	var out []Function
	run(prog, true, func(in *interp) {
		out = nil
		top := in.calls
		for _, reg := range in.regs {
			out = append(out, Function{Name: reg.name, Line: reg.line, Script: in.registered(reg, head, top)})
		}
		if len(out) == 0 {
			s := in.script()
			s.Shebang = head.line
			s.Problems = append(s.Problems, Problem{Text: "no redis.register_function was found"})
			out = []Function{{Script: s}}
		}
	})
	return out
}

// registered reads one function. Calls that are reached in ways that are not followed belong to every function.
func (in *interp) registered(reg registration, head header, top []recorded) Script {
	in.calls, in.listed = append([]recorded(nil), top...), map[string]int{}
	in.keysUsed, in.keysAll, in.walked = 0, false, map[*frame]bool{}
	problems := in.problems
	in.problems = map[Problem]bool{}
	for p := range problems {
		in.problems[p] = true
	}
	found := false
	for _, v := range reg.fn {
		if v.kind != vFunc {
			continue
		}
		found = true
		in.free[v.fn] = true // Redis calls it
		if params := in.decls[v.fn]; len(params) > 1 {
			in.argvVar = params[1]
		}
		args := multi{vals: [][]val{{{kind: vKeys}}, {{kind: vArgv}}}}
		in.walkFrame(&frame{fn: v.fn, args: args, outer: v.frame, depth: 1})
	}
	if !found || len(reg.fn) > 1 {
		in.problem(reg.line, "the function that is registered is not known")
	}
	if reg.name == "" {
		in.problem(reg.line, "the name that is registered is not known")
	}
	s := in.script()
	s.Shebang, s.Flags = head.line, reg.flags
	in.problems = problems
	return s
}

// register notes redis.register_function(name, f), or of a table with function_name, callback and flags.
func (in *interp) register(args multi, e *ast.FuncCallExpr) {
	if !in.library {
		in.problem(e.Line(), "redis.register_function: this is a function library, not a script")
	}
	reg := registration{line: e.Line(), fn: in.at(args, 1)}
	first := in.at(args, 0)
	if len(first) == 1 && first[0].kind == vTable {
		reg.fn = nil
		for _, v := range in.content(first[0], selector{name: "callback"}) {
			if v.kind != vNil {
				reg.fn = append(reg.fn, v)
			}
		}
		var names []val
		for _, v := range in.content(first[0], selector{name: "function_name"}) {
			if v.kind != vNil {
				names = append(names, v)
			}
		}
		if s, ok := known(in.texts(names)); ok {
			reg.name = s
		}
		reg.flags = in.flagsOf(first[0])
	} else if s, ok := known(in.texts(first)); ok {
		reg.name = s
	}
	in.regs = append(in.regs, reg)
}

// flagsOf are the flags of a registration in table form, as far as they are written in it.
func (in *interp) flagsOf(t val) []string {
	var flags []string
	for _, field := range t.table.Fields {
		list, ok := field.Value.(*ast.TableExpr)
		if !ok || field.Key == nil {
			continue
		}
		if name, _ := in.prog.constText(field.Key); name != "flags" {
			continue
		}
		for _, f := range list.Fields {
			if s, ok := in.prog.constText(f.Value); ok {
				flags = append(flags, s)
			}
		}
	}
	return flags
}
