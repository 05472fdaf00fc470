package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clusterize/clusterize/internal/rules"
)

// htmlGroup is families that are planned together, with the operations that join them.
type htmlGroup struct {
	N         int
	Families  []htmlFamily
	Ops       []htmlOp
	Facts     []htmlFact
	Conflicts []htmlConflict
	Patch     int // the number of the patch that renames them, 0 if none does
}

// htmlFamily is a family in a group. Slot is what is hashed: a tag with its braces, or "" for the whole name.
type htmlFamily struct {
	Family
	Slot   string
	Places []htmlPlace // the operations of the group that use it
}

// Kept says what would be lost with the old name, "" if that is not known.
func (f htmlFamily) Kept() string {
	if f.RunnerUp == nil || f.RunnerUp.NewTemplate != f.Template {
		return ""
	}
	return f.RunnerUp.Loses
}

// htmlOp is operations that do the same to the same families. GivesWay says that a conflict is decided against them.
type htmlOp struct {
	Does     string
	Verdict  string
	GivesWay bool
	Families []int // indices of those of the group
	Places   []htmlPlace
}

// htmlFact is something to know of a group.
type htmlFact struct {
	Label string
	Texts []string
}

// factLimit is how many things of one kind are shown at once.
const factLimit = 4

// Head are the first things.
func (f htmlFact) Head() []string {
	if len(f.Texts) > factLimit+1 {
		return f.Texts[:factLimit]
	}
	return f.Texts
}

// Tail are the others.
func (f htmlFact) Tail() []string { return f.Texts[len(f.Head()):] }

// Operations counts the sites that join the families.
func (g htmlGroup) Operations() int {
	n := 0
	for _, o := range g.Ops {
		n += len(o.Places)
	}
	return n
}

// groupLimit is how many groups are shown at once.
const groupLimit = 12

// matters reports that there is something to do or to know: names that change, or operations that fail.
func (g htmlGroup) matters() bool {
	return len(g.Tags()) > 0 || len(g.Conflicts) > 0 || slices.ContainsFunc(g.Ops, func(o htmlOp) bool { return o.Verdict == "review" || o.Verdict == "blocked" })
}

// Tags are those that families get, each once.
func (g htmlGroup) Tags() []string {
	var out []string
	for _, f := range g.Families {
		if f.Tag != "" {
			out = appendNew(out, "{"+f.Tag+"}")
		}
	}
	return out
}

// ShownGroups are the first groups that matter, or the very first if none does.
func (p *htmlPage) ShownGroups() []htmlGroup {
	gs := p.Groups()
	n := 0
	for n < min(len(gs), groupLimit) && gs[n].matters() {
		n++
	}
	return gs[:max(n, min(len(gs), 1))]
}

// MoreGroups are the others.
func (p *htmlPage) MoreGroups() []htmlGroup { return p.Groups()[len(p.ShownGroups()):] }

// QuietGroups reports that there is nothing to do for any of them.
func (p *htmlPage) QuietGroups(gs []htmlGroup) bool {
	return !slices.ContainsFunc(gs, htmlGroup.matters)
}

// htmlConflict is a conflict with its sites.
type htmlConflict struct {
	Conflict
	Way, Others []htmlPlace
}

// Groups are the families that are planned together: those that matter first.
func (p *htmlPage) Groups() []htmlGroup {
	if p.groups == nil {
		p.groups = p.newGroups()
	}
	return p.groups
}

func (p *htmlPage) newGroups() []htmlGroup {
	var members [][]Family
	at := map[string]int{}
	for _, f := range p.Report.Families {
		if f.Component == 0 && f.Tag == "" {
			continue
		}
		id := fmt.Sprint(f.Component, cmp.Or(map[bool]string{true: f.Tag}[f.Component == 0]))
		i, ok := at[id]
		if !ok {
			i = len(members)
			at[id], members = i, append(members, nil)
		}
		members[i] = append(members[i], f)
	}
	tagged := func(fs []Family) int {
		return rank(!slices.ContainsFunc(fs, func(f Family) bool { return f.Tag != "" }))
	}
	slices.SortStableFunc(members, func(a, b []Family) int {
		return cmp.Or(cmp.Compare(tagged(a), tagged(b)), cmp.Compare(a[0].Component, b[0].Component))
	})
	wanted := (&textReport{Report: p.Report}).wanted()
	way := map[string]bool{}
	for _, c := range p.Plan.Conflicts {
		for _, id := range c.Sites {
			way[id] = true
		}
	}
	var out []htmlGroup
	for _, fs := range members {
		g := htmlGroup{}
		for _, f := range fs {
			g.Families = append(g.Families, htmlFamily{Family: f, Slot: slotOf(f, fs)})
			g.Patch = max(g.Patch, p.patchOf[f.Template])
		}
		g.sort()
		p.conflicts(&g)
		p.operations(&g, wanted, way)
		g.Facts = facts(fs, g.matters())
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b htmlGroup) int { return rank(!a.matters()) - rank(!b.matters()) })
	for i := range out {
		out[i].N = i + 1
	}
	return out
}

// slotOf is the tag by which a family is hashed, or "": a key without braces is hashed whole, and is in one slot with
// those that have it as their tag.
func slotOf(f Family, all []Family) string {
	slot := braces(f.NewTemplate).Tag
	whole := "{" + f.NewTemplate + "}"
	if slot == "" && slices.ContainsFunc(all, func(o Family) bool { return braces(o.NewTemplate).Tag == whole }) {
		return whole
	}
	return slot
}

