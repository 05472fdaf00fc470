package rewrite

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"net/url"
	"slices"
	"strconv"
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
	sw := &ClientSwitch{Change: b.change, Verdict: "ported", Notes: uniq(b.notes)}
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

// options ports the options that reach a constructor.
func (b *switchBuilder) options(o string, m constructorCall) {
	at := b.prog.Position(m.call.Pos()).String()
	if len(b.c.literals[o])+len(b.c.parses[o]) == 0 {
		b.review = append(b.review, "the options of "+at+" can't be followed to where they are made")
		return
	}
	b.blocked = append(b.blocked, b.c.foreign[o]...)
	b.typeNames(o)
	hasAddr := len(b.c.parses[o]) > 0
	for _, u := range b.c.fields[o] {
		hasAddr = b.field(u) || hasAddr
	}
	for _, l := range b.c.literals[o] {
		hasAddr = b.literal(l) || hasAddr
	}
	if !hasAddr {
		b.review = append(b.review, "the options of "+at+" name no address: the default localhost:6379 is no cluster")
	}
	for _, p := range b.c.parses[o] {
		b.parseURL(p)
	}
}

// literal ports redis.Options{...}; it reports whether an address is among the fields.
func (b *switchBuilder) literal(l litUse) bool {
	has := false
	for i, el := range l.lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			b.review = append(b.review, "the options at "+b.prog.Position(l.lit.Pos()).String()+" are written without field names")
			return true
		}
		id := kv.Key.(*ast.Ident)
		switch id.Name {
		case "Addr":
			has = true
			b.rename(id, "Addrs")
			b.wrapAddr(l.pkg.TypesInfo, kv.Value)
		case "DB", "Network":
			if b.droppable(l.pkg.TypesInfo, id.Name, kv.Value) {
				b.remove(l.lit, i)
			}
		default:
			b.sameField(l.pkg.Types, l.pkg.TypesInfo.TypeOf(l.lit), id.Name, b.prog.Position(id.Pos()))
		}
	}
	return has
}

// field ports opt.Addr = x, and reads of fields; it reports whether it sets an address.
func (b *switchBuilder) field(u fieldUse) bool {
	name := u.sel.Sel.Name
	at := b.prog.Position(u.sel.Sel.Pos())
	switch name {
	case "Addr":
		b.rename(u.sel.Sel, "Addrs")
		if u.value != nil {
			b.wrapAddr(u.pkg.TypesInfo, u.value)
			return true
		}
		start, end := b.prog.Position(u.sel.Pos()), b.prog.Position(u.sel.End())
		b.edit(at.File, start.Offset, start.Offset, "strings.Join(")
		b.edit(at.File, end.Offset, end.Offset, `, ",")`)
		b.needs(at.File, "strings")
	case "DB", "Network":
		b.review = append(b.review, "the field "+name+" is used at "+at.String()+": a cluster has one database, and speaks TCP")
	default:
		b.sameField(u.pkg.Types, u.pkg.TypesInfo.TypeOf(u.sel.X), name, at)
	}
	return false
}

// wrapAddr makes a list of seeds of an address: one constant is one seed, a setting is split at commas, so that it can
// name all seeds.
func (b *switchBuilder) wrapAddr(info *types.Info, e ast.Expr) {
	start, end := b.prog.Position(e.Pos()), b.prog.Position(e.End())
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		if !strings.Contains(constant.StringVal(tv.Value), ",") {
			b.edit(start.File, start.Offset, start.Offset, "[]string{")
			b.edit(start.File, end.Offset, end.Offset, "}")
			return
		}
	}
	b.edit(start.File, start.Offset, start.Offset, "strings.Split(")
	b.edit(start.File, end.Offset, end.Offset, `, ",")`)
	b.needs(start.File, "strings")
}

func (b *switchBuilder) needs(file, path string) {
	if !slices.Contains(b.change.Imports[file], path) {
		b.change.Imports[file] = append(b.change.Imports[file], path)
	}
}

