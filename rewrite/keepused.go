package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/clusterize/clusterize/internal/load"
)

// keepUsed keeps a local variable in use that only the dropped field used: Go refuses variables without a use.
func (b *switchBuilder) keepUsed(prog *load.Program, info *types.Info, e ast.Expr) {
	id := localVariable(info, e)
	if id == nil {
		return
	}
	f, file := prog.File(e.Pos()), syntaxOf(prog, e.Pos())
	stmt := statementAround(file, e.Pos())
	if f == nil || stmt == nil {
		return
	}
	dropped := droppedNames(file)
	for use, o := range info.Uses {
		if o == info.Uses[id] && (!dropped[use] || use.Pos() < id.Pos()) { // of those that are dropped the first one does it
			return
		}
	}
	at := prog.Position(stmt.Pos()).Offset
	indent := f.Content[bytes.LastIndexByte(f.Content[:at], '\n')+1 : at]
	if len(bytes.TrimSpace(indent)) > 0 { // not the first on its line
		b.edit(f.Rel, at, at, "_ = "+id.Name+"; ")
		return
	}
	b.edit(f.Rel, at, at, "_ = "+id.Name+" // a cluster has database 0 only"+newline(f.Content)+string(indent))
}

// droppedNames are the names that stand alone as what a field is set to which a cluster has not. Whether all of them go
// depends on other clients; a use too many does no harm.
func droppedNames(file *ast.File) map[*ast.Ident]bool {
	out := map[*ast.Ident]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			key, isName := kv.Key.(*ast.Ident)
			if value, ok := ast.Unparen(kv.Value).(*ast.Ident); ok && isName && (key.Name == "DB" || key.Name == "Network") {
				out[value] = true
			}
		}
		return true
	})
	return out
}

// localVariable is the name that an expression consists of, when that is a variable which Go wants to be used: neither a
// parameter nor one of the package.
func localVariable(info *types.Info, e ast.Expr) *ast.Ident {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	if v, ok := info.Uses[id].(*types.Var); !ok || v.Kind() != types.LocalVar {
		return nil
	}
	return id
}

// statementAround is the innermost statement of a block, or of a clause, that holds the position.
func statementAround(file *ast.File, pos token.Pos) ast.Stmt {
	var found ast.Stmt
	if file == nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		for _, s := range statements(n) {
			switch s.(type) {
			case *ast.CaseClause, *ast.CommClause: // of the block of a switch: no place for a statement
				continue
			}
			if s.Pos() <= pos && pos < s.End() {
				found = s
			}
		}
		return true
	})
	return found
}

// syntaxOf is the file that holds a position.
func syntaxOf(prog *load.Program, pos token.Pos) *ast.File {
	for _, pkg := range prog.Packages {
		for _, f := range pkg.Syntax {
			if f.FileStart <= pos && pos < f.FileEnd {
				return f
			}
		}
	}
	return nil
}
