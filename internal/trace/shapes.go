package trace

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is kept of keys that no template knows.
const (
	maxShapes  = 4096
	maxSamples = 3
	// maxAlike is how many shapes may differ in their last segment only before that is taken for a value.
	maxAlike = 20
	maxShown = 200 // bytes of a key in a sample
)

// appendKey writes a key as show does, without garbage for most of them.
func appendKey(out, k []byte) []byte {
	plain := len(k) > 0 && len(k) <= maxShown
	for _, c := range k {
		plain = plain && c > ' ' && c <= '~' && c != '"'
	}
	if plain {
		return append(out, k...)
	}
	return append(out, show(k)...)
}

// show writes a key on one line: as it is, or quoted where it holds what can't be printed. A very long one is cut.
func show(k []byte) string {
	more := ""
	if len(k) > maxShown {
		k, more = k[:maxShown], fmt.Sprintf("... (%d bytes)", len(k))
	}
	s := string(k)
	if !utf8.ValidString(s) || strings.IndexFunc(s, func(r rune) bool { return r == '"' || r == ' ' || !unicode.IsPrint(r) }) >= 0 || s == "" {
		s = strconv.Quote(s)
	}
	return s + more
}

// shapes groups keys by what they look like: runs of text that look like values become <..>.
type shapes struct {
	list []Keys
	ids  map[string]int32
	room []byte
}

// id is the number of the shape of a key.
func (s *shapes) id(k []byte) int32 {
	s.room = appendShape(s.room[:0], k)
	return s.named(s.room)
}

// named is the number of a shape.
func (s *shapes) named(shape []byte) int32 {
	if id, ok := s.ids[string(shape)]; ok {
		return id
	}
	text := "(others)"
	if len(s.list) < maxShapes {
		text = show(shape)
	} else if id, ok := s.ids[text]; ok {
		return id
	} else {
		shape = []byte(text)
	}
	if s.ids == nil {
		s.ids = map[string]int32{}
	}
	id := int32(len(s.list))
	s.ids[string(shape)] = id
	s.list = append(s.list, Keys{Shape: text})
	return id
}

// count notes a key of a shape.
func (s *shapes) count(id int32, k []byte, db int) {
	x := &s.list[id]
	x.Count++
	x.dbs |= 1 << min(db, 63)
	if len(x.Samples) < maxSamples {
		if text := show(k); !slices.Contains(x.Samples, text) {
			x.Samples = append(x.Samples, text)
		}
	}
}

// all lists the shapes, those that are named most often first. Shapes that differ in their last segment only are joined
// where there are many: it is a value, such as the name of a person.
func (s *shapes) all() []Keys {
	alike := map[string][]int{}
	for i, x := range s.list {
		if cut := strings.LastIndexAny(x.Shape, separators); cut > 0 && x.Shape[0] != '"' {
			alike[x.Shape[:cut+1]] = append(alike[x.Shape[:cut+1]], i)
		}
	}
	joined := map[int]bool{}
	out := []Keys{}
	for prefix, at := range alike {
		if len(at) <= maxAlike {
			continue
		}
		all := Keys{Shape: prefix + hole}
		for _, i := range at {
			joined[i] = true
			x := s.list[i]
			all.Count, all.dbs = all.Count+x.Count, all.dbs|x.dbs
			all.Samples = append(all.Samples, x.Samples[:min(len(x.Samples), maxSamples-len(all.Samples))]...)
		}
		out = append(out, all)
	}
	for i, x := range s.list {
		if !joined[i] && x.Count > 0 {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b Keys) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Shape, b.Shape)) })
	return out
}

const (
	hole       = "<..>"
	separators = ":/.-_|#,;@ "
	// A segment of hexadecimal digits is a value when it is as long as this and holds a decimal one.
	leastHex = 8
)

// appendShape adds the shape of a key: between separators and braces, what is an UUID, a number or a hash is a value, and
// digits inside of a word are.
func appendShape(out, k []byte) []byte {
	for len(k) > 0 {
		if n := uuid(k); n > 0 {
			out, k = append(out, hole...), k[n:]
			continue
		}
		n := bytes.IndexAny(k, separators+"{}")
		if n < 0 {
			n = len(k)
		}
		out = appendSegment(out, k[:n])
		k = k[n:]
		if len(k) > 0 {
			out, k = append(out, k[0]), k[1:]
		}
	}
	return out
}

func appendSegment(out, s []byte) []byte {
	digits, hex := 0, 0
	for _, c := range s {
		switch {
		case isDigit(c):
			digits++
			hex++
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			hex++
		}
	}
	// A long mixture of letters and digits is a token.
	if digits > 0 && (digits == len(s) || hex == len(s) && len(s) >= leastHex || len(s) >= 16 && digits >= 3) {
		return append(out, hole...)
	}
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			out = append(out, s[i])
			continue
		}
		out = append(out, hole...)
		for i+1 < len(s) && isDigit(s[i+1]) {
			i++
		}
	}
	return out
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// uuid is the length of the UUID that text begins with, 0 for none.
func uuid(text []byte) int {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(text) < len(form) {
		return 0
	}
	for i, f := range []byte(form) {
		c := text[i]
		if ok := isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f'; f == 'x' && !ok || f == '-' && c != '-' {
			return 0
		}
	}
	return len(form)
}
