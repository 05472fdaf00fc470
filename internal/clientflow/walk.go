package clientflow

import (
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
)

// walker adds the assignments of one package to a graph.
type walker struct {
	g    *Graph
	prog *load.Program
	pkg  *packages.Package
	info *types.Info
	// implicit are the variables of the clauses of type switches: they share a position.
	implicit map[types.Object]string
	sigs     []*ast.FuncType // functions around the node, innermost last
	fns      []string        // the prefix of their results' nodes
	// calledNames are the identifiers that name what a call calls, once that is asked for.
	calledNames map[*ast.Ident]bool
}

func itoa(i int) string { return strconv.Itoa(i) }

func (w *walker) file(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.CaseClause); ok && w.info.Implicits[c] != nil {
			w.implicit[w.info.Implicits[c]] = "v:" + place(w.prog, c.Pos())
		}
		return true
	})
	for _, d := range f.Decls {
		w.walk(d)
	}
}

// walk visits a node, with the functions around it known.
func (w *walker) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			w.typeOfFields(n.Recv)
			w.function(n.Type, n.Body, "r:"+place(w.prog, n.Name.Pos()))
			return false
		case *ast.FuncLit:
			w.function(n.Type, n.Body, "r:"+place(w.prog, n.Pos()))
			return false
		case *ast.TypeSwitchStmt:
			w.typeSwitch(n)
		case ast.Stmt:
			w.stmt(n)
		case ast.Expr:
			w.expr(n)
		case *ast.ValueSpec:
			w.valueSpec(n)
		case *ast.TypeSpec:
			w.typeSpec(n)
		}
		return true
	})
}

func (w *walker) function(t *ast.FuncType, body *ast.BlockStmt, prefix string) {
	w.typeOfParams(t.Params)
	i := 0
	if t.Results != nil {
		for _, f := range t.Results.List {
			if len(f.Names) == 0 {
				w.typeExpr(f.Type, w.resultSlot(f.Type, prefix, i))
				i++
				continue
			}
			var nodes []node
			for _, name := range f.Names {
				nodes = append(nodes, w.namedResult(name, f.Type, prefix, i))
				w.typeExpr(f.Type, nodes[len(nodes)-1])
				i++
			}
			w.shareType(f.Names, f.Type, nodes, false)
		}
	}
	if body == nil {
		return
	}
	w.sigs, w.fns = append(w.sigs, t), append(w.fns, prefix)
	for _, s := range body.List {
		w.walk(s)
	}
	w.sigs, w.fns = w.sigs[:len(w.sigs)-1], w.fns[:len(w.fns)-1]
}

// resultSlot is the node of result i of the function with the prefix.
func (w *walker) resultSlot(t ast.Expr, prefix string, i int) node {
	return w.typed(prefix+"#"+itoa(i), w.info.TypeOf(t))
}

func (w *walker) namedResult(name *ast.Ident, t ast.Expr, prefix string, i int) node {
	if name.Name == "_" {
		return w.resultSlot(t, prefix, i)
	}
	return w.typed("v:"+place(w.prog, name.Pos()), w.info.TypeOf(t))
}

// typed is the node of a name whose values have a type; 0 when they are not followed.
func (w *walker) typed(name string, t types.Type) node {
	switch {
	case t == nil:
		return 0
	case w.g.Kind.mentions(t):
		return w.g.get(name)
	case w.g.carries(t):
		return w.g.interfaceNode(name)
	}
	return 0
}

func (w *walker) typeOfFields(fl *ast.FieldList) {
	if fl == nil {
		return
	}
	for _, f := range fl.List {
		w.namesOf(f, true)
		if t := w.info.TypeOf(f.Type); t != nil && w.g.Kind.value(t) && !w.g.Kind.pointer(t) {
			for _, name := range f.Names {
				w.g.of(w.variable(w.info.Defs[name])).Held = true
			}
		}
		if len(f.Names) == 0 { // an embedded field: its object stands at the type's name
			if w.g.Kind.mentions(w.info.TypeOf(f.Type)) {
				w.typeExpr(f.Type, w.g.get("v:"+place(w.prog, embeddedName(f.Type).Pos())))
			}
		}
	}
}

