package keyflow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// join is strings.Join of a slice that is known element for element, in each way that it can be.
func (f *Flow) join(list, sep Ref, c *ssa.Call, fr *Frame) []key.Template {
	seps := f.Eval(sep)
	seqs, ok := f.sequences(list.V, list.Fr)
	if !ok {
		return f.joinList(list, seps, c, fr)
	}
	var out []key.Template
	for _, q := range seqs {
		cur := []key.Template{{Gaps: make([][]key.Point, 1), Conds: q.conds}}
		for i, e := range q.elems {
			if i > 0 {
				cur = product(cur, seps)
			}
			cur = product(cur, f.Eval(e))
		}
		out = append(out, cur...)
	}
	return out
}

// joinList is strings.Join of a slice of which more is known than can be seen where it is made.
func (f *Flow) joinList(list Ref, seps []key.Template, c *ssa.Call, fr *Frame) []key.Template {
	l := f.ListAt(list, c, fr)
	if ts, ok := f.joinExact(l, seps, c, fr); ok {
		return ts
	}
	if l.Open != "" {
		return f.unknown("joins a list that "+l.Open, c, fr, nil)
	}
	return f.unknown("joins a list that a loop or a condition fills", c, fr, nil)
}

// joinExact puts together the elements of a list of which each is certain.
func (f *Flow) joinExact(l List, seps []key.Template, c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	if !l.exact() {
		return nil, false
	}
	cur := []key.Template{{Gaps: make([][]key.Point, 1)}}
	around := f.loopsOf(c.Block(), lexFrameOr(fr, c.Parent()))
	for i, e := range l.Elems {
		if len(extraLoops(e.Acc, around)) > 0 {
			return nil, false
		}
		if i > 0 {
			cur = product(cur, seps)
		}
		cur = product(cur, f.Eval(e.Ref))
		if len(cur) > maxAlternatives {
			return nil, false
		}
	}
	return cur, true
}
