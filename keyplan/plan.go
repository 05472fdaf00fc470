package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rules"
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
	// Frozen forbids to rename a family: shape -> why. Used when an edit turned out to be impossible.
	Frozen map[string]string
	// Fixed are sites that can't be turned into a call of the helper: id -> why.
	Fixed map[string]string
	// Version is the go-redis version that a package is built with, as semver ("v9.7.3", "" unknown).
	Version func(pkg string) string
}

// Plan is the outcome.
type Plan struct {
	Families  []*Family
	Decisions []Decision // one for each site, in the order of the sites
	Overlaps  []Overlap
	Bounded   bool // a component was too large to be searched wholly

	opt      Options
	grouping *grouping
	wanted   map[*Family]bool // families that would be tagged, were they free
}

// Decision is the verdict on a site.
type Decision struct {
	Site    string
	Verdict Verdict
	Rule    rules.ID
	Reason  string
	// Silent is set when the site gives no error on a cluster, only a wrong result: the client is not switched while
	// it has such a site.
	Silent   bool
	Contexts []ContextDecision
}

// ContextDecision is the verdict in one context.
type ContextDecision struct {
	Verdict Verdict
	Rule    rules.ID
	Reason  string
	Silent  bool
}

// Make plans for the sites.
func Make(sites []detect.Site, opt Options) *Plan {
	all := allTemplates(sites)
	p := &Plan{opt: opt, grouping: newGrouping(all)}
	p.Overlaps = p.grouping.overlaps
	p.addUses(sites)
	p.freeze(sites)
	p.freezeOverlaps()
	var groups []*Group
	bySite := map[string][]*Group{}
	for _, s := range sites {
		for _, g := range groupsOf(s) {
			g.place(p.grouping)
			bySite[s.ID] = append(bySite[s.ID], &g)
			if len(g.uses) > 0 && g.Open == "" && !hopeless(&g) {
				groups = append(groups, &g)
			}
		}
	}
	for i, c := range components(p.grouping.families, groups, opt) {
		c.solve()
		for _, f := range c.families {
			f.Component = i + 1
		}
		p.Bounded = p.Bounded || c.Bounded
	}
	for _, f := range p.grouping.families {
		f.finish()
	}
	p.Families = p.grouping.families
	p.noteWanted(bySite)
	for _, s := range sites {
		p.Decisions = append(p.Decisions, p.decide(s, bySite[s.ID]))
	}
	return p
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
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, k := range o.Keys {
					for _, t := range k.Alts {
						f, at := p.grouping.find(t)
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
			if !slices.ContainsFunc(familySpans(u), func(s Span) bool { _, ok := u.hash(s); return ok }) {
				return true
			}
		}
	}
	return false
}

// freeze finds the families that may not be renamed: an unknown key, or a pattern, could be one of theirs.
func (p *Plan) freeze(sites []detect.Site) {
	for _, f := range p.grouping.families {
		if why, ok := p.opt.Frozen[f.Model.Shape()]; ok && f.Frozen == "" {
			f.Frozen = why
		}
	}
	for _, s := range sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				p.freezeFor(s, c, o)
			}
		}
	}
}

func (p *Plan) freezeFor(s detect.Site, c detect.Context, o detect.Op) {
	at := s.Pos.String()
	if o.Open != "" && o.Scope == rediscmd.Keyed || o.Command == "" {
		p.freezeAll("the keys at " + at + " are not all known (" + o.Open + "), and could be of this family")
	}
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			switch {
			case s.Kind == detect.KeyText && patternOf(t) == "":
				if f := p.FamilyOf(t); f != nil && f.Frozen == "" {
					f.Frozen = "the text of its keys is taken apart at " + at + " (" + s.Method + ")"
				}
			case s.Kind == detect.KeyText:
				p.freezePattern(patternOf(t), "the text of keys that came out of Redis is taken apart at "+at+" ("+s.Method+")")
			case patternOf(t) != "":
				// The key goes back to where it came from, under whatever name; the pattern is judged where it stands.
			case t.IsUnknown(), wholeParam(t):
				p.freezeAll("the key at " + at + " is not known (" + unknownReason(t, c) + "), and could be of this family")
			}
		}
	}
	for _, t := range o.Pattern {
		p.pattern(s, o, t, at)
	}
}

func unknownReason(t key.Template, c detect.Context) string {
	for _, h := range t.Holes() {
		if h.Reason != "" {
			return "it " + h.Reason
		}
	}
	if c.Open != "" {
		return "the function " + c.Open
	}
	return "any value"
}

// wholeParam reports a key that is one opaque value.
func wholeParam(t key.Template) bool { return len(t.Parts) == 1 && t.Parts[0].Hole != nil }

