package key_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
)

// TestParse reads templates as reports and as people write them: text in quotes, holes by name, then the problem.
func TestParse(t *testing.T) {
	show := func(pieces []key.Piece, problem string) string {
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
		return strings.Join(append(out, problem), " ")
	}
	for _, test := range []struct{ text, report, note string }{
		{"", "", ""},
		{"user:<id>", `"user:" id `, `"user:" id `},
		{"<a><b>", "a b ", "a b "},
		{"<f()>:x", `f() ":x" `, `"<f()>:x" <f()> is no name`},
		{"<!p>:<u.ID>", `!p ":" u.ID `, `!p ":" u.ID `},
		{"a>b", `"a>b" `, `"a>b" `},
		{"a<<b", `"a<<b" a < has no >`, `"a<b" `},
		{"a<b<c>", `"a<b" c <b<c> is no name`, `"a<b" c <b<c> is no name`},
		{"a:<>", `"a:<>" <> is no name`, `"a:<>" <> is no name`},
		{"a:<\n>", `"a:" ` + "\n ", `"a:<\n>" "<\n>" is no name`},
	} {
		if got := show(key.ParseReport(test.text)); got != test.report {
			t.Errorf("report %q: %s, want %s", test.text, got, test.report)
		}
		if got := show(key.ParseNote(test.text)); got != test.note {
			t.Errorf("note %q: %s, want %s", test.text, got, test.note)
		}
	}
}
