// Package choose picks one candidate for each of several variables so that the
// sum of costs is least: the costs of the candidates, and the weights of the
// [Wish]es that are not met. A wish is met when its variables agree on one of
// the ways in which it can be met.
//
// For the planner a variable is a family of keys, a candidate is a hash tag for
// it, a wish is an operation whose keys must share a slot, and each hash text
// that all its keys can have is a way to meet it.
//
// [Problem.Solve] is exact as long as its budget lasts: it goes through the
// choices by branch and bound. The bound is that of the linear relaxation, got
// by passing costs between wishes and variables (max-product linear
// programming: Globerson and Jaakkola, NIPS 2007). Without conflicts, or where
// wishes form a tree, it is tight and there is next to nothing to search. When
// the budget is used up the best choice so far is returned, and said not to be
// proved.
//
// It promises: the same answer for the same problem, whatever the machine (all
// arithmetic is on integers), and never a choice outside of the domain. It does
// not know what costs mean: whoever calls it packs several aims into one number
// ([Scale]).
//
//	p := choose.Problem{
//		Costs:  [][]int64{{0, 1}, {0, 1}},
//		Wishes: []choose.Wish{{Weight: 10, Vars: []int{0, 1}, Ways: [][]uint64{{0b10, 0b10}}}},
//	}
//	a := p.Solve(nil, nil, choose.NewBudget(1000)) // a.Choice is [1 1], a.Cost is 2
package choose
