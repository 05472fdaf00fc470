package keyplan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clusterize/clusterize/internal/choose"
)

// wish is groups of one kind that want the same of the same families.
type wish struct {
	groups []*Group
	choose.Wish
	id string
}

// maxWays bounds the hash texts that a group with alternatives is tried with.
const maxWays = 256

// makeWishes joins the groups of the component that want the same, in an order that does not depend on theirs.
func (c *component) makeWishes(atomic, other int64) {
	byID := map[string]*wish{}
	for _, g := range c.groups {
		w := c.wishOf(g)
		if len(w.Ways) == 0 {
			continue
		}
		w.Weight = atomic
		if g.Split {
			w.Weight = other
		}
		w.id = fmt.Sprint(g.Split, w.Vars, w.Ways)
		if have := byID[w.id]; have != nil {
			have.groups = append(have.groups, g)
			have.Weight += w.Weight
			continue
		}
		byID[w.id] = w
		c.wishes = append(c.wishes, w)
	}
	slices.SortFunc(c.wishes, func(a, b *wish) int { return cmp.Compare(a.id, b.id) })
}

// texts are the hash texts of a family in each row of a group, under one candidate; absent rows are "".
type texts []string

// way is a hash text for each row, as far as families have fixed it, with the candidates that give it.
type way struct {
	texts
	masks []uint64
}

// wishOf finds in which ways the families of a group can get one hash text in each row. Families of which no candidate
// fits leave none.
func (c *component) wishOf(g *Group) *wish {
	w := &wish{groups: []*Group{g}}
	ways := []way{{texts: make(texts, len(g.uses))}}
	for _, f := range g.families() {
		i := c.index[f]
		w.Vars = append(w.Vars, i)
	}
	slices.Sort(w.Vars)
	for n, i := range w.Vars {
		var next []way
		for k, t := range c.textsOf(g, i) {
			for _, have := range ways {
				if joined, ok := have.join(t); ok {
					next = addWay(next, joined, have.masks, n, 1<<k)
				}
			}
		}
		if len(next) > maxWays {
			next, c.Bounded = next[:maxWays], true
		}
		ways = next
	}
	for _, x := range ways {
		w.Ways = append(w.Ways, x.masks)
	}
	slices.SortFunc(w.Ways, slices.Compare)
	return w
}

// textsOf are the texts of a family for each of its candidates; nil for a candidate under which a row has two.
func (c *component) textsOf(g *Group, family int) []texts {
	f := c.families[family]
	out := make([]texts, len(c.cands[family]))
	for k, s := range c.cands[family] {
		t := make(texts, len(g.uses))
		for r, row := range g.uses {
			for _, u := range row {
				if u.f != f || t == nil {
					continue
				}
				h, ok := u.hash(s)
				if h = "=" + h; !ok || t[r] != "" && t[r] != h {
					t = nil
					continue
				}
				t[r] = h
			}
		}
		out[k] = t
	}
	return out
}

// join adds the texts of a family.
func (w way) join(t texts) (texts, bool) {
	if t == nil {
		return nil, false
	}
	out := slices.Clone(w.texts)
	for r, x := range t {
		switch {
		case x == "":
		case out[r] == "":
			out[r] = x
		case out[r] != x:
			return nil, false
		}
	}
	return out, true
}

// addWay notes that a candidate of the family at place n takes part.
func addWay(ways []way, t texts, before []uint64, n int, bit uint64) []way {
	for i, w := range ways {
		if slices.Equal(w.texts, t) && slices.Equal(w.masks[:n], before[:n]) {
			ways[i].masks[n] |= bit
			return ways
		}
	}
	return append(ways, way{t, append(slices.Clone(before), bit)})
}

// sites names the sites of a wish, each once.
func (w *wish) sites() []string {
	var out []string
	for _, g := range w.groups {
		if !slices.Contains(out, g.Site) {
			out = append(out, g.Site)
		}
	}
	return out
}
