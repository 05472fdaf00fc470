package keymap

import (
	"slices"
	"strings"
)

// step is how much values may hold; each step allows more than the one before it.
type step int

const (
	plain   step = iota // not empty, no separators
	wide                // also empty, and separators in a configured prefix
	anyText             // whatever their kind allows
	steps
)

// place is where the tag of a name stands in it, in bytes: before the port where the braces come in, after it where they
// are. It is kept for a family that keeps its name.
type place struct {
	open, close int
	text        *string // that is put before the whole key; equal texts have one pointer
}

var kept = place{-1, -1, nil}

// put gives the new name of a key.
func (p place) put(key string) string {
	if p.text != nil {
		return "{" + *p.text + "}" + key
	}
	var b strings.Builder // with one allocation, and no slice of five strings as + needs
	b.Grow(len(key) + 2)
	b.WriteString(key[:p.open])
	b.WriteByte('{')
	b.WriteString(key[p.open:p.close])
	b.WriteByte('}')
	b.WriteString(key[p.close:])
	return b.String()
}

// remove gives the old name of a key.
func (p place) remove(key string) string {
	if p.text != nil {
		return key[len(*p.text)+2:]
	}
	return key[:p.open] + key[p.open+1:p.close] + key[p.close+1:]
}

// behind is the place in the new name.
func (p place) behind() place {
	if p.text == nil {
		p.close++
	}
	return p
}

// found is what all patterns say of a key together, in the first step in which one fits.
type found struct {
	n, first int // how many families; the first
	at       place
	differ   bool
	among    []int // when they differ, or are several
}

func (f *found) match(key, name string) Match {
	switch {
	case f.n == 0:
		return Match{Entry: -1, Name: key}
	case f.differ:
		slices.Sort(f.among)
		return Match{Entry: -1, Name: key, Ambiguous: slices.Compact(f.among)}
	}
	return Match{Entry: f.first, Name: name}
}

// find lays a key on the patterns. With renamed set, only those of renamed families count, and one is enough.
func (ix *index) find(out *found, key string, renamed bool) {
	last, seps := ix.last(key), 0
	for i := range len(key) {
		if key[i] == ':' || key[i] == '/' {
			seps++
		}
	}
	w := walk{key: key}
	for w.step = plain; w.step < steps && out.n == 0; w.step++ {
		for i := last; i >= 0; i = ix.prefixes[i].parent {
			if !strings.HasPrefix(key, ix.prefixes[i].text) {
				continue
			}
			for _, p := range ix.prefixes[i].patterns {
				if w.step == plain && p.seps >= 0 && p.seps != seps || len(key) < p.least || renamed && !p.renamed || !strings.HasSuffix(key, p.suffix) {
					continue
				}
				w.start(p)
				if w.fits || w.differ {
					out.add(p, &w)
					if renamed {
						return
					}
				}
			}
		}
	}
}

// add notes that the key can be laid on a pattern.
func (f *found) add(p *pattern, w *walk) {
	if w.differ || f.n > 0 && f.at != w.at {
		f.differ = true
	}
	switch {
	case f.n == 0:
		f.at, f.first = w.at, p.entry
	case len(f.among) == 0:
		f.among = append(f.among, f.first)
	}
	if f.n > 0 || w.differ {
		f.among = append(f.among, p.entry)
	}
	f.first = min(f.first, p.entry)
	f.n++
}

// pattern is a template as keys are laid on it.
type pattern struct {
	entry   int
	renamed bool
	parts   []part
	prefix  string // the literal text it begins with
	suffix  string // and ends with
	least   int    // bytes
	seps    int    // separators in a key of which no value holds one; -1 when that is not known
	put     *string
	// The borders of the tag: before byte openAt of part openPart.
	openPart, openAt, closePart, closeAt int
}

type part struct {
	text   string // of literal text; "" for a hole
	stop   [steps]*[256]bool
	least  [steps]int
	ends   [steps]bool // the text behind it begins with a byte that it can't hold
	values []string
	rest   int // bytes that the parts behind it have at least
}

// budget is how many parts are laid on a key before it counts as one that can't be told.
const budget = 20000

// walk tries all ways to lay a key on a pattern.
type walk struct {
	key         string
	p           *pattern
	step        step
	budget      int
	open, close int
	fits        bool // there is a way
	at          place
	differ      bool // there are several with different names, or too many to try
}

// start lays the key on a pattern of which the text at the start is known to be right.
func (w *walk) start(p *pattern) {
	w.p, w.budget, w.fits, w.differ = p, budget, false, false
	if p.prefix == "" {
		w.from(0, 0)
		return
	}
	w.open, w.close = p.openAt, p.closeAt // right for borders in the first part, set later for others
	w.from(1, len(p.prefix))
}

// from lays the key from byte pos on the parts from i on. It reports true when nothing more is to be learned.
func (w *walk) from(i, pos int) bool {
	if w.budget--; w.budget < 0 {
		w.differ = true
		return true
	}
	if i == w.p.openPart {
		w.open = pos + w.p.openAt
	}
	if i == w.p.closePart {
		w.close = pos + w.p.closeAt
	}
	if w.fits && i > w.p.closePart && w.open == w.at.open && w.close == w.at.close {
		return false // nothing that comes is new
	}
	if i == len(w.p.parts) {
		return pos == len(w.key) && w.note()
	}
	p := &w.p.parts[i]
	if p.text != "" {
		return strings.HasPrefix(w.key[pos:], p.text) && w.from(i+1, pos+len(p.text))
	}
	if p.values != nil {
		for _, v := range p.values {
			if strings.HasPrefix(w.key[pos:], v) && w.from(i+1, pos+len(v)) {
				return true
			}
		}
		return false
	}
	return w.hole(i, pos)
}

// note takes down a way.
func (w *walk) note() bool {
	if w.p.openPart < 0 { // one way is as good as all
		w.fits, w.at = true, kept
		w.at.text = w.p.put
		return true
	}
	at := place{w.open, w.close, nil}
	if w.fits && at != w.at {
		w.differ = true
		return true
	}
	w.fits, w.at = true, at
	return false
}

// hole tries the texts that a hole can hold.
func (w *walk) hole(i, pos int) bool {
	p := &w.p.parts[i]
	from, end := pos+p.least[w.step], len(w.key)-p.rest
	if stop := p.stop[w.step]; stop != nothing {
		for k := pos; k < end; k++ {
			if stop[w.key[k]] {
				end = k
			}
		}
	}
	if from > end {
		return false
	}
	if i+1 == len(w.p.parts) {
		return end == len(w.key) && w.from(i+1, end)
	}
	next := w.p.parts[i+1].text
	if p.ends[w.step] {
		return strings.HasPrefix(w.key[end:], next) && w.from(i+1, end)
	}
	for ; from <= end; from++ {
		if next != "" {
			at := strings.Index(w.key[from:min(end+len(next), len(w.key))], next)
			if at < 0 {
				return false
			}
			from += at
		}
		if w.from(i+1, from) {
			return true
		}
	}
	return false
}
