// Package keyflow answers: what string can this expression be?
//
// Input is a loaded program; output are [key.Template] values, one for each
// alternative, for the key arguments of a call. Flow comes from SSA; the text
// of literals, and where it can be edited, comes from the syntax: a value is
// always followed together with the expression it came from (the hint), since
// the constants of SSA have no position.
//
//	func Profile(id int) string { return prefix + "user:" + strconv.Itoa(id) }
//	rdb.Get(ctx, keys.Profile(u.ID))  // app:user:<id>
//
// It promises:
//   - literal text is text that the program really writes there;
//   - two holes with one ID hold one text. Different is the default: equality
//     comes from one SSA value in one frame, the same field of an unchanged
//     object, pure functions of equal values, and fields that one constructor
//     set from one value;
//   - what can't be known is a hole of class [key.Unknown] with a reason;
//   - it ends: calls are followed to a bounded depth, recursion and loops that
//     build text become unknown, too many alternatives are widened, never cut.
//
// It does not promise to see values through reflection, unsafe, channels or
// maps that change, and it assumes that code without source (dependencies)
// does not change the strings and structs of the target, except for values
// that are handed to it by address.
//
// A [Frame] says in which call a value is looked at: the function, the call
// that entered it, and the frame where that call stands. The same helper
// looked at from two calls gives two templates. A function that is handed a
// whole key is looked at from each of its callers (see [Flow.Contexts]).
package keyflow