// sort keeps those of one slot together: the slots of new tags first, what is in no slot with others last.
func (g *htmlGroup) sort() {
	tags := g.Tags()
	slices.SortStableFunc(g.Families, func(a, b htmlFamily) int {
		return cmp.Or(rank(!slices.Contains(tags, a.Slot))-rank(!slices.Contains(tags, b.Slot)), rank(a.Slot == "")-rank(b.Slot == ""),
			cmp.Compare(a.Slot, b.Slot), rank(a.Tag == "")-rank(b.Tag == ""))
	})
}

// operations finds what joins the families of a group: what needs the tag, what uses several of them, and what would.
func (p *htmlPage) operations(g *htmlGroup, wanted, way map[string]bool) {
	uses := map[string][]int{}
	needs := map[string]bool{}
	use := func(id string, i int) {
		if !slices.Contains(uses[id], i) {
			uses[id] = append(uses[id], i)
		}
	}
	for i, f := range g.Families {
		for _, id := range f.Sites {
			use(id, i)
		}
		for _, id := range f.Together {
			use(id, i)
			needs[id] = true
		}
		for _, c := range g.Conflicts {
			if slices.ContainsFunc(c.Families, func(w Wanted) bool { return w.Template == f.Template }) {
				for _, id := range c.Sites {
					use(id, i)
				}
			}
		}
	}
	ids := make([]int, 0, len(uses))
	for id := range uses {
		if i, ok := p.sites[id]; ok { // else it is of a package that was not asked for
			ids = append(ids, i)
		}
	}
	slices.Sort(ids)
	for _, i := range ids {
		s := p.Report.Sites[i]
		joins := len(g.Families) == 1 && s.Rule != rules.SingleKey && s.Rule != rules.AnyNode
		if !needs[s.ID] && !way[s.ID] && !wanted[s.ID] && len(uses[s.ID]) < 2 && !joins {
			continue
		}
		g.add(s, uses[s.ID], way[s.ID], p.place(s))
	}
}

// add puts a site to those that do the same.
func (g *htmlGroup) add(s Site, families []int, way bool, at htmlPlace) {
	i := slices.IndexFunc(g.Ops, func(o htmlOp) bool {
		return o.Does == at.Does && o.GivesWay == way && o.Verdict == s.Verdict && slices.Equal(o.Families, families)
	})
	if i < 0 {
		i = len(g.Ops)
		g.Ops = append(g.Ops, htmlOp{Does: at.Does, Verdict: s.Verdict, GivesWay: way, Families: families})
	}
	g.Ops[i].Places = append(g.Ops[i].Places, at)
	for _, f := range families {
		g.Families[f].Places = append(g.Families[f].Places, at)
	}
}

// conflicts are those that touch a family of the group.
func (p *htmlPage) conflicts(g *htmlGroup) {
	for _, c := range p.Plan.Conflicts {
		if !slices.ContainsFunc(c.Families, func(w Wanted) bool {
			return slices.ContainsFunc(g.Families, func(f htmlFamily) bool { return f.Template == w.Template })
		}) {
			continue
		}
		h := htmlConflict{Conflict: c}
		for _, s := range p.Report.Sites {
			if slices.Contains(c.Sites, s.ID) {
				h.Way = append(h.Way, p.place(s))
			}
			if slices.Contains(c.Against, s.ID) {
				h.Others = append(h.Others, p.place(s))
			}
		}
		g.Conflicts = append(g.Conflicts, h)
	}
}

// facts are what is to be known of families, each thing once. Why names stay is of interest only where that matters.
func facts(fs []Family, matters bool) []htmlFact {
	var out []htmlFact
	say := func(label, text string) {
		i := slices.IndexFunc(out, func(f htmlFact) bool { return f.Label == label })
		if i < 0 {
			i = len(out)
			out = append(out, htmlFact{Label: label})
		}
		out[i].Texts = appendNew(out[i].Texts, text)
	}
	level := -1
	other, needed := false, false
	for _, f := range fs {
		if f.Decided != "" {
			other = true
			say("Decided", quoted(f.Template)+": "+f.Decided)
		}
		needed = needed || f.Tag != "" && len(f.Together) > 0
		if r := f.RunnerUp; r != nil && f.Decided == "" && r.NewTemplate != f.Template {
			other = true
			say("Second choice", quoted(r.NewTemplate)+": "+r.Loses)
		}
		if f.Confidence != nil {
			level = max(level, slices.Index(Levels, f.Confidence.Level))
		}
	}
	if !other && needed {
		say("Second choice", "none: no other tag serves all of them")
	}
	if level >= 0 {
		say("Confidence", map[string]string{EveryUseSeen: "every use is seen", CrossesBoundary: "every use in this code is seen, and others get the new names",
			UnknownUses: "there may be uses that are not seen"}[Levels[level]])
	}
	for _, f := range fs {
		if f.Confidence != nil {
			for _, r := range f.Confidence.Reasons {
				say("Confidence", r)
			}
		}
	}
	for _, f := range fs {
		for _, r := range f.Risks {
			say("Risk", r)
		}
	}
	for _, f := range fs {
		if matters && f.Tag == "" && f.Why != "" {
			say("Why names stay", f.Why)
		}
	}
	return out
}

// Kept are the families that no operation joins to others, and that keep their names.
func (p *htmlPage) Kept() []Family {
	return slices.DeleteFunc(slices.Clone(p.Report.Families), func(f Family) bool { return f.Component != 0 || f.Tag != "" })
}
