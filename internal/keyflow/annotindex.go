package keyflow

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

// noted is what an annotation speaks of, in one variant of its package: an expression, or a function.
type noted struct {
	*note
	pkg    *packages.Package
	expr   ast.Expr                          // nil for a function
	scope  token.Pos                         // where its names are looked up
	pos    source.Position                   // of the expression
	param  string                            // of a function that is handed a whole key
	result int                               // of a function that returns one
	blocks map[*ssa.Function]*ssa.BasicBlock // where the expression is evaluated
}

// indexNotes finds the annotations, and the expressions and functions that they speak of.
func (f *Flow) indexNotes(said []Said) {
	f.notes = notes{all: map[source.Position]*note{}, exprs: map[ast.Expr]*noted{}, values: map[ssa.Value]*noted{},
		vars: map[types.Object]*noted{}, funcs: map[*ast.FuncDecl]*noted{}}
	for _, pkg := range f.Prog.Packages {
		if pkg.TypesInfo == nil || pkg.Types == nil {
			continue
		}
		for _, file := range pkg.Syntax {
			for _, g := range file.Comments {
				for _, c := range g.List {
					f.indexComment(pkg, file, g, c)
				}
			}
		}
	}
	for _, s := range said {
		f.indexSaid(s)
	}
	if len(f.notes.exprs) > 0 {
		f.indexNotedValues()
	}
}

func (f *Flow) indexComment(pkg *packages.Package, file *ast.File, g *ast.CommentGroup, c *ast.Comment) {
	if !strings.HasPrefix(c.Text, "//clusterize:") || isOtherDirective(c.Text) {
		return
	}
	pos := f.Prog.Position(c.Pos())
	n := f.notes.all[pos]
	first := n == nil
	if first {
		n = &note{pos: pos}
		f.notes.all[pos] = n
		rest, ok := isDirective(c.Text)
		if !ok {
			n.problem, n.foreign = strings.Fields(c.Text)[0]+" is no directive: there are "+directives, true
		} else {
			n.pieces, n.template, n.problem = parseDirective(rest)
		}
	}
	if n.problem != "" {
		return
	}
	for _, d := range file.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Doc == g {
			f.indexNotedFunc(pkg, n, fd)
			return
		}
	}
	line := pos.Line
	if f.alone(c.Pos()) {
		line = f.Prog.Position(g.End()).Line + 1
	}
	if !f.indexLine(pkg, file, n, line) && first {
		n.problem = noTarget
	}
}

const noTarget = "it is not used: there is no expression of type string on its line that could be a key"

// indexLine lets an annotation speak of the strings on a line; false when there are none.
func (f *Flow) indexLine(pkg *packages.Package, file *ast.File, n *note, line int) bool {
	targets := f.targetsOn(file.Name.Pos(), line)
	for _, e := range targets {
		f.notes.exprs[e] = &noted{note: n, pkg: pkg, expr: e, scope: e.Pos(), pos: f.Prog.Position(e.Pos()), blocks: map[*ssa.Function]*ssa.BasicBlock{}}
	}
	f.indexNotedVars(pkg, file, targets)
	return len(targets) > 0
}

// Said is an annotation that stands elsewhere than in the code, such as a file of decisions: the key on a line.
type Said struct {
	File     string // as positions have it
	Line     int
	Template string
	Pos      source.Position // where that is said
}

// indexSaid finds the strings that an annotation from elsewhere speaks of.
func (f *Flow) indexSaid(s Said) {
	n := &note{pos: s.Pos, template: s.Template, said: true}
	f.notes.all[s.Pos] = n
	if n.pieces, n.problem = parseTemplate(s.Template); n.problem != "" {
		return
	}
	n.problem = "it is not used: " + s.File + " is no file of the program"
	for _, pkg := range f.Prog.Packages {
		if pkg.TypesInfo == nil || pkg.Types == nil {
			continue
		}
		for _, file := range pkg.Syntax {
			if of := f.Prog.File(file.Name.Pos()); of == nil || of.Rel != s.File {
				continue
			}
			n.problem = ""
			if !f.indexLine(pkg, file, n, s.Line) {
				n.problem = noTarget
			}
		}
	}
}

// alone reports a comment with nothing before it on its line.
func (f *Flow) alone(p token.Pos) bool {
	file := f.Prog.File(p)
	if file == nil {
		return false
	}
	at := min(f.Prog.Position(p).Offset, len(file.Content))
	before := file.Content[:at]
	return len(bytes.TrimSpace(before[bytes.LastIndexByte(before, '\n')+1:])) == 0
}

