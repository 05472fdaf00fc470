package keyflow

import (
	"go/ast"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// maxProduct bounds how many alternatives a concatenation has before they are widened.
const maxProduct = 96

// product concatenates each alternative with each, dropping pairs that can't hold together. Of two long lists the
// longer is widened first: pairs are few, whatever is put together.
func product(as, bs []key.Template) []key.Template {
	if len(as)*len(bs) > maxProduct {
		if len(as) >= len(bs) {
			as = []key.Template{widen(as, contentHole(as))}
		} else {
			bs = []key.Template{widen(bs, contentHole(bs))}
		}
	}
	var out []key.Template
	for _, a := range as {
		for _, b := range bs {
			if t, ok := key.Concat(a, b); ok {
				out = append(out, t)
			}
		}
	}
	return out
}

// limit widens too many alternatives to what they have in common: never cut, so the answer does not depend on order.
func (f *Flow) limit(ts []key.Template, v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	if len(ts) <= maxAlternatives {
		return ts
	}
	h := &key.Hole{ID: "u:" + f.valueKey(v, fr), Name: f.nameOf(v, hint), Class: key.Unknown, Reason: tooMany, Loops: f.valueLoops(v, fr)}
	return []key.Template{widen(ts, h)}
}

// limitAt is limit for the text of memory at the start of a block.
func (f *Flow) limitAt(ts []key.Template, b *ssa.BasicBlock, fr *Frame) []key.Template {
	if len(ts) <= maxAlternatives {
		return ts
	}
	h := &key.Hole{ID: "u:" + phiChoice(b, fr), Name: "value", Class: key.Unknown, Reason: tooMany, Loops: f.loopsOf(b, fr)}
	return []key.Template{widen(ts, h)}
}

var tooMany = "has more than " + strconv.Itoa(maxAlternatives) + " alternatives"

// contentHole stands for the choice between the alternatives: the same alternatives under the same choices are one.
func contentHole(ts []key.Template) *key.Hole {
	var id strings.Builder
	loops := map[string]bool{}
	for _, t := range ts {
		for _, c := range slices.Sorted(maps.Keys(t.Conds)) {
			id.WriteString(c + "=" + t.Conds[c] + ",")
		}
		for _, p := range t.Parts {
			if p.Hole == nil {
				id.WriteString(strconv.Quote(p.Text))
				continue
			}
			id.WriteString("<" + p.Hole.ID + ">")
			for _, l := range p.Hole.Loops {
				loops[l] = true
			}
		}
		id.WriteByte('|')
	}
	return &key.Hole{ID: "alt:" + id.String(), Name: "value", Class: key.Unknown, Reason: tooMany, Loops: slices.Sorted(maps.Keys(loops))}
}

// widen is the text that all alternatives start with, a hole, and the text that all end with.
func widen(ts []key.Template, h *key.Hole) key.Template {
	first := unitsOf(ts[0])
	pre, post := len(first), len(first)
	for _, t := range ts[1:] {
		us := unitsOf(t)
		n, m := 0, 0
		for n < min(pre, len(us)) && first[n].same(us[n]) {
			n++
		}
		for m < min(post, len(us)-n, len(first)-n) && first[len(first)-1-m].same(us[len(us)-1-m]) {
			m++
		}
		pre, post = n, min(m, post)
		for i := range pre {
			first[i].meet(us[i])
		}
		for i := range post {
			first[len(first)-1-i].meet(us[len(us)-1-i])
		}
	}
	post = min(post, len(first)-pre)
	for _, t := range ts {
		for _, u := range t.Holes() {
			h.Braces = h.Braces || u.Braces
		}
	}
	out := ofUnits(first[:pre])
	out, _ = key.Concat(out, key.OfHole(h))
	out, _ = key.Concat(out, ofUnits(first[len(first)-post:]))
	out.Gaps[0] = commonPoints(ts, func(t key.Template) []key.Point { return t.Gaps[0] })
	out.Gaps[len(out.Gaps)-1] = commonPoints(ts, func(t key.Template) []key.Point { return t.Gaps[len(t.Gaps)-1] })
	out.Conds = commonConds(ts)
	return out
}

// unit is a byte of literal text with its place, or a hole.
type unit struct {
	b    byte
	hole *key.Hole
	file string
	off  int // -1: not known
}

func unitsOf(t key.Template) []unit {
	var out []unit
	for _, p := range t.Parts {
		if p.Hole != nil {
			out = append(out, unit{hole: p.Hole, off: -1})
			continue
		}
		for i := range len(p.Text) {
			u := unit{b: p.Text[i], off: -1}
			if p.Offs != nil && p.Offs[i+1] == p.Offs[i]+1 {
				u.file, u.off = p.File, p.Offs[i]
			}
			out = append(out, u)
		}
	}
	return out
}

func (u unit) same(v unit) bool {
	if u.hole != nil || v.hole != nil {
		return u.hole != nil && v.hole != nil && u.hole.ID == v.hole.ID
	}
	return u.b == v.b
}

// meet forgets the place of a byte that another alternative has from elsewhere: an edit there would change one of them.
func (u *unit) meet(v unit) {
	if u.file != v.file || u.off != v.off {
		u.file, u.off = "", -1
	}
}

// ofUnits joins neighbouring bytes of one literal.
func ofUnits(us []unit) key.Template {
	out := key.Literal("")
	for i := 0; i < len(us); {
		if us[i].hole != nil {
			out, _ = key.Concat(out, key.OfHole(us[i].hole))
			i++
			continue
		}
		j := i + 1
		for j < len(us) && us[j].hole == nil && us[j].file == us[i].file && (us[i].off < 0 && us[j].off < 0 || us[i].off >= 0 && us[j].off == us[j-1].off+1) {
			j++
		}
		p := key.Part{File: us[i].file}
		for k, u := range us[i:j] {
			p.Text += string([]byte{u.b})
			if us[i].off >= 0 {
				if k == 0 {
					p.Offs = append(p.Offs, u.off)
				}
				p.Offs = append(p.Offs, u.off+1)
			}
		}
		out, _ = key.Concat(out, key.Template{Parts: []key.Part{p}, Gaps: make([][]key.Point, 2)})
		i = j
	}
	return out
}

func commonPoints(ts []key.Template, of func(key.Template) []key.Point) []key.Point {
	var out []key.Point
	for _, p := range of(ts[0]) {
		if !slices.ContainsFunc(ts, func(t key.Template) bool { return !slices.Contains(of(t), p) }) {
			out = append(out, p)
		}
	}
	return out
}

func commonConds(ts []key.Template) map[string]string {
	var out map[string]string
	for c, branch := range ts[0].Conds {
		if slices.ContainsFunc(ts, func(t key.Template) bool { return t.Conds[c] != branch }) {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[c] = branch
	}
	return out
}
