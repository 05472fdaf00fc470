package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
)

// Pattern is a pattern of SCAN or KEYS. One that finds keys of renamed families is written anew, so that it finds all the
// keys that it found, and no others.
type Pattern struct {
	Site     string
	Template key.Template
	Families []*Family // that it finds
	// Want is the text that is put in, by the border of the template's units; empty when its * take the braces, or nothing
	// that it finds is renamed.
	Want map[int]string
	// Problem says why it can't be written; the families must keep their names then.
	Problem string
}

// pattern is a pattern with the families that it finds, while the plan is made.
type pattern struct {
	site, at string
	tmpl     key.Template
	any      bool // it has a ? or a [set], which could take a brace: so all braces are written
	found    []foundFamily
}

type foundFamily struct {
	f   *Family
	lie []reach // where the borders of its units lie in the pattern
}

// follow lets the families that a pattern finds be renamed as far as it can be written anew: what it must have as text,
// all that it finds must have.
func (p *Plan) follow(s detect.Site, o detect.Op, t key.Template, at string) {
	pat := pattern{site: s.ID, at: at, tmpl: t}
	us := units(t)
	glob := parseGlob(us)
	pat.any = slices.ContainsFunc(glob, func(g globUnit) bool { return g.any })
	for _, f := range p.grouping.families {
		lie, ok := lay(f.units(), glob, len(us))
		switch {
		case ok && !hasLiteral(f.units()): // a family that may be anything has no say in how the pattern is written
			f.keepFound(pat, lie)
		case ok:
			pat.found = append(pat.found, foundFamily{f, lie})
		case pat.any:
			f.hideFrom(pat, glob, len(us))
		}
	}
	p.patterns = append(p.patterns, pat)
	p.tiePattern(pat)
}

// keepFound forbids the tags with which the pattern, as it is, would not find the family's keys any more.
func (f *Family) keepFound(pat pattern, lie []reach) {
	for _, s := range spans(f.units()) {
		if pat.any || !lie[s.Start].absorb || !lie[s.End].absorb {
			f.forbid(s, "the pattern "+pat.tmpl.String()+" at "+pat.at+" also matches its keys")
		}
	}
}

// hideFrom forbids the tags with which a ? or a [set] of the pattern would find the family's keys, braces included.
func (f *Family) hideFrom(pat pattern, glob []globUnit, end int) {
	for _, s := range spans(f.units()) {
		us := slices.Insert(slices.Clone(f.units()), s.End, unit{b: '}'})
		if _, ok := lay(slices.Insert(us, s.Start, unit{b: '{'}), glob, end); ok {
			f.forbid(s, "with such a tag the pattern "+pat.tmpl.String()+" at "+pat.at+" would find its keys, which it does not do now")
		}
	}
}

// tiePattern forbids the tags that the pattern could not follow, and ties those that it follows only if all that it finds
// have them.
func (p *Plan) tiePattern(pat pattern) {
	cant := "the pattern " + pat.tmpl.String() + " at " + pat.at + " also matches its keys"
	for i, m := range pat.found {
		m.f.noPut = cant
		for _, s := range spans(m.f.units()) {
			for _, opens := range []bool{true, false} {
				border := s.End
				if opens {
					border = s.Start
				}
				r := m.lie[border]
				switch {
				case r.absorb && !pat.any:
				case len(r.in) == 0:
					m.f.forbid(s, cant+", and can't be written for such a tag")
				default:
					p.tieFound(pat, i, s, opens, r, cant)
				}
			}
		}
	}
}

// tieFound ties a tag of one family to tags of all others that the pattern finds.
func (p *Plan) tieFound(pat pattern, i int, s Span, opens bool, r reach, cant string) {
	m := pat.found[i]
	var ties []Tie
	for k, o := range pat.found {
		if k == i {
			continue
		}
		border := slices.IndexFunc(o.lie, func(x reach) bool { return x.found && meets(x.in, r.in) })
		if border < 0 {
			m.f.forbid(s, cant+", and those of "+o.f.Template+", which can't have such a tag")
			return
		}
		ties = append(ties, Tie{Family: m.f.Model.Shape(), Span: s, Other: o.f.Model.Shape(), Opens: opens, Border: border})
	}
	p.opt.Ties = append(slices.Clip(p.opt.Ties), ties...)
}

func meets(a, b []int) bool {
	return slices.ContainsFunc(a, func(x int) bool { return slices.Contains(b, x) })
}

// writePatterns says how the patterns are to be written, once the tags are chosen.
func (p *Plan) writePatterns() {
	for _, pat := range p.patterns {
		out := Pattern{Site: pat.site, Template: pat.tmpl, Want: map[int]string{}}
		for _, m := range pat.found {
			out.Families = append(out.Families, m.f)
		}
		for _, opens := range []bool{true, false} {
			if !pat.write(opens, out.Want) {
				out.Problem = "the pattern " + pat.tmpl.String() + " at " + pat.at + " can't be written so that it finds all of its keys"
			}
		}
		if f := p.foundAnew(out); f != nil {
			out.Problem = "the pattern " + pat.tmpl.String() + " at " + pat.at + " would also find keys of " + f.Template + ", which it does not find now"
		}
		p.Patterns = append(p.Patterns, out)
		p.joinComponents(out)
	}
}

// foundAnew is a family that a pattern finds only as it is written anew: its keys have braces of their own.
func (p *Plan) foundAnew(pat Pattern) *Family {
	if len(pat.Want) == 0 {
		return nil
	}
	var us []unit
	for i, u := range append(units(pat.Template), unit{}) {
		for _, b := range []byte(pat.Want[i]) {
			us = append(us, unit{b: b})
		}
		us = append(us, u)
	}
	us = us[:len(us)-1]
	glob := parseGlob(us)
	for _, f := range p.Families {
		if f.Renamed() || slices.Contains(pat.Families, f) || !hasLiteral(f.units()) {
			continue
		}
		if _, ok := lay(f.units(), glob, len(us)); ok {
			return f
		}
	}
	return nil
}

// write puts one brace where all families that the pattern finds have it, or leaves it to the *.
func (pat pattern) write(opens bool, want map[int]string) bool {
	var common []int
	first, all, absorbed := true, true, true
	for _, m := range pat.found {
		if !m.f.Renamed() {
			all = false
			continue
		}
		border := m.f.Span.End
		if opens {
			border = m.f.Span.Start
		}
		r := m.lie[border]
		absorbed = absorbed && r.absorb && !pat.any
		if first {
			common, first = slices.Clone(r.in), false
		} else {
			common = slices.DeleteFunc(common, func(b int) bool { return !slices.Contains(r.in, b) })
		}
		all = all && m.f.Span.Put == "" && len(common) > 0
	}
	switch {
	case len(pat.found) == 0:
	case all && opens:
		want[common[len(common)-1]] += "{"
	case all:
		want[common[0]] += "}"
	}
	return all || absorbed
}

// joinComponents makes one change of the families that a pattern is written for.
func (p *Plan) joinComponents(pat Pattern) {
	if len(pat.Want) == 0 {
		return
	}
	first := pat.Families[0].Component
	for _, f := range p.Families {
		if slices.ContainsFunc(pat.Families, func(g *Family) bool { return g.Component == f.Component && f.Component > 0 }) {
			f.Component = first
		}
	}
}
