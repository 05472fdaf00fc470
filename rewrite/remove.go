package rewrite

import (
	"bytes"
	"cmp"
	"go/ast"
	"regexp"
	"slices"

	"github.com/clusterize/clusterize/internal/load"
)

// remove deletes elements of a literal, with their commas, blanks and lines. Comments stay.
func (b *switchBuilder) remove(prog *load.Program, lit *ast.CompositeLit, drop []int) {
	f := prog.File(lit.Pos())
	if f == nil {
		return
	}
	var cuts [][2]int
	for _, i := range drop {
		cuts = append(cuts, cutElement(f.Content, prog.Position(lit.Elts[i].Pos()).Offset, prog.Position(lit.Elts[i].End()).Offset)...)
	}
	if cut, ok := lastComma(prog, f.Content, lit, drop); ok {
		cuts = append(cuts, cut)
	}
	for _, c := range union(cuts) {
		s, e, _ := withBlanks(f.Content, c[0], c[1])
		if s > 0 && f.Content[s-1] != '\n' && e < len(f.Content) && (f.Content[e] == '\n' || f.Content[e] == '}') {
			c[0] = s // no blanks at the end of a line
		}
		b.edit(f.Rel, c[0], c[1], "")
	}
}

// cutElement is what goes with the element from start to end.
func cutElement(src []byte, start, end int) [][2]int {
	comma := end + len(beforeComma.Find(src[end:]))
	switch {
	case comma == len(src) || src[comma] != ',':
		return [][2]int{{start, end}}
	case bytes.Contains(src[end:comma], []byte("/*")):
		return [][2]int{{start, end}, {comma, comma + 1}}
	}
	end = comma + 1
	s, e, line := withBlanks(src, start, end)
	switch {
	case line:
		return [][2]int{{s, e + 1}}
	case e < len(src) && (src[e] == '\n' || src[e] == '}'):
		return [][2]int{{start, end}}
	}
	return [][2]int{{start, e}}
}

// beforeComma is what may stand between an element and its comma.
var beforeComma = regexp.MustCompile(`^(?:\s|/\*(?s:.*?)\*/)*`)

// lastComma is the range from the last element that stays to the closing brace on its line, when all behind it goes: its
// comma goes, too.
func lastComma(prog *load.Program, src []byte, lit *ast.CompositeLit, drop []int) ([2]int, bool) {
	last := len(lit.Elts) - 1
	stays := last
	for stays >= 0 && slices.Contains(drop, stays) {
		stays--
	}
	if stays < 0 || stays == last {
		return [2]int{}, false
	}
	from := prog.Position(lit.Elts[stays].End()).Offset
	to := prog.Position(lit.Elts[last].End()).Offset
	if between := bytes.TrimSpace(src[to:prog.Position(lit.Rbrace).Offset]); len(between) > 0 {
		return [2]int{}, false // a comma of its own, so that the brace may stand on another line
	}
	for i, at := stays+1, from; i <= last; i++ { // a comment stays, and so does the comma before it
		if len(bytes.Trim(src[at:prog.Position(lit.Elts[i].Pos()).Offset], ", \t\r\n")) > 0 {
			return [2]int{}, false
		}
		at = prog.Position(lit.Elts[i].End()).Offset
	}
	return [2]int{from, to}, true
}

// union joins ranges that meet.
func union(ranges [][2]int) [][2]int {
	slices.SortFunc(ranges, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var out [][2]int
	for _, r := range ranges {
		if n := len(out); n > 0 && r[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], r[1])
		} else {
			out = append(out, r)
		}
	}
	return out
}

// withBlanks widens a range by the blanks around it, and tells whether it is then all of a line, but for the line feed.
func withBlanks(src []byte, start, end int) (s, e int, line bool) {
	s, e = start, end
	for s > 0 && (src[s-1] == ' ' || src[s-1] == '\t') {
		s--
	}
	for e < len(src) && (src[e] == ' ' || src[e] == '\t' || src[e] == '\r') {
		e++
	}
	return s, e, s > 0 && src[s-1] == '\n' && e < len(src) && src[e] == '\n'
}

// lastOfLine reports that nothing follows an offset on its line.
func lastOfLine(src []byte, at int) bool {
	rest, _, _ := bytes.Cut(src[at:], []byte("\n"))
	return len(bytes.TrimSpace(rest)) == 0
}
