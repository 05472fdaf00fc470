package rewrite

import (
	"go/ast"
	"path"
	"slices"
	"strings"

	"github.com/dave/dst"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/templates"
)

// write makes the changes of the clients that are switched, and says which files those that are held back would change.
func (s *switcher) write() {
	var built []*switchBuilder
	helpers := map[string][]string{}
	for _, g := range s.groups(s.types()) {
		b := s.writeGroup(g)
		built = append(built, b)
		for dir, names := range b.helpers {
			helpers[dir] = uniq(append(helpers[dir], names...))
		}
	}
	for _, b := range built {
		b.finish(helpers)
	}
	for _, x := range s.c.list {
		if why := s.held[x]; why != "" && s.states[x].Verdict == ClientReview {
			s.writeHeld(x, why)
		}
	}
}

// writeHeld lists what the switch of a client would change, were it not held back.
func (s *switcher) writeHeld(x *client, why string) {
	alone := &switcher{r: s.r, c: s.c, opt: s.opt, states: map[*client]*ClientSwitch{}}
	for y, sw := range s.states {
		c := *sw
		if s.held[y] != "" {
			c.Verdict = Ported
		}
		alone.states[y] = &c
	}
	for _, g := range alone.groups(alone.types()) {
		if slices.Contains(g.clients, x) {
			b := alone.writeGroup(g)
			b.finish(b.helpers)
			if c := alone.states[x].Change; c != nil {
				s.states[x].Change = &Change{Title: c.Title, Files: c.Files, Outcome: Held, Reason: why}
			}
		}
	}
}

// group are clients that are switched together.
type group struct {
	t       *typing
	clients []*client
	classes []*clientflow.Class
	options []*clientflow.Class
}

// groups joins clients that share a type that changes, or the options that they are made from.
func (s *switcher) groups(t *typing) []*group {
	parent := map[*client]*client{}
	var find func(x *client) *client
	find = func(x *client) *client {
		if parent[x] == nil || parent[x] == x {
			return x
		}
		return find(parent[x])
	}
	join := func(xs []*client) {
		for _, x := range xs {
			if a, b := find(xs[0]), find(x); a != b {
				parent[b] = a
			}
		}
	}
	for _, c := range s.c.flow.Classes() {
		join(t.owners[c])
	}
	for _, sh := range s.c.flow.Shared() {
		var all []*client
		for _, c := range sh.Classes {
			all = append(all, t.owners[c]...)
		}
		join(all)
	}
	users := s.optionUsers(t)
	for _, c := range slices.Concat(s.c.options.Classes(), s.c.uopts.Classes()) {
		join(users[c])
	}
	joinCopies(s.c.options.Classes(), users, join)
	byRoot := map[*client]*group{}
	var out []*group
	for _, x := range s.live() {
		r := find(x)
		if byRoot[r] == nil {
			byRoot[r] = &group{t: t}
			out = append(out, byRoot[r])
		}
		byRoot[r].clients = append(byRoot[r].clients, x)
	}
	for _, c := range s.c.flow.Classes() {
		if own := t.owners[c]; len(own) > 0 && t.types[c] != unchanged {
			byRoot[find(own[0])].classes = append(byRoot[find(own[0])].classes, c)
		}
	}
	for _, c := range slices.Concat(s.c.options.Classes(), s.c.uopts.Classes()) {
		if own := users[c]; len(own) > 0 {
			byRoot[find(own[0])].options = append(byRoot[find(own[0])].options, c)
		}
	}
	return out
}

// optionUsers lists the clients that are made from the options of each class, or whose Options() are read there.
func (s *switcher) optionUsers(t *typing) map[*clientflow.Class][]*client {
	out := map[*clientflow.Class][]*client{}
	add := func(c *clientflow.Class, x *client) {
		if c != nil && x != nil && t.live[x] && !slices.Contains(out[c], x) {
			out[c] = append(out[c], x)
		}
	}
	for _, x := range s.c.list {
		add(s.c.argument(x), x)
	}
	for _, c := range s.c.options.Classes() {
		for _, o := range s.c.readers(c) {
			add(c, s.c.byOrigin(o))
		}
	}
	return out
}

// argument is the class of the options that a client is made from; nil when they are not followed.
func (c *clients) argument(x *client) *clientflow.Class {
	switch {
	case x.origin.Call == nil:
		return nil
	case x.universal:
		return c.uopts.Argument(x.origin)
	}
	return c.options.Argument(x.origin)
}

// readers are the clients whose Options() come to a class.
func (c *clients) readers(o *clientflow.Class) []clientflow.Origin {
	var out []clientflow.Origin
	for _, call := range o.Of {
		if from := c.flow.Receiver(call); from != nil {
			out = append(out, c.flow.Reach(from)...)
		}
	}
	return out
}

// writeGroup makes the edits of a group.
func (s *switcher) writeGroup(g *group) *switchBuilder {
	b := &switchBuilder{s: s, c: s.c, g: g, change: &Change{Title: "switch to redis.NewClusterClient", Stage: Switches, Imports: map[string][]string{}, Created: map[string][]byte{}}, helpers: map[string][]string{}}
	if s.c.universal {
		b.change.Title = "switch to redis.UniversalClient"
	}
	for _, c := range g.classes {
		b.typeNames(c)
	}
	done := map[*clientflow.Class]bool{}
	for _, x := range g.clients {
		b.constructor(x, done)
	}
	for _, c := range g.options {
		if done[c] || len(c.Of) == 0 {
			continue
		}
		done[c] = true
		if why := b.readObstacles(c); len(why) > 0 {
			b.problem = append(b.problem, "the options of the client are read: "+first(why, 3))
			continue
		}
		b.inPlace(c, false)
	}
	b.change.Edits = dedupe(b.change.Edits)
	return b
}

