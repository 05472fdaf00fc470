package keyplan

import (
	"slices"
	"strings"
)

// maxPuts is how many texts a family is tried with.
const maxPuts = 8

// offer notes the texts that could be put before the keys of groups that have nothing in common, as a constant tag. It is
// done for those who accept one slot for all of them, and beside families for which that was decided, step by step.
func (p *Plan) offer(groups []*Group) {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool {
		return len(g.uses) == 0 || g.Open != "" || g.possibleWith(func(*Family, Span) bool { return true })
	})
	for more := true; more; {
		more = false
		for _, g := range groups {
			fs := g.families()
			if !p.opt.SingleSlot && !slices.ContainsFunc(fs, func(f *Family) bool { return f.constantTag() != "" || len(f.puts) > 0 }) {
				continue
			}
			for _, text := range g.putTexts(p.opt.SingleSlot) {
				for _, f := range fs {
					s := Span{Put: text}
					if _, _, tagged, _ := existingTag(f.units()); tagged || f.noPut != "" || slices.Contains(f.puts, s) || len(f.puts) == maxPuts {
						continue
					}
					f.puts, more = append(f.puts, s), true
				}
			}
		}
	}
}

// constantTag is the constant text that a family was decided to have as its tag; "" for none.
func (f *Family) constantTag() string {
	if f.Pin == nil || f.Pin.Span == None || varying(f.units(), f.Pin.Span) {
		return ""
	}
	h, _ := hashText(f.units(), f.Pin.Span)
	return h
}

// putTexts are texts that all keys of a group could have as their tag: what a decided one has, what a constant key
// hashes (it keeps its name then), else how a key begins. Without any set, only what was decided.
func (g *Group) putTexts(any bool) []string {
	var decided, whole, begin []string
	for _, f := range g.families() {
		us := f.units()
		if h := f.constantTag(); canPut(h) {
			decided = append(decided, h)
		}
		for _, s := range f.puts {
			decided = append(decided, s.Put)
		}
		if !any {
			continue
		}
		if h, ok := hashText(us, None); ok && canPut(h) && !anyVarying(us) {
			whole = append(whole, h)
		}
		n := 0
		for n < len(us) && us[n].hole == nil && !isSep(us[n]) {
			n++
		}
		if text, _ := hashText(us, Span{End: n}); n > 0 && canPut(text) {
			begin = append(begin, text)
		}
	}
	for _, list := range [][]string{decided, whole, begin} {
		slices.SortFunc(list, func(a, b string) int { return len(a) - len(b) })
	}
	out := slices.Concat(decided, whole, begin)
	return out[:min(len(out), maxPuts)]
}

// canPut reports text that can stand in any string literal, and between braces.
func canPut(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(":-_./", c)
	})
}

// oneSlot says how all keys of a group could be brought into one slot, and what that costs.
func (p *Plan) oneSlot(g *Group) string {
	texts := g.putTexts(true)
	if slices.ContainsFunc(g.families(), func(f *Family) bool { _, _, tagged, _ := existingTag(f.units()); return tagged }) {
		return "give all of them one tag by hand, at the price of all keys in one slot"
	}
	if len(texts) == 0 {
		return "accept one slot for all of them (--single-slot)"
	}
	var names, many []string
	for _, f := range g.families() {
		s := Span{Put: texts[0]}
		if h, ok := hashText(f.units(), None); ok && h == texts[0] {
			s = None
		}
		for _, own := range spans(f.units()) {
			if h, _ := hashText(f.units(), own); s != None && h == texts[0] {
				s = own
			}
		}
		names = append(names, tagged(f.Model, s))
		if anyVarying(f.units()) {
			many = append(many, f.Template)
		}
	}
	costs := "these are single keys, so it costs no more than the new names"
	if len(many) > 0 {
		costs = "all keys of " + listSome(many, 3) + " would be on one shard"
	}
	return "accept one slot for all of them (--single-slot): " + listSome(names, 4) + "; " + costs
}
