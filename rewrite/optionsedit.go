package rewrite

import (
	"go/ast"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
)

// inPlace turns options into those of a cluster, or into universal ones, where they are made and used.
func (b *switchBuilder) inPlace(o *clientflow.Class, toUniversal bool) {
	name := "ClusterOptions"
	if toUniversal {
		name = "UniversalOptions"
	}
	for _, u := range o.Uses {
		b.edit(u.File, u.Start, u.End, name)
	}
	for _, l := range o.Literals {
		b.literal(l, toUniversal)
	}
	for _, u := range o.Fields {
		b.field(u, toUniversal)
	}
	for _, p := range o.Parses {
		b.renameIdent(p.Prog, funName(p.Call), "ParseClusterURL")
		if constantURL(p) == nil {
			b.notes = append(b.notes, "the URL at "+p.Prog.Position(p.Call.Pos()).String()+" is a setting: a database in its path is ignored by ParseClusterURL, ?db= is refused, and more seeds are written ?addr=host:port")
		}
	}
}

func (b *switchBuilder) renameIdent(prog *load.Program, id *ast.Ident, name string) {
	p := prog.Position(id.Pos())
	b.edit(p.File, p.Offset, p.Offset+len(id.Name), name)
}

// literal ports redis.Options{...}.
func (b *switchBuilder) literal(l clientflow.Literal, toUniversal bool) {
	var drop []int
	for i, el := range l.Lit.Elts {
		kv := el.(*ast.KeyValueExpr)
		id := kv.Key.(*ast.Ident)
		switch {
		case id.Name == "Addr":
			b.renameIdent(l.Prog, id, "Addrs")
			b.wrapAddr(l.Prog, l.Pkg.TypesInfo, kv.Value)
		case id.Name == "Network", id.Name == "DB" && !toUniversal:
			drop = append(drop, i)
			b.keepUsed(l.Prog, l.Pkg.TypesInfo, kv.Value)
		}
	}
	b.remove(l.Prog, l.Lit, drop)
}

// field ports opt.Addr = x, and reads of fields.
func (b *switchBuilder) field(u clientflow.FieldUse, toUniversal bool) {
	switch name := u.Sel.Sel.Name; {
	case name == "Addr":
		if u.Value == nil {
			b.readAddr(u)
			return
		}
		b.renameIdent(u.Prog, u.Sel.Sel, "Addrs")
		b.wrapAddr(u.Prog, u.Pkg.TypesInfo, u.Value)
	case name == "Network", name == "DB" && !toUniversal:
		b.dropStatement(u)
	}
}

// dropStatement removes opt.DB = x. A variable that would be left without a use is kept in use.
func (b *switchBuilder) dropStatement(u clientflow.FieldUse) {
	if u.Stmt == nil {
		return
	}
	start, end := u.Prog.Position(u.Stmt.Pos()), u.Prog.Position(u.Stmt.End())
	if id := localVariable(u.Pkg.TypesInfo, u.Value); id != nil {
		text := "_ = " + id.Name
		if f := b.c.file(start.File); f != nil && lastOfLine(f.Content, end.Offset) {
			text += " // a cluster has database 0 only"
		}
		b.edit(start.File, start.Offset, end.Offset, text)
		return
	}
	f := b.c.file(start.File)
	if f == nil {
		return
	}
	s, e := start.Offset, end.Offset
	if from, to, whole := withBlanks(f.Content, s, e); whole {
		s, e = from, to+1
	}
	b.edit(start.File, s, e, "")
}
