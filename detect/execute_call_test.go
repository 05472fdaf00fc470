package detect_test

import (
	"fmt"
	"slices"
)

// call writes a call of the client, a wrapper of it, or a pipeline.
func (g *pieceGen) call() {
	c := "rdb"
	if g.pipe != "" {
		c = g.pipe
	}
	g.calls++
	switch g.r.IntN(14) {
	case 0, 1:
		g.line("%s.Rename(ctx, %s, %s)", c, g.key(), g.key())
	case 2, 3:
		g.line("%s.MGet(ctx, %s, %s)", c, g.key(), g.key())
	case 4, 5:
		if len(g.lists) > 0 {
			g.line("%s.%s(ctx, %s...)", c, g.pick([]string{"Del", "MGet", "Exists"}), g.slice())
			return
		}
		g.line("%s.Del(ctx, %s)", c, g.key())
	case 6, 7, 8:
		if !g.wrapped(c) {
			g.line("%s.Incr(ctx, %s)", c, g.key())
		}
	case 9, 10:
		if g.pipe == "" && g.depth < 2 {
			g.pipeline()
			return
		}
		g.line("%s.Set(ctx, %s, 1, 0)", c, g.key())
	case 11:
		g.filledInLoop(c)
	case 12:
		g.line("%s.RPopLPush(ctx, %s, %s)", c, g.atom(), g.key())
	default:
		g.line("%s.Get(ctx, %s)", c, g.key())
	}
}

// wrapped calls a wrapper, if there is one for what is at hand.
func (g *pieceGen) wrapped(client string) bool {
	if len(g.wrappers) == 0 {
		return false
	}
	switch w := g.wrappers[g.r.IntN(len(g.wrappers))]; w.form {
	case "k":
		g.line("%s(%s)", w.name, g.key())
	case "kk":
		g.line("%s(%s, %s)", w.name, g.key(), g.key())
	case "k...":
		if len(g.lists) > 0 && g.chance(2) {
			g.line("%s(%s...)", w.name, g.slice())
		} else {
			g.line("%s(%s, %s)", w.name, g.key(), g.key())
		}
	case "[]":
		if len(g.lists) > 0 && g.chance(2) {
			g.line("%s(%s)", w.name, g.slice())
		} else {
			g.line("%s([]string{%s, %s})", w.name, g.key(), g.key())
		}
	case "ck":
		g.line("%s(%s, %s)", w.name, client, g.text(1))
	case "pk":
		if g.pipe == "" {
			return false
		}
		g.line("%s(%s, %s)", w.name, g.pipe, g.text(1))
	}
	return true
}

// filledInLoop collects keys in a list and uses them at once.
func (g *pieceGen) filledInLoop(c string) {
	l, x := g.name("l"), g.name("x")
	g.line("var %s []string", l)
	if len(g.maps) > 0 && g.chance(3) {
		g.line("for %s := range %s {", x, g.pick(g.maps))
	} else if len(g.lists) > 0 && g.chance(2) {
		g.line("for _, %s := range %s {", x, g.slice())
	} else {
		g.line("for _, %s := range in.L() {", x)
	}
	old := g.consts
	g.consts = append(slices.Clone(g.consts), x)
	g.line("\t%s = append(%s, %s+%s)", l, l, g.lit(), x)
	if g.chance(2) {
		g.line("\t%s = append(%s, %s)", l, l, g.key())
	}
	if g.chance(3) {
		g.line("\t%s.Rename(ctx, %s, %s)", c, g.key(), g.key())
	}
	g.consts = old
	g.line("}")
	g.line("%s.Del(ctx, %s...)", c, l)
	g.lists = append(g.lists, listVar{l, 0, false})
}

// pipeline queues several commands.
func (g *pieceGen) pipeline() {
	p := g.name("pipe")
	g.pipe = p
	if g.chance(3) {
		g.line("%s := rdb.%s()", p, g.pick([]string{"Pipeline", "TxPipeline"}))
		for range 1 + g.r.IntN(2) {
			g.statement()
			g.call()
		}
		g.line("%s.Exec(ctx)", p)
		g.pipe = ""
		return
	}
	old := g.scope
	g.line("rdb.%s(ctx, func(%s redis.Pipeliner) error {", g.pick([]string{"TxPipelined", "TxPipelined", "Pipelined"}), p)
	g.depth++
	for range 1 + g.r.IntN(2) {
		g.statement()
		g.call()
	}
	if g.chance(3) {
		g.line("for _, x := range %s {", g.pick([]string{"in.L()", fmt.Sprintf("[]string{%s, %s}", g.atom(), g.atom())}))
		g.line("\t%s.Incr(ctx, %s+x)", p, g.lit())
		g.line("}")
	}
	g.useNew(old)
	g.line("return nil")
	g.depth--
	g.line("})")
	g.scope = old
	g.pipe = ""
}
