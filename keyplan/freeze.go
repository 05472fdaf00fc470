package keyplan

import (
	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// listens names a place that listens to, or publishes under, what may be a key of a family: a channel is not renamed with it.
func (p *Plan) listens(f *Family) string {
	for _, c := range p.channels {
		if meet(f.units(), units(c.name)) {
			return ". " + c.by + " names the channel " + c.name.String() + ", which keeps its name"
		}
	}
	return ""
}

// channel is the name of a publication or subscription, and where it stands.
type channel struct {
	name key.Template
	by   string
}

func (p *Plan) noteChannels(sites []detect.Site) {
	for _, s := range sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, t := range o.Channels {
					if _, keys := detect.Notified(t); !keys && !t.IsUnknown() && !wholeParam(t) {
						p.channels = append(p.channels, channel{t, o.Command + " at " + s.Pos.String()})
					}
				}
			}
		}
	}
}

// freeze finds the families that may not be renamed: an unknown key, or a pattern, could be one of theirs.
func (p *Plan) freeze(sites []detect.Site) {
	for _, f := range p.grouping.families {
		f.forbidden = p.opt.Forbidden[f.Model.Shape()]
		if why, ok := p.opt.Frozen[f.Model.Shape()]; ok && f.Frozen == "" {
			f.Frozen = why
		}
	}
	p.noteChannels(sites)
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
	if s.Kind == detect.KeyText {
		p.freezeText(s, o, at)
		return
	}
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
				f.Frozen = apart + p.listens(f)
			}
			if note := t.Annotated(); note != "" {
				if f := p.FamilyOf(t); f != nil && f.Frozen == "" {
					f.Frozen = "the key at " + at + " is known only from the annotation at " + note + ", so there is no text to edit"
				}
			}
			for _, h := range t.Holes() {
				if h.Pattern != "" && len(t.Parts) > 1 {
					p.freezeFound(h.Pattern, "its keys are made part of other keys at "+at)
				}
			}
			switch {
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
		p.follow(s, o, t, at)
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

// freezeAll freezes all families that could get a tag.
func (p *Plan) freezeAll(why string) {
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(f.units()) && len(spans(f.units())) > 0 {
			f.Frozen = why
		}
	}
}

// freezeFound freezes the families that a pattern finds.
func (p *Plan) freezeFound(pattern, why string) {
	for _, f := range p.textFamilies(key.OfHole(&key.Hole{Pattern: pattern, Class: key.Unknown})) {
		if f.Frozen == "" {
			f.Frozen = why
		}
	}
}
