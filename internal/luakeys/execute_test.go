package luakeys

import (
	"bufio"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/redistest"
)

// executed are scripts that a real server runs, with the data they need before them.
var executed = []struct {
	name  string
	setup [][]string
	src   string
	keys  []string
	args  []string
	least int // keys that must be seen
}{
	{"lock with lease", nil, `
local function lease(k) return k .. ':lease' end
if redis.call('SETNX', KEYS[1], ARGV[1]) == 1 then
  redis.call('SET', lease(KEYS[1]), ARGV[2])
  redis.pcall('PEXPIRE', lease(KEYS[1]), 1000)
end
return redis.call('GET', lease(KEYS[1]))`, []string{"lock:1"}, []string{"me", "5"}, 4},
	{"queue claims", [][]string{{"RPUSH", "q", "7", "8"}}, `
local jobs = {}
for i = 1, tonumber(ARGV[1]) do
  local id = redis.call('LPOP', KEYS[1])
  if not id then break end
  local key = ARGV[2] .. ':job:' .. id
  redis.call('HSET', key, 'state', 'active')
  jobs[#jobs + 1] = key
end
for _, j in ipairs(jobs) do redis.call('RPUSH', KEYS[2], j) end
redis.call('EXISTS', unpack(jobs))
return jobs`, []string{"q", "active"}, []string{"5", "p"}, 7},
	{"json", nil, `
local o = cjson.decode(ARGV[1])
for _, u in ipairs(o.users) do redis.call('INCR', string.format('u:%s:n%d', u.name, 3)) end
redis.call('SADD', o.set, 'x')`, nil, []string{`{"users":[{"name":"a"},{"name":"b"}],"set":"all"}`}, 3},
	{"reassigned", nil, `
local k = KEYS[1]
redis.call('INCR', k)
k = k .. ':x'
redis.call('INCR', k)
for i = 1, 3 do k = k .. i redis.call('INCR', k) end
local a, b = KEYS[1], KEYS[2]
for _ = 1, 3 do a, b = b, a redis.call('INCR', a) end`, []string{"one", "two"}, nil, 8},
	{"upvalues", nil, `
local prefix, count = ARGV[1], 0
local function key(id) count = count + 1 return prefix .. id end
local function move(to) prefix = to end
redis.call('SET', key('a'), 1)
move('other:')
redis.call('SET', key('b'), 1)
prefix = KEYS[1]
redis.call('SET', key(count), 1)`, []string{"k"}, []string{"pre:"}, 3},
	{"tables", nil, `
local t = {KEYS[1], name = 'named', [3] = 'three'}
table.insert(t, 2, KEYS[2])
t.more = ARGV[1]
redis.call('SET', t[2], 1) redis.call('SET', t.name, 1) redis.call('SET', t.more, 1) redis.call('SET', t[1], 1)
local keys = {}
for _, v in pairs(t) do keys[#keys + 1] = v end
redis.call('DEL', unpack(keys))
local function put(list, v) list[#list + 1] = v end
local other = {'x'}
put(other, ARGV[1] .. '!')
redis.call('SET', other[2], 1)
redis.call('SET', table.concat({'c', other[1], KEYS[1]}, '-'), 1)
table.remove(other, 1)
redis.call('SET', other[1], 1)`, []string{"ka", "kb"}, []string{"va"}, 10},
	{"numkeys and options", [][]string{{"ZADD", "z1", "1", "m"}, {"ZADD", "z2", "2", "m"}}, `
redis.call('ZUNIONSTORE', KEYS[3], #KEYS - 2, KEYS[1], KEYS[2])
redis.call('ZINTERSTORE', KEYS[3], 2, KEYS[1], KEYS[2], 'WEIGHTS', '1', '2')
redis.call('SORT', KEYS[1], 'BY', 'nosort', 'ALPHA', 'STORE', 'sorted')
redis.call('XADD', KEYS[4], '*', 'a', 'b')
redis.call('XREAD', 'COUNT', '1', 'STREAMS', KEYS[4], '0')
redis.call('BITOP', 'OR', 'dest', 'src', 'src2')
redis.call('OBJECT', 'ENCODING', KEYS[1])
redis.call('MSET', 'm1', 'v', ARGV[1], 'v')
return redis.call('MGET', unpack(ARGV))`, []string{"z1", "z2", "out", "st"}, []string{"m2", "m3"}, 15},
	{"callbacks", nil, `
local function each(list, f) for i, v in ipairs(list) do f(v, i) end end
each(KEYS, function(k) redis.call('INCR', k) end)
each({'a', 'b'}, function(k, i) redis.call('INCR', k .. ':' .. i .. ARGV[1]) end)
string.gsub(ARGV[2], '%w+', function(w) redis.call('INCR', 'w:' .. w) end)
local ok, n = pcall(redis.call, 'INCR', 'p:' .. ARGV[1])
pcall(function() redis.call('INCR', 'f:' .. n) end)
local M = {}
function M.key(x) return 'mod:' .. x end
function M.incr(x) return redis.call('INCR', M.key(x)) end
M.incr(KEYS[1])
local o = {}
function o:incr(x) return redis.call('INCR', 'o:' .. x) end
o:incr('m')`, []string{"k1", "k2"}, []string{"!", "foo bar"}, 10},
	{"recursion", nil, `
local function walk(k, n)
  if n == 0 then return k end
  redis.call('INCR', k)
  return walk(k .. n, n - 1)
end
redis.call('INCR', walk(KEYS[1], 3) .. ':end')
local even, odd
function even(k, n) if n > 0 then redis.call('INCR', k) odd(k .. 'o', n - 1) end end
function odd(k, n) if n > 0 then redis.call('INCR', k) even(k .. 'e', n - 1) end end
even('r', 3)`, []string{"k"}, nil, 7},
	{"alternatives", nil, `
local cmd = ARGV[1] == 'l' and 'LPUSH' or 'RPUSH'
redis.call(cmd, KEYS[1] or 'none', 'x')
local k = KEYS[2] or ('def:' .. ARGV[1])
redis.call('INCR', k)
local call = ARGV[9] and redis.pcall or redis.call
call('INCR', (ARGV[2] == 'z' and 'never' or 'now') .. tostring(ARGV[2]))
redis.call("INCR", [[long]] .. "\101scaped\
line" .. 0x1F)
redis['call']('INCR', ARGV[#ARGV])
redis.call('INCR', (select(2, unpack(ARGV))))`, []string{"list"}, []string{"l", "y"}, 6},
	{"text functions", nil, `
redis.call('DEL', KEYS[1]:gsub('a', 'b'))
redis.call('INCR', (KEYS[1]:sub(2)))
redis.call('INCR', redis.sha1hex(ARGV[1]))
redis.call('INCR', ('%s-%5s%%'):format(ARGV[1], 'x'))
redis.call('INCR', string.rep(ARGV[1], 2) .. ARGV[1]:upper())
for w in ARGV[1]:gmatch('.') do redis.call('INCR', w) end
redis.call('INCR', 'n:' .. #ARGV[1] .. 1 + 2 .. -3 .. 1e3 .. 0.5)`, []string{"abc"}, []string{"xy"}, 7},
	{"arguments changed", nil, `
local id = table.remove(ARGV, 1)
redis.call('INCR', id)
redis.call('INCR', ARGV[1])
local rest = KEYS
rest[1] = 'changed'
redis.call('INCR', KEYS[1])
table.sort(ARGV)
redis.call('INCR', ARGV[1])`, []string{"k"}, []string{"a", "c", "b"}, 4},
	{"closures", nil, `
local function maker(prefix)
  local n = 0
  return function(id) n = n + 1 return prefix .. id .. n end
end
local job, user = maker('job:'), maker(KEYS[1])
redis.call('INCR', job('1')) redis.call('INCR', user('2')) redis.call('INCR', job(ARGV[1]))
local function wrap(f, ...) return f(...) end
redis.call('INCR', wrap(job, 'w'))
wrap(redis.call, 'INCR', 'wrapped')
local function pair() return KEYS[1], 'second' end
redis.call('DEL', pair())
local p, q = pair()
redis.call('INCR', q)`, []string{"k"}, []string{"arg"}, 8},
}

