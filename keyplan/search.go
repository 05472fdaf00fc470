package keyplan

import (
	"cmp"
	"slices"

	"github.com/clusterize/clusterize/internal/key"
)

// cost of an assignment, compared field by field.
type cost struct {
	atomic, other int // groups that don't hold
	renamed       int
	spread        int // tags that reach few slots
	style         int
}

func (c cost) compare(d cost) int {
	return cmp.Or(cmp.Compare(c.atomic, d.atomic), cmp.Compare(c.other, d.other), cmp.Compare(c.renamed, d.renamed),
		cmp.Compare(c.spread, d.spread), cmp.Compare(c.style, d.style))
}

// component is a set of families joined by groups.
type component struct {
	families []*Family
	groups   []*Group
	cands    [][]Span
	opt      Options

	index   map[*Family]int
	ends    []int // for each group, the family that is assigned last
	current []int
	best    []int
	bestC   cost
	found   bool
	budget  int

	textCache map[candidate][]string
	Bounded   bool
}

const searchBudget = 200000

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
	byRoot := map[*Family]*component{}
	var out []*component
	for _, g := range groups {
		r := root(g.families()[0])
		c := byRoot[r]
		if c == nil {
			c = &component{opt: opt, budget: searchBudget}
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
	return out
}

// solve chooses a span for each family.
func (c *component) solve() {
	c.index = map[*Family]int{}
	slices.SortFunc(c.families, func(a, b *Family) int { return cmp.Compare(a.Template, b.Template) })
	for i, f := range c.families {
		c.index[f] = i
		c.cands = append(c.cands, c.candidates(f))
	}
	for _, g := range c.groups {
		c.ends = append(c.ends, c.lastOf(g))
	}
	c.current = make([]int, len(c.families))
	c.start()
	c.branch(0, cost{})
	for i, f := range c.families {
		f.Span = c.cands[i][c.best[i]]
	}
}

// candidates are the spans of a family whose hash text some other key of a group can have as well; None comes first.
func (c *component) candidates(f *Family) []Span {
	out := []Span{None}
	if f.Frozen != "" {
		return out
	}
	seen := map[Span]bool{None: true}
	for _, g := range c.groups {
		for _, row := range g.uses {
			for i, u := range row {
				if u.f != f {
					continue
				}
				for _, s := range familySpans(u) {
					if seen[s] || !c.allowed(f, s, row) {
						continue
					}
					if h, ok := u.hash(s); ok && c.met(h, row, i) {
						seen[s] = true
						out = append(out, s)
					}
				}
			}
		}
	}
	us := f.units()
	slices.SortFunc(out[1:], func(a, b Span) int {
		return cmp.Or(cmp.Compare(spreadCost(us, a), spreadCost(us, b)), cmp.Compare(c.styleCost(us, a), c.styleCost(us, b)),
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return out
}

// familySpans are the spans of the family's own template.
func familySpans(u placedUse) []Span { return spans(u.f.units()) }

// met reports that every other key of the row can have the hash text.
func (c *component) met(h string, row []placedUse, but int) bool {
	for i, u := range row {
		if i == but {
			continue
		}
		if x, ok := u.hash(None); ok && x == h {
			continue
		}
		if u.f.Frozen != "" || !slices.ContainsFunc(familySpans(u), func(s Span) bool { x, ok := u.hash(s); return ok && x == h }) {
			return false
		}
	}
	return true
}

// allowed keeps constant tags for those who asked for them, except where a constant key is the anchor of others that
// are constants, too: no key is added to a slot that was not a single key anyway.
func (c *component) allowed(f *Family, s Span, row []placedUse) bool {
	us := f.units()
	if varying(us, s) || c.opt.SingleSlot {
		return true
	}
	if anyVarying(us) {
		return false
	}
	h, _ := hashText(us, s)
	for _, u := range row {
		if x, ok := u.hash(None); ok && x == h && !anyVarying(u.us) {
			return true
		}
	}
	return false
}

func (c *component) branch(i int, so cost) {
	if c.found && so.compare(c.bestC) >= 0 {
		return
	}
	if c.budget--; c.budget < 0 {
		c.Bounded = true
		if c.found {
			return
		}
	}
	if i == len(c.families) {
		c.best, c.bestC, c.found = slices.Clone(c.current), so, true
		return
	}
	f := c.families[i]
	us := f.units()
	for k, s := range c.cands[i] {
		c.current[i] = k
		next := so
		if s != None {
			next.renamed++
			next.spread += spreadCost(us, s)
			next.style += c.styleCost(us, s)
		}
		for gi, g := range c.groups {
			if c.ends[gi] == i && !g.holds(c.span) {
				if g.Split {
					next.other++
				} else {
					next.atomic++
				}
			}
		}
		c.branch(i+1, next)
	}
	c.current[i] = 0
}

// lastOf is the index of the group's family that is assigned last.
func (c *component) lastOf(g *Group) int {
	last := 0
	for _, f := range g.families() {
		last = max(last, c.index[f])
	}
	return last
}

func (c *component) span(f *Family) Span {
	i := c.index[f]
	return c.cands[i][c.current[i]]
}

// spreadCost is high for tags that can take few values: dates, enumerations, booleans, constants.
func spreadCost(us []unit, s Span) int {
	best := 4
	for _, u := range us[s.Start:s.End] {
		if u.hole == nil {
			continue
		}
		h := u.hole
		switch {
		case h.Class == key.Fixed:
		case h.Kind == key.Bool, len(h.Domain) > 0 && !h.Open:
			best = min(best, 3)
		case h.Kind == key.Time:
			best = min(best, 2)
		default:
			best = 0
		}
	}
	return best
}

// styleCost prefers, for entity tags, the hole with the one segment before it; for value tags, the hole alone. Among
// several holes the last that spreads well.
func (c *component) styleCost(us []unit, s Span) int {
	n, first := 0, -1
	for i := s.Start; i < s.End; i++ {
		if us[i].hole != nil {
			n++
			if first < 0 {
				first = i
			}
		}
	}
	if n == 0 {
		return 1000 + s.End - s.Start
	}
	before := 0
	if first > s.Start {
		before = 1
		for _, u := range us[s.Start : first-1] {
			if isSep(u) {
				before++
			}
		}
	}
	after := 0
	if us[s.End-1].hole == nil {
		after = 4
	}
	want := 1
	if c.opt.Value {
		want = 0
	}
	segments := 2 * before
	switch {
	case before == want:
		segments = 0
	case before == 0:
		segments = 1
	}
	later := 0
	for _, u := range us[s.End:] {
		if u.hole != nil {
			later++
		}
	}
	return 100*(n-1) + 10*later + segments + after
}
