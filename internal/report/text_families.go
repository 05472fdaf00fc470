package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

// familyGroup is families about which the same is to be said.
type familyGroup struct {
	tag, why string
	risks    []string
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
		for _, g := range grouped(renamed) {
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

func (s Site) undecided() bool { return s.Verdict == "review" || s.Verdict == "blocked" }

// grouped joins the families with the same tag, reason and risks, in the order of their first ones.
func grouped(fs []Family) []familyGroup {
	var out []familyGroup
	for _, f := range fs {
		i := slices.IndexFunc(out, func(g familyGroup) bool {
			return g.tag == f.Tag && g.why == f.Why && slices.Equal(g.risks, f.Risks)
		})
		if i < 0 {
			i = len(out)
			out = append(out, familyGroup{tag: f.Tag, why: f.Why, risks: f.Risks})
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
	t.para(6, 6, g.why)
	for _, r := range g.risks {
		t.para(6, 8, "risk: "+r)
	}
}

func (t *textReport) left(g familyGroup) {
	t.blank()
	for _, f := range g.families {
		t.words(2, 4, []string{quoted(f.Template), uses(f)})
	}
	t.para(6, 6, g.why)
	for _, r := range g.risks {
		t.para(6, 8, "risk: "+r)
	}
}

func uses(f Family) string { return "(" + count(len(f.Sites), "site") + ")" }

// quoted is a template as a reader can tell it from the text around: quoted if it holds a blank or is empty.
func quoted(template string) string {
	if template == "" || strings.ContainsAny(template, " \t\r\n\"") {
		return strconv.Quote(template)
	}
	return template
}
