package report

import (
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/rules"
)

// libraryRule is the rule of uses of libraries, which have no page.
const libraryRule = "library"

var libraryPage = rules.Rule{
	ID:    libraryRule,
	Title: "a library holds keys or clients itself",
	Text: `
A library that makes Redis keys or clients of its own is not changed with the code around it. Some work on a cluster as they are, some have an option for it, and some can't be given a cluster client at all.

What to do: what is known of the library is said with each use.`,
}

// descriptionLimit is how long a description may be for GitHub.
const descriptionLimit = 1000

// rule describes a rule when it is used first, and gives its place in the list.
func (s *sarifReport) rule(id string) int {
	if i, ok := s.index[id]; ok {
		return i
	}
	r, known := rules.Get(rules.ID(id))
	if id == libraryRule {
		r, known = libraryPage, true
	}
	if !known {
		r = rules.Rule{ID: rules.ID(id), Title: "a finding of the rule " + id}
	}
	d := sarif.NewRule(id).WithName(camel(id))
	d.WithShortDescription(multi(capital(r.Title)+".", ""))
	d.WithFullDescription(multi(clipped(firstParagraph(r), descriptionLimit), ""))
	d.WithHelp(multi(helpText(r), helpMarkdown(r)))
	d.WithProperties(sarif.NewPropertyBag().Add("precision", "high").WithTags([]string{"redis", "redis-cluster"}))
	s.rules = append(s.rules, d)
	s.index[id] = len(s.rules) - 1
	return s.index[id]
}

func multi(text, markdown string) *sarif.MultiformatMessageString {
	m := sarif.NewMultiformatMessageString().WithText(text)
	if markdown != "" {
		m.WithMarkdown(markdown)
	}
	return m
}

// camel is the name of a rule as SARIF likes it: CrossSlot for cross-slot.
func camel(id string) string {
	var b strings.Builder
	for _, part := range strings.Split(id, "-") {
		b.WriteString(capital(part))
	}
	return b.String()
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func firstParagraph(r rules.Rule) string {
	first, _, _ := strings.Cut(strings.Trim(r.Text, "\n"), "\n\n")
	if first == "" {
		return capital(r.Title) + "."
	}
	return first
}

// helpText is the page of a rule; a rule of this format has what it says.
func helpText(r rules.Rule) string {
	if _, ok := rules.Get(r.ID); ok {
		return r.Page()
	}
	return capital(r.Title) + ".\n" + r.Text
}

// helpMarkdown is the page with its code as code: indented lines are what servers and clients say.
func helpMarkdown(r rules.Rule) string {
	var b strings.Builder
	b.WriteString("**" + prose(capital(r.Title)) + ".**\n\n")
	for _, par := range strings.Split(strings.Trim(r.Text, "\n"), "\n\n") {
		if strings.HasPrefix(par, "    ") {
			b.WriteString(par + "\n\n")
			continue
		}
		b.WriteString(prose(par) + "\n\n")
	}
	fence := func(title, code string) {
		if code = strings.Trim(code, "\n"); code != "" {
			b.WriteString("**" + title + "**\n\n```go\n" + code + "\n```\n\n")
		}
	}
	if r.Before == r.After {
		fence("Stays as it is", r.Before)
	} else {
		fence("Before", r.Before)
		fence("After", r.After)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
