package detect_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
)

// maxMatchSteps bounds the search for one operation, maxSolutions how many ways to read it are told apart.
const (
	maxMatchSteps = 200_000
	maxSolutions  = 64
)

// command is a command that a program really sent.
type command struct {
	file   string
	line   int
	method string
	keys   []string
}

// reading is one way in which a context explains what was sent.
type reading struct {
	// fixed has the text of each hole that must be the same in the whole process.
	fixed map[string]string
	// Known: nothing that was used is open or unknown. Telling: and each key has literal text in it.
	known, telling bool
}

// matcher searches for a way to read commands as operations of one context. It is a backtracking search with
// continuations: each step binds what it must, calls next, and takes its bindings back when that fails. The search goes
// on after a success when the caller wants more readings.
type matcher struct {
	steps int
	// holes has the text that is bound to the ID of a hole, texts that of a key which stands for just one text.
	holes map[string]string
	fixed map[string]bool
	texts map[place]string
	conds map[string]string
	// vague counts what was used that is unknown or open, dull the keys without literal text.
	vague, dull int
	// found takes a way to read all commands, and tells whether to stop.
	found func(reading) bool
}

// place is a key of an operation of the context.
type place struct{ op, key int }

// explain lists the ways to read the commands as operations of a context, up to limit. The second result is false when
// the search was given up.
func explain(cmds []command, c detect.Context, siteOpen bool, limit int) ([]reading, bool) {
	m := &matcher{holes: map[string]string{}, fixed: map[string]bool{}, texts: map[place]string{}, conds: map[string]string{}}
	var out []reading
	m.found = func(r reading) bool {
		r.known = r.known && c.Open == "" && !siteOpen
		r.telling = r.telling && r.known
		if !slices.ContainsFunc(out, func(o reading) bool {
			return maps.Equal(o.fixed, r.fixed) && o.known == r.known && o.telling == r.telling
		}) {
			out = append(out, r)
		}
		return len(out) >= limit
	}
	m.commands(cmds, c, siteOpen)
	return out, m.steps < maxMatchSteps
}

func (m *matcher) done() bool {
	r := reading{fixed: map[string]string{}, known: m.vague == 0, telling: m.dull == 0}
	for id := range m.fixed {
		r.fixed[id] = m.holes[id]
	}
	return m.found(r)
}

// commands reads each command as an operation that stands at the same place. All results of the search mean: stop.
func (m *matcher) commands(cmds []command, c detect.Context, siteOpen bool) bool {
	if len(cmds) == 0 {
		return m.done()
	}
	next := func() bool { return m.commands(cmds[1:], c, siteOpen) }
	open := c.Open != "" || siteOpen
	for i, o := range c.Ops {
		if o.Pos.File == cmds[0].file && o.Pos.Line == cmds[0].line && o.Method == cmds[0].method && m.op(cmds[0], o, i, next) {
			return true
		}
	}
	if !open {
		return false
	}
	m.vague++
	defer func() { m.vague-- }()
	return next()
}

// op reads the keys of one command. Keys that are arguments of their own stand in order; those of a list may come in any,
// and an element may be missing, since the plan asks only which keys may meet.
func (m *matcher) op(c command, o detect.Op, index int, next func() bool) bool {
	ordered := o.Open == "" && len(o.Keys) == len(c.keys) && (c.method != "Del" && c.method != "MGet" && c.method != "Exists" && c.method != "SUnionStore") &&
		!slices.ContainsFunc(o.Keys, func(k detect.Key) bool { return k.Multi })
	var from func(i int) bool
	from = func(i int) bool {
		if i == len(c.keys) {
			return next()
		}
		for k, alt := range o.Keys {
			if ordered && k != i {
				continue
			}
			if m.key(c.keys[i], alt, place{index, k}, func() bool { return from(i + 1) }) {
				return true
			}
		}
		if o.Open == "" {
			return false
		}
		m.vague++
		defer func() { m.vague-- }()
		return from(i + 1)
	}
	return from(0)
}

