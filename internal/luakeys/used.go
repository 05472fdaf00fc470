package luakeys

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// keepUsed marks text that goes anywhere else than into the name of a key: to a value, a reply, a
// comparison. An edit there would change these as well. It also notes which elements of ARGV do.
func (in *interp) keepUsed(s *Script) {
	u := usage{in: in, spoiled: map[Point]bool{}, answers: map[ast.Expr]bool{}, reads: map[*variable][]*ast.IdentExpr{}, sent: map[int][]Call{}}
	for _, c := range in.calls {
		u.sent[c.order] = append(u.sent[c.order], c.Call)
	}
	for id, v := range in.ids {
		u.reads[v] = append(u.reads[v], id)
	}
	u.argv(s)
	for _, c := range s.Calls {
		for i, w := range append(slices.Clone(c.Words), c.Rest) {
			if i == len(c.Words) {
				i = -1
			}
			if c.KeyErr != "" || !slices.ContainsFunc(c.Keys, func(k Key) bool { return k.Word == i }) {
				u.value(w, s)
			}
		}
	}
	for i := range s.Calls {
		keys := slices.Clone(s.Calls[i].Keys)
		for k := range keys {
			alts := slices.Clone(keys[k].Alts)
			for a := range alts {
				alts[a] = u.keep(alts[a])
			}
			keys[k].Alts = alts
		}
		s.Calls[i].Keys = keys
	}
}

// usage finds out where the values of expressions go.
type usage struct {
	in      *interp
	spoiled map[Point]bool // text that is sent as something else than a key
	seen    map[any]bool
	answers map[ast.Expr]bool
	reads   map[*variable][]*ast.IdentExpr
	sent    map[int][]Call // by the order of the call
	steps   int
}

// value notes the text of a word that is no key.
func (u *usage) value(w Word, s *Script) {
	for _, e := range w.Alts {
		for _, p := range e.Parts {
			switch {
			case p.Kind == Lit && p.Offset >= 0:
				u.spoiled[Point{u.in.prog.literalAt(p.Offset).start, InText}] = true
			case p.Kind == Argv && p.Index > 0:
				s.argvValues = append(s.argvValues, p.Index)
			case p.Kind == Argv:
				s.argvAll = true
			}
		}
		for _, gap := range e.Gaps {
			for _, p := range gap {
				u.spoiled[p] = true
			}
		}
	}
}

// keep is a key with the places that may be edited.
func (u *usage) keep(e Expr) Expr {
	out := Expr{Parts: slices.Clone(e.Parts), Gaps: slices.Clone(e.Gaps)}
	for i, p := range out.Parts {
		if p.Kind == Lit && p.Offset >= 0 && !u.inKeys(p.Offset) {
			out.Parts[i].Shared = true
		}
	}
	for i, gap := range out.Gaps {
		out.Gaps[i] = slices.DeleteFunc(slices.Clone(gap), func(p Point) bool {
			if p.Mode == InText {
				return !u.inKeys(p.Offset)
			}
			return u.spoiled[p] || !u.onlyKeys(u.in.joins[p])
		})
	}
	return out
}

// inKeys reports a literal whose text goes into keys only.
func (u *usage) inKeys(offset int) bool {
	start := u.in.prog.literalAt(offset).start
	node := u.in.prog.nodes[start]
	return node != nil && !u.spoiled[Point{start, InText}] && u.onlyKeys(node)
}

// argv notes the elements of ARGV that are not only used in keys.
func (u *usage) argv(s *Script) {
	in := u.in
	s.argvAll = in.lost[vArgv] != 0
	for id, v := range in.ids {
		if v != in.argvVar && (in.library || !v.global || v.name != "ARGV") {
			continue
		}
		switch parent := in.prog.parents[id].(type) {
		case *ast.UnaryLenOpExpr:
		case *ast.AttrGetExpr:
			n, ok := parent.Key.(*ast.NumberExpr)
			text, whole := "", false
			if ok {
				text, whole = numeral(n.Value)
			}
			i, known := constant(text).wholeNumber()
			switch {
			case parent.Object != id || !whole || !known:
				s.argvAll = true
			case !u.onlyKeys(parent):
				s.argvValues = append(s.argvValues, i)
			}
		default:
			s.argvAll = true
		}
	}
}

// ArgvOnlyInKeys reports an element of ARGV that the script uses for names of keys, and for nothing else.
func (s Script) ArgvOnlyInKeys(i int) bool { return !s.argvAll && !slices.Contains(s.argvValues, i) }

// onlyKeys reports an expression whose text goes into names of keys, and nowhere else: not into a value, a reply, a
// comparison, or a function that looks at it.
func (u *usage) onlyKeys(e ast.Expr) bool {
	if answer, ok := u.answers[e]; ok {
		return answer
	}
	u.seen = map[any]bool{}
	u.answers[e] = u.flows(e)
	return u.answers[e]
}

// flows is onlyKeys as a part of a larger question, in which all parts must hold: what was met before is not asked again.
func (u *usage) flows(e ast.Expr) bool {
	if u.seen[e] {
		return true
	}
	u.seen[e] = true
	u.steps++
	return u.steps < maxSteps && u.goesToKeys(e)
}

