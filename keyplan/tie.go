package keyplan

import (
	"cmp"
	"slices"

	"github.com/clusterize/clusterize/internal/choose"
)

// Tie is a tag that can't be written without a brace in another family: both come from one expression. A family with
// the span needs the tag of the other to open, or to close, at a border of its units.
type Tie struct {
	Family string // shape
	Span   Span
	Other  string // shape
	Opens  bool
	Border int
}

// fits reports a tag of the other family that the tie allows.
func (t Tie) fits(s Span) bool {
	if s == None || s.Put != "" {
		return false
	}
	return t.Opens && s.Start == t.Border || !t.Opens && s.End == t.Border
}

// Compare orders ties.
func (t Tie) Compare(o Tie) int {
	return cmp.Or(cmp.Compare(t.Family, o.Family), cmp.Compare(t.Span.Start, o.Span.Start), cmp.Compare(t.Span.End, o.Span.End),
		cmp.Compare(t.Span.Put, o.Span.Put), cmp.Compare(t.Other, o.Other), cmp.Compare(rank(t.Opens), rank(o.Opens)), cmp.Compare(t.Border, o.Border))
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tiedSpans are the tags that a family may get because others want them.
func (c *component) tiedSpans(f *Family) []Span {
	var out []Span
	us := f.units()
	for _, t := range c.opt.Ties {
		if t.Other != f.Model.Shape() {
			continue
		}
		for _, s := range f.open() {
			if t.fits(s) && (varying(us, s) || several(us, s) || c.opt.SingleSlot) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// tieWishes are the ties between families of the component, as wishes that outweigh all others.
func (c *component) tieWishes(weight int64) []choose.Wish {
	var out []choose.Wish
	for _, t := range c.opt.Ties {
		a, b := c.byShape(t.Family), c.byShape(t.Other)
		if a < 0 || b < 0 || a == b {
			continue
		}
		k := slices.Index(c.cands[a], t.Span)
		if k < 0 {
			continue
		}
		all := uint64(1)<<len(c.cands[a]) - 1
		every := uint64(1)<<len(c.cands[b]) - 1
		w := choose.Wish{Weight: weight, Vars: []int{a, b}, Ways: [][]uint64{{all &^ (1 << k), every}}}
		fit := uint64(0)
		for i, s := range c.cands[b] {
			if t.fits(s) {
				fit |= 1 << i
			}
		}
		if fit != 0 {
			w.Ways = append(w.Ways, []uint64{1 << k, fit})
		}
		if f := c.families[a]; fit == 0 && f.tied == "" {
			f.tied = "its text is also that of " + c.families[b].Template + ", which can't have a tag there"
		}
		out = append(out, w)
	}
	return out
}

func (c *component) byShape(shape string) int {
	return slices.IndexFunc(c.families, func(f *Family) bool { return f.Model.Shape() == shape })
}
