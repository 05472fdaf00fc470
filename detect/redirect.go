package detect

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// redirectWord matches the errors of a cluster by their first word (Redis docs, cluster specification).
var redirectWord = regexp.MustCompile(`\b(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN)\b`)

// redirectFuncs are the functions of go-redis that recognise such errors (v9.17 and later, HasErrorPrefix by its text).
var redirectFuncs = map[string]string{"IsMovedError": "MOVED", "IsAskError": "ASK", "IsClusterDownError": "CLUSTERDOWN", "IsTryAgainError": "TRYAGAIN"}

// redirects lists the places that look for errors of a cluster by their text.
func (d *detector) redirects() []Site {
	v := &redirectVisitor{syntaxSites: syntaxSites{d: d, seen: map[source.Position]bool{}}, speaks: map[*packages.Package]bool{}}
	for _, pkg := range d.flow.Prog.Packages {
		v.speaks[pkg] = pkg.Types != nil && importsGoRedis(pkg)
	}
	v.walk(v.visit)
	return v.out
}

func importsGoRedis(pkg *packages.Package) bool {
	return slices.ContainsFunc(pkg.Types.Imports(), func(p *types.Package) bool { return IsGoRedis(p.Path()) })
}

type redirectVisitor struct {
	syntaxSites
	speaks map[*packages.Package]bool // those that use go-redis
}

func (v *redirectVisitor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		v.call(n)
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			v.compared(n.X, n.Y, n.OpPos)
			v.compared(n.Y, n.X, n.OpPos)
		}
	case *ast.SwitchStmt:
		for _, s := range n.Body.List {
			if c, ok := s.(*ast.CaseClause); ok && n.Tag != nil {
				for _, e := range c.List {
					v.compared(e, n.Tag, e.Pos())
				}
			}
		}
	case *ast.CompositeLit: // a list of errors that are retried
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Key
			}
			if w := v.word(e); w != "" && w != "ASK" && v.speaks[v.pkg] {
				v.found(e.Pos(), "literal", w)
			}
		}
	}
	return true
}

// word is the error that a constant text begins with.
func (v *redirectVisitor) word(e ast.Expr) string {
	tv := v.pkg.TypesInfo.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return ""
	}
	text := strings.TrimLeft(constant.StringVal(tv.Value), "-^( ")
	if at := redirectWord.FindStringIndex(text); at != nil && at[0] == 0 {
		return text[:at[1]]
	}
	return ""
}

// compared is text that is compared with a constant.
func (v *redirectVisitor) compared(c, with ast.Expr, at token.Pos) {
	if w := v.word(c); w != "" && (v.speaks[v.pkg] && w != "ASK" || v.ofError(with)) {
		v.found(at, "==", w)
	}
}

// call is a function that looks at text, or asks go-redis.
func (v *redirectVisitor) call(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	f, ok := v.pkg.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil {
		return
	}
	switch path := f.Pkg().Path(); {
	case ofGoRedis(f) && redirectFuncs[f.Name()] != "":
		v.found(sel.Sel.Pos(), f.Name(), redirectFuncs[f.Name()])
	case path == "errors" && f.Name() == "Is" && len(call.Args) == 2:
		if s, ok := ast.Unparen(call.Args[1]).(*ast.SelectorExpr); ok && s.Sel.Name == "ErrCrossSlot" && ofGoRedis(v.pkg.TypesInfo.Uses[s.Sel]) {
			v.found(sel.Sel.Pos(), "Is", "CROSSSLOT")
		}
	case path == "strings", path == "regexp", ofGoRedis(f) && f.Name() == "HasErrorPrefix":
		for i, a := range call.Args {
			w := v.word(a)
			if w == "" {
				continue
			}
			others := slices.Delete(slices.Clone(call.Args), i, i+1)
			if v.speaks[v.pkg] && w != "ASK" || slices.ContainsFunc(others, v.ofError) || ofGoRedis(f) || path == "regexp" && v.speaks[v.pkg] {
				v.found(sel.Sel.Pos(), f.Name(), w)
			}
		}
	}
}

// ofError reports text that came from an error.
func (v *redirectVisitor) ofError(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if s, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && s.Sel.Name == "Error" && len(n.Args) == 0 {
				found = true
			}
		case *ast.Ident:
			found = found || v.setFromError(v.pkg.TypesInfo.Uses[n])
		}
		return !found
	})
	return found
}

// setFromError reports a variable that is assigned the text of an error.
func (v *redirectVisitor) setFromError(o types.Object) bool {
	if _, ok := o.(*types.Var); !ok || o.Pkg() != v.pkg.Types {
		return false
	}
	found := false
	ast.Inspect(v.file, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || found {
			return !found
		}
		for i, l := range a.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok || v.pkg.TypesInfo.ObjectOf(id) != o {
				continue
			}
			if c, ok := ast.Unparen(a.Rhs[min(i, len(a.Rhs)-1)]).(*ast.CallExpr); ok && v.ofErrorCall(c) {
				found = true
			}
		}
		return true
	})
	return found
}

// ofErrorCall reports err.Error(), or a function of package strings that is given it.
func (v *redirectVisitor) ofErrorCall(c *ast.CallExpr) bool {
	s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if s.Sel.Name == "Error" && len(c.Args) == 0 {
		return true
	}
	return slices.ContainsFunc(c.Args, func(a ast.Expr) bool {
		inner, ok := ast.Unparen(a).(*ast.CallExpr)
		return ok && v.ofErrorCall(inner)
	})
}

func (v *redirectVisitor) found(at token.Pos, method, word string) {
	v.add(at, Site{Kind: Redirect}, Op{Method: method, Scope: rediscmd.AnyNode, Notes: []Note{{NoteRedirect, word}}})
}
