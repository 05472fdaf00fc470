package report

import (
	"slices"
	"strings"
)

// shape is a template without the names of its holes and the braces of tags: renaming a variable, or the keys as
// planned, makes no other finding of it.
func shape(template string) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		switch c := template[i]; {
		case c == '{' || c == '}':
		case c == '<' && strings.HasPrefix(template[i+1:], "<"): // << is the text <
			b.WriteString("<<")
			i++
		case c == '<' && strings.Contains(template[i:], ">"):
			b.WriteString("<>")
			i += strings.IndexByte(template[i:], '>')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// shapes are those of keys, each once and sorted: the order in which callers bring keys means nothing.
func shapes(keys []Key) []string {
	out := []string{}
	for _, k := range keys {
		out = append(out, shape(k.Template))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// identity names a finding by what does not change when lines move or are formatted anew.
func identity(file, function, rule, method string, keys []string) string {
	return strings.Join(append([]string{file, function, rule, method}, keys...), "\x00")
}
