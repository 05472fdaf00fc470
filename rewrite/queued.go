package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/keyplan"
)

// pipeline edits the commands of a pipeline that the plan wants to be queued slot by slot, or asked of every primary.
func (h *helperCalls) pipeline(s detect.Site, queued []keyplan.Queued) {
	for _, q := range queued {
		if h.done[q.Pos] {
			continue // of another pipeline, too
		}
		h.done[q.Pos] = true
		c, why := h.find(q.Pos)
		if why == "" && q.Around {
			why = h.askAround(s, c)
		} else if why == "" {
			why = h.queue(s, c)
		}
		if why != "" {
			h.failed[s.ID] = why
		}
	}
}

// queue edits one command: p.Del(ctx, keys...) becomes rediscluster.QueueDel(ctx, p, keys...).
func (h *helperCalls) queue(s detect.Site, c callSite) string {
	if !h.takesAs(c.pkg, c.sel.X, "Pipeliner") {
		return "the pipeline is not of a type that the helper takes"
	}
	name := "Queue" + c.sel.Sel.Name
	h.add(c, Splits, part{sites: []string{s.ID}, edits: h.asFunction(c, h.helperFunc(c, name)), funcs: []string{name}})
	return ""
}

// askAround takes one command out of a pipeline, and gives its error to the function around it:
//
//	n = p.DBSize(ctx)    n = rdb.DBSize(ctx)
//	                     if err := n.Err(); err != nil {
//	                         return err
//	                     }
func (h *helperCalls) askAround(s detect.Site, c callSite) string {
	_, opener := h.r.findCall(s.Pos)
	if opener == nil {
		return "the call was not found again"
	}
	client := ast.Unparen(opener.Fun).(*ast.SelectorExpr).X
	p := h.place(c, opener)
	switch {
	case !h.takesAs(c.pkg, client, "Cmdable"):
		return "the client is not of a type that the helper takes"
	case namesClient(client):
		return "the client is an embedded field named by its type"
	case p.stmt == nil:
		return "the command is not a statement of its own"
	case p.twice:
		return "where the command is put is found by a call"
	case p.loop:
		return "the command is queued in a loop"
	case p.zeros == nil:
		return "the function around the command returns no error"
	case h.busy(c, p.stmt):
		return "something happens between the command and the end of the pipeline that may change its answer"
	case !h.visible(c, client):
		return "the client can't be seen where the command is queued"
	case h.reassigned(c, client, opener):
		return "the variable of the client is set again after the pipeline was made"
	}
	call, part := h.around(c, h.text(c, client))
	part.sites = []string{s.ID}
	from, to := h.r.prog.Position(p.stmt.Pos()).Offset, h.r.prog.Position(p.stmt.End()).Offset
	indent := c.file.Content[bytes.LastIndexByte(c.file.Content[:from], '\n')+1 : from]
	if len(bytes.TrimSpace(indent)) > 0 {
		return "the command is not on a line of its own"
	}
	nl := newline(c.file.Content) + string(indent)
	tail := "; err != nil {" + nl + "\treturn " + *p.zeros + "err" + nl + "}"
	if p.result == "" {
		part.edits = []Edit{{File: c.file.Rel, Start: from, End: to, New: "if err := " + call + ".Err()" + tail}}
	} else {
		start, end := h.r.prog.Position(c.call.Pos()).Offset, h.r.prog.Position(c.call.End()).Offset
		part.edits = []Edit{{File: c.file.Rel, Start: start, End: end, New: call}, {File: c.file.Rel, Start: to, End: to, New: nl + "if err := " + p.result + ".Err()" + tail}}
	}
	h.add(c, Fanouts, part)
	return ""
}

