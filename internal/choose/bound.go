package choose

import (
	"math"
	"math/bits"
)

const infinite = math.MaxInt64 / 4

// layout says where the costs of a variable, and those that a wish has moved, lie in flat slices: they are copied at
// each branch.
type layout struct {
	p      *Problem
	vars   []int   // of a variable, in beliefs
	moved  [][]int // of a wish and one of its variables, in moved costs
	nBel   int
	nMoved int
	shift  uint // costs are shifted left, so that they can be shared without losing much
}

func newLayout(p *Problem, shift uint) *layout {
	l := &layout{p: p, shift: shift}
	for _, cs := range p.Costs {
		l.vars = append(l.vars, l.nBel)
		l.nBel += len(cs)
	}
	for _, w := range p.Wishes {
		var at []int
		for _, v := range w.Vars {
			at = append(at, l.nMoved)
			l.nMoved += len(p.Costs[v])
		}
		l.moved = append(l.moved, at)
	}
	return l
}

// node is a part of the search: the candidates that are left, and the costs as they have been moved. The sum over the
// variables of their least belief is a lower bound for every choice in the domain.
type node struct {
	*layout
	domain []uint64
	belief []int64
	moved  []int64
}

func (l *layout) root(domain []uint64) *node {
	n := &node{layout: l, domain: append([]uint64(nil), domain...), belief: make([]int64, l.nBel), moved: make([]int64, l.nMoved)}
	for v, cs := range l.p.Costs {
		for c, x := range cs {
			n.belief[l.vars[v]+c] = x << l.shift
		}
	}
	return n
}

func (n *node) clone() *node {
	return &node{n.layout, append([]uint64(nil), n.domain...), append([]int64(nil), n.belief...), append([]int64(nil), n.moved...)}
}

// least is the smallest belief of a variable among the given candidates.
func (n *node) least(v int, among uint64) int64 {
	best := int64(infinite)
	at := n.vars[v]
	for m := among; m != 0; m &= m - 1 {
		best = min(best, n.belief[at+bits.TrailingZeros64(m)])
	}
	return best
}

// bound is the lower bound, shifted.
func (n *node) bound() int64 {
	var sum int64
	for v, d := range n.domain {
		sum += n.least(v, d)
	}
	return sum
}

// sweep lets each wish once take all that its variables have, and share it out again evenly. The bound never falls.
func (n *node) sweep(scratch *scratch) {
	for g := range n.p.Wishes {
		n.share(g, scratch)
	}
}

// scratch is memory that the sweeps use again.
type scratch struct {
	least []int64   // for each variable of a wish
	in    [][]int64 // for each way and variable: the least belief among those that take part
	sum   []int64   // for each way
}

// share is one step of max-product linear programming: what each candidate would cost at least, with the best choice of
// the other variables of the wish, divided by their number.
func (n *node) share(g int, s *scratch) {
	w := &n.p.Wishes[g]
	k := int64(len(w.Vars))
	s.least = s.least[:0]
	unmet := w.Weight << n.shift
	for i, v := range w.Vars {
		at, mv := n.vars[v], n.layout.moved[g][i]
		best := int64(infinite)
		for m := n.domain[v]; m != 0; m &= m - 1 {
			c := bits.TrailingZeros64(m)
			n.belief[at+c] -= n.moved[mv+c]
			best = min(best, n.belief[at+c])
		}
		s.least = append(s.least, best)
		unmet += best
	}
	n.ways(w, s)
	for i, v := range w.Vars {
		at, mv := n.vars[v], n.layout.moved[g][i]
		for m := n.domain[v]; m != 0; m &= m - 1 {
			c := bits.TrailingZeros64(m)
			others := unmet - s.least[i]
			for a, way := range w.Ways {
				if way[i]&(1<<c) != 0 && s.sum[a] < infinite {
					others = min(others, s.sum[a]-s.in[a][i])
				}
			}
			all := others + n.belief[at+c]
			part := all / k
			if all%k < 0 {
				part-- // rounded down: the bound stays one
			}
			n.moved[mv+c] = part - n.belief[at+c]
			n.belief[at+c] = part
		}
	}
}

// ways finds what each way to meet the wish costs at least.
func (n *node) ways(w *Wish, s *scratch) {
	for len(s.in) < len(w.Ways) {
		s.in = append(s.in, nil)
	}
	s.sum = s.sum[:0]
	for a, way := range w.Ways {
		s.in[a] = s.in[a][:0]
		sum := int64(0)
		for i, v := range w.Vars {
			x := n.least(v, way[i]&n.domain[v])
			s.in[a] = append(s.in[a], x)
			if x >= infinite || sum >= infinite {
				sum = infinite
				continue
			}
			sum += x
		}
		s.sum = append(s.sum, sum)
	}
}
