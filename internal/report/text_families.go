package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

// familyGroup is families about which the same is to be said.
type familyGroup struct {
	Family   // the first of them
	families []Family
}

// families lists those that get new names, then those that were wanted and stay.
func (t *textReport) families() {
	var renamed, left, kept []Family
	wanted := t.wanted()
	for _, f := range t.Families {
		switch {
		case f.Tag != "":
			renamed = append(renamed, f)
		case f.Why != "" && slices.ContainsFunc(f.Sites, func(id string) bool { return wanted[id] }):
			left = append(left, f)
		default:
			kept = append(kept, f)
		}
	}
	if len(renamed) > 0 {
		t.heading("Keys that get a tag: the stored data must be renamed as well")
		for _, g := range byTag(renamed) {
			t.renamed(g)
		}
	}
	if len(left) > 0 {
		t.heading("Keys that should share a slot, and are left alone")
		for _, g := range grouped(left) {
			t.left(g)
		}
	}
	if len(kept) == 0 {
		return
	}
	noun := "key family"
	if len(kept) < len(t.Families) {
		noun = "other key family"
	}
	says := count(len(kept), noun) + " " + verb(len(kept), "keeps its name", "keep their names")
	if !t.opt.Verbose {
		says += " (-v lists them)"
	}
	t.heading(says)
	if t.opt.Verbose {
		for _, g := range grouped(kept) {
			t.left(g)
		}
	}
}

