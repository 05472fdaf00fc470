// Package key holds the plain values that describe Redis key names found in
// source code: templates, their holes, and the places where text can be put
// into them.
//
// A [Template] is what is known of one key argument: literal text and holes in
// a row. For
//
//	fmt.Sprintf("user:%s:profile", u.ID)
//
// it is "user:", the hole <ID>, ":profile", written user:<ID>:profile.
// Positions inside a template are counted in units: each byte of literal text
// is one unit, each hole is one. Two templates of one [Template.Shape] have the
// same units, which is what lets one decision (a hash tag from unit a to unit
// b) stand for every place that builds a key of a family.
//
// The package promises: no type here refers to syntax trees or types, every
// value can be compared and printed, and nothing is changed after it was made.
// It does not decide anything: which holes are equal is said by whoever made
// them (equal [Hole.ID]), and different is the default.
package key
