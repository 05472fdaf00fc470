package keyflow

import (
	"golang.org/x/tools/go/ssa"
)

// Returned lists what a call of the target's own functions may give as result number index; nil when not all of these
// functions can be seen.
func (f *Flow) Returned(c *ssa.Call, index int, fr *Frame) []Ref {
	ts, closed := f.targets(c.Common(), fr)
	if !closed && !c.Call.IsInvoke() {
		return nil
	}
	var out []Ref
	for _, t := range ts {
		if len(t.fn.Blocks) == 0 || !f.own(t.fn) && t.fn.Synthetic == "" || fr.within(t.fn) || fr.depth >= maxDepth {
			return nil
		}
		in := f.enter(t, c, fr)
		for _, b := range t.fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
				out = append(out, Ref{V: ret.Results[index], Fr: in})
			}
		}
	}
	return out
}

// MapValues lists what a map may hold, whatever the key; false when not all is known.
func (f *Flow) MapValues(r Ref) ([]Ref, bool) {
	tables, complete := f.tables(r.V, r.Fr, 0)
	if !complete {
		return nil, false
	}
	var out []Ref
	for _, t := range tables {
		entries, _, ok := f.entries(t.o)
		if !ok {
			return nil, false
		}
		for _, e := range entries {
			out = append(out, Ref{V: e.w.val, Fr: e.w.fr, Hint: f.elems[e.w.in.Pos()]})
		}
	}
	return out, true
}

// FieldValues lists what is stored anywhere in the target to the field that is read.
func (f *Flow) FieldValues(v *ssa.Field) []Ref { return f.storedIn(fieldOf(v.X.Type(), v.Field)) }

// FieldStores lists what is stored anywhere in the target to the field of an address.
func (f *Flow) FieldStores(fa *ssa.FieldAddr) []Ref {
	return f.storedIn(fieldOf(fa.X.Type(), fa.Field))
}

func (f *Flow) storedIn(k fieldKey) []Ref {
	var out []Ref
	for _, s := range dedupeStores(f, f.stores[k]) {
		out = append(out, Ref{V: s.Val, Fr: f.Root(s.Parent()), Hint: f.storeHint(s)})
	}
	return out
}