// TestExecuted runs scripts on a real server. Every key of every command that MONITOR shows must be
// one of the names that were read for that command.
func TestExecuted(t *testing.T) {
	addr := redistest.Server(t)
	seen := monitor(t, addr)
	for _, c := range executed {
		t.Run(c.name, func(t *testing.T) {
			redistest.Flush(t, addr)
			for _, words := range c.setup {
				if _, err := redistest.Do(addr, words...); err != nil {
					t.Fatalf("%v: %v", words, err)
				}
			}
			words := append([]string{"EVAL", c.src, strconv.Itoa(len(c.keys))}, append(c.keys, c.args...)...)
			if _, err := redistest.Do(addr, words...); err != nil && !strings.Contains(err.Error(), "not read here") {
				t.Fatalf("the script failed: %v", err)
			}
			if _, err := redistest.Do(addr, "ECHO", "done:"+c.name); err != nil {
				t.Fatal(err)
			}
			s := Read(c.src)
			keys := 0
			for _, sent := range seen(t, "done:"+c.name) {
				keys += checkSent(t, s, sent, c.keys, c.args)
			}
			if keys < c.least {
				t.Errorf("MONITOR showed %d keys, at least %d were to be seen", keys, c.least)
			}
			if t.Failed() {
				t.Logf("read:\n%s", render(s))
			}
		})
	}
}

