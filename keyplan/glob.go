package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/internal/key"
)

// globUnit is one element of the pattern of SCAN or KEYS: a *, a character (a known one, a ? or a [set]), or a value that
// the pattern was made of. Source: https://redis.io/docs/latest/commands/keys/.
type globUnit struct {
	star  bool
	any   bool      // a ? or a [set]: one byte
	b     byte      // the byte, where it is known
	value *key.Hole // a value of the program
	from  int       // where it begins, as a border of the units that it was read from
}

// parseGlob reads a pattern. A set or an escape that a value breaks into is read as a *.
func parseGlob(us []unit) []globUnit {
	var out []globUnit
	for i := 0; i < len(us); {
		u, width := globAt(us[i:])
		u.from = i
		out = append(out, u)
		i += width
	}
	return out
}

func globAt(us []unit) (globUnit, int) {
	literal := func(i int, b byte) bool { return i < len(us) && us[i].hole == nil && us[i].b == b }
	switch {
	case us[0].hole != nil && us[0].hole.Class == key.Unknown:
		return globUnit{star: true, value: us[0].hole}, 1
	case us[0].hole != nil:
		return globUnit{value: us[0].hole}, 1
	case us[0].b == '*':
		return globUnit{star: true}, 1
	case us[0].b == '?':
		return globUnit{any: true}, 1
	case us[0].b == '\\':
		if len(us) > 1 && us[1].hole == nil {
			return globUnit{b: us[1].b}, 2
		}
		return globUnit{star: true}, 1
	case us[0].b == '[':
		for i := 1; i < len(us) && us[i].hole == nil; i++ {
			if literal(i, '\\') {
				i++
			} else if literal(i, ']') {
				return globUnit{any: true}, i + 1
			}
		}
		return globUnit{star: true}, len(us)
	}
	return globUnit{b: us[0].b}, 1
}

// parseGlobText reads a pattern as reports write it: <name> is a value that it was made of.
func parseGlobText(s string) []globUnit {
	pieces, _ := key.ParseReport(s)
	var us []unit
	for _, p := range pieces {
		if p.Name != "" {
			us = append(us, unit{hole: &key.Hole{Name: p.Name, Class: key.Unknown}})
			continue
		}
		for i := range len(p.Text) {
			us = append(us, unit{b: p.Text[i]})
		}
	}
	return parseGlob(us)
}

// reach is where a border of a template lies in a pattern that matches it.
type reach struct {
	in     []int // borders of the pattern's own units at which it lies in every way to match
	absorb bool  // in every way to match, a * can take what is put in there
	found  bool
}

// layState is a place in a template and in a pattern: before a unit, or inside a value or a * that goes on.
type layState struct {
	unit   int
	inUnit bool
	glob   int
	inGlob bool
}

// layout lays a pattern on the templates that it may match.
type layout struct {
	us   []unit
	glob []globUnit
	end  int // the last border of the pattern's own units

	next map[layState][]layState // consuming one byte, from each state before one
	from map[layState]bool       // states after a byte, and the first
	ends map[layState]bool       // states from which the end can be reached
}

// lay says where each border of the template lies in the pattern; false when no key of the template can match. A value of
// the template holds at least one byte, and those that holds allows.
func lay(us []unit, glob []globUnit, globEnd int) ([]reach, bool) {
	l := &layout{us: us, glob: glob, end: globEnd, next: map[layState][]layState{}, from: map[layState]bool{}, ends: map[layState]bool{}}
	if !l.begins() {
		return nil, false
	}
	l.walk()
	if !l.finish() {
		return nil, false
	}
	return l.reaches(), true
}

// begins compares the text that both begin with.
func (l *layout) begins() bool {
	for i := 0; i < len(l.us) && i < len(l.glob); i++ {
		u, g := l.us[i], l.glob[i]
		if u.hole != nil || g.star || g.value != nil {
			return true
		}
		if !g.any && g.b != u.b {
			return false
		}
	}
	return len(l.us) > 0
}

