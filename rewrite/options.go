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

	"github.com/clusterize/clusterize/internal/source"
)

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
			b.sameField(l.pkg.TypesInfo.TypeOf(l.lit), id.Name, b.prog.Position(id.Pos()))
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
		b.review = append(b.review, "the field "+name+" is set or read at "+at.String()+", and a cluster has one database and speaks TCP. Remove that line when it is 0, or tcp")
	default:
		b.sameField(u.pkg.TypesInfo.TypeOf(u.sel.X), name, at)
	}
	return false
}

// wrapAddr makes a list of seeds of an address: one constant is one seed, a setting is split at commas, so that it can
// name all seeds.
func (b *switchBuilder) wrapAddr(info *types.Info, e ast.Expr) {
	start, end := b.prog.Position(e.Pos()), b.prog.Position(e.End())
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		if strings.HasPrefix(constant.StringVal(tv.Value), "/") {
			b.blocked = append(b.blocked, "the address at "+start.String()+" is a unix socket: a cluster speaks TCP")
		}
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
func (b *switchBuilder) sameField(t types.Type, name string, at source.Position) {
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
	if parsed.Scheme == "unix" {
		b.blocked = append(b.blocked, "the URL at "+at+" is a unix socket: a cluster speaks TCP")
		return
	}
	if db, err := strconv.Atoi(strings.Trim(parsed.Path, "/")); err == nil && db != 0 || parsed.Query().Get("db") != "" {
		b.dbs = append(b.dbs, strconv.Itoa(db))
		if parsed.Query().Has("db") {
			b.review = append(b.review, fmt.Sprintf("the URL at %s names a database with ?db=, which ParseClusterURL refuses (redis: unexpected option: db). Take it out", at))
		}
		b.notes = append(b.notes, fmt.Sprintf("the URL at %s names database %d, which ParseClusterURL ignores: a cluster has database 0 only, and the keys must be moved there", at, db))
	}
}
