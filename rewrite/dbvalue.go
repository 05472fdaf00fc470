package rewrite

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
)

// dbValues finds which databases an expression can name: through the callers of the function that has it as a parameter,
// and the places that set a field or variable. What is not known is named by its text and place, so that two settings
// are never taken for one.
type dbValues struct {
	progs  []*load.Program
	built  bool
	calls  map[string][]exprAt // by parameter: the arguments
	sets   map[string][]exprAt // by variable or field: what is assigned
	varies map[string]bool     // variables that change in another way: loops, ++, several results
	params map[string]bool
	opaque map[string]bool // parameters of functions that are used as values
}

type exprAt struct {
	prog *load.Program
	pkg  *packages.Package
	expr ast.Expr
	test bool
}

// values lists the databases, and tells whether one run may use several of them.
func (d *dbValues) values(at exprAt) (out []string, several bool) {
	d.build()
	out, several = d.resolve(at, map[string]bool{}, 0)
	slices.Sort(out)
	return slices.Compact(out), several
}

func (d *dbValues) resolve(at exprAt, seen map[string]bool, depth int) ([]string, bool) {
	info := at.pkg.TypesInfo
	e := ast.Unparen(at.expr)
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.Int {
		return []string{tv.Value.ExactString()}, false
	}
	unknown := []string{types.ExprString(e) + "@" + at.prog.Position(e.Pos()).String()}
	if depth > 8 {
		return unknown, true
	}
	switch e := e.(type) {
	case *ast.CallExpr:
		if len(e.Args) == 1 && info.Types[e.Fun].IsType() {
			at.expr = e.Args[0]
			return d.resolve(at, seen, depth+1)
		}
		if !slices.ContainsFunc(e.Args, func(a ast.Expr) bool { return info.Types[a].Value == nil }) {
			return []string{types.ExprString(e)}, false // one setting by its name
		}
		return unknown, false
	case *ast.Ident, *ast.SelectorExpr:
		o := usedVar(info, e)
		if o == nil {
			return unknown, true
		}
		name := objectPlace(at.prog, o.Origin())
		if seen[name] {
			return nil, false
		}
		seen[name] = true
		return d.variable(at, o, name, seen, depth)
	}
	return unknown, true
}

// variable unites what a variable, field or parameter is given.
func (d *dbValues) variable(at exprAt, o *types.Var, name string, seen map[string]bool, depth int) ([]string, bool) {
	unknown := []string{types.ExprString(at.expr) + "@" + name}
	from := d.sets[name]
	if d.params[name] {
		from = append(slices.Clone(from), d.calls[name]...)
	}
	if d.varies[name] || d.opaque[name] {
		return append(unknown, unknown[0]+" again"), true
	}
	var out []string
	several := false
	for _, x := range from {
		if x.test && !at.test {
			continue
		}
		vs, many := d.resolve(exprAt{x.prog, x.pkg, x.expr, at.test}, seen, depth+1)
		out = append(out, vs...)
		several = several || many
	}
	if len(out) == 0 {
		return unknown, false
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if (d.params[name] || o.IsField()) && len(out) > 1 {
		several = true
	}
	return out, several
}

func usedVar(info *types.Info, e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if s, isSel := e.(*ast.SelectorExpr); isSel {
		id, ok = s.Sel, true
	}
	if !ok {
		return nil
	}
	v, _ := info.ObjectOf(id).(*types.Var)
	return v
}

func objectPlace(prog *load.Program, o types.Object) string {
	p := prog.Position(o.Pos())
	return p.File + ":" + strconv.Itoa(p.Offset)
}

// build indexes calls and assignments of the whole program, once that is asked for.
func (d *dbValues) build() {
	if d.built {
		return
	}
	d.built = true
	d.calls, d.sets = map[string][]exprAt{}, map[string][]exprAt{}
	d.varies, d.params, d.opaque = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, prog := range d.progs {
		for _, pkg := range prog.Packages {
			if pkg.TypesInfo == nil {
				continue
			}
			for _, f := range pkg.Syntax {
				w := &dbWalker{d, prog, pkg, pkg.TypesInfo, strings.HasSuffix(prog.Position(f.FileStart).File, "_test.go"), map[*ast.Ident]bool{}}
				ast.Inspect(f, w.visit)
			}
		}
	}
}

type dbWalker struct {
	d      *dbValues
	prog   *load.Program
	pkg    *packages.Package
	info   *types.Info
	test   bool
	called map[*ast.Ident]bool
}

func (w *dbWalker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		w.call(n)
	case *ast.Ident:
		if f, ok := w.info.Uses[n].(*types.Func); ok && !w.called[n] {
			w.eachParam(f, func(name string, _ int) { w.d.opaque[name] = true })
		}
	case *ast.FuncLit: // its calls are not looked for
		for _, p := range n.Type.Params.List {
			for _, name := range p.Names {
				if o := w.info.Defs[name]; o != nil && isInt(o.Type()) {
					w.d.opaque[objectPlace(w.prog, o)] = true
				}
			}
		}
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			switch {
			case n.Tok != token.ASSIGN && n.Tok != token.DEFINE:
				w.changes(l)
			case len(n.Lhs) == len(n.Rhs):
				w.set(l, n.Rhs[i])
			default:
				w.set(l, n.Rhs[0])
			}
		}
	case *ast.IncDecStmt:
		w.changes(n.X)
	case *ast.RangeStmt:
		w.changes(n.Key)
		w.changes(n.Value)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			w.changes(n.X)
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) {
				w.set(name, n.Values[i])
			}
		}
	case *ast.CompositeLit:
		w.composite(n)
	}
	return true
}

func (w *dbWalker) set(l, value ast.Expr) {
	if o := usedVar(w.info, ast.Unparen(l)); o != nil && isInt(o.Type()) {
		name := objectPlace(w.prog, o.Origin())
		w.d.sets[name] = append(w.d.sets[name], exprAt{w.prog, w.pkg, value, w.test})
	}
}

func (w *dbWalker) changes(l ast.Expr) {
	if l == nil {
		return
	}
	if o := usedVar(w.info, ast.Unparen(l)); o != nil && isInt(o.Type()) {
		w.d.varies[objectPlace(w.prog, o.Origin())] = true
	}
}

func isInt(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func (w *dbWalker) call(call *ast.CallExpr) {
	id := funName(call)
	if id == nil {
		return
	}
	w.called[id] = true
	f, ok := w.info.Uses[id].(*types.Func)
	if !ok {
		return
	}
	w.eachParam(f, func(name string, i int) {
		w.d.params[name] = true
		if i < len(call.Args) {
			w.d.calls[name] = append(w.d.calls[name], exprAt{w.prog, w.pkg, call.Args[i], w.test})
		}
	})
}

// eachParam visits the whole numbers among the parameters of a function.
func (w *dbWalker) eachParam(f *types.Func, visit func(name string, i int)) {
	ps := f.Origin().Type().(*types.Signature).Params()
	for i := range ps.Len() {
		if isInt(ps.At(i).Type()) && ps.At(i).Pos().IsValid() {
			visit(objectPlace(w.prog, ps.At(i)), i)
		}
	}
}

func (w *dbWalker) composite(lit *ast.CompositeLit) {
	t := w.info.TypeOf(lit)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				w.set(id, kv.Value)
			}
		} else if i < st.NumFields() && isInt(st.Field(i).Type()) {
			name := objectPlace(w.prog, st.Field(i).Origin())
			w.d.sets[name] = append(w.d.sets[name], exprAt{w.prog, w.pkg, el, w.test})
		}
	}
}
