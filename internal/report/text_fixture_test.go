package report

import (
	"fmt"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
)

// finish counts the sites and fills what is nil.
func finish(r Report) *Report {
	r.SchemaVersion = SchemaVersion
	for i := range r.Sites {
		r.Sites[i].ID = fmt.Sprintf("s%d", i+1)
		r.Summary.Add(r.Sites[i])
	}
	return &r
}

func keysOf(names ...string) []Key {
	var out []Key
	for _, n := range names {
		out = append(out, Key{Template: n, NewTemplate: n})
	}
	return out
}

func renamed(from, to string) Key { return Key{Template: from, NewTemplate: to} }

func module(path, dir string, versions ...string) load.Module {
	m := load.Module{Path: path, Dir: dir}
	for _, v := range versions {
		m.GoRedis = append(m.GoRedis, load.GoRedis{Path: "github.com/redis/go-redis/v9", Version: v})
	}
	return m
}

func emptyReport() *Report {
	return finish(Report{Modules: []load.Module{module("example.com/shop", "."), module("example.com/shop/tools", "tools")}})
}

// smallReport is a port with a tag for each order, and one call that a person must look at.
func smallReport() *Report {
	status, total := "order:<id>:status", "order:<id>:total"
	tagged := []Key{renamed(status, "{order:<id>}:status"), renamed(total, "{order:<id>}:total")}
	file := "internal/orders/orders.go"
	return finish(Report{
		Modules: []load.Module{module("example.com/shop", ".", "v9.7.3")},
		Clients: []Client{{ID: "c1", File: file, Line: 34, Column: 15, Constructor: "redis.NewClient", Verdict: "ported"}},
		Sites: []Site{
			{File: file, Line: 41, Column: 18, Function: "Open", Kind: "node", Method: "Ping", Commands: []string{"PING"}, Verdict: "safe", Rule: rules.AnyNode},
			{File: file, Line: 57, Column: 14, Function: "(*Store).Place", Kind: "command", Method: "MSet", Commands: []string{"MSET"}, Verdict: "tag", Rule: rules.CrossSlot, Keys: tagged},
			{File: file, Line: 75, Column: 21, Function: "(*Store).Find", Kind: "command", Method: "MGet", Commands: []string{"MGET"}, Verdict: "tag", Rule: rules.CrossSlot, Keys: tagged},
			{File: file, Line: 90, Column: 22, Function: "(*Store).Purge", Kind: "node", Method: "Keys", Commands: []string{"KEYS"}, Verdict: "review", Rule: rules.NodeScope,
				Reason: "KEYS asks one node only: no error, but the keys of the other nodes are missing from the answer. Run it on every primary with ForEachMaster"},
		},
		Families: []Family{
			{Template: status, NewTemplate: "{order:<id>}:status", Tag: "order:<id>", Sites: []string{"s2", "s3"}},
			{Template: total, NewTemplate: "{order:<id>}:total", Tag: "order:<id>", Sites: []string{"s2", "s3"}},
			{Template: "sales:<day>", NewTemplate: "sales:<day>", Sites: []string{}},
		},
		Changes: []Change{
			{Title: "tag order:<id>", Stage: StageTag, Sites: []string{"s2", "s3"}, Files: []string{"internal/keys/keys.go"}, Outcome: "applied"},
			{Title: "switch to redis.NewClusterClient", Stage: StageSwitch, Sites: []string{}, Files: []string{file}, Outcome: "held",
				Reason: "the switch is held back by internal/orders/orders.go:90:22: on a cluster it gives a wrong answer without an error"},
		},
	})
}

