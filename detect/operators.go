package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// operators finds expressions by the positions that instructions keep, and tells which names are only read.
type operators struct {
	at   map[token.Pos]ast.Expr // by the operator, or the bracket
	read map[token.Pos]bool     // names of which the value is looked at, or handed to a library: no longer text is made of it
}

func (d *detector) operators() *operators {
	if d.operatorAt != nil {
		return d.operatorAt
	}
	d.operatorAt = &operators{map[token.Pos]ast.Expr{}, map[token.Pos]bool{}}
	own := map[string]bool{}
	for _, pkg := range d.flow.Prog.Packages {
		own[pkg.PkgPath] = true
	}
	for _, pkg := range d.flow.Prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for _, f := range pkg.Syntax {
			ast.Inspect(f, func(n ast.Node) bool { d.operatorAt.add(n, pkg.TypesInfo, own); return true })
		}
	}
	return d.operatorAt
}

func (o *operators) add(n ast.Node, info *types.Info, own map[string]bool) {
	read := func(es ...ast.Expr) {
		for _, e := range es {
			switch e := ast.Unparen(e).(type) {
			case *ast.Ident, *ast.SelectorExpr:
				o.read[e.Pos()] = true
			}
		}
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		o.at[n.OpPos] = n
		if n.Op != token.ADD {
			read(n.X, n.Y)
		}
	case *ast.SliceExpr:
		o.at[n.Lbrack] = n
		read(n.X)
	case *ast.IndexExpr:
		o.at[n.Lbrack] = n
		read(n.X, n.Index)
	case *ast.SwitchStmt:
		read(n.Tag)
	case *ast.RangeStmt:
		read(n.X)
	case *ast.KeyValueExpr:
		if isMapKey(info, n) {
			read(n.Key)
		}
		read(n.Value)
	case *ast.CallExpr:
		if readsOnly(n, info, own) {
			read(n.Args...)
		}
	}
}

// isMapKey reports an element of a map: in a struct, the key is the name of a field.
func isMapKey(info *types.Info, n *ast.KeyValueExpr) bool {
	id, ok := n.Key.(*ast.Ident)
	if !ok {
		return true
	}
	v, isVar := info.Uses[id].(*types.Var)
	return !isVar || !v.IsField()
}

// readsOnly reports a call of a library, or a conversion, that makes no other key of its arguments.
func readsOnly(call *ast.CallExpr, info *types.Info, own map[string]bool) bool {
	if tv := info.Types[call.Fun]; tv.IsType() {
		return true
	}
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		id = fun.Sel
	case *ast.Ident:
		id = fun
	default:
		return false
	}
	fn, ok := info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || ofGoRedis(fn) {
		return false
	}
	switch path := fn.Pkg().Path(); path {
	case "fmt":
		return !strings.HasPrefix(fn.Name(), "Sprint") && !strings.HasPrefix(fn.Name(), "Append")
	case "path", "path/filepath", "strconv":
		return takesTextApart(path + "." + fn.Name())
	case "strings", "bytes":
		return fn.Type().(*types.Signature).Recv() == nil && textFuncs[fn.Name()]
	default:
		return !own[path]
	}
}
