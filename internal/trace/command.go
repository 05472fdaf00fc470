package trace

import (
	"strings"
	"unsafe"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// action is what a command does to the state of a connection, or to the analysis.
type action uint8

const (
	plain action = iota
	multi
	exec
	discard
	watch
	unwatch
	begin // of a connection: whatever was open there was of another client
	script
	subscribe
	load     // of a script
	channels // of shards: words that have a slot, and are no keys
)

var actions = map[string]action{
	"multi": multi, "exec": exec, "discard": discard, "watch": watch, "unwatch": unwatch,
	"reset": discard, "quit": discard, "hello": begin, "auth": begin, "client|setinfo": begin,
	"eval": script, "eval_ro": script, "evalsha": script, "evalsha_ro": script, "fcall": script, "fcall_ro": script, "script|load": load,
	"subscribe": subscribe, "psubscribe": subscribe, "ssubscribe": channels, "sunsubscribe": channels,
}

// A command is what is known of one, kept for each way in which it is written.
type command struct {
	rediscmd.Command
	known  bool
	action action
	shown  string // in capitals, with its subcommand
	level  Level  // of one that sees one node
	// one is the position of the key of a command with just one, 0 for all others. Most commands are such.
	one int
	// refusable commands are looked at with their arguments.
	refusable bool
	subs      map[string]*command // by the second word; nil when it has none
	container bool
}

// maxNames bounds the spellings of commands that are kept.
const maxNames = 4096

type commands struct {
	byName   map[string]*command
	subs     map[string]bool // first words of commands with subcommands
	kept     int
	unknown  map[string]int64
	overflow command
}

func newCommands() *commands {
	c := &commands{byName: map[string]*command{}, subs: map[string]bool{}, unknown: map[string]int64{}}
	for _, n := range rediscmd.Names() {
		if first, _, ok := strings.Cut(n, "|"); ok {
			c.subs[first] = true
		}
	}
	return c
}

// of looks up the command of a line.
func (c *commands) of(words [][]byte) *command {
	x := c.byName[string(words[0])]
	if x == nil {
		x = c.keep(c.byName, words[0], words[:1])
	}
	if !x.container || len(words) == 1 {
		return x
	}
	if s := x.subs[string(words[1])]; s != nil {
		return s
	}
	return c.keep(x.subs, words[1], words[:2])
}

func (c *commands) keep(in map[string]*command, spelling []byte, words [][]byte) *command {
	if c.kept >= maxNames || len(spelling) > 64 {
		c.overflow = command{shown: "(others)"}
		return &c.overflow
	}
	c.kept++
	x := newCommand(words)
	if len(words) == 1 && c.subs[strings.ToLower(string(words[0]))] {
		x.container, x.subs = true, map[string]*command{}
	}
	in[string(spelling)] = x
	return x
}

func newCommand(words [][]byte) *command {
	text := make([]string, len(words))
	for i, w := range words {
		text[i] = string(w)
	}
	x := &command{}
	x.Command, x.known = rediscmd.Lookup(text...)
	if !x.known {
		x.shown = strings.ToUpper(show([]byte(text[0])))
		return x
	}
	x.shown = strings.ToUpper(strings.ReplaceAll(x.Name, "|", " "))
	x.action = actions[x.Name]
	x.refusable = x.Scope == rediscmd.Refused
	switch first, _, _ := strings.Cut(x.Name, "|"); first {
	case "select", "copy", "sort", "sort_ro":
		x.refusable = true
	}
	if k := x.Keys; len(k) == 1 && k[0].Keyword == "" && k[0].Last == 0 && !k[0].NumKeys && !k[0].Unknown && !k[0].NotKey {
		x.one = k[0].Index
	}
	if x.Scope == rediscmd.OneNode {
		x.level = levelOf(x.Name)
	}
	return x
}

// notes are the commands that look at a server, or keep it: each node answers for itself, and nobody takes the answer for
// that of all keys. "acl|" are all of a container.
var notes = map[string]bool{
	"acl|": true, "client|": true, "cluster|": true, "latency|": true, "memory|": true, "module|": true, "slowlog|": true,
	"info": true, "lastsave": true, "role": true, "debug": true, "save": true, "bgsave": true, "bgrewriteaof": true,
	"replconf": true, "psync": true, "sync": true, "replicaof": true, "slaveof": true, "failover": true, "shutdown": true,
	"pfselftest": true, "config|get": true, "function|stats": true, "hotkeys|": true,
}

func levelOf(name string) Level {
	first, _, _ := strings.Cut(name, "|")
	if notes[name] || notes[first+"|"] {
		return Note
	}
	return Silent
}

// text is the bytes as a string that must not be kept.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
