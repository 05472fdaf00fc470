package keyplan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// testMethods are the methods of the commands that the helper has.
var testMethods = map[string]string{"MGET": "MGet", "DEL": "Del", "UNLINK": "Unlink", "EXISTS": "Exists", "TOUCH": "Touch", "KEYS": "Keys", "SCAN": "Scan"}

// parseSites reads sites as they are shown: "MGET a:<x> b:<x>", "MULTI a:<x> b:<x>". A hole is text, and its name is its
// id; <n#int> has another kind, <x*> takes many values.
func parseSites(t testing.TB, lines []string) []detect.Site {
	t.Helper()
	var out []detect.Site
	for i, line := range lines {
		words := strings.Fields(line)
		s := detect.Site{
			ID: fmt.Sprintf("s%d", i), Kind: detect.Command, Target: detect.OnClient, Method: testMethods[words[0]],
			Pos: source.Position{File: "a.go", Line: i + 1, Column: 1, Offset: 10 * i},
		}
		op := detect.Op{Command: words[0], Method: s.Method, Scope: rediscmd.Keyed, Pos: s.Pos}
		if words[0] == "MULTI" {
			s.Kind, op.Command = detect.Transaction, "SINTERSTORE"
		}
		for _, w := range words[1:] {
			op.Keys = append(op.Keys, detect.Key{Alts: []key.Template{parseKey(t, w)}, Multi: strings.Contains(w, "*>")})
		}
		s.Contexts = []detect.Context{{Ops: []detect.Op{op}}}
		out = append(out, s)
	}
	return out
}

func parseKey(t testing.TB, s string) key.Template {
	t.Helper()
	out := key.Literal("")
	for s != "" {
		text, rest, hole := strings.Cut(s, "<")
		out, _ = key.Concat(out, key.Literal(text))
		if !hole {
			break
		}
		name, after, ok := strings.Cut(rest, ">")
		if !ok {
			t.Fatalf("unclosed hole in %q", s)
		}
		h := &key.Hole{Many: strings.HasSuffix(name, "*")}
		name, kind, _ := strings.Cut(strings.TrimSuffix(name, "*"), "#")
		h.ID, h.Name = name, name
		switch kind {
		case "int":
			h.Kind = key.Int
		case "fixed":
			h.Class = key.Fixed
		case "time":
			h.Kind = key.Time
		case "unknown":
			h.Class, h.Reason = key.Unknown, "comes from a channel"
		}
		out, _ = key.Concat(out, key.OfHole(h))
		s = after
	}
	return out
}