// namesOf notes the type of fields or parameters that may share it: a, b *redis.Client.
func (w *walker) namesOf(f *ast.Field, lines bool) {
	var nodes []node
	for _, name := range f.Names {
		n := w.variable(w.info.Defs[name])
		w.typeExpr(f.Type, n)
		nodes = append(nodes, n)
	}
	w.shareType(f.Names, f.Type, nodes, lines)
}

// shareType notes names that are declared with one type.
func (w *walker) shareType(names []*ast.Ident, t ast.Expr, nodes []node, lines bool) {
	if len(names) < 2 || t == nil || nodes[0] == 0 {
		return
	}
	list := SharedType{Lines: lines, Type: w.span(t), nodes: nodes}
	for _, name := range names {
		list.Names = append(list.Names, w.span(name))
	}
	w.g.shared = append(w.g.shared, list)
}

func (w *walker) span(n ast.Node) Span {
	p := w.prog.Position(n.Pos())
	return Span{p.File, p.Offset, w.prog.Position(n.End()).Offset}
}

// typeOfParams is typeOfFields for parameters: one without a name stands at its type.
func (w *walker) typeOfParams(fl *ast.FieldList) {
	if fl == nil {
		return
	}
	for _, f := range fl.List {
		w.namesOf(f, false)
		if t := w.info.TypeOf(f.Type); len(f.Names) == 0 && t != nil && w.g.Kind.mentions(t) {
			w.typeExpr(f.Type, w.g.get("v:"+place(w.prog, f.Type.Pos())))
		}
	}
}

// embeddedName is the name that an embedded field gets from its type.
func embeddedName(t ast.Expr) ast.Node {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.SelectorExpr:
			return x.Sel
		default:
			return t
		}
	}
}

// typeExpr notes the names of the kind in a written type as belonging to a node.
func (w *walker) typeExpr(t ast.Expr, n node) {
	if t == nil || n == 0 {
		return
	}
	ast.Inspect(t, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.StructType, *ast.InterfaceType:
			return false
		case *ast.StarExpr:
			w.starred(x, n)
			return false
		case *ast.SelectorExpr:
			w.typeName(x.Sel, -1, n)
			return false
		case *ast.Ident:
			w.typeName(x, -1, n)
		}
		return true
	})
}

// starred is *T in a written type.
func (w *walker) starred(x *ast.StarExpr, n node) {
	at := w.prog.Position(x.Star).Offset
	switch t := ast.Unparen(x.X).(type) {
	case *ast.SelectorExpr:
		w.typeName(t.Sel, at, n)
	case *ast.Ident:
		w.typeName(t, at, n)
	default:
		w.typeExpr(x.X, n)
	}
}

func (w *walker) typeName(id *ast.Ident, star int, n node) {
	o, ok := w.info.Uses[id].(*types.TypeName)
	if !ok {
		return
	}
	switch {
	case w.g.Kind.is(o):
		p := w.prog.Position(id.Pos())
		u := TypeUse{File: p.File, Start: p.Offset, End: p.Offset + len(id.Name), Star: star}
		c := w.g.of(n)
		c.Uses = append(c.Uses, u)
	case w.own(o) && w.g.Kind.mentions(o.Type()): // type DB = redis.Client
		w.g.join(n, w.g.get("t:"+place(w.prog, o.Pos())))
	}
}

func (w *walker) typeSpec(s *ast.TypeSpec) {
	switch s.Type.(type) {
	case *ast.StructType, *ast.InterfaceType: // walked by themselves
	default:
		if w.g.Kind.mentions(w.info.TypeOf(s.Type)) {
			w.typeExpr(s.Type, w.g.get("t:"+place(w.prog, s.Name.Pos())))
		}
	}
}

