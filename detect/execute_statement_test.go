package detect_test

import (
	"fmt"
	"slices"
)

// statement writes one statement, or a few that belong together.
func (g *pieceGen) statement() {
	kind := g.r.IntN(46)
	nested := g.depth < 3
	switch {
	case kind < 4:
		v, x := g.name("v"), g.key()
		g.line("%s := %s", v, x)
		g.texts = append(g.texts, v)
	case kind < 7 && len(g.texts) > 0:
		g.line("%s %s %s", g.pick(g.texts), g.pick([]string{"=", "=", "+="}), g.text(1))
	case kind == 7:
		v := g.name("n")
		g.line("%s := in.N()", v)
		g.numbers = append(g.numbers, v)
	case kind < 11 && nested:
		g.branch()
	case kind < 14 && nested && g.loops < 2:
		g.loop()
	case kind < 18:
		g.list()
	case kind < 22:
		g.object()
	case kind == 22:
		g.builder()
	case kind < 25 && nested:
		g.closure()
	case kind == 25 && len(g.texts) > 0:
		p := g.name("p")
		g.line("%s := &%s", p, g.pick(g.texts))
		g.pointers = append(g.pointers, p)
	case kind == 26 && len(g.pointers) > 0:
		g.line("*%s = %s", g.pick(g.pointers), g.text(1))
	case kind == 27:
		g.mapStatement()
	case kind == 28 && len(g.globals) > 0 && g.chance(3):
		g.line("%s = %s", g.pick(g.globals), g.text(1))
	case kind == 29:
		if h, ok := g.pair(); ok {
			a, b := g.name("v"), g.name("v")
			g.line("%s, %s := %s", a, b, h)
			g.texts = append(g.texts, a, b)
		}
	case kind < 36 && !g.quiet:
		g.call()
	case kind == 36 && len(g.thunks) > 0:
		g.line("%s()", g.pick(g.thunks))
	case kind == 37 && len(g.texts) > 1:
		a, b := g.pick(g.texts), g.pick(g.texts)
		if a != b {
			g.line("%s, %s = %s, %s", a, b, b, a)
		}
	case kind >= 40 && !g.quiet:
		g.idiom()
	case kind == 38 && nested:
		v := g.name("v")
		g.line("var %s string", v)
		g.texts = append(g.texts, v)
	}
}

// pair is a call of a helper with two results.
func (g *pieceGen) pair() (string, bool) {
	for _, h := range g.helpers {
		if h.results == 2 {
			return h.name + "(" + g.args(h.params, 1) + ")", true
		}
	}
	return "", false
}

func (g *pieceGen) branch() {
	switch g.r.IntN(3) {
	case 0:
		g.line("switch in.N() %% 3 {")
		for i := range 2 {
			g.line("case %d:", i)
			g.assignOr()
		}
		g.line("}")
	case 1:
		g.line("if %s {", g.cond())
		g.assignOr()
		g.line("} else {")
		g.assignOr()
		g.line("}")
	default:
		g.line("if %s {", g.cond())
		g.assignOr()
		g.line("}")
	}
}

// assignOr is the body of a branch: most times it chooses a text.
func (g *pieceGen) assignOr() {
	if len(g.texts) > 0 && !g.chance(3) {
		for range 1 + g.r.IntN(2) {
			g.line("\t%s = %s", g.pick(g.texts), g.pick([]string{g.lit(), g.key(), g.text(1)}))
		}
		return
	}
	g.block(1 + g.r.IntN(2))
}