// finish gives the change of a group to its clients, together with the helper functions that any group needs.
func (b *switchBuilder) finish(helpers map[string][]string) {
	for dir := range b.helpers {
		if _, err := b.s.r.helperFiles(b.change, dir, []string{templates.Clients}, helpers[dir], b.copiedFields); err != nil {
			b.problem = append(b.problem, err.Error())
		}
	}
	b.change.fileNames()
	for name := range b.change.Created {
		b.change.Files = append(b.change.Files, name)
	}
	b.change.Files = uniq(b.change.Files)
	for _, x := range b.g.clients {
		sw := b.s.states[x]
		if len(b.problem) > 0 {
			sw.Verdict, sw.Reason = ClientReview, strings.Join(uniq(b.problem), "; ")
			continue
		}
		sw.Notes = uniq(append(sw.Notes, b.notes...))
		if len(b.change.Edits) > 0 {
			sw.Change = b.change
			b.change.Clients = append(b.change.Clients, x.pos)
		}
	}
}

// copiedFields puts the fields of the target's own go-redis into the functions that copy options.
func (b *switchBuilder) copiedFields(file *dst.File) {
	api := b.g.clients[0].api
	for _, d := range file.Decls {
		f, ok := d.(*dst.FuncDecl)
		if !ok || f.Name.Name != "ClusterOptions" && f.Name.Name != "UniversalOptions" {
			continue
		}
		dst.Inspect(f.Body, func(n dst.Node) bool {
			lit, ok := n.(*dst.CompositeLit)
			if !ok {
				return true
			}
			keep := lit.Elts[:1] // Addrs
			for _, name := range api.Fields() {
				if !api.SameField(name, f.Name.Name == "UniversalOptions") {
					continue
				}
				kv := &dst.KeyValueExpr{Key: dst.NewIdent(name), Value: &dst.SelectorExpr{X: dst.NewIdent("o"), Sel: dst.NewIdent(name)}}
				kv.Decs.Before, kv.Decs.After = dst.NewLine, dst.NewLine
				keep = append(keep, kv)
			}
			lit.Elts = keep
			return false
		})
	}
}

// switchBuilder makes the edits of one group.
type switchBuilder struct {
	s       *switcher
	c       *clients
	g       *group
	change  *Change
	notes   []string
	problem []string                 // found only while writing: the group is left for a person
	helpers map[string][]string      // functions of the helper package, by module directory
	copies  map[source.Position]bool // see copied
}

// positionIn is the position of an offset in a file.
func positionIn(f *load.File, offset int) source.Position {
	before := string(f.Content[:offset])
	return source.Position{File: f.Rel, Line: strings.Count(before, "\n") + 1, Column: offset - strings.LastIndexByte(before, '\n'), Offset: offset}
}

func (b *switchBuilder) edit(file string, start, end int, text string) {
	b.change.Edits = append(b.change.Edits, Edit{File: file, Start: start, End: end, New: text})
}

// funName is the name of the function or method that is called; nil for another expression.
func funName(call *ast.CallExpr) *ast.Ident {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

// constructor ports one constructor and what it is given.
func (b *switchBuilder) constructor(x *client, done map[*clientflow.Class]bool) {
	if x.universal {
		b.universalConstructor(x, done)
		return
	}
	call, prog := x.origin.Call, x.origin.Prog
	o := b.c.argument(x)
	inPlace := b.convertible(o)
	if inPlace && !done[o] {
		b.inPlace(o, b.c.universal)
		done[o] = true
	}
	name := funName(call)
	at := prog.Position(name.Pos())
	before, after := "", ""
	switch {
	case !b.c.universal:
		b.edit(at.File, at.Offset, at.Offset+len(name.Name), "NewClusterClient")
	case x.api.HasIsClusterMode():
		b.edit(at.File, at.Offset, at.Offset+len(name.Name), "NewUniversalClient")
		before, after = b.helper(x, "ClusterMode")+"(", ")"
	default:
		start := prog.Position(call.Fun.Pos())
		b.edit(start.File, start.Offset, at.Offset+len(name.Name), b.helper(x, "NewUniversalClient"))
	}
	if !inPlace {
		if o != nil && len(o.Of) > 0 {
			b.problem = append(b.problem, "the client is made from the Options() of another one, and "+first(b.obstacles(o), 3))
		}
		convert := "ClusterOptions"
		if b.c.universal {
			convert = "UniversalOptions"
		}
		before, after = before+b.helper(x, convert)+"(", after+")"
		b.s.states[x].Notes = append(b.s.states[x].Notes, b.whyConverted(o))
	}
	if before != "" && len(call.Args) == 1 {
		start, end := prog.Position(call.Args[0].Pos()), prog.Position(call.Args[0].End())
		b.edit(start.File, start.Offset, start.Offset, before)
		b.edit(end.File, end.Offset, end.Offset, after)
	}
}

// helper is the name of a function of the helper package, which the module of a client gets.
func (b *switchBuilder) helper(x *client, name string) string {
	mod := x.origin.Pkg.Module
	if mod == nil {
		b.problem = append(b.problem, "the module of "+x.pos.String()+" is not known")
		return name
	}
	dir := b.c.prog.Rel(mod.Dir)
	b.helpers[dir] = append(b.helpers[dir], name)
	if why := b.s.r.helperTaken(dir); why != "" {
		b.problem = append(b.problem, why)
	}
	b.needs(x.pos.File, path.Join(mod.Path, b.s.r.helperDir(dir)))
	return path.Base(b.s.r.helperDir(dir)) + "." + name
}

func (b *switchBuilder) needs(file, imported string) {
	if !slices.Contains(b.change.Imports[file], imported) {
		b.change.Imports[file] = append(b.change.Imports[file], imported)
	}
}
