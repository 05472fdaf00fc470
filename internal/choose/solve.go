package choose

import (
	"cmp"
	"math/bits"
	"slices"
)

// search is a run of branch and bound.
type search struct {
	p       *Problem
	shift   uint
	touch   [][]int // the wishes of a variable
	best    []int
	cost    int64
	budget  *Budget
	ended   bool // the budget was used up
	scratch scratch
	seen    []int // of a wish: when around looked at it last
	looks   int
}

// How often the bound is improved at the start, and at each branch: measured on BenchmarkSolve.
const rootSweeps, nodeSweeps = 300, 30

// Solve finds the best choice within a domain; nil means all candidates. Each variable must have one left. The start,
// which may be nil, is a choice to improve on.
func (p *Problem) Solve(domain []uint64, start []int, budget *Budget) Answer {
	if domain == nil {
		domain = p.Everything()
	}
	s := &search{p: p, budget: budget, touch: p.touch(), shift: p.shift()}
	s.local(domain, start)
	root := newLayout(p, s.shift).root(domain)
	s.branch(root, rootSweeps)
	return Answer{s.best, s.cost, !s.ended}
}

// shift is how far costs can be shifted without overflow.
func (p *Problem) shift() uint {
	var sum uint64 = 1
	for _, cs := range p.Costs {
		sum += uint64(slices.Max(cs))
	}
	for _, w := range p.Wishes {
		sum += uint64(w.Weight)
	}
	return uint(min(8, max(0, 60-bits.Len64(sum))))
}

func (p *Problem) touch() [][]int {
	out := make([][]int, len(p.Costs))
	for g, w := range p.Wishes {
		for _, v := range w.Vars {
			out[v] = append(out[v], g)
		}
	}
	return out
}

// branch searches a part of the choices. Sweeps is how often the bound may be improved first; it ends when that gains
// little of what is missing.
func (s *search) branch(n *node, sweeps int) {
	for last := int64(-1); sweeps > 0; sweeps-- {
		if s.budget.left -= len(s.p.Wishes) + 1; s.budget.left < 0 {
			s.ended = true
			return
		}
		n.sweep(&s.scratch)
		s.round(n)
		b := n.bound()
		if s.hopeless(b) || !s.drop(n, b) {
			return
		}
		if b-last <= max((1<<s.shift)/8, ((s.cost<<s.shift)-b)/128) {
			break
		}
		last = b
	}
	if s.hopeless(n.bound()) {
		return
	}
	v := s.pick(n)
	if v < 0 {
		return // one choice is left, and round has looked at it
	}
	for _, c := range n.order(v) {
		next := n.clone()
		next.domain[v] = 1 << c
		s.branch(next, nodeSweeps)
		if s.ended {
			return
		}
	}
}

// hopeless reports that no choice with that bound can cost less than the best one: costs are whole.
func (s *search) hopeless(bound int64) bool { return bound > (s.cost-1)<<s.shift }

// drop takes away the candidates that no better choice can have; false when nothing is left.
func (s *search) drop(n *node, bound int64) bool {
	for v, d := range n.domain {
		least := n.least(v, d)
		for m := d; m != 0; m &= m - 1 {
			c := bits.TrailingZeros64(m)
			if s.hopeless(bound - least + n.belief[n.vars[v]+c]) {
				n.domain[v] &^= 1 << c
			}
		}
		if n.domain[v] == 0 {
			return false
		}
	}
	return true
}

// round takes the candidate of the least belief for each variable, and keeps the choice if it is the best so far.
func (s *search) round(n *node) {
	choice := make([]int, len(n.domain))
	for v, d := range n.domain {
		choice[v] = n.first(v, d)
	}
	if c := s.p.Cost(choice); s.best == nil || c < s.cost {
		s.best, s.cost = choice, c
	}
}

// first is the candidate of the least belief, the first of several.
func (n *node) first(v int, among uint64) int {
	best, at := -1, n.vars[v]
	for m := among; m != 0; m &= m - 1 {
		c := bits.TrailingZeros64(m)
		if best < 0 || n.belief[at+c] < n.belief[at+best] {
			best = c
		}
	}
	return best
}

// pick is the variable to branch on: that with the most open wishes, by weight; -1 when none has two candidates. On
// random problems this needs a tenth of the visits that branching on the clearest variable does.
func (s *search) pick(n *node) int {
	best, most := -1, int64(-1)
	for v, d := range n.domain {
		if bits.OnesCount64(d) < 2 {
			continue
		}
		if w := s.weight(n, v); w > most {
			best, most = v, w
		}
	}
	return best
}

// order lists the candidates of a variable, the most promising first.
func (n *node) order(v int) []int {
	var out []int
	for m := n.domain[v]; m != 0; m &= m - 1 {
		out = append(out, bits.TrailingZeros64(m))
	}
	at := n.vars[v]
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(n.belief[at+a], n.belief[at+b]) })
	return out
}

// weight is that of the wishes of a variable that may still be met or not, by how few of their variables are open.
func (s *search) weight(n *node, v int) int64 {
	var sum int64
	for _, g := range s.touch[v] {
		if n.open(&s.p.Wishes[g]) {
			free := 0
			for _, x := range s.p.Wishes[g].Vars {
				if bits.OnesCount64(n.domain[x]) > 1 {
					free++
				}
			}
			sum += s.p.Wishes[g].Weight / int64(free)
		}
	}
	return sum
}

// open reports that a wish can still be met.
func (n *node) open(w *Wish) bool {
	return slices.ContainsFunc(w.Ways, func(way []uint64) bool {
		for i, v := range w.Vars {
			if way[i]&n.domain[v] == 0 {
				return false
			}
		}
		return true
	})
}
