package keymap

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/keyplan"
)

// Map knows the names of keys before and after the port.
type Map struct {
	Entries []Entry

	before, after index
	// sure are the families of which a new name with no other braces than its own can be no key of another family.
	sure []bool
}

// Match is what a key turned out to be.
type Match struct {
	// Entry is the family, the first of those that agree; -1 when no template fits, or several that do not agree.
	Entry int
	// Name is the key's other name: its own when it keeps it, or when it is not known.
	Name string
	// Done is set by Old for a key that has the new name of a renamed family already.
	Done bool
	// Ambiguous are the families between which the key can't be told; one alone when the key can be laid on it in several
	// ways. Nil when it can be told, or is not known.
	Ambiguous []int
}

// New makes a map of families. Those that are given twice count once. It refuses families that could give one new name
// to two different keys, and one family with two new names.
func New(entries []Entry) (*Map, error) {
	m := &Map{}
	for _, e := range entries {
		if !slices.ContainsFunc(m.Entries, func(o Entry) bool { return o.equal(e) }) {
			m.Entries = append(m.Entries, e)
		}
	}
	if err := collisions(m.Entries); err != nil {
		return nil, err
	}
	var before, after []*pattern
	texts := map[string]*string{}
	for i, e := range m.Entries {
		if e.Silent() {
			continue
		}
		var put *string
		if e.Span.Put != "" {
			if texts[e.Span.Put] == nil {
				texts[e.Span.Put] = &e.Span.Put
			}
			put = texts[e.Span.Put]
		}
		before = append(before, compile(i, e, put, false))
		after = append(after, compile(i, e, put, true))
	}
	m.before, m.after, m.sure = newIndex(before), newIndex(after), sure(m.Entries)
	return m, nil
}

// FromPlan makes a map of all families of a plan. Those that done does not tell of keep their names, for a port that is
// written in parts; nil tells of all.
func FromPlan(p *keyplan.Plan, done func(template string) bool) (*Map, error) {
	var entries []Entry
	for _, f := range p.Families {
		e := ofFamily(f)
		if done != nil && !done(f.Template) {
			e = NewEntry(e.Pieces, keyplan.None)
		}
		entries = append(entries, e)
	}
	return New(entries)
}

// Renames reports that some family gets new names.
func (m *Map) Renames() bool { return slices.ContainsFunc(m.Entries, Entry.Renamed) }

// Old takes a key as it is named before the port, and gives its name after it.
func (m *Map) Old(key string) Match {
	var f found
	braces := strings.IndexByte(key, '{') >= 0 || strings.IndexByte(key, '}') >= 0
	if braces {
		if m.after.find(&f, key, true); f.n > 0 {
			return Match{Entry: f.first, Name: key, Done: true}
		}
	}
	m.before.find(&f, key, false)
	if f.n == 0 || f.differ || f.at == kept {
		return f.match(key, key)
	}
	name := f.at.put(key)
	if !braces && m.sure[f.first] {
		return f.match(key, name)
	}
	// The way back must lead here: else another key could get this name, too.
	var back found
	m.after.find(&back, name, false)
	if back.n > 0 && !back.differ && back.at == f.at.behind() {
		return f.match(key, name)
	}
	back.among = append(back.among, f.first)
	if back.n > 0 {
		back.among = append(back.among, back.first)
	}
	back.n, back.differ = 1, true
	return back.match(key, key)
}

// Renamed takes a key as it is named after the port, and gives its name before it.
func (m *Map) Renamed(key string) Match {
	var f found
	if m.after.find(&f, key, false); f.n == 0 || f.differ || f.at == kept {
		return f.match(key, key)
	}
	return f.match(key, f.at.remove(key))
}

// index finds the patterns that may fit a key by the text that they begin with.
type index struct {
	patterns []*pattern
	// prefixes are sorted; parent is the longest other prefix that one begins with, -1 for none.
	prefixes []prefix
}

type prefix struct {
	text     string
	parent   int
	patterns []*pattern
}

func newIndex(ps []*pattern) index {
	ix := index{patterns: ps}
	byText := map[string][]*pattern{}
	for _, p := range ps {
		byText[p.prefix] = append(byText[p.prefix], p)
	}
	for text, ps := range byText {
		ix.prefixes = append(ix.prefixes, prefix{text, -1, ps})
	}
	slices.SortFunc(ix.prefixes, func(a, b prefix) int { return strings.Compare(a.text, b.text) })
	for i := range ix.prefixes {
		for k := i - 1; k >= 0; k = ix.prefixes[k].parent {
			if strings.HasPrefix(ix.prefixes[i].text, ix.prefixes[k].text) {
				ix.prefixes[i].parent = k
				break
			}
		}
	}
	return ix
}

// last is the last prefix that does not come behind the key. All prefixes that the key begins with are it or its
// parents: what stands between one of them and the key in the order begins with it, too.
func (ix *index) last(key string) int {
	lo, hi := 0, len(ix.prefixes)
	for lo < hi {
		if mid := (lo + hi) / 2; ix.prefixes[mid].text > key {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo - 1
}
