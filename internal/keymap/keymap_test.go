package keymap

import (
	"fmt"
	"strings"
	"testing"
)

// TestOld lays keys on families.
func TestOld(t *testing.T) {
	users := []string{"user:<id>", "user:<id>:sessions -> {user:<id>}:sessions"}
	for _, test := range []struct {
		name     string
		families []string
		keys     map[string]string // key -> new name, "= key" for one that keeps it, "?" for unknown, "! a, b" for families
	}{
		{"a family beside its anchor", users, map[string]string{
			"user:1":            "=",
			"user:1:sessions":   "{user:1}:sessions",
			"user:a:b:sessions": "! user:<id>, user:<id>:sessions",
			"user:a:b":          "=",
			"user::sessions":    "{user:}:sessions",
			"user:":             "=",
			"{user:1}:sessions": "done",
			"order:1":           "?",
			"":                  "?",
		}},
		{"alone it takes any value", users[1:], map[string]string{
			"user:a:b:sessions":            "{user:a:b}:sessions",
			"{user:a:b}:sessions":          "done",
			"user:1:sessions:2:sessions":   "{user:1:sessions:2}:sessions",
			"user:1:sessions ":             "?",
			"user::sessions":               "{user:}:sessions",
			"user:sessions":                "?",
			"{user:1}:sessions:2:sessions": "?",
		}},
		{"a new name that an old template fits", []string{"<x>:sessions -> {<x>}:sessions"}, map[string]string{
			"a:sessions":   "{a}:sessions",
			"{a}:sessions": "done",
		}},
		{"kinds", []string{"n:<n#int> -> n:{<n>}", "b:<b#bool>:x -> {b:<b>}:x", "id:<i#id>:<x> -> {id:<i>}:<x>", "s:<s=on|off>:x -> {s:<s>}:x"}, map[string]string{
			"n:12":          "n:{12}",
			"n:-3":          "n:{-3}",
			"n:x":           "?",
			"n:":            "?",
			"b:true:x":      "{b:true}:x",
			"b:yes:x":       "?",
			"id:a-1:b":      "{id:a-1}:b",
			"id:a:b:c":      "! id:<i>:<x>",
			"id::b":         "?",
			"s:on:x":        "{s:on}:x",
			"s:onn:x":       "?",
			"b:truefalse:x": "?",
		}},
		{"one family, several ways", []string{"job:<queue>-<id>:log -> {job:<queue>}-<id>:log"}, map[string]string{
			"job:a-1:log":   "{job:a}-1:log",
			"job:a-b-1:log": "! job:<queue>-<id>:log",
			"job:-1:log":    "{job:}-1:log",
		}},
		{"ways that agree", []string{"user:<id>:<a>-<b> -> {user:<id>}:<a>-<b>"}, map[string]string{
			"user:1:x-y-z-w": "{user:1}:x-y-z-w",
		}},
		{"twins agree", []string{"user:<id>:a:<x> -> {user:<id>}:a:<x>", "user:<id>:<y>:b -> {user:<id>}:<y>:b"}, map[string]string{
			"user:1:a:b": "{user:1}:a:b",
			"user:1:a:c": "{user:1}:a:c",
		}},
		{"configured prefix", []string{"<p#configured>:user:<id>", "<p#configured>:user:<id>:log -> <p>:{user:<id>}:log"}, map[string]string{
			"app:user:1:log":        "app:{user:1}:log",
			"app:prod:user:1:log":   "app:prod:{user:1}:log",
			"app:prod:user:1":       "=",
			"app:prod:{user:1}:log": "done",
		}},
		{"unknown text", []string{"app:<any#unknown>", "app:<id>:log -> {app:<id>}:log"}, map[string]string{
			"app:1:log": "! app:<any>, app:<id>:log",
			"app:1:x:y": "=",
		}},
		{"nothing is known", []string{"<key#unknown>", "app:<id>:log -> {app:<id>}:log"}, map[string]string{
			"app:1:log": "{app:1}:log",
			"x":         "?",
		}},
		{"text put before", []string{"queue -> {jobs}queue", "done -> {jobs}done", "jobs"}, map[string]string{
			"queue": "{jobs}queue", "done": "{jobs}done", "jobs": "=", "{jobs}queue": "done", "queue1": "?",
		}},
		{"holes side by side", []string{"x<a><b>y -> x{<a>}<b>y", "z<a><n#int> -> {z<a>}<n>"}, map[string]string{
			"x12y": "x{1}2y", "x123y": "! x<a><b>y", "zq7": "{zq}7", "zq77": "! z<a><n>",
		}},
		{"braces of its own", []string{"{cart:<id>}:items", "cart:<id>:total -> {cart:<id>}:total"}, map[string]string{
			"{cart:1}:items": "=", "{cart:1}:total": "done", "cart:1:total": "{cart:1}:total",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := parseMap(t, test.families...)
			for k, want := range test.keys {
				if got := told(m, k); got != want {
					t.Errorf("%q: got %s, want %s", k, got, want)
				}
			}
		})
	}
}

// told says what Old says of a key, and checks the way back.
func told(m *Map, k string) string {
	got := m.Old(k)
	switch {
	case got.Ambiguous != nil:
		var names []string
		for _, i := range got.Ambiguous {
			names = append(names, m.Entries[i].Template)
		}
		if got.Name != k || got.Entry != -1 {
			return fmt.Sprintf("ambiguous with a name: %+v", got)
		}
		return "! " + strings.Join(names, ", ")
	case got.Entry < 0:
		if got.Name != k {
			return fmt.Sprintf("unknown with a name: %+v", got)
		}
		return "?"
	case got.Done:
		return "done"
	case got.Name == k:
		return "="
	}
	if back := m.Renamed(got.Name); back.Name != k {
		return fmt.Sprintf("%s, and back %+v", got.Name, back)
	}
	if again := m.Old(got.Name); !again.Done || again.Name != got.Name {
		return fmt.Sprintf("%s, and again %+v", got.Name, again)
	}
	return got.Name
}

// TestRefused names the families of which different keys would get one name.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		families []string
		want     string
	}{
		{[]string{"{user:<id>}:log", "user:<id>:log -> {user:<id>}:log"}, "{user:<id>}:log (keeps its name) and user:<id>:log -> {user:<id>}:log"},
		{[]string{"queue -> {jobs}queue", "jobsqueue -> {jobs}queue"}, "queue -> {jobs}queue and jobsqueue -> {jobs}queue"},
		{[]string{"u:<id> -> u:{<id>}", "u:<id> -> {u:<id>}"}, "one key would get two names: u:<id> -> u:{<id>} and u:<id> -> {u:<id>}"},
		{[]string{"u:<id> -> u:{<id>}", "u:<any#unknown>"}, "u:<id> -> u:{<id>} and u:<any> (keeps its name)"},
		{[]string{"a:<k=x|{1}>:b", "a:<n#int>:b -> a:{<n>}:b"}, "a:<k>:b (keeps its name) and a:<n>:b -> a:{<n>}:b"},
		{[]string{"user:<id>", "user:<id>:log -> {user:<id>}:log", "{order:<id>}:log", "queue -> {jobs}queue", "done -> {jobs}done"}, ""},
		{[]string{"<x>", "<key#unknown>", "u:<id> -> u:{<id>}"}, ""},
	} {
		var entries []Entry
		for _, l := range test.families {
			entries = append(entries, parse(t, l))
		}
		_, err := New(entries)
		got := fmt.Sprint(err)
		if test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("%q: got %s, want %s", test.families, got, test.want)
		}
	}
}
