package rewrite

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// flowWalker adds the assignments of one file to a clientFlow.
type flowWalker struct {
	c    *clientFlow
	pkg  *packages.Package
	info *types.Info
	sigs []*ast.FuncType // functions around the node, innermost last
	fns  []string        // their result nodes' prefix: the place of the declaration
}

func (w *flowWalker) file(f *ast.File) {
	for _, d := range f.Decls {
		w.walk(d)
	}
}

// walk visits a node, with the functions around it known.
func (w *flowWalker) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			w.typeOfFields(n.Recv)
			w.function(n.Type, n.Body, "r:"+w.c.place(n.Name.Pos()))
			return false
		case *ast.FuncLit:
			w.function(n.Type, n.Body, "r:"+w.c.place(n.Pos()))
			return false
		case *ast.CaseClause:
			for _, e := range n.List {
				w.assertion(e)
			}
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

func (w *flowWalker) function(t *ast.FuncType, body *ast.BlockStmt, prefix string) {
	w.typeOfFields(t.Params)
	i := 0
	if t.Results != nil {
		for _, f := range t.Results.List {
			if len(f.Names) == 0 {
				w.typeExpr(f.Type, prefix+"#"+itoa(i))
				i++
				continue
			}
			for _, name := range f.Names {
				w.typeExpr(f.Type, w.resultNode(name, prefix, i))
				i++
			}
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

func (w *flowWalker) resultNode(name *ast.Ident, prefix string, i int) string {
	if name.Name == "_" {
		return prefix + "#" + itoa(i)
	}
	return "v:" + w.c.place(name.Pos())
}

func (w *flowWalker) typeOfFields(fl *ast.FieldList) {
	if fl == nil {
		return
	}
	for _, f := range fl.List {
		for _, name := range f.Names {
			w.typeExpr(f.Type, w.c.variable(w.info.Defs[name]))
		}
		if len(f.Names) == 0 { // embedded field, or a parameter without a name
			w.typeExpr(f.Type, w.embedded(f.Type))
		}
	}
}

// embedded is the node of an embedded field: its object stands at the type's name.
func (w *flowWalker) embedded(t ast.Expr) string {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
			continue
		case *ast.SelectorExpr:
			return "v:" + w.c.place(x.Sel.Pos())
		case *ast.Ident:
			return "v:" + w.c.place(x.Pos())
		}
		return "v:" + w.c.place(t.Pos())
	}
}

// typeExpr notes the names of go-redis types in a written type as belonging to a node.
func (w *flowWalker) typeExpr(t ast.Expr, node string) {
	if t == nil || node == "" {
		return
	}
	ast.Inspect(t, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StructType, *ast.InterfaceType:
			return false
		case *ast.SelectorExpr:
			w.typeName(n.Sel, node)
			return false
		case *ast.Ident:
			w.typeName(n, node)
		}
		return true
	})
}

func (w *flowWalker) typeName(id *ast.Ident, node string) {
	o, ok := w.info.Uses[id].(*types.TypeName)
	if !ok {
		return
	}
	switch {
	case portable(o):
		p := w.c.prog.Position(id.Pos())
		r := w.c.root(node)
		w.c.types[r] = append(w.c.types[r], typeUse{p.File, p.Offset, o.Name()})
	case w.c.own(o) && mentions(o.Type(), nil): // type DB = redis.Client
		w.c.join(node, "t:"+w.c.place(o.Pos()))
	}
}

func (w *flowWalker) typeSpec(s *ast.TypeSpec) {
	switch t := s.Type.(type) {
	case *ast.StructType:
		w.typeOfFields(t.Fields)
	case *ast.InterfaceType:
		for _, m := range t.Methods.List {
			ft, ok := m.Type.(*ast.FuncType)
			if !ok || len(m.Names) == 0 {
				continue
			}
			w.function(ft, nil, "r:"+w.c.place(m.Names[0].Pos()))
			w.unnamedParams(ft, m.Names[0])
		}
	default:
		w.typeExpr(s.Type, "t:"+w.c.place(s.Name.Pos()))
	}
}

func (w *flowWalker) unnamedParams(ft *ast.FuncType, name *ast.Ident) {
	f, ok := w.info.Defs[name].(*types.Func)
	if !ok || ft.Params == nil {
		return
	}
	i := 0
	for _, p := range ft.Params.List {
		if len(p.Names) == 0 {
			w.typeExpr(p.Type, w.c.param(f, i))
		}
		i += max(1, len(p.Names))
	}
}

func (w *flowWalker) valueSpec(s *ast.ValueSpec) {
	for i, name := range s.Names {
		n := w.c.variable(w.info.Defs[name])
		w.typeExpr(s.Type, n)
		switch {
		case len(s.Values) == len(s.Names):
			w.c.join(n, w.node(s.Values[i]))
		case len(s.Values) == 1:
			w.c.join(n, w.resultOf(s.Values[0], i))
		}
	}
}

func (w *flowWalker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		for i, l := range s.Lhs {
			if len(s.Lhs) == len(s.Rhs) {
				w.c.join(w.node(l), w.node(s.Rhs[i]))
				w.fieldWrite(l, s.Rhs[i])
			} else {
				w.c.join(w.node(l), w.resultOf(s.Rhs[0], i))
			}
		}
	case *ast.ReturnStmt:
		w.returned(s)
	case *ast.RangeStmt:
		x := w.node(s.X)
		w.c.join(w.node(s.Value), x)
		if t := w.info.TypeOf(s.X); t != nil {
			if _, isChan := t.Underlying().(*types.Chan); isChan {
				w.c.join(w.node(s.Key), x)
			}
		}
	case *ast.SendStmt:
		w.c.join(w.node(s.Chan), w.node(s.Value))
	}
}

func (w *flowWalker) returned(s *ast.ReturnStmt) {
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
			n := prefix + "#" + itoa(i)
			if len(f.Names) > 0 {
				n = w.resultNode(f.Names[k], prefix, i)
			}
			if len(s.Results) == 1 && t.Results.NumFields() > 1 {
				w.c.join(n, w.resultOf(s.Results[0], i))
			} else if i < len(s.Results) {
				if x := w.node(s.Results[i]); x != "" {
					w.c.join(n, x)
				}
			}
			i++
		}
	}
}

func (w *flowWalker) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.CallExpr:
		w.call(e)
	case *ast.CompositeLit:
		w.composite(e)
	case *ast.SelectorExpr:
		w.fieldRead(e)
	case *ast.TypeAssertExpr:
		w.assertion(e.Type)
	}
}

func (w *flowWalker) assertion(t ast.Expr) {
	if t == nil {
		return
	}
	if tv, ok := w.info.Types[t]; ok && tv.IsType() && mentions(tv.Type, nil) {
		w.c.asserted = append(w.c.asserted, w.c.prog.Position(t.Pos()).String())
	}
}
