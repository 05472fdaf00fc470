package keymap

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// shake is what RedisShake is for its function: a state in which globals stay from one command to the next.
type shake struct {
	state *lua.LState
	proto *lua.LFunction
	sent  [][]string
	db    int
}

func newShake(t *testing.T, m *Map) *shake {
	t.Helper()
	var b strings.Builder
	if err := m.WriteRedisShake(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "'''") {
		t.Fatal("the function holds three quotes, which end it in TOML")
	}
	s := &shake{state: lua.NewState()}
	var err error
	if s.proto, err = s.state.LoadString(b.String()); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	table := s.state.NewTable()
	s.state.SetGlobal("shake", table)
	s.state.SetField(table, "log", s.state.NewFunction(func(*lua.LState) int { return 0 }))
	s.state.SetField(table, "call", s.state.NewFunction(func(l *lua.LState) int {
		s.db = l.ToInt(1)
		var argv []string
		for i := 1; i <= l.ToTable(2).Len(); i++ {
			argv = append(argv, l.ToTable(2).RawGetInt(i).String())
		}
		s.sent = append(s.sent, argv)
		return 0
	}))
	return s
}

// run gives a command to the function, as RedisShake does, and what came of it.
func (s *shake) run(argv []string, keys ...int) ([][]string, error) {
	l := s.state
	s.sent = nil
	list := func(name string, n int, f func(i int) lua.LValue) {
		t := l.NewTable()
		for i := range n {
			t.Append(f(i))
		}
		l.SetGlobal(name, t)
	}
	l.SetGlobal("DB", lua.LNumber(3))
	l.SetGlobal("GROUP", lua.LString("STRING"))
	l.SetGlobal("CMD", lua.LString(argv[0]))
	list("ARGV", len(argv), func(i int) lua.LValue { return lua.LString(argv[i]) })
	list("KEYS", len(keys), func(i int) lua.LValue { return lua.LString(argv[keys[i]-1]) })
	list("SLOTS", len(keys), func(i int) lua.LValue { return lua.LNumber(i) })
	list("KEY_INDEXES", len(keys), func(i int) lua.LValue { return lua.LNumber(keys[i]) })
	err := l.CallByParam(lua.P{Fn: s.proto, Protect: true})
	return s.sent, err
}

// TestRedisShakeAgrees holds that the function renames each key as Old does.
func TestRedisShakeAgrees(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(120) {
		m, keys := draw(rand.New(rand.NewPCG(seed, 5)), oddValues)
		s := newShake(t, m)
		for _, k := range keys {
			want := m.Old(k)
			got, err := s.run([]string{"SET", k, "v"}, 2)
			switch {
			case want.Ambiguous != nil:
				seen["ambiguous"]++
				if err == nil || len(got) > 0 || !strings.Contains(err.Error(), m.Entries[want.Ambiguous[0]].Template) {
					t.Fatalf("seed %d: %q is ambiguous, and the function says %q, %v\n%s", seed, k, got, err, templates(m))
				}
			case err != nil || len(got) != 1 || !slices.Equal(got[0], []string{"SET", want.Name, "v"}) || s.db != 3:
				t.Fatalf("seed %d: %q is %+v, and the function says %q, %v\n%s", seed, k, want, got, err, templates(m))
			case want.Name != k:
				seen["renamed"]++
			default:
				seen["same"]++
			}
		}
		s.state.Close()
	}
	for _, kind := range []string{"ambiguous", "renamed", "same"} {
		if seen[kind] < 300 {
			t.Errorf("only %d keys are %s", seen[kind], kind)
		}
	}
}

// TestRedisShakeLongKeys has keys that can be laid on a template in very many ways: both give up at the same ones, and
// neither does where the length, the separators or the end of the key tell that there is none.
func TestRedisShakeLongKeys(t *testing.T) {
	m := parseMap(t, "x<a><b><c><d>y", "w<a><b><c>:<d> -> w{<a>}<b><c>:<d>", "v<a>-<b>-<c> -> v{<a>}-<b>-<c>", "<a>u<b>u<c> -> {<a>}u<b>u<c>")
	s := newShake(t, m)
	defer s.state.Close()
	seen := map[bool]int{}
	for _, n := range []int{1, 2, 3, 4, 5, 8, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 120} {
		for _, k := range []string{"x" + strings.Repeat("a", n) + "y", "x" + strings.Repeat("a", n) + "z", "w" + strings.Repeat("a", n) + ":b:c", "v" + strings.Repeat("-", n), "y" + strings.Repeat("u", n)} {
			want := m.Old(k)
			got, err := s.run([]string{"DEL", k}, 2)
			seen[want.Ambiguous != nil]++
			if (err != nil) != (want.Ambiguous != nil) || err == nil && got[0][1] != want.Name {
				t.Errorf("%q is %+v, and the function says %q, %v", k, want, got, err != nil)
			}
		}
	}
	if seen[true] < 20 || seen[false] < 20 {
		t.Errorf("can be told or not: %v", seen)
	}
}

// TestRedisShakeCommands holds that all keys of a command are renamed, and nothing else.
func TestRedisShakeCommands(t *testing.T) {
	m := parseMap(t, "user:<id>", "user:<id>:log -> {user:<id>}:log", "100%.sure^$-[x]<n> -> 100%.sure^$-[x]{<n>}", "o'k\"<n> -> {o'k\"<n>}")
	s := newShake(t, m)
	defer s.state.Close()
	for _, test := range []struct {
		in, want []string
		keys     []int
	}{
		{[]string{"MSET", "user:1:log", "user:2:log", "user:1", "x"}, []string{"MSET", "{user:1}:log", "user:2:log", "user:1", "x"}, []int{2, 4}},
		{[]string{"RENAME", "user:1:log", "other"}, []string{"RENAME", "{user:1}:log", "other"}, []int{2, 3}},
		{[]string{"EVAL", "return KEYS[1]", "2", "user:1:log", "user:2:log", "user:3:log"}, []string{"EVAL", "return KEYS[1]", "2", "{user:1}:log", "{user:2}:log", "user:3:log"}, []int{4, 5}},
		{[]string{"DEL", "100%.sure^$-[x]1", "o'k\"2", "{user:1}:log"}, []string{"DEL", "100%.sure^$-[x]{1}", "{o'k\"2}", "{user:1}:log"}, []int{2, 3, 4}},
		{[]string{"MULTI"}, []string{"MULTI"}, nil},
		{[]string{"SET", "user:1:log", "\x00\xff"}, []string{"SET", "{user:1}:log", "\x00\xff"}, []int{2}},
	} {
		got, err := s.run(test.in, test.keys...)
		if err != nil || len(got) != 1 || !slices.Equal(got[0], test.want) {
			t.Errorf("%q: got %q, %v, want %q", test.in, got, err, test.want)
		}
	}
	if got, err := s.run([]string{"DEL", "user:1:log", "user:a:b:log"}, 2, 3); err == nil || len(got) > 0 {
		t.Errorf("a command with an ambiguous key was passed on: %q", got)
	}
}
