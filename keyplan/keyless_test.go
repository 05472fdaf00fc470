package keyplan

import (
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// TestKeylessInTransaction holds what was measured of commands without a key beside one with a key, by version.
func TestKeylessInTransaction(t *testing.T) {
	scopes := map[string]rediscmd.Scope{
		"PUBLISH": rediscmd.AnyNode, "PING": rediscmd.AnyNode, "TIME": rediscmd.AnyNode,
		"DBSIZE": rediscmd.OneNode, "KEYS": rediscmd.OneNode, "CONFIG SET": rediscmd.OneNode, "EVAL": rediscmd.Keyed,
	}
	for _, test := range []struct {
		command, version string
		want             Verdict
		rule             rules.ID
		silent           bool
	}{
		{"PUBLISH", "v8.11.5", Review, rules.Transaction, true},
		{"PUBLISH", "v9.7.3", Review, rules.Transaction, true},
		{"PUBLISH", "v9.11.0", Safe, rules.AnyNode, false},
		{"EVAL", "v9.7.3", Review, rules.Transaction, true},
		{"EVAL", "v9.23.0", Safe, rules.AnyNode, false},
		{"PING", "v9.7.3", Safe, rules.AnyNode, false},
		{"TIME", "v9.7.3", Safe, rules.AnyNode, false},
		{"TIME", "v9.11.0", Blocked, rules.Transaction, false},
		{"TIME", "v9.18.0", Blocked, rules.Transaction, false},
		{"TIME", "v9.19.0", Safe, rules.AnyNode, false},
		{"DBSIZE", "v9.7.3", Review, rules.NodeScope, true},
		{"DBSIZE", "v9.14.0", Blocked, rules.Transaction, false},
		{"KEYS", "v9.18.0", Blocked, rules.Transaction, false},
		{"KEYS", "v9.20.0", Review, rules.NodeScope, true},
		{"CONFIG SET", "v9.14.0", Review, rules.NodeScope, true},
		{"TIME", "", Safe, rules.AnyNode, false},
	} {
		at := source.Position{File: "a.go", Line: 1, Column: 1}
		site := detect.Site{ID: "s", Pos: at, Kind: detect.Transaction, Method: "TxPipelined", Contexts: []detect.Context{{Ops: []detect.Op{
			{Pos: source.Position{File: "a.go", Line: 2, Column: 1}, Command: "SET", Method: "Set", Scope: rediscmd.Keyed, Write: true,
				Keys: []detect.Key{{Alts: []key.Template{key.Literal("k")}}}},
			{Pos: source.Position{File: "a.go", Line: 3, Column: 1}, Command: test.command, Scope: scopes[test.command]},
		}}}}
		p := Make([]detect.Site{site}, Options{Version: func(string) string { return test.version }})
		if d := p.Decisions[0]; d.Verdict != test.want || d.Rule != test.rule || d.Silent != test.silent {
			t.Errorf("%s with go-redis %s: %s %s, silent %v: %s", test.command, test.version, d.Verdict, d.Rule, d.Silent, d.Reason)
		}
	}
}

// TestWatchSilent holds the versions that lose the error of a Watch whose function uses a key of another slot.
func TestWatchSilent(t *testing.T) {
	for version, silent := range map[string]bool{"v8.11.5": true, "v9.18.0": true, "v9.20.0": false, "v9.23.0": false} {
		site := detect.Site{ID: "w", Pos: source.Position{File: "a.go", Line: 1}, Kind: detect.Watch, Method: "Watch", Contexts: []detect.Context{{Ops: []detect.Op{
			{Command: "WATCH", Method: "Watch", Scope: rediscmd.Keyed, Keys: []detect.Key{{Alts: []key.Template{key.Literal("a")}}}},
			{Command: "GET", Method: "Get", Scope: rediscmd.Keyed, Keys: []detect.Key{{Alts: []key.Template{key.Literal("b")}}}},
		}}}}
		p := Make([]detect.Site{site}, Options{Version: func(string) string { return version }})
		if d := p.Decisions[0]; d.Verdict != Blocked || d.Rule != rules.Watch || d.Silent != silent {
			t.Errorf("go-redis %s: %s %s, silent %v", version, d.Verdict, d.Rule, d.Silent)
		}
	}
}
