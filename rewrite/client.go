package rewrite

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// ClientSwitch is the change that ports the clients of one component: those that share a variable, field or parameter.
type ClientSwitch struct {
	Change  *Change
	Clients []source.Position // of the constructors
	Verdict string            // ported, review or blocked
	Reason  string
	Notes   []string
	// DBs are the databases of the clients before the port, as written; none is database 0.
	DBs []string
}

// clientSwitches builds the change of each component that has a NewClient.
func clientSwitches(prog *load.Program, clients []detect.Client) []*ClientSwitch {
	c := newClientFlow(prog)
	byPlace := map[detectPos]detect.Client{}
	for _, cl := range clients {
		byPlace[detectPos{cl.Pos.File, cl.Pos.Offset}] = cl
	}
	roots := []string{}
	for n := range c.made {
		if r := c.root(n); r == n && len(c.made[n]) > 0 {
			roots = append(roots, n)
		}
	}
	slices.Sort(roots)
	var out []*ClientSwitch
	for _, r := range roots {
		b := &switchBuilder{c: c, prog: prog, change: &Change{Imports: map[string][]string{}}}
		sw := b.build(r)
		for _, m := range c.made[r] {
			if cl, ok := byPlace[m.at]; ok && !slices.Contains(sw.Clients, cl.Pos) {
				sw.Clients = append(sw.Clients, cl.Pos)
			}
		}
		slices.SortFunc(sw.Clients, source.Position.Compare)
		out = append(out, sw)
	}
	slices.SortFunc(out, func(a, b *ClientSwitch) int { return slices.CompareFunc(a.Clients, b.Clients, source.Position.Compare) })
	return out
}

// switchBuilder makes the edits of one component.
type switchBuilder struct {
	c       *clientFlow
	prog    *load.Program
	change  *Change
	blocked []string // proved impossible: code that can't be changed wants *redis.Client
	review  []string // a person must decide
	notes   []string
	dbs     []string // the databases that the options name, as written
}

func (b *switchBuilder) build(r string) *ClientSwitch {
	b.blocked = append(b.blocked, b.c.foreign[r]...)
	for _, a := range uniq(b.c.asserted) {
		b.review = append(b.review, "the type is asserted at "+a+": the switch would change what it matches")
	}
	b.typeNames(r)
	seen := map[string]bool{}
	for _, m := range b.c.made[r] {
		b.rename(funName(m.call), "NewClusterClient")
		o := b.c.root("o:" + b.c.place(m.call.Lparen))
		if seen[o] {
			continue
		}
		seen[o] = true
		b.options(o, m)
	}
	b.change.fileNames()
	b.change.Edits = dedupe(b.change.Edits)
	b.change.Title = "switch to redis.NewClusterClient"
	sw := &ClientSwitch{Change: b.change, Verdict: "ported", Notes: uniq(b.notes), DBs: uniq(b.dbs)}
	switch {
	case len(b.blocked) > 0:
		sw.Verdict, sw.Reason = "blocked", strings.Join(uniq(b.blocked), "; ")
	case len(b.review) > 0:
		sw.Verdict, sw.Reason = "review", strings.Join(uniq(b.review), "; ")
	}
	return sw
}

// typeNames renames the types of the component where they are written.
func (b *switchBuilder) typeNames(r string) {
	for _, t := range b.c.types[r] {
		f := b.fileOf(t.file)
		if f == nil || !f.Editable() {
			b.blocked = append(b.blocked, t.file+" is generated or can't be edited, and names the type")
			continue
		}
		b.edit(t.file, t.pos, t.pos+len(t.name), "Cluster"+t.name)
	}
}

func (b *switchBuilder) fileOf(rel string) *load.File {
	for _, f := range b.prog.Files {
		if f.Rel == rel {
			return f
		}
	}
	return nil
}

func (b *switchBuilder) edit(file string, start, end int, text string) {
	b.change.Edits = append(b.change.Edits, Edit{file, start, end, text})
}

func funName(call *ast.CallExpr) *ast.Ident {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

func (b *switchBuilder) rename(id *ast.Ident, name string) {
	if id == nil {
		b.review = append(b.review, "the constructor is not called by its name")
		return
	}
	p := b.prog.Position(id.Pos())
	if f := b.fileOf(p.File); f == nil || !f.Editable() {
		b.blocked = append(b.blocked, p.File+" is generated or can't be edited")
		return
	}
	b.edit(p.File, p.Offset, p.Offset+len(id.Name), name)
}
