package key

import (
	"slices"
	"strings"
)

// Class says how a hole's value behaves while the program runs.
type Class int

const (
	// Varying is an id, a date, a name: many values in one process.
	Varying Class = iota
	// Fixed does not change in one process: configuration, environment, a constant chosen at start.
	Fixed
	// Unknown means that the analysis gave up; Hole.Reason says why.
	Unknown
)

// Kind says what sort of text fills a hole, as far as its type tells.
type Kind int

const (
	Text Kind = iota // any string: may be empty, may hold braces or separators
	Int              // decimal or hexadecimal digits
	Bool             // true or false
	Time             // a formatted time
	ID               // an identifier without braces or separators, never empty, such as a UUID
)

// Mode says how text is put in at a Point.
type Mode int

const (
	InText    Mode = iota // inside a string literal: the text as it is
	Before                // before a string expression: "text" +
	After                 // after a string expression: + "text"
	LuaBefore             // the same in the text of a script: 'text' ..
	LuaAfter              // .. 'text'
)

// Point is a place in a source file where text can be inserted into a key.
type Point struct {
	File   string // relative to the working directory
	Offset int
	Mode   Mode
}

// Hole is a part of a key that is not known at compile time.
type Hole struct {
	// ID is the identity of the value: two holes with one ID hold one text, at one time.
	ID    string
	Name  string // what a report writes between < and >
	Class Class
	Kind  Kind
	// Domain lists the constants that were seen to arrive here; Open says that others may.
	Domain []string
	Open   bool
	// Many is set when the hole takes several values within one operation
	// (a slice filled in a loop, commands queued in a loop).
	Many bool
	// Shared is set for a value that belongs to the object which builds the keys (a namespace, the name of a queue): all
	// keys of that object have it, so it spreads them less than a value of the operation.
	Shared bool
	// Several is set for a shared value when the program is seen to make objects with different values of it.
	Several bool
	Reason  string // why the class is Unknown
	// Loops names the loops in which the value changes.
	Loops []string
	// Param is set when the hole is a parameter of the function that was analysed:
	// FULLNAME#index. What arrives there is decided by the callers.
	Param string
	// Braces is set for text that holds braces of its own, such as JSON: Redis may take them for a hash tag.
	Braces bool
	// Script is set for a value that only a script knows, such as one that it reads from Redis.
	Script bool
	// Pattern is set when the key came out of a SCAN or KEYS with that pattern.
	Pattern string
}

// Part is a run of literal text, or a hole.
type Part struct {
	Text string
	Hole *Hole
	// Offs has the file offset of each of the len(Text)+1 byte borders of Text; nil where the source of the
	// text is not known or can't be edited.
	Offs []int
	File string
	// Note is the position of the annotation that this part comes from; "" for what the code itself tells.
	Note string
}

// Template is one alternative of a key: literal text and holes in a row.
type Template struct {
	Parts []Part
	// Gaps has the points at the border before each part, and after the last: len(Parts)+1.
	Gaps [][]Point
	// Conds are the choices under which this alternative holds: "choice" -> "branch".
	Conds map[string]string
}

// Literal is a template of text without a source.
func Literal(text string) Template {
	if text == "" {
		return Template{Gaps: make([][]Point, 1)}
	}
	return Template{Parts: []Part{{Text: text}}, Gaps: make([][]Point, 2)}
}

// OfHole is a template of one hole.
func OfHole(h *Hole) Template {
	return Template{Parts: []Part{{Hole: h}}, Gaps: make([][]Point, 2)}
}

// Concat joins two templates. It reports false when they hold under choices that exclude each other.
func Concat(a, b Template) (Template, bool) {
	conds, ok := MergeConds(a.Conds, b.Conds)
	if !ok {
		return Template{}, false
	}
	t := Template{Conds: conds}
	t.Parts = append(slices.Clone(a.Parts), b.Parts...)
	t.Gaps = append(slices.Clone(a.Gaps[:len(a.Gaps)-1]), slices.Concat(a.Gaps[len(a.Gaps)-1], b.Gaps[0]))
	t.Gaps = append(t.Gaps, b.Gaps[1:]...)
	return t, true
}

// MergeConds joins two sets of choices; false when they contradict each other.
func MergeConds(a, b map[string]string) (map[string]string, bool) {
	if len(a) == 0 {
		return b, true
	}
	if len(b) == 0 {
		return a, true
	}
	m := make(map[string]string, len(a)+len(b))
	for k, v := range a {
		m[k] = v
	}
	for k, v := range b {
		if w, ok := m[k]; ok && w != v {
			return nil, false
		}
		m[k] = v
	}
	return m, true
}

// WithEdges adds points before the first and after the last part.
func (t Template) WithEdges(before, after Point) Template {
	gaps := slices.Clone(t.Gaps)
	n := len(gaps) - 1
	gaps[0] = append(slices.Clone(gaps[0]), before)
	gaps[n] = append(slices.Clone(gaps[n]), after)
	t.Gaps = gaps
	return t
}

// Bare is the template without the places where it can be edited.
func (t Template) Bare() Template {
	t.Parts = slices.Clone(t.Parts)
	for i := range t.Parts {
		t.Parts[i].Offs, t.Parts[i].File = nil, ""
	}
	t.Gaps = make([][]Point, len(t.Parts)+1)
	return t
}

