package rediscmd

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryCommandHasAScope(t *testing.T) {
	for _, name := range Names() {
		c, ok := find(name)
		if !ok || c.Scope == 0 {
			t.Errorf("%s has no keys, and no scope in scope.go", name)
		}
	}
}

func TestScopesNameCommands(t *testing.T) {
	names := Names()
	for name := range scopes {
		container, isRest := strings.CutSuffix(name, "|*")
		if isRest {
			c, ok := find(container)
			if !ok || !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, container+"|") }) {
				t.Errorf("scope of %s, which has no subcommands: %+v", name, c)
			}
			continue
		}
		if !slices.Contains(names, name) {
			t.Errorf("scope of %s, which is no command", name)
		}
	}
}

func TestScope(t *testing.T) {
	for words, want := range map[string]Scope{
		"get": Keyed, "eval": Keyed, "watch": Keyed, "object encoding": Keyed, "xread": Keyed,
		"ping": AnyNode, "time": AnyNode, "publish": AnyNode, "spublish": AnyNode, "command docs": AnyNode,
		"cluster slots": AnyNode, "keys": OneNode, "scan": OneNode, "flushdb": OneNode, "dbsize": OneNode,
		"config set": OneNode, "script load": OneNode, "function list": OneNode, "wait": OneNode,
		"client list": OneNode, "memory stats": OneNode, "pubsub channels": OneNode, "slowlog get": OneNode,
		"latency latest": OneNode, "info": OneNode, "randomkey": OneNode,
		"select": Connection, "multi": Connection, "client setname": Connection, "client tracking": Connection,
		"subscribe": Connection, "ssubscribe": Connection, "hello": Connection,
		"move": Refused, "swapdb": Refused,
	} {
		c, ok := Lookup(strings.Fields(words)...)
		if !ok || c.Scope != want {
			t.Errorf("%s: scope %s, want %s", words, c.Scope, want)
		}
	}
}

func TestNamesOfValues(t *testing.T) {
	if got := OneNode.String() + " " + Scope(99).String(); got != "OneNode Scope(?)" {
		t.Error(got)
	}
	if got := FirstHalf.String() + " " + Form(99).String(); got != "FirstHalf Form(?)" {
		t.Error(got)
	}
}
