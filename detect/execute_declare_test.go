package detect_test

import (
	"fmt"
	"slices"
	"strings"
)

// declarations writes what stands beside the function of a piece: package variables, types with constructors and
// methods, helpers, and wrappers of the client.
func (g *pieceGen) declarations() {
	g.depth = 0
	for range g.r.IntN(3) {
		v := g.global("global")
		fmt.Fprintf(&g.top, "var %s = %s\n\n", v, g.pick([]string{`"g:"`, `"ns" + ":"`, "in.S()", `"g:" + in.S()`}))
		g.globals = append(g.globals, v)
	}
	for range 1 + g.r.IntN(3) {
		g.helper()
	}
	for range 1 + g.r.IntN(2) {
		g.structType()
	}
	if len(g.types) > 1 && g.chance(2) {
		g.iface()
	}
	for range 1 + g.r.IntN(3) {
		g.wrapper()
	}
}

// function writes a declared function: body gets the texts that its parameters bring.
func (g *pieceGen) function(head string, params []string, body func()) {
	oldB, oldScope, oldDepth, oldQuiet := g.b, g.scope, g.depth, g.quiet
	g.b, g.scope, g.depth, g.quiet = &strings.Builder{}, scope{texts: slices.Clone(params)}, 0, true
	body()
	text := g.b.String()
	g.b, g.scope, g.depth, g.quiet = oldB, oldScope, oldDepth, oldQuiet
	fmt.Fprintf(&g.top, "%s {\n%s}\n\n", head, text)
}

// returns writes the end of a function with n texts.
func (g *pieceGen) returns(n int) {
	var out []string
	for range n {
		out = append(out, g.text(1))
	}
	g.line("return %s", strings.Join(out, ", "))
}

// helper is a function that builds text.
func (g *pieceGen) helper() {
	h := helper{name: g.global("help"), params: 1 + g.r.IntN(3), results: 1}
	if g.chance(3) {
		h.results = 2
	}
	params := []string{"x", "y", "z"}[:h.params]
	result := "string"
	if h.results == 2 {
		result = "(string, string)"
	}
	g.function(fmt.Sprintf("func %s(%s string) %s", h.name, strings.Join(params, ", "), result), params, func() {
		for range g.r.IntN(3) {
			g.statement()
		}
		if g.chance(3) {
			g.line("if %s {", g.cond())
			g.depth++
			g.returns(h.results)
			g.depth--
			g.line("}")
		}
		g.useNew(scope{})
		g.returns(h.results)
	})
	g.helpers = append(g.helpers, h)
}

// structType is a type that builds keys from its fields.
func (g *pieceGen) structType() {
	t := &structType{name: g.global("T"), fields: []string{"a", "b"}}
	embedded := ""
	if len(g.types) > 0 && g.chance(4) {
		embedded = "\t*" + g.types[0].name + "\n"
		if g.chance(2) {
			embedded = "\t" + g.types[0].name + "\n"
		}
		t.fields, t.inherited = []string{"c", "d"}, []string{"a", "b"}
	}
	fmt.Fprintf(&g.top, "type %s struct {\n%s\t%s string\n\tf func(string) string\n}\n\n", t.name, embedded, strings.Join(t.fields, ", "))
	for range 1 + g.r.IntN(3) {
		g.constructor(t, embedded)
	}
	g.methods(t)
	g.types = append(g.types, t)
}

func (g *pieceGen) constructor(t *structType, embedded string) {
	name := g.global("new" + t.name)
	a, b := t.fields[0], t.fields[1]
	inner := ""
	if embedded != "" {
		inner = fmt.Sprintf("%s: %s%s(x, y), ", g.types[0].name, g.pick([]string{""}), g.types[0].ctors[0])
		if !strings.Contains(embedded, "*") {
			inner = fmt.Sprintf("%s: *%s(x, y), ", g.types[0].name, g.types[0].ctors[0])
		}
	}
	g.function(fmt.Sprintf("func %s(x, y string) *%s", name, t.name), []string{"x", "y"}, func() {
		switch g.r.IntN(5) {
		case 0:
			g.line("return &%s{%s%s: %s, %s: %s}", t.name, inner, a, g.text(1), b, g.text(1))
		case 1:
			g.line("o := &%s{%s%s: %s}", t.name, inner, a, g.text(1))
			g.line("if %s {", g.cond())
			g.line("\to.%s = %s", g.pick(t.fields), g.text(1))
			g.line("}")
			g.line("return o")
		case 2:
			g.line("o := new(%s)", t.name)
			if inner != "" {
				g.line("o.%s = %s", g.types[0].name, strings.TrimSuffix(strings.SplitN(inner, ": ", 2)[1], ", "))
			}
			g.line("o.%s = %s", a, g.text(1))
			g.line("o.%s = o.%s + %s", b, a, g.text(1))
			g.line("return o")
		case 3:
			g.line("k := %s", g.text(1))
			g.line("return &%s{%s%s: k, %s: k + %s}", t.name, inner, a, b, g.lit())
		default:
			g.line("return &%s{%s%s: %s}", t.name, inner, g.pick(t.fields), g.text(1))
		}
	})
	t.ctors = append(t.ctors, name)
}