// around is the text of a call that asks every primary, with the functions of the helper package that it needs.
func (h *helperCalls) around(c callSite, client string) (string, part) {
	from, to := h.r.prog.Position(c.call.Args[0].Pos()).Offset, h.r.prog.Position(c.call.Args[len(c.call.Args)-1].End()).Offset
	args := string(c.file.Content[from:to])
	if c.call.Ellipsis.IsValid() {
		args += "..."
	}
	switch name := c.sel.Sel.Name; name {
	case "Load": // of a script: the client is an argument
		return h.text(c, c.call.Fun) + "(" + h.text(c, c.call.Args[0]) + ", " + client + ")", part{}
	case "DBSize", "ScriptLoad", "ScriptExists", "ScriptFlush": // the cluster client asks around itself
		return client + "." + name + "(" + args + ")", part{}
	default:
		first := h.r.prog.Position(c.call.Args[0].End()).Offset - from
		return h.helperFunc(c, name) + "(" + args[:first] + ", " + client + args[first:] + ")", part{funcs: []string{name}}
	}
}

// queuedPlace is where a command is queued.
type queuedPlace struct {
	stmt   ast.Stmt
	result string  // the variable that gets the command, "" for none
	twice  bool    // finding that variable does something, and would do it twice
	loop   bool    // in a loop between it and the function around it
	zeros  *string // what the function around it returns before the error: "nil, "; nil when it returns no error
}

func (h *helperCalls) place(c callSite, opener *ast.CallExpr) queuedPlace {
	var p queuedPlace
	stack := stackOf(syntaxOf(h.r.prog, c.call.Pos()), c.call.Pos())
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.ExprStmt:
			if p.stmt == nil && n.X == c.call {
				p.stmt = n
			}
		case *ast.AssignStmt:
			if p.stmt == nil && len(n.Lhs) == 1 && len(n.Rhs) == 1 && n.Rhs[0] == c.call && i > 0 && inList(stack[i-1], n) {
				p.stmt, p.twice = n, acts(n.Lhs[0])
				if p.result = h.text(c, n.Lhs[0]); p.result == "_" {
					p.stmt = nil
				}
				if _, star := n.Lhs[0].(*ast.StarExpr); star {
					p.result = "(" + p.result + ")"
				}
			}
		case *ast.ForStmt, *ast.RangeStmt:
			p.loop = true
		case *ast.FuncLit:
			if slices.Contains(opener.Args, ast.Expr(n)) || n.Pos() <= opener.Pos() && opener.End() <= n.End() {
				p.zeros = zeros(c.pkg.TypesInfo.TypeOf(n), c.pkg.Types)
			}
			return p
		case *ast.FuncDecl:
			if o := c.pkg.TypesInfo.Defs[n.Name]; o != nil && n.Pos() <= opener.Pos() && opener.End() <= n.End() {
				p.zeros = zeros(o.Type(), c.pkg.Types)
			}
			return p
		}
	}
	return p
}

// inList reports a statement of a block or clause: not the beginning of an if.
func inList(parent ast.Node, s ast.Stmt) bool { return slices.Contains(statements(parent), s) }

// statements are those of a block or clause.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// zeros is what a function returns before its error: "nil, "; nil when its last result is no error, or a value has no
// short zero.
func zeros(t types.Type, in *types.Package) *string {
	sig, ok := t.(*types.Signature)
	if !ok || sig.Results().Len() == 0 {
		return nil
	}
	res := sig.Results()
	if last := res.At(res.Len() - 1).Type(); !types.Identical(last, types.Universe.Lookup("error").Type()) {
		return nil
	}
	out := ""
	for i := range res.Len() - 1 {
		if _, generic := types.Unalias(res.At(i).Type()).(*types.TypeParam); generic {
			return nil
		}
		switch u := res.At(i).Type().Underlying().(type) {
		case *types.Basic:
			switch info := u.Info(); {
			case info&types.IsString != 0:
				out += `"", `
			case info&types.IsBoolean != 0:
				out += "false, "
			case info&types.IsNumeric != 0:
				out += "0, "
			default:
				return nil
			}
		case *types.Struct, *types.Array:
			n, ok := types.Unalias(res.At(i).Type()).(*types.Named)
			if !ok || n.Obj().Pkg() != in || n.TypeArgs().Len() > 0 {
				return nil
			}
			out += n.Obj().Name() + "{}, "
		default:
			out += "nil, "
		}
	}
	return &out
}

// stackOf lists the nodes around a position, from the file inwards.
func stackOf(file *ast.File, pos token.Pos) []ast.Node {
	var out []ast.Node
	if file == nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		out = append(out, n)
		return true
	})
	return out
}
