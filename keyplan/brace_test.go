package keyplan

import (
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// TestHashTextIsRedis compares what is taken for the hash text of a literal key with what Redis hashes, on every key up
// to seven bytes of braces and a letter.
func TestHashTextIsRedis(t *testing.T) {
	var try func(prefix string)
	try = func(prefix string) {
		got, ok := hashText(units(key.Literal(prefix)), None)
		if want := rediscmd.HashTag(prefix); got != want || !ok {
			t.Errorf("%q hashes %q, %v; Redis hashes %q", prefix, got, ok, want)
		}
		if len(prefix) == 7 {
			return
		}
		for _, c := range "{}a" {
			try(prefix + string(c))
		}
	}
	try("")
}

// TestBraces has keys that hold braces already: they keep their names, and others join them.
func TestBraces(t *testing.T) {
	for _, test := range []struct {
		site    string
		verdict Verdict
		want    string // the keys as they will be, "" when none changes
	}{
		// what Redis sees as a tag
		{"MULTI {<id>}:a {<id>}:b", Safe, ""},
		{"MULTI x{<id>}:a {<id>}y", Safe, ""},
		{"MULTI {a<id>}:x y{a<id>}", Safe, ""},
		{"MULTI {<id>}:a {<uid>}:a", Blocked, ""},
		{"MULTI {<id>}:a <id>", Safe, ""},
		{"MULTI {a}:<id> {a}:<uid> a", Safe, ""},
		// only the first { and the first } after it count
		{"MULTI {<id>}{x} {<id>}{y}", Safe, ""},
		{"MULTI a{<id>}{x} b{x}{<id>}", Blocked, ""},
		{"MULTI {{<id>}}:a {{<id>}:b", Safe, ""},
		{"MULTI {{<id>}}:a {<id>}:b", Blocked, ""},
		{"MULTI }{<id>} {<id>}", Safe, ""},
		{"MULTI {<id>}}a {<id>}b", Safe, ""},
		{"MULTI a}b{<id>}c <id>", Safe, ""},
		{"MULTI a}{<id> b}{<id>", Blocked, ""},
		// {} and a { without } : the whole key
		{"MULTI {}<id> {}<id>", Safe, ""},
		{"MULTI {}<id>:a {}<id>:b", Blocked, ""},
		{"MULTI {}{<id>}:a {}{<id>}:b", Blocked, ""},
		{"MULTI {}{<id>}:a {<id>}", Blocked, ""},
		{"MULTI {<id>:a {<id>:b", Blocked, ""},
		{"MULTI <id>}:a <id>}:b", Tag, "{<id>}}:a {<id>}}:b"},
		{"MULTI {<id> {<id>", Safe, ""},
		// others join a tag that stands
		{"MULTI {<id>}:a b:<id>", Tag, "{<id>}:a b:{<id>}"},
		{"MULTI {b:<id>}:a b:<id>:c", Tag, "{b:<id>}:a {b:<id>}:c"},
		{"MULTI x:{<id>}:a b:<id>:<uid>", Tag, "x:{<id>}:a b:{<id>}:<uid>"},
		{"MULTI {<id>:a b:<id>", Blocked, ""},
		{"MULTI {}<id>:a b:<id>", Blocked, ""},
		{"MULTI {}<id> b:{}<id>", Blocked, ""}, // no tag can begin with a brace pair of its own
		// braces that were no tag on purpose: the tag goes before them
		{`MULTI c:<id>:{"v":1} c:<id>:log`, Tag, `{c:<id>}:{"v":1} {c:<id>}:log`},
		{`MULTI c:<id>:{"v":<v>} c:<id>:log`, Tag, `{c:<id>}:{"v":<v>} {c:<id>}:log`},
		{"MULTI hits:<id>:/users/{uid} last:<id>", Tag, "hits:{<id>}:/users/{uid} last:{<id>}"},
		{"MULTI hits:/users/{uid}:<id> last:<id>", Blocked, ""}, // behind them it is too late
		{"MULTI c:<id>:{} c:<id>:log", Tag, "{c:<id>}:{} {c:<id>}:log"},
		{"MULTI c:<id>:{v c:<id>:log", Tag, "{c:<id>}:{v {c:<id>}:log"},
		{"MULTI c:<id>:{shop} c:<id>:log", Blocked, ""}, // meant as a tag: it is kept
		// a value that several keys of a loop have
		{"MULTI {<id*>}:a", Blocked, ""},
		{"MULTI {<id>}:<n*>", Safe, ""},
		{"MULTI {}<n*>", Blocked, ""},
		{"MULTI a:<id>:<n*> b:<id>", Tag, "a:{<id>}:<n> b:{<id>}"},
	} {
		t.Run(test.site, func(t *testing.T) {
			sites := parseSites(t, []string{test.site})
			p := Make(sites, Options{})
			var names []string
			for _, k := range sites[0].Contexts[0].Ops[0].Keys {
				names = append(names, p.New(k.Alts[0]))
			}
			got, want := strings.Join(names, " "), test.want
			if want == "" {
				want = strings.NewReplacer("MULTI ", "", "*>", ">").Replace(test.site)
			}
			if p.Decisions[0].Verdict != test.verdict || got != want {
				t.Errorf("%s: %s\nwant %s: %s (%s)", p.Decisions[0].Verdict, got, test.verdict, want, p.Decisions[0].Reason)
			}
		})
	}
}
