// Package keyplan decides which keys must share a hash slot, with which hash
// tag, and what becomes of each site.
//
// It is pure: sites in, a [Plan] out, no syntax trees and no I/O, and the same
// plan whatever the order of its input.
//
// # Groups and candidates
//
// A family is all key templates of one shape. An operation with several keys is
// a [Group]: a command, a transaction or watch with all that it queues, a script
// with the keys that it builds itself. Its keys must have one
// hash text, the text that Redis hashes (what stands in the first {...}, else the
// whole key). A candidate for a family is a [Span] of its template that becomes
// the tag, or none. None is a candidate like the others, so that a key that keeps
// its name can be the anchor of others:
//
//	MULTI over user:<id> and user:<id>:sessions
//	user:<id>           hash text user:<id>, keeps its name
//	user:<id>:sessions  becomes {user:<id>}:sessions, hash text user:<id>
//
// The value of an object (the name of a queue) is a candidate for keys that have
// ids as well only where an operation that can't be split needs it, and the
// program is seen to make objects with different values.
//
// Families that may hold the same keys get the same tag, or none: a key must have
// one new name whichever way it is written. Where that can't be they are frozen.
//
// A tag without a value that varies is no candidate, except for constants that
// have a constant as their anchor; with SingleSlot, or beside a family for which
// that was decided, constant text may also be put before a whole key.
//
// # The choice
//
// The planner chooses one candidate for each family so that, in this order: most
// atomic groups hold, most other groups hold, fewest families are renamed, the
// tags spread best, the tags are simplest. Families that share no group and no
// [Tie] are decided apart. The choice is exact (internal/choose) as long as its
// budget lasts, which it does for components of 40 families with some candidates
// each; where it does not, the plan says that it is Bounded.
//
// With the choice come the second choice of each renamed family ([RunnerUp]), the
// operations that want another plan ([Conflict]), where the keys fall ([Spread]),
// the values that would break a tag (Risks), and why a family is written as it is.
//
// # Splits, fan-outs, order
//
// An operation without a common tag is split where it promises nothing across its
// keys, and asked of every primary where it sees one node: both only where the
// helper has the method, and the site can be rewritten. MSET is atomic, and split
// only where it fills a cache, or where that was decided. [Decision].Queued lists
// the commands of a pipeline that are rewritten. Nodes run their parts of a pipeline
// at the same time: one that tells others of what it writes is for a person.
//
// # Patterns and key text
//
// A pattern of SCAN, KEYS or SORT follows the families that it finds ([Pattern]): it is
// laid on each of them, a * takes a brace or the brace is written beside it, and all
// that it finds must agree. Tags that it can't follow are forbidden, and those that
// it follows only together are tied:
//
//	cart:*:items  ->  {cart:*}:items
//	cart:*        ->  {cart:*        where all that it finds gets such a tag
//	cart:*        ->  cart:*         where they get cart:{<id>}, or not all get one
//
// A place that looks at the text of keys is mended, or freezes their families.
// Families are frozen as well by keys that go where they can't be followed.
//
// # What others say
//
// A [Pin] is a tag that was decided by a person, or by the plan of another
// repository on the same Redis; [Decided] and Ignored sites want no tag. Frozen
// families, Forbidden tags and Ties come from the rewriter: edits that turned out
// to be impossible, and expressions that write two families.
//
// # Promises
//
// Two keys said to share a slot have one hash text for every value of their
// holes, except for the values named as a risk. A family is renamed in all its
// uses, or in none. A decision that was not followed is in Problems. A family is
// never given a tag without a varying hole unless that was asked for.
package keyplan
