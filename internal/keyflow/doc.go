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
//     comes from one SSA value in one frame, memory that nothing on the way
//     between two looks may change (see region and version), pure functions of
//     equal values, and fields that one constructor set from one value;
//   - a variable, field, buffer or element is what was stored there last (see
//     stateWalk, place and backing); where several ways lead to the look, each
//     is an alternative, and alternatives of one choice go together;
//   - what can't be known is a hole of class [key.Unknown] with a reason;
//   - it ends: calls are followed to a bounded depth, recursion and loops that
//     build text become unknown, too many alternatives are widened, never cut.
//
// It does not promise to see values through reflection, unsafe or channels, and
// it assumes that code without source (dependencies) changes only what it is
// handed or can reach from that, and that goroutines wait (a lock, a channel)
// before they look at what others changed. path.Join takes a hole for a part
// that is not empty.
//
// A [Frame] says in which call a value is looked at: the function, the call
// that entered it, and the frame where that call stands. The same helper
// looked at from two calls gives two templates. A function that is handed a
// whole key is looked at from each of its callers (see [Flow.Contexts]).
package keyflow