func (u *usage) goesToKeys(e ast.Expr) bool {
	in := u.in
	switch p := in.prog.parents[e].(type) {
	case *ast.StringConcatOpExpr:
		return u.flows(p)
	case *ast.LogicalOpExpr:
		return u.flows(p)
	case *ast.FuncCallExpr:
		return u.asArgument(e, p)
	case *ast.LocalAssignStmt:
		i := slices.Index(p.Exprs, e)
		return i < len(in.decls[p]) && u.variable(in.decls[p][i])
	case *ast.AssignStmt:
		i := slices.Index(p.Rhs, e)
		if i < 0 || i >= len(p.Lhs) {
			return slices.Contains(p.Lhs, e) // it is assigned to
		}
		id, ok := p.Lhs[i].(*ast.IdentExpr)
		return ok && !in.ids[id].global && u.variable(in.ids[id])
	case *ast.ReturnStmt:
		return p.Exprs[0] == e && u.returned(p)
	case *ast.RelationalOpExpr:
		return isNil(p.Lhs) || isNil(p.Rhs)
	case *ast.IfStmt, *ast.WhileStmt, *ast.RepeatStmt, *ast.UnaryNotOpExpr, *ast.FuncCallStmt:
		return true
	case *ast.TableExpr:
		return slices.ContainsFunc(p.Fields, func(f *ast.Field) bool { return f.Value == e && f.Key == nil }) && u.flows(p)
	case *ast.UnaryLenOpExpr:
		return u.isTable(e)
	case *ast.AttrGetExpr:
		return p.Object == e && u.isTable(e) && u.flows(p)
	}
	return false
}

func isNil(e ast.Expr) bool {
	_, ok := e.(*ast.NilExpr)
	return ok
}

// isTable reports a variable that holds tables made in the script, and nothing else.
func (u *usage) isTable(e ast.Expr) bool {
	id, ok := e.(*ast.IdentExpr)
	if !ok || u.in.ids[id] == nil || u.in.ids[id].global {
		return false
	}
	return !slices.ContainsFunc(u.in.ids[id].defs, func(d *def) bool {
		if d.kind != defList || d.idx >= len(d.list) {
			return d.kind != defNil
		}
		_, table := d.list[d.idx].(*ast.TableExpr)
		return !table
	})
}

// variable reports a local variable that is read for keys only.
func (u *usage) variable(v *variable) bool {
	return !slices.ContainsFunc(u.reads[v], func(id *ast.IdentExpr) bool { return !u.flows(id) })
}

// passing are library functions whose result is the text that they are given.
var passing = []string{"string.format", "tostring", "assert", "table.concat", "unpack", "table.unpack"}

// asArgument judges what a call does with one of its arguments.
func (u *usage) asArgument(e ast.Expr, call *ast.FuncCallExpr) bool {
	in := u.in
	if _, text := call.Receiver.(*ast.StringExpr); text && call.Method == "format" {
		return u.flows(call)
	}
	i := slices.Index(call.Args, e)
	if i < 0 || in.blind[call] {
		return false
	}
	for _, name := range in.builtins[call] {
		switch {
		case name == "redis.call" || name == "redis.pcall" || name == "pcall" && in.sends[call]:
			if !u.keyWord(call, i) {
				return false
			}
		case slices.Contains(passing, name):
			if !u.flows(call) {
				return false
			}
		case name == "ipairs":
			loop, ok := in.prog.parents[call].(*ast.GenericForStmt)
			if !ok || len(in.decls[loop]) < 2 || !u.variable(in.decls[loop][1]) {
				return false
			}
		case name == "table.insert" && i == 0:
		case name == "table.insert":
			if !u.isTable(call.Args[0]) || !u.flows(call.Args[0]) {
				return false
			}
		default:
			return false
		}
	}
	for _, fn := range in.entered[call] {
		if i < len(in.decls[fn]) && !u.variable(in.decls[fn][i]) || i >= len(in.decls[fn]) && !u.dots(fn) {
			return false
		}
	}
	return len(in.builtins[call])+len(in.entered[call]) > 0
}

// keyWord reports an argument of a call that sends commands, of which all words are keys. Of one that is several words,
// those that are no keys must be known: then the text in them was noted.
func (u *usage) keyWord(call *ast.FuncCallExpr, i int) bool {
	several := false
	if i == len(call.Args)-1 { // only the last one can be several words
		switch e := call.Args[i].(type) {
		case *ast.FuncCallExpr:
			several = !e.AdjustRet
		case *ast.Comma3Expr:
			several = !e.AdjustRet
		}
	}
	if slices.Contains(u.in.builtins[call], "pcall") {
		i-- // behind the function
	}
	for _, c := range u.sent[u.in.order[call]] {
		key := func(w int) bool { return slices.ContainsFunc(c.Keys, func(k Key) bool { return k.Word == w }) }
		end := i + 1
		if several {
			end = len(c.Words)
		}
		for w := i; w < min(end, len(c.Words)); w++ {
			if !key(w) && (!several || hasData(c.Words[w])) {
				return false
			}
		}
		if c.KeyErr != "" || c.Open && (several || i >= len(c.Words)) && !key(-1) && hasData(c.Rest) {
			return false
		}
	}
	return true
}

// hasData reports a word that may hold any text: also one that it is not known to hold.
func hasData(w Word) bool {
	return slices.ContainsFunc(w.Alts, func(e Expr) bool {
		return slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Kind == Data })
	})
}

// dots judges what a function does with its further arguments.
func (u *usage) dots(fn *ast.FunctionExpr) bool {
	return !slices.ContainsFunc(u.in.prog.dots, func(e *ast.Comma3Expr) bool { return u.in.prog.around(e) == fn && !u.flows(e) })
}

// returned judges where the first result of a function goes.
func (u *usage) returned(s *ast.ReturnStmt) bool {
	in := u.in
	fn := in.prog.around(s)
	if fn == nil || fn == in.prog.main || in.free[fn] {
		return false
	}
	for call, fns := range in.entered {
		if slices.Contains(fns, fn) && !u.flows(call) {
			return false
		}
	}
	return true
}
