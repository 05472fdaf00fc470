package rules

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Rule is a rule's page.
type Rule struct {
	ID    ID
	Title string
	// Text says what happens on a cluster, with the exact error where there is one, in which versions of go-redis, and
	// how that is known; for a person's decision also what to do. Paragraphs are lines apart; an indented line stays
	// a line of its own.
	Text string
	// Before and After are Go statements. After is equal to Before when the code stays as it is, and "" when it depends
	// on the data what it should become.
	Before, After string
	Since         string // the version of clusterize that has the rule first
	Fixable       bool   // clusterize writes After itself where it can prove it right
}

// table is filled from the pages, in the order of the IDs.
var table = slices.Concat(keyRules, groupRules, nodeRules, connRules, unseenRules, clientRules)

// All lists the rules in the order in which `clusterize explain` shows them.
func All() []Rule { return slices.Clone(table) }

// Get finds a rule.
func Get(id ID) (Rule, bool) {
	i := slices.IndexFunc(table, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return table[i], true
}

// pageWidth is the number of columns of a page.
const pageWidth = 80

// Page is the rule as plain text.
func (r Rule) Page() string {
	var b strings.Builder
	b.WriteString(wrap(string(r.ID)+": "+r.Title, "") + "\n")
	for _, par := range strings.Split(strings.Trim(r.Text, "\n"), "\n") {
		body := strings.TrimLeft(par, " \t")
		if body == "" {
			b.WriteString("\n")
			continue
		}
		b.WriteString(wrap(body, par[:len(par)-len(body)]))
	}
	switch {
	case r.Before == r.After:
		fragment(&b, "Stays as it is", r.Before)
	default:
		fragment(&b, "Before", r.Before)
		fragment(&b, "After", r.After)
	}
	b.WriteString("\n" + wrap(r.who(), ""))
	return b.String()
}

// by names who changes the code.
func (r Rule) by() string {
	switch {
	case r.Before == r.After:
		return "nobody"
	case r.Fixable:
		return "clusterize"
	}
	return "a person"
}

// who says whose job the change is.
func (r Rule) who() string {
	since := " In clusterize since " + r.Since + "."
	switch {
	case r.Before == r.After:
		return "Nothing has to change." + since
	case r.Fixable:
		return "clusterize writes this itself where it can prove it right, and else says why not." + since
	case r.After == "":
		return "clusterize leaves the code alone: a person must decide." + since
	}
	return "clusterize leaves the code alone: a person makes this change." + since
}

func fragment(b *strings.Builder, title, code string) {
	if code == "" {
		return
	}
	b.WriteString("\n" + title + ":\n\n")
	for line := range strings.Lines(strings.Trim(code, "\n") + "\n") {
		if line = strings.ReplaceAll(line, "\t", "    "); strings.TrimSpace(line) != "" {
			line = "    " + line
		}
		b.WriteString(line)
	}
}

// wrap breaks a paragraph into lines that start with the indent.
func wrap(text, indent string) string {
	var b strings.Builder
	col := 0
	for _, w := range strings.Fields(text) {
		n := utf8.RuneCountInString(w)
		switch {
		case col == 0:
			b.WriteString(indent)
			col = len(indent)
		case col+1+n > pageWidth:
			b.WriteString("\n" + indent)
			col = len(indent)
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(w)
		col += n
	}
	b.WriteByte('\n')
	return b.String()
}