func (g *pieceGen) loop() {
	old := g.scope
	g.scope.texts, g.scope.consts = slices.Clone(g.texts), slices.Clone(g.consts)
	switch g.r.IntN(5) {
	case 0:
		i := g.name("i")
		g.line("for %s := range 2 {", i)
		g.line("\t_ = %s", i)
		g.numbers = append(slices.Clone(g.numbers), i)
	case 1:
		if len(g.lists) == 0 {
			g.line("for range 2 {")
			break
		}
		x := g.name("x")
		g.line("for _, %s := range %s {", x, g.slice())
		g.consts = append(g.consts, x)
		g.line("\t_ = %s", x)
	case 2:
		x := g.name("x")
		g.line("for _, %s := range in.L() {", x)
		g.consts = append(g.consts, x)
		g.line("\t_ = %s", x)
	case 3:
		x := g.name("x")
		g.line("for _, %s := range []string{%s, %s} {", x, g.text(1), g.lit())
		g.consts = append(g.consts, x)
		g.line("\t_ = %s", x)
	default:
		i := g.name("i")
		g.line("for %s := 0; %s < 3; %s++ {", i, i, i)
		g.numbers = append(slices.Clone(g.numbers), i)
	}
	g.loops++
	if len(g.texts) > 0 && g.chance(3) {
		v := g.pick(g.texts)
		g.block(1 + g.r.IntN(2))
		g.line("\t%s = %s", v, g.text(1)) // the next round sees it
	} else {
		g.block(1 + g.r.IntN(3))
	}
	if g.chance(5) {
		g.line("\tif %s {", g.cond())
		g.line("\t\t%s", g.pick([]string{"break", "continue"}))
		g.line("\t}")
	}
	g.loops--
	g.line("}")
	g.scope = old
}

// list makes a list, or changes one.
func (g *pieceGen) list() {
	l, ok := g.filledList()
	switch g.r.IntN(10) {
	case 0, 1, 2:
		v := g.name("l")
		g.line("%s := []string{%s, %s}", v, g.key(), g.key())
		g.lists = append(g.lists, listVar{v, 2, false})
	case 3:
		v := g.name("l")
		g.line("var %s [2]string", v)
		g.line("%s[%d] = %s", v, g.r.IntN(2), g.key())
		g.lists = append(g.lists, listVar{v, 2, true})
	case 4:
		v := g.name("l")
		g.line("%s := make([]string, 2, 4)", v)
		g.line("%s[0], %s[1] = %s, %s", v, v, g.key(), g.key())
		g.lists = append(g.lists, listVar{v, 2, false})
	case 5, 6:
		if ok && !l.arr {
			g.line("%s = append(%s, %s)", l.name, l.name, g.key())
		}
	case 7:
		if ok {
			g.line("%s[%s] = %s", l.name, g.index(l), g.key())
		}
	case 8:
		if ok {
			v := g.name("l")
			switch g.r.IntN(4) {
			case 0:
				g.line("%s := %s[1:]", v, l.name)
				g.lists = append(g.lists, listVar{v, l.min - 1, false})
			case 1:
				g.line("%s := append(%s[:1], %s)", v, l.name, g.key())
				g.lists = append(g.lists, listVar{v, 2, false})
			case 2:
				g.line("%s := %s[:1]", v, l.name)
				g.lists = append(g.lists, listVar{v, 1, false})
			default:
				g.line("%s := %s", v, l.name)
				g.lists = append(g.lists, listVar{v, l.min, l.arr})
			}
		}
	default:
		if len(g.lists) > 1 {
			g.line("copy(%s, %s)", g.slice(), g.slice())
		}
	}
}

func (g *pieceGen) mapStatement() {
	if len(g.maps) > 0 && g.chance(2) {
		g.line("%s[%s] = %s", g.pick(g.maps), g.pick([]string{`"a"`, `"c"`, g.atom()}), g.key())
		return
	}
	m := g.name("m")
	g.line("%s := map[string]string{\"a\": %s, \"b\": %s}", m, g.key(), g.key())
	g.maps = append(g.maps, m)
}

func (g *pieceGen) builder() {
	b, v := g.name("b"), g.name("v")
	typ := g.pick([]string{"strings.Builder", "bytes.Buffer"})
	g.line("var %s %s", b, typ)
	for range 1 + g.r.IntN(3) {
		switch g.r.IntN(4) {
		case 0:
			g.line("if %s {", g.cond())
			g.line("\t%s.WriteString(%s)", b, g.text(1))
			g.line("}")
		case 1:
			g.line("%s.WriteByte(':')", b)
		case 2:
			g.line("fmt.Fprintf(&%s, \"%%s:%%d\", %s, %s)", b, g.text(1), g.number())
		default:
			g.line("%s.WriteString(%s)", b, g.key())
		}
	}
	g.line("%s := %s.String()", v, b)
	g.texts = append(g.texts, v)
	if g.chance(3) {
		w := g.name("v")
		g.line("%s.WriteString(%s)", b, g.key())
		g.line("%s := %s.String()", w, b)
		g.texts = append(g.texts, w)
	}
}

