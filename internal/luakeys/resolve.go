package luakeys

import (
	"github.com/yuin/gopher-lua/ast"
)

// variable is a local variable, a parameter, or a global name.
type variable struct {
	name   string
	fn     *ast.FunctionExpr // the function it belongs to; the script itself for globals
	global bool
	defs   []*def
	uses   []use
	stores []store
	// shared is set when another function than fn assigns to it.
	shared bool
	tame   answer // see interp.isTame
	moved  answer // see interp.reordered
}

// def gives a variable a value.
type def struct {
	v    *variable
	fn   *ast.FunctionExpr // where it stands
	kind defKind
	list []ast.Expr // defList: the right-hand sides; defIn: what is iterated over
	idx  int        // which value of the list, which parameter
	pos  int        // order in the source
	line int
}

type defKind uint8

const (
	defNil   defKind = iota // local x
	defList                 // x = a, b, ...
	defParam                // function(x)
	defCount                // for x = 1, n
	defIn                   // for x, y in ...
)

// use is one place where a variable is read, by what the place does with a table.
type use struct {
	kind useKind
	call *ast.FuncCallExpr // useArg
	arg  int               // useArg
	dst  *variable         // useFlow
}

type useKind uint8

const (
	useOther  useKind = iota // anything may happen to it
	useTest                  // compared, measured, concatenated: a table stays as it is
	useIndex                 // x[k] is read
	useStore                 // x[k] = v
	useCallee                // x(...)
	useArg                   // f(..., x, ...)
	useFlow                  // dst = x
)

// store is x[key] = value, or table.insert(x, value).
type store struct {
	key   ast.Expr // nil: at an index that is not known
	value ast.Expr
	fn    *ast.FunctionExpr
}

// scopes is what the names of a program mean.
type scopes struct {
	prog    *program
	ids     map[*ast.IdentExpr]*variable
	globals map[string]*variable
	decls   map[any][]*variable // variables that a statement or function declares
	defsOf  map[any][]*def      // defs that a statement makes, in order
	reach   map[*ast.IdentExpr][]*def
	parent  map[*ast.FunctionExpr]*ast.FunctionExpr
	order   map[*ast.FuncCallExpr]int
	home    map[*ast.FuncCallExpr]*ast.FunctionExpr // the function a call stands in
	inFor   map[*ast.FuncCallExpr]bool              // for ... in call
	owner   map[*ast.TableExpr]*variable            // x = {...}
	span    map[ast.Stmt][2]int                     // loops: the defs in them, by pos
	problem *Problem

	fn     *ast.FunctionExpr
	pos    int
	locals int
	scope  map[string]*variable
	undo   []shadow
}

// shadow is what a name meant before a block declared it.
type shadow struct {
	name string
	was  *variable
}

func resolve(prog *program) *scopes {
	r := &scopes{
		prog:    prog,
		ids:     map[*ast.IdentExpr]*variable{},
		globals: map[string]*variable{},
		decls:   map[any][]*variable{},
		defsOf:  map[any][]*def{},
		reach:   map[*ast.IdentExpr][]*def{},
		parent:  map[*ast.FunctionExpr]*ast.FunctionExpr{},
		order:   map[*ast.FuncCallExpr]int{},
		home:    map[*ast.FuncCallExpr]*ast.FunctionExpr{},
		inFor:   map[*ast.FuncCallExpr]bool{},
		owner:   map[*ast.TableExpr]*variable{},
		span:    map[ast.Stmt][2]int{},
		scope:   map[string]*variable{},
	}
	r.fn = prog.main
	r.block(prog.main.Stmts)
	if r.problem == nil {
		r.flow()
	}
	return r
}

func (r *scopes) block(list []ast.Stmt) {
	mark := r.enter()
	r.stmts(list)
	r.leave(mark)
}

func (r *scopes) enter() int { return len(r.undo) }

func (r *scopes) leave(mark int) {
	for i := len(r.undo) - 1; i >= mark; i-- {
		s := r.undo[i]
		r.locals--
		if s.was == nil {
			delete(r.scope, s.name)
		} else {
			r.scope[s.name] = s.was
		}
	}
	r.undo = r.undo[:mark]
}

// declare opens a local variable; node is what declares it.
func (r *scopes) declare(node any, name string, line int) *variable {
	if r.locals++; r.locals > maxLocals && r.problem == nil {
		r.problem = &Problem{Line: line, Text: "more than 200 local variables in a function, which Redis refuses"}
	}
	v := &variable{name: name, fn: r.fn}
	r.undo = append(r.undo, shadow{name, r.scope[name]})
	r.scope[name] = v
	r.decls[node] = append(r.decls[node], v)
	return v
}

// define records that node gives v a value.
func (r *scopes) define(node any, v *variable, kind defKind, list []ast.Expr, idx, line int) {
	d := &def{v: v, fn: r.fn, kind: kind, list: list, idx: idx, pos: r.pos, line: line}
	r.pos++
	v.defs = append(v.defs, d)
	if kind == defList && idx < len(list) {
		if table, ok := list[idx].(*ast.TableExpr); ok {
			r.owner[table] = v
		}
	}
	if r.fn != v.fn {
		v.shared = true
	}
	r.defsOf[node] = append(r.defsOf[node], d)
}

func (r *scopes) lookup(name string) *variable {
	if v := r.scope[name]; v != nil {
		return v
	}
	v := r.globals[name]
	if v == nil {
		v = &variable{name: name, fn: r.prog.main, global: true, shared: true}
		r.globals[name] = v
	}
	return v
}