// methodsOf notes the types in the methods of an interface.
func (w *walker) methodsOf(t *ast.InterfaceType) {
	for _, m := range t.Methods.List {
		if ft, ok := m.Type.(*ast.FuncType); ok && len(m.Names) > 0 {
			w.function(ft, nil, "r:"+place(w.prog, m.Names[0].Pos()))
		}
	}
}

func (w *walker) valueSpec(s *ast.ValueSpec) {
	var nodes []node
	for i, name := range s.Names {
		n := w.variable(w.info.Defs[name])
		nodes = append(nodes, n)
		w.typeExpr(s.Type, n)
		if t := w.info.TypeOf(name); n != 0 && len(s.Values) == 0 && w.g.Kind.value(t) && !w.g.Kind.pointer(t) {
			w.g.of(n).Zero = true
		}
		switch {
		case len(s.Values) == len(s.Names):
			w.assign(n, s.Values[i])
		case len(s.Values) == 1:
			w.assignResult(n, s.Values[0], i)
		}
	}
	if len(s.Values) == 0 {
		w.shareType(s.Names, s.Type, nodes, true)
	}
}

// assign moves the value of an expression to a node.
func (w *walker) assign(to node, e ast.Expr) {
	if to == 0 {
		return
	}
	t := w.info.TypeOf(e)
	if w.g.of(to).iface && t != nil {
		if sig, ok := t.Underlying().(*types.Signature); ok { // a function that is called by its types
			w.injected(e, sig)
			return
		}
	}
	w.g.move(to, w.node(e), t)
}

// assignResult moves value i of an expression with several.
func (w *walker) assignResult(to node, e ast.Expr, i int) {
	if to == 0 {
		return
	}
	t := w.info.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok && i < tuple.Len() {
		t = tuple.At(i).Type()
	}
	w.g.move(to, w.resultOf(e, i), t)
}

func (w *walker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		for i, l := range s.Lhs {
			if len(s.Lhs) == len(s.Rhs) {
				w.assign(w.node(l), s.Rhs[i])
				w.fieldWrite(l, s.Rhs[i], s)
			} else {
				w.assignResult(w.node(l), s.Rhs[0], i)
				w.fieldTaken(l)
			}
		}
	case *ast.ReturnStmt:
		w.returned(s)
	case *ast.RangeStmt:
		w.fieldVaries(s.Key)
		w.fieldVaries(s.Value)
		w.ranged(s)
	case *ast.IncDecStmt:
		w.fieldVaries(s.X)
	case *ast.SendStmt:
		w.assign(w.node(s.Chan), s.Value)
	}
}

func (w *walker) ranged(s *ast.RangeStmt) {
	x := w.node(s.X)
	if x == 0 {
		return
	}
	to := func(e ast.Expr) {
		if e != nil {
			w.g.move(w.node(e), x, w.info.TypeOf(e))
		}
	}
	to(s.Value)
	if t := w.info.TypeOf(s.X); t != nil {
		switch u := t.Underlying().(type) {
		case *types.Chan, *types.Signature:
			to(s.Key)
		case *types.Map:
			if w.g.Kind.mentions(u.Key()) {
				to(s.Key)
			}
		}
	}
}

func (w *walker) returned(s *ast.ReturnStmt) {
	if len(w.sigs) == 0 {
		return
	}
	t, prefix := w.sigs[len(w.sigs)-1], w.fns[len(w.fns)-1]
	if t.Results == nil {
		return
	}
	i := 0
	for _, f := range t.Results.List {
		for k := range max(1, len(f.Names)) {
			n := w.resultSlot(f.Type, prefix, i)
			if len(f.Names) > 0 {
				n = w.namedResult(f.Names[k], f.Type, prefix, i)
			}
			if len(s.Results) == 1 && t.Results.NumFields() > 1 {
				w.assignResult(n, s.Results[0], i)
			} else if i < len(s.Results) {
				w.assign(n, s.Results[i])
			}
			i++
		}
	}
}
