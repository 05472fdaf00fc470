package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// uncovered lists the uses of go-redis that no call instruction stands for: calls in code that could not be built,
// in generic functions without instances, and methods that are handed on as values. They are found in the syntax, so
// that nothing is silent.
func (d *detector) uncovered(covered map[source.Position]bool) []Site {
	u := &uncoveredVisitor{syntaxSites: syntaxSites{d: d, seen: map[source.Position]bool{}}, covered: covered, called: map[*ast.SelectorExpr]bool{}}
	u.walk(u.visit)
	return u.out
}

type uncoveredVisitor struct {
	syntaxSites
	covered map[source.Position]bool
	called  map[*ast.SelectorExpr]bool
}

func (u *uncoveredVisitor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if s, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
			u.called[s] = true
			u.use(s, "stands in code that could not be analysed")
		}
	case *ast.SelectorExpr:
		if !u.called[n] && !u.onlyCalled(n) {
			u.use(n, "is handed on as a function value, so that its keys can't be followed")
		}
	}
	return true
}

// onlyCalled reports a method value whose calls are found where they stand.
func (u *uncoveredVisitor) onlyCalled(s *ast.SelectorExpr) bool {
	return u.d.directValues[u.d.flow.Prog.Position(s.Sel.Pos())]
}

func (u *uncoveredVisitor) use(s *ast.SelectorExpr, why string) {
	f, ok := u.pkg.TypesInfo.Uses[s.Sel].(*types.Func)
	if ok && isConstructor(f) && !u.called[s] {
		pos := u.d.flow.Prog.Position(s.Sel.Pos())
		u.d.clients[pos] = &Client{ID: "client:" + pos.File + ":" + strconv.Itoa(pos.Line), Pos: pos, Constructor: f.Name(),
			Package: u.pkg.PkgPath, Test: strings.HasSuffix(pos.File, "_test.go")}
		return
	}
	if !ok || !isCommandFunc(f) && !isSpecial(f) && !isScriptMethod(f) {
		return
	}
	if !ofGoRedis(f) {
		return // the target's own interface: its implementations are looked at
	}
	pos := u.d.flow.Prog.Position(s.Sel.Pos())
	if u.covered[pos] {
		return
	}
	op := Op{Method: f.Name(), Open: why, Scope: rediscmd.Keyed}
	if m, c, ok := lookupMethod(f.Name()); ok {
		op.Command, op.Scope, op.Write = strings.ToUpper(strings.Join(m.Words, " ")), c.Scope, c.Writes()
	}
	kind := kindOfSite(f.Name(), []Context{{Ops: []Op{op}}})
	if isOpener(f) {
		kind = map[string]Kind{"Watch": Watch, "TxPipelined": Transaction, "TxPipeline": Transaction}[f.Name()]
		if kind == "" {
			kind = Pipeline
		}
	}
	u.add(s.Sel.Pos(), Site{Kind: kind, Target: OnUnknown, Open: why}, op)
}

// noteValues finds the method values that are only called in place: get := c.Get; get(ctx, key).
func (d *detector) noteValues(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			m, ok := in.(*ssa.MakeClosure)
			if !ok || !strings.HasSuffix(m.Fn.Name(), "$bound") {
				continue
			}
			direct := true
			for _, r := range *m.Referrers() {
				call, isCall := r.(ssa.CallInstruction)
				_, debug := r.(*ssa.DebugRef)
				direct = direct && (debug || isCall && call.Common().Value == ssa.Value(m))
			}
			if direct {
				d.directValues[d.namePosOfValue(m)] = true
			}
		}
	}
}

// namePosOfValue is where the method's name stands in the selector that a method value was made from.
func (d *detector) namePosOfValue(m *ssa.MakeClosure) source.Position {
	for _, r := range *m.Referrers() {
		if dr, ok := r.(*ssa.DebugRef); ok {
			if s, ok := ast.Unparen(dr.Expr).(*ast.SelectorExpr); ok {
				return d.flow.Prog.Position(s.Sel.Pos())
			}
		}
	}
	return d.flow.Prog.Position(token.Pos(m.Pos()))
}
