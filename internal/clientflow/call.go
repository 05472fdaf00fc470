package clientflow

import (
	"go/ast"
	"go/types"
)

// callee is the function that a call names, and the identifier that names it.
func (w *walker) callee(call *ast.CallExpr) (*types.Func, *ast.Ident) {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	id, _ := fun.(*ast.Ident)
	if s, ok := fun.(*ast.SelectorExpr); ok {
		id = s.Sel
	}
	if id == nil {
		return nil, nil
	}
	f, _ := w.info.Uses[id].(*types.Func)
	return f, id
}

// call joins arguments with parameters, and notes constructors.
func (w *walker) call(call *ast.CallExpr) {
	f, _ := w.callee(call)
	if f == nil {
		w.valueCall(call)
		return
	}
	if goRedisFunc(f) {
		w.goRedisCall(f, call)
		return
	}
	w.instance(f, call)
	w.printed(f, call)
	w.handOver(f, call)
	w.filled(f, call)
	for i, a := range call.Args {
		w.argument(f, call, i, a)
	}
}

// argument moves an argument to what takes it.
func (w *walker) argument(f *types.Func, call *ast.CallExpr, i int, a ast.Expr) {
	t := w.info.TypeOf(a)
	if tuple, ok := t.(*types.Tuple); ok && len(call.Args) == 1 { // f(g()) with several values
		for k := range tuple.Len() {
			if to := w.taker(f, call, k); to != 0 {
				w.assignResult(to, a, k)
			}
		}
		return
	}
	if _, isFunc := t.(*types.Signature); !w.g.tracks(t) && !isFunc {
		return
	}
	w.assign(w.taker(f, call, i), a)
}

// taker is the node that argument i of a call goes to.
func (w *walker) taker(f *types.Func, call *ast.CallExpr, i int) node {
	if n := w.genericParam(f, call, i); n != 0 {
		return n
	}
	if w.own(f) {
		return w.declaredParam(f.Origin(), i)
	}
	return w.foreignParam(f, call, i)
}

func paramOf(f *types.Func, i int) *types.Var {
	ps := f.Type().(*types.Signature).Params()
	if ps.Len() == 0 {
		return nil
	}
	return ps.At(min(i, ps.Len()-1))
}

// genericParam is the node of a parameter whose type is that of a type argument: for a function one for the call, for a
// method that of the receiver.
func (w *walker) genericParam(f *types.Func, call *ast.CallExpr, i int) node {
	v := paramOf(f.Origin(), i)
	if v == nil {
		return 0
	}
	return w.genericSlot(f, call, v.Type())
}

func (w *walker) genericResult(f *types.Func, call *ast.CallExpr, i int) node {
	rs := f.Origin().Type().(*types.Signature).Results()
	if i >= rs.Len() {
		return 0
	}
	return w.genericSlot(f, call, rs.At(i).Type())
}

func (w *walker) genericSlot(f *types.Func, call *ast.CallExpr, t types.Type) node {
	sig := f.Origin().Type().(*types.Signature)
	if ps := sig.TypeParams(); ps.Len() > 0 && holdsParam(t, ps) {
		return w.instance(f, call)
	}
	if ps := sig.RecvTypeParams(); ps.Len() > 0 && holdsParam(t, ps) {
		if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return w.receiverOf(s)
		}
	}
	return 0
}

// receiverOf is the node of the object that a method of a generic type is called on.
func (w *walker) receiverOf(s *ast.SelectorExpr) node {
	sel, ok := w.info.Selections[s]
	if !ok {
		return 0
	}
	t := sel.Recv()
	n := w.node(s.X)
	for _, at := range sel.Index()[:len(sel.Index())-1] { // embedded on the way
		st, ok := deref(t).Underlying().(*types.Struct)
		if !ok || at >= st.NumFields() {
			return 0
		}
		f := st.Field(at)
		if w.g.tracks(f.Origin().Type()) {
			n = w.variable(f.Origin())
		}
		t = f.Type()
	}
	return n
}

// instance is the node of what the type arguments of a call stand for, when they are of interest.
func (w *walker) instance(f *types.Func, call *ast.CallExpr) node {
	_, id := w.callee(call)
	inst, ok := w.info.Instances[id]
	if !ok {
		return 0
	}
	mentions, carries := false, false
	for i := range inst.TypeArgs.Len() {
		mentions = mentions || w.g.Kind.mentions(inst.TypeArgs.At(i))
		carries = carries || w.g.carries(inst.TypeArgs.At(i))
	}
	name := "g:" + place(w.prog, call.Lparen)
	switch {
	case mentions:
	case carries:
		return w.g.interfaceNode(name)
	default:
		return 0
	}
	_, known := w.g.ids[name]
	n := w.g.get(name)
	if known {
		return n
	}
	switch x := ast.Unparen(call.Fun).(type) {
	case *ast.IndexExpr:
		w.typeExpr(x.Index, n)
	case *ast.IndexListExpr:
		for _, t := range x.Indices {
			w.typeExpr(t, n)
		}
	}
	w.throughContainer(f, n)
	return n
}