// walk finds all states that can be reached, and the steps between them.
func (l *layout) walk() {
	todo := []layState{{}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if l.from[s] {
			continue
		}
		l.from[s] = true
		for _, before := range l.skips(s) {
			if _, ok := l.next[before]; !ok {
				l.next[before] = l.step(before)
				todo = append(todo, l.next[before]...)
			}
		}
	}
}

// skips are the states that are reached without a byte: a * may stand for nothing, or end.
func (l *layout) skips(s layState) []layState {
	out := []layState{s}
	for s.glob < len(l.glob) && l.glob[s.glob].star {
		s.glob, s.inGlob = s.glob+1, false
		out = append(out, s)
	}
	return out
}

// step takes one byte of both.
func (l *layout) step(s layState) []layState {
	if s.unit == len(l.us) || s.glob == len(l.glob) {
		return nil
	}
	u, g := l.us[s.unit], l.glob[s.glob]
	switch {
	case u.hole == nil && g.value != nil && !g.star && !holds(g.value, u.b):
		return nil
	case u.hole == nil && !g.star && !g.any && g.value == nil && g.b != u.b:
		return nil
	case u.hole != nil && !g.star && !g.any && g.value == nil && !holds(u.hole, g.b):
		return nil
	}
	units, globs := []layState{{unit: s.unit + 1}}, []layState{{glob: s.glob + 1}}
	if u.hole != nil {
		units = append(units, layState{unit: s.unit, inUnit: true})
	}
	if g.star {
		globs = []layState{{glob: s.glob, inGlob: true}}
	} else if g.value != nil {
		globs = append(globs, layState{glob: s.glob, inGlob: true})
	}
	var out []layState
	for _, a := range units {
		for _, b := range globs {
			out = append(out, layState{a.unit, a.inUnit, b.glob, b.inGlob})
		}
	}
	return out
}

// finish finds the states from which both come to their end.
func (l *layout) finish() bool {
	end := layState{unit: len(l.us), glob: len(l.glob)}
	back := map[layState][]layState{}
	for before, afters := range l.next {
		for _, a := range afters {
			back[a] = append(back[a], before)
		}
	}
	for s := range l.from {
		for _, before := range l.skips(s)[1:] {
			back[before] = append(back[before], s)
		}
	}
	todo := []layState{end}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !l.ends[s] {
			l.ends[s] = true
			todo = append(todo, back[s]...)
		}
	}
	return l.ends[layState{}]
}

// reaches are the places of all borders.
func (l *layout) reaches() []reach {
	out := make([]reach, len(l.us)+1)
	for after := range l.from {
		if after.inUnit {
			continue
		}
		for _, before := range l.skips(after) {
			if !l.goesOn(before) {
				continue
			}
			r := &out[after.unit]
			in, absorb := l.between(after, before)
			if r.found {
				in = slices.DeleteFunc(in, func(b int) bool { return !slices.Contains(r.in, b) })
				absorb = absorb && r.absorb
			}
			*r = reach{in, absorb, true}
		}
	}
	return out
}

// goesOn reports a state from which a byte is taken on the way to the end, or that is the end.
func (l *layout) goesOn(s layState) bool {
	if s.unit == len(l.us) {
		return s.glob == len(l.glob)
	}
	return slices.ContainsFunc(l.next[s], func(n layState) bool { return l.ends[n] })
}

// between lists the borders of the pattern between two bytes of a match, and whether a * touches them.
func (l *layout) between(after, before layState) (in []int, absorb bool) {
	for g := after.glob; g <= before.glob; g++ {
		if g > after.glob || !after.inGlob {
			in = append(in, l.border(g))
		}
		if g < len(l.glob) && l.glob[g].star && l.glob[g].value == nil {
			absorb = true
		}
	}
	return in, absorb
}

func (l *layout) border(g int) int {
	if g == len(l.glob) {
		return l.end
	}
	return l.glob[g].from
}

// globMeets reports that some key of the template could match the pattern.
func globMeets(glob string, us []unit) bool {
	_, ok := lay(us, parseGlobText(glob), len(glob))
	return ok
}