// closure makes a function value: one that gives a text, or one that does something with the variables around it.
func (g *pieceGen) closure() {
	old := g.scope
	if g.chance(2) {
		f := g.name("f")
		g.line("%s := func(x string) string {", f)
		g.consts = append(slices.Clone(g.consts), "x")
		if g.chance(3) && len(g.texts) > 0 {
			g.line("\t%s = %s", g.pick(g.texts), g.text(1))
		}
		g.line("\treturn %s", g.text(1))
		g.line("}")
		g.scope = old
		g.closures = append(g.closures, f)
		return
	}
	f := g.name("do")
	g.line("%s := func() {", f)
	pipe := g.pipe
	g.block(1 + g.r.IntN(2))
	g.pipe = pipe
	g.line("}")
	g.scope = old
	g.thunks = append(g.thunks, f)
	if g.chance(2) && len(g.texts) > 0 {
		g.line("%s = %s", g.pick(g.texts), g.key())
	}
	if !g.chance(4) {
		g.line("%s()", f)
	}
}

// object makes an object, or changes one.
func (g *pieceGen) object() {
	if len(g.types) == 0 {
		return
	}
	if len(g.objects) > 0 && g.chance(2) {
		g.changeObject(g.objects[g.r.IntN(len(g.objects))])
		return
	}
	t := g.types[g.r.IntN(len(g.types))]
	v := g.name("o")
	switch {
	case g.chance(3) && t.fields[0] == "a": // an embedded pointer would be nil
		ptr := g.chance(2)
		g.line("%s := %s%s{%s: %s}", v, map[bool]string{true: "&", false: ""}[ptr], t.name, g.pick(t.fields), g.text(1))
		g.objects = append(g.objects, object{v, t, ptr})
	case g.chance(4):
		g.line("%s := *%s(%s)", v, g.pick(t.ctors), g.args(2, 1))
		g.objects = append(g.objects, object{v, t, false})
	default:
		g.line("%s := %s(%s)", v, g.pick(t.ctors), g.args(2, 1))
		g.objects = append(g.objects, object{v, t, true})
	}
}

func (g *pieceGen) changeObject(o object) {
	f := g.pick(append(o.typ.fields, o.typ.inherited...))
	switch g.r.IntN(7) {
	case 0:
		g.line("%s.%s = %s", o.name, f, g.text(1))
	case 1:
		if len(o.typ.mut) > 0 {
			g.line("%s.%s(%s)", o.name, g.pick(o.typ.mut), g.text(1))
		}
	case 2:
		v := g.name("o")
		g.line("%s := %s", v, o.name)
		g.objects = append(g.objects, object{v, o.typ, o.ptr})
	case 3:
		v := g.name("o")
		if o.ptr {
			g.line("%s := *%s", v, o.name)
		} else {
			g.line("%s := &%s", v, o.name)
		}
		g.objects = append(g.objects, object{v, o.typ, !o.ptr})
	case 4:
		p := g.name("p")
		g.line("%s := &%s.%s", p, o.name, f)
		g.pointers = append(g.pointers, p)
	case 5:
		v := g.name("v")
		g.line("%s.f = func(x string) string { return %s + x }", o.name, g.key())
		g.line("%s := %s.f(%s)", v, o.name, g.text(1))
		g.texts = append(g.texts, v)
	default:
		if o.ptr {
			g.line("*%s = *%s(%s)", o.name, g.pick(o.typ.ctors), g.args(2, 1))
		} else {
			g.line("%s = *%s(%s)", o.name, g.pick(o.typ.ctors), g.args(2, 1))
		}
	}
}

// ofObject is a text that an object gives.
func (g *pieceGen) ofObject(depth int) string {
	o := g.objects[g.r.IntN(len(g.objects))]
	if len(o.typ.keys) > 0 && g.chance(2) {
		return fmt.Sprintf("%s.%s(%s)", o.name, g.pick(o.typ.keys), g.text(depth+1))
	}
	return o.name + "." + g.pick(append(o.typ.fields, o.typ.inherited...))
}
