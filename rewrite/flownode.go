package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"

	"github.com/clusterize/clusterize/detect"
)

func itoa(i int) string { return strconv.Itoa(i) }

// node is the node of an expression whose type is of interest; "" for others. Containers have the node of what they
// hold, pointers that of what they point to.
func (w *flowWalker) node(e ast.Expr) string {
	if e == nil {
		return ""
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return ""
		}
		return w.object(w.info.ObjectOf(e))
	case *ast.SelectorExpr:
		return w.selected(e)
	case *ast.CallExpr:
		return w.resultOf(e, 0)
	case *ast.UnaryExpr:
		return w.node(e.X)
	case *ast.StarExpr:
		return w.node(e.X)
	case *ast.IndexExpr:
		if t := w.info.TypeOf(e.X); t != nil {
			if _, isFunc := t.Underlying().(*types.Signature); isFunc {
				return ""
			}
		}
		return w.node(e.X)
	case *ast.SliceExpr:
		return w.node(e.X)
	case *ast.TypeAssertExpr:
		return ""
	case *ast.CompositeLit:
		if t := w.info.TypeOf(e); t != nil && mentions(t, nil) {
			return "e:" + w.c.place(e.Lbrace)
		}
	case *ast.FuncLit:
		return w.funcNode(e.Type, "r:"+w.c.place(e.Pos()))
	}
	return ""
}

func (w *flowWalker) selected(e *ast.SelectorExpr) string {
	if s, ok := w.info.Selections[e]; ok {
		if f, isVar := s.Obj().(*types.Var); isVar && f.IsField() {
			if named := fieldOwner(s); named != nil && portable(named) {
				return "" // a field of redis.Options
			}
			n := w.c.variable(f.Origin())
			w.embeddedName(f, e.Sel, n)
			return n
		}
		if f, isFunc := s.Obj().(*types.Func); isFunc {
			return w.funcObject(f)
		}
		return ""
	}
	return w.object(w.info.ObjectOf(e.Sel))
}

// embeddedName notes where an embedded client is named: its name is that of its type.
func (w *flowWalker) embeddedName(f *types.Var, id *ast.Ident, node string) {
	if node == "" || !f.Embedded() || f.Name() != "Client" && f.Name() != "Options" {
		return
	}
	p := w.c.prog.Position(id.Pos())
	u := typeUse{p.File, p.Offset, f.Name()}
	r := w.c.root(node)
	if !slices.Contains(w.c.types[r], u) {
		w.c.types[r] = append(w.c.types[r], u)
	}
}

// fieldOwner is the named type whose field is selected.
func fieldOwner(s *types.Selection) types.Object {
	t := s.Recv()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj()
	}
	return nil
}

func (w *flowWalker) object(o types.Object) string {
	switch o := o.(type) {
	case *types.Var:
		return w.c.variable(o.Origin())
	case *types.Func:
		return w.funcObject(o)
	}
	return ""
}

// funcObject is the node of a function used as a value: its parameters and results move together.
func (w *flowWalker) funcObject(f *types.Func) string {
	sig := f.Type().(*types.Signature)
	if !mentions(sig, nil) {
		return ""
	}
	n := "f:" + w.c.place(f.Pos())
	for i := range sig.Params().Len() {
		w.c.join(n, w.c.param(f, i))
	}
	for i := range sig.Results().Len() {
		w.c.join(n, w.c.result(f, i))
	}
	return n
}

// funcNode is the node of a function literal.
func (w *flowWalker) funcNode(t *ast.FuncType, prefix string) string {
	if tt := w.info.TypeOf(t); tt != nil && !mentions(tt, nil) {
		return ""
	}
	n := "f:" + prefix
	for _, f := range t.Params.List {
		for _, name := range f.Names {
			w.c.join(n, w.c.variable(w.info.Defs[name]))
		}
	}
	if t.Results != nil {
		for i := range t.Results.NumFields() {
			w.c.join(n, prefix+"#"+itoa(i))
		}
	}
	return n
}

// resultOf is the node of result i of an expression with several values.
func (w *flowWalker) resultOf(e ast.Expr, i int) string {
	e = ast.Unparen(e)
	call, ok := e.(*ast.CallExpr)
	if !ok {
		if i == 0 {
			return w.node(e)
		}
		return ""
	}
	if tv := w.info.Types[call.Fun]; tv.IsType() {
		if len(call.Args) == 1 {
			n := w.node(call.Args[0])
			w.typeExpr(call.Fun, n)
			return n
		}
		return ""
	}
	if f := w.callee(call); f != nil {
		if n, ok := w.goRedisResult(f, call); ok {
			return n
		}
		return w.c.result(f, i)
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := w.info.Uses[id].(*types.Builtin); ok {
			return w.builtin(b, call)
		}
	}
	if t := w.info.TypeOf(call.Fun); t != nil && mentions(t, nil) { // a function value
		return w.node(call.Fun)
	}
	return ""
}

func (w *flowWalker) builtin(b *types.Builtin, call *ast.CallExpr) string {
	switch b.Name() {
	case "append", "copy":
		n := w.node(call.Args[0])
		for _, a := range call.Args[1:] {
			w.c.join(n, w.node(a))
		}
		return n
	case "make", "new":
		if t := w.info.TypeOf(call); t != nil && mentions(t, nil) {
			n := "e:" + w.c.place(call.Lparen)
			w.typeExpr(call.Args[0], n)
			return n
		}
	}
	return ""
}

