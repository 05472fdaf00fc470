package rewrite

import (
	"bytes"
	"go/ast"
	"go/constant"

	"github.com/clusterize/clusterize/internal/clientflow"
)

// lookUniversal finds what redis.NewUniversalClient gives: a cluster client for two or more addresses, or with
// IsClusterMode (go-redis v9.8.0).
func (c *clients) lookUniversal(x *client) {
	o := c.argument(x)
	if o == nil || len(o.Literals) == 0 {
		x.review = append(x.review, "the options can't be followed to where they are made. "+universalTrap)
		return
	}
	for _, l := range o.Literals {
		if len(l.Lit.Elts) > 0 && !keyed(l.Lit) {
			x.review = append(x.review, "the options at "+l.Prog.Position(l.Lit.Pos()).String()+" are written without field names. "+universalTrap)
		}
	}
	for _, s := range c.settings(o) {
		switch s.name {
		case "MasterName":
			if v := s.constant(); v == nil || constant.StringVal(v) != "" {
				x.review = append(x.review, "MasterName at "+s.at.String()+" asks for Sentinel, which has no counterpart in a cluster: a person decides which nodes are the seeds")
			}
		case "DB":
			c.lookDB(x, s)
		case "IsClusterMode":
			if s.constant() == nil {
				x.notes = append(x.notes, "IsClusterMode at "+s.at.String()+" is a setting: it must be true where the server is a cluster with one address")
			}
		default:
			if t := traps[s.name]; t != "" {
				x.notes = append(x.notes, t)
			}
		}
	}
}

const universalTrap = "NewUniversalClient gives a cluster client only for two or more addresses, or with IsClusterMode (go-redis v9.8.0): one configuration endpoint gives a plain client and MOVED errors"

// isClusterAlready reports options that give a cluster client as they are.
func (c *clients) isClusterAlready(o *clientflow.Class) bool {
	for _, s := range c.settings(o) {
		if s.name == "IsClusterMode" {
			v := s.constant()
			return v == nil || constant.BoolVal(v)
		}
		if lit, ok := ast.Unparen(s.value).(*ast.CompositeLit); ok && s.name == "Addrs" && len(lit.Elts) > 1 {
			return true
		}
	}
	return false
}

// universalConstructor makes redis.NewUniversalClient give a cluster client for one address, too.
func (b *switchBuilder) universalConstructor(x *client, done map[*clientflow.Class]bool) {
	o, call, prog := b.c.argument(x), x.origin.Call, x.origin.Prog
	wrap := func(before, after string) {
		start, end := prog.Position(call.Args[0].Pos()), prog.Position(call.Args[0].End())
		b.edit(start.File, start.Offset, start.Offset, before)
		b.edit(end.File, end.Offset, end.Offset, after)
	}
	switch {
	case b.c.isClusterAlready(o):
		b.notes = append(b.notes, "gives a cluster client already")
	case b.c.universal && x.api.HasIsClusterMode():
		wrap(b.helper(x, "ClusterMode")+"(", ")")
	case b.c.universal:
		at := prog.Position(funName(call).Pos())
		b.edit(at.File, prog.Position(call.Fun.Pos()).Offset, at.Offset+len("NewUniversalClient"), b.helper(x, "NewUniversalClient"))
	case !x.api.HasIsClusterMode():
		b.renameIdent(prog, funName(call), "NewClusterClient")
		wrap("(", ").Cluster()")
	case !done[o]:
		done[o] = true
		for _, l := range o.Literals {
			b.addClusterMode(l)
		}
	}
}

// addClusterMode adds IsClusterMode: true to a literal, behind its addresses.
func (b *switchBuilder) addClusterMode(l clientflow.Literal) {
	const field = "IsClusterMode: true"
	lbrace := l.Prog.Position(l.Lit.Lbrace)
	f := b.c.file(lbrace.File)
	if len(l.Lit.Elts) == 0 || f == nil {
		b.edit(lbrace.File, lbrace.Offset+1, lbrace.Offset+1, field)
		return
	}
	after := l.Lit.Elts[len(l.Lit.Elts)-1]
	for _, el := range l.Lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if ok && kv.Key.(*ast.Ident).Name == "Addrs" {
			after = el
		}
		if ok && kv.Key.(*ast.Ident).Name == "IsClusterMode" { // false
			b.edit(lbrace.File, l.Prog.Position(kv.Value.Pos()).Offset, l.Prog.Position(kv.Value.End()).Offset, "true")
			return
		}
	}
	start, end := l.Prog.Position(after.Pos()).Offset, l.Prog.Position(after.End()).Offset
	line := f.Content[bytes.LastIndexByte(f.Content[:start], '\n')+1 : start]
	if end < len(f.Content) && f.Content[end] == ',' && len(bytes.TrimSpace(line)) == 0 {
		b.edit(lbrace.File, end+1, end+1, newline(f.Content)+string(line)+field+",")
		return
	}
	b.edit(lbrace.File, end, end, ", "+field)
}
