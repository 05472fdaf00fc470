package decisions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/source"
)

const manual = `# what we decided
tags:
  - family: user:<uid>:profile      # a key template, holes as <name>
    tag: user:<uid>                 # the part of it that becomes the hash tag
    reason: profile and sessions are read together
  - family: cfg:<name>
    keep: true
    reason: another team writes it
sites:
  - at: store/user.go:41
    rule: crossslot
    verdict: safe
    reason: both keys are in one slot, see the wiki
  - at: store/user.go (*Store).Save
    verdict: split
    reason: >
      no reader needs
      all of it
keys:
  - at: store/cache.go:12
    template: app:<id>
    reason: the prefix is configured
clients:
  - at: cmd/worker/main.go:30:9
    keep: true
    reason: "this one stays a single node: it holds locks only"
tagStyle: value
singleSlot: false
`

// written shows a file, an entry a line.
func written(f *File) string {
	var b strings.Builder
	for _, e := range f.Tags {
		fmt.Fprintf(&b, "%d tag %s | %s keep=%v | %s\n", e.Pos.Line, e.Family, e.Tag, e.Keep, e.Reason)
	}
	for _, e := range f.Sites {
		fmt.Fprintf(&b, "%d site %s | %s | %s | %s\n", e.Pos.Line, e.At, e.Rule, e.Verdict, e.Reason)
	}
	for _, e := range f.Keys {
		fmt.Fprintf(&b, "%d key %s | %s | %s\n", e.Pos.Line, e.At, e.Template, e.Reason)
	}
	for _, e := range f.Clients {
		fmt.Fprintf(&b, "%d client %s | keep=%v | %s\n", e.Pos.Line, e.At, e.Keep, e.Reason)
	}
	if f.TagStyle != nil {
		fmt.Fprintf(&b, "tagStyle %s\n", *f.TagStyle)
	}
	if f.SingleSlot != nil {
		fmt.Fprintf(&b, "singleSlot %v\n", *f.SingleSlot)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	f, err := Parse("clusterize.yaml", []byte(manual))
	if err != nil {
		t.Fatal(err)
	}
	const want = `3 tag user:<uid>:profile | user:<uid> keep=false | profile and sessions are read together
6 tag cfg:<name> |  keep=true | another team writes it
10 site store/user.go:41 | crossslot | safe | both keys are in one slot, see the wiki
14 site store/user.go (*Store).Save |  | split | no reader needs all of it
20 key store/cache.go:12 | app:<id> | the prefix is configured
24 client cmd/worker/main.go:30:9 | keep=true | this one stays a single node: it holds locks only
tagStyle value
singleSlot false
`
	if got := written(f); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if want := (source.Position{File: "clusterize.yaml", Line: 6, Column: 5, Offset: strings.Index(manual, "family: cfg")}); f.Tags[1].Pos != want {
		t.Errorf("Pos is %+v, want %+v", f.Tags[1].Pos, want)
	}
}

var goodFiles = []struct{ what, src, want string }{
	{"empty", "", ""},
	{"blanks", "\n\n  \n", ""},
	{"comments only", "# nothing decided\n", ""},
	{"an empty document", "---\n", ""},
	{"a header and an end", "# c\n---\ntagStyle: entity\n...\n# c\n", "tagStyle entity\n"},
	{"entries commented out", "tags:\n#  - family: a\nsites: []\n", ""},
	{"a site id", "sites: [{at: 0a1b2c3d4e, verdict: review, reason: r}]\n", "1 site 0a1b2c3d4e |  | review | r\n"},
	{"ids that YAML takes for numbers",
		"sites:\n- {at: 1234567890, verdict: safe, reason: r}\n- {at: 0123456701, verdict: safe, reason: r}\n- {at: 12345678e9, verdict: safe, reason: r}\n",
		"2 site 1234567890 |  | safe | r\n3 site 0123456701 |  | safe | r\n4 site 12345678e9 |  | safe | r\n"},
	{"other rules of one site", "sites:\n- {at: a.go:1, verdict: safe, reason: r}\n- {at: a.go:1, rule: crossslot, verdict: split, reason: r}\n",
		"2 site a.go:1 |  | safe | r\n3 site a.go:1 | crossslot | split | r\n"},
	{"quotes", "tags:\n- family: 'a: <id>'\n  \"tag\": \"<id>\"\n  reason: 'it''s # so'\n", "2 tag a: <id> | <id> keep=false | it's # so\n"},
	{"a tag before the whole key", "tags: [{family: processing, tag: '{pending}', reason: r}]", "1 tag processing | {pending} keep=false | r\n"},
	{"braces behind the tag", "tags: [{family: 'a:<id>:{x}', tag: 'a:<id>', reason: r}]", "1 tag a:<id>:{x} | a:<id> keep=false | r\n"},
	{"a tag that stands twice", "tags: [{family: '<a>:b:<a>', tag: <a>, reason: r}]", "1 tag <a>:b:<a> | <a> keep=false | r\n"},
	{"the whole family", "tags: [{family: cfg, tag: cfg, reason: r}]", "1 tag cfg | cfg keep=false | r\n"},
	{"a hole that is a call", "tags: [{family: 'a:<Name()>:b', tag: <Name()>:b, reason: r}]", "1 tag a:<Name()>:b | <Name()>:b keep=false | r\n"},
	{"a family that has a tag is kept", "tags: [{family: '{a}:<id>', keep: true, reason: r}]", "1 tag {a}:<id> |  keep=true | r\n"},
	{"templates of keys", "keys: [{at: a.go:1, template: '<!env>:a<<b:<u.ID>', reason: r}]", "1 key a.go:1 | <!env>:a<<b:<u.ID> | r\n"},
	{"functions", "sites:\n" + strings.Join([]string{
		"- {at: a.go F, verdict: safe, reason: r}", "- {at: a b/c.go (T).M, verdict: safe, reason: r}", "- {at: a.go init#1, verdict: safe, reason: r}",
		"- {at: 'a.go (*Set[K, V]).Add', verdict: safe, reason: r}", "- {at: a.go größe, verdict: safe, reason: r}"}, "\n"),
		"2 site a.go F |  | safe | r\n3 site a b/c.go (T).M |  | safe | r\n4 site a.go init#1 |  | safe | r\n5 site a.go (*Set[K, V]).Add |  | safe | r\n6 site a.go größe |  | safe | r\n"},
	{"Windows", "\ufefftagStyle: value\r\nsingleSlot: true\r\n", "tagStyle value\nsingleSlot true\n"},
	{"a reason of several lines", "clients:\n- at: a.go:1\n  keep: true\n  reason: |\n    one\n\n    two\n", "2 client a.go:1 | keep=true | one two\n"},
}

func TestParseGood(t *testing.T) {
	for _, c := range goodFiles {
		f, err := Parse("c.yaml", []byte(c.src))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := written(f); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.what, got, c.want)
		}
		checkFile(t, f, c.src)
	}
}

