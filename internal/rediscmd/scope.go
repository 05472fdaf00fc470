package rediscmd

import "strings"

// Scope says what becomes of a command on a cluster. Source of the facts: each was
// measured on three primaries of Redis 7.0.15 with go-redis v8.11.5 to v9.23.0, by counting calls per
// node, except for commands that 7.0.15 doesn't have (see the supplement).
type Scope uint8

const (
	// Keyed commands name keys and go to the node that owns them. All keys must have one
	// slot, else the server refuses with CROSSSLOT. With no key at all (EVAL, FCALL with numkeys 0) they run on
	// one arbitrary node, as OneNode does.
	Keyed Scope = iota + 1
	// AnyNode commands name no key and do the same on whichever node they reach: PING, TIME,
	// COMMAND, CLUSTER SLOTS. PUBLISH is one, as the cluster bus delivers to all nodes; but the
	// count it returns is of one node. SPUBLISH goes to the node of its channel's slot, and is right.
	AnyNode
	// OneNode commands name no key, and see or change the one node they reach, which is an
	// arbitrary one. No error tells: KEYS finds a part of the keys, FLUSHDB deletes a part, CONFIG
	// SET, FUNCTION LOAD and SCRIPT LOAD change one node, WAIT waits for the replicas of a node that may
	// not have got the write.
	OneNode
	// Connection commands hold for the connection they are sent on: MULTI, AUTH, SUBSCRIBE, CLIENT SETNAME,
	// READONLY. A cluster client has connections to many nodes, and go-redis gives them their own methods.
	Connection
	// Refused commands are answered with an error by every node of a cluster: MOVE, SWAPDB. Others are
	// refused with certain arguments only, see ScopeOf.
	Refused
)

var scopeNames = [...]string{"", "Keyed", "AnyNode", "OneNode", "Connection", "Refused"}

func (s Scope) String() string {
	if int(s) < len(scopeNames) {
		return scopeNames[s]
	}
	return "Scope(?)"
}

// ScopeOf is the scope of the command with its arguments, as in KeyIndexes. It differs from
// c.Scope where a cluster refuses certain arguments: SELECT of a database other than 0, COPY
// to one, SORT and SORT_RO with GET, or with BY and a pattern (BY nosort is accepted). Source: answers of
// Redis 7.0.15. It returns false when an unknown word decides that; the scope is then c.Scope.
func (c Command) ScopeOf(n int, word func(i int) (string, bool)) (Scope, bool) {
	sure := true
	for _, r := range refusals[c.Name] {
		refused, known := r.applies(n, word)
		if refused {
			return Refused, true
		}
		sure = sure && known
	}
	return c.Scope, sure
}

// A refusal is an argument that a cluster refuses.
type refusal struct {
	at       KeySpec             // where it stands: only the beginning is used
	accepted func(v string) bool // the values that are accepted after all; nil: none
}

var refusals = map[string][]refusal{
	"select":  {{KeySpec{Index: 1}, isFirstDB}},
	"copy":    {{KeySpec{Keyword: "DB", From: 3}, isFirstDB}},
	"sort":    sortRefusals,
	"sort_ro": sortRefusals,
}

var sortRefusals = []refusal{
	{KeySpec{Keyword: "GET", From: 2}, nil},
	{KeySpec{Keyword: "BY", From: 2}, isNoPattern},
}

func isFirstDB(v string) bool   { return v == "0" }
func isNoPattern(v string) bool { return !strings.Contains(v, "*") }

func (r refusal) applies(n int, word func(int) (string, bool)) (refused, known bool) {
	at, err := r.at.begin(n, word)
	if err != nil {
		return false, false
	}
	if at == 0 || at >= n {
		return false, true
	}
	if r.accepted == nil {
		return true, true
	}
	value, known := word(at)
	return known && !r.accepted(value), known
}

// scopeOf returns the scope of a command, 0 if a keyless one has none.
func scopeOf(c Command) Scope {
	if s, ok := scopes[c.Name]; ok {
		return s
	}
	if len(c.Keys) > 0 {
		return Keyed
	}
	if name, _, ok := strings.Cut(c.Name, "|"); ok {
		return scopes[name+"|*"]
	}
	return 0
}

