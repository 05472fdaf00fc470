package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// declared lists the constants of rules.go in their order.
func declared(t *testing.T) []ID {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []ID
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			for _, v := range s.Values {
				ids = append(ids, ID(strings.Trim(v.(*ast.BasicLit).Value, `"`)))
			}
		}
		return true
	})
	return ids
}

func TestOneRuleForEachID(t *testing.T) {
	ids := declared(t)
	var have []ID
	for _, r := range All() {
		have = append(have, r.ID)
		if got, ok := Get(r.ID); !ok || got != r {
			t.Errorf("Get(%s) gives another rule, or none", r.ID)
		}
	}
	if !slices.Equal(ids, have) {
		t.Errorf("the table has\n%q\nrules.go declares\n%q", have, ids)
	}
	if _, ok := Get("no-such-rule"); ok {
		t.Error("Get finds a rule that is not there")
	}
}

func TestPages(t *testing.T) {
	for _, r := range All() {
		t.Run(string(r.ID), func(t *testing.T) {
			if r.Title == "" || r.Text == "" || r.Before == "" || r.Since == "" {
				t.Error("a part of the page is missing")
			}
			todo := strings.Contains(r.Text, "What to do")
			if r.Fixable && r.After == "" {
				t.Error("fixable, but there is no After")
			}
			if !r.Fixable && r.Before != r.After && !todo {
				t.Error("a person must act, and the text does not say what to do")
			}
			page := r.Page()
			for line := range strings.Lines(page) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > pageWidth || strings.TrimRight(line, " ") != line || strings.Contains(line, "\t") {
					t.Errorf("line too long, or with blanks at its end: %q", line)
				}
			}
			if !strings.HasSuffix(page, ".\n") || strings.Contains(page, "\n\n\n") {
				t.Errorf("odd blank lines or ending:\n%s", page)
			}
		})
	}
}