// droppable reports a value that means nothing on a cluster: database 0, network tcp.
func (b *switchBuilder) droppable(info *types.Info, name string, e ast.Expr) bool {
	at := b.prog.Position(e.Pos()).String()
	tv := info.Types[e]
	switch {
	case tv.Value != nil && name == "DB" && tv.Value.ExactString() == "0":
		return true
	case tv.Value != nil && name == "DB":
		b.blocked = append(b.blocked, "DB is "+tv.Value.ExactString()+" at "+at+": a cluster has database 0 only, so its keys would meet those of other databases. Give them a prefix of their own first")
	case name == "DB":
		b.review = append(b.review, "DB at "+at+" is not constant, and a cluster has database 0 only. Remove the field when it is 0 everywhere, else give the keys a prefix first")
	case tv.Value != nil && constant.StringVal(tv.Value) == "tcp":
		return true
	default:
		b.review = append(b.review, "Network at "+at+" is not tcp: a cluster speaks TCP only")
	}
	return false
}

// remove deletes element i of a literal, with its comma and line.
func (b *switchBuilder) remove(lit *ast.CompositeLit, i int) {
	p := b.prog.Position(lit.Elts[i].Pos())
	end := b.prog.Position(lit.Elts[i].End()).Offset
	f := b.fileOf(p.File)
	if f == nil {
		return
	}
	src, start := f.Content, p.Offset
	if end < len(src) && src[end] == ',' {
		end++
	}
	s, e := start, end
	for s > 0 && (src[s-1] == ' ' || src[s-1] == '\t') {
		s--
	}
	for e < len(src) && (src[e] == ' ' || src[e] == '\t' || src[e] == '\r') {
		e++
	}
	switch {
	case s > 0 && src[s-1] == '\n' && e < len(src) && src[e] == '\n': // a line of its own
		start, end = s, e+1
	case i+1 == len(lit.Elts) && i > 0: // the last of a line: the comma before it goes
		start = b.prog.Position(lit.Elts[i-1].End()).Offset
		end = b.prog.Position(lit.Elts[i].End()).Offset
	default:
		end = e
	}
	b.edit(p.File, start, end, "")
}

// sameField checks that ClusterOptions of the target's go-redis has the field with the same type.
func (b *switchBuilder) sameField(_ *types.Package, t types.Type, name string, at source.Position) {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return
	}
	cluster := named.Obj().Pkg().Scope().Lookup("ClusterOptions")
	have, want := fieldType(named, name), types.Type(nil)
	if cluster != nil {
		want = fieldType(cluster.Type(), name)
	}
	if want == nil || have == nil || !types.Identical(have, want) {
		b.review = append(b.review, "ClusterOptions has no field "+name+" like the one set at "+at.String())
		return
	}
	switch name {
	case "PoolSize", "MinIdleConns", "MaxIdleConns", "MaxActiveConns":
		b.notes = append(b.notes, name+" is per node on a cluster: the number of connections multiplies by the nodes")
	case "MaxRetries":
		b.notes = append(b.notes, "MaxRetries multiplies with MaxRedirects (3) on a cluster")
	}
}

func fieldType(t types.Type, name string) types.Type {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return st.Field(i).Type()
		}
	}
	return nil
}

// parseURL ports redis.ParseURL; ParseClusterURL takes the path of a database without an error, and ignores it.
func (b *switchBuilder) parseURL(u *callUse) {
	b.rename(funName(u.call), "ParseClusterURL")
	if len(u.call.Args) != 1 {
		return
	}
	at := b.prog.Position(u.call.Pos()).String()
	tv := u.pkg.TypesInfo.Types[u.call.Args[0]]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		b.notes = append(b.notes, "the URL at "+at+": ParseClusterURL ignores a database in its path (redis://host/2), and takes more seeds as ?addr=host:port")
		return
	}
	parsed, err := url.Parse(constant.StringVal(tv.Value))
	if err != nil {
		return
	}
	if db, err := strconv.Atoi(strings.Trim(parsed.Path, "/")); err == nil && db != 0 || parsed.Query().Get("db") != "" {
		b.blocked = append(b.blocked, fmt.Sprintf("the URL at %s names a database: a cluster has database 0 only", at))
	}
}
