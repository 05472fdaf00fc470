package keyflow

import (
	"regexp"
	"strconv"
	"strings"
)

// directive is how an annotation starts. It is followed by the template of a key, and maybe by a reason.
const directive = "//clusterize:key"

// directives names all there are, for the one who wrote another.
const directives = directive + ", //clusterize:ignore and //clusterize:todo"

// piece is literal text, or a hole with a name.
type piece struct {
	text  string
	name  string
	fixed bool
}

// isDirective splits a comment into the template with its reason; ok is false for other comments.
func isDirective(comment string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(comment, directive)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// isOtherDirective reports a directive that says nothing of keys: others read it.
func isOtherDirective(comment string) bool {
	name, _, _ := strings.Cut(comment, " ")
	name, _, _ = strings.Cut(name, "\t")
	return name == "//clusterize:ignore" || name == "//clusterize:todo"
}

// parseDirective reads the template at the start of what follows the directive. A template with blanks is quoted as in
// Go. problem says what is wrong with it, or is "".
func parseDirective(rest string) (pieces []piece, template, problem string) {
	if rest == "" {
		return nil, "", "it has no template"
	}
	template, _, _ = strings.Cut(rest, " ")
	template, _, _ = strings.Cut(template, "\t")
	text := template
	if rest[0] == '"' {
		q, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return nil, template, "the quoted template does not end"
		}
		template = q
		text, _ = strconv.Unquote(q)
	}
	if text == "" {
		return nil, template, "its template is empty"
	}
	pieces, problem = parseTemplate(text)
	return pieces, template, problem
}

// parseTemplate takes a template apart: <name> is a hole, <!name> one that is fixed for the process, << is the text <.
func parseTemplate(s string) (out []piece, problem string) {
	literal := func(text string) {
		if n := len(out); n > 0 && out[n-1].name == "" {
			out[n-1].text += text
		} else if text != "" {
			out = append(out, piece{text: text})
		}
	}
	for s != "" {
		before, after, found := strings.Cut(s, "<")
		literal(before)
		if !found {
			break
		}
		if strings.HasPrefix(after, "<") {
			literal("<")
			s = after[1:]
			continue
		}
		name, rest, closed := strings.Cut(after, ">")
		if !closed {
			return nil, "a < has no >"
		}
		p := piece{}
		p.name, p.fixed = strings.CutPrefix(name, "!")
		if !validName(p.name) {
			return nil, "<" + name + "> is no name: write a variable or a field such as u.ID"
		}
		out = append(out, p)
		s = rest
	}
	return out, ""
}

var nameForm = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

func validName(s string) bool { return nameForm.MatchString(s) }

func quote(s string) string { return strconv.Quote(s) }
