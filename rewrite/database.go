package rewrite

import (
	"bytes"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// databases finds clients of different databases whose keys would meet in the one database of a cluster: a family that
// both use would become one set of keys. It returns the reason for each switch, "" where there is none, and whether it
// is proved: a database that is a setting may turn out to be the same. Clients of tests keep out of it.
func (r *Rewriter) databases(p *keyplan.Plan) (reasons []string, proved []bool) {
	out, sure := make([]string, len(r.switches)), make([]bool, len(r.switches))
	for i, a := range r.switches {
		for k, b := range r.switches[i+1:] {
			if slices.Equal(dbsOf(a), dbsOf(b)) || inTests(a) || inTests(b) {
				continue
			}
			fs := r.sharedFamilies(p, a, b)
			if len(fs) == 0 {
				continue
			}
			why := "the databases " + strings.Join(dbsOf(a), ", ") + " (" + a.Clients[0].String() + ") and " + strings.Join(dbsOf(b), ", ") + " (" +
				b.Clients[0].String() + ") both hold " + strings.Join(fs, ", ") + ": on a cluster they would be one. Give the keys of one of them a prefix"
			out[i], out[i+1+k] = why, why
			if numbers(dbsOf(a)) && numbers(dbsOf(b)) {
				sure[i], sure[i+1+k] = true, true
			}
		}
	}
	return out, sure
}

// inTests reports clients that only test files make.
func inTests(s *ClientSwitch) bool {
	return !slices.ContainsFunc(s.Clients, func(p source.Position) bool { return !strings.HasSuffix(p.File, "_test.go") })
}

// numbers reports databases that are all constant.
func numbers(dbs []string) bool {
	return !slices.ContainsFunc(dbs, func(s string) bool { _, err := strconv.Atoi(s); return err != nil })
}

func dbsOf(s *ClientSwitch) []string {
	if len(s.DBs) == 0 {
		return []string{"0"}
	}
	return s.DBs
}

// sharedFamilies lists the families that sites of both clients use; a site whose client is not known counts for both.
func (r *Rewriter) sharedFamilies(p *keyplan.Plan, a, b *ClientSwitch) []string {
	idsA, idsB := r.clientIDs(a), r.clientIDs(b)
	uses := map[string]int{} // site -> 1 a, 2 b
	for _, s := range r.res.Sites {
		for _, c := range s.Clients {
			if idsA[c] {
				uses[s.ID] |= 1
			}
			if idsB[c] {
				uses[s.ID] |= 2
			}
		}
	}
	var out []string
	for _, f := range p.Families {
		both := 0
		for _, id := range f.Sites {
			both |= uses[id]
		}
		if both == 3 {
			out = append(out, f.Template)
		}
	}
	if len(out) > 3 {
		out = append(out[:3], "others")
	}
	return out
}

func (r *Rewriter) clientIDs(s *ClientSwitch) map[string]bool {
	ids := map[string]bool{}
	for _, c := range r.res.Clients {
		if slices.Contains(s.Clients, c.Pos) {
			ids[c.ID] = true
		}
	}
	return ids
}

// droppable reports a field that has no place in a cluster: the database, and network tcp.
func (b *switchBuilder) droppable(info *types.Info, name string, e ast.Expr) bool {
	at := b.prog.Position(e.Pos()).String()
	tv := info.Types[e]
	if name == "DB" {
		b.database(info, e, at)
		return true
	}
	if tv.Value != nil && constant.StringVal(tv.Value) == "tcp" {
		return true
	}
	b.review = append(b.review, "Network at "+at+" is not tcp: a cluster speaks TCP only")
	return false
}

// database notes which database a client uses. All keys are in database 0 on a cluster; clients of different
// databases are compared later.
func (b *switchBuilder) database(info *types.Info, e ast.Expr, at string) {
	if tv := info.Types[e]; tv.Value != nil {
		b.dbs = append(b.dbs, tv.Value.ExactString())
		if tv.Value.ExactString() != "0" {
			b.notes = append(b.notes, "its keys were in database "+tv.Value.ExactString()+" ("+at+"); a cluster has database 0 only, and the keys must be moved there")
		}
		return
	}
	b.dbs = append(b.dbs, types.ExprString(e))
	b.notes = append(b.notes, "the database at "+at+" is a setting; a cluster has database 0 only. See that it is 0 everywhere, or that the keys of no other database meet there")
	b.keepUsed(info, e)
}

// keepUsed keeps a local variable in use that only the dropped field used: Go refuses variables without a use.
func (b *switchBuilder) keepUsed(info *types.Info, e ast.Expr) {
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
	f := b.prog.File(e.Pos())
	stmt := statementAround(b.c.syntaxOf(e.Pos()), e.Pos())
	if f == nil || stmt == nil {
		return
	}
	at := b.prog.Position(stmt.Pos()).Offset
	indent := at - (bytes.LastIndexByte(f.Content[:at], '\n') + 1)
	nl := "\n"
	if bytes.Contains(f.Content, []byte("\r\n")) {
		nl = "\r\n"
	}
	b.edit(f.Rel, at, at, "_ = "+id.Name+" // a cluster has database 0 only"+nl+string(f.Content[at-indent:at]))
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
func (c *clientFlow) syntaxOf(pos token.Pos) *ast.File {
	for _, pkg := range c.prog.Packages {
		for _, f := range pkg.Syntax {
			if f.FileStart <= pos && pos < f.FileEnd {
				return f
			}
		}
	}
	return nil
}
