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
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return
	}
	v, ok := info.Uses[id].(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == v.Pkg().Scope() {
		return
	}
	uses := 0
	for _, o := range info.Uses {
		if o == v {
			uses++
		}
	}
	if uses > 1 {
		return
	}
	f := prog.File(e.Pos())
	stmt := statementAround(syntaxOf(prog, e.Pos()), e.Pos())
	if f == nil || stmt == nil {
		return
	}
	at := prog.Position(stmt.Pos()).Offset
	indent := at - (bytes.LastIndexByte(f.Content[:at], '\n') + 1)
	b.edit(f.Rel, at, at, "_ = "+id.Name+" // a cluster has database 0 only"+newline(f.Content)+string(f.Content[at-indent:at]))
}

// statementAround is the innermost statement of a block that holds the position.
func statementAround(file *ast.File, pos token.Pos) ast.Stmt {
	var found ast.Stmt
	if file == nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		block, ok := n.(*ast.BlockStmt)
		if !ok {
			return n == nil || n.Pos() <= pos && pos < n.End()
		}
		for _, s := range block.List {
			if s.Pos() <= pos && pos < s.End() {
				found = s
			}
		}
		return block.Pos() <= pos && pos < block.End()
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
