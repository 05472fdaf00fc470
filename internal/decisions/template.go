package decisions

import (
	"regexp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// units are the parts of a template that a tag can't cut: bytes of text, and whole holes as <name>.
type units []string

// parseFamily takes a template apart as a report writes it.
func parseFamily(s string) (out units, problem string) {
	pieces, problem := key.ParseReport(s)
	for _, p := range pieces {
		if p.Name != "" {
			out = append(out, "<"+p.Name+">")
		}
		for i := range len(p.Text) {
			out = append(out, p.Text[i:i+1])
		}
	}
	return out, problem
}

// putForm is a tag that is put before the whole key: {jobs} makes {jobs}queue of queue.
var putForm = regexp.MustCompile(`^\{[-A-Za-z0-9:_./]+\}$`)

// index is the first place of part in u, or -1.
func (u units) index(part units) int {
	for i := 0; i+len(part) <= len(u); i++ {
		if slices.Equal(u[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

func (u units) String() string { return strings.Join(u, "") }

// tagProblem says why a text can't become the hash tag of a family, and what to do; or "".
func tagProblem(family units, tag string) (msg, next string) {
	if strings.ContainsAny(tag, "{}") {
		return "holds braces", "write the text between them, and the tag gets its own"
	}
	const copyIt = "write a part of the family as it stands there, holes included"
	part, problem := parseFamily(tag)
	at := family.index(part)
	switch {
	case (at < 0 || problem != "") && strings.Contains(family.String(), tag):
		return "cuts a hole of " + show(family.String()) + " in two", copyIt
	case problem != "":
		return "is no part of a template, " + problem, copyIt
	case at < 0:
		return "is no part of " + show(family.String()), copyIt
	case slices.Contains(family[:at], "{"):
		// Redis hashes what is between the first { and the next }, so braces further on change nothing.
		return "would have no effect, since " + show(family.String()) + " has a { before it", "write keep: true instead, or a tag that stands before it"
	}
	return "", ""
}
