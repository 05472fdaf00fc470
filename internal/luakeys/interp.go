package luakeys

import (
	"cmp"
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// interp walks a program and finds what its expressions may be.
type interp struct {
	*scopes
	root     *frame
	library  bool            // KEYS and ARGV are parameters, not globals
	lost     map[valKind]int // vKeys, vArgv: the line where the table was given away or changed
	lostNow  map[valKind]int // found in this run, so it has to start again
	steps    int
	spent    bool
	level    int             // nesting of eval
	hits     int             // how often an expression turned out to depend on itself
	active   map[defKey]bool // being found
	rounds   map[*variable]int
	defs     map[defKey][]val
	contents map[contentKey][]val
	filling  map[contentKey]bool
	results  map[callKey]multi
	frames   map[frameKey]*frame
	unknowns map[unknownKey]*frame
	walked   map[*frame]bool
	returns  map[*ast.FunctionExpr]exits

	line       int // of the statement being walked
	cond, loop int
	calls      []recorded
	problems   map[Problem]bool
	keysUsed   int
	keysAll    bool
	regs       []registration
	regTable   map[*ast.TableExpr]bool                   // the tables they are made of
	listed     map[string]int                            // calls by place and words
	joins      map[Point]*ast.StringConcatOpExpr         // points around the sides of a ..
	entered    map[*ast.FuncCallExpr][]*ast.FunctionExpr // what each call calls, of the script's own functions
	sends      map[*ast.FuncCallExpr]bool                // calls of redis.call and redis.pcall
	free       map[*ast.FunctionExpr]bool                // functions that are called in ways that are not followed
	builtins   map[*ast.FuncCallExpr][]string            // what each call calls, of the libraries
	blind      map[*ast.FuncCallExpr]bool                // calls of what is not known
	argvVar    *variable                                 // the parameter that stands for ARGV in a function of a library
}

// frame is a function with the arguments of one place that calls it.
type frame struct {
	fn      *ast.FunctionExpr
	args    multi
	outer   *frame // where the function was made
	caller  *frame
	depth   int
	unknown string // not empty: the arguments are not known, and why
}

type (
	defKey struct {
		d  *def
		fr *frame
	}
	contentKey struct {
		v    *variable
		home *frame
		sel  selector
	}
	callKey struct {
		call *ast.FuncCallExpr
		fr   *frame
	}
	frameKey struct {
		call  *ast.FuncCallExpr
		fr    *frame
		fn    *ast.FunctionExpr
		outer *frame
	}
	unknownKey struct {
		fn    *ast.FunctionExpr
		outer *frame
	}
)

// recorded is a call with its place, to sort and to list it once.
type recorded struct {
	Call
	order int
}

func newInterp(prog *program, library bool, lost map[valKind]int) *interp {
	in := &interp{
		scopes:   resolve(prog),
		library:  library,
		lost:     lost,
		lostNow:  map[valKind]int{},
		active:   map[defKey]bool{},
		rounds:   map[*variable]int{},
		defs:     map[defKey][]val{},
		contents: map[contentKey][]val{},
		filling:  map[contentKey]bool{},
		results:  map[callKey]multi{},
		frames:   map[frameKey]*frame{},
		unknowns: map[unknownKey]*frame{},
		walked:   map[*frame]bool{},
		returns:  map[*ast.FunctionExpr]exits{},
		problems: map[Problem]bool{},
		regTable: map[*ast.TableExpr]bool{},
		listed:   map[string]int{},
		joins:    map[Point]*ast.StringConcatOpExpr{},
		entered:  map[*ast.FuncCallExpr][]*ast.FunctionExpr{},
		sends:    map[*ast.FuncCallExpr]bool{},
		free:     map[*ast.FunctionExpr]bool{},
		builtins: map[*ast.FuncCallExpr][]string{},
		blind:    map[*ast.FuncCallExpr]bool{},
	}
	in.root = &frame{fn: prog.main, args: multi{tail: data("an argument of the script's chunk")}}
	return in
}

// run walks the program until it is known which of KEYS and ARGV can be trusted: a table that is
// changed anywhere may be changed at any time. It calls after for each complete walk.
func run(prog *program, library bool, after func(*interp)) {
	lost := map[valKind]int{}
	for {
		in := newInterp(prog, library, lost)
		if in.scopes.problem != nil {
			in.problems[*in.scopes.problem] = true
			after(in)
			return
		}
		in.walkFrame(in.root)
		after(in)
		grown := false
		for kind, line := range in.lostNow {
			if lost[kind] == 0 {
				lost[kind], grown = max(line, 1), true
			}
		}
		if !grown {
			return
		}
	}
}

// analyse reads a program as a script.
func analyse(prog *program) Script {
	var s Script
	run(prog, false, func(in *interp) { s = in.script() })
	return s
}

// script is what was found.
func (in *interp) script() Script {
	s := Script{KeysUsed: in.keysUsed, KeysAll: in.keysAll}
	calls := slices.Clone(in.calls)
	slices.SortStableFunc(calls, func(a, b recorded) int { return cmp.Compare(a.order, b.order) })
	for _, c := range calls {
		s.Calls = append(s.Calls, c.Call)
	}
	in.keepUsed(&s)
	for p := range in.problems {
		s.Problems = append(s.Problems, p)
	}
	slices.SortFunc(s.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return s
}

func (in *interp) problem(line int, text string) { in.problems[Problem{line, text}] = true }

// tick counts a step. It returns false when there were too many: what is asked for then is data.
func (in *interp) tick() bool {
	if in.steps++; in.steps > maxSteps && !in.spent {
		in.spent = true
		in.problem(0, "too much to follow: not all of the script was read")
	}
	return !in.spent
}

// lose notes that KEYS or ARGV may not hold what was passed.
func (in *interp) lose(kind valKind) {
	name := "KEYS"
	if kind == vArgv {
		name = "ARGV"
	}
	if in.lostNow[kind] == 0 {
		in.lostNow[kind] = max(in.line, 1)
	}
	in.problem(in.line, name+" is changed, or kept or passed in a way that is not followed")
}

// escape is called with values that go where they are not followed: functions may be called with any
// arguments, tables may be changed.
func (in *interp) escape(vals []val, how string) {
	for _, v := range vals {
		switch v.kind {
		case vFunc:
			in.walkFrame(in.unknownFrame(v.fn, v.frame, "an argument of a function that is called in a way that is not followed"))
		case vKeys, vArgv:
			in.lose(v.kind)
		case vBuiltin:
			if isRedis(v.name) {
				in.problem(in.line, v.name+" is not followed: "+how)
			}
		}
	}
}

// isRedis tells whether a library value can send commands.
func isRedis(name string) bool {
	return name == "redis" || name == "redis.call" || name == "redis.pcall"
}

// unknownFrame is a function with arguments that are not known.
func (in *interp) unknownFrame(fn *ast.FunctionExpr, outer *frame, why string) *frame {
	key := unknownKey{fn, outer}
	fr := in.unknowns[key]
	if fr == nil {
		fr = &frame{fn: fn, outer: outer, caller: outer, unknown: why}
		if outer != nil {
			fr.depth = outer.depth + 1
		}
		in.unknowns[key] = fr
	}
	in.free[fn] = true
	return fr
}

// inside is a frame of fn, which is made somewhere in outer's function, with unknown arguments.
func (in *interp) inside(fn *ast.FunctionExpr, outer *frame) *frame {
	var path []*ast.FunctionExpr
	for f := fn; f != outer.fn; f = in.parent[f] {
		if f == nil {
			return in.unknownFrame(fn, in.root, "an argument that is not followed")
		}
		path = append(path, f)
	}
	fr := outer
	for i := len(path) - 1; i >= 0; i-- {
		fr = in.unknownFrame(path[i], fr, "an argument of a function that assigns to a variable outside of it")
	}
	return fr
}

// enter is the frame of a call, or false where functions call each other in a circle, or too deep.
// Arguments that are not certain, since they were found on the way round a loop, make a frame of their own.
func (in *interp) enter(v val, args multi, fr *frame, call *ast.FuncCallExpr, certain bool) (*frame, bool) {
	if fr.depth >= maxFrames || in.spent {
		return nil, false
	}
	for f := fr; f != nil; f = f.caller {
		if f.fn == v.fn {
			return nil, false
		}
	}
	key := frameKey{call, fr, v.fn, v.frame}
	callee := in.frames[key]
	if callee == nil {
		callee = &frame{fn: v.fn, args: args, outer: v.frame, caller: fr, depth: fr.depth + 1}
		if certain {
			in.frames[key] = callee
		}
	}
	return callee, true
}
