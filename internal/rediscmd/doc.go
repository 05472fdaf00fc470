// Package rediscmd is what clusterize knows about Redis commands, as tables: where a command's
// keys are, what becomes of it on a cluster, which command a go-redis method sends and which of its
// parameters are keys, and which hash slot a key has. It knows nothing of Go programs.
//
// # Where the tables come from
//
// No key position of a core command or a client method is typed by hand:
//
//   - commands_gen.go is the COMMAND reply of a real redis-server, key specifications included.
//   - methods_gen.go is recorded from a real go-redis client: each method is called with a different
//     text in every place that can hold one, the command it makes is read back, and the words that
//     the command table calls keys are traced to the parameter they came from.
//
// Typed by hand, each with its source, are: the scopes of commands without keys (scope.go, measured on a real
// cluster), the specifications that the server itself calls incomplete (corrected, in command.go), the commands
// that this server doesn't have (supplement.go, supplement_modules.go, from their
// documentation), and the methods that only older clients have (legacy.go).
//
// # What it promises
//
// Slot agrees with CLUSTER KEYSLOT for every key. KeyIndexes returns all keys that the words name and
// nothing else, or an error: where a position depends on a word that is not known it doesn't
// guess. Every method of redis.Cmdable, and of Client, is in LookupMethod or in Unrecorded.
//
// # What it does not
//
// The supplement's commands were not run against a server; those that work by index or label
// filter (FT.SEARCH, TS.MRANGE) have the scope that their documentation suggests. Keys that no word
// names are not found: those that a SORT pattern or a script makes up. A method is listed with the
// command that the recorded version sends; older ones may send a kin with the same keys (SetNX
// sends SETNX there). The tables hold for go-redis v8 and v9; v7 and v6 were not recorded.
//
// # Example
//
//	c, _ := rediscmd.Lookup("ZUNIONSTORE")
//	words := []string{"ZUNIONSTORE", "dest", "2", "a", "b", "WEIGHTS", "1", "2"}
//	keys, err := c.KeyIndexes(len(words), func(i int) (string, bool) { return words[i], true })
//	// keys is [1 3 4]
//
//	m, _ := rediscmd.LookupMethod("ZUnionStore") // func(ctx, dest string, store *redis.ZStore)
//	// m.Words is [zunionstore]; m.Keys is parameter 0, and of parameter 1 each of Keys
package rediscmd

//go:generate go run ./internal/gen