// badFile is a file that is refused; want begins with a line break.
type badFile struct{ what, src, want string }

var badFiles = slices.Concat(badYAML, badEntries)

func TestParseBad(t *testing.T) {
	for _, c := range badFiles {
		f, err := Parse("c.yaml", []byte(c.src))
		if err == nil || f != nil {
			t.Errorf("%s: no error for\n%s", c.what, c.src)
			continue
		}
		if got := err.Error(); got != strings.TrimPrefix(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant%s", c.what, got, c.want)
		}
		es, _ := errors.AsType[Errors](err)
		checkErrors(t, es, c.src)
	}
}

// TestErrorType: an error of the list is found as any other is.
func TestErrorType(t *testing.T) {
	_, err := Parse("c.yaml", []byte("tagStyle: x\nsingleSlot: 1\n"))
	e, ok := errors.AsType[*Error](err)
	if !ok || e.File != "c.yaml" || e.Line != 1 || e.Column != 11 || e.Msg != "there is no tag style x" || e.Next != "write entity or value" ||
		e.Excerpt != "    tagStyle: x\n              ^" {
		t.Errorf("got %+v", e)
	}
}

// TestParseHostile: what would take the YAML parser long, or be lost by it, is refused.
func TestParseHostile(t *testing.T) {
	for _, c := range []struct{ what, src, want string }{
		{"brackets", strings.Repeat("[", 1<<20), "nested too deep"},
		{"brackets on lines", strings.Repeat("[\n", 1<<19), "nested too deep"},
		{"entries in entries", strings.Repeat("- ", 1<<19), "nested too deep"},
		{"too large", strings.Repeat("#", 1<<20+1), "larger than 1 MiB"},
		{"a lost document", "---\n---\ntagStyle: x\n", "several documents"},
		{"a long line", "tagStyle: " + strings.Repeat("é", 1<<18), "there is no tag style é"},
	} {
		_, err := Parse("c.yaml", []byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: got %.2000v", c.what, err)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		at   string
		want string // the sites that match, of those below
	}{
		{"a.go:3", "1 2"},
		{"a.go:3:5", "1"},
		{"a.go:4", ""},
		{"b.go:3", "3"},
		{"a.go F", "1"},
		{"a.go (*T).F", "2"},
		{"b.go F", "3"},
		{"0123456789", "1"},
		{"0123456780", ""},
	} {
		p, msg, _ := parsePlace(c.at)
		if msg != "" {
			t.Errorf("%s: %s", c.at, msg)
		}
		var got []string
		for _, s := range []struct {
			name         string
			file         string
			line, column int
			function, id string
		}{
			{"1", "a.go", 3, 5, "F", "0123456789"},
			{"2", "a.go", 3, 9, "(*T).F", "abcdefabcd"},
			{"3", "b.go", 3, 5, "F", "0000000000"},
		} {
			if p.Matches(s.file, s.line, s.column, s.function, s.id) {
				got = append(got, s.name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s matches %s, want %s", c.at, got, c.want)
		}
	}
	if (Place{}).Matches("", 0, 0, "", "") {
		t.Error("no place matches")
	}
}