// checkSent holds one command against what was read; it returns how many keys the command has.
func checkSent(t *testing.T, s Script, sent, keys, args []string) int {
	t.Helper()
	var own Call
	for _, w := range sent {
		own.Words = append(own.Words, Word{[]Expr{{Parts: []Part{{Kind: Lit, Text: w}}}}})
	}
	own.Command = strings.ToLower(sent[0])
	findKeys(&own)
	for _, c := range s.Calls {
		if c.Command == own.Command && matches(c, own, keys, args) {
			return len(own.Keys)
		}
	}
	t.Errorf("%q was not read", sent)
	return len(own.Keys)
}

// matches tells whether a call that was read has, for each key that was sent, a key that it may be.
func matches(c, sent Call, keys, args []string) bool {
	if c.KeyErr != "" {
		return true
	}
	for _, k := range sent.Keys {
		name, _ := k.Alts[0].Literal()
		found := false
		for _, mine := range c.Keys {
			if mine.Word != k.Word && !(mine.Word < 0 && k.Word >= len(c.Words)) {
				continue
			}
			for _, e := range mine.Alts {
				found = found || pattern(e, keys, args).MatchString(name)
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// pattern is an expression with what was passed put in.
func pattern(e Expr, keys, args []string) *regexp.Regexp {
	var b strings.Builder
	for _, p := range e.Parts {
		list := keys
		switch p.Kind {
		case Lit:
			b.WriteString(regexp.QuoteMeta(p.Text))
			continue
		case Data:
			b.WriteString("(?s:.*)")
			continue
		case Argv:
			list = args
		}
		var any []string
		for i, s := range list {
			if p.Index == 0 || p.Index == i+1 {
				any = append(any, regexp.QuoteMeta(s))
			}
		}
		if any == nil {
			any = []string{`[^\s\S]`} // nothing is passed there: nil
		}
		b.WriteString("(?:" + strings.Join(any, "|") + ")")
	}
	return regexp.MustCompile("^(?:" + b.String() + ")$")
}

// monitor listens to what a server does. The function it returns gives the commands that scripts sent up to
// an ECHO of the mark.
func monitor(t *testing.T, addr string) func(t *testing.T, mark string) [][]string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := fmt.Fprint(conn, "MONITOR\r\n"); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(conn)
	if line, err := lines.ReadString('\n'); err != nil || line != "+OK\r\n" {
		t.Fatalf("MONITOR: %q, %v", line, err)
	}
	return func(t *testing.T, mark string) [][]string {
		t.Helper()
		var out [][]string
		if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("MONITOR: %v", err)
			}
			if strings.Contains(line, `"ECHO" "`+mark+`"`) {
				return out
			}
			if _, rest, ok := strings.Cut(line, " lua] "); ok {
				out = append(out, words(t, rest))
			}
		}
	}
}

// words takes the quoted words of a MONITOR line apart.
func words(t *testing.T, line string) []string {
	t.Helper()
	var out []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			t.Fatalf("MONITOR line %q: %v", line, err)
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("MONITOR line %q: %v", line, err)
		}
		out = append(out, word)
		rest = rest[len(quoted):]
	}
	return out
}
