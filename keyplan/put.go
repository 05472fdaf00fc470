package keyplan

import (
	"slices"
	"strings"
)

// maxPuts is how many texts a family is tried with.
const maxPuts = 8

// offer notes the texts that could be put before the keys of a group that have nothing in common, as a constant tag. It
// is done for those who accept one slot for all of them, and beside a family for which that was decided.
func (p *Plan) offer(g *Group) {
	fs := g.families()
	pinned := slices.ContainsFunc(fs, func(f *Family) bool {
		return f.Pin != nil && (f.Pin.Span.Put != "" || f.Pin.Span != None && !varying(f.units(), f.Pin.Span))
	})
	if len(g.uses) == 0 || g.Open != "" || !p.opt.SingleSlot && !pinned || g.possibleWith(func(*Family, Span) bool { return true }) {
		return
	}
	for _, text := range g.putTexts() {
		for _, f := range fs {
			s := Span{Put: text}
			if _, _, tagged, _ := existingTag(f.units()); tagged || slices.Contains(f.puts, s) || len(f.puts) == maxPuts {
				continue
			}
			f.puts = append(f.puts, s)
		}
	}
}

// putTexts are texts that all keys of a group could have as their tag: what a decided one has, what a constant key
// hashes (it keeps its name then), else how a key begins.
func (g *Group) putTexts() []string {
	var decided, whole, begin []string
	for _, f := range g.families() {
		us := f.units()
		if f.Pin != nil && f.Pin.Span != None {
			if h, ok := hashText(us, f.Pin.Span); ok && canPut(h) {
				decided = append(decided, h)
			}
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
	texts := g.putTexts()
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
