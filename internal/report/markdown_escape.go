package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// code is text of the target as inline code, where nothing of it means anything to Markdown or to GitHub: no HTML, no
// mention, no reference, no link.
func code(s string) string {
	if s = printable(s); strings.TrimSpace(s) == "" {
		s = strconv.Quote(s)
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// plain is a word that means nothing but itself. GitHub makes links of hashes and of GH-1; they have digits.
var (
	plain   = regexp.MustCompile(`^\p{L}[\p{L}'-]*$|^x?[0-9]{1,6}$|^%$`)
	hole    = regexp.MustCompile("<\\pL[^<>\n]{0,80}>|`[^`\n]{1,80}`")
	hashing = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)
)

// prose is a text of our own with names of the target in it: words that are more than letters become inline code, so that
// none of them means anything to Markdown or to GitHub.
func prose(s string) string {
	const blank = "\x00" // within a name such as <read from Redis> or a quoted command, which stays one word
	s = hole.ReplaceAllStringFunc(strings.ReplaceAll(s, blank, " "), func(h string) string { return strings.ReplaceAll(h, " ", blank) })
	var out []string
	for _, w := range strings.Fields(s) {
		w = strings.ReplaceAll(w, blank, " ")
		inner := strings.TrimLeft(w, "(")
		if i := strings.IndexByte(inner, ')'); i >= 0 && strings.Trim(inner[i:], ",.;:)?") != "" {
			inner = w // such as (*T).Method
		}
		before := w[:len(w)-len(inner)]
		word := strings.TrimRight(inner, ",.;:)?")
		after := inner[len(word):]
		if strings.Count(word, "(") > strings.Count(word, ")") && strings.HasPrefix(after, ")") { // of f()
			word, after = word+")", after[1:]
		}
		if word != "" && (!plain.MatchString(word) || hashing.MatchString(word)) {
			if n := len(word); n > 2 && strings.Count(word, "`") == 2 && word[0] == '`' && word[n-1] == '`' {
				word = word[1 : n-1] // is code already
			}
			word = code(word)
		}
		if word == "" && w != "" {
			before, word, after = "", code(w), ""
		}
		if len(out) == 0 && after != "" && strings.Trim(word, "0123456789") == "" {
			word = code(word) // would begin a list
		}
		out = append(out, before+word+after)
	}
	return strings.Join(out, " ")
}

// mermaidText is text in a diagram: all but letters, digits and a few signs by number, so that nothing ends the label or is HTML.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		switch {
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)), strings.ContainsRune(" .,_/-", r):
			b.WriteRune(r)
		default:
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		}
	}
	return b.String()
}
