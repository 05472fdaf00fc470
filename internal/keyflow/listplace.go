package keyflow

import "slices"

// position is where an element is in its list, or how long a list is, as far as that is known.
type position struct {
	known  bool // index is the place
	index  int64
	parity bool // odd is known, though the place may not be
	odd    bool
}

func at(i int64) position { return position{known: true, index: i, parity: true, odd: i%2 != 0} }

// plus adds a length to a place.
func (p position) plus(q position) position {
	return position{p.known && q.known, p.index + q.index, p.parity && q.parity, p.odd != q.odd}
}

// Place tells whether element i of the list is at an even place, and whether that is known.
func (l *List) Place(i int) (even, known bool) { return !l.Elems[i].pos.odd, l.Elems[i].pos.parity }

// exact reports a list of which each element and its place is known.
func (l *List) exact() bool {
	if l.Open != "" || !l.size.known || int64(len(l.Elems)) != l.size.index {
		return false
	}
	for i, e := range l.Elems {
		if !e.pos.known || e.pos.index != int64(i) || e.Maybe || len(e.Kept) > 0 {
			return false
		}
	}
	return true
}

// joinRounds leaves one of the elements that one place puts into the list in this round and in earlier ones, or that was
// found in two ways: the one of which the place is known.
func joinRounds(elems []Elem) []Elem {
	var out []Elem
	for _, e := range elems {
		i := slices.IndexFunc(out, func(x Elem) bool { return x.V == e.V && x.Fr == e.Fr && x.in != nil && x.in == e.in })
		if i >= 0 {
			if !out[i].pos.known && (e.pos.known || !out[i].pos.parity) {
				out = append(slices.Delete(out, i, i+1), e)
			}
			continue
		}
		kept := func(x Elem) bool {
			return x.V == e.V && x.Fr == e.Fr && len(x.Kept) > 0 && len(e.Kept) > 0 && x.pos.parity == e.pos.parity && x.pos.odd == e.pos.odd
		}
		if !slices.ContainsFunc(out, kept) {
			out = append(out, e)
		}
	}
	return out
}