func (r *scopes) stmts(list []ast.Stmt) {
	for _, s := range list {
		r.stmt(s)
	}
}

func (r *scopes) stmt(node ast.Stmt) {
	switch s := node.(type) {
	case *ast.AssignStmt:
		r.assign(s)
	case *ast.LocalAssignStmt:
		r.local(s)
	case *ast.FuncCallStmt:
		r.expr(s.Expr, use{})
	case *ast.DoBlockStmt:
		r.block(s.Stmts)
	case *ast.WhileStmt:
		start := r.pos
		r.expr(s.Condition, use{kind: useTest})
		r.block(s.Stmts)
		r.span[s] = [2]int{start, r.pos}
	case *ast.RepeatStmt: // the condition sees the block's locals
		start, mark := r.pos, r.enter()
		r.stmts(s.Stmts)
		r.expr(s.Condition, use{kind: useTest})
		r.leave(mark)
		r.span[s] = [2]int{start, r.pos}
	case *ast.IfStmt:
		r.expr(s.Condition, use{kind: useTest})
		r.block(s.Then)
		r.block(s.Else)
	case *ast.NumberForStmt:
		r.exprs([]ast.Expr{s.Init, s.Limit, s.Step}, use{kind: useTest})
		start, mark := r.pos, r.enter()
		r.define(s, r.declare(s, s.Name, s.Line()), defCount, nil, 0, s.Line())
		r.block(s.Stmts)
		r.leave(mark)
		r.span[s] = [2]int{start, r.pos}
	case *ast.GenericForStmt:
		if len(s.Exprs) == 1 {
			if call, ok := s.Exprs[0].(*ast.FuncCallExpr); ok {
				r.inFor[call] = true
			}
		}
		r.exprs(s.Exprs, use{})
		start, mark := r.pos, r.enter()
		for i, name := range s.Names {
			r.define(s, r.declare(s, name, s.Line()), defIn, s.Exprs, i, s.Line())
		}
		r.block(s.Stmts)
		r.leave(mark)
		r.span[s] = [2]int{start, r.pos}
	case *ast.FuncDefStmt:
		r.funcDef(s)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs, use{})
	}
}

func (r *scopes) local(s *ast.LocalAssignStmt) {
	// The right-hand sides don't see the new names: resolve them first, link their flow after.
	var flows []func()
	for i, e := range s.Exprs {
		id, ok := e.(*ast.IdentExpr)
		if !ok || i >= len(s.Names) {
			r.expr(e, use{})
			continue
		}
		v := r.lookup(id.Value)
		r.ids[id] = v
		flows = append(flows, func() { v.uses = append(v.uses, use{kind: useFlow, dst: r.decls[s][i]}) })
	}
	for i, name := range s.Names {
		v := r.declare(s, name, s.Line())
		if len(s.Exprs) == 0 {
			r.define(s, v, defNil, nil, 0, s.Line())
		} else {
			r.define(s, v, defList, s.Exprs, i, s.Line())
		}
	}
	for _, f := range flows {
		f()
	}
}

func (r *scopes) assign(s *ast.AssignStmt) {
	for _, lhs := range s.Lhs {
		if attr, ok := lhs.(*ast.AttrGetExpr); ok {
			r.expr(attr.Object, use{kind: useStore})
			r.expr(attr.Key, use{kind: useTest})
		}
	}
	for i, e := range s.Rhs {
		u := use{}
		if i < len(s.Lhs) {
			if id, ok := s.Lhs[i].(*ast.IdentExpr); ok {
				u = use{kind: useFlow, dst: r.lookup(id.Value)}
			}
		}
		r.expr(e, u)
	}
	for i, lhs := range s.Lhs {
		switch l := lhs.(type) {
		case *ast.IdentExpr:
			v := r.lookup(l.Value)
			r.ids[l] = v
			r.define(s, v, defList, s.Rhs, i, s.Line())
		case *ast.AttrGetExpr:
			if obj, ok := l.Object.(*ast.IdentExpr); ok {
				v := r.ids[obj]
				st := store{key: l.Key, fn: r.fn}
				if i < len(s.Rhs) {
					st.value = s.Rhs[i]
				}
				v.stores = append(v.stores, st)
			}
		}
	}
}

func (r *scopes) funcDef(s *ast.FuncDefStmt) {
	switch target := s.Name.Func.(type) {
	case *ast.IdentExpr:
		v := r.lookup(target.Value)
		r.ids[target] = v
		r.define(s, v, defList, []ast.Expr{s.Func}, 0, s.Line())
	case *ast.AttrGetExpr:
		r.expr(target.Object, use{kind: useStore})
		if obj, ok := target.Object.(*ast.IdentExpr); ok {
			v := r.ids[obj]
			v.stores = append(v.stores, store{key: target.Key, value: s.Func, fn: r.fn})
		}
	}
	if s.Name.Receiver != nil {
		r.expr(s.Name.Receiver, use{})
	}
	r.function(s.Func, s.Name.Method != "")
}

func (r *scopes) function(f *ast.FunctionExpr, method bool) {
	outer, locals := r.fn, r.locals
	r.parent[f] = outer
	r.fn, r.locals = f, 0
	mark := r.enter()
	if method {
		r.define(f, r.declare(f, "self", f.Line()), defParam, nil, 0, f.Line())
	}
	for _, name := range f.ParList.Names {
		v := r.declare(f, name, f.Line())
		r.define(f, v, defParam, nil, len(r.decls[f])-1, f.Line())
	}
	r.block(f.Stmts)
	r.leave(mark)
	r.fn, r.locals = outer, locals
}