// largeReport repeats reasons, has wrappers with callers, tests, long names, and every verdict.
func largeReport() *Report {
	r := Report{
		Modules: []load.Module{module("example.com/platform", ".", "v9.23.0"), module("example.com/platform/docs", "docs")},
		Clients: []Client{
			{ID: "c1", File: "store/client.go", Line: 20, Column: 9, Constructor: "redis.NewClient", Verdict: "blocked",
				Reason: "(*sessions.Manager).Use takes *redis.Client, and belongs to github.com/example/sessions"},
			{ID: "c2", File: "cmd/admin/main.go", Line: 11, Column: 9, Constructor: "redis.NewClusterClient", Verdict: "kept"},
		},
	}
	add := func(s Site) { r.Sites = append(r.Sites, s) }
	nothing := "DEL on <key> (several): some keys are not known, so whether they share a slot can't be told"
	for i := range 4 {
		add(Site{File: fmt.Sprintf("store/bucket%d.go", i+1), Line: 40 + i, Column: 9, Function: "(*Bucket).Clear", Kind: "command", Method: "Del",
			Commands: []string{"DEL"}, Verdict: "review", Rule: rules.CrossSlot, Reason: nothing, Keys: keysOf("<key>")})
	}
	add(Site{File: "store/bucket_test.go", Line: 12, Column: 3, Function: "TestClear", Kind: "command", Method: "Del",
		Commands: []string{"DEL"}, Verdict: "review", Rule: rules.CrossSlot, Reason: nothing, Keys: keysOf("<key>")})
	add(Site{File: "store/a_test.go", Line: 9, Column: 3, Function: "TestMove", Kind: "command", Method: "Rename",
		Commands: []string{"RENAME"}, Verdict: "blocked", Rule: rules.CrossSlot, Keys: keysOf("a", "b"),
		Reason: "RENAME on a, b: the keys have nothing in common that could be a tag, and it can't be split without losing what it promises (CROSSSLOT). Change the data model, or accept one slot for all of them (--single-slot)"})
	add(Site{File: "store/move.go", Line: 88, Column: 11, Function: "(*Queue).Requeue", Kind: "transaction", Method: "TxPipelined",
		Commands: []string{"LPUSH", "LPUSH", "SADD"}, Verdict: "blocked", Rule: rules.Transaction, Keys: keysOf("queue:<name>", "all queues"),
		Reason: "the transaction on queue:<name>, all queues: the keys have nothing in common that could be a tag"})
	add(wrapperSite())
	add(Site{File: "store/raw.go", Line: 5, Column: 9, Function: "Do", Kind: "command", Method: "Do", Commands: []string{}, Verdict: "review",
		Rule: rules.RawCommand, Reason: "the command name is not a constant, so it can't be told which keys it touches, or whether it asks one node only"})
	add(Site{File: "store/odd.go", Line: 6, Column: 2, Function: "Odd", Kind: "command", Method: "Get", Commands: []string{"GET"}, Verdict: "review",
		Rule: "a-rule-of-tomorrow", Reason: "the key holds \x1b[31m a colour", Keys: keysOf("k\x1b[31m")})
	for _, v := range []string{"safe", "safe", "tag", "split", "fanout"} {
		n := len(r.Sites)
		add(Site{File: "store/plain.go", Line: n, Column: 4, Function: "Plain", Kind: "command", Method: "Get", Commands: []string{"GET"}, Verdict: v,
			Rule: rules.SingleKey, Keys: []Key{renamed("cart:<id>", "{cart:<id>}")}})
	}
	r.Families, r.Changes = largeFamilies(), largeChanges()
	return finish(r)
}

// wrapperSite has seven callers.
func wrapperSite() Site {
	s := Site{File: "kv/kv.go", Line: 30, Column: 15, Function: "(*Store).GetMany", Kind: "command", Method: "MGet",
		Commands: []string{"MGET"}, Verdict: "review", Rule: rules.UnknownKeys, Keys: keysOf("<keys>"),
		Reason: "MGET takes its keys from a list of keys that comes from the caller: whether its keys share a slot can't be told"}
	for i := range 7 {
		c := Context{File: "web/page.go", Line: 100 + i, Verdict: "review", Keys: keysOf(fmt.Sprintf("page:<id>:part%d", i), "page:<id>:head")}
		if i == 0 {
			c.Verdict = "tag"
			c.Keys = []Key{renamed("user:<id>:name", "{user:<id>}:name"), renamed("user:<id>:mail", "{user:<id>}:mail")}
		}
		s.Contexts = append(s.Contexts, c)
	}
	return s
}

func largeFamilies() []Family {
	risk := []string{"<name> is text: a value that is empty or holds { or } changes what is hashed"}
	frozen := "the pattern queue:* at store/scan.go:14:20 matches its keys, and is not edited"
	return []Family{
		{Template: "a key with blanks", NewTemplate: "a key with blanks", Sites: []string{}},
		{Template: "cart:<id>", NewTemplate: "{cart:<id>}", Tag: "cart:<id>", Sites: []string{"s13"}, Risks: risk, Why: "RENAME and MSET use it with cart:<id>:lock"},
		{Template: "platform:production:tenant:<tenant>:cart:<id>:lock", NewTemplate: "platform:production:tenant:<tenant>:{cart:<id>}:lock", Tag: "cart:<id>",
			Sites: []string{"s13"}, Risks: risk, Why: "RENAME and MSET use it with cart:<id>:lock"},
		{Template: "all queues", NewTemplate: "all queues", Sites: []string{"s7"}, Why: frozen},
		{Template: "queue:<name>", NewTemplate: "queue:<name>", Sites: []string{"s7"}, Why: frozen},
	}
}

func largeChanges() []Change {
	return []Change{
		{Title: "tag {cart:<id>}", Stage: StageTag, Sites: []string{"s13"}, Outcome: "applied",
			Files: []string{"store/carts/keys.go", "store/carts/lock.go", "store/carts/lock_test.go", "web/checkout/checkout.go"}},
		{Title: "tag {user:<id>}", Stage: StageTag, Sites: []string{"s8"}, Files: []string{"kv/kv.go"}, Outcome: "invalid",
			Reason: "kv/kv.go:12:9: cannot use \"{\" + p (value of type string) as Prefix value in argument"},
	}
}

// leftOutReport has packages that were not read.
func leftOutReport() *Report {
	r := smallReport()
	r.LeftOut = []load.LeftOut{
		{Package: "example.com/shop/broken", Reason: "broken/broken.go:7:2: undefined: missing"},
		{Package: "example.com/shop/broken", Reason: "func Load not analysed: broken/broken.go:7:2: undefined: missing"},
		{Package: "example.com/shop/tools", Reason: "tools is a module by itself and requires github.com/redis/go-redis/v9: run clusterize there as well"},
	}
	return r
}
