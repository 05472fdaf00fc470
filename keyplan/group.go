package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// Group is an operation whose keys must share a slot, in one context.
type Group struct {
	Site    string
	Context int
	Op      int // index of the operation, -1 for a whole transaction
	Command string
	// Combos lists the keys that can occur together, one list for each way to choose among alternatives.
	Combos [][]key.Template
	// Split is set for operations that promise nothing across their keys.
	Split bool
	// Open says why not all keys are known.
	Open string

	uses [][]placedUse
}

type placedUse struct {
	f  *Family
	us []unit
	at []int
}

const maxCombos = 256

// op is the command of a group that is not a whole transaction.
func (g *Group) op(s detect.Site) detect.Op { return s.Contexts[g.Context].Ops[g.Op] }

// groupsOf lists the groups of a site.
func groupsOf(s detect.Site) []Group {
	var out []Group
	for ci, c := range s.Contexts {
		if s.Kind == detect.Transaction || s.Kind == detect.Watch {
			g := Group{Site: s.ID, Context: ci, Op: -1, Command: string(s.Kind)}
			var keys []detect.Key
			for _, o := range c.Ops {
				keys = append(keys, o.Keys...)
				if o.Open != "" && o.Scope == rediscmd.Keyed {
					g.Open = o.Open
				}
			}
			if len(keys) > 1 || multi(keys) {
				g.Combos, g.Open = combos(keys, g.Open)
				out = append(out, g)
			}
			continue
		}
		for oi, o := range c.Ops {
			if o.Scope != rediscmd.Refused && (len(o.Keys) > 1 || multi(o.Keys)) {
				g := Group{Site: s.ID, Context: ci, Op: oi, Command: o.Command, Split: splittable[o.Command], Open: o.Open}
				g.Combos, g.Open = combos(o.Keys, g.Open)
				out = append(out, g)
			}
		}
	}
	return out
}

// multi reports a single place that brings several keys.
func multi(keys []detect.Key) bool {
	for _, k := range keys {
		for _, t := range k.Alts {
			if k.Multi && slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Many }) {
				return true
			}
		}
	}
	return false
}

// combos lists the choices of one alternative for each key that don't contradict each other.
func combos(keys []detect.Key, open string) ([][]key.Template, string) {
	type partial struct {
		ts    []key.Template
		conds map[string]string
	}
	cur := []partial{{}}
	for _, k := range keys {
		var next []partial
		for _, p := range cur {
			for _, t := range k.Alts {
				c, ok := key.MergeConds(p.conds, t.Conds)
				if !ok {
					continue
				}
				next = append(next, partial{append(slices.Clone(p.ts), t), c})
			}
		}
		if len(next) > maxCombos {
			return nil, "has keys with too many alternatives"
		}
		cur = next
	}
	out := make([][]key.Template, len(cur))
	for i, p := range cur {
		out[i] = p.ts
	}
	return out, open
}

// place finds the families of a group's templates.
func (g *Group) place(fs *grouping) {
	for _, c := range g.Combos {
		var row []placedUse
		for _, t := range c {
			f, at := fs.find(t)
			row = append(row, placedUse{f, units(t), at})
		}
		g.uses = append(g.uses, row)
	}
}

// hash is the hash text of a use when its family has the span.
func (u placedUse) hash(s Span) (string, bool) {
	return hashText(u.us, Use{At: u.at}.SpanIn(s))
}

// holds reports that all keys share a slot under the assignment, for every combination.
func (g *Group) holds(span func(*Family) Span) bool {
	for _, row := range g.uses {
		first := ""
		for i, u := range row {
			h, ok := u.hash(span(u.f))
			if !ok || i > 0 && h != first {
				return false
			}
			first = h
		}
	}
	return true
}

// families lists the families of a group, each once.
func (g *Group) families() []*Family {
	var out []*Family
	for _, row := range g.uses {
		for _, u := range row {
			if !slices.Contains(out, u.f) {
				out = append(out, u.f)
			}
		}
	}
	return out
}
