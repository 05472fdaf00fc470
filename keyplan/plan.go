package keyplan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// Verdict is what becomes of a site.
type Verdict string

// The verdicts, as the JSON report writes them.
const (
	Safe    Verdict = "safe"    // works on a cluster as it is
	Tag     Verdict = "tag"     // works once its keys are tagged as planned
	Split   Verdict = "split"   // rewritten into one call per slot
	Fanout  Verdict = "fanout"  // rewritten to ask every primary
	Review  Verdict = "review"  // can't be proved, left alone
	Blocked Verdict = "blocked" // proved not to work, left alone
)

// Verdicts lists them from the best to the worst.
var Verdicts = []Verdict{Safe, Tag, Split, Fanout, Review, Blocked}

// Worse returns the worse of two verdicts.
func Worse(a, b Verdict) Verdict {
	if slices.Index(Verdicts, b) > slices.Index(Verdicts, a) {
		return b
	}
	return a
}

// Options steer the plan.
type Options struct {
	Value      bool // --tag-style=value
	SingleSlot bool // --single-slot
	// Frozen forbids to rename a family: shape -> why.
	Frozen map[string]string
	// Forbidden are single tags of a family that turned out to be impossible to write: shape -> tag -> why.
	Forbidden map[string]map[Span]string
	// Ties are families that are written by one expression, as far as that turned out to matter.
	Ties []Tie
	// Pins are tags that were decided.
	Pins []Pin
	// Decided are sites that a person has decided, by id.
	Decided map[string]Decided
	// Ignored are sites that a directive says to leave alone, by id, with its reason.
	Ignored map[string]string
	// Kept are the clients that stay on a single node, by id, with the reason.
	Kept map[string]string
	// Fixed are sites that can't be turned into a call of the helper: id -> why.
	Fixed map[string]string
	// Uses are the places besides commands that keys come to.
	Uses []detect.KeyUse
	// Version is the go-redis version that a package is built with, as semver ("v9.7.3", "" unknown).
	Version func(pkg string) string
}

// Plan is the outcome.
type Plan struct {
	Families  []*Family
	Decisions []Decision // one for each site, in the order of the sites
	Overlaps  []Overlap
	Conflicts []Conflict
	// Patterns are those of SCAN and KEYS that are written anew.
	Patterns []Pattern
	// Problems are the decisions that were not followed.
	Problems []Problem
	Bounded  bool // a component was too large to be searched wholly

	opt      Options
	grouping *grouping
	at       map[string]source.Position // of the sites, by id
	wanted   map[*Family]bool           // families that would be tagged, were they free
	sites    siteIndex
	patterns []pattern // that may have to follow
	channels []channel // that keep their names
}

// Decision is the verdict on a site.
type Decision struct {
	Site    string
	Verdict Verdict
	Rule    rules.ID
	Reason  string
	// Silent is set when the site gives no error on a cluster, only a wrong result: the client is not switched while
	// it has such a site.
	Silent bool
	// Ignored is why a directive says to leave the site alone; "" when none does, or the site needs nobody.
	Ignored  string
	Contexts []ContextDecision
	// Queued are the commands of a pipeline that are rewritten for this decision.
	Queued []Queued
}

// ContextDecision is the verdict in one context.
type ContextDecision struct {
	Verdict Verdict
	Rule    rules.ID
	Reason  string
	Silent  bool
	Queued  []Queued
}

// Make plans for the sites.
func Make(sites []detect.Site, opt Options) *Plan {
	given := sites
	sites = slices.Clone(sites)
	slices.SortStableFunc(sites, func(a, b detect.Site) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.ID, b.ID)) })
	all := allTemplates(sites)
	p := &Plan{opt: opt, at: map[string]source.Position{}, grouping: newGrouping(append(all, opt.external(all)...))}
	for _, s := range sites {
		p.at[s.ID] = s.Pos
	}
	p.sites = indexSites(sites)
	p.Overlaps = p.grouping.overlaps
	p.addUses(sites)
	p.freeze(sites)
	p.freezeUses()
	p.freezeOverlaps()
	p.pin()
	bySite := p.solve(sites)
	for _, f := range p.grouping.families {
		f.finish()
		if len(f.Uses) > 0 {
			p.Families = append(p.Families, f)
		}
	}
	p.writePatterns()
	p.noteWanted(bySite)
	p.noteWide()
	p.findRisks(sites, bySite)
	for _, s := range given {
		p.Decisions = append(p.Decisions, p.decide(s, bySite[s.ID]))
	}
	p.explain(sites, bySite)
	return p
}

// solve chooses the tags, component by component. It gives the groups of each site.
func (p *Plan) solve(sites []detect.Site) map[string][]*Group {
	var groups, all []*Group
	bySite := map[string][]*Group{}
	for _, s := range sites {
		split := p.opt.Decided[s.ID].Verdict == Split && (s.Kind == detect.Command || s.Kind == detect.Pipeline) // others are whole or not at all
		for _, g := range groupsOf(s) {
			g.place(p.grouping)
			g.Split = g.Split || split
			bySite[s.ID] = append(bySite[s.ID], &g)
			if p.wantsTag(s, &g) {
				all = append(all, &g)
			}
		}
	}
	p.offer(all)
	for _, g := range all {
		if len(g.uses) > 0 && g.Open == "" && !hopeless(g) {
			groups = append(groups, g)
		}
	}
	for i, c := range components(p.grouping.families, groups, p.opt) {
		c.solve()
		p.Conflicts = append(p.Conflicts, c.alternatives()...)
		for _, f := range c.families {
			f.Component = i + 1
		}
		p.Bounded = p.Bounded || c.Bounded
	}
	return bySite
}

