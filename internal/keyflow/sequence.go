package keyflow

import (
	"go/constant"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// sequence is one way that a slice can be: its elements in order, and the choices under which it is so. Unlike a
// List, which tells what may be in a slice, it is exact.
type sequence struct {
	elems []Ref
	conds map[string]string
}

// maxSequences bounds the ways that a slice can be.
const maxSequences = 16

// sequences lists the ways that a slice can be; false when they can't all be listed, or code that can't be seen may
// change its elements.
func (f *Flow) sequences(v ssa.Value, fr *Frame) ([]sequence, bool) {
	s := &sequencer{f: f}
	out, ok := s.of(v, fr, 0)
	return out, ok && len(out) > 0
}

type sequencer struct{ f *Flow }

func (s *sequencer) of(v ssa.Value, fr *Frame, depth int) ([]sequence, bool) {
	if depth > maxDepth {
		return nil, false
	}
	switch x := v.(type) {
	case *ssa.Const:
		return []sequence{{}}, x.IsNil()
	case *ssa.ChangeType:
		return s.of(x.X, fr, depth+1)
	case *ssa.Parameter:
		a, ok := s.f.argument(x, fr)
		if !ok || !s.f.unchanged(x) {
			return nil, false
		}
		out, ok := s.of(a.V, a.Fr, depth+1)
		if ok && a.Hint == nil && len(out) == 1 { // variadic arguments: each can be edited where it is written
			out[0].elems = s.f.callHints(fr, x, out[0].elems)
		}
		return out, ok
	case *ssa.Slice, *ssa.Phi, *ssa.Call:
		if !s.f.unchanged(v) {
			return nil, false
		}
	}
	switch x := v.(type) {
	case *ssa.Slice:
		return s.slice(x, fr, depth)
	case *ssa.Phi:
		return s.phi(x, fr, depth)
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return s.appended(x, fr, depth)
		}
		return s.result(x, fr, depth)
	}
	return nil, false
}

// slice is a part of another slice, or of an array that was written out.
func (s *sequencer) slice(v *ssa.Slice, fr *Frame, depth int) ([]sequence, bool) {
	var whole []sequence
	if a, ok := v.X.(*ssa.Alloc); ok {
		refs, ok := s.f.arrayElements(a, v, fr)
		if !ok {
			return nil, false
		}
		whole = []sequence{{elems: refs}}
	} else {
		var ok bool
		if whole, ok = s.of(v.X, fr, depth+1); !ok {
			return nil, false
		}
	}
	out := make([]sequence, len(whole))
	for i, w := range whole {
		low, ok1 := s.bound(v.Low, 0, fr)
		high, ok2 := s.bound(v.High, len(w.elems), fr)
		if !ok1 || !ok2 || low < 0 || low > high || high > len(w.elems) {
			return nil, false
		}
		out[i] = sequence{elems: w.elems[low:high], conds: w.conds}
	}
	return out, true
}

func (s *sequencer) bound(v ssa.Value, none int, fr *Frame) (int, bool) {
	if v == nil {
		return none, true
	}
	k := s.f.constOf(v, fr, 0)
	if k == nil || k.Kind() != constant.Int {
		return 0, false
	}
	n, err := strconv.Atoi(k.ExactString())
	return n, err == nil
}

func (s *sequencer) phi(v *ssa.Phi, fr *Frame, depth int) ([]sequence, bool) {
	b := v.Block()
	if isHeader(b) {
		return nil, false
	}
	choice := phiChoice(b, fr)
	var out []sequence
	for i, e := range v.Edges {
		if !s.f.liveEdge(b.Preds[i], b, fr) {
			continue
		}
		more, ok := s.of(e, fr, depth+1)
		if !ok {
			return nil, false
		}
		out = append(out, under(more, choice, strconv.Itoa(i))...)
	}
	return out, len(out) <= maxSequences
}

func under(seqs []sequence, choice, branch string) []sequence {
	var out []sequence
	for _, q := range seqs {
		if m, ok := key.MergeConds(q.conds, map[string]string{choice: branch}); ok {
			out = append(out, sequence{q.elems, m})
		}
	}
	return out
}

func (s *sequencer) appended(c *ssa.Call, fr *Frame, depth int) ([]sequence, bool) {
	as, ok := s.of(c.Call.Args[0], fr, depth+1)
	if !ok || len(c.Call.Args) < 2 {
		return as, ok
	}
	bs, ok := s.of(c.Call.Args[1], fr, depth+1)
	if !ok || len(as)*len(bs) > maxSequences {
		return nil, false
	}
	var out []sequence
	for _, a := range as {
		for _, b := range bs {
			if m, ok := key.MergeConds(a.conds, b.conds); ok {
				out = append(out, sequence{slices.Concat(a.elems, s.f.withHints(c, 1, b.elems)), m})
			}
		}
	}
	return out, true
}

// result is the slice that a function of the target returns.
func (s *sequencer) result(c *ssa.Call, fr *Frame, depth int) ([]sequence, bool) {
	fns := s.f.callees(c.Common(), fr)
	if len(fns) != 1 || len(fns[0].Blocks) == 0 || !s.f.own(fns[0]) || fr.within(fns[0]) || fr.depth >= maxDepth || fns[0].Signature.Results().Len() != 1 {
		return nil, false
	}
	in := s.f.Enter(fns[0], c, fr)
	live := s.f.reachable(in)
	choice := "ret:" + in.id
	var out []sequence
	n := 0
	var last []sequence
	for _, b := range fns[0].Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || live != nil && !live[b.Index] {
			continue
		}
		more, ok := s.of(ret.Results[0], in, depth+1)
		if !ok {
			return nil, false
		}
		n++
		last = more
		out = append(out, under(more, choice, strconv.Itoa(b.Index))...)
	}
	if n == 1 {
		return last, true
	}
	return out, len(out) <= maxSequences
}
