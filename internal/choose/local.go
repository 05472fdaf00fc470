package choose

import "math/bits"

// local finds a choice to begin with: from the start, and from the cheapest candidates, each wish in turn is met in each
// of its ways as long as that makes the whole better.
func (s *search) local(domain []uint64, start []int) {
	cheapest := make([]int, len(domain))
	for v, d := range domain {
		cheapest[v] = s.cheapest(v, d)
	}
	for _, from := range [][]int{start, cheapest} {
		if from == nil {
			continue
		}
		choice := make([]int, len(from))
		for v, c := range from {
			if domain[v]&(1<<c) == 0 {
				c = cheapest[v]
			}
			choice[v] = c
		}
		s.improve(domain, choice)
		if c := s.p.Cost(choice); s.best == nil || c < s.cost {
			s.best, s.cost = choice, c
		}
	}
}

func (s *search) cheapest(v int, among uint64) int {
	best := -1
	for m := among; m != 0; m &= m - 1 {
		c := bits.TrailingZeros64(m)
		if best < 0 || s.p.Costs[v][c] < s.p.Costs[v][best] {
			best = c
		}
	}
	return best
}

// improve changes a choice in place.
func (s *search) improve(domain []uint64, choice []int) {
	s.seen = make([]int, len(s.p.Wishes))
	for range 8 {
		better := false
		for _, w := range s.p.Wishes {
			if s.budget.left < 0 {
				return
			}
			for _, way := range w.Ways {
				better = s.meet(domain, choice, w.Vars, way) || better
			}
		}
		for v, d := range domain {
			for m := d; m != 0; m &= m - 1 {
				c := bits.TrailingZeros64(m)
				better = s.meet(domain, choice, []int{v}, []uint64{1 << c}) || better
			}
		}
		if !better {
			return
		}
	}
}

// meet gives variables the cheapest of some candidates, if that makes the whole better.
func (s *search) meet(domain []uint64, choice, vars []int, among []uint64) bool {
	was := make([]int, len(vars))
	now := make([]int, len(vars))
	same := true
	for i, v := range vars {
		was[i], now[i] = choice[v], choice[v]
		if among[i]&(1<<choice[v]) == 0 {
			if now[i] = s.cheapest(v, among[i]&domain[v]); now[i] < 0 {
				return false
			}
			same = false
		}
	}
	if same {
		return false
	}
	set := func(to []int) {
		for i, v := range vars {
			choice[v] = to[i]
		}
	}
	before := s.around(choice, vars)
	set(now)
	if s.around(choice, vars) < before {
		return true
	}
	set(was)
	return false
}

// around is the part of the cost that some variables have a part in.
func (s *search) around(choice, vars []int) int64 {
	var sum int64
	s.looks++
	for _, v := range vars {
		sum += s.p.Costs[v][choice[v]]
		for _, g := range s.touch[v] {
			if s.seen[g] != s.looks {
				s.seen[g] = s.looks
				s.budget.left--
				if !s.p.Wishes[g].Met(choice) {
					sum += s.p.Wishes[g].Weight
				}
			}
		}
	}
	return sum
}