// Slice is a stretch of literal text.
func (p Part) Slice(from, to int) Part {
	p.Text = p.Text[from:to]
	if p.Offs != nil {
		p.Offs = p.Offs[from : to+1]
	}
	return p
}

// Len is the number of units.
func (t Template) Len() int {
	n := 0
	for _, p := range t.Parts {
		n += p.units()
	}
	return n
}

func (p Part) units() int {
	if p.Hole != nil {
		return 1
	}
	return len(p.Text)
}

// Side tells which unit beside a border a point belongs to.
type Side int

const (
	Between   Side = iota // inside a literal, or in a format string between its verbs
	Leftward              // the end of the literal before the border
	Rightward             // the start of the literal after it
	Outside               // around an expression
)

// Placed is a point at a border, with the side that it belongs to.
type Placed struct {
	Point
	Side Side
}

// PlacesAt lists where text can be inserted at the border before unit u: inside literals first, then around
// expressions from the innermost out.
func (t Template) PlacesAt(u int) []Placed {
	var in, out []Placed
	add := func(p Point, s Side) {
		list := &in
		if s == Outside {
			list = &out
		}
		for i, q := range *list {
			if q.Point == p {
				(*list)[i].Side = min(q.Side, s)
				if q.Side != s && q.Side != Outside {
					(*list)[i].Side = Between // the literal goes on across the border
				}
				return
			}
		}
		*list = append(*list, Placed{p, s})
	}
	at := 0
	for i := 0; i <= len(t.Parts); i++ {
		if at == u {
			for _, p := range t.Gaps[i] {
				if p.Mode == InText {
					add(p, Between)
				} else {
					add(p, Outside)
				}
			}
		}
		if i == len(t.Parts) {
			break
		}
		p := t.Parts[i]
		if p.Offs != nil && u >= at && u <= at+len(p.Text) {
			side := Between
			switch u {
			case at:
				side = Rightward
			case at + len(p.Text):
				side = Leftward
			}
			add(Point{File: p.File, Offset: p.Offs[u-at], Mode: InText}, side)
		}
		at += p.units()
	}
	return append(in, out...)
}

// PointsAt lists the points of PlacesAt.
func (t Template) PointsAt(u int) []Point {
	places := t.PlacesAt(u)
	out := make([]Point, len(places))
	for i, p := range places {
		out[i] = p.Point
	}
	return out
}

// AllPoints calls f for every point of the template with its unit border.
func (t Template) AllPoints(f func(u int, p Point)) {
	for u := 0; u <= t.Len(); u++ {
		for _, p := range t.PointsAt(u) {
			f(u, p)
		}
	}
}

// Segment is a merged run of literal text, or one hole.
type Segment struct {
	Text  string
	Hole  *Hole
	Start int // first unit
}

// Segments lists the template with neighbouring literals merged.
func (t Template) Segments() []Segment {
	var out []Segment
	at := 0
	for _, p := range t.Parts {
		switch {
		case p.Hole != nil:
			out = append(out, Segment{Hole: p.Hole, Start: at})
		case p.Text == "":
		case len(out) > 0 && out[len(out)-1].Hole == nil:
			out[len(out)-1].Text += p.Text
		default:
			out = append(out, Segment{Text: p.Text, Start: at})
		}
		at += p.units()
	}
	return out
}

// Shape is the text with each hole as one zero byte: equal for all templates of a family.
func (t Template) Shape() string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			b.WriteByte(0)
		}
		b.WriteString(shapeEscape.Replace(p.Text))
	}
	return b.String()
}

// shapeEscape keeps literal zero bytes apart from holes.
var shapeEscape = strings.NewReplacer("\x00", "\x01z", "\x01", "\x01o")

// String writes holes as <name>.
func (t Template) String() string { return t.Tagged(-1, -1) }

// Tagged writes the template with { before unit start and } before unit end; -1 for none.
func (t Template) Tagged(start, end int) string {
	var b strings.Builder
	u := 0
	step := func() {
		if u == start {
			b.WriteByte('{')
		}
		if u == end {
			b.WriteByte('}')
		}
	}
	for _, p := range t.Parts {
		if p.Hole != nil {
			step()
			b.WriteString("<" + p.Hole.Name + ">")
			u++
			continue
		}
		for i := range len(p.Text) {
			step()
			b.WriteByte(p.Text[i])
			u++
		}
	}
	step()
	return b.String()
}

// Holes lists the holes in order.
func (t Template) Holes() []*Hole {
	var hs []*Hole
	for _, p := range t.Parts {
		if p.Hole != nil {
			hs = append(hs, p.Hole)
		}
	}
	return hs
}

// IsUnknown reports whether nothing is known of the key: no literal text, and a hole where the analysis ended.
func (t Template) IsUnknown() bool {
	unknown := false
	for _, p := range t.Parts {
		if p.Hole == nil && p.Text != "" {
			return false
		}
		if p.Hole != nil && p.Hole.Class == Unknown {
			unknown = true
		}
	}
	return unknown
}

// Annotated is the position of the annotation that a part of the template comes from, or "".
func (t Template) Annotated() string {
	for _, p := range t.Parts {
		if p.Note != "" {
			return p.Note
		}
	}
	return ""
}

// Text is the whole text when the template has no holes.
func (t Template) Text() (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return b.String(), true
}