// wantsTag reports a group that is worth a tag: it was not decided otherwise, and nothing else keeps it from working.
func (p *Plan) wantsTag(s detect.Site, g *Group) bool {
	decided := p.opt.Decided[s.ID].Verdict
	if decided != "" && decided != Split || p.opt.Ignored[s.ID] != "" || p.kept(s) != "" {
		return false
	}
	return !slices.ContainsFunc(s.Contexts[g.Context].Ops, func(o detect.Op) bool { return p.decideOp(s, o).Verdict == Blocked })
}

// noteWanted finds the families that operations would have tagged.
func (p *Plan) noteWanted(bySite map[string][]*Group) {
	p.wanted = map[*Family]bool{}
	for _, gs := range bySite {
		for _, g := range gs {
			if len(g.uses) == 0 || g.holds(func(f *Family) Span { return f.Span }) || !g.possible() {
				continue
			}
			for _, f := range g.families() {
				p.wanted[f] = true
			}
		}
	}
}

func allTemplates(sites []detect.Site) []key.Template {
	var out []key.Template
	for _, s := range sites {
		if s.Kind == detect.KeyText {
			continue // text that may be of a key, and no use of one
		}
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, k := range o.Keys {
					out = append(out, k.Alts...)
				}
			}
		}
	}
	return out
}

func (p *Plan) addUses(sites []detect.Site) {
	for _, s := range sites {
		if s.Kind == detect.KeyText {
			continue
		}
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, k := range o.Keys {
					for _, t := range k.Alts {
						f, at := p.grouping.find(t)
						if f == nil {
							continue
						}
						f.Uses = append(f.Uses, Use{Site: s.ID, Template: t, At: at})
						if !slices.Contains(f.Sites, s.ID) {
							f.Sites = append(f.Sites, s.ID)
						}
					}
				}
			}
		}
	}
	for _, f := range p.grouping.families {
		slices.Sort(f.Sites)
	}
}

// hopeless groups can hold under no assignment (keys that loops bring, for instance): they pull no family.
func hopeless(g *Group) bool {
	for _, row := range g.uses {
		for _, u := range row {
			if _, ok := u.hash(None); ok {
				continue
			}
			if !slices.ContainsFunc(u.f.open(), func(s Span) bool { _, ok := u.hash(s); return ok }) {
				return true
			}
		}
	}
	return false
}

// finish fills in what the report shows of a family.
func (f *Family) finish() {
	f.NewTemplate = f.Template
	f.Risks = f.spreadRisks()
	if !f.Renamed() {
		f.Why = f.held()
		return
	}
	f.NewTemplate = tagged(f.Model, f.Span)
	f.Tag = f.NewTemplate[strings.IndexByte(f.NewTemplate, '{')+1:]
	f.Tag = f.Tag[:strings.IndexByte(f.Tag, '}')]
}

// hasTag reports a family that has a tag of its own already.
func (f *Family) hasTag() bool {
	_, _, is, braces := existingTag(f.units())
	return braces && is && !accidental(f.units())
}

// held says why a family can't be renamed, or can't be renamed as would be best; "" when nothing is in the way.
func (f *Family) held() string {
	switch {
	case f.Broken != "":
		return f.Broken
	case f.hasTag(): // whatever else forbids a name forbids nothing here
		return ""
	case f.Frozen != "":
		return f.Frozen
	}
	for _, s := range spans(f.units()) {
		if why := f.forbidden[s]; why != "" {
			return why
		}
	}
	return f.tied
}

// New is the template as it will stand, written as the report writes it.
func (p *Plan) New(t key.Template) string {
	f, at := p.grouping.find(t)
	if f == nil || !f.Renamed() {
		return t.String()
	}
	return tagged(t, Use{At: at}.SpanIn(f.Span))
}

// FamilyOf is the family of a template.
func (p *Plan) FamilyOf(t key.Template) *Family {
	f, _ := p.grouping.find(t)
	return f
}

// IsKey reports a text that is written as the keys of some site are, with a value in it, or that came out of Redis.
func (p *Plan) IsKey(t key.Template) bool {
	return patternOf(t) != "" || p.grouping.byShape[t.Shape()] != nil && len(t.Segments()) > 1
}

// Place is the one family that a text is a key of, with the map of its units (see Use.At); it need not be a key of a site.
// Where that can't be told, maybe lists the renamed families that it may be of.
func (p *Plan) Place(t key.Template) (f *Family, at []int, maybe []*Family) {
	if f, at := p.grouping.find(t); f != nil {
		return f, at, nil
	}
	us := units(t)
	if t.IsUnknown() || wholeParam(t) || len(us) == 0 {
		return nil, nil, nil // any text: it says nothing of itself
	}
	for _, g := range p.Families {
		if hasLiteral(g.units()) && meet(g.units(), us) {
			maybe = append(maybe, g)
		}
	}
	if len(maybe) == 1 {
		if at, ok := instanceOf(maybe[0].units(), us); ok {
			return maybe[0], at, nil
		}
	}
	return nil, nil, slices.DeleteFunc(maybe, func(g *Family) bool { return !g.Renamed() })
}
