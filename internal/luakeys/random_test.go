package luakeys

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// generator writes random scripts: few names, much reassignment, functions, closures, loops and tables.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	vars  []string // hold texts
	lists []string // hold tables of texts
	funcs []string // take and return texts
	depth int
	fresh int
}

func (g *generator) pick(list []string) string { return list[g.r.IntN(len(list))] }

func (g *generator) name(prefix string) string {
	g.fresh++
	return fmt.Sprintf("%s%d", prefix, g.fresh)
}

func (g *generator) text(depth int) string {
	if depth > 2 {
		return g.pick(append([]string{"KEYS[1]", "ARGV[1]", "'a'"}, g.vars...))
	}
	switch g.r.IntN(15) {
	case 0:
		return fmt.Sprintf("KEYS[%d]", 1+g.r.IntN(2))
	case 1:
		return fmt.Sprintf("ARGV[%d]", 1+g.r.IntN(2))
	case 2:
		return fmt.Sprintf("'%c'", 'a'+rune(g.r.IntN(5)))
	case 3, 4:
		return "CUT(" + g.text(depth+1) + " .. " + g.text(depth+1) + ")"
	case 5:
		return fmt.Sprintf("CUT(string.format('%%s:%%s', %s, %s))", g.text(depth+1), g.text(depth+1))
	case 6:
		return fmt.Sprintf("(%s and %s or %s)", g.cond(), g.text(depth+1), g.text(depth+1))
	case 7:
		if len(g.funcs) > 0 {
			return fmt.Sprintf("apply(%s, %s)", g.pick(append([]string{"hook"}, g.funcs...)), g.text(depth+1))
		}
	case 8:
		if len(g.funcs) > 0 {
			return fmt.Sprintf("%s(%s)", g.pick(g.funcs), g.text(depth+1))
		}
	case 9, 10:
		if len(g.lists) > 0 {
			l := g.pick(g.lists)
			return fmt.Sprintf("(%s[%s] or 'none')", l, g.pick([]string{"1", "2", "#" + l, "'f'"}))
		}
	case 11:
		if len(g.lists) > 0 {
			return fmt.Sprintf("(%s.f or 'nof')", g.pick(g.lists))
		}
	case 12:
		return fmt.Sprintf("CUT(table.concat({%s, %s}, '-'))", g.text(depth+1), g.text(depth+1))
	case 13:
		return "(" + g.text(depth+1) + "):sub(1, 2)"
	}
	if len(g.vars) > 0 {
		return g.pick(g.vars)
	}
	return "KEYS[1]"
}

func (g *generator) cond() string {
	return fmt.Sprintf("(coin() %s %d)", g.pick([]string{"==", "~="}), g.r.IntN(2))
}

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat(" ", g.depth))
	fmt.Fprintf(&g.b, format+"\n", args...)
}

// block writes statements; what they declare is gone after it.
func (g *generator) block(n int) {
	vars, lists, funcs := len(g.vars), len(g.lists), len(g.funcs)
	g.depth++
	for range n {
		g.statement()
	}
	g.depth--
	g.vars, g.lists, g.funcs = g.vars[:vars], g.lists[:lists], g.funcs[:funcs]
}

