package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// freeze finds the families that may not be renamed: an unknown key, or a pattern, could be one of theirs.
func (p *Plan) freeze(sites []detect.Site) {
	for _, f := range p.grouping.families {
		f.forbidden = p.opt.Forbidden[f.Model.Shape()]
		if why, ok := p.opt.Frozen[f.Model.Shape()]; ok && f.Frozen == "" {
			f.Frozen = why
		}
	}
	for _, s := range sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				p.freezeFor(s, c, o)
			}
		}
	}
}

func (p *Plan) freezeFor(s detect.Site, c detect.Context, o detect.Op) {
	at := s.Pos.String()
	if o.Open != "" && !o.Found && o.Scope == rediscmd.Keyed || o.Command == "" {
		p.freezeAll("the keys at " + at + " are not all known (" + o.Open + "), and could be of this family")
	}
	kept := p.kept(s)
	apart := o.Apart
	if apart != "" {
		apart += ", at " + at
	}
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			if f := p.FamilyOf(t); kept != "" && f != nil && f.Frozen == "" {
				f.Frozen = "it is also used at " + at + ", through a client that stays on a single node with data of its own"
			}
			if f := p.FamilyOf(t); apart != "" && f != nil && f.Frozen == "" {
				f.Frozen = apart
			}
			if note := t.Annotated(); note != "" {
				if f := p.FamilyOf(t); f != nil && f.Frozen == "" {
					f.Frozen = "the key at " + at + " is known only from the annotation at " + note + ", so there is no text to edit"
				}
			}
			switch {
			case s.Kind == detect.KeyText && affix(t):
				p.freezeMeeting(t, "keys are recognised by a part of their text at "+at+" ("+s.Method+")")
			case s.Kind == detect.KeyText && patternOf(t) == "":
				if f := p.FamilyOf(t); f != nil && f.Frozen == "" {
					f.Frozen = "the text of its keys is taken apart at " + at + " (" + s.Method + ")"
				}
			case s.Kind == detect.KeyText:
				p.freezePattern(patternOf(t), "the text of keys that came out of Redis is taken apart at "+at+" ("+s.Method+")")
			case patternOf(t) != "":
				// The key goes back to where it came from, under whatever name; the pattern is judged where it stands.
			case t.IsUnknown(), wholeParam(t):
				p.freezeAll("the key at " + at + " is not known (" + unknownReason(t, c) + "), and could be of this family")
			}
		}
	}
	if o.TouchesAll {
		p.freezeAll("not all that the script at " + at + " does is known, and it could touch its keys")
	}
	for _, t := range o.Pattern {
		p.pattern(s, o, t, at)
	}
}

func unknownReason(t key.Template, c detect.Context) string {
	for _, h := range t.Holes() {
		if h.Reason != "" {
			return "it " + h.Reason
		}
	}
	if c.Open != "" {
		return "the function " + c.Open
	}
	return "any value"
}

// wholeParam reports a key that is one opaque value.
func wholeParam(t key.Template) bool { return len(t.Parts) == 1 && t.Parts[0].Hole != nil }

func patternOf(t key.Template) string {
	if len(t.Parts) == 1 && t.Parts[0].Hole != nil {
		return t.Parts[0].Hole.Pattern
	}
	return ""
}

func (p *Plan) freezeAll(why string) {
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(f.units()) {
			f.Frozen = why
		}
	}
}

// freezeMeeting freezes the families of which a key may be one of the template's.
func (p *Plan) freezeMeeting(t key.Template, why string) {
	us := units(t)
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(f.units()) && meet(f.units(), us) {
			f.Frozen = why
		}
	}
}

// affix reports the text that keys are recognised by: a known part, and anything beside it.
func affix(t key.Template) bool {
	return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Name == "..." && h.Class == key.Unknown })
}

// pattern judges a glob: when it is one family with its holes as *, it is renamed with the family; else the families
// that it could match keep their names.
func (p *Plan) pattern(s detect.Site, o detect.Op, t key.Template, at string) {
	glob := t.String()
	var met []*Family
	for _, f := range p.grouping.families {
		if hasLiteral(f.units()) && globMeets(glob, f.units()) {
			met = append(met, f)
		}
	}
	if len(met) == 1 && o.KeysStay && !strings.ContainsAny(glob, "?[\\") {
		if pos, ok := instanceOf(met[0].units(), units(t)); ok && globHoles(met[0].units(), units(t), pos) {
			met[0].Uses = append(met[0].Uses, Use{Site: s.ID, Template: t, At: pos})
			return
		}
	}
	why := "the pattern " + glob + " at " + at + " also matches its keys"
	if !o.KeysStay {
		why = "the keys that the pattern " + glob + " finds at " + at + " go where their text may be looked at"
	}
	for _, f := range met {
		if f.Frozen == "" {
			f.Frozen = why
		}
	}
}

// globHoles reports that a * of the glob stands only where the family has a hole: there it means "any value".
func globHoles(f, t []unit, at []int) bool {
	for i, u := range f {
		run := t[at[i]:at[i+1]]
		for _, r := range run {
			if r.hole == nil && r.b == '*' && u.hole == nil {
				return false
			}
		}
	}
	return true
}

// freezePattern freezes the families that a glob could match.
func (p *Plan) freezePattern(glob, why string) {
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(f.units()) && globMeets(glob, f.units()) {
			f.Frozen = why
		}
	}
}

// maxStars is how many * of a glob may stand for nothing; with more, only its beginning is compared.
const maxStars = 5

// globMeets reports that some key of the template could match the glob. A * is any text or none, a ? or [set] one byte.
func globMeets(glob string, us []unit) bool {
	if strings.Count(glob, "*") > maxStars || strings.ContainsRune(glob, '\\') {
		return globBegins(glob, us)
	}
	return slices.ContainsFunc(globUnits(glob), func(g []unit) bool { return meet(g, us) })
}

// globUnits writes a glob as templates: one for each choice of the * that stand for nothing.
func globUnits(glob string) [][]unit {
	out := [][]unit{nil}
	anything := unit{hole: &key.Hole{Class: key.Unknown}}
	for i := 0; i < len(glob); i++ {
		next := anything
		switch glob[i] {
		case '*':
			for _, g := range out {
				out = append(out, append(slices.Clone(g), anything))
			}
			continue
		case '[':
			i += max(strings.IndexByte(glob[i:], ']'), 0)
		case '<': // a value that the glob was made of
			i += max(strings.IndexByte(glob[i:], '>'), 0)
		case '?':
		default:
			next = unit{b: glob[i]}
		}
		for k := range out {
			out[k] = append(out[k], next)
		}
	}
	return out
}

// globBegins compares only the text before the first special character of either.
func globBegins(glob string, us []unit) bool {
	for i := 0; i < len(glob); i++ {
		if strings.IndexByte("*?[\\<", glob[i]) >= 0 || i >= len(us) || us[i].hole != nil {
			return true
		}
		if us[i].b != glob[i] {
			return false
		}
	}
	return len(us) == len(glob)
}
