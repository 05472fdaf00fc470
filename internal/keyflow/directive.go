package keyflow

import (
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// directive is how an annotation starts. It is followed by the template of a key, and maybe by a reason.
const directive = "//clusterize:key"

// directives names all there are, for the one who wrote another.
const directives = directive + ", //clusterize:ignore and //clusterize:todo"

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
func parseDirective(rest string) (pieces []key.Piece, template, problem string) {
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

// parseTemplate takes a template apart as people write it.
func parseTemplate(s string) (pieces []key.Piece, problem string) {
	if pieces, problem = key.ParseNote(s); problem == "" {
		return pieces, ""
	}
	if strings.HasSuffix(problem, "is no name") {
		problem += ": write a variable or a field such as u.ID"
	}
	return nil, problem
}

func quote(s string) string { return strconv.Quote(s) }