func (g *generator) statement() {
	kind := g.r.IntN(29)
	nested := g.depth < 4
	switch {
	case kind < 3:
		value := "'v'"
		if g.r.IntN(3) == 0 {
			value = g.text(1)
		}
		g.line("%s('SET', %s, %s)", g.pick([]string{"redis.call", "redis.pcall", "call"}), g.text(0), value)
	case kind < 5:
		v, text := g.name("v"), g.text(0)
		g.line("local %s = %s", v, text)
		g.vars = append(g.vars, v)
	case kind < 8 && len(g.vars) > 0:
		g.line("%s = %s", g.pick(g.vars), g.text(0))
	case kind == 8 && len(g.vars) > 1:
		// With more than names here the interpreter sets the first before it looks at the second; Redis doesn't.
		g.line("%s, %s = %s, %s", g.pick(g.vars), g.pick(g.vars), g.text(3), g.text(3))
	case kind == 9:
		l, text := g.name("t"), g.text(0)
		// The interpreter puts a call that comes last as "f = call()" at an index as well; Redis doesn't.
		g.line("local %s = {f = %s, %s}", l, text, g.text(0))
		g.lists = append(g.lists, l)
	case kind < 13 && len(g.lists) > 0:
		g.store(g.pick(g.lists))
	case kind == 13 && nested:
		g.line("if %s then", g.cond())
		g.block(3)
		if g.r.IntN(2) == 0 {
			g.line("else")
			g.block(2)
		}
		g.line("end")
	case kind == 14 && nested:
		g.loop()
	case kind < 17 && nested:
		g.function()
	case kind == 17 && nested:
		g.line("if %s then", g.cond())
		g.block(2)
		g.line(" return 'r'")
		g.line("end")
	case kind == 18 && len(g.lists) > 0:
		g.line("call('DEL', unpack(%s))", g.pick(g.lists))
	case kind == 19 && len(g.funcs) > 0:
		g.line("%s(%s)", g.pick(g.funcs), g.text(0))
	case kind == 20 && len(g.vars) > 1:
		g.line("call('MSET', %s, 'x', %s, 'y')", g.text(0), g.text(0))
	case kind == 21 && len(g.funcs) > 1:
		g.line("%s = %s", g.pick(g.funcs), g.pick(g.funcs))
	case kind == 22 && len(g.lists) > 1:
		g.line("%s = %s", g.pick(g.lists), g.pick(g.lists))
	case kind == 23 && len(g.funcs) > 0:
		g.line("M.%s = %s", g.pick([]string{"f", "g"}), g.pick(g.funcs))
	case kind == 24:
		g.line("if M.f then M.f(%s) end", g.text(0))
	case kind == 25:
		g.line("send(%s, 'GET', %s)", g.pick([]string{"call", "redis.call", "hook"}), g.text(0))
	case kind == 26 && len(g.funcs) > 0:
		g.line("hook = %s", g.pick(g.funcs))
	case kind == 27:
		g.line("call = %s", g.pick([]string{"redis.pcall", "call", "coin() == 1 and call or redis.call"}))
	default:
		g.line("call('GET', %s)", g.text(0))
	}
}

func (g *generator) store(l string) {
	switch g.r.IntN(6) {
	case 0:
		g.line("%s[#%s + 1] = %s", l, l, g.text(0))
	case 1:
		g.line("table.insert(%s, %s)", l, g.text(0))
	case 2:
		g.line("%s.f = %s", l, g.text(0))
	case 3:
		g.line("%s[1] = %s", l, g.text(0))
	case 4:
		g.line("table.remove(%s, 1)", l)
	default:
		g.line("put(%s, %s)", l, g.text(0))
	}
}

func (g *generator) loop() {
	v := g.name("v")
	switch g.r.IntN(4) {
	case 0:
		g.line("for i = 1, 2 do local %s = KEYS[i]", v)
	case 1:
		g.line("for _, %s in ipairs(%s) do", v, g.pick(append([]string{"KEYS", "ARGV"}, g.lists...)))
	case 2:
		n := g.name("n")
		g.line("local %s = 0 while %s < 2 do %s = %s + 1 local %s = 'w' .. %s", n, n, n, n, v, n)
	default:
		n := g.name("n")
		g.line("local %s = 0 repeat %s = %s + 1 local %s = %s", n, n, n, v, g.text(0))
		g.vars = append(g.vars, v)
		g.block(3)
		g.vars = g.vars[:len(g.vars)-1]
		g.line("until %s > 1", n)
		return
	}
	g.vars = append(g.vars, v)
	g.block(3)
	g.vars = g.vars[:len(g.vars)-1]
	g.line("end")
}