// scopes is typed by hand: the scope of every command without keys, and of those whose
// keys don't tell it. "acl|*" are the subcommands that have no line of their own. A container's own line
// serves the case that its subcommand isn't known, and so says the worst.
var scopes = map[string]Scope{
	// Refused with any argument, though MOVE names a key.
	"move": Refused, "swapdb": Refused,

	// Harmless on any one node.
	"echo": AnyNode, "lolwut": AnyNode, "ping": AnyNode, "time": AnyNode,
	"command": AnyNode, "command|*": AnyNode,
	"publish":  AnyNode, // delivered by the cluster bus
	"spublish": AnyNode, // by the slot of its channel

	// State of one server.
	"acl": OneNode, "acl|*": OneNode, "acl|cat": AnyNode, "acl|genpass": AnyNode, "acl|help": AnyNode,
	"acl|whoami":   Connection,
	"bgrewriteaof": OneNode, "bgsave": OneNode, "save": OneNode,
	"lastsave": OneNode, // harmless, but each node has its own
	"config":   OneNode, "config|*": OneNode, "config|help": AnyNode,
	"dbsize": OneNode, "flushall": OneNode, "flushdb": OneNode, "keys": OneNode,
	"randomkey": OneNode, "scan": OneNode,
	"debug": OneNode, "pfselftest": OneNode,
	"failover": OneNode, "psync": OneNode, "replconf": OneNode, "replicaof": OneNode, "role": OneNode,
	"shutdown": OneNode, "slaveof": OneNode, "sync": OneNode,
	"function": OneNode, "function|*": OneNode, "function|help": AnyNode,
	"info":    OneNode,
	"latency": OneNode, "latency|*": OneNode, "latency|help": AnyNode,
	"memory": OneNode, "memory|*": OneNode, "memory|help": AnyNode,
	"module": OneNode, "module|*": OneNode, "module|help": AnyNode,
	"pubsub": OneNode, "pubsub|*": OneNode, "pubsub|help": AnyNode,
	"script": OneNode, "script|*": OneNode, "script|help": AnyNode,
	"slowlog": OneNode, "slowlog|*": OneNode, "slowlog|help": AnyNode,
	"wait": OneNode,

	// CLUSTER: the map of the cluster is the same on each node; the rest asks or changes one node.
	"cluster": OneNode, "cluster|*": OneNode, "cluster|help": AnyNode,
	"cluster|info": AnyNode, "cluster|keyslot": AnyNode, "cluster|nodes": AnyNode, "cluster|replicas": AnyNode,
	"cluster|shards": AnyNode, "cluster|slaves": AnyNode, "cluster|slots": AnyNode,

	// CLIENT: about this connection, or about the connections of one node.
	"client": OneNode, "client|*": OneNode, "client|help": AnyNode,
	"client|caching": Connection, "client|getname": Connection, "client|getredir": Connection,
	"client|id": Connection, "client|info": Connection, "client|no-evict": Connection,
	"client|reply": Connection, "client|setname": Connection, "client|tracking": Connection,
	"client|trackinginfo": Connection,

	// This connection only.
	"asking": Connection, "auth": Connection, "hello": Connection, "quit": Connection, "reset": Connection,
	"readonly": Connection, "readwrite": Connection,
	"monitor": Connection, // and shows what one node does
	"select":  Connection, // and refused unless 0
	"multi":   Connection, "exec": Connection, "discard": Connection, "unwatch": Connection,
	"subscribe": Connection, "unsubscribe": Connection, "psubscribe": Connection, "punsubscribe": Connection,
	"ssubscribe": Connection, "sunsubscribe": Connection, // by the slot of their channels

	// Containers whose subcommands name keys.
	"object": Keyed, "object|help": AnyNode,
	"xgroup": Keyed, "xgroup|help": AnyNode,
	"xinfo": Keyed, "xinfo|help": AnyNode,

	// Newer than Redis 7.0.15. Not measured: by their documentation.
	"client|maint_notifications": Connection, "client|no-touch": Connection, "client|setinfo": Connection,
	"cluster|myshardid": OneNode,
	"himport":           Keyed, // its fieldsets live in a connection; go-redis replays them
	"himport|prepare":   Connection, "himport|discard": Connection, "himport|discardall": Connection,
	"hotkeys": OneNode, "hotkeys|*": OneNode,
	"waitaof":   OneNode,
	"tfunction": OneNode, "tfunction|*": OneNode,
	"json.debug": Keyed, "json.debug|help": AnyNode,

	// Search: an index spans the cluster where the module coordinates it. What is kept beside the
	// index (cursors, settings, dictionaries) is on the node that was asked.
	"ft._list": AnyNode, "ft.aggregate": AnyNode, "ft.aliasadd": AnyNode, "ft.aliasdel": AnyNode,
	"ft.aliaslist": AnyNode, "ft.aliasupdate": AnyNode, "ft.alter": AnyNode, "ft.create": AnyNode,
	"ft.dropindex": AnyNode, "ft.explain": AnyNode, "ft.explaincli": AnyNode, "ft.hybrid": AnyNode,
	"ft.info": AnyNode, "ft.profile": AnyNode, "ft.search": AnyNode, "ft.spellcheck": AnyNode,
	"ft.syndump": AnyNode, "ft.synupdate": AnyNode, "ft.tagvals": AnyNode,
	"ft.config": OneNode, "ft.cursor": OneNode,
	"ft.dictadd": OneNode, "ft.dictdel": OneNode, "ft.dictdump": OneNode,

	// Time series by label filter. Whether the module asks all nodes was not verified.
	"ts.mget": OneNode, "ts.mrange": OneNode, "ts.mrevrange": OneNode, "ts.queryindex": OneNode,
	"ts.querylabels": OneNode,
}
