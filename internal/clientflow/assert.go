package clientflow

import (
	"go/ast"
	"go/types"

	"github.com/clusterize/clusterize/detect"
)

// typeSwitch adds the cases of a switch over the type of a value.
func (w *walker) typeSwitch(s *ast.TypeSwitchStmt) {
	x := switched(s)
	if x == nil {
		return
	}
	handled := w.handlesClusters(s.Body)
	for _, b := range s.Body.List {
		c, ok := b.(*ast.CaseClause)
		if !ok {
			continue
		}
		o := w.info.Implicits[c]
		for _, e := range c.List {
			t := w.info.TypeOf(e)
			if t == nil || handled && w.g.Kind.mentions(t) {
				continue // the other kinds of clients have a case of their own
			}
			var n node
			if o != nil && len(c.List) == 1 {
				n = w.variable(o)
			}
			if n == 0 {
				n = w.typed("e:"+place(w.prog, e.Pos()), t)
			}
			w.assertion(x, e, n)
		}
		if o != nil && len(c.List) != 1 {
			w.g.move(w.variable(o), w.node(x), w.info.TypeOf(x))
		}
	}
}

// switched is the expression whose type a switch looks at.
func switched(s *ast.TypeSwitchStmt) ast.Expr {
	var e ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		e = a.X
	case *ast.AssignStmt:
		if len(a.Rhs) == 1 {
			e = a.Rhs[0]
		}
	}
	if t, ok := e.(*ast.TypeAssertExpr); ok {
		return t.X
	}
	return nil
}

// assertion is x.(t), with the node of what comes out.
func (w *walker) assertion(x, t ast.Expr, out node) {
	tt := w.info.TypeOf(t)
	if tt == nil || out == 0 {
		return
	}
	from := w.node(x)
	if from == 0 {
		from = w.g.away()
	}
	w.g.edge(from, out)
	if !w.g.Kind.mentions(tt) {
		if it, ok := tt.Underlying().(*types.Interface); ok && w.g.Kind == Clients && it.NumMethods() > 0 && !w.clustersFit(it) {
			w.asserts(out, t)
		}
		return
	}
	w.typeExpr(t, out)
	w.asserts(out, t)
}

func (w *walker) asserts(out node, t ast.Expr) {
	c := w.g.of(out)
	c.Asserted = append(c.Asserted, Assertion{Pos: w.prog.Position(t.Pos()), Type: types.TypeString(w.info.TypeOf(t), shortPkg)})
}

// handlesClusters reports a type switch that has a case for cluster clients, or for any client, already.
func (w *walker) handlesClusters(body *ast.BlockStmt) bool {
	for _, s := range body.List {
		c, ok := s.(*ast.CaseClause)
		if !ok {
			continue
		}
		for _, e := range c.List {
			if n := named(w.info.TypeOf(e)); n != nil && n.Obj().Pkg() != nil && detect.IsGoRedis(n.Obj().Pkg().Path()) &&
				(n.Obj().Name() == "ClusterClient" || n.Obj().Name() == "UniversalClient") {
				return true
			}
		}
	}
	return false
}

// clustersFit reports an interface that a cluster client is in, too.
func (w *walker) clustersFit(it *types.Interface) bool {
	for _, t := range w.g.kindTypes {
		n, ok := t.(*types.Named)
		if !ok || !types.Implements(types.NewPointer(t), it) {
			continue
		}
		o := n.Obj().Pkg().Scope().Lookup("ClusterClient")
		if o == nil || !types.Implements(types.NewPointer(o.Type()), it) {
			return false
		}
	}
	return true
}
