package keymap

import (
	"fmt"
	"slices"
	"strings"
)

// equal reports the same family with the same new name; the names of holes don't matter.
func (e Entry) equal(o Entry) bool { return e.Span == o.Span && e.same(o) }

// same reports the same family.
func (e Entry) same(o Entry) bool {
	return slices.EqualFunc(e.Pieces, o.Pieces, func(a, b Piece) bool {
		if a.Hole == nil || b.Hole == nil {
			return a.Hole == nil && b.Hole == nil && a.Text == b.Text
		}
		x, y := *a.Hole, *b.Hole
		return x.Kind == y.Kind && x.Unknown == y.Unknown && x.Configured == y.Configured && slices.Equal(x.Values, y.Values)
	})
}

// collisions finds two families of which different keys could get one new name.
func collisions(entries []Entry) error {
	all := make([][][]unit, len(entries))
	for i, e := range entries {
		all[i] = expand(e.newUnits())
	}
	for i, a := range entries {
		for k, b := range entries[:i] {
			if a.same(b) {
				return fmt.Errorf("one key would get two names: %s and %s", b.arrow(), a.arrow())
			}
			if !a.Renamed() && !b.Renamed() || a.Silent() || b.Silent() || a.Span.Put != "" && a.Span == b.Span {
				continue
			}
			for _, x := range all[k] {
				if slices.ContainsFunc(all[i], func(y []unit) bool { return collide(x, y) }) {
					return fmt.Errorf("two different keys could get one name: a key %s may be called as one of %s: %s and %s can't both be",
						b.Template, a.NewTemplate, b.arrow(), a.arrow())
				}
			}
		}
	}
	return nil
}

func (e Entry) arrow() string {
	if !e.Renamed() {
		return e.Template + " (keeps its name)"
	}
	return e.Template + " -> " + e.NewTemplate
}

// maxExpanded is how many templates one with closed sets of values is written out to.
const maxExpanded = 32

// expand writes out the holes that take one of a few values.
func expand(us []unit) [][]unit {
	out := [][]unit{nil}
	for _, u := range us {
		values := []string(nil)
		if u.hole != nil {
			values = u.hole.values()
		}
		if len(values) == 0 || len(out)*len(values) > maxExpanded {
			for i := range out {
				out[i] = append(out[i], u)
			}
			continue
		}
		var next [][]unit
		for _, row := range out {
			for _, v := range values {
				r := slices.Clone(row)
				for i := range len(v) {
					r = append(r, unit{b: v[i]})
				}
				next = append(next, r)
			}
		}
		out = next
	}
	return out
}

// collide reports that two new templates can give one string with the braces of their tags at different places, so that
// the old names differ. As in keyplan a value is not empty and holds no separator; it holds no brace either, unless
// nothing is known of it.
func collide(a, b []unit) bool {
	type state struct {
		i, j int
		off  bool
	}
	seen := map[state]bool{}
	var walk func(s state) bool
	walk = func(s state) bool {
		if s.i == len(a) || s.j == len(b) {
			return s.i == len(a) && s.j == len(b) && s.off
		}
		if seen[s] {
			return false
		}
		seen[s] = true
		x, y := a[s.i], b[s.j]
		both, left, right := state{s.i + 1, s.j + 1, s.off}, state{s.i + 1, s.j, s.off}, state{s.i, s.j + 1, s.off}
		switch {
		case x.hole == nil && y.hole == nil:
			both.off = s.off || x.mark != y.mark
			return x.b == y.b && walk(both)
		case x.hole == nil:
			both.off, left.off = s.off || x.mark != noMark, s.off || x.mark != noMark
			return mayHold(y.hole, x.b) && (walk(both) || walk(left))
		case y.hole == nil:
			both.off, right.off = s.off || y.mark != noMark, s.off || y.mark != noMark
			return mayHold(x.hole, y.b) && (walk(both) || walk(right))
		}
		return walk(both) || walk(left) || walk(right)
	}
	return literalsMeet(a, b) && walk(state{})
}

// sure finds the renamed families of which the new names are told from those of all others by their text alone, whatever
// the values, as long as none of its own values holds a brace.
func sure(entries []Entry) []bool {
	out := make([]bool, len(entries))
	units := make([][]unit, len(entries))
	for i, e := range entries {
		units[i] = e.newUnits()
	}
	for i, e := range entries {
		out[i] = e.Renamed() && !hasBraces(e.units())
		for k, o := range entries {
			if i != k && out[i] && !o.Silent() && overlap(units[i], units[k]) {
				out[i] = false
			}
		}
	}
	return out
}

func hasBraces(us []unit) bool { return slices.ContainsFunc(us, brace) }

// overlap reports that two templates can give one string when holes hold any text, or none. Those of the first, a new
// name, hold no brace; those of the second may hold the braces of its tag.
func overlap(a, b []unit) bool {
	type state struct{ i, j int }
	seen := map[state]bool{}
	var walk func(i, j int) bool
	walk = func(i, j int) bool {
		if i == len(a) && j == len(b) {
			return true
		}
		if seen[state{i, j}] {
			return false
		}
		seen[state{i, j}] = true
		switch {
		case i < len(a) && a[i].hole != nil:
			return walk(i+1, j) || j < len(b) && !brace(b[j]) && walk(i, j+1)
		case j < len(b) && b[j].hole != nil:
			return walk(i, j+1) || i < len(a) && walk(i+1, j)
		}
		return i < len(a) && j < len(b) && a[i].b == b[j].b && walk(i+1, j+1)
	}
	return literalsMeet(a, b) && walk(0, 0)
}

func brace(u unit) bool { return u.hole == nil && (u.b == '{' || u.b == '}') }

// literalsMeet compares the text at both ends, which tells most templates apart.
func literalsMeet(a, b []unit) bool {
	for i := 0; i < len(a) && i < len(b) && a[i].hole == nil && b[i].hole == nil; i++ {
		if a[i].b != b[i].b {
			return false
		}
	}
	for i := 1; i <= len(a) && i <= len(b) && a[len(a)-i].hole == nil && b[len(b)-i].hole == nil; i++ {
		if a[len(a)-i].b != b[len(b)-i].b {
			return false
		}
	}
	return true
}

func mayHold(h *Hole, b byte) bool {
	return !h.stop(plain)[b] && (h.Unknown || strings.IndexByte("{}", b) < 0)
}
