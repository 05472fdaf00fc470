package rewrite

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/keyplan"
)

// keyEdits finds the insertions that rename families. A point in a source file belongs to every template that passes
// through it; text may be inserted there only when all of them want it at that border.
type keyEdits struct {
	uses []keyUse
	at   map[key.Point][]place
	flow *keyflow.Flow // knows what stands where in the source
	// scripts are the points before expressions, and where literals start, that are the text of a script and nothing else:
	// what may be changed in it is decided by what the script does.
	scripts map[key.Point]bool
	chosen  map[key.Point]string
	// allowTorn lets a tag stand on both sides of a call's parenthesis.
	allowTorn bool
	torns     bool              // there were some, and they were refused
	failed    map[string]string // shape of a family -> why it can't be edited
	ties      []keyplan.Tie     // what would have to be written for those as well
}

type keyUse struct {
	family *keyplan.Family   // nil for text that is no key of a family
	found  []*keyplan.Family // of a pattern: the families that it finds
	tmpl   key.Template
	at     []int          // borders of the family -> of the template
	what   string         // of text that is no key: what it is
	want   map[int]string // border -> text
	// left and right tell whether the key has text on that side of a border that is more than a value. A literal that is
	// nothing but a value of the family's hole (the "1" of user:1:profile) is edited only where there is no other way.
	left, right map[int]bool
}

type place struct {
	use    int
	border int
}

// newKeyEdits indexes all uses: those of the plan, and other texts.
func newKeyEdits(p *keyplan.Plan, texts otherTexts, flow *keyflow.Flow) *keyEdits {
	k := &keyEdits{at: map[key.Point][]place{}, flow: flow, chosen: map[key.Point]string{}, failed: map[string]string{}, scripts: starts(texts.scripts)}
	for _, f := range p.Families {
		for _, u := range f.Uses {
			k.add(f, u.Template, u.At)
		}
	}
	for _, pat := range p.Patterns {
		k.addPattern(pat)
	}
	for _, t := range texts.loose {
		f, at, _ := p.Place(t)
		k.add(f, t, at)
	}
	for _, t := range texts.channels {
		k.add(nil, t, nil)
		k.uses[len(k.uses)-1].what = "the channel "
	}
	for _, x := range texts.apart {
		k.addApart(p, x)
	}
	for _, b := range texts.beside {
		k.addBeside(p, b)
	}
	return k
}

func (k *keyEdits) add(f *keyplan.Family, t key.Template, at []int) {
	u := keyUse{family: f, tmpl: t, at: at, want: map[int]string{}, left: map[int]bool{}, right: map[int]bool{}}
	if f != nil && f.Renamed() {
		texts := map[int]string{f.Span.Start: "{", f.Span.End: "}"}
		if f.Span.Put != "" {
			texts = map[int]string{0: "{" + f.Span.Put + "}"}
		}
		for border, text := range texts {
			b := at[border]
			u.want[b] = text
			u.left[b], u.right[b] = f.LiteralAround(border)
			u.left[b] = u.left[b] || border > 0 && longLiteral(t, b, at[border-1])
			u.right[b] = u.right[b] || border+1 < len(at) && longLiteral(t, b, at[border+1])
		}
	}
	k.index(u)
}

func (k *keyEdits) index(u keyUse) {
	i := len(k.uses)
	k.uses = append(k.uses, u)
	u.tmpl.AllPoints(func(b int, p key.Point) {
		k.at[p] = append(k.at[p], place{i, b})
	})
}

// addPattern adds the pattern of a SCAN or KEYS.
func (k *keyEdits) addPattern(pat keyplan.Pattern) {
	u := keyUse{tmpl: pat.Template, what: "the pattern ", want: pat.Want, left: map[int]bool{}, right: map[int]bool{}}
	for _, f := range pat.Families {
		if f.Renamed() {
			u.found = append(u.found, f)
		}
	}
	for b := range pat.Want {
		u.left[b], u.right[b] = true, true
	}
	if pat.Problem != "" {
		k.failUse(u, pat.Problem)
	}
	k.index(u)
}

// longLiteral reports a literal that ends or starts at a border and goes on beyond the value between the border and
// other: it is text of the key, not just a value.
func longLiteral(t key.Template, border, other int) bool {
	at := 0
	for _, p := range t.Parts {
		end := at + 1
		if p.Hole == nil {
			end = at + len(p.Text)
			if end == border && at < other && other < border || at == border && other < end && other > border {
				return true
			}
		}
		at = end
	}
	return false
}