func (g *generator) function() {
	f, p := g.name("f"), g.name("p")
	if g.r.IntN(3) == 0 {
		g.line("local %s = function(%s)", f, p)
	} else {
		g.line("local function %s(%s)", f, p)
		if g.r.IntN(4) == 0 {
			g.line(" if coin() == 0 then return %s(%s) end", f, g.text(1))
		}
	}
	g.vars = append(g.vars, p)
	g.block(3)
	g.line(" return %s", g.text(0))
	g.line("end")
	g.vars = g.vars[:len(g.vars)-1]
	g.funcs = append(g.funcs, f)
}

// script is a random script. coin() is any of 0 and 1; CUT is nothing to the reader, and to the
// interpreter a function that ends the script when a text gets too long.
func (g *generator) script() string {
	g.line("local call = redis.call")
	g.line("local function put(l, x) l[#l + 1] = x end")
	g.line("local function apply(f, x) return f(x) end")
	g.line("local function send(c, ...) return c(...) end")
	g.line("local M, hook = {}, function(x) return x end")
	g.block(14)
	return g.b.String()
}

// TestRandom runs random scripts in an interpreter whose redis.call notes what it is given: every key must
// be one that was read. The real server's part is in TestExecuted.
func TestRandom(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 100
	}
	keys, args := []string{"K1", "K2"}, []string{"A1", "A2"}
	sent, whole, known := 0, 0, 0
	for seed := range n {
		g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 9))}
		src := g.script()
		s := Read(strings.ReplaceAll(src, "CUT(", "("))
		if len(s.Problems) > 0 {
			whole++
		}
		for run := range 3 {
			for _, words := range runLua(t, src, keys, args, uint64(seed*3+run)) {
				sent++
				if len(s.Problems) == 0 {
					checkSent(t, s, words, keys, args)
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d\n%s\nread:\n%s", seed, src, render(s))
			}
		}
		for _, c := range s.Calls {
			if len(c.Keys) > 0 && !strings.Contains(fmt.Sprint(c.Keys), "<") {
				known++
			}
		}
	}
	t.Logf("%d scripts, %d with problems, %d calls read without data, %d commands sent", n, whole, known, sent)
	if sent < 10*n/2 || known < n {
		t.Errorf("too little was tried")
	}
}

// runLua runs a script with a redis.call that does nothing. A script may fail halfway.
func runLua(t *testing.T, src string, keys, args []string, seed uint64) [][]string {
	t.Helper()
	l := lua.NewState(lua.Options{CallStackSize: 120})
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	l.SetContext(ctx)
	coin := rand.New(rand.NewPCG(seed, 11))
	var sent [][]string
	call := l.NewFunction(func(l *lua.LState) int {
		var words []string
		for i := 1; i <= l.GetTop(); i++ {
			words = append(words, l.ToString(i))
		}
		if sent = append(sent, words); len(sent) > 300 {
			l.RaiseError("enough")
		}
		l.Push(lua.LString("reply"))
		return 1
	})
	redis := l.NewTable()
	redis.RawSetString("call", call)
	redis.RawSetString("pcall", call)
	l.SetGlobal("redis", redis)
	l.SetGlobal("coin", l.NewFunction(func(l *lua.LState) int {
		l.Push(lua.LNumber(coin.IntN(2)))
		return 1
	}))
	l.SetGlobal("CUT", l.NewFunction(func(l *lua.LState) int {
		if s, ok := l.Get(1).(lua.LString); ok && len(s) > 2000 {
			l.RaiseError("enough")
		}
		l.SetTop(1)
		return 1
	}))
	for name, list := range map[string][]string{"KEYS": keys, "ARGV": args} {
		table := l.NewTable()
		for _, s := range list {
			table.Append(lua.LString(s))
		}
		l.SetGlobal(name, table)
	}
	fn, err := l.LoadString(src)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	l.Push(fn)
	_ = l.PCall(0, 0, nil)
	return sent
}
