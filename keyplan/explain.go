package keyplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
)

// explain says of each family in a plan why it is written as it is.
func (p *Plan) explain(sites []detect.Site, bySite map[string][]*Group) {
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
		for _, g := range gs {
			f.Together = append(f.Together, g.Site)
		}
		f.Together = uniqStrings(f.Together)
		switch {
		case f.Pin != nil && f.Renamed():
			f.Why = "decided: " + f.Pin.Source
		case f.Pin != nil:
			f.Why = "keeps its name, as decided: " + f.Pin.Source
		case len(gs) == 0 && f.Renamed():
			f.Why = "is written by the text of others that get a tag"
		case len(gs) == 0:
		case f.Renamed():
			f.Why = "its keys must share a slot with others in " + p.togetherIn(gs)
		default:
			f.Why = strings.TrimSuffix("keeps its name, which others hash as their tag, for "+p.togetherIn(gs)+". "+f.Why, ". ")
		}
	}
}

// togetherIn names the operations that need a family.
func (p *Plan) togetherIn(gs []*Group) string {
	var ops []string
	for _, g := range gs {
		if op := fmt.Sprintf("%s at %s", g.name(), p.at[g.Site]); !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	return listSome(ops, 3)
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
