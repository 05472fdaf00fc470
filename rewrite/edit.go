package rewrite

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"slices"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// Edit replaces a range of bytes of a file.
type Edit struct {
	File       string // relative to the working directory
	Start, End int
	New        string
	// Order sorts insertions at one place: what goes around an expression opens before others, and closes behind them.
	Order int
}

// Outcome is what became of a change.
type Outcome string

// The outcomes of a change.
const (
	Applied Outcome = "applied" // part of the diff
	Invalid Outcome = "invalid" // would not compile: dropped
	Held    Outcome = "held"    // possible, but held back: see Reason
)

// Stage orders changes. All but the last work on a standalone server as well.
type Stage int

// The stages, in the order in which changes can be made.
const (
	Splits   Stage = iota // calls by hash slot, and code that looks at the text of keys
	Fanouts               // calls that ask every primary
	Renames               // tags
	Notes                 // comments
	Switches              // clients
)

// Change is a set of edits that belong together.
type Change struct {
	Title   string
	Sites   []string
	Files   []string
	Outcome Outcome
	Reason  string // why it was dropped or held back

	// Stage is when it can be made: those of earlier stages work without those of later ones.
	Stage Stage
	// Families are the templates of those that it renames, Clients the constructors that it switches.
	Families []string
	Clients  []source.Position

	Edits   []Edit
	Imports map[string][]string // file -> import paths that the edits need
	Created map[string][]byte   // new files, with their content

	helper   map[string][]string // functions of the helper package that it calls, by module directory
	families []*keyplan.Family   // those that it renames
	parts    []*Change           // the same for each of its sites alone, where these have nothing to do with each other
}

// fileNames fills in the files that a change edits.
func (c *Change) fileNames() {
	c.Files = nil
	for _, e := range c.Edits {
		c.Files = append(c.Files, e.File)
	}
	slices.Sort(c.Files)
	c.Files = slices.Compact(c.Files)
}

// texts makes the new contents of files.
type texts struct {
	byRel     map[string]*load.File
	formatted map[string]bool // whether a file was formatted, once that is known
}

func newTexts(prog *load.Program) *texts {
	t := &texts{byRel: map[string]*load.File{}, formatted: map[string]bool{}}
	for _, f := range prog.Files {
		t.byRel[f.Rel] = f
	}
	return t
}

// contents applies the edits of changes to the files they touch: file -> new bytes.
func (t *texts) contents(changes []*Change) (map[string][]byte, error) {
	edits := map[string][]Edit{}
	imports := map[string][]string{}
	for _, c := range changes {
		for _, e := range c.Edits {
			edits[e.File] = append(edits[e.File], e)
		}
		for f, paths := range c.Imports {
			imports[f] = append(imports[f], paths...)
		}
	}
	out := map[string][]byte{}
	for _, c := range changes {
		for name, src := range c.Created {
			out[name] = src
		}
	}
	for name, es := range edits {
		f := t.byRel[name]
		if f == nil {
			return nil, fmt.Errorf("bug: an edit in %s, which was not loaded", name)
		}
		b, err := apply(f.Content, es)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, path := range uniq(imports[name]) { // one after the other: two may stand at one place
			if e, ok := importEdit(&load.File{Rel: name, Content: b}, path); ok {
				if b, err = apply(b, []Edit{e}); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		out[name] = t.keepFormat(f, b)
	}
	return out, nil
}

func uniq(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// apply replaces the ranges of src. Two insertions at one place are an error unless they are the same edit.
func apply(src []byte, edits []Edit) ([]byte, error) {
	es := slices.Clone(edits)
	slices.SortStableFunc(es, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Order, b.Order), cmp.Compare(a.New, b.New))
	})
	es = slices.Compact(es)
	var out bytes.Buffer
	at := 0
	for i, e := range es {
		if e.Start < at || e.End < e.Start || e.End > len(src) {
			return nil, fmt.Errorf("bug: edits overlap at byte %d", e.Start)
		}
		if i > 0 && e.Start == es[i-1].Start && e.End == es[i-1].End && e.Start == e.End && e.Order == es[i-1].Order {
			return nil, fmt.Errorf("bug: two insertions at byte %d", e.Start)
		}
		out.Write(src[at:e.Start])
		out.WriteString(e.New)
		at = e.End
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}

// keepFormat formats the result when the file was formatted before; others keep their lines as they are.
func (t *texts) keepFormat(f *load.File, new []byte) []byte {
	if f.Text {
		return new
	}
	ok, seen := t.formatted[f.Rel]
	if !seen {
		was, err := format.Source(f.Content)
		ok = err == nil && bytes.Equal(was, f.Content)
		t.formatted[f.Rel] = ok
	}
	if !ok {
		return new
	}
	now, err := format.Source(new)
	if err != nil {
		return new
	}
	return now
}
