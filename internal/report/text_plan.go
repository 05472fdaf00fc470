package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// bounded says that the plan may not be the best.
func (t *textReport) bounded() {
	if t.Plan.Bounded {
		t.heading("The tags may not be the best: not all choices were ruled out, since there are too many")
	}
}

// conflicts lists the operations that another plan would serve.
func (t *textReport) conflicts() {
	if len(t.Plan.Conflicts) == 0 {
		return
	}
	t.heading("Conflicts: operations that want other tags of the same keys")
	for _, c := range t.Plan.Conflicts {
		t.blank()
		t.words(2, 4, append(t.places(c.Sites), verb(len(c.Sites), "gives", "give"), "way"))
		for _, f := range c.Families {
			t.words(6, 8, []string{verb(len(c.Sites), "it needs", "they need"), quoted(f.Then), "instead", "of", quoted(f.Now)})
		}
		if len(c.Against) > 0 {
			t.words(6, 8, append([]string{"then", "with", "keys", "in", "several", "slots:"}, t.places(c.Against)...))
		}
		t.para(6, 8, "why not: "+c.Loses)
	}
}

// places writes sites as words of a list: what they do, and where.
func (t *textReport) places(ids []string) []string {
	var out []string
	for _, id := range ids {
		i := slices.IndexFunc(t.Sites, func(s Site) bool { return s.ID == id })
		if i < 0 {
			continue // of a package that was not asked for
		}
		if len(out) > 0 {
			out[len(out)-1] += ","
		}
		out = append(out, t.Sites[i].Method, "at", t.Sites[i].Position().String())
	}
	return out
}

// ignored lists the sites that a directive says to leave alone.
func (t *textReport) ignored() {
	if t.Summary.Ignored == 0 {
		return
	}
	t.heading("Ignored by //clusterize:ignore, and counted above: " + count(t.Summary.Ignored, "site"))
	for _, s := range t.Sites {
		if s.Ignored != "" {
			t.para(2, 6, head(s)+" ("+s.Verdict+"): "+s.Ignored)
		}
	}
}

// decided lists the sites of which people gave the verdict.
func (t *textReport) decided() {
	var sites []Site
	for _, s := range t.Sites {
		if decided.MatchString(s.Reason) {
			sites = append(sites, s)
		}
	}
	if len(sites) == 0 {
		return
	}
	t.heading("Decided by people, and counted above: " + count(len(sites), "site"))
	for _, s := range sites {
		t.para(2, 6, head(s)+" ("+s.Verdict+")")
		t.para(6, 6, s.Reason)
	}
}

// todos counts the comments that mark sites, and lists those that are solved.
func (t *textReport) todos() {
	if len(t.Todos) == 0 {
		return
	}
	var solved []string
	for _, d := range t.Todos {
		if d.Solved {
			solved = append(solved, d.File+":"+strconv.Itoa(d.Line))
		}
	}
	t.heading(count(len(t.Todos), "//clusterize:todo comment") + ", " + strconv.Itoa(len(solved)) + " solved")
	t.words(2, 4, append(label(solved, "remove", "them", "(clusterize apply --annotate):"), listed(solved)...))
}

// whatIf is the whole report when tags are tried.
func (t *textReport) whatIf() {
	w := t.WhatIf
	t.heading("What if")
	for _, f := range w.Tags {
		says := []string{quoted(f.Template), "->", quoted(f.NewTemplate)}
		if f.Template == f.NewTemplate {
			says = []string{quoted(f.Template), "keeps", "its", "name"}
		}
		t.words(2, 4, says)
	}
	for _, p := range w.Problems {
		t.para(2, 4, "can't be tried: "+p)
	}
	t.heading("Sites by verdict")
	t.words(2, 2, []string{fmt.Sprintf("%-8s %5s %5s", "", "now", "then")})
	for _, v := range verdicts {
		now, then := t.Summary.of(v.name), w.Summary.of(v.name)
		if now+then == 0 {
			continue
		}
		line := fmt.Sprintf("%-8s %5d %5d", v.name, now, then)
		if now != then {
			line += fmt.Sprintf("  %+d", then-now)
		}
		t.words(2, 2, []string{line})
	}
	if len(w.Families) > 0 {
		t.heading(count(len(w.Families), "key family") + " " + verb(len(w.Families), "changes", "change"))
		for _, f := range w.Families {
			t.words(2, 6, []string{quoted(f.Template) + ":", quoted(f.Then), "instead", "of", quoted(f.Now)})
		}
	}
	if len(w.Sites) == 0 {
		t.heading("No site gets another verdict")
		return
	}
	t.heading(count(len(w.Sites), "site") + " " + verb(len(w.Sites), "changes", "change"))
	for _, c := range w.Sites {
		i := slices.IndexFunc(t.Sites, func(s Site) bool { return s.ID == c.ID })
		if i < 0 {
			continue
		}
		s := t.Sites[i]
		t.para(2, 6, head(s)+": "+s.Verdict+" -> "+c.Then)
		t.para(6, 6, strings.TrimSpace(c.Reason))
	}
}
