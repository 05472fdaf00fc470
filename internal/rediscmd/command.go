package rediscmd

import (
	"slices"
	"strings"
)

// Command is what a Redis server says about one of its commands.
type Command struct {
	Name     string // lower case; a subcommand as "object|encoding"
	Arity    int    // words on the wire, the name included; negative: at least that many
	Write    bool   // flag "write"
	ReadOnly bool   // flag "readonly"; a command may be neither (PING, EVAL, PUBLISH)
	Blocking bool   // flag "blocking"
	// Container is set for a command that only carries subcommands, such as OBJECT:
	// its own line says nothing about keys, the subcommands' lines do.
	Container bool
	Keys      []KeySpec // empty: the command names no key
	Scope     Scope     // filled in by Lookup; see also ScopeOf
}

// KeySpec says where some of a command's keys are. It is a key specification as the
// server's COMMAND reports it: a place to begin at, and a way to find the keys from there.
// Positions count the words on the wire; word 0 is the command's name.
type KeySpec struct {
	// Where to begin: at word Index, or, when Keyword is set, after the first Keyword
	// (upper case) found at word From or later. Unknown: the server can't say.
	Index   int
	Keyword string
	From    int
	Unknown bool

	// A range: keys stand Step apart. Last >= 0: as far as Last words after the first;
	// Last < 0: as far as Last from the end, or, when Limit > 1, from the end of the first
	// 1/Limit of what follows (XREAD: the first half are streams, the second half IDs).
	Last  int
	Step  int
	Limit int

	// A counted list, when NumKeys is set: the number stands NumIndex words after the
	// beginning, the first key First words after it. Step holds here too.
	NumKeys  bool
	NumIndex int
	First    int

	Write      bool // these keys are written to or deleted
	NotKey     bool // hashed to a slot like a key, but not one: a shard channel
	Incomplete bool // the server does not promise to find all keys this way
	// Replaces: when this specification matches, it stands in for all others (MIGRATE with KEYS).
	Replaces bool
}

// Writes reports a command that may change a key: EVAL and its kin have no flag for it, but keys that they may write.
// PFCOUNT, which writes to its cache only, is flagged as one that reads.
func (c Command) Writes() bool {
	return c.Write || !c.ReadOnly && slices.ContainsFunc(c.Keys, func(k KeySpec) bool { return k.Write })
}

// Lookup finds a command by the words it begins with, in any case: of two words
// the subcommand ("object", "encoding") is tried first. Further words are ignored.
// It returns false for a command that is not known, and for an unknown subcommand of a
// command that only carries subcommands. The caller must not change the Keys.
func Lookup(words ...string) (Command, bool) {
	if len(words) == 0 {
		return Command{}, false
	}
	name := strings.ToLower(words[0])
	if len(words) > 1 {
		if c, ok := find(name + "|" + strings.ToLower(words[1])); ok {
			return c, true
		}
	}
	c, ok := find(name)
	if !ok || c.Container && len(words) > 1 || strings.Contains(words[0], "|") {
		return Command{}, false
	}
	return c, true
}

// Names lists the names of all commands, sorted, subcommands as "object|encoding".
func Names() []string {
	var names []string
	for _, table := range [][]Command{commands, supplement, supplementModules} {
		for _, c := range table {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

func find(name string) (Command, bool) {
	for _, table := range [][]Command{commands, supplement, supplementModules} {
		i, ok := slices.BinarySearchFunc(table, name, func(c Command, name string) int {
			return strings.Compare(c.Name, name)
		})
		if !ok {
			continue
		}
		c := table[i]
		if specs, ok := corrected[name]; ok {
			c.Keys = specs
		}
		c.Scope = scopeOf(c)
		return c, true
	}
	return Command{}, false
}

// corrected holds the key specifications of the three commands for which a server admits
// that its own are incomplete. Source: the server's getkeys procedures (sortGetKeys,
// sortROGetKeys, migrateGetKeys in db.c) and the commands' documented syntax.
var corrected = map[string][]KeySpec{
	// The unknown one stands for BY and GET patterns, whose keys depend on the data.
	"sort":    {{Index: 1, Step: 1}, {Unknown: true}, {Keyword: "STORE", From: 2, Step: 1, Write: true}},
	"sort_ro": {{Index: 1, Step: 1}, {Unknown: true}},
	// With KEYS, word 3 is the empty string and not a key.
	"migrate": {{Index: 3, Step: 1, Write: true}, {Keyword: "KEYS", From: 6, Last: -1, Step: 1, Write: true, Replaces: true}},
}
