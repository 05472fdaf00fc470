package trace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/trace"
)

// capture writes lines of MONITOR: "A GET k" is from the connection A, "A@3 GET k" in database 3, "lua GET k" from a
// script, "+10m" lets time pass; ~ is a blank. A line that begins with ! stands as it is.
func capture(lines ...string) string {
	var b strings.Builder
	seconds := 1_700_000_000
	for i, line := range lines {
		if text, ok := strings.CutPrefix(line, "!"); ok {
			b.WriteString(text + "\n")
			continue
		}
		words := strings.Fields(line)
		var minutes int
		if n, _ := fmt.Sscanf(line, "+%dm", &minutes); n == 1 {
			seconds += minutes * 60
			b.WriteString("\n")
			continue
		}
		from, db, other := strings.Cut(words[0], "@")
		if !other {
			db = "0"
		}
		addr := "lua"
		if from != "lua" {
			addr = "10.0.0.1:" + fmt.Sprint(50_000+int(from[0]))
		}
		if from == "unix" {
			addr = "unix:/run/redis.sock"
		}
		fmt.Fprintf(&b, "%d.%06d [%s %s]", seconds, i+1, db, addr)
		for _, w := range words[1:] {
			fmt.Fprintf(&b, " %q", strings.ReplaceAll(w, "~", " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// outcome writes what becomes of operations: how many cross, and how many of them fail with 3 and 6 primaries.
func outcome(o trace.Outcome) string { return fmt.Sprintf("%d/%d/%d", o.Count, o.Fails[0], o.Fails[1]) }

func described(res *trace.Result) []string {
	var out []string
	for _, f := range res.Findings {
		var families []string
		for _, x := range f.Families {
			families = append(families, x.Template)
		}
		open := ""
		if f.Open() {
			open = " open"
		}
		out = append(out, fmt.Sprintf("%s %s: %s of %s: %s -> %s%s", f.Level, f.Kind, strings.Join(f.Commands, ","), strings.Join(families, ","), outcome(f.Before), outcome(f.After), open))
	}
	return out
}

var userMap = []string{"user:<id>", "user:<id>:log -> {user:<id>}:log", "user:<id>:mail -> {user:<id>}:mail", "lock:<name>"}

// The slots of these keys are on other primaries than that of "a" (15495, of the last third): "b" (3300) and "c" (7365). "e" (15363) is in
// another slot of the same third.
func TestSlotsOfTheTests(t *testing.T) {
	for k, want := range map[string]int{"a": 15495, "b": 3300, "c": 7365, "e": 15363} {
		if got := rediscmd.Slot(k); got != want {
			t.Errorf("%s has slot %d", k, got)
		}
	}
}

// operationCases are captures, and what is found in them.
var operationCases = map[string]struct {
	lines []string
	want  []string
}{
	"single keys": {[]string{"A GET user:1", "A SET user:1:log v", "A PING", "A CLIENT SETNAME x", "A SUBSCRIBE news"}, nil},
	"several keys": {
		[]string{"A MGET user:1:log user:1:mail", "B del user:1 user:2", "A DEL user:1 user:1", "A MGET user:3:log user:3:mail", "A MGET {t}1 {t}2"},
		[]string{"fails command: DEL of user:<id>: 1/1/1 -> 1/1/1 open", "fails command: MGET of user:<id>:log,user:<id>:mail: 2/2/2 -> 0/0/0"},
	},
	"the plan makes it worse": {
		[]string{"A RENAME {x}:1 user:1:log", "A RENAME user:{a}:log user:{a}:mail"},
		[]string{"fails command: RENAME of {x}:<..>,user:<id>:log: 1/1/1 -> 1/1/1 open"},
	},
	"channels of shards": {[]string{"A SSUBSCRIBE a b", "A SSUBSCRIBE a", "A SPUBLISH a x"}, []string{"fails command: SSUBSCRIBE of (channel): 1/1/1 -> 1/1/1 open"}},
	"keyless": {
		[]string{"A KEYS user:*", "A SCAN 0", "A scan 17", "A DBSIZE", "A INFO", "A TIME", "A PUBLISH c x", "A PSUBSCRIBE x __keyevent@0__:*", "A SCRIPT LOAD x"},
		[]string{"silent node: SCAN of : 2/2/2 -> 2/2/2 open", "silent node: KEYS of : 1/1/1 -> 1/1/1 open", "silent node: DBSIZE of : 1/1/1 -> 1/1/1 open",
			"silent node: PSUBSCRIBE of : 1/1/1 -> 1/1/1 open", "silent node: SCRIPT LOAD of : 1/1/1 -> 1/1/1 open", "note node: INFO of : 1/1/1 -> 1/1/1"},
	},
	"refused": {
		[]string{"A SWAPDB 0 1", "A SORT user:1:log BY w_*", "A SORT user:1:log BY nosort", "A COPY user:1 user:1 DB 2", "A SELECT 0"},
		[]string{"fails refused: SWAPDB of : 1/1/1 -> 1/1/1 open", "fails refused: SORT of user:<id>:log: 1/1/1 -> 1/1/1 open", "fails refused: COPY of user:<id>: 1/1/1 -> 1/1/1 open"},
	},
	"another database": {
		[]string{"A@3 SELECT 3", "A@3 GET user:1", "A@3 GET user:2", "B@2 GET x"},
		[]string{"fails database:  of : 2/2/2 -> 2/2/2 open", "fails refused: SELECT of : 1/1/1 -> 1/1/1 open", "fails database:  of : 1/1/1 -> 1/1/1 open"},
	},
	"a transaction among other clients": {
		[]string{"A MULTI", "B GET user:9", "A SET user:1:log v", "A INCR user:1:mail", "A EXEC", "B SET user:1 v"},
		[]string{"fails transaction: SET,INCR of user:<id>:log,user:<id>:mail: 1/1/1 -> 0/0/0"},
	},
	"two transactions at a time": {
		[]string{"A MULTI", "B MULTI", "A SET a v", "A EXEC", "B SET b v", "B SET b v", "B EXEC"}, nil,
	},
	"a command inside of a transaction counts there": {
		[]string{"A MULTI", "A MGET user:1 user:2", "A EXEC"},
		[]string{"fails transaction: MGET of user:<id>: 1/1/1 -> 1/1/1 open"},
	},
	"a transaction that was discarded": {[]string{"A MULTI", "A DISCARD", "A SET a v", "A SET b v", "A EXEC"}, nil},
	"a connection that is used again": {
		[]string{"A MULTI", "A HELLO 3", "A SET a v", "A MULTI", "A SET b v", "A EXEC", "A WATCH a", "A QUIT", "A MULTI", "A SET b v", "A EXEC",
			"A MULTI", "A GET a", "A MULTI", "A SET c v", "A EXEC", "A WATCH a", "A CLIENT SETINFO LIB-NAME x", "A MULTI", "A SET b v", "A EXEC"},
		nil,
	},
	"a client that is gone": {[]string{"A WATCH a", "+6m", "A MULTI", "A SET b v", "A EXEC"}, nil},
	"watch": {
		[]string{"A WATCH user:1:log", "A GET user:1:mail", "A MULTI", "A SET user:1 v", "A EXEC",
			"B WATCH a", "B GET e", "B UNWATCH", "B GET b"},
		[]string{"fails watch: WATCH,GET,SET of user:<id>:log,user:<id>:mail,user:<id>: 1/1/1 -> 0/0/0"},
	},
	"watch by luck": {
		[]string{"A WATCH a", "A GET e", "A MULTI", "A SET a v", "A EXEC"},
		[]string{"fails watch: WATCH,GET,SET of a,e: 1/0/0 -> 1/0/0 open"},
	},
	"watch of several slots": {
		[]string{"A WATCH a e", "A MULTI", "A SET a v", "A EXEC"},
		[]string{"fails command: WATCH of a,e: 1/1/1 -> 1/1/1 open", "fails watch: WATCH,SET of a,e: 1/1/1 -> 1/1/1 open"},
	},
	"script": {
		[]string{"A EVAL x 2 user:1:log user:1:mail arg", "lua GET user:1:log", "A EVAL x 1 user:1", "lua GET user:1", "lua GET user:1"},
		[]string{"fails script: EVAL of user:<id>:log,user:<id>:mail: 1/1/1 -> 0/0/0"},
	},
	"script with other keys": {
		[]string{"A EVALSHA x 1 a", "lua GET a", "lua GET e", "A EVALSHA x 1 a", "lua GET a", "lua GET b", "A GET b"},
		[]string{"fails script: EVALSHA of a,e: 1/0/0 -> 1/0/0 open", "fails script: EVALSHA of a,b: 1/1/1 -> 1/1/1 open"},
	},
	"script that says how it is run": {
		[]string{"A EVAL #!lua 1 a", "lua GET e", "A EVALSHA 2a6e2a2d1b0d3a2e4f 1 a", "lua GET e", "A FCALL f 1 a", "lua GET e", "A EVAL #!lua~flags=allow-cross-slot-keys 1 a", "lua GET e"},
		[]string{"fails script: EVAL of a,e: 2/1/1 -> 2/1/1 open", "fails script: EVALSHA of a,e: 1/0/0 -> 1/0/0 open", "fails script: FCALL of a,e: 1/1/1 -> 1/1/1 open"},
	},
	"script without keys": {
		[]string{"A EVAL x 0", "A EVAL x 0 user:1", "lua GET user:1", "A EVAL x 0", "lua PING"},
		[]string{"fails script: EVAL of user:<id>: 1/1/1 -> 1/1/1 open"},
	},
	"script that asks one node": {
		[]string{"A EVAL x 1 a", "lua KEYS *", "lua MGET a e"},
		[]string{"fails script: EVAL of a,e: 1/1/1 -> 1/1/1 open", "silent node: KEYS of : 1/1/1 -> 1/1/1 open"},
	},
	"script in a transaction": {
		[]string{"A MULTI", "A SET a v", "A EVAL x 1 a", "lua GET b", "A EXEC", "B MULTI", "B SET a v", "B EVAL x 1 e", "lua GET e", "B EXEC",
			"C MULTI", "C SET a v", "C EVAL x 0", "lua GET b", "C EXEC"},
		[]string{"fails transaction: SET,EVAL of a,e: 1/1/1 -> 1/1/1 open", "fails script: EVAL of a,b: 1/1/1 -> 1/1/1 open", "fails transaction: SET,EVAL of a: 1/1/1 -> 1/1/1 open"},
	},
}

func TestOperations(t *testing.T) {
	for name, test := range operationCases {
		t.Run(name, func(t *testing.T) {
			res, ops := analyse(t, trace.Options{Map: mapOf(t, userMap...)}, strings.NewReader(capture(test.lines...)))
			got := described(res)
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(test.want, "\n  "))
			}
			var n int64
			for _, f := range res.Findings {
				n += max(f.Before.Count, f.After.Count)
			}
			if int64(len(ops)) != n {
				t.Errorf("%d operations are in the findings, %d were told one by one", n, len(ops))
			}
			if res.Capture.Unreadable+res.Capture.NoKeys+res.Capture.CutKeys > 0 {
				t.Errorf("not read: %+v", res.Capture)
			}
		})
	}
}

// What was kept out of the analysis is counted.
func TestCounts(t *testing.T) {
	res, _ := analyse(t, trace.Options{Map: mapOf(t, userMap...)}, strings.NewReader(capture(
		"!OK", "A GET user:1", "lua GET b", "A EXEC", "A MULTI", "B WATCH a", "+6m", "C MULTI", "C GET user:2", "C EXEC", "!what is this?",
		"A NOSUCH a b", "A nosuch a", "A EVAL x many a", "D MULTI", "E@70 GET user:1", "unix MULTI", "unix GET a", "unix EXEC", `!1700000000.000001 [0 a:1] "GET" "cut`)+`1700000000.000002 [0 a:1] "GE`))
	c := res.Capture
	got := fmt.Sprintf("lines %d blank %d commands %d calls %d orphans %d half %d lost %d open %d bad %d unended %t unknown %v nokeys %d transactions %d socket %d",
		c.Lines, c.Blank, c.Commands, c.ScriptCalls, c.OrphanCalls, c.HalfTransactions, c.LostTransactions, c.OpenTransactions, c.Unreadable, c.Unended, c.UnknownCommands, c.NoKeys, c.Transactions, c.SocketClients)
	const want = "lines 21 blank 2 commands 15 calls 1 orphans 1 half 1 lost 2 open 1 bad 3 unended true unknown [{NOSUCH 2}] nokeys 1 transactions 2 socket 1"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d := fmt.Sprint(res.Databases); d != "[{0 14} {63 1}]" {
		t.Errorf("databases %s", d)
	}
	if m := fmt.Sprint(res.Meetings); m != "[{user:<id> [0 63]}]" {
		t.Errorf("meetings %s", m)
	}
	if span := c.To.Sub(c.From.Time).Minutes(); span < 5.9 || span > 6.1 {
		t.Errorf("%.1f minutes", span)
	}
}

// What a client ends itself is not given up: DISCARD, RESET and QUIT.
func TestEnded(t *testing.T) {
	res, ops := analyse(t, trace.Options{Map: mapOf(t, userMap...)}, strings.NewReader(capture(
		"A MULTI", "A DISCARD", "B MULTI", "B RESET", "C WATCH a", "C RESET", "D MULTI", "D QUIT", "B SET a v", "C SET b v")))
	if c := res.Capture; c.LostTransactions+c.OpenTransactions+c.HalfTransactions > 0 || len(ops) > 0 {
		t.Errorf("%+v, %v", c, ops)
	}
}

// More connections than are kept, and more shapes: what is given up is counted, and the memory stays.
func TestBounds(t *testing.T) {
	var lines []string
	for i := range 6000 {
		lines = append(lines, fmt.Sprintf(`!1700000000.000001 [0 10.0.0.1:%d] "WATCH" "k"`, i))
	}
	for i := range 6000 {
		word := fmt.Sprintf("%c%c%c%c", 'a'+i%7, 'a'+i/7%7, 'a'+i/49%7, 'a'+i/343)
		lines = append(lines, fmt.Sprintf(`!1700000000.000001 [0 10.0.0.2:1] "MGET" "%s:x:%s" "a"`, word, word))
	}
	res, _ := analyse(t, trace.Options{Map: mapOf(t, userMap...)}, strings.NewReader(capture(lines...)))
	if c := res.Capture; c.LostTransactions != 6000-4096 || c.OpenTransactions != 4096 {
		t.Errorf("%d lost, %d open", c.LostTransactions, c.OpenTransactions)
	}
	var keys, ops int64
	for _, k := range res.Unknown {
		keys += k.Count
	}
	for _, f := range res.Findings {
		ops += f.Before.Count
	}
	if keys != res.Traffic.Keys || keys != 18_000 || res.Summary.UnknownKeys != keys {
		t.Errorf("%d keys of %d", keys, res.Traffic.Keys)
	}
	if ops+res.MoreFindings != 6000 || len(res.Findings) > 5000 {
		t.Errorf("%d operations in %d findings, %d more", ops, len(res.Findings), res.MoreFindings)
	}
}

func TestShapes(t *testing.T) {
	var lines []string
	for _, k := range []string{"order:17", "order:18:lines", "sess:9f86d081884c7d65", "u:123e4567-e89b-12d3-a456-426614174000:x", "v2:cache", "face", "deadbeef",
		"{cart:7}:items", "2026-01-02", "user_1", "sales_2026", "tok:AbC123dEf456GhI789"} {
		lines = append(lines, "A GET "+k)
	}
	for i := range 30 {
		lines = append(lines, fmt.Sprintf("A GET name:%c%c", 'a'+i%6, 'g'+i/6))
	}
	res, _ := analyse(t, trace.Options{Map: mapOf(t, "x:<id>")}, strings.NewReader(capture(lines...)))
	got := map[string]int64{}
	for _, k := range res.Unknown {
		got[k.Shape] = k.Count
	}
	want := map[string]int64{"order:<..>": 1, "order:<..>:lines": 1, "sess:<..>": 1, "u:<..>:x": 1, "v<..>:cache": 1, "face": 1, "deadbeef": 1, "{cart:<..>}:items": 1,
		"<..>-<..>-<..>": 1, "name:<..>": 30, "user_<..>": 1, "sales_<..>": 1, "tok:<..>": 1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if s := res.Unknown[0]; s.Shape != "name:<..>" || len(s.Samples) != 3 {
		t.Errorf("first %+v", s)
	}
}

// Neither values nor credentials are kept: what an example shows is commands and keys.
func TestNoValues(t *testing.T) {
	secret := "S3CRET"
	res, _ := analyse(t, trace.Options{Map: mapOf(t, userMap...)}, strings.NewReader(capture(
		"A AUTH user "+secret, "A HELLO 3 AUTH user "+secret, "A MSET user:1 "+secret+" user:2 "+secret, "A EVAL "+secret+" 2 a b "+secret,
		"lua SET c "+secret, "A MULTI", "A HSET user:1 f "+secret, "A SET user:2 "+secret, "A PUBLISH c "+secret, "A EXEC", "A SCAN 0 MATCH "+secret,
		"A CONFIG SET requirepass "+secret, "A SORT user:1:log BY "+secret+"*", "A SUBSCRIBE __key"+secret, "A MIGRATE host 1 a 0 1 AUTH "+secret,
		"A@2 SET a "+secret, "A "+secret+"X y z", "A ACL SETUSER x >"+secret)))
	if len(res.Findings) < 8 {
		t.Errorf("only %d findings", len(res.Findings))
	}
	if s := strings.ToUpper(fmt.Sprintf("%+v", res)); strings.Count(s, secret) != strings.Count(s, secret+"X") {
		t.Errorf("a secret is in the result:\n%s", s)
	}
}

// With the code at hand a finding that the plan rewrites is handled, and one that contradicts the plan is not.
func TestSites(t *testing.T) {
	sites := []trace.Site{
		{File: "a.go", Line: 1, Verdict: "split", Kind: "command", Commands: []string{"DEL"}, Families: []string{"user:<id>", "user:<id>:log"}},
		{File: "a.go", Line: 2, Verdict: "fanout", Kind: "node", Commands: []string{"SCAN"}},
		{File: "a.go", Line: 3, Verdict: "safe", Kind: "command", Commands: []string{"DBSIZE"}},
		{File: "a.go", Line: 4, Verdict: "safe", Kind: "command", Commands: []string{"MGET"}, Families: []string{"user:<id>"}},
		{File: "a.go", Line: 5, Verdict: "fanout", Kind: "command", Commands: []string{"KEYS"}},
		{File: "a.go", Line: 9, Verdict: "safe", Kind: "command", Commands: []string{"DEL"}, Families: []string{"user:<id>"}},
		{File: "a.go", Line: 10, Verdict: "safe", Kind: "command", Commands: []string{"TOUCH"}, Whole: true},
		{File: "a.go", Line: 11, Verdict: "split", Kind: "command", Commands: []string{"TOUCH"}, Whole: true},
		{File: "a.go", Line: 12, Verdict: "review", Kind: "command", Commands: []string{"UNLINK"}, Whole: true},
		{File: "a.go", Line: 7, Verdict: "tag", Kind: "transaction", Commands: []string{"MGET", "KEYS", "RANDOMKEY"}, Families: []string{"user:<id>"}},
		{File: "a.go", Line: 8, Verdict: "review", Kind: "script", Commands: []string{"EVAL"}, Families: []string{"user:<id>"}},
		{File: "a.go", Line: 6, Verdict: "review", Kind: "command", Commands: []string{"KEYS"}},
	}
	res, _ := analyse(t, trace.Options{Map: mapOf(t, userMap...), Sites: sites}, strings.NewReader(capture(
		"A DEL user:1 user:2", "A DEL user:1 other", "A SCAN 0", "A DBSIZE", "A MGET user:1 user:2", "A KEYS *", "A RANDOMKEY", "A TOUCH user:1 user:2", "A UNLINK user:1 user:2", "A EVALSHA x 2 user:1 user:2", "lua GET user:1")))
	var got []string
	for _, f := range res.Findings {
		var at []int
		for _, s := range f.Sites {
			at = append(at, s.Line)
		}
		got = append(got, fmt.Sprint(f.Commands, at, f.Open()))
	}
	slices.Sort(got)
	want := []string{"[DBSIZE] [3] false", "[DEL] [1 9] false", "[DEL] [] true", "[EVALSHA] [8] true", "[KEYS] [5 6] true", "[MGET] [4] true", "[RANDOMKEY] [] true", "[SCAN] [2] false", "[TOUCH] [11] false", "[UNLINK] [12] true"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if s := res.Summary; s.FailsBefore != 6 || s.FailsAfter != 4 || s.SilentBefore != 4 || s.SilentAfter != 2 {
		t.Errorf("summary %+v", s)
	}
}