// key reads one text as one of the alternatives of a key.
func (m *matcher) key(text string, k detect.Key, p place, next func() bool) bool {
	if !k.Multi {
		if t, ok := m.texts[p]; ok && t != text {
			return false
		} else if !ok {
			m.texts[p] = text
			defer delete(m.texts, p)
		}
	}
	for _, t := range k.Alts {
		conds, ok := key.MergeConds(m.conds, t.Conds)
		if !ok {
			continue
		}
		stop := m.template(text, t, conds, next)
		if stop {
			return true
		}
	}
	return false
}

func (m *matcher) template(text string, t key.Template, conds map[string]string, next func() bool) bool {
	old, vague, dull := m.conds, m.vague, m.dull
	defer func() { m.conds, m.vague, m.dull = old, vague, dull }()
	m.conds = conds
	literal := false
	for _, p := range t.Parts {
		literal = literal || p.Hole == nil && len(p.Text) > 1
		if p.Hole != nil && p.Hole.Class == key.Unknown {
			m.vague++
		}
	}
	if !literal {
		m.dull++
	}
	// What a hole with several values has is one text within one key.
	return m.segments(text, t.Segments(), map[string]string{}, next)
}

func (m *matcher) segments(text string, segs []key.Segment, own map[string]string, next func() bool) bool {
	m.steps++
	if m.steps > maxMatchSteps {
		return false
	}
	if len(segs) == 0 {
		return text == "" && next()
	}
	h := segs[0].Hole
	if h == nil {
		rest, ok := strings.CutPrefix(text, segs[0].Text)
		return ok && m.segments(rest, segs[1:], own, next)
	}
	bound := m.holes
	if h.Many {
		bound = own
	}
	if h.Class != key.Unknown {
		if s, ok := bound[h.ID]; ok {
			rest, ok := strings.CutPrefix(text, s)
			return ok && fits(h, s) && m.segments(rest, segs[1:], own, next)
		}
	}
	for n := 0; n <= len(text); n++ {
		if len(segs) == 1 {
			n = len(text) // the last one takes all that is left
		}
		if h.Class == key.Unknown {
			if m.segments(text[n:], segs[1:], own, next) {
				return true
			}
			continue
		}
		if !fits(h, text[:n]) {
			continue
		}
		if m.bind(h, text[:n], bound, func() bool { return m.segments(text[n:], segs[1:], own, next) }) {
			return true
		}
	}
	return false
}

func (m *matcher) bind(h *key.Hole, text string, bound map[string]string, next func() bool) bool {
	bound[h.ID] = text
	defer delete(bound, h.ID)
	if h.Class == key.Fixed && !h.Many && !m.fixed[h.ID] {
		m.fixed[h.ID] = true
		defer delete(m.fixed, h.ID)
	}
	return next()
}

// number is digits, with what the flags of a verb may add: such text never has a separator or a brace.
var number = regexp.MustCompile(`^ *[-+]?(0[xX])?[0-9a-fA-F]+( [0-9a-fA-F]+)* *$`)

// fits reports that a text is one that the hole promises.
func fits(h *key.Hole, text string) bool {
	if len(h.Domain) > 0 && !h.Open && !slices.Contains(h.Domain, text) {
		return false
	}
	switch h.Kind {
	case key.Int:
		return number.MatchString(text)
	case key.Bool:
		return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	case key.ID:
		return text != "" && !strings.ContainsAny(text, "{}:")
	}
	return true
}

// process has the texts that are left for each hole that must not change while a process runs.
type process map[string]map[string]bool

// add takes the readings of one more operation into account. It returns a hole for which no text is left.
func (p process) add(rs []reading) (hole string, ok bool) {
	for _, id := range commonHoles(rs) {
		here := map[string]bool{}
		for _, r := range rs {
			if p[id] == nil || p[id][r.fixed[id]] {
				here[r.fixed[id]] = true
			}
		}
		if len(here) == 0 {
			return id, false
		}
		p[id] = here
	}
	return "", true
}

// commonHoles are the holes that every reading needs: those of only some of them prove nothing.
func commonHoles(rs []reading) []string {
	if len(rs) == 0 {
		return nil
	}
	var out []string
	for id := range rs[0].fixed {
		if !slices.ContainsFunc(rs, func(r reading) bool { _, ok := r.fixed[id]; return !ok }) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
