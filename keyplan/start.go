package keyplan

import "slices"

// start finds a good assignment to begin with: one hash text given to every family that can have it, then changed
// family by family while that makes it better. The search that follows only has to beat it.
func (c *component) start() {
	try := func(choice []int) {
		c.improve(choice)
		if so := c.total(choice); !c.found || so.compare(c.bestC) < 0 {
			c.best, c.bestC, c.found = slices.Clone(choice), so, true
		}
	}
	try(make([]int, len(c.families)))
	for _, text := range c.texts() {
		choice := make([]int, len(c.families))
		for i := range c.families {
			for k, s := range c.cands[i] {
				if slices.Contains(c.textsOf(i, s), text) {
					choice[i] = k
					break
				}
			}
		}
		try(choice)
	}
}

// texts lists the hash texts that the candidates of the component can have, those of the first families first.
func (c *component) texts() []string {
	var out []string
	seen := map[string]bool{}
	for i := range c.families {
		for _, s := range c.cands[i] {
			for _, t := range c.textsOf(i, s) {
				if !seen[t] && len(out) < 32 {
					seen[t] = true
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// textsOf are the hash texts that a candidate gives to the uses of its family in groups.
func (c *component) textsOf(i int, s Span) []string {
	k := candidate{i, s}
	if t, ok := c.textCache[k]; ok {
		return t
	}
	var out []string
	for _, g := range c.groups {
		for _, row := range g.uses {
			for _, u := range row {
				if u.f == c.families[i] {
					if h, ok := u.hash(s); ok && !slices.Contains(out, h) && len(out) < 8 {
						out = append(out, h)
					}
				}
			}
		}
	}
	if c.textCache == nil {
		c.textCache = map[candidate][]string{}
	}
	c.textCache[k] = out
	return out
}

type candidate struct {
	family int
	span   Span
}

// improve changes one family at a time as long as the whole gets better.
func (c *component) improve(choice []int) {
	so := c.total(choice)
	for range 3 {
		better := false
		for i := range choice {
			was := choice[i]
			for k := range c.cands[i] {
				choice[i] = k
				if n := c.total(choice); n.compare(so) < 0 {
					so, was, better = n, k, true
				}
			}
			choice[i] = was
		}
		if !better || len(choice)*len(c.groups) > 4000 {
			return
		}
	}
}

// total is the cost of a whole assignment.
func (c *component) total(choice []int) cost {
	var so cost
	for i, f := range c.families {
		if s := c.cands[i][choice[i]]; s != None {
			us := f.units()
			so.renamed++
			so.spread += spreadCost(us, s)
			so.style += c.styleCost(us, s)
		}
	}
	span := func(f *Family) Span { i := c.index[f]; return c.cands[i][choice[i]] }
	for _, g := range c.groups {
		if !g.holds(span) {
			if g.Split {
				so.other++
			} else {
				so.atomic++
			}
		}
	}
	return so
}
