package keyplan

import (
	"slices"
	"strconv"

	"github.com/clusterize/clusterize/internal/choose"
)

// RunnerUp is the second choice for a family.
type RunnerUp struct {
	NewTemplate string // equal to the template when the family would keep its name
	Loses       string // why it is not the first
}

// Conflict is operations that would have their keys in one slot under another plan than the chosen one.
type Conflict struct {
	Sites   []string // that give way
	Against []string // that would give way instead; none when the other plan is worse for another reason
	Wanted  []Wanted // the families that would be written otherwise
	Loses   string   // why the plan is not made for these
}

// Wanted is how a family is planned, and how a conflict would have it.
type Wanted struct{ Template, Now, Then string }

// conflict asks for the best plan under which a wish is met. It reports false when there is none.
func (c *component) conflict(w *wish, now cost, budget *choose.Budget) (Conflict, bool) {
	var best choose.Answer
	found := false
	for _, way := range w.Ways {
		domain := c.ways.Everything()
		for i, v := range w.Vars {
			domain[v] &= way[i]
		}
		if slices.Contains(domain, 0) {
			continue
		}
		a := c.ways.Solve(domain, c.best, budget)
		if !a.Exact {
			return Conflict{}, false // what it costs is not known
		}
		if !found || a.Cost < best.Cost {
			best, found = a, true
		}
	}
	if !found {
		return Conflict{}, false
	}
	x := Conflict{Sites: w.sites(), Loses: loses(now, c.cost(best.Choice))}
	for _, o := range c.wishes {
		if o.Met(c.best) && !o.Met(best.Choice) {
			for _, s := range o.sites() {
				if !slices.Contains(x.Against, s) {
					x.Against = append(x.Against, s)
				}
			}
		}
	}
	slices.Sort(x.Against)
	for _, i := range w.Vars {
		f := c.families[i]
		if a, b := c.cands[i][c.best[i]], c.cands[i][best.Choice[i]]; a != b {
			x.Wanted = append(x.Wanted, Wanted{f.Template, tagged(f.Model, a), tagged(f.Model, b)})
		}
	}
	return x, true
}

// loses says why a plan is worse: the first aim in which it is.
func loses(chosen, other cost) string {
	a, b := chosen.aims(), other.aims()
	for i, what := range []func(n int) string{
		func(n int) string {
			return plural(n, "more atomic operation", "more atomic operations") + " would have keys in several slots"
		},
		func(n int) string {
			return plural(n, "more operation", "more operations") + " would have to be split, slot by slot"
		},
		func(n int) string {
			return plural(n, "more key family", "more key families") + " would get a new name, with the stored data"
		},
		func(int) string { return "its values are fewer, so the keys would lie on fewer slots" },
		func(int) string { return "as good, with a tag that is harder to read" },
	} {
		if n := b[i] - a[i]; n > 0 {
			return what(int(n))
		}
	}
	return "just as good: the first in order was taken"
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + more
}

// rivals says what is in the way of a group for which a tag exists.
func (p *Plan) rivals(g *Group) string {
	for _, x := range p.Conflicts {
		if !slices.Contains(x.Sites, g.Site) {
			continue
		}
		var wants, over []string
		for _, w := range x.Wanted {
			wants = append(wants, w.Then+" instead of "+w.Now)
		}
		for _, id := range x.Against {
			over = append(over, p.at[id].String())
		}
		if len(over) == 0 {
			return "it needs " + listSome(wants, 4) + ", and then " + x.Loses
		}
		return "it needs " + listSome(wants, 4) + ", and then the keys of " + listSome(over, 3) + " would be in several slots (" + x.Loses + ")"
	}
	return "another operation needs a different one of the same family"
}
