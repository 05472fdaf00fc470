package keymap

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/keyplan"
)

// draw makes random families that New takes, and keys: of their templates with values of all sorts, with new names, and
// some that are of none.
func draw(r *rand.Rand, values []string) (*Map, []string) {
	var entries []Entry
	for range 1 + r.IntN(5) {
		e := randomEntry(r)
		if _, err := New(append(slices.Clone(entries), e)); err == nil {
			entries = append(entries, e)
		}
	}
	m, err := New(entries)
	if err != nil {
		panic(err)
	}
	var keys []string
	for _, e := range entries {
		for range 8 {
			k := fill(r, e.Pieces, values)
			keys = append(keys, k, m.Old(k).Name, k+pick(r, values), pick(r, values)+k)
		}
	}
	return m, append(keys, "", ":", "{", "}", "{}", "a:b:c:d")
}

func pick[T any](r *rand.Rand, s []T) T { return s[r.IntN(len(s))] }

// plainValues hold no braces.
var plainValues = []string{"1", "2", "a", "b", "ab", "", "a:b", "1:a", "a-b", "x/y", "true", ":", "a:log", "log", "b:log:a", "-", "\xff", "日"}

// oddValues have braces.
var oddValues = append(slices.Clone(plainValues), "{", "}", "{a}", "}{", "{1}:a", "a}:log", "{}")

func randomEntry(r *rand.Rand) Entry {
	texts := []string{"a:", "b:", ":", ":log", "-", "a", "log", ":b:", "{a}:", "%d.", "/"}
	var pieces []Piece
	for range 1 + r.IntN(5) {
		if r.IntN(2) == 0 {
			pieces = append(pieces, Piece{Text: pick(r, texts)})
			continue
		}
		h := &Hole{Name: pick(r, []string{"x", "y", "z"}), Kind: pick(r, []key.Kind{key.Text, key.Text, key.Text, key.Int, key.ID, key.Bool, key.Time})}
		switch r.IntN(12) {
		case 0:
			h.Unknown = true
		case 1:
			h.Values = []string{"a", "ab", "1:a"}
		case 2:
			h.Configured = len(pieces) == 0
		}
		pieces = append(pieces, Piece{Hole: h})
	}
	e := NewEntry(pieces, keyplan.None)
	us := e.units()
	switch n := len(us); {
	case hasBraces(us) || r.IntN(3) == 0:
	case r.IntN(8) == 0:
		e = NewEntry(pieces, keyplan.Span{Put: pick(r, []string{"a", "log"})})
	default:
		a := r.IntN(n)
		e = NewEntry(pieces, keyplan.Span{Start: a, End: a + 1 + r.IntN(n-a)})
	}
	return e
}

func fill(r *rand.Rand, pieces []Piece, values []string) string {
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.Hole == nil:
			b.WriteString(p.Text)
		case len(p.Hole.values()) > 0 && r.IntN(8) > 0:
			b.WriteString(pick(r, p.Hole.values()))
		default:
			b.WriteString(pick(r, values))
		}
	}
	return b.String()
}
