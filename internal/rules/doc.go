// Package rules is what `clusterize explain` knows: one page for each way in
// which code meets a cluster, with the error text, the go-redis versions it
// holds for, and the code before and after.
//
// A rule does not decide: keyplan says which rule a site falls under, and how.
// The package imports nothing of the program, so that every stage and every
// report format can name a rule.
//
// It promises: exactly one page for each ID; a Before and an After that
// compile; pages of at most 80 columns. Error texts are those of a Redis 7.0
// server with three primaries and of the go-redis versions named beside them.
//
//	r, ok := rules.Get(rules.CrossSlot)
//	fmt.Print(r.Page())
package rules
