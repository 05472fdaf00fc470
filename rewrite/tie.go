package rewrite

import (
	"slices"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/keyplan"
)

// tie notes which other families would have to be written with the same brace, when that is all that keeps a family
// from being written at one of the points.
func (k *keyEdits) tie(n *need) {
	u := k.uses[n.use]
	if u.family == nil {
		return
	}
	for _, p := range u.tmpl.PlacesAt(n.border) {
		if k.flow.Misused(p.Point, k) != "" {
			continue
		}
		var ties []keyplan.Tie
		fine := true
		for _, pl := range k.at[p.Point] {
			o := k.uses[pl.use]
			if o.want[pl.border] == u.want[n.border] {
				continue
			}
			border := slices.Index(o.at, pl.border)
			if o.family == nil || o.family == u.family || border < 0 || o.family.Frozen != "" || o.family.Pin != nil || k.twice(pl, p.Point) {
				fine = false
				break
			}
			ties = append(ties, keyplan.Tie{Family: u.family.Model.Shape(), Span: u.family.Span, Other: o.family.Model.Shape(),
				Opens: u.want[n.border] == "{", Border: border})
		}
		if fine && len(ties) > 0 {
			k.ties = append(k.ties, ties...)
			return
		}
	}
}

// twice reports a point that a key passes through at two borders.
func (k *keyEdits) twice(pl place, p key.Point) bool {
	u := k.uses[pl.use]
	for b := range u.tmpl.Len() + 1 {
		if b != pl.border && slices.Contains(u.tmpl.PointsAt(b), p) {
			return true
		}
	}
	return false
}
