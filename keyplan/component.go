package keyplan

import (
	"cmp"
	"slices"

	"github.com/clusterize/clusterize/internal/choose"
	"github.com/clusterize/clusterize/internal/key"
)

// component is a set of families joined by groups.
type component struct {
	families []*Family
	groups   []*Group
	cands    [][]Span
	opt      Options

	index map[*Family]int
	// anchors are the hash texts of its constant keys, decided the constant tags that were decided for its families.
	anchors, decided map[string]bool
	wishes           []*wish
	ways             *choose.Problem
	best             []int
	// Bounded is set when not all choices were ruled out.
	Bounded bool
}

// components joins families that occur in one group.
func components(families []*Family, groups []*Group, opt Options) []*component {
	parent := map[*Family]*Family{}
	var root func(f *Family) *Family
	root = func(f *Family) *Family {
		if p := parent[f]; p != nil && p != f {
			r := root(p)
			parent[f] = r
			return r
		}
		return f
	}
	for _, g := range groups {
		fs := g.families()
		for _, f := range fs[1:] {
			if a, b := root(fs[0]), root(f); a != b {
				parent[b] = a
			}
		}
	}
	shapes := map[string]*Family{}
	for _, f := range families {
		shapes[f.Model.Shape()] = f
	}
	for _, t := range opt.Ties {
		if a, b := shapes[t.Family], shapes[t.Other]; a != nil && b != nil {
			if x, y := root(a), root(b); x != y {
				parent[y] = x
			}
		}
	}
	byRoot := map[*Family]*component{}
	var out []*component
	for _, g := range groups {
		r := root(g.families()[0])
		c := byRoot[r]
		if c == nil {
			c = &component{opt: opt, index: map[*Family]int{}, anchors: map[string]bool{}, decided: map[string]bool{}}
			byRoot[r] = c
			out = append(out, c)
		}
		c.groups = append(c.groups, g)
	}
	for _, f := range families {
		if c := byRoot[root(f)]; c != nil {
			c.families = append(c.families, f)
		}
	}
	for _, c := range out {
		slices.SortFunc(c.families, func(a, b *Family) int {
			return cmp.Or(cmp.Compare(a.Template, b.Template), cmp.Compare(a.Model.Shape(), b.Model.Shape()))
		})
		for i, f := range c.families {
			c.index[f] = i
			if h, ok := hashText(f.units(), None); ok && !anyVarying(f.units()) {
				c.anchors[h] = true
			}
			if h := f.constantTag(); h != "" {
				c.decided[h] = true
			}
		}
		for _, f := range c.families {
			c.cands = append(c.cands, c.candidates(f))
		}
	}
	return out
}

// candidates are the spans of a family whose hash text some other key of a group can have as well; None comes first,
// where the family may keep its name.
func (c *component) candidates(f *Family) []Span {
	var out []Span
	if f.may(None) {
		out = append(out, None)
	}
	if f.Pin != nil && f.Pin.Span != None {
		return append(out, f.Pin.Span)
	}
	keep := len(out)
	seen := map[Span]bool{None: true}
	for _, g := range c.groups {
		for _, row := range g.uses {
			for i, u := range row {
				if u.f != f {
					continue
				}
				for _, s := range f.open() {
					if seen[s] || !c.allowed(f, s) {
						continue
					}
					if h, ok := u.hash(s); ok && met(h, row, i) {
						seen[s] = true
						out = append(out, s)
					}
				}
			}
		}
	}
	for _, s := range c.tiedSpans(f) {
		if !seen[s] {
			out = append(out, s)
		}
	}
	us := f.units()
	slices.SortFunc(out[keep:], func(a, b Span) int {
		return cmp.Or(cmp.Compare(spreadCost(us, a), spreadCost(us, b)), cmp.Compare(styleCost(us, a, c.opt), styleCost(us, b, c.opt)),
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	if len(out) > choose.MaxCandidates {
		out, c.Bounded = out[:choose.MaxCandidates], true
	}
	return out
}

// met reports that every other key of the row can have the hash text.
func met(h string, row []placedUse, but int) bool {
	for i, u := range row {
		if i == but {
			continue
		}
		if x, ok := u.hash(None); ok && x == h && u.f.may(None) {
			continue
		}
		if !slices.ContainsFunc(u.f.open(), func(s Span) bool { x, ok := u.hash(s); return ok && x == h }) {
			return false
		}
	}
	return true
}

// open lists the tags that the family may get.
func (f *Family) open() []Span {
	if f.Pin != nil && f.Pin.Span != None {
		return []Span{f.Pin.Span}
	}
	return slices.DeleteFunc(append(spans(f.units()), f.puts...), func(s Span) bool { return !f.may(s) })
}

// may reports that the family may get a tag, or, for None, keep its name.
func (f *Family) may(s Span) bool {
	switch {
	case f.Pin != nil:
		return s == f.Pin.Span
	case s == None:
		return true
	}
	return f.Frozen == "" && f.forbidden[s] == ""
}

// allowed keeps constant tags for those who asked for them, for families beside one for which that was decided, and for
// constants that have a constant key as their anchor: no key is added to a slot that was not a single key anyway.
func (c *component) allowed(f *Family, s Span) bool {
	us := f.units()
	if varying(us, s) || c.opt.SingleSlot {
		return true
	}
	if c.needShared(f, s) {
		return true
	}
	h, _ := hashText(us, s)
	return c.decided[h] || s.Put == "" && !anyVarying(us) && c.anchors[h]
}

// needShared reports a tag by the value of an object, such as the name of a queue, of which the program has several, that
// an operation needs: one of its keys has no other value, and it can't be split.
func (c *component) needShared(f *Family, s Span) bool {
	return several(f.units(), s) && slices.ContainsFunc(c.groups, func(g *Group) bool {
		return g.sharedOnly() && slices.Contains(g.families(), f)
	})
}

// sharedOnly reports an operation of which the keys have nothing in common but the value of an object, and one key has
// nothing else.
func (g *Group) sharedOnly() bool {
	if g.Split || !slices.ContainsFunc(g.families(), func(f *Family) bool { return !slices.ContainsFunc(f.units(), own) }) {
		return false
	}
	with := func(f *Family, s Span) bool { return varying(f.units(), s) || several(f.units(), s) }
	return !g.possibleWith(func(f *Family, s Span) bool { return varying(f.units(), s) }) && g.possibleWith(with)
}

// several reports a tag with a value of an object of which the program has several.
func several(us []unit, s Span) bool {
	return s.Put == "" && slices.ContainsFunc(us[s.Start:s.End], func(u unit) bool {
		return u.hole != nil && u.hole.Several && u.hole.Class == key.Varying
	})
}