// goRedisResult are the functions of go-redis whose result the switch knows how to change.
func (w *flowWalker) goRedisResult(f *types.Func, call *ast.CallExpr) (string, bool) {
	if f.Pkg() == nil || !detect.IsGoRedis(f.Pkg().Path()) || f.Type().(*types.Signature).Recv() != nil {
		return "", false
	}
	switch f.Name() {
	case "NewClient", "ParseURL":
		return "e:" + w.c.place(call.Lparen), true
	}
	return "", false
}

func (w *flowWalker) callee(call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		f, _ := w.info.Uses[fun].(*types.Func)
		return f
	case *ast.SelectorExpr:
		f, _ := w.info.Uses[fun.Sel].(*types.Func)
		return f
	}
	return nil
}

// call joins arguments with parameters, and notes constructors.
func (w *flowWalker) call(call *ast.CallExpr) {
	f := w.callee(call)
	if f == nil {
		w.valueCall(call)
		return
	}
	goRedis := f.Pkg() != nil && detect.IsGoRedis(f.Pkg().Path()) && f.Type().(*types.Signature).Recv() == nil
	if goRedis && f.Name() == "NewClient" {
		n := "e:" + w.c.place(call.Lparen)
		w.made(n, "NewClient", call)
		if len(call.Args) == 1 {
			w.c.join("o:"+w.c.place(call.Lparen), w.node(call.Args[0]))
		}
		return
	}
	if goRedis && f.Name() == "ParseURL" {
		n := w.c.root("e:" + w.c.place(call.Lparen))
		w.c.parses[n] = append(w.c.parses[n], &callUse{w.pkg, call})
		return
	}
	f = f.Origin()
	for i, a := range call.Args {
		x := w.node(a)
		if x == "" {
			continue
		}
		if p := w.c.param(f, i); p != "" {
			w.c.join(p, x)
		} else {
			w.untyped(f, a, x)
		}
	}
}

// untyped is an argument whose parameter has another type: an interface, or a type parameter.
func (w *flowWalker) untyped(f *types.Func, a ast.Expr, node string) {
	if isOptions(w.info.TypeOf(a)) && !w.c.own(f) {
		w.c.lock(node, f.FullName()+" is given the options")
	}
}

func isOptions(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && portable(n.Obj()) && n.Obj().Name() == "Options"
}

// valueCall is a call of a function value: its arguments move with it.
func (w *flowWalker) valueCall(call *ast.CallExpr) {
	if tv := w.info.Types[call.Fun]; tv.IsType() {
		return
	}
	n := w.node(call.Fun)
	for _, a := range call.Args {
		w.c.join(n, w.node(a))
	}
}

func (w *flowWalker) made(n, name string, call *ast.CallExpr) {
	r := w.c.root(n)
	id := call.Fun
	if s, ok := ast.Unparen(id).(*ast.SelectorExpr); ok {
		id = s.Sel
	}
	p := w.c.prog.Position(id.Pos())
	w.c.made[r] = append(w.c.made[r], constructorCall{name, w.pkg, call, detectPos{p.File, p.Offset}})
}

func (w *flowWalker) composite(e *ast.CompositeLit) {
	t := w.info.TypeOf(e)
	if t == nil {
		return
	}
	n := ""
	if mentions(t, nil) {
		n = "e:" + w.c.place(e.Lbrace)
		w.typeExpr(e.Type, n)
	}
	if isOptions(t) {
		r := w.c.root(n)
		w.c.literals[r] = append(w.c.literals[r], litUse{w.pkg, e})
		return
	}
	st, isStruct := t.Underlying().(*types.Struct)
	if p, ok := t.Underlying().(*types.Pointer); ok { // &T elided in a slice
		st, isStruct = p.Elem().Underlying().(*types.Struct)
	}
	for i, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			if id, isIdent := kv.Key.(*ast.Ident); isStruct && isIdent {
				if v, ok := w.info.Uses[id].(*types.Var); ok {
					field := w.c.variable(v.Origin())
					w.embeddedName(v, id, field)
					w.c.join(field, w.node(kv.Value))
				}
				continue
			}
			w.c.join(n, w.node(kv.Value))
			continue
		}
		if isStruct && i < st.NumFields() {
			w.c.join(w.c.variable(st.Field(i).Origin()), w.node(el))
			continue
		}
		w.c.join(n, w.node(el))
	}
}

// fieldRead notes opt.Addr and the like.
func (w *flowWalker) fieldRead(e *ast.SelectorExpr) {
	s, ok := w.info.Selections[e]
	if !ok || s.Kind() != types.FieldVal {
		return
	}
	if f, ok := s.Obj().(*types.Var); ok && f.Embedded() {
		w.node(e)
	}
	if o := fieldOwner(s); o == nil || !portable(o) || o.Name() != "Options" {
		return
	}
	n := w.node(e.X)
	if n == "" {
		return
	}
	r := w.c.root(n)
	for _, u := range w.c.fields[r] {
		if u.sel == e {
			return
		}
	}
	w.c.fields[r] = append(w.c.fields[r], fieldUse{w.pkg, e, nil})
}

// fieldWrite notes opt.Addr = x before its selector is met as a read.
func (w *flowWalker) fieldWrite(l, value ast.Expr) {
	e, ok := ast.Unparen(l).(*ast.SelectorExpr)
	if !ok {
		return
	}
	w.fieldRead(e)
	if n := w.node(e.X); n != "" {
		r := w.c.root(n)
		for i := range w.c.fields[r] {
			if w.c.fields[r][i].sel == e {
				w.c.fields[r][i].value = value
			}
		}
	}
}
