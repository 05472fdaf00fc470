package choose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestExact compares answers with all choices of small problems.
func TestExact(t *testing.T) {
	for seed := range uint64(4000) {
		p := random(seed, 1+int(seed%6), 4, 8)
		a := p.Solve(nil, nil, NewBudget(1<<20))
		want := all(p)
		if !a.Exact || a.Cost != want || p.Cost(a.Choice) != a.Cost {
			t.Fatalf("seed %d: %+v costs %d, the best %d", seed, a, p.Cost(a.Choice), want)
		}
	}
}

// TestBudget holds that a search that must end early still gives a choice of its domain.
func TestBudget(t *testing.T) {
	for seed := range uint64(200) {
		p := random(seed, 12, 5, 40)
		domain := p.Everything()
		for v := range domain {
			if len(p.Costs[v]) > 1 {
				domain[v] &^= 1 << (seed % uint64(len(p.Costs[v])))
			}
		}
		a := p.Solve(domain, nil, NewBudget(int(seed)))
		for v, c := range a.Choice {
			if domain[v]&(1<<c) == 0 {
				t.Fatalf("seed %d: %v is not in %b", seed, a.Choice, domain)
			}
		}
		if a.Cost != p.Cost(a.Choice) {
			t.Errorf("seed %d: %d is not the cost, which is %d", seed, a.Cost, p.Cost(a.Choice))
		}
	}
}

func TestScale(t *testing.T) {
	got, ok := Scale([]int64{5, 9, 0, 99})
	if want := []int64{1000, 100, 100, 1}; !ok || !slices.Equal(got, want) {
		t.Errorf("Scale gives %v, want %v", got, want)
	}
	if _, ok := Scale([]int64{1 << 30, 1 << 30}); ok {
		t.Error("a number of 60 bits is accepted")
	}
}

func all(p *Problem) int64 {
	choice := make([]int, len(p.Costs))
	best := int64(infinite)
	var try func(v int)
	try = func(v int) {
		if v == len(choice) {
			best = min(best, p.Cost(choice))
			return
		}
		for c := range p.Costs[v] {
			choice[v] = c
			try(v + 1)
		}
	}
	try(0)
	return best
}

// random is a problem without any structure: what wishes want of one variable is unrelated.
func random(seed uint64, vars, candidates, wishes int) *Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	p := &Problem{}
	for range vars {
		costs := []int64{0}
		for range r.IntN(candidates) {
			costs = append(costs, int64(1+r.IntN(4)))
		}
		p.Costs = append(p.Costs, costs)
	}
	for range r.IntN(wishes + 1) {
		w := Wish{Weight: int64(1 + r.IntN(20))}
		w.Vars = r.Perm(vars)[:1+r.IntN(min(vars, 4))]
		slices.Sort(w.Vars)
		for range 1 + r.IntN(3) {
			var way []uint64
			for _, v := range w.Vars {
				way = append(way, 1<<r.IntN(len(p.Costs[v]))|r.Uint64N(1<<len(p.Costs[v])))
			}
			w.Ways = append(w.Ways, way)
		}
		p.Wishes = append(p.Wishes, w)
	}
	return p
}

// keys is a problem as keys make it: each variable has the same six tags, or none, and each wish wants one tag of all
// its variables, whichever, out of those that fit.
func keys(seed uint64, vars, wishes, size int) *Problem {
	r := rand.New(rand.NewPCG(seed, 11))
	p := &Problem{}
	for range vars {
		costs := []int64{0}
		for range 6 {
			costs = append(costs, int64(1000+r.IntN(50)))
		}
		p.Costs = append(p.Costs, costs)
	}
	for range wishes {
		w := Wish{Weight: 1 << 20, Vars: r.Perm(vars)[:2+r.IntN(size-1)]}
		if r.IntN(3) == 0 {
			w.Weight = 1 << 30
		}
		slices.Sort(w.Vars)
		for _, tag := range r.Perm(6)[:1+r.IntN(3)] {
			way := make([]uint64, len(w.Vars))
			for i := range way {
				way[i] = 2 << tag
			}
			w.Ways = append(w.Ways, way)
		}
		p.Wishes = append(p.Wishes, w)
	}
	return p
}

func BenchmarkSolve(b *testing.B) {
	for _, n := range []struct{ vars, wishes, size int }{{40, 40, 3}, {40, 80, 3}, {40, 80, 5}, {40, 160, 3}, {40, 400, 3}} {
		b.Run(fmt.Sprintf("families=%d/operations=%d/keys=%d", n.vars, n.wishes, n.size), func(b *testing.B) {
			exact, used := 0, 0
			for i := range b.N {
				budget := NewBudget(4_000_000)
				if keys(uint64(i), n.vars, n.wishes, n.size).Solve(nil, nil, budget).Exact {
					exact++
				}
				used = max(used, 4_000_000-budget.left)
			}
			b.ReportMetric(float64(exact)/float64(b.N), "exact")
			b.ReportMetric(float64(used), "visits-max")
		})
	}
}
