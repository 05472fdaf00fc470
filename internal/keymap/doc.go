// Package keymap says what stored keys are called before and after the port.
//
// A [Map] holds the families of a plan, also those that keep their names: without
// them a key of one could be taken for a key of another. [Map.Old] takes a key as
// it is named before the port, and gives its new name; [Map.Renamed] goes back.
//
//	m, err := keymap.FromPlan(plan, nil)
//	m.Old("user:1:sessions")       // {user:1}:sessions
//	m.Old("user:1")                // user:1, a family that keeps its name
//	m.Old("{user:1}:sessions")     // the same name: Done, it has been renamed already
//	m.Renamed("{user:1}:sessions") // user:1:sessions
//
// # How a key is told
//
// Which values a hole takes is not known, only what sort of text they are. A key
// is laid on all templates in three steps, and the first step in which one fits
// decides:
//
//   - values are not empty and hold no ':' and no '/', which is what the planner
//     takes them to be; values of which nothing is known hold anything;
//   - values may be empty, and a configured prefix at the start of a key may hold
//     separators;
//   - values are any text that their kind allows.
//
// In that step all families, and all ways to lay the key on each of them, must
// give one name. Where they do not, the key is Ambiguous and has no other name:
// with the families user:<id>, which keeps its name, and user:<id>:sessions, which
// becomes {user:<id>}:sessions, the key user:1:sessions is of the second, and
// user:a:b:sessions can't be told.
//
// # Promises
//
// A key that has the new name of a renamed family is never renamed again, though
// it may be laid on an old template as well. A key that [Map.Old] gives another
// name gets its own back from [Map.Renamed], always: so two keys never get one
// name. [New] refuses families that would give one new name to different keys.
//
// Values are taken to hold no braces, which the plan names as a risk: a key
// user:{1}:log is taken for one that has its new name, when user:<id>:log becomes
// user:{<id>}:log. A template that is one hole only says nothing of a key, and is
// never the family of one.
package keymap
