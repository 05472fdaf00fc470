package luakeys

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestReadLibrary(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"two forms", `#!lua name=mylib
local function get(keys, args)
  return redis.call('GET', keys[1])
end
redis.register_function('my_get', get)
redis.register_function{
  function_name = 'my_set',
  callback = function(keys, args) return redis.call('SET', keys[1] .. ':' .. args[1], args[2]) end,
  flags = {'no-writes', 'allow-stale'}
}`, `my_get line 5 []
3 get KEYS[1]
my_set line 6 [no-writes allow-stale]
8 set KEYS[1] .. ":" .. ARGV[1]`},
		{"shared helper", `#!lua name=l
local function del(k) redis.call('DEL', k) end
redis.register_function('a', function(k) del(k[1]) end)
redis.register_function('b', function(k, a) del(a[1]) end)`, `a line 3 []
2 del KEYS[1]
b line 4 []
2 del ARGV[1]`},
		{"no globals", `#!lua name=l
redis.register_function('a', function() redis.call('GET', KEYS[1]) end)`, `a line 2 []
2 get <KEYS, which a function library does not have>`},
		{"loop over keys", `#!lua name=l
redis.register_function('a', function(keys) for _, k in ipairs(keys) do redis.call('DEL', k) end end)`, `a line 2 []
2 del KEYS[?]`},
		{"keys changed", `#!lua name=l
redis.register_function('a', function(keys) keys[1] = 'x' redis.call('GET', keys[1]) end)`, `a line 2 []
2 get <an element of KEYS or ARGV, which are changed or passed on>
?2: KEYS is changed, or kept or passed in a way that is not followed`},
		{"name not known", `#!lua name=l
for _, n in ipairs({'a', 'b'}) do redis.register_function(n, function(keys) redis.call('GET', keys[1]) end) end`, ` line 2 []
2 get KEYS[1]
?2: the name that is registered is not known`},
		{"function not known", `#!lua name=l
redis.register_function('a', foo)`, `a line 2 []
?2: the function that is registered is not known`},
		{"registered in a table", `#!lua name=l
local t = {function_name = 'a', callback = function(keys) redis.call('GET', keys[1]) end}
redis.register_function(t)`, ` line 3 []
2 get <an argument of a function that is called in a way that is not followed>
?3: the function that is registered is not known
?3: the name that is registered is not known`},
		{"nothing", "#!lua name=l\nreturn 1", " line 0 []\n?0: no redis.register_function was found"},
		{"not Lua", "#!lua name=l\nif", " line 0 []\n?2: not Lua 5.1: the script ends too early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []string
			for _, f := range ReadLibrary(c.src) {
				lines = append(lines, fmt.Sprintf("%s line %d %v", f.Name, f.Line, f.Script.Flags))
				if s := render(f.Script); s != "" {
					lines = append(lines, s)
				}
				checkOffsets(t, c.src, f.Script)
				if f.Script.Shebang != "#!lua name=l" && f.Script.Shebang != "#!lua name=mylib" {
					t.Errorf("engine line %q", f.Script.Shebang)
				}
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.src, got, c.want)
			}
		})
	}
}

func TestHeaderAndUse(t *testing.T) {
	s := Read("#!lua flags=no-writes,allow-cross-slot-keys\nreturn KEYS[3]")
	if s.Shebang != "#!lua flags=no-writes,allow-cross-slot-keys" || !slices.Equal(s.Flags, []string{"no-writes", "allow-cross-slot-keys"}) {
		t.Errorf("engine line %q, flags %q", s.Shebang, s.Flags)
	}
	if s.KeysUsed != 3 || s.KeysAll {
		t.Errorf("KeysUsed %d, KeysAll %v", s.KeysUsed, s.KeysAll)
	}
	for _, src := range []string{"return #KEYS", "return KEYS[ARGV[1]]", "return unpack(KEYS)", "for i, k in ipairs(KEYS) do end"} {
		if s := Read(src); !s.KeysAll {
			t.Errorf("%s: KeysAll is not set", src)
		}
	}
	s = Read("local function f(x) if x then return 'a' end end\nredis.call('DEL', KEYS[1], f(ARGV[1]))")
	if c := s.Calls[0]; !c.Open || len(c.Words) != 2 || len(c.Keys) != 2 || c.Keys[1].Word != -1 {
		t.Errorf("a function that may return nothing: %+v", c)
	}
	s = Read("if ARGV[1] then redis.call('DEL', KEYS[1]) end\nfor i = 1, 2 do redis.pcall('PING') end\nredis.call('PING')")
	if c := s.Calls[0]; !c.Conditional || c.Loop || c.Protected {
		t.Errorf("in a branch: %+v", c)
	}
	if c := s.Calls[1]; !c.Conditional || !c.Loop || !c.Protected {
		t.Errorf("in a loop: %+v", c)
	}
	if c := s.Calls[2]; c.Conditional || c.Loop {
		t.Errorf("at top: %+v", c)
	}
}

func TestOnlyDeclared(t *testing.T) {
	for _, c := range []struct{ src, why string }{
		{"redis.call('MGET', KEYS[1], KEYS[2])", ""},
		{"redis.call('DEL', unpack(KEYS))", ""},
		{"return 1", ""},
		{"local a = 1\n\nredis.call('SET', 'job:' .. ARGV[1], 1)", `line 3: SET touches "job:" .. ARGV[1], which is not passed in KEYS`},
		{"redis.call('GET', KEYS[1] .. ':lease')", `line 1: GET touches KEYS[1] .. ":lease", which is not passed in KEYS`},
		{"redis.call('OBJECT', 'ENCODING', 'x')", `line 1: OBJECT ENCODING touches "x", which is not passed in KEYS`},
		{"redis.call('ZUNIONSTORE', KEYS[1], ARGV[1], KEYS[2])", ""},
		{"redis.call('ZUNIONSTORE', KEYS[1], #KEYS - 1, unpack(KEYS, 2))", ""},
		{"redis.call('ZUNIONSTORE', KEYS[1], ARGV[1], KEYS[2], ARGV[2])", `line 1: the keys of ZUNIONSTORE are not known: zunionstore: the number of keys, word 2, is not known`},
		{"redis.call(ARGV[1])", "line 1: the command's name is not known: it is ARGV[1]"},
		{"x = = 1", "line 1: not Lua 5.1: syntax error near '='"},
	} {
		ok, why := Read(c.src).OnlyDeclared()
		if ok != (c.why == "") || why != c.why {
			t.Errorf("%s\ngot  %v %s\nwant %s", c.src, ok, why, c.why)
		}
	}
}
