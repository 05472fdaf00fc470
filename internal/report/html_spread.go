package report

import (
	"cmp"
	"slices"
	"strings"
)

// slotCount is the number of slots of a cluster.
const slotCount = 16384

// htmlName is a template cut at its tag: Tag has the braces, and is "" if there is none.
type htmlName struct{ Before, Tag, After string }

// braces finds what is hashed as Redis does: the text in the first braces, if there is any.
func braces(template string) htmlName {
	from := strings.IndexByte(template, '{')
	if from < 0 {
		return htmlName{Before: template}
	}
	n := strings.IndexByte(template[from:], '}')
	if n < 2 {
		return htmlName{Before: template}
	}
	return htmlName{template[:from], template[from : from+n+1], template[from+n+1:]}
}

// htmlSpread is a row of the plot: where the keys of families with one tag fall.
type htmlSpread struct {
	Spread
	Tag      string
	Families []string
	Slots    htmlBar
	Bars     []htmlShards
}

// htmlBar is a bar in a plot that is spreadWidth wide.
type htmlBar struct{ N, Width int }

// htmlShards is the fullest of some primaries, and the mark where it would be if all had the same.
type htmlShards struct {
	Shards
	Ideal, Mark, Width int
	Uneven             bool // the fullest has half as much again as its part, or more
}

const spreadWidth = 120

// Spreads are the tags, the worst first: that with the fewest slots.
func (p *htmlPage) Spreads() []htmlSpread {
	var out []htmlSpread
	for _, f := range p.Report.Families {
		if f.Spread == nil {
			continue
		}
		tag := cmp.Or(braces(f.NewTemplate).Tag, f.NewTemplate)
		i := slices.IndexFunc(out, func(o htmlSpread) bool { return o.Tag == tag && sameSpread(o.Spread, *f.Spread) })
		if i < 0 {
			i = len(out)
			out = append(out, newHTMLSpread(tag, *f.Spread))
		}
		out[i].Families = append(out[i].Families, f.NewTemplate)
	}
	slices.SortStableFunc(out, func(a, b htmlSpread) int { return cmp.Compare(a.Spread.Slots, b.Spread.Slots) })
	return out
}

func sameSpread(a, b Spread) bool {
	return a.Values == b.Values && a.Assumed == b.Assumed && a.Keys == b.Keys && a.Slots == b.Slots && slices.Equal(a.Shards, b.Shards)
}

func newHTMLSpread(tag string, s Spread) htmlSpread {
	h := htmlSpread{Spread: s, Tag: tag, Slots: htmlBar{s.Slots, max(1, spreadWidth*s.Slots/slotCount)}}
	for _, n := range s.Shards {
		all := max(1, n.Primaries)
		ideal := (100 + all/2) / all
		h.Bars = append(h.Bars, htmlShards{n, ideal, spreadWidth * ideal / 100, spreadWidth * min(100, n.Busiest) / 100, 2*n.Busiest >= 3*ideal+2})
	}
	return h
}

// htmlPrimaries is a size of a cluster, and the percentage of the keys that each of its primaries should have.
type htmlPrimaries struct{ N, Ideal int }

// Primaries are the sizes of the clusters of the plot.
func (p *htmlPage) Primaries() []htmlPrimaries {
	var out []htmlPrimaries
	for _, s := range p.Spreads() {
		if len(s.Bars) > len(out) {
			out = out[:0]
			for _, b := range s.Bars {
				out = append(out, htmlPrimaries{b.Primaries, b.Ideal})
			}
		}
	}
	return out
}

// RandomKeys is the number of keys in a simulation, the largest if they differ.
func (p *htmlPage) RandomKeys() int {
	n := 0
	for _, f := range p.Report.Families {
		if f.Spread != nil {
			n = max(n, f.Spread.Keys)
		}
	}
	return n
}

// ValueText says how many values the tag takes.
func (s htmlSpread) ValueText() string {
	switch {
	case s.Assumed != "":
		return "taking " + s.Assumed
	case s.Values > 0:
		return count(s.Values, "value")
	}
	return "many values"
}

// htmlSpreadTable is rows of the plot.
type htmlSpreadTable struct {
	Label     string
	Primaries []htmlPrimaries
	Rows      []htmlSpread
}

// spreadLimit is how many tags are shown at once.
const spreadLimit = 15

// SpreadTable has the worst tags.
func (p *htmlPage) SpreadTable() htmlSpreadTable {
	rows := p.Spreads()
	return htmlSpreadTable{"Spread over slots", p.Primaries(), rows[:min(len(rows), spreadLimit)]}
}

// MoreSpreads has the other tags; nil if there are none.
func (p *htmlPage) MoreSpreads() *htmlSpreadTable {
	rows := p.Spreads()
	if len(rows) <= spreadLimit {
		return nil
	}
	return &htmlSpreadTable{"Spread of more tags", p.Primaries(), rows[spreadLimit:]}
}
