package keyflow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// table is one map that a value may be, with the choices under which it is that one.
type table struct {
	o     origin
	conds map[string]string
}

// entry is one entry of a table; key is its constant key, "" when that is not constant.
type entry struct {
	key string
	w   elemWrite
}

// evalLookup is a look into a table, from a kind to a prefix: all its values are alternatives, tied to the key. self is
// the value of the lookup; what a missing entry gives is an alternative too, unless no use of it can see that.
func (f *Flow) evalLookup(v *ssa.Lookup, self ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	if e, ok := self.(*ssa.Extract); ok && e.Index != 0 || !isString(self.Type()) {
		return f.leaf(self, fr, hint)
	}
	if _, ok := v.X.Type().Underlying().(*types.Map); !ok {
		return f.leaf(self, fr, hint)
	}
	tables, complete := f.tables(v.X, fr, 0)
	if !complete {
		return f.leaf(self, fr, hint)
	}
	hit := onlyHits(v, self)
	var out []key.Template
	for _, t := range tables {
		ts, ok := f.lookIn(t, v, fr, hit)
		if !ok {
			return f.leaf(self, fr, hint)
		}
		out = append(out, ts...)
	}
	if len(out) == 0 {
		return f.leaf(self, fr, hint)
	}
	return f.limit(mergeAll(out), self, fr, hint)
}

// mergeAll drops the choices where all alternatives are one text.
func mergeAll(ts []key.Template) []key.Template {
	for _, t := range ts[1:] {
		if !sameTemplate(ts[0], t) {
			return ts
		}
	}
	one := ts[0]
	if len(ts) > 1 {
		one.Conds = nil
	}
	return []key.Template{one}
}

// lookIn is what a lookup finds in one table.
func (f *Flow) lookIn(t table, v *ssa.Lookup, fr *Frame, hit bool) ([]key.Template, bool) {
	entries, constant, ok := f.entries(t.o)
	if !ok || len(entries) > maxRows {
		return nil, false
	}
	filled := !slices.ContainsFunc(entries, func(e entry) bool { return !f.happened(e.w, t.o, v, fr) })
	choice := f.lookupChoice(entries, constant && filled, v, fr) // while it is being filled, each look may find another
	want := ""
	if c := f.constOf(v.Index, fr, 0); c != nil {
		want = c.ExactString()
	}
	var out []key.Template
	add := func(ts []key.Template, branch string) {
		for _, x := range ts {
			x, ok := withCond(x, choice, branch)
			if ok {
				x.Conds, ok = key.MergeConds(x.Conds, t.conds)
			}
			if ok {
				out = append(out, x)
			}
		}
	}
	sure := f.closedKeys(entries, v.Index.Type())
	for _, e := range entries {
		if want != "" && e.key != "" && e.key != want {
			continue
		}
		ts := f.eval(e.w.val, e.w.fr, f.elems[e.w.in.Pos()])
		before := f.happened(e.w, t.o, v, fr)
		if !constant || !before || f.writtenTwice(entries, e) {
			ts = f.ofEntry(ts, v, fr)
		}
		branch := e.key
		if branch == "" {
			branch = f.valueKey(e.w.val, e.w.fr)
		}
		add(ts, branch)
		sure = sure && before || want != "" && e.key == want && before
	}
	if !hit && !sure {
		add([]key.Template{key.Literal("")}, "missing")
	}
	return out, true
}

// lookupChoice names the choice between the entries: with constant keys it is the index, for all tables with those keys.
func (f *Flow) lookupChoice(entries []entry, constant bool, v *ssa.Lookup, fr *Frame) string {
	if !constant {
		return "lk:" + f.short(f.numberLookup(v, fr))
	}
	var keys []string
	for _, e := range entries {
		if !slices.Contains(keys, e.key) {
			keys = append(keys, e.key)
		}
	}
	slices.Sort(keys)
	return "lk:" + f.valueID(v.Index, fr) + "{" + strings.Join(keys, ",") + "}"
}

func (f *Flow) writtenTwice(entries []entry, e entry) bool {
	n := 0
	for _, x := range entries {
		if x.key == e.key {
			n++
		}
	}
	return n > 1
}

// ofEntry takes the text of an entry that may have been stored at another time: its holes are those of the entry, not
// what their values are now.
func (f *Flow) ofEntry(ts []key.Template, v *ssa.Lookup, fr *Frame) []key.Template {
	out := make([]key.Template, len(ts))
	id := f.short(f.numberLookup(v, fr))
	for i, t := range ts {
		parts := slices.Clone(t.Parts)
		for k, p := range parts {
			if p.Hole == nil || p.Hole.Class == key.Fixed {
				continue
			}
			h := *p.Hole
			h.ID = "entry(" + id + "," + h.ID + ")"
			h.Loops = f.valueLoops(v, fr)
			parts[k].Hole = &h
		}
		t.Parts = parts
		out[i] = t
	}
	return out
}

