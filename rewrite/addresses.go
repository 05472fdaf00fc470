package rewrite

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// wrapAddr makes a list of seeds of an address: one constant is one seed, and so is a host that is put together with a
// port. A setting is split at commas, so that it can name all seeds.
func (b *switchBuilder) wrapAddr(prog *load.Program, info *types.Info, e ast.Expr) {
	if at, ok := selected(prog, e); ok && b.copied()[at] {
		return
	}
	start, end := prog.Position(e.Pos()), prog.Position(e.End())
	if oneAddress(info, e) {
		b.edit(start.File, start.Offset, start.Offset, "[]string{")
		b.edit(start.File, end.Offset, end.Offset, "}")
		return
	}
	b.edit(start.File, start.Offset, start.Offset, "strings.Split(")
	b.edit(start.File, end.Offset, end.Offset, `, ",")`)
	b.needs(start.File, "strings")
}

// hostPort is a format that puts an address together.
var hostPort = regexp.MustCompile(`^[^,]*:(%[dsv]|[0-9]+)$`)

// oneAddress reports an address that is no list of several.
func oneAddress(info *types.Info, e ast.Expr) bool {
	if v := info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return !strings.Contains(constant.StringVal(v), ",")
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || funName(call) == nil {
		return false
	}
	f, ok := info.Uses[funName(call)].(*types.Func)
	if !ok {
		return false
	}
	switch f.FullName() {
	case "net.JoinHostPort":
		return true
	case "fmt.Sprintf":
		v := info.Types[call.Args[0]].Value
		return v != nil && v.Kind() == constant.String && hostPort.MatchString(constant.StringVal(v))
	}
	return false
}

// readAddr ports a read of opt.Addr: the addresses of a cluster are a list.
func (b *switchBuilder) readAddr(u clientflow.FieldUse) {
	name, start := u.Prog.Position(u.Sel.Sel.Pos()), u.Prog.Position(u.Sel.Pos()).Offset
	f := b.c.file(name.File)
	if b.copied()[name] || f == nil {
		b.renameIdent(u.Prog, u.Sel.Sel, "Addrs")
		return
	}
	// Ranges, not insertions: what is around may begin and end at the same bytes, and be wrapped as well.
	b.edit(name.File, start, start+1, "strings.Join("+string(f.Content[start]))
	b.edit(name.File, name.Offset, name.Offset+len("Addr"), `Addrs, ",")`)
	b.needs(name.File, "strings")
}

// copied are the places of opt.Addr that is copied to other options, where both become lists.
func (b *switchBuilder) copied() map[source.Position]bool {
	if b.copies != nil {
		return b.copies
	}
	b.copies = map[source.Position]bool{}
	var lists []*clientflow.Class
	for _, x := range b.g.clients {
		if o := b.c.argument(x); !x.universal && b.convertible(o) {
			lists = append(lists, o)
		}
	}
	for _, c := range b.g.options {
		if len(c.Of) > 0 && len(b.readObstacles(c)) == 0 {
			lists = append(lists, c)
		}
	}
	reads := map[source.Position]bool{}
	for _, c := range lists {
		for _, at := range addrReads(c) {
			reads[at] = true
		}
	}
	for _, c := range lists {
		for _, at := range addrValues(c) {
			b.copies[at] = reads[at]
		}
	}
	return b.copies
}

// joinCopies joins the clients of options whose address is copied to other options.
func joinCopies(classes []*clientflow.Class, users map[*clientflow.Class][]*client, join func([]*client)) {
	from := map[source.Position]*clientflow.Class{}
	for _, c := range classes {
		for _, at := range addrReads(c) {
			from[at] = c
		}
	}
	for _, c := range classes {
		for _, at := range addrValues(c) {
			join(slices.Concat(users[c], users[from[at]]))
		}
	}
}

// addrReads are the places where the address of options is read.
func addrReads(c *clientflow.Class) []source.Position {
	var out []source.Position
	for _, u := range c.Fields {
		if u.Sel.Sel.Name == "Addr" && u.Value == nil && !u.Taken {
			out = append(out, u.Prog.Position(u.Sel.Sel.Pos()))
		}
	}
	return out
}

// addrValues are the places of the fields that the address of options is set to.
func addrValues(c *clientflow.Class) []source.Position {
	var out []source.Position
	add := func(prog *load.Program, value ast.Expr) {
		if at, ok := selected(prog, value); ok {
			out = append(out, at)
		}
	}
	for _, l := range c.Literals {
		if kv := fieldOf(l, "Addr"); kv != nil {
			add(l.Prog, kv.Value)
		}
	}
	for _, u := range c.Fields {
		if u.Sel.Sel.Name == "Addr" && u.Value != nil {
			add(u.Prog, u.Value)
		}
	}
	return out
}

// selected is where the name of a selected field stands.
func selected(prog *load.Program, e ast.Expr) (source.Position, bool) {
	s, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return source.Position{}, false
	}
	return prog.Position(s.Sel.Pos()), true
}
