package keyflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
)

// written shows what was read: text in quotes, holes by name.
func written(pieces []key.Piece) string {
	var out []string
	for _, p := range pieces {
		switch {
		case p.Name == "":
			out = append(out, fmt.Sprintf("%q", p.Text))
		case p.Fixed:
			out = append(out, "!"+p.Name)
		default:
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestParseDirective(t *testing.T) {
	for _, c := range []struct {
		comment  string
		template string
		want     string // or what is wrong with it
	}{
		{"//clusterize:key user:<id>", "user:<id>", `"user:" id`},
		{"//clusterize:key user:<id> names are configured", "user:<id>", `"user:" id`},
		{"//clusterize:key\tuser:<id>\tnames", "user:<id>", `"user:" id`},
		{"//clusterize:key {user:<u.ID>}:a", "{user:<u.ID>}:a", `"{user:" u.ID "}:a"`},
		{"//clusterize:key <!prefix>:<id>", "<!prefix>:<id>", `!prefix ":" id`},
		{"//clusterize:key <a><b>", "<a><b>", `a b`},
		{"//clusterize:key <id>", "<id>", `id`},
		{"//clusterize:key plain", "plain", `"plain"`},
		{"//clusterize:key a<<b<<<id>", "a<<b<<<id>", `"a<b<" id`},
		{"//clusterize:key a>b", "a>b", `"a>b"`},
		{`//clusterize:key "a key <id>" with blanks`, `"a key <id>"`, `"a key " id`},
		{`//clusterize:key "a\tb"`, `"a\tb"`, `"a\tb"`},
		{"//clusterize:key", "", "it has no template"},
		{"//clusterize:key   ", "", "it has no template"},
		{`//clusterize:key ""`, `""`, "its template is empty"},
		{`//clusterize:key "a`, `"a`, "the quoted template does not end"},
		{"//clusterize:key user:<id", "user:<id", "a < has no >"},
		{"//clusterize:key user:<", "user:<", "a < has no >"},
		{"//clusterize:key user:<>", "user:<>", "<> is no name: write a variable or a field such as u.ID"},
		{"//clusterize:key user:<!>", "user:<!>", "<!> is no name: write a variable or a field such as u.ID"},
		{"//clusterize:key user:<a-b>", "user:<a-b>", "<a-b> is no name: write a variable or a field such as u.ID"},
		{"//clusterize:key user:<f()>", "user:<f()>", "<f()> is no name: write a variable or a field such as u.ID"},
		{"//clusterize:key user:<a.>", "user:<a.>", "<a.> is no name: write a variable or a field such as u.ID"},
	} {
		rest, ok := isDirective(c.comment)
		if !ok {
			t.Errorf("%q is taken for no directive", c.comment)
			continue
		}
		pieces, template, problem := parseDirective(rest)
		got := problem
		if problem == "" {
			got = written(pieces)
		}
		if got != c.want || template != c.template {
			t.Errorf("%q: template %s: %s; want %s: %s", c.comment, template, got, c.template, c.want)
		}
	}
}

func TestIsDirective(t *testing.T) {
	for _, comment := range []string{
		"//clusterize:keys user:<id>", "//clusterize:key:user", "// clusterize:key user:<id>", "// see //clusterize:key", "/* //clusterize:key a */", "//",
	} {
		if _, ok := isDirective(comment); ok {
			t.Errorf("%q is taken for a directive", comment)
		}
	}
}

func TestIsOtherDirective(t *testing.T) {
	for comment, want := range map[string]bool{
		"//clusterize:ignore": true, "//clusterize:ignore crossslot why": true, "//clusterize:ignore\tcrossslot": true, "//clusterize:todo": true,
		"//clusterize:todo split this": true, "//clusterize:ignored": false, "//clusterize:todo: a": false, "//clusterize:key a": false,
		"//clusterize:": false, "// clusterize:ignore": false,
	} {
		if isOtherDirective(comment) != want {
			t.Errorf("%q: not %v", comment, want)
		}
	}
}