func patternOf(t key.Template) string {
	if len(t.Parts) == 1 && t.Parts[0].Hole != nil {
		return t.Parts[0].Hole.Pattern
	}
	return ""
}

func (p *Plan) freezeAll(why string) {
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(units(f.Model)) {
			f.Frozen = why
		}
	}
}

// pattern judges a glob: when it is one family with its holes as *, it is renamed with the family; else the families
// that it could match keep their names.
func (p *Plan) pattern(s detect.Site, o detect.Op, t key.Template, at string) {
	glob := t.String()
	var met []*Family
	for _, f := range p.grouping.families {
		if hasLiteral(units(f.Model)) && globMeets(glob, units(f.Model)) {
			met = append(met, f)
		}
	}
	if len(met) == 1 && o.KeysStay && !strings.ContainsAny(glob, "?[\\") {
		if pos, ok := instanceOf(units(met[0].Model), units(t)); ok && globHoles(units(met[0].Model), units(t), pos) {
			met[0].Uses = append(met[0].Uses, Use{Site: s.ID, Template: t, At: pos})
			return
		}
	}
	why := "the pattern " + glob + " at " + at + " also matches its keys"
	if !o.KeysStay {
		why = "the keys that the pattern " + glob + " finds at " + at + " go where their text may be looked at"
	}
	for _, f := range met {
		if f.Frozen == "" {
			f.Frozen = why
		}
	}
}

// globHoles reports that a * of the glob stands only where the family has a hole: there it means "any value".
func globHoles(f, t []unit, at []int) bool {
	for i, u := range f {
		run := t[at[i]:at[i+1]]
		for _, r := range run {
			if r.hole == nil && r.b == '*' && u.hole == nil {
				return false
			}
		}
	}
	return true
}

// freezePattern freezes the families that a glob could match.
func (p *Plan) freezePattern(glob, why string) {
	for _, f := range p.grouping.families {
		if f.Frozen == "" && hasLiteral(units(f.Model)) && globMeets(glob, units(f.Model)) {
			f.Frozen = why
		}
	}
}

// globMeets reports that some key of the template could match the glob: only the literal text before the first
// special character of either is compared.
func globMeets(glob string, us []unit) bool {
	for i := 0; i < len(glob); i++ {
		if strings.IndexByte("*?[\\<", glob[i]) >= 0 || i >= len(us) || us[i].hole != nil {
			return true
		}
		if us[i].b != glob[i] {
			return false
		}
	}
	return len(us) == len(glob)
}

// finish fills in what the report shows of a family.
func (f *Family) finish() {
	f.NewTemplate = f.Template
	if !f.Renamed() {
		f.Why = f.Frozen
		return
	}
	f.NewTemplate = f.Model.Tagged(f.Span.Start, f.Span.End)
	f.Tag = f.NewTemplate[strings.IndexByte(f.NewTemplate, '{')+1:]
	f.Tag = f.Tag[:strings.IndexByte(f.Tag, '}')]
	us := units(f.Model)
	for _, u := range us[f.Span.Start:f.Span.End] {
		if u.hole != nil && u.hole.Kind == key.Text && len(u.hole.Domain) == 0 {
			f.Risks = append(f.Risks, "<"+u.hole.Name+"> is text: a value that is empty or holds { or } changes what is hashed")
		}
	}
	for i := range f.Span.Start {
		if us[i].hole != nil && us[i].hole.Kind == key.Text {
			f.Risks = append(f.Risks, "<"+us[i].hole.Name+"> stands before the tag: a { in its value would be taken for the tag")
		}
	}
	slices.Sort(f.Risks)
	f.Risks = slices.Compact(f.Risks)
	switch c := spreadCost(us, f.Span); {
	case c >= 4:
		f.Risks = append(f.Risks, "the tag is constant: all keys of the family are on one shard")
	case c == 3:
		f.Risks = append(f.Risks, "the tag takes few values: its keys pile up on few shards")
	case c == 2:
		f.Risks = append(f.Risks, "the tag is a time: all traffic of one period goes to one shard")
	}
}

// New is the template as it will stand, written as the report writes it.
func (p *Plan) New(t key.Template) string {
	f, at := p.grouping.find(t)
	if f == nil || !f.Renamed() {
		return t.String()
	}
	s := Use{At: at}.SpanIn(f.Span)
	return t.Tagged(s.Start, s.End)
}

// FamilyOf is the family of a template.
func (p *Plan) FamilyOf(t key.Template) *Family {
	f, _ := p.grouping.find(t)
	return f
}

// Find is the family of a template, with the map of its units; nil for a template that is no key of any site.
func (p *Plan) Find(t key.Template) (*Family, []int) { return p.grouping.find(t) }
