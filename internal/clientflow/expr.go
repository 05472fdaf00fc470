package clientflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// node is the node of an expression whose type is of interest; 0 for others. Containers have the node of what they
// hold, pointers that of what they point to.
func (w *walker) node(e ast.Expr) node {
	if e == nil {
		return 0
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return 0
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
				return 0
			}
		}
		return w.node(e.X)
	case *ast.SliceExpr:
		return w.node(e.X)
	case *ast.TypeAssertExpr:
		return w.typed("e:"+place(w.prog, e.Lparen), w.valueType(e))
	case *ast.CompositeLit:
		return w.typed("e:"+place(w.prog, e.Lbrace), w.info.TypeOf(e))
	case *ast.FuncLit:
		return w.funcNode(e.Type, "r:"+place(w.prog, e.Pos()))
	}
	return 0
}

// valueType is the type of an expression, the first of several values.
func (w *walker) valueType(e ast.Expr) types.Type {
	t := w.info.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		return tuple.At(0).Type()
	}
	return t
}

func (w *walker) selected(e *ast.SelectorExpr) node {
	s, ok := w.info.Selections[e]
	if !ok {
		return w.object(w.info.ObjectOf(e.Sel))
	}
	switch o := s.Obj().(type) {
	case *types.Var:
		if owner := w.owner(s); owner != nil && w.g.Kind.is(owner) {
			return 0 // a field of redis.Options
		}
		if n := w.genericField(o, e.X); n != 0 {
			return n
		}
		n := w.variable(o.Origin())
		w.embedded(o, e.Sel, n)
		return n
	case *types.Func:
		if s.Kind() == types.MethodExpr && w.g.Kind.value(s.Recv()) { // (*redis.Client).Get
			n := w.g.get("me:" + place(w.prog, e.Sel.Pos()))
			w.typeExpr(e.X, n)
			return n
		}
		return w.funcObject(o)
	}
	return 0
}

// genericField is the node of a field whose type is that of a type argument: that of the object.
func (w *walker) genericField(f *types.Var, x ast.Expr) node {
	if f.Origin() == f || !w.g.tracks(f.Type()) || w.g.tracks(f.Origin().Type()) {
		return 0
	}
	return w.node(x)
}

// embedded notes where an embedded value of the kind is named: its name is that of its type.
func (w *walker) embedded(f *types.Var, id *ast.Ident, n node) {
	if n == 0 || !f.Embedded() || f.Name() != string(w.g.Kind) || !w.g.Kind.value(f.Type()) {
		return
	}
	p := w.prog.Position(id.Pos())
	u := TypeUse{File: p.File, Start: p.Offset, End: p.Offset + len(id.Name), Star: -1, Selector: true}
	if c := w.g.of(n); !slices.Contains(c.Uses, u) {
		c.Uses = append(c.Uses, u)
	}
}

