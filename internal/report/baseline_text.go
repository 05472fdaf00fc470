package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
)

// fixedLimit is how many fixed findings are listed.
const fixedLimit = 20

// BaselineText writes how a report stands to its Baseline: the findings that are new, with all that is said of their sites,
// those that are fixed, and the numbers.
func BaselineText(w io.Writer, r *Report, opt TextOptions) error {
	t := &textReport{Report: r, opt: opt, written: map[Step]bool{}, page: page{width: cmp.Or(max(opt.Width, 0), 80), colour: opt.Colour}}
	t.leftOut()
	t.newFindings()
	if !opt.Quiet {
		t.fixedFindings()
	}
	t.blank()
	t.para(0, 2, r.standing())
	_, err := w.Write(t.b.Bytes())
	return err
}

// standing is a line.
func (r *Report) standing() string {
	c := r.Baseline
	s := count(r.Summary.Sites, "site") + ": " + count(c.Grew(), "new finding") + ", " + strconv.Itoa(c.Known) + " known from " + c.File + ", " + strconv.Itoa(c.Gone()) + " fixed"
	if n := len(c.Unread); n > 0 {
		s += ", " + count(n, "package") + " newly left out (" + list(c.Unread, 5) + ")"
	}
	if r.Summary.Ignored > 0 {
		s += ", " + strconv.Itoa(r.Summary.Ignored) + " ignored by directives"
	}
	return s + r.marks()
}

// newSites are the sites of new findings, once each.
func (r *Report) newSites() []Site {
	ids := map[string]bool{}
	for _, g := range r.Baseline.New {
		for _, id := range g.Sites {
			ids[id] = true
		}
	}
	return gravest(r.gated(), func(s Site) bool { return ids[s.ID] })
}

func (t *textReport) newFindings() {
	c := t.Baseline
	if len(c.New) == 0 {
		return
	}
	t.heading("New since " + c.File + ": " + count(c.Grew(), "finding"))
	for _, g := range c.New {
		t.blank()
		t.grown(g)
	}
}

// grown says what is new, and shows the sites that it may be.
func (t *textReport) grown(g Grown) {
	all := t.gated()
	s := all[slices.IndexFunc(all, func(s Site) bool { return s.ID == g.Sites[0] })]
	var at []string
	for _, l := range g.Lines {
		at = append(at, strconv.Itoa(l))
	}
	t.para(2, 4, head(s)+" ("+g.Verdict+", "+g.Rule+")")
	t.para(6, 6, g.growth())
	t.words(6, 8, append(label(g.Keys, "keys:"), listed(quotedAll(g.Keys))...))
	t.para(6, 6, s.Reason)
	switch callers := g.callers(s); {
	case len(callers) > 0:
		t.words(6, 8, append([]string{"called", "from"}, listed(callers)...))
	case len(at) > 1:
		t.words(6, 8, append([]string{"at", "the", "lines"}, listed(at)...))
	}
}

// callers are those that bring the keys to a site.
func (g Grown) callers(s Site) []string {
	var out []string
	for _, x := range s.Contexts {
		if x.File != "" && slices.Contains(g.Lines, x.Line) && slices.Equal(shapes(x.Keys), g.shapes()) {
			out = appendNew(out, x.File+":"+strconv.Itoa(x.Line))
		}
	}
	return out
}

// growth is what the baseline knows of a finding.
func (g Grown) growth() string {
	switch {
	case g.Was == 0:
		return count(g.Count, "new finding")
	case g.Count <= g.Was:
		return "it was known with a better verdict"
	}
	return strconv.Itoa(g.Count) + " that are alike, of which the baseline knows " + strconv.Itoa(g.Was)
}

func quotedAll(templates []string) []string {
	var out []string
	for _, t := range templates {
		out = append(out, quoted(t))
	}
	return out
}

func (t *textReport) fixedFindings() {
	c := t.Baseline
	if len(c.Fixed) == 0 {
		return
	}
	t.heading("Fixed, and still in " + c.File + ": --write-baseline " + c.File + " takes them out")
	for i, k := range c.Fixed {
		if i == fixedLimit && !t.opt.Verbose {
			t.para(2, 4, "and "+strconv.Itoa(len(c.Fixed)-i)+" more (-v lists them)")
			return
		}
		t.words(2, 4, append(strings.Fields(k.what()), listed(quotedAll(k.Keys))...))
	}
}

// what is fixed.
func (k Known) what() string {
	s := k.File + ": " + k.Method
	if k.Function != "" {
		s += " in " + k.Function
	}
	s += " (" + k.Rule
	if k.Count > 1 {
		s += ", " + strconv.Itoa(k.Count) + " times"
	}
	s += ")"
	if len(k.Keys) > 0 {
		s += ":"
	}
	return s
}