// need is a border of a use where text must be put in, with the points that can take it.
type need struct {
	place
	points []key.Placed
	why    string // why there are none
}

// choose picks points so that each need is met by exactly one: an exact cover, found by taking the need with the
// fewest points left first. Where that ends in a dead end, the points nearest to the literals are tried instead.
func (k *keyEdits) choose() {
	needs := k.needs()
	before := maps.Clone(k.failed)
	k.cover(needs, true)
	if len(k.failed) > len(before) {
		first := k.failed
		ties := k.ties
		k.failed, k.chosen, k.ties = before, map[key.Point]string{}, nil
		k.cover(needs, false)
		if len(k.failed) >= len(first) {
			k.failed, k.ties = first, ties
		}
	}
	if len(k.failed) == 0 && !k.allowTorn {
		k.refuseTorn()
	}
	if len(k.failed) == 0 {
		k.verify()
	}
}

// needs lists the borders that want text; those that can be met by the same points are one need.
func (k *keyEdits) needs() []*need {
	var out []*need
	seen := map[string]bool{}
	for i, u := range k.uses {
		borders := make([]int, 0, 2)
		for b := range u.want {
			borders = append(borders, b)
		}
		slices.Sort(borders)
		for _, b := range borders {
			n := k.needAt(i, b)
			id := fmt.Sprint(u.want[b], n.points)
			if len(n.points) == 0 || !seen[id] {
				seen[id] = true
				out = append(out, n)
			}
		}
	}
	return out
}

// needAt lists the points of a border that all keys passing through them agree on.
func (k *keyEdits) needAt(i, b int) *need {
	u := k.uses[i]
	n := &need{place: place{i, b}, why: "no part of it can be edited"}
	var values []key.Placed // literals that are nothing but a value: edited where there is no other way
	for _, p := range u.tmpl.PlacesAt(b) {
		w := k.conflict(p.Point, u.want[b])
		if w == "" {
			w = k.flow.Misused(p.Point, k)
		}
		if w != "" {
			n.why = w
			continue
		}
		if p.Side == key.Leftward && !u.left[b] || p.Side == key.Rightward && !u.right[b] {
			values = append(values, p)
			continue
		}
		n.points = append(n.points, p)
	}
	if len(n.points) == 0 {
		n.points = values
	}
	return n
}

// cover takes the needs one by one. With wide set, the point that most keys pass through comes first: the fewest
// edits. A declaration that would get one brace only is the last choice: "{user:" alone says nothing to its readers.
func (k *keyEdits) cover(needs []*need, wide bool) {
	met := map[place]bool{}
	left := slices.Clone(needs)
	for len(left) > 0 {
		best, bestPoints := -1, []key.Placed(nil)
		for i, n := range left {
			ps := slices.DeleteFunc(slices.Clone(n.points), func(p key.Placed) bool { return k.covers(p.Point, met) })
			if best < 0 || len(ps) < len(bestPoints) {
				best, bestPoints = i, ps
			}
			if len(ps) < 2 {
				break
			}
		}
		n := left[best]
		if len(bestPoints) == 0 {
			u := k.uses[n.use]
			k.tie(n)
			k.failUse(u, "the text "+u.tmpl.String()+" can't be edited: "+n.why)
			left = slices.Delete(left, best, best+1)
			continue
		}
		k.rank(n, bestPoints, wide)
		p := bestPoints[0].Point
		k.chosen[p] = k.uses[n.use].want[n.border]
		for _, pl := range k.at[p] {
			met[pl] = true
		}
		left = slices.DeleteFunc(left, func(n *need) bool { return met[n.place] })
	}
}

// covers reports that a point would put text where another has already put it.
func (k *keyEdits) covers(p key.Point, met map[place]bool) bool {
	return slices.ContainsFunc(k.at[p], func(pl place) bool { return met[pl] })
}

func (k *keyEdits) rank(n *need, places []key.Placed, wide bool) {
	other := k.otherPlaces(n.use, n.border)
	rank := func(p key.Placed) int {
		r := 1
		if wide {
			r = min(len(k.at[p.Point]), 1<<16)
		}
		if p.Mode == key.InText && k.half(p.Point, other) {
			r = 0
		}
		return r + k.together(p.Point, other)<<20
	}
	slices.SortStableFunc(places, func(a, b key.Placed) int { return rank(b) - rank(a) })
}

