package keymap

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/keyplan"
)

// TestFile holds that a map stays what it is when it is written and read, bytes that are not UTF-8 included.
func TestFile(t *testing.T) {
	m := parseMap(t, "user:<u.ID#int>", "user:<u.ID#int>:<k=mail|post> -> {user:<u.ID>}:<k>", "<p#configured>:x", "a<y#unknown>", "queue -> {jobs}queue")
	odd := NewEntry([]Piece{{Text: "\xffk<:"}, {Hole: &Hole{Name: "x<y"}}}, keyplan.Span{Start: 4, End: 5})
	m, err := New(append(m.Entries, odd))
	if err != nil {
		t.Fatal(err)
	}
	var file, again bytes.Buffer
	if err := m.WriteJSON(&file); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"newTemplate": "{user:<u.ID>}:<k>"`, `"newKey": "{user:${1}}:${2}"`, `"regexp": "\\Auser:([0-9A-Fa-f-]+):(mail|post)\\z"`, `"new": "{user:18}:mail"`} {
		if !strings.Contains(file.String(), want) {
			t.Errorf("there is no %s in\n%s", want, file.String())
		}
	}
	read, err := Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, file.String())
	}
	if !reflect.DeepEqual(m.Entries, read.Entries) {
		t.Errorf("got %+v\nwant %+v", read.Entries, m.Entries)
	}
	if err := read.WriteJSON(&again); err != nil || again.String() != file.String() {
		t.Errorf("it is written otherwise the second time: %v\n%s", err, again.String())
	}
}

// TestReadRefuses has files that are no keymap, or were edited wrongly.
func TestReadRefuses(t *testing.T) {
	family := `{"template":"a:<x>","newTemplate":"a:{<x>}","pieces":[%s],"span":%s}`
	good := `{"text":"a:"},{"hole":"x","kind":"text"}`
	for _, test := range []struct{ text, want string }{
		{"", "no keymap"},
		{"[]", "no keymap"},
		{`{"schemaVersion":1,"sites":[]}`, "no keymap of version 1"},
		{`{"schemaVersion":2,"families":[]}`, "no keymap of version 1"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`]}`, good, `{"start":0,"end":3}`), "family 1 (a:<x>): its pieces and span give a:<x> -> {a:<x>}"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`]}`, good, `{"start":2,"end":4}`), "the span of its tag is not in its pieces"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`]}`, `{"text":"a:"},{"hole":"x","kind":"number"}`, `{"start":2,"end":3}`), "no such kind"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`]}`, `{"text":"a:"},{}`, `{"start":2,"end":3}`), "neither text nor a hole"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`]}`, good, `{"start":2,"end":3}`), "<nil>"},
		{fmt.Sprintf(`{"schemaVersion":1,"families":[`+family+`,{"template":"a:{<x>}","newTemplate":"a:{<x>}","pieces":[{"text":"a:{"},{"hole":"x","kind":"text"},{"text":"}"}],"span":{"start":0,"end":0}}]}`,
			good, `{"start":2,"end":3}`), "two different keys could get one name"},
	} {
		if _, err := Read(strings.NewReader(test.text)); !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%s: got %v, want %s", test.text, err, test.want)
		}
	}
}

// TestToldValues tells a configured prefix: a hole of the file gets values by hand, and keys that could not be told can
// be.
func TestToldValues(t *testing.T) {
	m := parseMap(t, "<prefix#configured>:<id>", "<prefix#configured>:user:<id> -> <prefix>:{user:<id>}")
	if got := told(m, "app:prod:user:1"); got != "! <prefix>:<id>, <prefix>:user:<id>" {
		t.Errorf("without values: %s", got)
	}
	var file bytes.Buffer
	if err := m.WriteJSON(&file); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(file.String(), `"hole": "prefix",`, `"hole": "prefix", "values": ["app:prod"],`)
	m, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"app:prod:user:1": "app:prod:{user:1}", "app:prod:1": "=", "app:user:1": "?"} {
		if got := told(m, k); got != want {
			t.Errorf("%s: got %s, want %s", k, got, want)
		}
	}
}
