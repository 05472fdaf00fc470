package keymap

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// regexp gives an expression for old keys, and the replacement that makes new ones of them, for RE2 and PCRE. Values hold
// no separators there: where they do, which family a key is of needs all families.
func (e Entry) regexp() (expr, newKey string) {
	var from strings.Builder
	from.WriteString(`\A`)
	for _, p := range e.Pieces {
		if p.Hole == nil {
			from.WriteString(quote(p.Text))
		} else {
			from.WriteString("(" + p.Hole.regexp() + ")")
		}
	}
	from.WriteString(`\z`)
	var to strings.Builder
	n, at := 0, 0
	tag := func() {
		if e.Renamed() && e.Span.Put == "" && at == e.Span.Start {
			to.WriteByte('{')
		}
		if e.Renamed() && e.Span.Put == "" && at == e.Span.End {
			to.WriteByte('}')
		}
	}
	if e.Span.Put != "" {
		to.WriteString("{" + e.Span.Put + "}")
	}
	for _, u := range e.units() {
		tag()
		at++
		switch {
		case u.hole != nil:
			n++
			to.WriteString("${" + strconv.Itoa(n) + "}")
		case u.b == '$':
			to.WriteString("$$")
		default:
			to.WriteByte(u.b)
		}
	}
	tag()
	return from.String(), to.String()
}

// quote escapes text, and bytes that would not stay what they are in JSON.
func quote(text string) string {
	if q := regexp.QuoteMeta(text); strings.ToValidUTF8(q, "") == q {
		return q
	}
	var b strings.Builder
	for i := range len(text) {
		if text[i] < 0x80 {
			b.WriteString(regexp.QuoteMeta(text[i : i+1]))
		} else {
			b.WriteString(`\x` + strconv.FormatInt(int64(text[i]), 16))
		}
	}
	return b.String()
}

func (h *Hole) regexp() string {
	if vs := h.values(); len(vs) > 0 {
		var quoted []string
		for _, v := range vs {
			quoted = append(quoted, quote(v))
		}
		return strings.Join(quoted, "|")
	}
	switch {
	case h.Unknown:
		return `[\s\S]+`
	case h.Kind == key.Int:
		return `[0-9A-Fa-f-]+`
	case h.Kind == key.ID:
		return `[^:/{}]+`
	}
	return `[^:/]+`
}

// example is a key of the family as it is named before the port.
func (e Entry) example() string {
	var b strings.Builder
	for i, p := range e.Pieces {
		if p.Hole == nil {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString(p.Hole.example(i))
	}
	return b.String()
}

// example is a value; two text holes in a row get different ones.
func (h *Hole) example(n int) string {
	switch vs := h.values(); {
	case len(vs) > 0:
		return vs[0]
	case h.Kind == key.Int:
		return strconv.Itoa(17 + n)
	case h.Kind == key.Time:
		return "20260102"
	case h.Kind == key.ID:
		return "9f86d081"
	case h.Configured:
		return "app"
	}
	return string(rune('a'+n%26)) + strconv.Itoa(n+1)
}
