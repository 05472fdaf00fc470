package keymap

import (
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/keyplan"
)

// Entry is a family of keys.
type Entry struct {
	// Template and NewTemplate are as reports write them; equal when the family keeps its name.
	Template, NewTemplate string
	Pieces                []Piece
	// Span is where the tag stands, counted as keyplan does: each byte of text is a unit, each hole is one.
	Span keyplan.Span
}

// Renamed reports that the family gets new names.
func (e Entry) Renamed() bool { return e.Span != keyplan.None }

// Piece is literal text, or a hole.
type Piece struct {
	Text string
	Hole *Hole // nil for text
}

// Hole says what text can stand in a place of a key.
type Hole struct {
	Name string
	Kind key.Kind
	// Values are all that it can hold; nil when they are not known.
	Values []string
	// Unknown is set where the analysis gave up: it may hold separators.
	Unknown bool
	// Configured is set for a value that is one of the program or of an object, at the start of the key, such as a prefix
	// from the environment: it may hold separators where no key without them fits.
	Configured bool
}

// NewEntry makes an entry and writes its templates.
func NewEntry(pieces []Piece, span keyplan.Span) Entry {
	t := template(pieces)
	e := Entry{Pieces: pieces, Span: span, Template: t.String()}
	e.NewTemplate = e.Template
	switch {
	case span.Put != "":
		e.NewTemplate = "{" + span.Put + "}" + e.Template
	case span != keyplan.None:
		e.NewTemplate = t.Tagged(span.Start, span.End)
	}
	return e
}

func template(pieces []Piece) key.Template {
	out := key.Literal("")
	for _, p := range pieces {
		next := key.Literal(p.Text)
		if p.Hole != nil {
			next = key.OfHole(&key.Hole{Name: p.Hole.Name})
		}
		out, _ = key.Concat(out, next)
	}
	return out
}

// ofFamily is the entry of a planned family.
func ofFamily(f *keyplan.Family) Entry {
	var pieces []Piece
	for i, s := range f.Model.Segments() {
		if s.Hole == nil {
			pieces = append(pieces, Piece{Text: s.Text})
			continue
		}
		h := &Hole{Name: s.Hole.Name, Kind: s.Hole.Kind, Unknown: s.Hole.Class == key.Unknown, Configured: i == 0 && f.Configured()}
		if !s.Hole.Open && len(s.Hole.Domain) > 0 {
			h.Values = s.Hole.Domain
		}
		pieces = append(pieces, Piece{Hole: h})
	}
	return NewEntry(pieces, f.Span)
}

// unit is a byte of literal text, or a hole.
type unit struct {
	b    byte
	hole *Hole
	mark int // for a brace of the tag: inTag or put
}

// The braces that a rename puts in.
const (
	noMark = iota
	inTag
	put
)

// units are those of the old template.
func (e Entry) units() []unit {
	var out []unit
	for _, p := range e.Pieces {
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

// newUnits are those of the new template.
func (e Entry) newUnits() []unit {
	us := e.units()
	if e.Span.Put != "" {
		out := []unit{{b: '{', mark: put}}
		for i := range len(e.Span.Put) {
			out = append(out, unit{b: e.Span.Put[i]})
		}
		return append(append(out, unit{b: '}', mark: put}), us...)
	}
	if !e.Renamed() {
		return us
	}
	var out []unit
	for i := 0; i <= len(us); i++ {
		switch i {
		case e.Span.Start:
			out = append(out, unit{b: '{', mark: inTag})
		case e.Span.End:
			out = append(out, unit{b: '}', mark: inTag})
		}
		if i < len(us) {
			out = append(out, us[i])
		}
	}
	return out
}

// Silent reports a template that says nothing: one value of which no more is known than that it is a key.
func (e Entry) Silent() bool {
	return len(e.Pieces) == 0 || len(e.Pieces) == 1 && e.Pieces[0].Hole != nil && len(e.Pieces[0].Hole.values()) == 0
}

// values are all that the hole can hold, as far as that is known.
func (h *Hole) values() []string {
	if len(h.Values) == 0 && h.Kind == key.Bool {
		return []string{"false", "true"}
	}
	return h.Values
}

// mayBeEmpty reports a value that can be the empty text.
func (h *Hole) mayBeEmpty() bool { return h.Unknown || h.Kind == key.Text || h.Kind == key.Time }

// The bytes that a value can't hold.
var (
	nothing    = stops("")
	separators = stops(":/")
	braces     = stops("{}")
	noID       = stops(":/{}")
	noDigits   = func() *[256]bool {
		var out [256]bool
		for b := range out {
			out[b] = strings.IndexByte("0123456789abcdefABCDEF-", byte(b)) < 0
		}
		return &out
	}()
)

func stops(bytes string) *[256]bool {
	var out [256]bool
	for i := range len(bytes) {
		out[bytes[i]] = true
	}
	return &out
}

// stop is the table of the bytes that the hole can't hold in a step.
func (h *Hole) stop(s step) *[256]bool {
	switch {
	case h.Unknown:
		return nothing
	case h.Kind == key.Int:
		return noDigits
	case h.Kind == key.ID && s == anyText:
		return braces
	case h.Kind == key.ID:
		return noID
	case s == anyText || s == wide && h.Configured:
		return nothing
	}
	return separators
}
