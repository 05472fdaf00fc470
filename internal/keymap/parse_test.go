package keymap

import (
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/keyplan"
)

// parse reads an entry: user:<id>:log -> {user:<id>}:log. A hole <n#int> has a kind, <x#unknown> and <x#configured> are
// such, <x=a|b> has a closed set of values. Without an arrow the family keeps its name.
func parse(t testing.TB, s string) Entry {
	t.Helper()
	old, renamed, _ := strings.Cut(s, " -> ")
	var pieces []Piece
	rest := old
	for rest != "" {
		text, after, hole := strings.Cut(rest, "<")
		if text != "" {
			pieces = append(pieces, Piece{Text: text})
		}
		if !hole {
			break
		}
		name, next, _ := strings.Cut(after, ">")
		rest = next
		h := &Hole{}
		name, values, closed := strings.Cut(name, "=")
		if closed {
			h.Values = strings.Split(values, "|")
		}
		h.Name, name, _ = strings.Cut(name, "#")
		switch name {
		case "unknown":
			h.Unknown = true
		case "configured":
			h.Configured = true
		case "int":
			h.Kind = key.Int
		case "id":
			h.Kind = key.ID
		case "bool":
			h.Kind = key.Bool
		case "time":
			h.Kind = key.Time
		case "":
		default:
			t.Fatalf("no such kind: %s", name)
		}
		pieces = append(pieces, Piece{Hole: h})
	}
	if renamed == "" {
		return NewEntry(pieces, keyplan.None)
	}
	n := len(NewEntry(pieces, keyplan.None).units())
	for a := range n {
		for b := a + 1; b <= n; b++ {
			if e := NewEntry(pieces, keyplan.Span{Start: a, End: b}); e.NewTemplate == renamed {
				return e
			}
		}
	}
	put, _, _ := strings.Cut(strings.TrimPrefix(renamed, "{"), "}")
	e := NewEntry(pieces, keyplan.Span{Put: put})
	if e.NewTemplate != renamed {
		t.Fatalf("%s is not %s with a tag", renamed, e.Template)
	}
	return e
}

func parseMap(t testing.TB, lines ...string) *Map {
	t.Helper()
	var entries []Entry
	for _, l := range lines {
		entries = append(entries, parse(t, l))
	}
	m, err := New(entries)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