func verb(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// wanted are the sites that fail because keys have no common tag.
func (t *textReport) wanted() map[string]bool {
	ids := map[string]bool{}
	for _, s := range t.Sites {
		switch s.Rule {
		case rules.CrossSlot, rules.Transaction, rules.Watch, rules.SharedFamily:
			ids[s.ID] = s.undecided()
		}
	}
	return ids
}

func (s Site) undecided() bool {
	return s.Ignored == "" && (s.Verdict == "review" || s.Verdict == "blocked")
}

// grouped joins the families about which the same is to be said, in the order of their first ones.
func grouped(fs []Family) []familyGroup {
	var out []familyGroup
	for _, f := range fs {
		i := slices.IndexFunc(out, func(g familyGroup) bool {
			return g.Tag == f.Tag && g.Why == f.Why && slices.Equal(g.Risks, f.Risks)
		})
		if i < 0 {
			i = len(out)
			out = append(out, familyGroup{Family: f})
		}
		out[i].families = append(out[i].families, f)
	}
	return out
}

// byTag joins the renamed families that are planned together and get one tag.
func byTag(fs []Family) []familyGroup {
	var out []familyGroup
	for _, f := range fs {
		i := slices.IndexFunc(out, func(g familyGroup) bool { return g.Tag == f.Tag && g.Component == f.Component })
		if i < 0 {
			i = len(out)
			out = append(out, familyGroup{Family: f})
		}
		out[i].families = append(out[i].families, f)
	}
	return out
}

func (t *textReport) renamed(g familyGroup) {
	t.blank()
	for _, f := range g.families {
		from, to := quoted(f.Template), quoted(f.NewTemplate)
		if t.fits(2, from+" -> "+to+" "+uses(f)) {
			t.words(2, 4, []string{from, "->", to, uses(f)})
			continue
		}
		t.words(2, 2, []string{from})
		t.words(4, 6, []string{"->", to, uses(f)})
	}
	t.together(g)
	t.secondChoice(g)
	if s := g.spread(); s != nil {
		t.para(6, 8, s.text())
	}
	t.confidence(g)
	var said []string
	for _, f := range slices.Concat(g.families, t.anchors(g)) {
		for _, r := range f.Risks {
			if !slices.Contains(said, r) {
				said = append(said, r)
				t.para(6, 8, "risk: "+t.of(f, g, r)+r)
			}
		}
	}
}

// of names the family of a risk that not all of its group have.
func (t *textReport) of(f Family, g familyGroup, risk string) string {
	if strings.Contains(risk, f.Template) || !slices.ContainsFunc(g.families, func(o Family) bool { return !slices.Contains(o.Risks, risk) }) {
		return ""
	}
	return quoted(f.Template) + ": "
}

// placeLimit is how many operations are named for a tag: the JSON report has all, and so has the verbose one.
const placeLimit = 4

// together says which operations need the tag.
func (t *textReport) together(g familyGroup) {
	var ids []string
	for _, f := range g.families {
		for _, id := range f.Together {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	for _, f := range g.families {
		if f.Decided != "" {
			t.para(6, 8, "decided for "+quoted(f.Template)+": "+f.Decided)
		}
	}
	more := []string{}
	if n := len(ids) - placeLimit; n > 1 && !t.opt.Verbose {
		ids, more = ids[:placeLimit], []string{"and", strconv.Itoa(n), "more"}
	}
	var anchors []string
	for _, f := range t.anchors(g) {
		anchors = append(anchors, quoted(f.Template))
	}
	if len(anchors) > 0 {
		t.words(6, 8, append(append([]string{"in", "one", "slot", "with"}, listed(anchors)...), verb(len(anchors), "which keeps its name", "which keep their names")))
	}
	if len(ids) == 0 {
		if g.Decided == "" {
			t.para(6, 6, g.Why)
		}
		return
	}
	t.words(6, 8, slices.Concat([]string{"needed", "by"}, t.places(ids), more))
}

// braces lists the families of which all keys are in one slot, because of braces that stand in them.
func (t *textReport) braces() {
	var piled []Family
	for _, f := range t.Families {
		if f.Tag == "" && f.Spread != nil && len(f.Risks) > 0 {
			piled = append(piled, f)
		}
	}
	if len(piled) == 0 || t.opt.Verbose { // the verbose report has them among those that keep their names
		return
	}
	t.heading("Keys with braces that bring many of them into one slot")
	for _, g := range grouped(piled) {
		t.left(g)
	}
}

// anchors are the families that keep their names and are hashed as the tag of the group.
func (t *textReport) anchors(g familyGroup) []Family {
	var out []Family
	for _, f := range t.Families {
		if f.Tag == "" && f.Component > 0 && f.Component == g.Component && slices.ContainsFunc(f.Together, g.needs) {
			out = append(out, f)
		}
	}
	return out
}

// needs reports that a site needs the tag of a family of the group.
func (g familyGroup) needs(site string) bool {
	return slices.ContainsFunc(g.families, func(f Family) bool { return slices.Contains(f.Together, site) })
}

// secondChoice says how the families could be tagged else.
func (t *textReport) secondChoice(g familyGroup) {
	other := false
	for _, f := range g.families {
		r := f.RunnerUp
		switch {
		case f.Decided != "":
			other = true
		case r == nil:
		case r.NewTemplate != f.Template:
			other = true
			t.para(6, 8, "second choice: "+quoted(r.NewTemplate)+": "+r.Loses)
		case t.opt.Verbose:
			t.para(6, 8, "if "+quoted(f.Template)+" kept its name: "+r.Loses)
		}
	}
	if !other && g.Component > 0 && len(g.Together) > 0 {
		t.para(6, 8, "no other tag serves all of them")
	}
}

// spread is that of the family with the most values.
func (g familyGroup) spread() *Spread {
	var best *Spread
	for _, f := range g.families {
		if f.Spread != nil && (best == nil || f.Spread.Slots > best.Slots) {
			best = f.Spread
		}
	}
	return best
}

// text says where the keys fall.
func (s Spread) text() string {
	values := "many values"
	if s.Values > 0 {
		values = count(s.Values, "value")
	}
	if s.Assumed != "" {
		values = "taking " + s.Assumed
	}
	var shards, full []string
	for _, n := range s.Shards {
		shards = append(shards, strconv.Itoa(n.Primaries))
		full = append(full, strconv.Itoa(n.Busiest)+" %")
	}
	return "spread: " + values + ", " + strconv.Itoa(s.Keys) + " random keys fall on " + count(s.Slots, "slot") + "; with " +
		strings.Join(shards, ", ") + " shards the fullest has " + strings.Join(full, ", ")
}

// leftLimit is how many families are named of which the same is said.
const leftLimit = 6

func (t *textReport) left(g familyGroup) {
	t.blank()
	shown := g.families
	if len(shown) > leftLimit+1 && !t.opt.Verbose {
		shown = shown[:leftLimit]
	}
	for _, f := range shown {
		t.words(2, 4, []string{quoted(f.Template), uses(f)})
	}
	if n := len(g.families) - len(shown); n > 0 {
		t.para(2, 4, "and "+strconv.Itoa(n)+" more (-v lists them)")
	}
	t.para(6, 6, g.Why)
	for _, r := range g.Risks {
		t.para(6, 8, "risk: "+r)
	}
}

func uses(f Family) string { return "(" + count(len(f.Sites), "site") + ")" }

// seen is a text of which something is to be seen if it is empty.
func seen(text string) string {
	if text == "" {
		return `""`
	}
	return text
}

// quoted is a template as a reader can tell it from the text around: quoted if it holds a blank or is empty.
func quoted(template string) string {
	if template == "" || strings.ContainsAny(template, " \t\r\n\"") {
		return strconv.Quote(template)
	}
	return template
}
