package rediscmd_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// keyCases are commands and their keys. A word "?" is not known. Those that Redis has
// are also held against the server's COMMAND GETKEYS.
var keyCases = []struct {
	words string
	keys  string // "error": the positions can't be told
}{
	{"GET a", "a"},
	{"get a", "a"},
	{"SET a v EX 10", "a"},
	{"MGET a b c", "a b c"},
	{"MSET a 1 b 2", "a b"},
	{"MSETNX a ? b ?", "a b"},
	{"DEL a", "a"},
	{"RENAME a b", "a b"},
	{"COPY a b DB 0 REPLACE", "a b"},
	{"SMOVE a b m", "a b"},
	{"BLPOP a b 0", "a b"},
	{"BLMOVE a b LEFT RIGHT 0", "a b"},
	{"RPOPLPUSH a b", "a b"},
	{"LMPOP 2 a b LEFT", "a b"},
	{"LMPOP ? a b LEFT", "error"},
	{"BLMPOP 0 2 a b LEFT COUNT 2", "a b"},
	{"BLMPOP ? 2 a b LEFT", "a b"},
	{"ZMPOP 1 a MIN", "a"},
	{"SINTERCARD 2 a b LIMIT 1", "a b"},
	{"SUNIONSTORE a b c", "a b c"},
	{"ZUNIONSTORE a 2 b c WEIGHTS 1 2", "a b c"},
	{"ZUNIONSTORE a ? b c", "error"},
	{"ZUNIONSTORE a 9 b c", "error"},
	{"ZUNIONSTORE a x b c", "error"},
	{"ZDIFF 2 a b WITHSCORES", "a b"},
	{"ZRANGESTORE a b 0 -1", "a b"},
	{"XREAD COUNT 5 BLOCK 0 STREAMS a b 0 0", "a b"},
	{"XREAD count ? block ? streams a b ? ?", "a b"},
	{"XREAD ? ? streams a 0", "error"},
	{"XREADGROUP GROUP streams c COUNT 5 NOACK STREAMS a b > >", "a b"},
	{"XREADGROUP GROUP ? ? STREAMS a ?", "a"},
	{"EVAL return 2 a b v", "a b"},
	{"EVAL ? 0 v", ""},
	{"EVALSHA ? ? a b", "error"},
	{"FCALL f 1 a v", "a"},
	{"SORT a", "a"},
	{"SORT a BY store LIMIT 0 5 GET get STORE b", "a b"},
	{"SORT a LIMIT ? ? DESC", "a"},
	{"SORT a ?", "error"},
	{"SORT_RO a BY w_*", "a"},
	{"OBJECT ENCODING a", "a"},
	{"object freq a", "a"},
	{"OBJECT ? a", "error"},
	{"MEMORY USAGE a SAMPLES 5", "a"},
	{"XINFO STREAM a FULL", "a"},
	{"XGROUP CREATE a g 0", "a"},
	{"DEBUG OBJECT a", "a"},
	{"MIGRATE host 6379 a 0 1000", "a"},
	{"MIGRATE host 6379 EMPTY 0 1000 COPY AUTH keys KEYS a b", "a b"},
	{"MIGRATE host 6379 EMPTY 0 1000 AUTH2 keys keys KEYS a", "a"},
	{"GEORADIUS a 1 2 3 km", "a"},
	{"GEORADIUS a 1 2 3 km COUNT ? ANY STORE b", "a b"},
	{"GEORADIUSBYMEMBER a m 3 km STOREDIST b", "a b"},
	{"GEOSEARCHSTORE a b FROMMEMBER m BYRADIUS 1 m", "a b"},
	{"BITOP AND a b c", "a b c"},
	{"PFMERGE a b c", "a b c"},
	{"LCS a b LEN", "a b"},
	{"WATCH a b", "a b"},
	{"KEYS a*", ""},
	{"SCAN 0 MATCH a*", ""},
	{"PUBLISH a b", ""},
	{"SPUBLISH a b", ""},
	{"CLUSTER KEYSLOT a", ""},
	{"CONFIG SET a b", ""},
	{"MGET", "error"},
	{"RENAME a", "error"},
	{"JSON.MGET a b $", "a b"},
	{"JSON.MSET a $ 1 b $ 2", "a b"},
	{"JSON.DEBUG MEMORY a $", "a"},
	{"TS.MADD a 1 2 b 3 4", "a b"},
	{"TS.CREATERULE a b AGGREGATION avg 5", "a b"},
	{"CMS.MERGE a 2 b c WEIGHTS 1 2", "a b c"},
	{"TDIGEST.MERGE a 2 b c COMPRESSION 9", "a b c"},
	{"MSETEX 2 a 1 b 2 EX 5", "a b"},
	{"HEXPIRE a 10 FIELDS 1 f", "a"},
	{"VADD a VALUES 1 1 e", "a"},
	{"FT.SEARCH idx query", ""},
	{"HIMPORT SET a fs v", "a"},
}