// otherPlaces are the places of the use's other brace.
func (k *keyEdits) otherPlaces(i, b int) []key.Placed {
	for o := range k.uses[i].want {
		if o != b {
			return k.uses[i].tmpl.PlacesAt(o)
		}
	}
	return nil
}

// together reports a point in the same declaration as the other brace, or as a place where it can still be put: a tag
// stands whole where the key is built, not one brace in a wrapper and one at its caller.
// It is 3 in the same literal, 2 in the same statement, 1 in the same declaration.
func (k *keyEdits) together(p key.Point, other []key.Placed) int {
	near := func(q key.Point) int {
		switch {
		case k.flow.LiteralAt(p) >= 0 && q.File == p.File && k.flow.LiteralAt(q) == k.flow.LiteralAt(p):
			return 3
		case k.sameStatement(p, q) && !k.torn(p, q):
			return 2
		case k.flow.Scope(q) == k.flow.Scope(p):
			return 1
		}
		return 0
	}
	best := 0
	for _, q := range other {
		if _, ok := k.chosen[q.Point]; ok {
			return near(q.Point)
		}
		best = max(best, near(q.Point))
	}
	return best
}

// half reports a point in the text of a declaration that does not hold the place of the other brace as well.
func (k *keyEdits) half(p key.Point, other []key.Placed) bool {
	start, end, ok := k.flow.Declaration(p)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(other, func(q key.Placed) bool {
		return q.Mode == key.InText && q.File == p.File && q.Offset >= start && q.Offset <= end
	})
}

// failUse notes that the families of a use can't be renamed.
func (k *keyEdits) failUse(u keyUse, why string) {
	for _, f := range append(u.found, u.family) {
		if f == nil {
			continue
		}
		if s := f.Model.Shape(); k.failed[s] == "" {
			k.failed[s] = why
		}
	}
}

// conflict tells which other use of the point does not want the text.
func (k *keyEdits) conflict(p key.Point, text string) string {
	for _, pl := range k.at[p] {
		u := k.uses[pl.use]
		if u.want[pl.border] != text {
			return fmt.Sprintf("%s is also part of %s%s, which is not renamed that way", k.flow.LineAt(p), u.what, u.tmpl.String())
		}
		if k.twice(pl, p) {
			return fmt.Sprintf("%s is in %s twice", k.flow.LineAt(p), u.tmpl.String())
		}
	}
	return ""
}

// verify puts every key together again with the chosen insertions.
func (k *keyEdits) verify() {
	for _, u := range k.uses {
		for b := range u.tmpl.Len() + 1 {
			var got []string
			for _, p := range u.tmpl.PointsAt(b) {
				if t, ok := k.chosen[p]; ok {
					got = append(got, t)
				}
			}
			if strings.Join(got, "") != u.want[b] {
				k.failUse(u, fmt.Sprintf("an edit of it would write %q in %s where %q is planned", strings.Join(got, ""), u.tmpl.String(), u.want[b]))
			}
		}
	}
}

// edits are the insertions that one set of families needs.
func (k *keyEdits) edits(families []*keyplan.Family) []Edit {
	var out []Edit
	for _, u := range k.uses {
		if !slices.ContainsFunc(append(u.found, u.family), func(f *keyplan.Family) bool { return slices.Contains(families, f) }) {
			continue
		}
		for b, text := range u.want {
			for _, p := range u.tmpl.PointsAt(b) {
				if k.chosen[p] == text {
					out = append(out, insertion(p, text))
				}
			}
		}
	}
	return dedupe(out)
}

func dedupe(es []Edit) []Edit {
	slices.SortFunc(es, func(a, b Edit) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Start - b.Start
	})
	return slices.Compact(es)
}

func insertion(p key.Point, text string) Edit {
	switch p.Mode {
	case key.Before:
		text = `"` + text + `" + `
	case key.After:
		text = ` + "` + text + `"`
	case key.LuaBefore:
		text = "'" + text + "' .. "
	case key.LuaAfter:
		text = " .. '" + text + "'"
	}
	return Edit{File: p.File, Start: p.Offset, End: p.Offset, New: text}
}
