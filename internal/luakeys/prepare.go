package luakeys

import (
	"errors"
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// program is a parsed script.
type program struct {
	main     *ast.FunctionExpr // the script as a function without parameters
	literals []literal
	nodes    map[int]*ast.StringExpr                  // the literals, by where their text starts
	parents  map[any]any                              // the expression or statement around each
	dots     []*ast.Comma3Expr                        // each ...
	operands map[*ast.StringConcatOpExpr]operandEdges // nil where the source could not be matched
}

// header is the engine line: #!lua name=lib flags=a,b.
type header struct {
	line  string
	flags []string
}

// prepare parses a script whose size and nesting are bounded.
func prepare(src string) (*program, header, *Problem) {
	head, from := readHeader(src)
	if len(src) > maxSource {
		return nil, head, &Problem{Text: "larger than " + strconv.Itoa(maxSource) + " bytes: not read"}
	}
	l, problem := lex(src, from)
	if problem != nil {
		return nil, head, problem
	}
	chunk, err := parse.Parse(strings.NewReader(l.out.String()), "script")
	if err != nil {
		return nil, head, syntaxProblem(err, l.out.String())
	}
	main := &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: true}, Stmts: chunk}
	if tooDeep(main) {
		return nil, head, &Problem{Text: "nested more than " + strconv.Itoa(maxDepth) + " levels deep"}
	}
	prog := &program{main: main, literals: l.literals}
	prog.place(l)
	return prog, head, nil
}

// readHeader takes the engine line apart. Redis blanks that line and keeps its line break.
func readHeader(src string) (header, int) {
	if !strings.HasPrefix(src, "#!") {
		return header{}, 0
	}
	end := strings.IndexByte(src, '\n')
	if end < 0 {
		end = len(src)
	}
	head := header{line: strings.TrimSpace(src[:end])}
	for _, word := range strings.Fields(head.line) {
		flags, ok := strings.CutPrefix(word, "flags=")
		if !ok {
			continue
		}
		for flag := range strings.SplitSeq(flags, ",") {
			if flag != "" {
				head.flags = append(head.flags, flag)
			}
		}
	}
	return head, end
}

func syntaxProblem(err error, text string) *Problem {
	var perr *parse.Error
	if !errors.As(err, &perr) {
		return &Problem{Text: "not Lua: " + err.Error()}
	}
	if perr.Pos.Line <= 0 {
		return &Problem{Line: 1 + strings.Count(text, "\n"), Text: "not Lua 5.1: the script ends too early"}
	}
	near := perr.Token
	if strings.HasPrefix(near, "#") {
		near = "a string"
	} else {
		near = "'" + near + "'"
	}
	return &Problem{Line: perr.Pos.Line, Text: "not Lua 5.1: " + perr.Message + " near " + near}
}

// tooDeep measures the tree without recursion.
func tooDeep(root ast.Expr) bool {
	type item struct {
		node  any
		depth int
	}
	todo := []item{{root, 0}}
	for len(todo) > 0 {
		it := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if it.depth > maxDepth {
			return true
		}
		eachChild(it.node, func(child any) { todo = append(todo, item{child, it.depth + 1}) })
	}
	return false
}

// eachChild calls f for the expressions and statements directly in a node.
func eachChild(node any, f func(any)) {
	if e, ok := node.(ast.Expr); ok {
		eachInExpr(e, f)
		return
	}
	exprs := func(list ...ast.Expr) {
		for _, e := range list {
			if e != nil {
				f(e)
			}
		}
	}
	stmts := func(list []ast.Stmt) {
		for _, s := range list {
			f(s)
		}
	}
	switch s := node.(type) {
	case *ast.AssignStmt:
		exprs(s.Lhs...)
		exprs(s.Rhs...)
	case *ast.LocalAssignStmt:
		exprs(s.Exprs...)
	case *ast.FuncCallStmt:
		exprs(s.Expr)
	case *ast.DoBlockStmt:
		stmts(s.Stmts)
	case *ast.WhileStmt:
		exprs(s.Condition)
		stmts(s.Stmts)
	case *ast.RepeatStmt:
		stmts(s.Stmts)
		exprs(s.Condition)
	case *ast.IfStmt:
		exprs(s.Condition)
		stmts(s.Then)
		stmts(s.Else)
	case *ast.NumberForStmt:
		exprs(s.Init, s.Limit, s.Step)
		stmts(s.Stmts)
	case *ast.GenericForStmt:
		exprs(s.Exprs...)
		stmts(s.Stmts)
	case *ast.FuncDefStmt:
		exprs(s.Name.Func, s.Name.Receiver, s.Func)
	case *ast.ReturnStmt:
		exprs(s.Exprs...)
	}
}

func eachInExpr(node ast.Expr, f func(any)) {
	exprs := func(list ...ast.Expr) {
		for _, e := range list {
			if e != nil {
				f(e)
			}
		}
	}
	switch e := node.(type) {
	case *ast.AttrGetExpr:
		exprs(e.Object, e.Key)
	case *ast.TableExpr:
		for _, field := range e.Fields {
			exprs(field.Key, field.Value)
		}
	case *ast.FuncCallExpr:
		exprs(e.Func, e.Receiver)
		exprs(e.Args...)
	case *ast.LogicalOpExpr:
		exprs(e.Lhs, e.Rhs)
	case *ast.RelationalOpExpr:
		exprs(e.Lhs, e.Rhs)
	case *ast.StringConcatOpExpr:
		exprs(e.Lhs, e.Rhs)
	case *ast.ArithmeticOpExpr:
		exprs(e.Lhs, e.Rhs)
	case *ast.UnaryMinusOpExpr:
		exprs(e.Expr)
	case *ast.UnaryNotOpExpr:
		exprs(e.Expr)
	case *ast.UnaryLenOpExpr:
		exprs(e.Expr)
	case *ast.FunctionExpr:
		for _, s := range e.Stmts {
			f(s)
		}
	}
}

// literalOf is the literal that a string of the tree stands for; a name (t.x) is none.
func (p *program) literalOf(e *ast.StringExpr) (literal, bool) {
	number, ok := strings.CutPrefix(e.Value, "#")
	if !ok {
		return literal{}, false
	}
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(p.literals) {
		return literal{}, false
	}
	return p.literals[i], true
}

// constText is the text of a string in the tree: of a literal, or of a name after a dot.
func (p *program) constText(e ast.Expr) (string, bool) {
	s, ok := e.(*ast.StringExpr)
	if !ok {
		return "", false
	}
	if lit, ok := p.literalOf(s); ok {
		return lit.value, true
	}
	return s.Value, true
}
