package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/internal/choose"
)

// Budgets in visits of groups, some tenths of a microsecond each: for the plan of one component, and for what is asked
// beside it (second choices, conflicts).
const solveBudget, askBudget = 3_000_000, 1_500_000

// solve chooses a span for each family.
func (c *component) solve() {
	units := c.scale()
	c.makeWishes(units[1], units[2])
	p := &choose.Problem{}
	for i, f := range c.families {
		var costs []int64
		for _, s := range c.cands[i] {
			var own cost
			own.add(f.units(), s, c.opt)
			costs = append(costs, dot(own.aims(), units[1:]))
		}
		p.Costs = append(p.Costs, costs)
	}
	for _, w := range c.wishes {
		p.Wishes = append(p.Wishes, w.Wish)
	}
	p.Wishes = append(p.Wishes, c.tieWishes(units[0])...)
	c.ways = p
	a := p.Solve(nil, nil, choose.NewBudget(solveBudget))
	c.best = a.Choice
	c.Bounded = c.Bounded || !a.Exact
	for i, f := range c.families {
		f.Span = c.cands[i][c.best[i]]
	}
}

// scale finds what one unit of each aim costs; ties come before all aims. In components too large for one number, the later aims are left out.
func (c *component) scale() []int64 {
	var most cost
	for _, g := range c.groups {
		if g.Split {
			most.other++
		} else {
			most.atomic++
		}
	}
	for i, f := range c.families {
		var worst cost
		for _, s := range c.cands[i] {
			var own cost
			own.add(f.units(), s, c.opt)
			worst.renamed, worst.spread, worst.style = max(worst.renamed, own.renamed), max(worst.spread, own.spread), max(worst.style, own.style)
		}
		most.renamed += worst.renamed
		most.spread += worst.spread
		most.style += worst.style
	}
	aims := append([]int64{int64(len(c.opt.Ties))}, most.aims()...)
	for n := len(aims); ; n-- {
		if units, ok := choose.Scale(aims[:n]); ok {
			c.Bounded = c.Bounded || n < len(aims)
			return append(units, make([]int64, len(aims)-n)...)
		}
	}
}

func dot(a, b []int64) int64 {
	var sum int64
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// cost of a choice, aim by aim.
func (c *component) cost(choice []int) cost {
	var so cost
	for i, f := range c.families {
		so.add(f.units(), c.cands[i][choice[i]], c.opt)
	}
	for _, g := range c.groups {
		if !g.holds(func(f *Family) Span { return c.cands[c.index[f]][choice[c.index[f]]] }) {
			if g.Split {
				so.other++
			} else {
				so.atomic++
			}
		}
	}
	return so
}

// alternatives fills in the second choice of each renamed family, and the conflicts.
func (c *component) alternatives() []Conflict {
	budget := choose.NewBudget(askBudget)
	now := c.cost(c.best)
	for i, f := range c.families {
		if f.Renamed() && f.Pin == nil {
			c.runnerUp(i, now, budget)
		}
	}
	var out []Conflict
	for _, w := range c.wishes {
		if !w.Met(c.best) {
			if x, ok := c.conflict(w, now, budget); ok {
				out = append(out, x)
			}
		}
	}
	return out
}

// runnerUp is the best plan that tags a family by other values, or leaves it its name.
func (c *component) runnerUp(i int, now cost, budget *choose.Budget) {
	f := c.families[i]
	domain := c.ways.Everything()
	for k, s := range c.cands[i] {
		if slices.Equal(holesIn(f.units(), s), holesIn(f.units(), f.Span)) {
			domain[i] &^= 1 << k
		}
	}
	if domain[i] == 0 {
		return
	}
	a := c.ways.Solve(domain, c.best, budget)
	if !a.Exact {
		return // it may not be the second one
	}
	other := c.cands[i][a.Choice[i]]
	f.RunnerUp = &RunnerUp{NewTemplate: tagged(f.Model, other), Loses: loses(now, c.cost(a.Choice))}
}

// holesIn are the places of the holes of a tag.
func holesIn(us []unit, s Span) []int {
	var out []int
	for i := s.Start; i < s.End; i++ {
		if us[i].hole != nil {
			out = append(out, i)
		}
	}
	if out == nil && s != None {
		return []int{-1} // a constant tag is another thing than none
	}
	return out
}
