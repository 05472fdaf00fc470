// Package decisions reads what people decided about a port: the file
// clusterize.yaml, and the directives //clusterize:ignore in the code.
//
//	tags:
//	  - family: user:<uid>:profile
//	    tag: user:<uid>          # becomes {user:<uid>}:profile
//	    reason: profile and sessions are read together
//	  - family: cfg:<name>
//	    keep: true
//	    reason: another team writes it
//	sites:
//	  - at: store/user.go (*Store).Save
//	    rule: crossslot
//	    verdict: safe
//	    reason: both keys are in one slot, see the wiki
//	keys:
//	  - at: store/cache.go:12
//	    template: app:<id>
//	    reason: the prefix is configured
//	clients:
//	  - at: cmd/worker/main.go:30
//	    keep: true
//	    reason: it holds locks only
//	tagStyle: value
//	singleSlot: false
//
// gives, with decisions.Parse("clusterize.yaml", src), a [File] with two Tags,
// a Site, a Key and a Client. All parts are optional, and so is the whole: an
// empty file holds no decisions.
//
// In the code, at the end of the line that it speaks of or alone above it:
//
//	//clusterize:ignore crossslot both keys are in one slot, see the wiki
//
// # What it promises
//
//   - A file that parses is one that a planner can take as it is: each entry has
//     a reason, each verdict and rule exists, each place is one that a report may
//     name, each tag is a part of its family that Redis will hash, and no two
//     entries decide the same thing.
//   - Nothing is skipped: a field that is not known, a value of another type, an
//     entry that stands twice, a second document are errors. So is what YAML
//     offers beyond that: anchors, aliases, merge keys, types such as !!str.
//   - The error is of type [Errors]: all problems of the file in the order of
//     their lines, each an [Error] with the place, the line and what to do. Only
//     what is no YAML at all ends with the first one.
//   - Any input gives a file or an error: no panic, and no time that grows out of
//     proportion. Files over 1 MiB, and nesting that no decision has, are refused.
//   - A value that only looks like a number is taken where a number makes no
//     sense: the id of a site may be ten digits.
//   - [Ignores] lists every //clusterize:ignore of the program once, malformed
//     ones with their problem, in the order of their positions.
//
// # What it does not promise
//
//   - That a decision speaks of something. Whether there is such a family, site,
//     key or client is known after the analysis, and whoever plans must report
//     the entries that match nothing.
//   - That decisions agree with each other. Two entries may name one site in two
//     ways, by its line and by its function; the file keeps their order.
//   - Sites in a module beside the working directory (../other/a.go) can be named
//     by their id only.
//   - A key whose literal text holds < can't be named as a family: a report
//     writes that text as it is, and there it can't be told from a hole.
package decisions
