package keyflow

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// call is a list that a function gives.
func (w *lister) call(c *ssa.Call, idx int, r Ref, depth int) List {
	f := w.f
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return w.appended(c, r, depth)
		}
		return openList("can't be followed")
	}
	if l, ok := w.library(c, r, depth); ok {
		return l
	}
	ts, closed := f.targets(c.Common(), r.Fr)
	if !closed || len(ts) != 1 || len(ts[0].fn.Blocks) == 0 || r.Fr.within(ts[0].fn) || r.Fr.depth >= maxDepth {
		if pattern, redis := f.fromRedis(c, r.Fr); redis {
			l := openList("came out of Redis")
			l.Found = pattern != ""
			return l
		}
		return openList("comes from " + calleeName(c.Common()))
	}
	in := f.enter(ts[0], c, r.Fr)
	live := f.reachable(in)
	var all []List
	for _, ret := range returns(ts[0].fn) {
		if idx >= len(ret.Results) || live != nil && !live[ret.Block().Index] {
			continue
		}
		h := Ref{V: ret.Results[idx], Fr: in}
		if s := f.returns[ret.Pos()]; s != nil && len(s.Results) == len(ret.Results) {
			h.Hint = s.Results[idx]
		}
		all = append(all, w.list(h, site{ret, in}, depth+1))
	}
	if len(all) == 1 {
		return all[0]
	}
	out := List{looped: true}
	for _, l := range all {
		out.merge(l)
	}
	return out
}

// appended is append(base, more...).
func (w *lister) appended(c *ssa.Call, r Ref, depth int) List {
	f := w.f
	here := site{c, r.Fr}
	l := w.list(Ref{V: c.Call.Args[0], Fr: r.Fr}, here, depth+1)
	if len(c.Call.Args) > 1 {
		w.more(&l, c, r.Fr, depth)
	}
	b := f.backingOf(c, r.Fr)
	for _, x := range b.writes {
		w.loose(&l, x, nil, depth)
	}
	w.disturb(&l, b)
	w.sameSpace(&l, c, r.Fr, depth)
	return l
}

// more adds what a call of append puts behind.
func (w *lister) more(l *List, c *ssa.Call, fr *Frame, depth int) {
	f := w.f
	acc := f.loopsOf(c.Block(), lexFrameOr(fr, c.Parent()))
	if refs, ok := f.variadic(c.Call.Args[1], fr); ok {
		e := f.callExpr(c)
		for i, ref := range refs {
			if ref.Hint == nil && e != nil && !e.Ellipsis.IsValid() && i+1 < len(e.Args) {
				ref.Hint = e.Args[i+1]
			}
			if m, ok := w.copied(ref, acc, depth); ok {
				m.size = at(1)
				for k := range m.Elems {
					m.Elems[k].pos = at(0)
				}
				l.concat(m)
				continue
			}
			l.add(Elem{Ref: ref, Acc: acc, in: c})
		}
		return
	}
	m := w.list(Ref{V: c.Call.Args[1], Fr: fr}, site{c, fr}, depth+1)
	l.concat(m.within(acc))
}

// within is the list put somewhere in loops.
func (l List) within(acc []string) List {
	for i := range l.Elems {
		e := &l.Elems[i]
		e.Acc = append(slices.Clone(e.Acc), extraLoops(acc, e.Acc)...)
	}
	return l
}

// copied lists the elements of another list, or the keys of a map, of which a value is one: whichever.
func (w *lister) copied(r Ref, acc []string, depth int) (List, bool) {
	var from ssa.Value
	mapped := false
	v := r.V
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		ia, ok := v.X.(*ssa.IndexAddr)
		if !ok {
			return List{}, false
		}
		if _, constant := ia.Index.(*ssa.Const); constant {
			return List{}, false
		}
		if _, ok := w.f.evalElement(ia, r.Fr, v); ok {
			return List{}, false
		}
		from = ia.X
	case *ssa.Extract:
		n, ok := v.Tuple.(*ssa.Next)
		if !ok || n.IsString || v.Index != 1 {
			return List{}, false
		}
		from, mapped = n.Iter.(*ssa.Range).X, true
	default:
		return List{}, false
	}
	k := numberKey{from, r.Fr}
	if !isString(v.Type()) || w.copies > 2 {
		return List{}, false
	}
	if w.busy[k] {
		return List{}, true // an element of the list that is being listed: nothing new
	}
	w.busy[k] = true
	w.copies++
	defer func() { delete(w.busy, k); w.copies-- }()
	var l List
	if mapped {
		l = w.f.MapKeys(Ref{V: from, Fr: r.Fr})
	} else {
		l = w.list(Ref{V: from, Fr: r.Fr}, site{v.(ssa.Instruction), r.Fr}, depth+1)
	}
	if l.Open != "" || len(l.Elems) == 0 {
		return List{}, false
	}
	l = List{Elems: slices.Clone(l.Elems)}.within(acc)
	for i := range l.Elems {
		l.Elems[i].Maybe = true
	}
	return l, true
}

