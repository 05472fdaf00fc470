package keymap

import (
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// TestFromPlan makes a map of a plan: also of the families that keep their names, with what is known of their values.
func TestFromPlan(t *testing.T) {
	id := &key.Hole{ID: "u", Name: "uid", Kind: key.Int}
	kind := &key.Hole{ID: "k", Name: "kind", Domain: []string{"mail", "post"}}
	open := &key.Hole{ID: "o", Name: "name", Domain: []string{"a"}, Open: true}
	prefix := &key.Hole{ID: "p", Name: "prefix", Class: key.Fixed}
	of := func(parts ...any) key.Template {
		out := key.Literal("")
		for _, p := range parts {
			next := key.Template{}
			switch p := p.(type) {
			case string:
				next = key.Literal(p)
			case *key.Hole:
				next = key.OfHole(p)
			}
			out, _ = key.Concat(out, next)
		}
		return out
	}
	multi := []key.Template{of("user:", id), of("user:", id, ":", kind), of("user:", id, ":log")}
	var sites []detect.Site
	add := func(command string, ts ...key.Template) {
		op := detect.Op{Command: command, Scope: rediscmd.Keyed}
		for _, k := range ts {
			op.Keys = append(op.Keys, detect.Key{Alts: []key.Template{k}})
		}
		n := len(sites)
		sites = append(sites, detect.Site{ID: string(rune('a' + n)), Kind: detect.Command, Target: detect.OnClient,
			Pos: source.Position{File: "a.go", Line: n + 1}, Contexts: []detect.Context{{Ops: []detect.Op{op}}}})
	}
	add("SINTERSTORE", multi...)
	add("GET", of("name:", open))
	add("GET", of(prefix, ":day"))
	m, err := FromPlan(keyplan.Make(sites, keyplan.Options{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Renames() || len(m.Entries) != 5 {
		t.Fatalf("%d families, renames %t:\n%s", len(m.Entries), m.Renames(), templates(m))
	}
	for k, want := range map[string]string{
		"user:7":       "=",
		"user:7:mail":  "{user:7}:mail",
		"user:7:fax":   "?",
		"user:x:mail":  "?",
		"user:7:log":   "{user:7}:log",
		"name:b":       "=",
		"app:eu:day":   "=",
		"{user:7}:log": "done",
	} {
		if got := told(m, k); got != want {
			t.Errorf("%q: got %s, want %s", k, got, want)
		}
	}
}