// owner is the named type that declares the selected field.
func (w *walker) owner(s *types.Selection) types.Object {
	t := s.Recv()
	for i, at := range s.Index() {
		n := named(t)
		if i+1 == len(s.Index()) {
			if n == nil {
				return nil
			}
			return n.Obj()
		}
		st, ok := deref(t).Underlying().(*types.Struct)
		if !ok || at >= st.NumFields() {
			return nil
		}
		t = st.Field(at).Type()
	}
	return nil
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func named(t types.Type) *types.Named {
	n, _ := types.Unalias(deref(t)).(*types.Named)
	return n
}

// embeddedOn is the embedded field of the kind on the way to a promoted field or method; nil for one that is selected
// of the kind itself.
func embeddedOn(s *types.Selection, k Kind) *types.Var {
	t := s.Recv()
	for _, at := range s.Index()[:len(s.Index())-1] {
		st, ok := deref(t).Underlying().(*types.Struct)
		if !ok || at >= st.NumFields() {
			return nil
		}
		f := st.Field(at)
		if k.value(f.Type()) {
			return f
		}
		t = f.Type()
	}
	return nil
}

func (w *walker) object(o types.Object) node {
	switch o := o.(type) {
	case *types.Var:
		return w.variable(o.Origin())
	case *types.Func:
		return w.funcObject(o)
	}
	return 0
}

// funcObject is the node of a function used as a value: its parameters and results move together.
func (w *walker) funcObject(f *types.Func) node {
	sig := f.Type().(*types.Signature)
	if !w.g.Kind.mentions(sig) {
		return 0
	}
	n := w.g.get("f:" + place(w.prog, f.Pos()) + f.Name())
	if !w.own(f) {
		w.sink(n, f.FullName()+" has a fixed type")
		w.source(n, Origin{Foreign: f.FullName()})
		return n
	}
	for i := range sig.Params().Len() {
		if w.g.Kind.mentions(sig.Params().At(i).Type()) {
			w.g.join(n, w.declaredParam(f, i))
		}
	}
	for i := range sig.Results().Len() {
		if w.g.Kind.mentions(sig.Results().At(i).Type()) {
			w.g.join(n, w.declaredResult(f, i))
		}
	}
	return n
}

// funcNode is the node of a function literal.
func (w *walker) funcNode(t *ast.FuncType, prefix string) node {
	if tt := w.info.TypeOf(t); tt == nil || !w.g.Kind.mentions(tt) {
		return 0
	}
	n := w.g.get("f:" + prefix)
	for _, f := range t.Params.List {
		if !w.g.Kind.mentions(w.info.TypeOf(f.Type)) {
			continue
		}
		for _, name := range f.Names {
			w.g.join(n, w.variable(w.info.Defs[name]))
		}
		if len(f.Names) == 0 {
			w.g.join(n, w.g.get("v:"+place(w.prog, f.Type.Pos())))
		}
	}
	if t.Results == nil {
		return n
	}
	i := 0
	for _, f := range t.Results.List {
		for k := range max(1, len(f.Names)) {
			if w.g.Kind.mentions(w.info.TypeOf(f.Type)) {
				r := w.resultSlot(f.Type, prefix, i)
				if len(f.Names) > 0 {
					r = w.namedResult(f.Names[k], f.Type, prefix, i)
				}
				w.g.join(n, r)
			}
			i++
		}
	}
	return n
}

func (w *walker) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.CallExpr:
		w.call(e)
	case *ast.CompositeLit:
		w.composite(e)
	case *ast.SelectorExpr:
		w.member(e)
	case *ast.TypeAssertExpr:
		if e.Type != nil {
			w.assertion(e.X, e.Type, w.node(e))
		}
	case *ast.Ident:
		w.constructorValue(e)
	case *ast.StructType:
		w.typeOfFields(e.Fields)
	case *ast.InterfaceType:
		w.methodsOf(e)
	case *ast.BinaryExpr:
		w.nilCheck(e)
	case *ast.IndexExpr:
		w.mapKey(w.node(e.X), e.Index)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			w.fieldTaken(e.X)
		}
	}
}

// mapKey is a key of a map: clients may be keys.
func (w *walker) mapKey(m node, k ast.Expr) {
	if t := w.info.TypeOf(k); t != nil && w.g.Kind.mentions(t) && !w.info.Types[k].IsType() {
		w.assign(m, k)
	}
}

// nilCheck notes a comparison with nil: an interface that holds a nil pointer is not nil.
func (w *walker) nilCheck(e *ast.BinaryExpr) {
	x, y := e.X, e.Y
	if w.info.Types[x].IsNil() {
		x, y = y, x
	}
	if w.g.Kind == Clients && (e.Op == token.EQL || e.Op == token.NEQ) && w.g.Kind.pointer(w.info.TypeOf(x)) && w.g.Kind.pointer(w.info.TypeOf(y)) {
		for _, pair := range [][2]ast.Expr{{x, y}, {y, x}} {
			if w.typedNil(pair[0]) {
				w.g.edge(w.node(pair[0]), w.node(pair[1])) // has the type of what it is compared with
			}
		}
	}
	if w.g.Kind != Clients || !w.info.Types[y].IsNil() || !w.g.Kind.pointer(w.info.TypeOf(x)) {
		return
	}
	c := w.g.of(w.node(x))
	c.NilChecks = append(c.NilChecks, w.prog.Position(e.OpPos))
}

func (w *walker) composite(e *ast.CompositeLit) {
	t := w.info.TypeOf(e)
	if t == nil {
		return
	}
	n := w.node(e)
	w.typeExpr(e.Type, n)
	if w.g.Kind.value(t) {
		c := w.g.of(n)
		c.Literals = append(c.Literals, Literal{w.prog, w.pkg, e})
		return
	}
	st, isStruct := deref(t).Underlying().(*types.Struct)
	for i, el := range e.Elts {
		value, field := el, (*types.Var)(nil)
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			value = kv.Value
			if id, isIdent := kv.Key.(*ast.Ident); isStruct && isIdent {
				field, _ = w.info.Uses[id].(*types.Var)
				if field != nil {
					w.embedded(field, id, w.variable(field.Origin()))
				}
			}
		} else if isStruct && i < st.NumFields() {
			field = st.Field(i)
		}
		switch {
		case !isStruct:
			w.assign(n, value)
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				w.mapKey(n, kv.Key)
			}
		case field == nil:
		case field.Origin() != field && w.g.tracks(field.Type()) && !w.g.tracks(field.Origin().Type()):
			w.assign(n, value) // of a type argument
		default:
			w.assign(w.variable(field.Origin()), value)
		}
	}
}
