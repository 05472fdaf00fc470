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

// place is where the tag of a name stands: in bytes of the key. Zero for a family that keeps its name.
type place struct {
	open, close int // of the borders where the braces come in; of the braces, in a new name
	text        string
	named       bool
}

func (p place) renames() bool { return p.named }

// put gives the new name of a key.
func (p place) put(key string) string {
	if p.text != "" {
		return "{" + p.text + "}" + key
	}
	return key[:p.open] + "{" + key[p.open:p.close] + "}" + key[p.close:]
}

// behind is the place in the new name.
func (p place) behind() place {
	if p.text == "" {
		p.close++
	}
	return p
}

// remove gives the old name of a key.
func (p place) remove(key string) string {
	if p.text != "" {
		return key[len(p.text)+2:]
	}
	return key[:p.open] + key[p.open+1:p.close] + key[p.close+1:]
}

// found is what all patterns say of a key together, in the first step in which one fits.
type found struct {
	n, first int // how many families; the first
	at       place
	differ   bool
	among    []int // when they differ
}

func (f found) match(key, name string) Match {
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
func (ix *index) find(key string, renamed bool) found {
	var buf [48]*pattern
	candidates := buf[:0]
	for i := ix.last(key); i >= 0; i = ix.prefixes[i].parent {
		if !strings.HasPrefix(key, ix.prefixes[i].text) {
			continue
		}
		for _, p := range ix.prefixes[i].patterns {
			if len(key) >= p.least && (!renamed || p.renamed) && strings.HasSuffix(key, p.suffix) {
				candidates = append(candidates, p)
			}
		}
	}
	out := found{first: -1}
	if len(candidates) == 0 {
		return out
	}
	seps := strings.Count(key, ":") + strings.Count(key, "/")
	for s := plain; s < steps && out.n == 0; s++ {
		for _, p := range candidates {
			if s == plain && p.seps >= 0 && p.seps != seps {
				continue
			}
			w := walk{key: key, p: p, step: s, budget: budget}
			w.from(0, 0)
			if w.differ && w.ways == 0 {
				w.ways = 1 // too many ways to try: not told
			}
			if w.ways > 0 {
				out.add(p, &w)
			}
			if renamed && out.n > 0 {
				return out
			}
		}
	}
	return out
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
	put     string
	// The borders of the tag: before byte openAt of part openPart.
	openPart, openAt, closePart, closeAt int
}

type part struct {
	text   string // of literal text; "" for a hole
	stop   [steps]*[256]bool
	least  [steps]int
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
	ways        int
	at          place
	differ      bool
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
	if w.ways > 0 && i > w.p.closePart && w.open == w.at.open && w.close == w.at.close {
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

// note counts a way.
func (w *walk) note() bool {
	var at place
	switch {
	case w.p.put != "":
		at = place{named: true, text: w.p.put}
	case w.p.renamed:
		at = place{named: true, open: w.open, close: w.close}
	}
	if w.ways > 0 && at != w.at {
		w.differ = true
		return true
	}
	w.at = at
	w.ways++
	return !w.p.renamed || w.p.put != ""
}

// hole tries the texts that a hole can hold.
func (w *walk) hole(i, pos int) bool {
	p := &w.p.parts[i]
	end := len(w.key) - p.rest
	for k, stop := pos, p.stop[w.step]; k < end; k++ {
		if stop[w.key[k]] {
			end = k
		}
	}
	from := pos + p.least[w.step]
	if i+1 == len(w.p.parts) {
		return end == len(w.key) && from <= end && w.from(i+1, end)
	}
	next := w.p.parts[i+1].text
	for from <= end {
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
		from++
	}
	return false
}