// entries lists what is put into a table; constant tells that all keys are. False when others may put more.
func (f *Flow) entries(o origin) (out []entry, constant, ok bool) {
	if o.v == nil { // nil map
		return nil, true, true
	}
	if _, ok := o.v.(*ssa.MakeMap); !ok {
		return nil, false, false
	}
	b := f.backingOf(o.v, o.fr)
	if b.escape != "" || b.removed {
		return nil, false, false
	}
	constant = true
	for _, w := range b.writes {
		if w.key == nil || w.val == nil {
			return nil, false, false
		}
		e := entry{w: w}
		if c := f.constOf(w.key, w.fr, 0); c != nil {
			e.key = c.ExactString()
		} else {
			constant = false
		}
		out = append(out, e)
	}
	return out, constant, true
}

// tables lists the maps that a value may be: one that is made in sight, or those in a map of maps.
func (f *Flow) tables(v ssa.Value, fr *Frame, depth int) ([]table, bool) {
	if o, ok := f.originOf(v, fr, 0); ok {
		return []table{{o: o}}, true
	}
	if e, ok := v.(*ssa.Extract); ok && e.Index == 0 {
		v = e.Tuple
	}
	look, ok := v.(*ssa.Lookup)
	if !ok || depth > 3 {
		return nil, false
	}
	outer, ok := f.tables(look.X, fr, depth+1)
	if !ok {
		return nil, false
	}
	var out []table
	for _, t := range outer {
		entries, constant, ok := f.entries(t.o)
		if !ok || !constant || len(entries) > maxRows {
			return nil, false
		}
		choice := f.lookupChoice(entries, constant, look, fr)
		want := f.constOf(look.Index, fr, 0)
		found := false
		for _, e := range entries {
			if want != nil && e.key != want.ExactString() {
				continue
			}
			found = true
			o, ok := f.originOf(e.w.val, e.w.fr, 0)
			conds, both := key.MergeConds(t.conds, map[string]string{choice: e.key})
			if !ok || f.writtenTwice(entries, e) || !f.happened(e.w, t.o, look, fr) {
				return nil, false
			}
			if both {
				out = append(out, table{o, conds})
			}
		}
		if !found || want == nil && !f.closedKeys(entries, look.Index.Type()) {
			if conds, ok := key.MergeConds(t.conds, map[string]string{choice: "missing"}); ok {
				out = append(out, table{origin{}, conds})
			}
		}
	}
	return out, len(out) > 0
}

// closedKeys reports that the keys are all constants of an enumerated type, so that no lookup misses.
func (f *Flow) closedKeys(entries []entry, t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	scope, all := n.Obj().Pkg().Scope(), 0
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if !ok || !types.Identical(c.Type(), n) {
			continue
		}
		all++
		if !slices.ContainsFunc(entries, func(e entry) bool { return e.key == c.Val().ExactString() }) {
			return false
		}
	}
	return all > 1
}

// onlyHits reports a lookup with a second result whose value is only used where that says that there is an entry.
func onlyHits(v *ssa.Lookup, self ssa.Value) bool {
	if !v.CommaOk {
		return false
	}
	var hits []hit
	for _, r := range *v.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && e.Index == 1 {
			hits = append(hits, branches(e, true)...)
		}
	}
	for _, in := range *self.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		phi, isPhi := in.(*ssa.Phi)
		if !isPhi {
			if !slices.ContainsFunc(hits, func(h hit) bool { return h.dominates(in.Block()) }) {
				return false
			}
			continue
		}
		for i, e := range phi.Edges {
			p := phi.Block().Preds[i]
			only := func(h hit) bool { return h.dominates(p) || h.from == p && h.to == phi.Block() }
			if e == self && !slices.ContainsFunc(hits, only) {
				return false
			}
		}
	}
	return true
}

// hit is a way out of a condition.
type hit struct{ from, to *ssa.BasicBlock }

// dominates reports a block that only runs after this way was taken.
func (h hit) dominates(b *ssa.BasicBlock) bool { return len(h.to.Preds) == 1 && h.to.Dominates(b) }

// branches lists the ways that are only taken when a condition is as wanted.
func branches(cond ssa.Value, want bool) []hit {
	var out []hit
	for _, r := range *cond.Referrers() {
		switch r := r.(type) {
		case *ssa.If:
			yes, no := r.Block().Succs[0], r.Block().Succs[1]
			if !want {
				yes, no = no, yes
			}
			if yes != no {
				out = append(out, hit{r.Block(), yes})
			}
		case *ssa.UnOp:
			out = append(out, branches(r, !want)...)
		}
	}
	return out
}
