package keyplan

import (
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// freezeOverlaps finds families that may hold the same keys though neither is an instance of the other: <kind>:<id> and
// user:<id>. Renaming one of them would leave the other's readers behind.
func (p *Plan) freezeOverlaps() {
	fs := p.grouping.families
	all, wide := make([][][]unit, len(fs)), make([][][]unit, len(fs))
	for i, f := range fs {
		all[i] = expandDomains(f.units())
		if us := f.units(); configured(us) {
			wide[i] = expandDomains(append([]unit{{hole: &key.Hole{Class: key.Unknown}}}, us[1:]...))
		}
	}
	for i, a := range fs {
		for k := i + 1; k < len(fs); k++ {
			b := fs[k]
			prefixed := metByPrefix(all, wide, i, k)
			if a.Frozen != "" && b.Frozen != "" || wholeParam(a.Model) || wholeParam(b.Model) || !anyMeet(all[i], all[k]) && !prefixed {
				continue
			}
			if !prefixed && p.tieTwins(a, b) {
				continue
			}
			p.Overlaps = append(p.Overlaps, Overlap{Template: a.Template, Families: []string{b.Template}})
			for f, other := range map[*Family]*Family{a: b, b: a} {
				if f.Frozen == "" {
					f.Frozen = "a key of it may also be written " + other.Template
				}
			}
		}
	}
}

// tieTwins lets two families be renamed that may hold the same keys, when both get the same tag in a part that begins
// both of them and that can be told from the rest: such a key then gets one new name, whichever way it is written. It
// reports false when there is no such tag.
func (p *Plan) tieTwins(a, b *Family) bool {
	as, bs := a.units(), b.units()
	if a.Frozen != "" || b.Frozen != "" || a.Pin != nil || b.Pin != nil {
		return false
	}
	same := 0
	for same < len(as) && same < len(bs) && sameUnit(as[same], bs[same]) {
		same++
	}
	shared := func(us []unit, s Span) bool {
		return s.Put == "" && s.End < same && us[s.End].hole == nil && isSep(us[s.End]) && (varying(us, s) || several(us, s))
	}
	fits := slices.DeleteFunc(spans(as), func(s Span) bool { return !shared(as, s) })
	if len(fits) == 0 {
		return false
	}
	for f, other := range map[*Family]*Family{a: b, b: a} {
		for _, s := range spans(f.units()) {
			if !slices.Contains(fits, s) {
				f.forbid(s, "a key of it may also be written "+other.Template+", which has no such tag")
				continue
			}
			for _, opens := range []bool{true, false} {
				t := Tie{Family: f.Model.Shape(), Span: s, Other: other.Model.Shape(), Opens: opens, Border: s.End}
				if opens {
					t.Border = s.Start
				}
				p.opt.Ties = append(slices.Clip(p.opt.Ties), t)
			}
		}
	}
	return true
}

// forbid rules a tag out.
func (f *Family) forbid(s Span, why string) {
	if f.forbidden == nil || f.forbidden[s] == "" {
		f.forbidden = maps.Clone(f.forbidden)
		if f.forbidden == nil {
			f.forbidden = map[Span]string{}
		}
		f.forbidden[s] = why
	}
}

// sameUnit reports the same byte, or two values that hold no separator.
func sameUnit(x, y unit) bool {
	if x.hole == nil || y.hole == nil {
		return x.hole == nil && y.hole == nil && x.b == y.b
	}
	return x.hole.Class != key.Unknown && y.hole.Class != key.Unknown
}

// configured reports a family that begins with a value of the whole program or of an object: a configured prefix, which
// may hold a ':'.
func configured(us []unit) bool {
	if len(us) < 2 || us[0].hole == nil {
		return false
	}
	h := us[0].hole
	return h.Kind == key.Text && !own(us[0]) && h.Class != key.Unknown && (h.Open || len(h.Domain) == 0)
}

// metByPrefix reports a family that another is one of when that one's configured prefix is right. Of two with a prefix it
// is taken to be the same one.
func metByPrefix(all, wide [][][]unit, i, k int) bool {
	return wide[i] != nil && wide[k] == nil && anyMeet(wide[i], all[k]) || wide[k] != nil && wide[i] == nil && anyMeet(all[i], wide[k])
}

func anyMeet(as, bs [][]unit) bool {
	for _, a := range as {
		for _, b := range bs {
			if meet(a, b) {
				return true
			}
		}
	}
	return false
}

// expandDomains writes out the holes that take one of a few known values.
func expandDomains(us []unit) [][]unit {
	out := [][]unit{nil}
	for _, u := range us {
		if u.hole == nil || u.hole.Open || len(u.hole.Domain) == 0 || len(out)*len(u.hole.Domain) > 32 {
			for i := range out {
				out[i] = append(out[i], u)
			}
			continue
		}
		var next [][]unit
		for _, prefix := range out {
			for _, v := range u.hole.Domain {
				row := append([]unit{}, prefix...)
				for i := range len(v) {
					row = append(row, unit{b: v[i]})
				}
				next = append(next, row)
			}
		}
		out = next
	}
	return out
}

// meet reports that two templates can give one string. A hole holds at least one byte.
func meet(a, b []unit) bool {
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
	type state struct{ i, j int }
	seen := map[state]bool{}
	var walk func(i, j int) bool
	walk = func(i, j int) bool {
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		s := state{i, j}
		if seen[s] {
			return false
		}
		seen[s] = true
		x, y := a[i], b[j]
		switch {
		case x.hole == nil && y.hole == nil:
			return x.b == y.b && walk(i+1, j+1)
		case x.hole == nil:
			return holds(y.hole, x.b) && (walk(i+1, j+1) || walk(i+1, j))
		case y.hole == nil:
			return holds(x.hole, y.b) && (walk(i+1, j+1) || walk(i, j+1))
		}
		return walk(i+1, j+1) || walk(i+1, j) || walk(i, j+1)
	}
	return walk(0, 0)
}

// noteWide names the renamed families that another could reach if its last value held separators: user:<rest> and
// user:<id>:profile.
func (p *Plan) noteWide() {
	type open struct {
		f  *Family
		us []unit
	}
	var tails []open
	for _, g := range p.Families {
		us := g.units()
		if last := us[max(0, len(us)-1):]; len(last) == 1 && last[0].hole != nil && last[0].hole.Kind == key.Text && !wholeParam(g.Model) {
			tails = append(tails, open{g, widened(us)})
		}
	}
	for _, f := range p.Families {
		for _, t := range tails {
			if t.f == f || !f.Renamed() && !t.f.Renamed() || !meet(f.units(), t.us) {
				continue
			}
			name := "<" + t.us[len(t.us)-1].hole.Name + ">"
			if f.Renamed() {
				f.Risks = append(f.Risks, "a key of it may also be written "+t.f.Template+" where "+name+" holds a ':'")
			}
			if t.f.Renamed() {
				t.f.Risks = append(t.f.Risks, "where "+name+" holds a ':', a key of it may be one of "+f.Template)
			}
		}
	}
}

// widened is the template with a last hole that may hold anything.
func widened(us []unit) []unit {
	out := append([]unit{}, us...)
	out[len(out)-1] = unit{hole: &key.Hole{Name: us[len(us)-1].hole.Name, Class: key.Unknown}}
	return out
}

// holds reports that a value of the hole may contain the byte. Values are taken to hold no ':' or '/', except those of
// which nothing is known.
func holds(h *key.Hole, b byte) bool {
	switch {
	case h.Class == key.Unknown:
		return true
	case h.Kind == key.Int:
		return strings.IndexByte("0123456789abcdefABCDEF-", b) >= 0
	}
	return b != ':' && b != '/'
}
