package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/clusterize/clusterize/detect"
)

// loop edits the calls of one scan: a scanner is declared before the loop, and holds the node and its cursor.
//
//	for {                                            var scan rediscluster.Scanner
//	    keys, next, err := rdb.Scan(ctx, cursor,     for {
//	        "user:*", 100).Result()                      keys, next, err := scan.Scan(ctx, rdb, cursor,
//	                                                         "user:*", 100).Result()
func (h *helperCalls) loop(sites []detect.Site) {
	var calls []callSite
	why := ""
	for _, s := range sites {
		c, w := h.find(s.Pos)
		if w == "" && !h.takesAs(c.pkg, c.sel.X, "Cmdable") {
			w = "the client is not of a type that the helper takes"
		}
		if w == "" && namesClient(c.sel.X) {
			w = "the client is an embedded field named by its type"
		}
		if w != "" {
			why = w
		}
		calls = append(calls, c)
	}
	var edits []Edit
	if why == "" {
		edits, why = h.scanner(calls)
	}
	p := part{edits: edits, funcs: []string{"Scanner"}}
	for _, s := range sites {
		p.sites = append(p.sites, s.ID)
		if why != "" {
			h.failed[s.ID] = why
		}
	}
	if why == "" && !h.joinLoop(calls[0].dir, p) {
		h.add(calls[0], Fanouts, p)
	}
}

// joinLoop adds a scan to another one that is declared at the same place: a loop may hold two.
func (h *helperCalls) joinLoop(dir string, p part) bool {
	for i, other := range h.parts[dir] {
		a, b := other.edits[0], p.edits[0]
		if len(other.funcs) > 0 && other.funcs[0] == "Scanner" && a.File == b.File && a.Start == b.Start {
			other.edits[0].New += b.New
			other.edits = append(other.edits, p.edits[1:]...)
			other.sites = append(other.sites, p.sites...)
			h.parts[dir][i] = other
			return true
		}
	}
	return false
}

// scanner declares a scanner, and edits the calls so that they use it.
func (h *helperCalls) scanner(calls []callSite) ([]Edit, string) {
	c := calls[0]
	file := syntaxOf(h.r.prog, c.call.Pos())
	if why := h.strangeLoop(file, calls); why != "" {
		return nil, why
	}
	at := h.scanStart(file, calls)
	if at == nil { // of a variable of the package, or another place without statements
		return nil, "the loop of the scan was not found"
	}
	from := h.r.prog.Position(at.Pos()).Offset
	indent := c.file.Content[bytes.LastIndexByte(c.file.Content[:from], '\n')+1 : from]
	end := newline(c.file.Content) + string(indent)
	if len(bytes.TrimSpace(indent)) > 0 {
		end = "; " // several statements on a line
	}
	name := h.freeName(stackOf(file, c.call.Pos()))
	edits := []Edit{{File: c.file.Rel, Start: from, End: from, New: "var " + name + " " + h.helperFunc(c, "Scanner") + end}}
	for _, x := range calls {
		edits = append(edits, h.asFunction(x, name+"."+x.sel.Sel.Name)...)
	}
	return edits, ""
}

// strangeLoop tells why it can't be seen in which loop a cursor lives; "" when it can: it is a variable that begins with 0,
// or with the reply of the first call.
func (h *helperCalls) strangeLoop(file *ast.File, calls []callSite) string {
	for _, c := range calls {
		if tv := c.pkg.TypesInfo.Types[c.call.Args[1]]; tv.Value != nil {
			continue // 0
		}
		id, ok := ast.Unparen(c.call.Args[1]).(*ast.Ident)
		if !ok || !begins(c.pkg.TypesInfo, file, c.pkg.TypesInfo.Uses[id]) {
			return "the cursor is copied from another variable, or is no variable"
		}
		jumps := false
		for _, n := range stackOf(file, c.call.Pos()) {
			if f, ok := n.(ast.Decl); ok {
				ast.Inspect(f, func(n ast.Node) bool {
					b, ok := n.(*ast.BranchStmt)
					jumps = jumps || ok && b.Tok == token.GOTO
					return true
				})
			}
		}
		if jumps {
			return "the function has a goto, which may be the loop of the scan"
		}
	}
	return ""
}

