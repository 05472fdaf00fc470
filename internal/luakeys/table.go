package luakeys

import (
	"github.com/yuin/gopher-lua/ast"
)

// selector says which elements of a table are asked for.
type selector struct {
	name  string // a field
	index int    // an index, from 1; with no name and no index: any
}

func (s selector) any() bool { return s.name == "" && s.index == 0 }

// evalIndex is x[k].
func (in *interp) evalIndex(e *ast.AttrGetExpr, fr *frame) []val {
	if s, ok := e.Key.(*ast.StringExpr); ok {
		name, _ := in.prog.constText(s)
		return in.elements(e.Object, fr, selector{name: name})
	}
	var out []val
	for _, k := range in.eval(e.Key, fr) {
		n, ok := k.wholeNumber()
		if !ok || n < 1 {
			return in.elements(e.Object, fr, selector{})
		}
		out = in.add(out, in.elements(e.Object, fr, selector{index: n})...)
	}
	return out
}

// elements are the elements of a table, of an expression that may be one.
func (in *interp) elements(node ast.Expr, fr *frame, sel selector) []val {
	var out []val
	for _, v := range in.eval(node, fr) {
		out = in.add(out, in.element(v, sel)...)
	}
	if len(out) == 0 {
		return []val{{kind: vNil}}
	}
	return out
}

func (in *interp) homeOf(v *variable, fr *frame) *frame {
	for fr.fn != v.fn && fr.outer != nil {
		fr = fr.outer
	}
	return fr
}

// element is v[sel].
func (in *interp) element(v val, sel selector) []val {
	switch v.kind {
	case vKeys, vArgv:
		if line := in.lost[v.kind]; line != 0 {
			return data("an element of KEYS or ARGV, which are changed or passed on")
		}
		return []val{element(v.kind, sel.index)}
	case vBuiltin:
		if sel.name == "" {
			return data("a function of " + v.name)
		}
		return in.member(v.name, sel.name)
	case vTable:
		return in.content(v, sel)
	case vData:
		return []val{v}
	case vText:
		return data("a method of a string")
	}
	return []val{{kind: vNil}}
}

// content are the elements of a table that the script makes.
func (in *interp) content(t val, sel selector) []val {
	v := t.owner
	if v == nil {
		return in.fields(t.table, t.frame, sel)
	}
	if !in.isTame(v) {
		return data("the table " + v.name + ", which is not followed everywhere")
	}
	if in.reordered(v) && sel.index != 0 {
		sel = selector{}
	}
	home := in.homeOf(v, t.frame)
	key := contentKey{v, home, sel}
	if vals, ok := in.contents[key]; ok {
		return vals
	}
	if in.filling[key] {
		in.hits++
		return data("an element of " + v.name + ", which is made from others")
	}
	in.filling[key] = true
	hits := in.hits
	vals := in.contentNow(v, home, sel)
	delete(in.filling, key)
	if in.hits == hits && !in.spent {
		in.contents[key] = vals
	}
	return vals
}

func (in *interp) contentNow(v *variable, home *frame, sel selector) []val {
	out := in.stored(v, home, sel)
	for _, d := range v.defs {
		if d.kind != defList || d.idx >= len(d.list) {
			continue
		}
		if table, ok := d.list[d.idx].(*ast.TableExpr); ok {
			fr := home
			if d.fn != home.fn {
				fr = in.inside(d.fn, home)
			}
			out = in.add(out, in.fields(table, fr, sel)...)
		}
	}
	return in.add(out, val{kind: vNil})
}

// fields are the elements that a constructor gives a table.
func (in *interp) fields(table *ast.TableExpr, fr *frame, sel selector) []val {
	var out []val
	position := 0
	for i, field := range table.Fields {
		in.tick()
		if field.Key != nil {
			if in.keyMatches(field.Key, sel) {
				out = in.add(out, in.kept(in.eval(field.Value, fr))...)
			}
			continue
		}
		position++
		if i == len(table.Fields)-1 {
			m := in.evalMulti(field.Value, fr)
			switch {
			case sel.name != "":
			case sel.index == 0:
				out = in.add(out, in.kept(in.all(m))...)
			case sel.index >= position:
				out = in.add(out, in.kept(in.at(m, sel.index-position))...)
			}
			continue
		}
		if sel.any() || sel.index == position {
			out = in.add(out, in.kept(in.eval(field.Value, fr))...)
		}
	}
	return in.add(out, val{kind: vNil})
}

// keyMatches tells whether an element with this key may be one that is asked for.
func (in *interp) keyMatches(key ast.Expr, sel selector) bool {
	if key == nil || sel.any() {
		return true
	}
	if s, ok := in.prog.constText(key); ok {
		return s == sel.name
	}
	_, number := key.(*ast.NumberExpr)
	return !number || sel.name == ""
}

// stored are the elements that are put into a table through one variable.
func (in *interp) stored(v *variable, home *frame, sel selector) []val {
	var out []val
	for _, st := range v.stores {
		in.tick()
		if !in.keyMatches(st.key, sel) || st.key == nil && sel.name != "" {
			continue
		}
		if st.value == nil {
			out = in.add(out, val{kind: vData, reason: "an element of " + v.name})
			continue
		}
		fr := home
		if st.fn != home.fn {
			fr = in.inside(st.fn, home)
		}
		out = in.add(out, in.kept(in.eval(st.value, fr))...)
	}
	return out
}

// kept is what may be said of a value that lies in a table: tables in it may be changed unseen.
func (in *interp) kept(vals []val) []val {
	var out []val
	for _, v := range vals {
		switch v.kind {
		case vTable, vKeys, vArgv:
			v = val{kind: vData, reason: "a table in a table"}
		}
		out = in.add(out, v)
	}
	return out
}

// exact are the elements of a table that is an array of known length, in order.
func (in *interp) exact(vals []val) ([][]val, bool) {
	if len(vals) != 1 || vals[0].kind != vTable {
		return nil, false
	}
	t := vals[0]
	if v := t.owner; v != nil && (!in.isTame(v) || len(v.stores) > 0 || len(v.defs) > 1 || in.reordered(v)) {
		return nil, false
	}
	var out [][]val
	for i, field := range t.table.Fields {
		if field.Key != nil {
			return nil, false
		}
		vals := in.kept(in.eval(field.Value, t.frame))
		if i == len(t.table.Fields)-1 {
			m := in.evalMulti(field.Value, t.frame)
			if len(m.vals) != 1 || m.tail != nil {
				return nil, false
			}
		}
		for _, v := range vals {
			if v.kind == vNil {
				return nil, false
			}
		}
		out = append(out, vals)
	}
	return out, true
}
