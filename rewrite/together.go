package rewrite

import (
	"github.com/clusterize/clusterize/keyplan"
)

// renamedTogether groups the renamed families by the component of the plan, and by edits that they share: one of them
// without the other would leave a key with half of its braces, or rename it at some places only.
func renamedTogether(p *keyplan.Plan, edits func([]*keyplan.Family) []Edit) [][]*keyplan.Family {
	var renamed []*keyplan.Family
	components, places := map[int]int{}, map[Edit]int{}
	var joined joins
	for _, f := range p.Families {
		if !f.Renamed() {
			continue
		}
		i := joined.add()
		renamed = append(renamed, f)
		if f.Component > 0 {
			joinFirst(&joined, components, f.Component, i)
		}
		for _, e := range edits([]*keyplan.Family{f}) {
			joinFirst(&joined, places, e, i)
		}
	}
	var out [][]*keyplan.Family
	at := map[int]int{}
	for i, f := range renamed {
		r := joined.root(i)
		if _, ok := at[r]; !ok {
			at[r] = len(out)
			out = append(out, nil)
		}
		out[at[r]] = append(out[at[r]], f)
	}
	return out
}

// joins is sets of numbers that are joined one by one: each number has the one that it was joined to.
type joins []int

func (j *joins) add() int {
	*j = append(*j, len(*j))
	return len(*j) - 1
}

func (j joins) root(i int) int {
	for j[i] != i {
		i = j[i]
	}
	return i
}

// joinFirst joins a number with the first one that had the same key.
func joinFirst[K comparable](j *joins, firsts map[K]int, k K, i int) {
	first, seen := firsts[k]
	if !seen {
		firsts[k] = i
		return
	}
	(*j)[j.root(i)] = j.root(first)
}
