package rewrite

import (
	"bytes"
	"go/ast"
	"go/constant"
	"slices"

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
	set := c.settings(o)
	several := !slices.ContainsFunc(set, func(s setting) bool { return s.name == "Addrs" && addresses(s.value) < 2 })
	mode := !slices.ContainsFunc(set, func(s setting) bool { return s.name == "IsClusterMode" && s.isFalse() })
	for _, l := range o.Literals { // what is assigned later may be assigned in one branch only
		several = several && fieldOf(l, "Addrs") != nil
		mode = mode && fieldOf(l, "IsClusterMode") != nil
	}
	return several || mode
}

// modeIsSetting reports an IsClusterMode that is known only when the program runs: it stays, and a note says what it
// must be.
func (c *clients) modeIsSetting(o *clientflow.Class) bool {
	return slices.ContainsFunc(c.settings(o), func(s setting) bool { return s.name == "IsClusterMode" && s.constant() == nil })
}

// isFalse reports a setting that is written as false.
func (s setting) isFalse() bool {
	v := s.constant()
	return v != nil && v.Kind() == constant.Bool && !constant.BoolVal(v)
}

// addresses counts those that are written as a list; 0 is a list that is not known.
func addresses(e ast.Expr) int {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return 0
	}
	return len(lit.Elts)
}

// fieldOf is what a literal with field names sets a field to; nil when it leaves it out.
func fieldOf(l clientflow.Literal, name string) *ast.KeyValueExpr {
	for _, el := range l.Lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == name {
			return kv
		}
	}
	return nil
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
	case b.c.modeIsSetting(o):
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
		b.clusterMode(o)
	}
}

// clusterMode sets IsClusterMode in all literals, and turns what is set to false: an assignment has the last word.
func (b *switchBuilder) clusterMode(o *clientflow.Class) {
	for _, s := range b.c.settings(o) {
		if s.name == "IsClusterMode" && s.isFalse() {
			b.edit(s.at.File, s.from.prog.Position(s.value.Pos()).Offset, s.from.prog.Position(s.value.End()).Offset, "true")
		}
	}
	for _, l := range o.Literals {
		if fieldOf(l, "IsClusterMode") == nil {
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
	if kv := fieldOf(l, "Addrs"); kv != nil {
		after = kv
	}
	start, end := l.Prog.Position(after.Pos()).Offset, l.Prog.Position(after.End()).Offset
	line := f.Content[bytes.LastIndexByte(f.Content[:start], '\n')+1 : start]
	if end < len(f.Content) && f.Content[end] == ',' && len(bytes.TrimSpace(line)) == 0 {
		b.edit(lbrace.File, end+1, end+1, newline(f.Content)+string(line)+field+",")
		return
	}
	b.edit(lbrace.File, end, end, ", "+field)
}
