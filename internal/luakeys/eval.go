package luakeys

import (
	"fmt"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

const (
	maxLevel = 2000 // nesting of eval
	tooMuch  = "too much to follow"
)

// eval is what an expression may be, its first value.
func (in *interp) eval(node ast.Expr, fr *frame) []val {
	in.level++
	defer func() { in.level-- }()
	if !in.tick() {
		return data(tooMuch)
	}
	if in.level > maxLevel {
		in.problem(0, "a value depends on too many others in a row")
		return data(tooMuch)
	}
	switch e := node.(type) {
	case *ast.NilExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.RelationalOpExpr, *ast.UnaryNotOpExpr:
		return []val{{kind: vNil}}
	case *ast.NumberExpr:
		if s, ok := numeral(e.Value); ok {
			return []val{constant(s)}
		}
		return data("the number " + e.Value)
	case *ast.StringExpr:
		return []val{in.evalString(e)}
	case *ast.IdentExpr:
		return in.evalName(e, fr)
	case *ast.AttrGetExpr:
		return in.evalIndex(e, fr)
	case *ast.FuncCallExpr:
		return in.at(in.evalCall(e, fr), 0)
	case *ast.Comma3Expr:
		return in.at(in.varargs(fr), 0)
	case *ast.LogicalOpExpr:
		return in.evalLogical(e, fr)
	case *ast.StringConcatOpExpr:
		return in.evalConcat(e, fr)
	case *ast.UnaryMinusOpExpr:
		if n, ok := e.Expr.(*ast.NumberExpr); ok {
			if s, ok := numeral(n.Value); ok && s != "0" {
				return []val{constant("-" + s)}
			}
		}
		return data("a computed number")
	case *ast.ArithmeticOpExpr:
		return data("a computed number")
	case *ast.UnaryLenOpExpr:
		return data("a length")
	case *ast.TableExpr:
		return []val{{kind: vTable, table: e, owner: in.owner[e], frame: fr}}
	case *ast.FunctionExpr:
		return []val{{kind: vFunc, fn: e, frame: fr}}
	}
	return data("an expression that is not followed")
}

func (in *interp) evalString(e *ast.StringExpr) val {
	lit, ok := in.prog.literalOf(e)
	if !ok {
		return constant(e.Value)
	}
	if lit.value == "" {
		return text()
	}
	part := Part{Kind: Lit, Text: lit.value, Offset: -1, End: -1}
	if lit.plain {
		part.Offset, part.End = lit.start, lit.end
	}
	return text(part)
}

// evalLogical: what is false is never a word of a command, so "a or b" is one of both, "a and b" is b.
func (in *interp) evalLogical(e *ast.LogicalOpExpr, fr *frame) []val {
	rhs := in.eval(e.Rhs, fr)
	if e.Operator == "and" {
		return in.add([]val{{kind: vNil}}, rhs...)
	}
	var out []val
	for _, v := range in.eval(e.Lhs, fr) {
		if v.kind != vNil {
			out = in.add(out, v)
		}
	}
	return in.add(out, rhs...)
}

// evalConcat puts a chain of .. together; the tree is nested to the right.
func (in *interp) evalConcat(e *ast.StringConcatOpExpr, fr *frame) []val {
	var operands []operand
	var node ast.Expr = e
	for {
		c, ok := node.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		o := operand{vals: in.eval(c.Lhs, fr)}
		edges, ok := in.prog.operands[c]
		if ok {
			o.points = in.around(c, c.Lhs, edges.left)
		}
		operands = append(operands, o)
		if node = c.Rhs; ok {
			o.points = in.around(c, c.Rhs, edges.right)
		}
		if _, more := node.(*ast.StringConcatOpExpr); !more {
			operands = append(operands, operand{in.eval(node, fr), o.points})
		}
	}
	return in.concat(operands)
}

// around are the points before and after one side of a .. that is no literal: text can be put into a literal itself.
func (in *interp) around(c *ast.StringConcatOpExpr, side ast.Expr, edges [2]int) [2][]Point {
	if _, literal := side.(*ast.StringExpr); literal {
		return [2][]Point{}
	}
	before, after := Point{edges[0], Before}, Point{edges[1], After}
	in.joins[before], in.joins[after] = c, c
	return [2][]Point{{before}, {after}}
}

// operand is a piece of a text, with the points before and after it.
type operand struct {
	vals   []val
	points [2][]Point
}

// concat is every combination of the operands' alternatives, while they are few.
func (in *interp) concat(operands []operand) []val {
	acc := []Expr{{}}
	for _, o := range operands {
		texts := in.texts(o.vals)
		if len(texts) == 0 {
			return []val{{kind: vNil}}
		}
		if len(acc)*len(texts) > maxAlts {
			return data("more than " + strconv.Itoa(maxAlts) + " alternatives")
		}
		var next []Expr
		for _, a := range acc {
			for _, b := range texts {
				joined := a.join(b.within(o.points))
				if len(joined.Parts) > maxParts {
					return data("more than " + strconv.Itoa(maxParts) + " parts")
				}
				in.steps += len(joined.Parts)
				next = append(next, joined)
			}
		}
		acc = next
	}
	var out []val
	for _, e := range acc {
		out = in.add(out, val{kind: vText, expr: e})
	}
	return out
}

// evalName is what the defs that reach a name give it.
func (in *interp) evalName(id *ast.IdentExpr, fr *frame) []val {
	v := in.ids[id]
	if v == nil {
		return data("the name " + id.Value)
	}
	if v.global && len(v.defs) == 0 {
		return in.evalGlobal(v.name)
	}
	home := fr
	for home != nil && home.fn != v.fn {
		home = home.outer
	}
	if home == nil {
		return data("the variable " + v.name)
	}
	defs := in.defsOn(id)
	if len(defs) > maxDefs {
		in.problem(defs[0].line, v.name+" is assigned in too many places")
		return data(tooMuch)
	}
	var out []val
	for _, d := range defs {
		out = in.add(out, in.evalDef(d, home)...)
	}
	out = in.visible(v, out)
	if v.global { // before the first assignment it holds what another script left
		out = in.add(out, val{kind: vData, reason: "the global " + v.name})
	}
	return out
}

// visible replaces tables that may be changed where it is not seen.
func (in *interp) visible(v *variable, vals []val) []val {
	for _, alt := range vals {
		if !in.hidden(v, alt) {
			continue
		}
		var out []val
		for _, alt := range vals {
			if in.hidden(v, alt) {
				alt = val{kind: vData, reason: "the table " + v.name + ", which is not followed everywhere"}
			}
			out = in.add(out, alt)
		}
		return out
	}
	return vals
}

// hidden tells whether a table may be changed where it is not seen: through a variable whose uses
// are not all followed, or through one that it isn't made in.
func (in *interp) hidden(v *variable, alt val) bool {
	return alt.kind == vTable && (!in.isTame(v) || alt.owner != v && !in.onlyReads(v))
}

// evalDef is what one def gives its variable; home is the frame of the variable's function.
func (in *interp) evalDef(d *def, home *frame) []val {
	key := defKey{d, home}
	if !in.tick() {
		return data(tooMuch)
	}
	if vals, ok := in.defs[key]; ok {
		return vals
	}
	// Where all assignments of a variable count, each of them is also looked at for the name that led here, so
	// that going round once more adds nothing but longer texts.
	if in.active[key] || !tracked(d.v) && in.rounds[d.v] > maxRounds {
		in.hits++
		return data(fmt.Sprintf("%s, which changes in a loop (line %d)", d.v.name, d.line))
	}
	in.active[key] = true
	in.rounds[d.v]++
	hits := in.hits
	vals := in.evalDefNow(d, home)
	in.rounds[d.v]--
	delete(in.active, key)
	// What was found while something it depends on was not known is right here, but not complete elsewhere.
	if (in.hits == hits || len(in.active) == 0 && len(in.filling) == 0) && !in.spent {
		in.defs[key] = vals
	}
	return vals
}

func (in *interp) evalDefNow(d *def, home *frame) []val {
	fr := home
	if d.fn != home.fn {
		fr = in.inside(d.fn, home)
	}
	switch d.kind {
	case defNil:
		return []val{{kind: vNil}}
	case defParam:
		if fr.unknown != "" {
			return data(fr.unknown)
		}
		return in.at(fr.args, d.idx)
	case defCount:
		return data("the loop variable " + d.v.name)
	case defIn:
		return in.evalIn(d, fr)
	}
	if last := len(d.list) - 1; d.idx >= last {
		return in.at(in.evalMulti(d.list[last], fr), d.idx-last)
	}
	return in.eval(d.list[d.idx], fr)
}

// evalIn is what a for loop over ipairs or pairs gives its variables.
func (in *interp) evalIn(d *def, fr *frame) []val {
	loopVar := data(fmt.Sprintf("the loop variable %s (line %d)", d.v.name, d.line))
	if len(d.list) != 1 {
		return loopVar
	}
	call, ok := d.list[0].(*ast.FuncCallExpr)
	if !ok || call.Func == nil || len(call.Args) == 0 {
		return loopVar
	}
	callee := in.eval(call.Func, fr)
	if len(callee) != 1 || callee[0].kind != vBuiltin || callee[0].name != "ipairs" && callee[0].name != "pairs" {
		return loopVar
	}
	if d.idx != 1 {
		return loopVar
	}
	return in.elements(call.Args[0], fr, selector{})
}

// evalList is what a list of expressions yields: of all but the last one value each.
func (in *interp) evalList(list []ast.Expr, fr *frame) multi {
	if len(list) == 0 {
		return multi{}
	}
	var vals [][]val
	for _, e := range list[:len(list)-1] {
		vals = append(vals, in.eval(e, fr))
	}
	last := in.evalMulti(list[len(list)-1], fr)
	last.vals = append(vals, last.vals...)
	return last
}

// evalMulti is all values of an expression.
func (in *interp) evalMulti(node ast.Expr, fr *frame) multi {
	switch e := node.(type) {
	case *ast.FuncCallExpr:
		m := in.evalCall(e, fr)
		if e.AdjustRet {
			return one(in.at(m, 0))
		}
		m.vals = m.vals[:len(m.vals):len(m.vals)]
		return m
	case *ast.Comma3Expr:
		if !e.AdjustRet {
			return in.varargs(fr)
		}
	}
	return one(in.eval(node, fr))
}

// varargs is what ... stands for in a frame.
func (in *interp) varargs(fr *frame) multi {
	if fr.unknown != "" {
		return multi{tail: data(fr.unknown)}
	}
	m := fr.args
	n := len(in.decls[fr.fn])
	if n > len(m.vals) {
		return multi{tail: m.tail}
	}
	out := multi{tail: m.tail, whole: m.whole}
	for _, vals := range m.vals[n:] {
		out.vals = append(out.vals, in.kept(vals))
	}
	return out
}
