package luakeys

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// apart are the ways to look at the text of a string: functions of the string library, as such or as methods, and
// comparisons with an element of KEYS.
var apart = regexp.MustCompile(`\bstring\.(match|sub|find|gsub|gmatch|byte|len|reverse)\b|:(match|sub|find|gsub|gmatch|byte|len|reverse)\s*\(|` +
	`KEYS\s*\[[^\]]*\]\s*[=~]=|[=~]=\s*KEYS\b|#\s*KEYS\s*\[`)

// KeysAsText tells where a script uses the text of its keys as something else than a key: it sends KEYS as a value or a
// channel, compares it, or takes strings apart, of which any may be a key. Src is its source. "" when it does not.
func (s Script) KeysAsText(src string) string {
	for _, c := range s.Calls {
		for i, w := range c.Words {
			if slices.ContainsFunc(c.Keys, func(k Key) bool { return k.Word == i }) {
				continue
			}
			if slices.ContainsFunc(w.Alts, func(e Expr) bool { return slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Kind == Keys }) }) {
				if i == 1 && (c.Command == "publish" || c.Command == "spublish") {
					return fmt.Sprintf("line %d: %s sends to a channel that is named by the text of a key, so who listens there has to ask for the same name", c.Line, c.name())
				}
				return fmt.Sprintf("line %d: %s is sent the text of a key", c.Line, c.name())
			}
		}
	}
	if at := apart.FindString(src); at != "" {
		return "it looks at the text of strings (" + at + ")"
	}
	return ""
}

// name is the command as people write it.
func (c Call) name() string {
	if c.Command == "" {
		return "a command"
	}
	return strings.ToUpper(strings.ReplaceAll(c.Command, "|", " "))
}
