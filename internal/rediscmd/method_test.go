package rediscmd_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/redis/go-redis/v9"
)

func TestLookupMethod(t *testing.T) {
	for name, want := range map[string]string{
		"Get":                    "get: 0 One",
		"MGet":                   "mget: 0 Each",
		"MSet":                   "mset: 0 Pairs",
		"MSetNX":                 "msetnx: 0 Pairs",
		"MSetEX":                 "msetex: 1 Pairs",
		"Del":                    "del: 0 Each",
		"Copy":                   "copy: 0 One, 1 One",
		"Eval":                   "eval: 1 Each",
		"EvalShaRO":              "evalsha_ro: 1 Each",
		"FCallRo":                "fcall_ro: 1 Each",
		"Sort":                   "sort: 0 One",
		"SortRO":                 "sort_ro: 0 One",
		"SortInterfaces":         "sort: 0 One",
		"SortStore":              "sort: 0 One, 1 One",
		"ZRangeStore":            "zrangestore: 0 One, 1.Key One",
		"ZUnionStore":            "zunionstore: 0 One, 1.Keys Each",
		"ZInter":                 "zinter: 0.Keys Each",
		"XAdd":                   "xadd: 0.Stream One",
		"XRead":                  "xread: 0.Streams FirstHalf unless ID",
		"XReadGroup":             "xreadgroup: 0.Streams FirstHalf",
		"XReadStreams":           "xread: 0 FirstHalf",
		"XInfoConsumers":         "xinfo consumers: 0 One",
		"BitOpAnd":               "bitop: 0 One, 1 Each",
		"BitOpNot":               "bitop: 0 One, 1 One",
		"GeoRadius":              "georadius_ro: 0 One",
		"GeoRadiusStore":         "georadius: 0 One, 3.Store One, 3.StoreDist One",
		"GeoSearchStore":         "geosearchstore: 1 One, 0 One",
		"Migrate":                "migrate: 2 One",
		"MemoryUsage":            "memory usage: 0 One",
		"ObjectEncoding":         "object encoding: 0 One",
		"DebugObject":            "debug object: 0 One",
		"BLPop":                  "blpop: 1 Each",
		"BLMPop":                 "blmpop: 3 Each",
		"LMPop":                  "lmpop: 2 Each",
		"ZMPop":                  "zmpop: 2 Each",
		"SInterCard":             "sintercard: 1 Each",
		"PFMerge":                "pfmerge: 0 One, 1 Each",
		"LCS":                    "lcs: 0.Key1 One, 0.Key2 One",
		"BLMove":                 "blmove: 0 One, 1 One",
		"SMove":                  "smove: 0 One, 1 One",
		"JSONMGet":               "json.mget: 1 Each",
		"JSONMSet":               "json.mset: 0 Triples",
		"JSONMSetArgs":           "json.mset: 0.Key Each",
		"TSMAdd":                 "ts.madd: 0 Firsts",
		"TSMGet":                 "ts.mget:",
		"TSNRange":               "ts.nrange: 0 Each",
		"CMSMergeWithWeight":     "cms.merge: 0 One, 1 MapKeys",
		"HImportSet":             "himport set: 0 One",
		"VAdd":                   "vadd: 0 One",
		"Keys":                   "keys:",
		"Scan":                   "scan:",
		"Publish":                "publish:",
		"SPublish":               "spublish:",
		"ConfigSet":              "config set:",
		"ClientKillByFilter":     "client kill:",
		"Select":                 "select:",
		"GeoRadiusByMemberStore": "georadiusbymember: 0 One, 2.Store One, 2.StoreDist One",
		// Older versions only.
		"SetEX":      "setex: 0 One",
		"ZAddNXCh":   "zadd: 0 One",
		"TFCallArgs": "tfcall: 3.Keys Each",
	} {
		m, ok := rediscmd.LookupMethod(name)
		if got := describe(m); !ok || got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func describe(m rediscmd.Method) string {
	var keys []string
	for _, k := range m.Keys {
		s := strings.TrimSuffix(fmt.Sprintf(" %d.%s", k.Param, k.Path), ".") + " " + k.Form.String()
		if k.EachIf != "" {
			s += " unless " + k.EachIf
		}
		keys = append(keys, s)
	}
	return strings.Join(m.Words, " ") + ":" + strings.Join(keys, ",")
}

// Every method that a client of the version in go.mod has is in the table, or left out with a reason.
func TestEveryMethodIsAccountedFor(t *testing.T) {
	for _, iface := range []reflect.Type{
		reflect.TypeFor[redis.Cmdable](),
		reflect.TypeFor[redis.StatefulCmdable](),
		reflect.TypeFor[redis.Pipeliner](),
		reflect.TypeFor[redis.UniversalClient](),
		reflect.TypeFor[*redis.Client](),
		reflect.TypeFor[*redis.ClusterClient](),
		reflect.TypeFor[*redis.Ring](),
		reflect.TypeFor[*redis.Conn](),
		reflect.TypeFor[*redis.Tx](),
		reflect.TypeFor[*redis.Pipeline](),
	} {
		for i := range iface.NumMethod() {
			name := iface.Method(i).Name
			_, recorded := rediscmd.LookupMethod(name)
			reason, left := rediscmd.Unrecorded(name)
			switch {
			case recorded == left:
				t.Errorf("%s.%s: in the table %t, left out %t", iface, name, recorded, left)
			case left && reason == "":
				t.Errorf("%s.%s is left out without a reason", iface, name)
			}
		}
	}
}

// The table of methods is made of commands that the table of commands has.
func TestMethodsSendKnownCommands(t *testing.T) {
	for _, name := range rediscmd.MethodNames() {
		m, ok := rediscmd.LookupMethod(name)
		if !ok {
			t.Errorf("%s is listed and not found: is its table sorted?", name)
			continue
		}
		c, ok := rediscmd.Lookup(m.Words...)
		if !ok || c.Name != strings.Join(m.Words, "|") {
			t.Errorf("%s sends %q, which is no command", name, m.Words)
		}
		if len(m.Keys) > 0 && c.Scope != rediscmd.Keyed && c.Scope != rediscmd.Refused {
			t.Errorf("%s has keys, and %s the scope %s", name, c.Name, c.Scope)
		}
		if k := m.Keys; slices.ContainsFunc(k, func(k rediscmd.KeyArg) bool { return k.Form == 0 || k.Name == "" }) {
			t.Errorf("%s: a key without form or name: %+v", name, k)
		}
	}
}

func TestFansOut(t *testing.T) {
	for name, want := range map[string]bool{
		"DBSize": true, "ScriptLoad": true, "ScriptExists": true, "ScriptFlush": true,
		"Keys": false, "FlushDB": false, "ScriptKill": false, "FunctionLoad": false,
	} {
		if rediscmd.FansOut(name) != want {
			t.Errorf("FansOut(%s) = %t", name, !want)
		}
	}
}