func (g *pieceGen) methods(t *structType) {
	o := object{"t", t, true}
	recv := g.pick([]string{"*", ""}) + t.name
	k := "key" // all types have it: interfaces need a common name
	g.function(fmt.Sprintf("func (t %s) %s(x string) string", recv, k), []string{"x"}, func() {
		g.objects = []object{o}
		if g.chance(4) {
			g.line("if %s {", g.cond())
			g.line("\treturn %s", g.text(1))
			g.line("}")
		}
		g.line("return t.%s + %s + x", g.pick(t.fields), g.lit())
	})
	t.keys = append(t.keys, k)
	if g.chance(2) {
		m := g.name("set")
		g.function(fmt.Sprintf("func (t %s%s) %s(x string)", g.pick([]string{"*", "*", "*", ""}), t.name, m), []string{"x"}, func() {
			g.line("t.%s = %s", g.pick(t.fields), g.text(1))
		})
		t.mut = append(t.mut, m)
	}
	if g.chance(3) {
		m := g.name("reset")
		g.function(fmt.Sprintf("func (t *%s) %s(x string)", t.name, m), []string{"x"}, func() {
			g.line("*t = *%s(x, %s)", g.pick(t.ctors), g.lit())
		})
		t.mut = append(t.mut, m)
	}
	if g.chance(3) {
		m := g.name("load")
		g.function(fmt.Sprintf("func (t *%s) %s(x string)", t.name, m), []string{"x"}, func() {
			g.objects = []object{o}
			g.line("rdb.MGet(ctx, t.%s+x, %s)", t.fields[0], g.key())
		})
		t.mut = append(t.mut, m)
	}
}

// iface is an interface with two implementations, and a function that chooses.
func (g *pieceGen) iface() {
	i, name := g.global("I"), g.global("choose")
	fmt.Fprintf(&g.top, "type %s interface{ key(string) string }\n\n", i)
	a, b := g.types[0], g.types[1]
	g.function(fmt.Sprintf("func %s(x, y string) string", name), []string{"x", "y"}, func() {
		g.line("var i %s = %s(x, y)", i, a.ctors[0])
		g.line("if %s {", g.cond())
		g.line("\ti = %s(y, x)", b.ctors[0])
		g.line("}")
		g.line("return i.key(%s)", g.text(1))
	})
	g.helpers = append(g.helpers, helper{name, 2, 1})
}

// wrappers are functions around the client; wrapper declares one for the statements that call it.
func (g *pieceGen) wrapper() {
	name := g.global("wrap")
	w := wrapper{name: name}
	switch g.r.IntN(7) {
	case 0:
		w.form = "k"
		g.function(fmt.Sprintf("func %s(k string)", name), []string{"k"}, func() { g.line("rdb.Get(ctx, k)") })
	case 1:
		w.form = "k"
		g.function(fmt.Sprintf("func %s(x string)", name), []string{"x"}, func() { g.line("rdb.Get(ctx, %s)", g.key()) })
	case 2:
		w.form = "kk"
		g.function(fmt.Sprintf("func %s(x, y string)", name), []string{"x", "y"}, func() {
			g.line("rdb.Rename(ctx, %s, %s)", g.pick([]string{"x", g.key()}), g.pick([]string{"y", g.key()}))
		})
	case 3:
		w.form = "k..."
		g.function(fmt.Sprintf("func %s(ks ...string)", name), nil, func() { g.line("rdb.Del(ctx, ks...)") })
	case 4:
		w.form = "[]"
		g.function(fmt.Sprintf("func %s(ks []string)", name), nil, func() {
			if g.chance(2) {
				g.line("out := make([]string, 0, len(ks))")
				g.line("for _, k := range ks {")
				g.line("\tout = append(out, %s+k)", g.lit())
				g.line("}")
				g.line("ks = out")
			}
			g.line("rdb.MGet(ctx, ks...)")
		})
	case 5:
		w.form = "ck"
		g.function(fmt.Sprintf("func %s(c redis.Cmdable, x string)", name), []string{"x"}, func() {
			g.line("c.Incr(ctx, %s)", g.key())
			if g.chance(2) {
				g.line("c.Incr(ctx, %s)", g.key())
			}
		})
	default:
		w.form = "pk"
		g.function(fmt.Sprintf("func %s(p redis.Pipeliner, x string)", name), []string{"x"}, func() {
			g.line("p.Set(ctx, %s, 1, 0)", g.key())
			g.line("p.Del(ctx, %s)", g.key())
		})
	}
	g.wrappers = append(g.wrappers, w)
}

// wrapper is a declared function around the client; form tells what it takes.
type wrapper struct{ name, form string }
