// Package keyplan decides which keys must share a hash slot, with which hash
// tag, and what becomes of each site.
//
// It is pure: sites in, a [Plan] out, no syntax trees and no I/O, and the same
// plan whatever the order of its input.
//
// A family is all key templates of one shape. An operation with several keys is
// a [Group]: its keys must have one hash text, the text that Redis hashes (what
// stands in the first {...}, else the whole key). A candidate for a family is a
// span of its template that becomes the tag, or none. None is a candidate like
// the others, so that a key that keeps its name can be the anchor of others:
//
//	MULTI over user:<id> and user:<id>:sessions
//	user:<id>           hash text user:<id>, keeps its name
//	user:<id>:sessions  becomes {user:<id>}:sessions, hash text user:<id>
//
// The planner chooses one candidate for each family so that, in this order: most
// atomic groups hold, most other groups hold, fewest families are renamed, the
// tags spread best, the tags are simplest. Families that share no group are
// decided apart. The choice is exact for components of the usual size; larger
// ones are searched within a bound, and the plan says so.
//
// It promises: two keys said to share a slot have one hash text for every value
// of their holes, except for the values named as a risk (a hole that may be
// empty or hold braces). A family is never given a tag without a varying hole
// unless that was asked for.
package keyplan
