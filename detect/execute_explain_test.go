package detect_test

import (
	"strings"
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/source"
)

// template makes a template of literals and holes: "user:<id>:a". A hole is <ID>, with a flag behind its ID: * takes
// many values, ! is fixed, ? unknown, # a number, | the domain a or b.
func template(s string, conds map[string]string) key.Template {
	out := key.Template{Gaps: make([][]key.Point, 1), Conds: conds}
	for s != "" {
		lit, rest, found := strings.Cut(s, "<")
		next := key.Literal(lit)
		out, _ = key.Concat(out, next)
		if !found {
			return out
		}
		name, after, _ := strings.Cut(rest, ">")
		id := strings.TrimRight(name, "*!?#|")
		h := &key.Hole{ID: id, Name: id}
		switch strings.TrimPrefix(name, id) {
		case "*":
			h.Many = true
		case "!":
			h.Class = key.Fixed
		case "?":
			h.Class = key.Unknown
		case "#":
			h.Kind = key.Int
		case "|":
			h.Domain = []string{"a", "b"}
		}
		out, _ = key.Concat(out, key.OfHole(h))
		s = after
	}
	return out
}

// TestExplain holds that the matcher of TestExecuted tells what is explained from what is not: a matcher that takes
// everything would let everything pass.
func TestExplain(t *testing.T) {
	one := func(s string) detect.Key { return detect.Key{Alts: []key.Template{template(s, nil)}} }
	many := func(s string) detect.Key {
		return detect.Key{Alts: []key.Template{template(s, nil)}, Multi: true}
	}
	either := func(choice, x, y string) detect.Key {
		return detect.Key{Alts: []key.Template{
			template(x, map[string]string{choice: "0"}), template(y, map[string]string{choice: "1"}),
		}}
	}
	for _, c := range []struct {
		name string
		keys []detect.Key
		sent string
		want bool
	}{
		{"literal", []detect.Key{one("a")}, "a", true},
		{"other literal", []detect.Key{one("a")}, "b", false},
		{"equal", []detect.Key{one("a:<x>"), one("b:<x>")}, "a:1 b:1", true},
		{"not equal", []detect.Key{one("a:<x>"), one("b:<x>")}, "a:1 b:2", false},
		{"not equal in a key", []detect.Key{one("<x>:<x>")}, "1:2", false},
		{"cut elsewhere", []detect.Key{one("<x>:<y>"), one("b:<y>")}, "1:2:3 b:2:3", true},
		{"unknown differs", []detect.Key{one("a:<x?>"), one("b:<x?>")}, "a:1 b:2", true},
		{"one text for a key", []detect.Key{one("a:<x>")}, "a:1 a:2", false},
		{"many", []detect.Key{many("a:<x*>")}, "a:1 a:2", true},
		{"many, but one value", []detect.Key{many("a:<x>")}, "a:1 a:2", false},
		{"many within a key", []detect.Key{many("<x*>:<x*>")}, "1:1 1:2", false},
		{"many and one", []detect.Key{many("<o>:<x*>")}, "1:1 1:2 2:1", false},
		{"none of many", []detect.Key{one("k"), many("a:<x*>")}, "k", true},
		{"correlated", []detect.Key{either("c", "a", "b"), either("c", "x", "y")}, "b y", true},
		{"contradiction", []detect.Key{either("c", "a", "b"), either("c", "x", "y")}, "a y", false},
		{"independent", []detect.Key{either("c", "a", "b"), either("d", "x", "y")}, "a y", true},
		{"number", []detect.Key{one("a:<n#>")}, "a:1f", true},
		{"no number", []detect.Key{one("a:<n#>")}, "a:x", false},
		{"domain", []detect.Key{one("<d|>:x")}, "b:x", true},
		{"not in the domain", []detect.Key{one("<d|>:x")}, "c:x", false},
	} {
		pos := source.Position{File: "f.go", Line: 3}
		context := detect.Context{Ops: []detect.Op{{Pos: pos, Method: "MGet", Keys: c.keys}}}
		rs, done := explain([]command{{"f.go", 3, "MGet", strings.Fields(c.sent)}}, context, false, 1)
		if !done || (len(rs) > 0) != c.want {
			t.Errorf("%s: %d readings of %s", c.name, len(rs), c.sent)
		}
	}
	fixed := process{}
	for i, want := range []bool{true, true, false} {
		texts := []string{"p", "p", "q"}
		if _, ok := fixed.add([]reading{{fixed: map[string]string{"ns": texts[i]}}}); ok != want {
			t.Errorf("fixed text %d is taken as %v", i, ok)
		}
	}
}
