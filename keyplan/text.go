package keyplan

import (
	"fmt"
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
)

// looks says what a place does with the text of a key.
func looks(method string) string {
	switch method {
	case "==", "!=":
		return "compares"
	case "slice", "index", "range":
		return "cuts up"
	}
	return "looks by " + method + " at"
}

// freezeText freezes the families whose text a place looks at, unless it can be given the old names.
func (p *Plan) freezeText(s detect.Site, o detect.Op, at string) {
	mended := p.mends(s, o)
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			for _, f := range p.textFamilies(t) {
				switch {
				case len(spans(f.units())) == 0: // it can get no tag, and has nothing to lose
				case mended:
					f.noPut = "the text of its keys is looked at, at " + at
				case f.Frozen != "":
				case affix(t):
					f.Frozen = "keys are recognised by a part of their text at " + at + " (" + s.Method + ")"
				default:
					f.Frozen = "the text of its keys is looked at, at " + at + " (" + s.Method + ")"
				}
			}
		}
	}
}

// freezeUses freezes the families whose keys go where a new name would not follow.
func (p *Plan) freezeUses() {
	for _, u := range p.opt.Uses {
		why := ""
		switch {
		case u.Test && u.Kind != detect.UseValue:
		case u.Kind == detect.UseLost:
			why = fmt.Sprintf("its keys %s, at %s", u.What, u.Pos)
		case u.Kind == detect.UseValue:
			why = fmt.Sprintf("its keys are written as values (%s) at %s: those that are stored already would still hold the old names", u.What, u.Pos)
		}
		for _, t := range u.Keys {
			for _, f := range p.textFamilies(t) {
				if where := fmt.Sprintf("its keys %s, at %s", u.What, u.Pos); u.Kind == detect.UseOut && !u.Test && !slices.Contains(f.Leaves, where) {
					f.Leaves = append(f.Leaves, where)
				}
				if f.Frozen == "" && why != "" && len(spans(f.units())) > 0 {
					f.Frozen = why
				}
			}
		}
	}
}

// textFamilies are the families that a text may be a key of.
func (p *Plan) textFamilies(t key.Template) []*Family {
	if pat := patternOf(t); pat != "" {
		glob := parseGlobText(pat)
		return p.families(func(f *Family) bool { _, ok := lay(f.units(), glob, 0); return ok })
	}
	if f := p.FamilyOf(t); f != nil {
		return []*Family{f}
	}
	us := units(t)
	return p.families(func(f *Family) bool { return meet(f.units(), us) })
}

// families are those with literal text for which something holds.
func (p *Plan) families(holds func(*Family) bool) []*Family {
	return slices.DeleteFunc(slices.Clone(p.grouping.families), func(f *Family) bool { return !hasLiteral(f.units()) || !holds(f) })
}

// affix reports the text that keys are recognised by: a known part, and anything beside it.
func affix(t key.Template) bool {
	return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Name == "..." && h.Class == key.Unknown })
}

// mends reports a place that can be given the old name of a key: all that comes there are keys, and none has braces of
// its own, which would be taken for those of a tag.
func (p *Plan) mends(s detect.Site, o detect.Op) bool {
	if len(o.Mends) == 0 || p.opt.Fixed[s.ID] != "" {
		return false
	}
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			if slices.ContainsFunc(p.textFamilies(t), func(f *Family) bool { return slices.ContainsFunc(f.units(), braced) }) {
				return false
			}
		}
	}
	return true
}

func braced(u unit) bool {
	return u.hole == nil && (u.b == '{' || u.b == '}') || withBraces(u)
}

// keyText judges a place that looks at the text of a key: it is fine as long as the key keeps its name, or it is given the
// old one.
func (p *Plan) keyText(s detect.Site, o detect.Op) ContextDecision {
	mended := p.mends(s, o)
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			for _, f := range p.textFamilies(t) {
				switch {
				case mended && f.Renamed():
					return ContextDecision{Verdict: Tag, Rule: rules.KeyText}
				case !mended && p.wanted[f]:
					return review(rules.KeyText, false, fmt.Sprintf("it %s the text of %s. %s should get a tag, and then there are braces in it: "+
						"pass the parts beside the key, or change this so that it takes both names", looks(o.Method), t, f.Template))
				}
			}
		}
	}
	return ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
}
