package choose

import "math/bits"

// MaxCandidates is how many candidates a variable can have: sets of them are bit masks.
const MaxCandidates = 64

// Problem is what to choose from.
type Problem struct {
	Costs  [][]int64 // for each variable, the cost of each candidate, at least 0
	Wishes []Wish
}

// Wish wants candidates that go together.
type Wish struct {
	Weight int64 // what it costs when it is not met
	Vars   []int // each once
	// Ways has for each way to meet the wish, and each of Vars, the candidates that take part, as bits.
	Ways [][]uint64
}

// Answer is a choice of one candidate for each variable.
type Answer struct {
	Choice []int
	Cost   int64
	Exact  bool // no choice costs less
}

// Budget bounds the work of one or more searches.
type Budget struct{ left int }

// NewBudget allows n visits of wishes, some tenths of a microsecond each.
func NewBudget(n int) *Budget { return &Budget{n} }

// Met reports whether a choice meets a wish.
func (w Wish) Met(choice []int) bool {
	for _, way := range w.Ways {
		ok := true
		for i, v := range w.Vars {
			if way[i]&(1<<choice[v]) == 0 {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// Cost is the cost of a choice.
func (p *Problem) Cost(choice []int) int64 {
	var sum int64
	for v, c := range choice {
		sum += p.Costs[v][c]
	}
	for _, w := range p.Wishes {
		if !w.Met(choice) {
			sum += w.Weight
		}
	}
	return sum
}

// Everything is the domain of all candidates.
func (p *Problem) Everything() []uint64 {
	out := make([]uint64, len(p.Costs))
	for v, cs := range p.Costs {
		out[v] = 1<<len(cs) - 1
	}
	return out
}

// Scale packs aims into one number, so that any gain in an earlier aim outweighs all of the later ones. Limits has the
// greatest sum that each can reach. The factors are what one unit of each aim costs; false when they are too great.
func Scale(limits []int64) ([]int64, bool) {
	out := make([]int64, len(limits))
	unit := uint64(1)
	for i := len(limits) - 1; i >= 0; i-- {
		out[i] = int64(unit)
		hi, lo := bits.Mul64(unit, uint64(limits[i])+1)
		if hi != 0 || lo >= 1<<58 {
			return nil, false
		}
		unit = lo
	}
	return out, true
}
