package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// Span is a range of units of a family's template that becomes its tag. The zero Span means none.
type Span struct {
	Start, End int
	// Put is text that is put before the whole key as its tag, for keys that have nothing in common: {jobs}queue. Start
	// and End are 0 then.
	Put string
}

// None is the candidate that leaves the name as it is.
var None = Span{}

// unit is one byte of literal text, or one hole.
type unit struct {
	b    byte
	hole *key.Hole
}

func units(t key.Template) []unit {
	var out []unit
	for _, p := range t.Parts {
		if p.Hole != nil {
			out = append(out, unit{hole: p.Hole})
			continue
		}
		for i := range len(p.Text) {
			out = append(out, unit{b: p.Text[i]})
		}
	}
	return out
}

// existingTag is the range between the first { and the next }, as Redis finds it in the literal text; ok is false when
// the whole key is hashed. braces reports that the text has any brace at all.
func existingTag(us []unit) (start, end int, ok, braces bool) {
	start = -1
	for i, u := range us {
		if u.hole != nil {
			continue
		}
		switch {
		case u.b == '{' && start < 0:
			start, braces = i+1, true
		case u.b == '}':
			braces = true
			if start >= 0 {
				return start, i, i > start, true
			}
		}
	}
	return 0, 0, false, braces
}

// hashText is what Redis hashes, written so that two texts are equal just when they are equal for all values of the
// holes. ok is false when it takes several values within one operation.
func hashText(us []unit, s Span) (text string, ok bool) {
	if s.Put != "" {
		return s.Put, true
	}
	from, to := 0, len(us)
	if s == None && hidden(us) || s != None && slices.ContainsFunc(us[:s.End], withBraces) {
		return "", false
	}
	if s != None {
		from, to = s.Start, s.End
	} else if a, b, tagged, _ := existingTag(us); tagged {
		from, to = a, b
	}
	var b strings.Builder
	ok = true
	for _, u := range us[from:to] {
		if u.hole == nil {
			b.WriteByte(u.b)
			continue
		}
		b.WriteString("\x00" + u.hole.ID + "\x01")
		if u.hole.Many {
			ok = false
		}
	}
	return b.String(), ok
}

const separators = ":/.|-_#@,; "

func isSep(u unit) bool { return u.hole == nil && strings.IndexByte(separators, u.b) >= 0 }

// spans lists the ranges that may become a tag: they begin at a hole or a segment and end at a hole or a segment. A
// template with braces has none behind its first {, since only the first pair counts, and none at all where that pair
// was meant as a tag.
func spans(us []unit) []Span {
	end := len(us)
	if _, _, tagged, braces := existingTag(us); braces {
		if tagged && !accidental(us) {
			return nil
		}
		if i := slices.IndexFunc(us, func(u unit) bool { return u.hole == nil && u.b == '{' }); i >= 0 {
			end = i
		}
	}
	if i := slices.IndexFunc(us, withBraces); i >= 0 {
		end = min(end, i)
	}
	var starts, ends []int
	for i := range end {
		if us[i].hole != nil || i == 0 || isSep(us[i-1]) || us[i-1].hole != nil {
			starts = append(starts, i)
		}
		if us[i].hole != nil || i+1 == len(us) || isSep(us[i+1]) || us[i+1].hole != nil || i+1 == end {
			ends = append(ends, i+1)
		}
	}
	var out []Span
	for _, a := range starts {
		for _, b := range ends {
			if b > a && !isSep(us[a]) && !isSep(us[b-1]) && allKnown(us[a:b]) {
				out = append(out, Span{Start: a, End: b})
			}
		}
	}
	return out
}

// withBraces reports a value that holds braces of its own.
func withBraces(u unit) bool { return u.hole != nil && u.hole.Braces }

// hidden reports a key of which the hashed part is decided by braces in a value.
func hidden(us []unit) bool {
	i := slices.IndexFunc(us, withBraces)
	if i < 0 {
		return false
	}
	_, to, tagged, _ := existingTag(us)
	return !tagged || to > i
}

// accidental reports braces that Redis takes for a tag and that were hardly meant as one: JSON, or the parameter of a
// route such as /users/{id}. Nothing of what varies is between them.
func accidental(us []unit) bool {
	a, b, ok, _ := existingTag(us)
	if !ok {
		return false
	}
	text := ""
	for _, u := range us[a:b] {
		if u.hole != nil && own(u) && !strings.Contains(text, "\"") {
			return false
		}
		if u.hole == nil {
			text += string(u.b)
		}
	}
	route := a > 1 && us[a-2].hole == nil && us[a-2].b == '/'
	return strings.Contains(text, "\"") || route && identifier(text)
}

func identifier(s string) bool {
	for i, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// allKnown reports that no hole holds text of which nothing is known, which may be a whole key with a tag of its own,
// and that there is no brace.
func allKnown(us []unit) bool {
	for _, u := range us {
		if u.hole != nil && u.hole.Class == key.Unknown || u.hole == nil && (u.b == '{' || u.b == '}') {
			return false
		}
	}
	return true
}

// varying reports that the span holds a value that differs from key to key of the family. A value that all keys of one
// object share (a namespace) counts only when the family has no other.
func varying(us []unit, s Span) bool {
	shared := false
	for _, u := range us[s.Start:s.End] {
		if own(u) {
			return true
		}
		shared = shared || u.hole != nil && u.hole.Class != key.Fixed
	}
	return shared && !slices.ContainsFunc(us, own)
}

// tagged writes a template with a tag.
func tagged(t key.Template, s Span) string {
	switch {
	case s == None:
		return t.String()
	case s.Put != "":
		return "{" + s.Put + "}" + t.String()
	}
	return t.Tagged(s.Start, s.End)
}

// own reports a value of the operation itself: not one of the object that builds the keys, nor, by its name, one that is
// configured.
func own(u unit) bool {
	return u.hole != nil && u.hole.Class != key.Fixed && !u.hole.Shared && !configuredByName(u.hole.Name)
}

// anyVarying reports that the family has more than one key.
func anyVarying(us []unit) bool { return varying(us, Span{End: len(us)}) }