// indexNotedFunc is an annotation in a doc comment: of the result, or of the parameter that is a whole key.
func (f *Flow) indexNotedFunc(pkg *packages.Package, n *note, d *ast.FuncDecl) {
	at := &noted{note: n, pkg: pkg, scope: d.Name.End(), pos: f.Prog.Position(d.Name.Pos()), result: -1}
	if d.Body == nil {
		n.problem = "it stands on a function without a body"
		return
	}
	at.scope = d.Body.Lbrace
	sig := pkg.TypesInfo.Defs[d.Name].Type().(*types.Signature)
	for i := range sig.Results().Len() {
		if isString(sig.Results().At(i).Type()) {
			at.result = i
			break
		}
	}
	param := keyParam(sig)
	named := slices.ContainsFunc(n.pieces, func(p key.Piece) bool { return p.Name == param })
	if at.result < 0 || param == "key" && !named {
		at.param = param
	}
	if at.result < 0 && at.param == "" {
		n.problem = "it stands on a function that neither returns a string nor takes one that is the key"
		return
	}
	f.notes.funcs[d] = at
}

// keyParam is the parameter that is a whole key: the one called key, or the only string.
func keyParam(sig *types.Signature) string {
	var names []string
	for i := range sig.Params().Len() {
		if p := sig.Params().At(i); isString(p.Type()) {
			if p.Name() == "key" {
				return "key"
			}
			names = append(names, p.Name())
		}
	}
	if len(names) == 1 {
		return names[0]
	}
	return ""
}

// targetsOn lists the expressions of a line that an annotation there may speak of, the outermost only: assigned and
// returned values, elements of literals, arguments.
func (f *Flow) targetsOn(p token.Pos, line int) []ast.Expr {
	pkg := f.info[f.Prog.Fset.File(p)]
	if pkg == nil {
		return nil
	}
	var out []ast.Expr
	for _, file := range pkg.Syntax {
		if file.FileStart <= p && p <= file.FileEnd {
			w := targetWalk{f: f, info: pkg.TypesInfo, line: line}
			ast.Inspect(file, w.visit)
			out = w.out
		}
	}
	return out
}

type targetWalk struct {
	f    *Flow
	info *types.Info
	line int
	out  []ast.Expr
	done map[ast.Expr]bool
}

func (w *targetWalk) visit(n ast.Node) bool {
	if n == nil || w.f.Prog.Position(n.Pos()).Line > w.line || w.f.Prog.Position(n.End()).Line < w.line {
		return false
	}
	if e, ok := n.(ast.Expr); ok && w.done[e] {
		return false
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
			w.take(n.Rhs...)
		}
	case *ast.ValueSpec:
		w.take(n.Values...)
	case *ast.ReturnStmt:
		w.take(n.Results...)
	case *ast.CallExpr:
		w.take(n.Args...)
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			w.take(e)
		}
	}
	return true
}

func (w *targetWalk) take(es ...ast.Expr) {
	for _, e := range es {
		from, to := w.f.Prog.Position(e.Pos()).Line, w.f.Prog.Position(e.End()).Line
		tv := w.info.Types[e]
		if from != w.line && to != w.line || tv.Type == nil || !isString(tv.Type) || tv.Value != nil || w.ofRedis(e) {
			continue
		}
		if w.done == nil {
			w.done = map[ast.Expr]bool{}
		}
		w.done[e], w.done[ast.Unparen(e)] = true, true
		w.out = append(w.out, ast.Unparen(e))
	}
}

// ofRedis reports what a command answered: its arguments are keys, not the answer.
func (w *targetWalk) ofRedis(e ast.Expr) bool {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := w.info.Uses[s.Sel].(*types.Func)
	return ok && isGoRedis(fn.FullName()) || w.ofRedis(s.X)
}

// indexNotedVars finds the variables that are set once, on a line with an annotation, from another variable.
func (f *Flow) indexNotedVars(pkg *packages.Package, file *ast.File, targets []ast.Expr) {
	if len(targets) == 0 {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || a.Tok != token.DEFINE || len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, r := range a.Rhs {
			id, ok := a.Lhs[i].(*ast.Ident)
			if !ok || !slices.Contains(targets, ast.Unparen(r)) {
				continue
			}
			if obj := pkg.TypesInfo.Defs[id]; obj != nil && len(f.sets[obj]) == 1 && !f.extended(pkg, obj) {
				f.notes.vars[obj] = f.notes.exprs[ast.Unparen(r)]
			}
		}
		return true
	})
}

// extended reports a variable that is changed by s += x.
func (f *Flow) extended(pkg *packages.Package, obj types.Object) bool {
	for _, s := range f.opAssn {
		if id, ok := s.Lhs[0].(*ast.Ident); ok && pkg.TypesInfo.Uses[id] == obj {
			return true
		}
	}
	return false
}

// indexNotedValues finds the values that are made by annotated expressions: a variable hands them on.
func (f *Flow) indexNotedValues() {
	for _, fn := range f.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				d, ok := in.(*ssa.DebugRef)
				if !ok || d.IsAddr {
					continue
				}
				at := f.notes.exprs[ast.Unparen(d.Expr)]
				if at == nil {
					continue
				}
				at.blocks[fn] = b
				_, isName := ast.Unparen(d.Expr).(*ast.Ident)
				_, made := d.X.(ssa.Instruction)
				if _, phi := d.X.(*ssa.Phi); made && !phi && !isName {
					f.notes.values[d.X] = at
				}
			}
		}
	}
}
