// Package trace holds captured traffic against a plan: which operations a cluster would not serve as one Redis does,
// with the keys as they are named today and as they will be, which keys no template knows, and where the traffic goes.
//
// It is pure: commands in, a [Result] out. An [Analyzer] takes one command after the other and works in constant memory,
// whatever the capture: what it keeps of connections, keys and shapes is bounded, and where a bound is reached the result
// says so.
//
// # Operations
//
//   - a command: all its keys must have one slot;
//   - a transaction: MULTI to EXEC on one connection, with the WATCH before it and what was read between them;
//   - a script or function: its KEYS must have one slot, and the keys that it uses besides must be on the same node. MONITOR
//     shows them, with "lua" in place of the address, right behind the script.
//
// Each is judged with the names of the capture, and with each key renamed as internal/keymap says. An operation whose keys
// have several slots fails, with two exceptions that work by luck, as long as the slots are on one primary: keys that a script
// does not declare, and keys that are watched or read outside of MULTI to EXEC. [Outcome] counts, for clusters of 3 and 6
// primaries, how many of them have that luck.
//
// Commands that a cluster refuses fail as well, and so does all that is done in another database than 0. Commands without
// keys that one node answers for itself are silently wrong (KEYS, SCAN, DBSIZE, FLUSHDB), or worth a note (INFO, SLOWLOG).
//
// Operations of one shape (the same commands, on keys of the same families) are one [Finding], with an example. Only names
// of commands and keys are ever kept: the other words of a command may be anybody's data.
//
// # What is not seen
//
// Commands that MONITOR does not show (see internal/monitor), keys that a script builds in a run that was not captured, and
// what a client does with an answer. Where the beginning of a transaction is not in the capture, its commands count as
// single ones.
package trace
