package decisions

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clusterize/clusterize/internal/source"
)

// Error is a mistake in a file of decisions.
type Error struct {
	File string
	// Line and Column start at 1; Column counts bytes.
	Line, Column int
	// Msg says what is wrong, Next what to do about it; one line each.
	Msg, Next string
	// Excerpt is the line, and below it a mark at the column; "" when the line can't be shown.
	Excerpt string
}

// Error returns the place, the message and the next step in one line, and the excerpt below.
func (e *Error) Error() string {
	s := source.Position{File: e.File, Line: e.Line, Column: e.Column}.String() + ": " + e.Msg
	if e.Next != "" {
		s += ": " + e.Next
	}
	if e.Excerpt != "" {
		s += "\n" + e.Excerpt
	}
	return s
}

// Errors are the mistakes in a file of decisions, at least one, in the order of their places.
type Errors []*Error

// Error returns the errors below each other.
func (es Errors) Error() string {
	var lines []string
	for _, e := range es {
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As.
func (es Errors) Unwrap() []error {
	var out []error
	for _, e := range es {
		out = append(out, e)
	}
	return out
}

// problems returns what was found wrong, or nil.
func (r *reader) problems() error {
	if len(r.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(r.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.errs
}

// excerpt shows a line with a mark below one of its bytes. Of a long line it shows what is around the mark.
func excerpt(line string, column int) string {
	const indent, around = "    ", 60
	at := min(column-1, len(line))
	before, after := []rune(line[:at]), []rune(line[at:])
	head, tail := "", ""
	if len(before) > around {
		before, head = before[len(before)-around:], "..."
	}
	if len(after) > around {
		after, tail = after[:around], "..."
	}
	line = strings.Map(func(c rune) rune { // a terminal would obey
		if unicode.IsControl(c) && c != '\t' {
			return '?'
		}
		return c
	}, string(before)+string(after))
	pad := strings.Map(func(c rune) rune { // a tab is as wide in both lines
		if c == '\t' {
			return c
		}
		return ' '
	}, head+string(before))
	return indent + head + line + tail + "\n" + indent + pad + "^"
}

// show writes a text of the file within a message: as it is where that is clear, else quoted, and never at length.
func show(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "..."
	}
	if q := strconv.Quote(s); s == "" || strings.TrimSpace(s) != s || q[1:len(q)-1] != s {
		return q
	}
	return s
}

// oneLine folds blanks and line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