// throughContainer joins what a generic function takes or gives with all that is held as an interface: one that only
// takes may keep it, one that only gives has it from there, and one that does neither looks at the type itself. What goes
// in and comes out is followed as it is.
func (w *walker) throughContainer(f *types.Func, n node) {
	sig := f.Origin().Type().(*types.Signature)
	in, out := false, false
	for i := range sig.Params().Len() {
		in = in || holdsParam(sig.Params().At(i).Type(), sig.TypeParams())
	}
	for i := range sig.Results().Len() {
		out = out || holdsParam(sig.Results().At(i).Type(), sig.TypeParams())
	}
	if in && out {
		return
	}
	c := w.g.of(n)
	c.Typed = true
	if !out {
		w.g.edge(n, w.g.away())
	}
	if !in {
		c.anything = true
		w.g.edge(w.g.away(), n)
	}
}

// resultOf is the node of result i of an expression with several values.
func (w *walker) resultOf(e ast.Expr, i int) node {
	e = ast.Unparen(e)
	call, ok := e.(*ast.CallExpr)
	if !ok {
		if i == 0 {
			return w.node(e)
		}
		return 0
	}
	if tv := w.info.Types[call.Fun]; tv.IsType() {
		return w.conversion(call)
	}
	if f, _ := w.callee(call); f != nil {
		if goRedisFunc(f) {
			return w.goRedisResult(f, call, i)
		}
		if n := w.genericResult(f, call, i); n != 0 {
			return n
		}
		if w.own(f) {
			return w.declaredResult(f.Origin(), i)
		}
		return w.foreignResult(f, i)
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := w.info.Uses[id].(*types.Builtin); ok {
			return w.builtin(b, call)
		}
	}
	if t := w.info.TypeOf(call.Fun); t != nil && w.g.Kind.mentions(t) { // a function value
		return w.node(call.Fun)
	}
	if t := w.valueType(call); t != nil && i == 0 && w.g.carries(t) {
		return w.g.away() // from a function value that is not followed
	}
	return 0
}

// conversion is T(x): the value is of both types.
func (w *walker) conversion(call *ast.CallExpr) node {
	if len(call.Args) != 1 {
		return 0
	}
	from := w.node(call.Args[0])
	to := w.typed("e:"+place(w.prog, call.Lparen), w.info.TypeOf(call))
	if to == 0 {
		return from
	}
	w.typeExpr(call.Fun, to)
	w.g.move(to, from, w.info.TypeOf(call.Args[0]))
	return to
}

func (w *walker) builtin(b *types.Builtin, call *ast.CallExpr) node {
	switch b.Name() {
	case "append", "copy":
		n := w.node(call.Args[0])
		for _, a := range call.Args[1:] {
			w.assign(n, a)
		}
		return n
	case "delete":
		w.mapKey(w.node(call.Args[0]), call.Args[1])
	case "min", "max":
		return w.node(call.Args[0])
	case "make", "new":
		n := w.typed("e:"+place(w.prog, call.Lparen), w.info.TypeOf(call))
		w.typeExpr(call.Args[0], n)
		if b.Name() == "new" && w.g.Kind.value(w.info.TypeOf(call)) {
			w.g.of(n).Zero = true
		}
		return n
	}
	return 0
}

// valueCall is a call of a function value: its arguments move with it.
func (w *walker) valueCall(call *ast.CallExpr) {
	if tv := w.info.Types[call.Fun]; tv.IsType() {
		return
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := w.info.Uses[id].(*types.Builtin); ok {
			w.builtin(b, call)
			return
		}
	}
	n := w.node(call.Fun)
	var sig *types.Signature
	if t := w.info.TypeOf(call.Fun); t != nil { // else the code has errors
		sig, _ = t.Underlying().(*types.Signature)
	}
	for i, a := range call.Args {
		t := w.info.TypeOf(a)
		if sig != nil && sig.Params().Len() > 0 && w.g.carries(sig.Params().At(min(i, sig.Params().Len()-1)).Type()) {
			if w.g.tracks(t) {
				w.g.move(w.g.away(), w.node(a), t)
			}
			continue
		}
		if !w.g.tracks(t) {
			continue
		}
		w.assign(n, a)
	}
}
