// Package rules is what `clusterize explain` knows: one page for each way in
// which code meets a cluster, with the error text, the go-redis versions it
// holds for, and the code before and after.
//
// A rule does not decide: keyplan says which rule a site falls under, and how.
// The package imports nothing of the program, so that every stage and every
// report format can name a rule.
//
// It promises: exactly one page for each ID; pages of at most 80 columns, and
// the same as Markdown, which docs/rules.md has in one. Before and After are run
// by a test: Before works on a standalone server and shows on a cluster of three
// primaries what the page says; After works on the cluster. Every error text that
// comes is on the page, and every one on the page came, from Redis 7.0 with
// go-redis v9.23.0, v9.7.3 or v8.11.5. What a page says of other versions was
// measured once, and is not run.
//
//	r, ok := rules.Get(rules.CrossSlot)
//	fmt.Print(r.Page())
package rules
