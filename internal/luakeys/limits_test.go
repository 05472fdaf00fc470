package luakeys

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLimits reads scripts that are made to be hard: each must end soon, and say that it was too much.
func TestLimits(t *testing.T) {
	var calls, locals, stores, chain strings.Builder
	for i := range 20 {
		fmt.Fprintf(&calls, "local function f%d(k) %s end\n", i+1, strings.Repeat(fmt.Sprintf("f%d(k .. 'a') ", i), 3))
	}
	for i := range 30_000 {
		fmt.Fprintf(&stores, "t[#t+1] = KEYS[1] foo(t[1])\n")
		fmt.Fprintf(&chain, "k = k .. 'x'\n")
		fmt.Fprintf(&locals, "local a%d = KEYS[1]\n", i)
	}
	for _, c := range []struct {
		name, src string
		problem   bool
	}{
		{"large", strings.Repeat(" ", maxSource+1), true},
		{"brackets", strings.Repeat("(", 5000), true},
		{"tables", "x = " + strings.Repeat("{", 100_000), true},
		{"blocks", strings.Repeat("do ", 100_000), true},
		{"elseif", "if a then " + strings.Repeat("elseif a then ", 50_000) + "end", true},
		{"operators", "x = 1" + strings.Repeat(" + 1", 100_000), true},
		{"concatenations", "x = 'a'" + strings.Repeat(" .. 'a'", 100_000), true},
		{"not", "x = " + strings.Repeat("not ", 100_000) + "1", true},
		{"indexes", "x = a" + strings.Repeat(".b", 100_000), true},
		{"calls in a row", "f" + strings.Repeat("()", 100_000), true},
		{"locals", locals.String(), true},
		{"functions calling functions", "local function f0(k) redis.call('GET', k) end\n" + calls.String() + "f20(KEYS[1])", true},
		{"assignments in a row", "local k = KEYS[1]\n" + chain.String() + "redis.call('GET', k)", true},
		{"one table", "local t = {}\n" + stores.String(), true},
		{"assignments in loops", "local k\n" + strings.Repeat("while a do k = KEYS[1] ", 150) +
			strings.Repeat("k = KEYS[2] ", 30_000) + strings.Repeat(" end", 150) + " redis.call('GET', k)", true},
		{"branches", strings.Repeat("if a then x = 1 end ", 50_000), false},
		{"statements", strings.Repeat("redis.call('GET', KEYS[1])\n", 30_000), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			s := Read(c.src)
			ReadLibrary(c.src)
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
			t.Logf("%v: %d calls, %d problems", time.Since(start).Round(time.Millisecond), len(s.Calls), len(s.Problems))
			if c.problem && len(s.Problems) == 0 {
				t.Errorf("no problem")
			}
		})
	}
}

// FuzzRead: reading never panics, ends, and what it says of literals is true.
func FuzzRead(f *testing.F) {
	for _, c := range cases {
		f.Add(c.src)
	}
	for _, c := range executed {
		f.Add(c.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s := Read(src)
		checkOffsets(t, src, s)
		for _, c := range s.Calls {
			if c.Line < 1 || c.Command == "" && c.KeyErr == "" {
				t.Errorf("%q: %+v", src, c)
			}
		}
		s.OnlyDeclared()
		for _, fn := range ReadLibrary(src) {
			checkOffsets(t, src, fn.Script)
		}
	})
}
