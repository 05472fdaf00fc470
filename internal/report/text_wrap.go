package report

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
)

// page is text in the making, broken at a width.
type page struct {
	b      bytes.Buffer
	width  int
	colour bool
}

// The styles of text on a terminal.
var (
	bold   = style(color.Bold)
	green  = style(color.FgGreen)
	yellow = style(color.FgYellow)
	red    = style(color.FgRed)
	cyan   = style(color.FgCyan)
)

// style is one that does not look at the terminal: whoever asks for colours has done so.
func style(a color.Attribute) *color.Color {
	c := color.New(a)
	c.EnableColor()
	return c
}

// paint gives what is written a style, line by line, so that it stays within its lines.
func (p *page) paint(c *color.Color, write func()) {
	from := p.b.Len()
	write()
	if !p.colour || c == nil {
		return
	}
	text := string(p.b.Bytes()[from:])
	p.b.Truncate(from)
	for line := range strings.Lines(text) {
		body := strings.Trim(line, " \n")
		if body == "" {
			p.b.WriteString(line)
			continue
		}
		at := strings.Index(line, body)
		p.b.WriteString(line[:at] + c.Sprint(body) + line[at+len(body):])
	}
}

// verdictStyle is the style of what has a verdict.
func verdictStyle(verdict string) *color.Color {
	switch verdict {
	case "safe", "ported":
		return green
	case "tag", "split", "fanout":
		return cyan
	case "review":
		return yellow
	case "blocked":
		return red
	}
	return nil
}

// blank ends a paragraph: one empty line, however often it is asked for.
func (p *page) blank() {
	if p.b.Len() > 0 && !bytes.HasSuffix(p.b.Bytes(), []byte("\n\n")) {
		p.b.WriteByte('\n')
	}
}

// heading starts a section.
func (p *page) heading(text string) {
	p.blank()
	p.paint(bold, func() { p.para(0, 0, text) })
	p.blank()
}

// para writes the words of the text; its first line is indented by first, the others by rest. A word that is too
// long for a line stands on a line of its own.
func (p *page) para(first, rest int, text string) {
	p.words(first, rest, strings.Fields(text))
}

// words is para for words that may hold blanks, such as a quoted key.
func (p *page) words(first, rest int, words []string) {
	if len(words) == 0 {
		return
	}
	col, start := first, true
	p.b.WriteString(strings.Repeat(" ", first))
	for _, w := range words {
		w = printable(w)
		n := utf8.RuneCountInString(w)
		switch {
		case start:
		case col+1+n > p.width:
			p.b.WriteString("\n" + strings.Repeat(" ", rest))
			col = rest
		default:
			p.b.WriteByte(' ')
			col++
		}
		p.b.WriteString(w)
		col, start = col+n, false
	}
	p.b.WriteByte('\n')
}

// line writes a line that is not broken: a command is copied whole.
func (p *page) line(indent int, text string) {
	p.b.WriteString(strings.Repeat(" ", indent) + printable(text) + "\n")
}

// fits reports that a text is short enough for one line.
func (p *page) fits(indent int, text string) bool {
	return indent+utf8.RuneCountInString(printable(text)) <= p.width
}

// printable replaces what could move the cursor or change the colours of a terminal: keys and error texts come from
// the target.
func printable(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafeRune(r) {
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafeRune(r rune) bool { return !unicode.IsPrint(r) }

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		if strings.HasSuffix(noun, "y") {
			noun = strings.TrimSuffix(noun, "y") + "ie"
		}
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// listed separates the words of a list by commas; each item stays one word.
func listed(items []string) []string {
	out := make([]string, len(items))
	for i, s := range items {
		if i < len(items)-1 {
			s += ","
		}
		out[i] = s
	}
	return out
}