func TestKeyIndexes(t *testing.T) {
	for _, test := range keyCases {
		words := strings.Fields(test.words)
		if got := keysOf(t, words); got != test.keys {
			t.Errorf("%s: keys %q, want %q", test.words, got, test.keys)
		}
	}
}

// keysOf returns the keys among words, or "error". A "?" is not known, EMPTY is the empty word.
func keysOf(t *testing.T, words []string) string {
	t.Helper()
	var known []string
	for _, w := range words {
		if w == "?" {
			break
		}
		known = append(known, w)
	}
	c, ok := rediscmd.Lookup(known...)
	if !ok {
		t.Errorf("%s: not found", words)
		return ""
	}
	at, err := c.KeyIndexes(len(words), func(i int) (string, bool) {
		if words[i] == "EMPTY" {
			return "", true
		}
		return words[i], words[i] != "?"
	})
	if err != nil {
		return "error"
	}
	var keys []string
	for _, i := range at {
		keys = append(keys, words[i])
	}
	return strings.Join(keys, " ")
}

// Of the cases above, the server itself says what the keys are.
func TestKeyIndexesAgreeWithServer(t *testing.T) {
	c := startServer(t)
	asked := 0
	for _, test := range keyCases {
		words := strings.Fields(test.words)
		if test.keys == "" || test.keys == "error" || slices.Contains(words, "?") {
			continue
		}
		args := []any{"command", "getkeys"}
		for _, w := range words {
			args = append(args, strings.TrimPrefix(w, "EMPTY"))
		}
		keys, err := c.Do(context.Background(), args...).StringSlice()
		if err != nil {
			if c.Do(context.Background(), "command", "info", words[0]).Val().([]any)[0] != nil && words[0] != "DEBUG" {
				t.Errorf("%s: %v", test.words, err)
			}
			continue // a command this server doesn't have, or, DEBUG, whose keys it doesn't tell
		}
		asked++
		slices.Sort(keys)
		if got := strings.Join(keys, " "); got != test.keys {
			t.Errorf("%s: the server says %q, the test %q", test.words, got, test.keys)
		}
	}
	if asked < 35 {
		t.Errorf("the server was asked about %d commands only", asked)
	}
}

func TestLookup(t *testing.T) {
	for _, test := range []struct {
		words string
		name  string // empty: not found
	}{
		{"GET key", "get"},
		{"Object Encoding key", "object|encoding"},
		{"object", "object"},
		{"object nonsense", ""},
		{"object|encoding", ""},
		{"config get maxmemory", "config|get"},
		{"command", "command"},
		{"command nonsense", "command"},
		{"debug sleep", "debug"},
		{"json.set k", "json.set"},
		{"nonsense", ""},
		{"", ""},
	} {
		c, ok := rediscmd.Lookup(strings.Fields(test.words)...)
		if c.Name != test.name || ok != (test.name != "") {
			t.Errorf("Lookup(%q) = %q, %t", test.words, c.Name, ok)
		}
	}
}

func TestCommandFlags(t *testing.T) {
	for _, test := range []struct {
		name                      string
		arity                     int
		write, readOnly, blocking bool
		firstKeyWritten           bool
	}{
		{"get", 2, false, true, false, false},
		{"mset", -3, true, false, false, true},
		{"blpop", -3, true, false, true, true},
		{"xread", -4, false, true, true, false},
		{"ping", -1, false, false, false, false},
		{"zunionstore", -4, true, false, false, true},
		{"publish", 3, false, false, false, false},
	} {
		c, _ := rediscmd.Lookup(test.name)
		written := len(c.Keys) > 0 && c.Keys[0].Write
		if c.Arity != test.arity || c.Write != test.write || c.ReadOnly != test.readOnly ||
			c.Blocking != test.blocking || written != test.firstKeyWritten {
			t.Errorf("%s: %+v", test.name, c)
		}
	}
}

func TestWrites(t *testing.T) {
	for _, name := range []string{"set", "getdel", "eval", "evalsha", "fcall", "sort"} {
		if c, _ := rediscmd.Lookup(name); !c.Writes() {
			t.Errorf("%s does not write", name)
		}
	}
	for _, name := range []string{"get", "eval_ro", "evalsha_ro", "fcall_ro", "pfcount", "publish", "spublish", "dbsize", "watch"} {
		if c, _ := rediscmd.Lookup(name); c.Writes() {
			t.Errorf("%s writes", name)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	names := rediscmd.Names()
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error("a command stands in two tables")
	}
	for _, name := range names {
		if _, ok := rediscmd.Lookup(strings.Split(name, "|")...); !ok {
			t.Errorf("%s is listed and not found: is its table sorted?", name)
		}
	}
}