// sameSpace adds what other calls append to the same slice later: where there is room, they write over it.
func (w *lister) sameSpace(l *List, c *ssa.Call, fr *Frame, depth int) {
	base := c.Call.Args[0]
	if base.Referrers() == nil || w.nearby[c] {
		return
	}
	if s, ok := base.(*ssa.Slice); ok && isArrayPointer(s.X.Type()) && s.High == nil {
		return // has no room
	}
	var avoid *ssa.BasicBlock
	if in, ok := base.(ssa.Instruction); ok {
		avoid = in.Block()
	}
	w.nearby[c] = true
	defer delete(w.nearby, c)
	for _, in := range *base.Referrers() {
		o, ok := in.(*ssa.Call)
		if !ok || o == c || len(o.Call.Args) < 2 || o.Call.Args[0] != base || w.nearby[o] {
			continue
		}
		if b, ok := o.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" || !runsAfter(c, o, avoid) {
			continue
		}
		m := empty()
		w.more(&m, o, fr, depth+1)
		for _, e := range m.Elems {
			e.pos, e.Maybe = position{}, true
			l.Elems = append(l.Elems, e)
		}
		l.join(m)
	}
}

// runsAfter reports that b may run after a without avoid in between.
func runsAfter(a, b ssa.Instruction, avoid *ssa.BasicBlock) bool {
	if a.Block() == b.Block() && before(a, b) {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{avoid: true}
	stack := append([]*ssa.BasicBlock(nil), a.Block().Succs...)
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[x] {
			continue
		}
		if x == b.Block() {
			return true
		}
		seen[x] = true
		stack = append(stack, x.Succs...)
	}
	return false
}

// library is a list that a function of slices or maps makes of others.
func (w *lister) library(c *ssa.Call, r Ref, depth int) (List, bool) {
	args := c.Call.Args
	name := strings.TrimPrefix(calleeName(c.Common()), "golang.org/x/exp/")
	arg := func(i int) List { return w.list(Ref{V: args[i], Fr: r.Fr}, site{c, r.Fr}, depth+1) }
	switch name {
	case "slices.Clone", "slices.Clip", "slices.Grow":
		return arg(0), true
	case "slices.Concat":
		refs, ok := w.f.variadic(args[0], r.Fr)
		if !ok {
			return openList("is put together of lists that can't be followed"), true
		}
		l := empty()
		for _, ref := range refs {
			l.concat(w.list(ref, site{c, r.Fr}, depth+1))
		}
		return l, true
	case "slices.Compact", "slices.CompactFunc", "slices.Delete", "slices.DeleteFunc", "slices.Insert":
		w.trimmed++
		l := arg(0)
		w.trimmed--
		if name == "slices.Insert" {
			m := arg(2)
			for _, e := range m.Elems {
				if !slices.ContainsFunc(l.Elems, func(x Elem) bool { return x.V == e.V && x.Fr == e.Fr }) {
					l.Elems = append(l.Elems, e)
				}
			}
			l.join(m)
		}
		return l.unordered(), true
	case "slices.Collect", "slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc":
		return w.sequence(args[0], r.Fr, depth).unordered(), true
	case "slices.AppendSeq":
		l := arg(0)
		l.concat(w.sequence(args[1], r.Fr, depth))
		return l, true
	case "maps.Keys":
		return w.f.MapKeys(Ref{V: args[0], Fr: r.Fr}), true
	}
	return List{}, false
}

// unordered is the list when nothing is known of the places.
func (l List) unordered() List {
	for i := range l.Elems {
		l.Elems[i].pos, l.Elems[i].Maybe = position{}, true
	}
	l.size = position{}
	return l
}

// sequence lists what an iterator gives: the keys of a map, the elements of a slice.
func (w *lister) sequence(v ssa.Value, fr *Frame, depth int) List {
	for {
		t, ok := v.(*ssa.ChangeType)
		if !ok {
			break
		}
		v = t.X
	}
	if c, ok := v.(*ssa.Call); ok {
		switch calleeName(c.Common()) {
		case "maps.Keys":
			return w.f.MapKeys(Ref{V: c.Call.Args[0], Fr: fr})
		case "slices.Values":
			return w.list(Ref{V: c.Call.Args[0], Fr: fr}, site{c, fr}, depth+1)
		}
	}
	return openList("is what an iterator gives")
}
