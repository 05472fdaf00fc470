package keyplan

import (
	"slices"
	"strings"
	"testing"
)

// TestBruteForce compares the plan with the best of all assignments of tags to families, on 10,000 programs small enough
// to try them all: most atomic groups hold, then most other groups, then fewest families are renamed, then the tags
// spread best, then they are simplest.
func TestBruteForce(t *testing.T) {
	tried, gains := 0, 0
	for seed := uint64(0); tried < 10_000; seed++ {
		sites := randomDraw(seed, small{families: 4, groups: 4, segments: 3, plain: true}).sites()
		p := Make(sites, Options{})
		b := brute{families: p.grouping.families, ties: p.opt.Ties}
		for _, s := range sites {
			for _, g := range groupsOf(s) {
				g.place(p.grouping)
				b.groups = append(b.groups, &g)
			}
		}
		if len(b.groups) == 0 || len(b.families) > 4 {
			continue
		}
		tried++
		got := b.cost(func(f *Family) Span { return f.Span })
		none := b.cost(func(*Family) Span { return None })
		if want := b.best(); got.compare(want) != 0 {
			t.Fatalf("seed %d: the plan costs %+v, the best %+v:\n%s\n%s", seed, got, want, show(sites), summary(p))
		}
		if got.compare(none) < 0 {
			gains++
		}
	}
	t.Logf("%d programs, tags help %d of them", tried, gains)
	if gains < tried/10 {
		t.Error("too few programs are helped by tags")
	}
}

func (c cost) compare(d cost) int { return slices.Compare(c.aims(), d.aims()) }

type brute struct {
	families []*Family
	groups   []*Group
	ties     []Tie // of families that may hold the same keys
}

// tied reports an assignment that keeps the ties.
func (b brute) tied(now map[*Family]Span) bool {
	spans := map[string]Span{}
	for f, s := range now {
		spans[f.Model.Shape()] = s
	}
	return !slices.ContainsFunc(b.ties, func(t Tie) bool { return spans[t.Family] == t.Span && !t.fits(spans[t.Other]) })
}

// best tries all assignments.
func (b brute) best() cost {
	now := map[*Family]Span{}
	best := cost{atomic: 1 << 30}
	var try func(i int)
	try = func(i int) {
		if i == len(b.families) {
			if c := b.cost(func(f *Family) Span { return now[f] }); c.compare(best) < 0 && b.tied(now) {
				best = c
			}
			return
		}
		f := b.families[i]
		for _, s := range tagsOf(f) {
			now[f] = s
			try(i + 1)
		}
	}
	try(0)
	return best
}

// tagsOf lists the tags that a family may get: from the start of a segment to the end of one, with a hole that varies.
func tagsOf(f *Family) []Span {
	out := []Span{None}
	us := units(f.Model)
	if f.Frozen != "" {
		return out
	}
	edge := func(i int) bool {
		return i < 0 || i >= len(us) || us[i].hole != nil || strings.ContainsRune(":-", rune(us[i].b))
	}
	sep := func(i int) bool { return us[i].hole == nil && edge(i) }
	for a := range us {
		for z := a; z < len(us); z++ {
			starts, ends := us[a].hole != nil || edge(a-1), us[z].hole != nil || edge(z+1)
			holes := slices.ContainsFunc(us[a:z+1], func(u unit) bool { return u.hole != nil })
			if s := (Span{Start: a, End: z + 1}); starts && ends && holes && !sep(a) && !sep(z) && f.forbidden[s] == "" {
				out = append(out, Span{Start: a, End: z + 1})
			}
		}
	}
	return out
}

func (b brute) cost(span func(*Family) Span) cost {
	var c cost
	for _, g := range b.groups {
		switch {
		case together(g, span):
		case g.Split:
			c.other++
		default:
			c.atomic++
		}
	}
	for _, f := range b.families {
		c.add(f.units(), span(f), Options{})
	}
	return c
}

// together says whether all keys of a group hash one text, written as a list of bytes and ids.
func together(g *Group, span func(*Family) Span) bool {
	for _, row := range g.uses {
		var first []string
		for i, u := range row {
			hashed := u.us
			if s := span(u.f); s != None {
				hashed = u.us[u.at[s.Start]:u.at[s.End]]
			}
			var text []string
			for _, x := range hashed {
				switch {
				case x.hole == nil:
					text = append(text, string(x.b))
				case x.hole.Many:
					return false
				default:
					text = append(text, "id "+x.hole.ID)
				}
			}
			if i == 0 {
				first = text
			} else if !slices.Equal(text, first) {
				return false
			}
		}
	}
	return true
}
