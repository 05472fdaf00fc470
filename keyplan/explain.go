package keyplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/source"
)

// explain says of each family in a plan why it is written as it is.
func (p *Plan) explain(sites []detect.Site, bySite map[string][]*Group) {
	at := map[string]source.Position{}
	for _, s := range sites {
		at[s.ID] = s.Pos
	}
	held := map[*Family][]*Group{}
	for _, s := range sites {
		for _, g := range bySite[s.ID] {
			if len(g.uses) == 0 || g.Open != "" || !g.holds(func(f *Family) Span { return f.Span }) {
				continue
			}
			fs := g.families()
			if !slices.ContainsFunc(fs, (*Family).Renamed) {
				continue
			}
			for _, f := range fs {
				held[f] = append(held[f], g)
			}
		}
	}
	for _, f := range p.Families {
		gs := held[f]
		switch {
		case f.Pin != nil && f.Renamed():
			f.Why = "decided: " + f.Pin.Source
		case f.Pin != nil:
			f.Why = "keeps its name, as decided: " + f.Pin.Source
		case len(gs) == 0:
		case f.Renamed():
			f.Why = "must share a slot: " + togetherIn(f, gs, at)
		default:
			f.Why = strings.TrimSuffix("keeps its name, which others hash as their tag: "+togetherIn(f, gs, at)+". "+f.Why, ". ")
		}
	}
}

// togetherIn names the operations that need a family, with the other families in them.
func togetherIn(f *Family, gs []*Group, at map[string]source.Position) string {
	var ops, others []string
	for _, g := range gs {
		op := fmt.Sprintf("%s at %s", g.name(), at[g.Site])
		if !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
		for _, o := range g.families() {
			if o != f && !slices.Contains(others, o.Template) {
				others = append(others, o.Template)
			}
		}
	}
	says := listSome(ops, 3)
	if len(others) > 0 {
		return says + ", with " + listSome(others, 4)
	}
	return says + ", with others of its kind"
}

// name is the operation as it is called in a list.
func (g *Group) name() string {
	if g.Op < 0 {
		return "a " + g.Command
	}
	return g.Command
}

func listSome(words []string, n int) string {
	if len(words) > n+1 {
		return strings.Join(words[:n], ", ") + fmt.Sprintf(" and %d more", len(words)-n)
	}
	return strings.Join(words, ", ")
}
