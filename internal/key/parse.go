package key

import (
	"regexp"
	"strconv"
	"strings"
)

// Piece is literal text, or a hole with a name.
type Piece struct {
	Text  string
	Name  string // "" for text
	Fixed bool   // the value does not change while the process runs
}

// ParseReport takes a template apart as reports write it: <name> is a hole, whatever its name. A < that begins none is
// text; the problem says that there is one, since then it can't be told from a hole for certain.
func ParseReport(s string) (pieces []Piece, problem string) {
	return parse(s, false, func(name string) bool { return name != "" && !strings.Contains(name, "<") })
}

var noteName = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

// IsNoteName reports a name that people can write: a variable, or a field such as u.ID.
func IsNoteName(name string) bool { return noteName.MatchString(name) }

// ParseNote takes a template apart as people write it behind //clusterize:key: <name> is a variable or a field, <!name>
// one that is fixed for the process, and << is the text <.
func ParseNote(s string) (pieces []Piece, problem string) {
	pieces, problem = parse(s, true, func(name string) bool { return IsNoteName(strings.TrimPrefix(name, "!")) })
	for i, p := range pieces {
		pieces[i].Name, pieces[i].Fixed = strings.CutPrefix(p.Name, "!")
	}
	return pieces, problem
}

// parse divides text from holes. With escapes, << is the text <.
func parse(s string, escapes bool, isName func(string) bool) (out []Piece, problem string) {
	text := func(t string) {
		if n := len(out); n > 0 && out[n-1].Name == "" {
			out[n-1].Text += t
		} else if t != "" {
			out = append(out, Piece{Text: t})
		}
	}
	note := func(why string) {
		if problem == "" {
			problem = why
		}
	}
	for s != "" {
		before, after, found := strings.Cut(s, "<")
		text(before)
		if !found {
			break
		}
		if escapes && strings.HasPrefix(after, "<") {
			text("<")
			s = after[1:]
			continue
		}
		name, rest, closed := strings.Cut(after, ">")
		switch {
		case !closed:
			note("a < has no >")
			text("<")
			s = after
		case !isName(name):
			note(printable("<"+name+">") + " is no name")
			text("<")
			s = after
		default:
			out = append(out, Piece{Name: name})
			s = rest
		}
	}
	return out, problem
}

// printable quotes a text that would not stay on its line, and cuts a long one.
func printable(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	if q := strconv.Quote(s); q != `"`+s+`"` {
		return q
	}
	return s
}
