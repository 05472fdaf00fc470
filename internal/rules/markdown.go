package rules

import (
	"fmt"
	"strings"
)

// Markdown is the page in Markdown, without a heading: the text, error texts as blocks of code, Before and After as Go
// or, where most lines stay, as a diff, and who makes the change.
func (r Rule) Markdown() string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(strings.Trim(r.Text, "\n") + "\n") {
		text, indented := strings.CutPrefix(line, "    ")
		if code && !indented {
			b.WriteString("```\n")
		}
		switch {
		case indented && !code:
			b.WriteString("```text\n" + text)
		case indented:
			b.WriteString(text)
		default:
			b.WriteString(escape(line))
		}
		code = indented
	}
	if code {
		b.WriteString("```\n")
	}
	before, after := strings.Trim(r.Before, "\n"), strings.Trim(r.After, "\n")
	switch diff := lineDiff(before, after); {
	case before == after:
		fence(&b, "Stays as it is", "go", before)
	case after != "" && diff != "":
		fence(&b, "Before and after", "diff", diff)
	default:
		fence(&b, "Before", "go", before)
		fence(&b, "After", "go", after)
	}
	b.WriteString("\n" + escape(r.who()) + "\n")
	return b.String()
}

func fence(b *strings.Builder, title, language, code string) {
	if code != "" {
		fmt.Fprintf(b, "\n%s:\n\n```%s\n%s\n```\n", title, language, strings.Trim(code, "\n"))
	}
}

var special = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `~`, `\~`, `|`, `\|`, `&`, `\&`)

// escape keeps the characters of a paragraph from being read as Markdown.
func escape(paragraph string) string {
	paragraph = special.Replace(paragraph)
	if strings.IndexAny(paragraph, "#+-=") == 0 {
		paragraph = `\` + paragraph // a heading, a list or a line under a heading
	}
	return paragraph
}

// lineDiff shows how the lines of two pieces of code differ, "" when less than half of them stay.
func lineDiff(before, after string) string {
	old, new := strings.Split(before, "\n"), strings.Split(after, "\n")
	common := longest(old, new)
	if 2*common[0][0] < max(len(old), len(new)) {
		return ""
	}
	var b strings.Builder
	i, k := 0, 0
	for i < len(old) || k < len(new) {
		switch {
		case i < len(old) && k < len(new) && old[i] == new[k]:
			b.WriteString(" " + old[i] + "\n")
			i, k = i+1, k+1
		case i < len(old) && (k == len(new) || common[i+1][k] >= common[i][k+1]):
			b.WriteString("-" + old[i] + "\n")
			i++
		default:
			b.WriteString("+" + new[k] + "\n")
			k++
		}
	}
	return b.String()
}

// longest has the number of lines in the longest common subsequence of old[i:] and new[k:] at [i][k].
func longest(old, new []string) [][]int {
	n := make([][]int, len(old)+1)
	for i := range n {
		n[i] = make([]int, len(new)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for k := len(new) - 1; k >= 0; k-- {
			if old[i] == new[k] {
				n[i][k] = n[i+1][k+1] + 1
			} else {
				n[i][k] = max(n[i+1][k], n[i][k+1])
			}
		}
	}
	return n
}

const documentHead = `# The rules

<!-- Written from internal/rules by "go generate ./internal/rules": edit the pages there. -->

A Redis Cluster spreads its keys over several primaries. Each key belongs to one of 16384 hash slots, and each primary
has a part of the slots. A command, a transaction or a script runs on one primary, and with keys of one slot only. Keys
that must stay together share a *hash tag*: of ` + "`{user:7}:name`" + ` only the text in braces is hashed. A server that is asked
for a key of another one answers ` + "`MOVED`" + `; a cluster client follows that, a plain client does not. Commands without a key
go to some primary, which knows its own keys only.

Each rule is a way in which code meets that. ` + "`clusterize explain RULE`" + ` prints the same page. Before and after were run on a
standalone server and on a cluster of three primaries: the error texts are those that came. Host, port and slot
in them differ each time.

`

// Document is docs/rules.md: a table of all rules, and their pages.
func Document() string {
	var b strings.Builder
	b.WriteString(documentHead)
	b.WriteString("| rule | what it is about | who changes the code |\n|---|---|---|\n")
	for _, r := range table {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, r.ID, escape(r.Title), r.by())
	}
	var links []string
	for _, r := range table {
		links = append(links, "see "+string(r.ID), fmt.Sprintf("see [%s](#%[1]s)", r.ID))
	}
	linked := strings.NewReplacer(links...)
	for _, r := range table {
		fmt.Fprintf(&b, "\n## %s\n\n**%s**\n\n%s", r.ID, escape(r.Title), linked.Replace(r.Markdown()))
	}
	return b.String()
}
