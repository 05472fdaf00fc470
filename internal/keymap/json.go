package keymap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/keyplan"
)

// schemaVersion is that of the file.
const schemaVersion = 1

// file is a map as it is written: what a reader needs (pieces, span), and what others can use without knowing the rules.
type file struct {
	SchemaVersion int      `json:"schemaVersion"`
	Families      []family `json:"families"`
}

type family struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
	Tag         string `json:"tag"` // the text between the braces, "" for none
	// Regexp takes old keys of which no value holds a separator, a group for each hole; NewKey puts the new name together.
	// Both for Go and for PCRE.
	Regexp  string   `json:"regexp"`
	NewKey  string   `json:"newKey"`
	Example *example `json:"example"`
	Pieces  []piece  `json:"pieces"`
	Span    span     `json:"span"`
}

type example struct {
	Old  string `json:"old"`
	New  string `json:"new"`
	Slot int    `json:"slot"` // of the new key
}

type piece struct {
	Text       string   `json:"text,omitempty"`
	Bytes      []byte   `json:"bytes,omitempty"` // text that is not UTF-8, in base64
	Hole       *string  `json:"hole,omitempty"`
	Kind       string   `json:"kind,omitempty"` // of a hole
	Values     []string `json:"values,omitempty"`
	Unknown    bool     `json:"unknown,omitempty"`
	Configured bool     `json:"configured,omitempty"`
}

type span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Put   string `json:"put,omitempty"`
}

var kinds = map[key.Kind]string{key.Text: "text", key.Int: "int", key.Bool: "bool", key.Time: "time", key.ID: "id"}

// WriteJSON writes the map as Read takes it: the same bytes for the same families. It gives the error of the writer, and
// one for a closed set of values that are not UTF-8.
func (m *Map) WriteJSON(w io.Writer) error {
	out := file{SchemaVersion: schemaVersion, Families: []family{}}
	for _, e := range m.Entries {
		f := family{Template: e.Template, NewTemplate: e.NewTemplate, Tag: rediscmd.HashTag(e.NewTemplate), Pieces: []piece{}, Span: span(e.Span)}
		if !e.Renamed() {
			f.Tag = ""
		}
		f.Regexp, f.NewKey = e.regexp()
		old := e.example()
		name := m.Old(old).Name
		f.Example = &example{old, name, rediscmd.Slot(name)}
		for _, p := range e.Pieces {
			if p.Hole != nil && slices.ContainsFunc(p.Hole.Values, func(v string) bool { return !utf8.ValidString(v) }) {
				return fmt.Errorf("a value of <%s> in %s is not UTF-8, and JSON can't hold it", p.Hole.Name, e.Template)
			}
			f.Pieces = append(f.Pieces, p.json())
		}
		out.Families = append(out.Families, f)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // <id> stays <id>
	return enc.Encode(out)
}

func (p Piece) json() piece {
	switch {
	case p.Hole != nil:
		h := p.Hole
		return piece{Hole: &h.Name, Kind: kinds[h.Kind], Values: h.Values, Unknown: h.Unknown, Configured: h.Configured}
	case !utf8.ValidString(p.Text):
		return piece{Bytes: []byte(p.Text)}
	}
	return piece{Text: p.Text}
}

// Read reads what WriteJSON wrote. It refuses what is no such file, other versions, and families that New refuses. What
// is made from pieces and span (templates, regexp, example) is not believed, only compared: a family of which the
// template was edited and the pieces were not is refused.
func Read(r io.Reader) (*Map, error) {
	var in file
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("no keymap: %w", err)
	}
	if in.SchemaVersion != schemaVersion || in.Families == nil {
		return nil, fmt.Errorf("no keymap of version %d: it is what clusterize keymap --format=json prints", schemaVersion)
	}
	var entries []Entry
	for i, f := range in.Families {
		e, err := f.entry()
		if err != nil {
			return nil, fmt.Errorf("family %d (%s): %w", i+1, f.Template, err)
		}
		entries = append(entries, e)
	}
	return New(entries)
}

func (f family) entry() (Entry, error) {
	var pieces []Piece
	n := 0
	for _, p := range f.Pieces {
		x, err := p.piece()
		if err != nil {
			return Entry{}, err
		}
		if n += len(x.Text); x.Hole != nil {
			n++
		}
		pieces = append(pieces, x)
	}
	s := keyplan.Span(f.Span)
	if s.Start < 0 || s.End > n || s.End < s.Start || s.Start == s.End && s.Start != 0 || s.Put != "" && s.End != 0 || strings.ContainsAny(s.Put, "{}") {
		return Entry{}, errors.New("the span of its tag is not in its pieces")
	}
	e := NewEntry(pieces, s)
	if utf8.ValidString(e.Template) && (e.Template != f.Template || e.NewTemplate != f.NewTemplate) {
		return Entry{}, fmt.Errorf("its pieces and span give %s", e.arrow())
	}
	return e, nil
}

func (p piece) piece() (Piece, error) {
	text := p.Text + string(p.Bytes)
	if (p.Hole == nil) == (text == "") {
		return Piece{}, errors.New("a piece is neither text nor a hole, or both")
	}
	if p.Hole == nil {
		return Piece{Text: text}, nil
	}
	for k, name := range kinds {
		if name == p.Kind {
			return Piece{Hole: &Hole{*p.Hole, k, slices.Clone(p.Values), p.Unknown, p.Configured}}, nil
		}
	}
	return Piece{}, fmt.Errorf("the hole <%s> has no such kind: %q", *p.Hole, p.Kind)
}