// begins reports a variable that is declared as 0, or by the reply of a call.
func begins(info *types.Info, file *ast.File, o types.Object) bool {
	if o == nil {
		return false
	}
	ok := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if id, is := l.(*ast.Ident); !is || info.Defs[id] != o {
					continue
				}
				if len(n.Rhs) != len(n.Lhs) {
					ok = true // keys, cursor, err := client.Scan(ctx, 0, ...).Result()
				} else if v := info.Types[n.Rhs[i]].Value; v != nil {
					ok = v.ExactString() == "0"
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if info.Defs[id] == o {
					ok = len(n.Values) == 0 || i < len(n.Values) && info.Types[n.Values[i]].Value != nil && info.Types[n.Values[i]].Value.ExactString() == "0"
				}
			}
		case *ast.FuncType:
			if n.Results != nil {
				for _, f := range n.Results.List {
					for _, id := range f.Names {
						ok = ok || info.Defs[id] == o
					}
				}
			}
		}
		return true
	})
	return ok
}

// scanStart is the statement before which a scanner of the calls must be declared: outside of all loops that carry the
// cursor from one round to the next, in a block that holds all calls.
func (h *helperCalls) scanStart(file *ast.File, calls []callSite) ast.Stmt {
	first, last := calls[0], calls[0]
	from := token.NoPos
	for _, c := range calls {
		if c.call.Pos() < first.call.Pos() {
			first = c
		}
		if c.call.Pos() > last.call.Pos() {
			last = c
		}
		if at := carrier(stackOf(file, c.call.Pos()), c); at != nil && (from == token.NoPos || at.Pos() < from) {
			from = at.Pos()
		}
	}
	if from == token.NoPos || first.call.Pos() < from {
		from = first.call.Pos()
	}
	stack := stackOf(file, from)
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		}
		if last.call.Pos() >= stack[i].End() {
			continue
		}
		for _, s := range statements(stack[i]) {
			if s.Pos() <= from && from < s.End() {
				return s
			}
		}
	}
	return nil
}

// carrier is the outermost loop around a call in whose rounds the cursor lives on: it is declared outside of its body.
func carrier(stack []ast.Node, c callSite) ast.Node {
	id, ok := ast.Unparen(c.call.Args[1]).(*ast.Ident)
	if !ok {
		return nil
	}
	o := c.pkg.TypesInfo.Uses[id]
	if o == nil {
		return nil
	}
	for i, n := range stack { // from the outside
		body := (*ast.BlockStmt)(nil)
		switch n := n.(type) {
		case *ast.ForStmt:
			body = n.Body
		case *ast.RangeStmt:
			body = n.Body
		}
		if body == nil || insideFunc(stack[i:]) {
			continue
		}
		if o.Pos() < body.Pos() || o.Pos() >= body.End() {
			return n
		}
	}
	return nil
}

// insideFunc reports a function literal among nodes: what is around it is not of its function.
func insideFunc(stack []ast.Node) bool {
	for _, n := range stack {
		if _, ok := n.(*ast.FuncLit); ok {
			return true
		}
	}
	return false
}

// freeName is a name for a scanner that means nothing in the function around the call.
func (h *helperCalls) freeName(stack []ast.Node) string {
	var around ast.Decl
	for _, n := range stack {
		if d, ok := n.(ast.Decl); ok && around == nil {
			around = d
		}
	}
	taken := map[string]bool{}
	ast.Inspect(around, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	for _, n := range h.names[around] {
		taken[n] = true
	}
	for i := 0; ; i++ {
		for _, name := range []string{"scan", "scanner", "keyScan"} {
			if i > 0 {
				name = fmt.Sprint(name, i+1)
			}
			if !taken[name] {
				h.names[around] = append(h.names[around], name)
				return name
			}
		}
	}
}
