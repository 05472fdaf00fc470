package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
)

// TextOptions steer the text report.
type TextOptions struct {
	Width   int  // columns; 0 means 80
	Colour  bool // for a terminal
	Verbose bool // list the sites that need nobody, every caller, and families that keep their names
	Check   bool // of a check that fails: it says so, and not what to do next
	Quiet   bool // only the numbers, what was left out, and what needs a person
}

// Text writes the report for a person. The same report gives the same text. It is an error, and nothing is written,
// when the summary does not count the sites: a report must not lose one.
func Text(w io.Writer, r *Report, opt TextOptions) error {
	if err := r.accounts(); err != nil {
		return err
	}
	t := &textReport{Report: r, opt: opt, written: map[Step]bool{}, page: page{width: cmp.Or(max(opt.Width, 0), 80), colour: opt.Colour}}
	t.render()
	_, err := w.Write(t.b.Bytes())
	return err
}

// accounts checks the law that every site has one verdict and is counted.
func (r *Report) accounts() error {
	var s Summary
	for _, site := range r.Sites {
		s.Add(site)
	}
	if s != r.Summary {
		return fmt.Errorf("bug: the summary is %+v, the sites are %+v", r.Summary, s)
	}
	if sum := s.Safe + s.Tag + s.Split + s.Fanout + s.Review + s.Blocked; sum != s.Sites {
		return fmt.Errorf("bug: %d of %d sites have no verdict", s.Sites-sum, s.Sites)
	}
	return nil
}

// textReport writes the sections, each in a method of its own.
type textReport struct {
	*Report
	page
	opt     TextOptions
	written map[Step]bool // the steps of derivations so far
}

func (t *textReport) render() {
	if len(t.Clients) == 0 && len(t.Sites) == 0 {
		t.leftOut()
		t.problems()
		t.blank()
		t.nothing()
		return
	}
	if t.WhatIf != nil {
		t.whatIf()
		return
	}
	t.notices()
	if !t.opt.Quiet {
		t.modules()
	}
	t.leftOut()
	t.problems()
	t.found()
	if !t.opt.Quiet {
		t.families()
		t.conflicts()
		t.bounded()
		t.braces()
	}
	t.clients()
	t.libraries()
	t.changes()
	t.decisions()
	t.ignored()
	t.decided()
	t.todos()
	if t.opt.Verbose {
		t.others()
		t.keyCount()
	}
	if t.opt.Check {
		t.failed()
		return
	}
	if !t.opt.Quiet {
		t.guide()
	}
	t.blank()
	t.next()
}

// failed is the last line of a check that fails.
func (t *textReport) failed() {
	t.blank()
	var why []string
	if n := t.Summary.Sites - t.Summary.Safe - t.Summary.Ignored; n > 0 {
		why = append(why, strconv.Itoa(n)+" of "+count(t.Summary.Sites, "site")+" "+verb(n, "is", "are")+" not safe on a cluster")
	}
	if n := len(t.openClients()); n > 0 {
		why = append(why, count(n, "client")+" "+verb(n, "is", "are")+" not of a cluster")
	}
	t.para(0, 2, "check failed: "+strings.Join(why, "; "))
}

func (t *textReport) nothing() {
	where := []string{}
	for _, m := range t.Modules {
		where = append(where, m.Path)
	}
	if len(where) == 0 {
		where = []string{"these packages"}
	}
	t.words(0, 2, append(strings.Fields("nothing to port: no go-redis client is used in"), listed(where)...))
}

// modules is the header: what was read, and with which client.
func (t *textReport) modules() {
	t.heading("Modules")
	var without []string
	for _, m := range t.Modules {
		if len(m.GoRedis) == 0 {
			without = append(without, m.Path)
			continue
		}
		var versions []string
		for _, g := range m.GoRedis {
			versions = append(versions, clientVersion(g))
		}
		place := ""
		if m.Dir != "." && m.Dir != "" {
			place = " in " + m.Dir
		}
		t.para(2, 6, m.Path+place+": "+strings.Join(versions, ", "))
	}
	if len(without) > 0 {
		t.words(2, 6, append([]string{"without", "go-redis:"}, listed(without)...))
	}
}

func clientVersion(g load.GoRedis) string {
	s := "go-redis " + cmp.Or(g.Version, "of an unknown version")
	if g.Replace != "" {
		s += " (replaced by " + g.Replace + ")"
	}
	return s
}

// leftOut lists what was not analysed, in quiet reports too.
func (t *textReport) leftOut() {
	left := t.unreadParts()
	if len(left) == 0 {
		return
	}
	t.heading("Left out, or not read wholly: what is used there is not in this report")
	for i := 0; i < len(left); {
		l := left[i]
		if i > 0 && left[i-1].Package == l.Package {
			t.para(4, 6, l.Reason)
			i++
			continue
		}
		same := sameReason(left, i)
		t.words(2, 2, listed(same))
		t.para(4, 6, l.Reason)
		i += len(same)
	}
}

// problems lists the decisions that are not followed, in quiet reports too.
func (t *textReport) problems() {
	if len(t.Problems) == 0 {
		return
	}
	t.heading("Decisions that are not followed")
	for _, p := range t.Problems {
		t.para(2, 6, p.Package+": "+p.Reason)
	}
}

// sameReason lists what is left out for one reason, from a place on: packages with several reasons stand alone.
func sameReason(left []load.LeftOut, from int) []string {
	several := func(i int) bool { return i+1 < len(left) && left[i+1].Package == left[i].Package }
	out := []string{left[from].Package}
	for i := from + 1; !several(from) && i < len(left) && left[i].Reason == left[from].Reason && !several(i); i++ {
		out = append(out, left[i].Package)
	}
	return out
}

// verdicts, and what each says of a site.
var verdicts = []struct{ name, means string }{
	{"safe", "works on a cluster as it is"},
	{"tag", "works once its keys are tagged as planned"},
	{"split", "rewritten into one call for each slot"},
	{"fanout", "rewritten to ask every primary"},
	{"review", "can't be proved either way: left alone, a person decides"},
	{"blocked", "proved not to work on a cluster: left alone, a person decides"},
}

func (s Summary) of(verdict string) int {
	return map[string]int{
		"safe": s.Safe, "tag": s.Tag, "split": s.Split, "fanout": s.Fanout, "review": s.Review, "blocked": s.Blocked,
	}[verdict]
}

// found is the law of the sum, in words.
func (t *textReport) found() {
	t.heading("Found")
	var terms []string
	for _, v := range verdicts {
		if n := t.Summary.of(v.name); n > 0 {
			terms = append(terms, strconv.Itoa(n)+" "+v.name)
		}
	}
	if len(terms) == 0 {
		t.para(2, 2, "0 sites: the client is made, and never used")
		return
	}
	t.para(2, 4, count(t.Summary.Sites, "site")+" = "+strings.Join(terms, " + "))
	t.blank()
	wide := len(strconv.Itoa(t.Summary.Sites))
	for _, v := range verdicts {
		if n := t.Summary.of(v.name); n > 0 {
			// The columns are aligned by hand, so the first three are one word.
			t.paint(verdictStyle(v.name), func() {
				t.words(4, 15+wide, append([]string{fmt.Sprintf("%*d %-8s", wide, n, v.name)}, strings.Fields(v.means)...))
			})
		}
	}
	if n := t.testSites(); n > 0 {
		t.blank()
		t.para(2, 4, strconv.Itoa(n)+" of them "+verb(n, "is", "are")+" in test files.")
	}
}

func (t *textReport) testSites() int {
	n := 0
	for _, s := range t.Sites {
		if s.inTest() {
			n++
		}
	}
	return n
}

func (s Site) inTest() bool { return strings.HasSuffix(s.File, "_test.go") }

// clients lists the constructors with what becomes of them.
func (t *textReport) clients() {
	shown := slices.Clone(t.Clients)
	if t.opt.Quiet {
		shown = slices.DeleteFunc(shown, func(c Client) bool { return !c.undecided() })
	}
	if len(shown) == 0 {
		return
	}
	t.heading("Clients")
	said := map[[2]string]bool{}
	shared := sharedNotes(shown)
	for i, c := range shown {
		if said[[2]string{c.Verdict, c.Reason}] {
			continue
		}
		said[[2]string{c.Verdict, c.Reason}] = true
		var same []string
		for _, o := range shown[i+1:] {
			if o.Verdict == c.Verdict && o.Reason == c.Reason {
				same = append(same, place(o.File, o.Line, o.Column))
			}
		}
		t.paint(verdictStyle(c.Verdict), func() { t.para(2, 4, place(c.File, c.Line, c.Column)+": "+c.Constructor+": "+c.Verdict) })
		for _, point := range c.own(shared) {
			t.para(6, 8, point)
		}
		if n := len(same) - placeLimit; n > 1 && !t.opt.Verbose {
			same = append(same[:placeLimit:placeLimit], count(n, "more place"))
		}
		t.words(6, 8, append(label(same, "also", "at"), listed(same)...))
	}
	for _, n := range shared {
		t.blank()
		t.para(2, 4, "note "+strconv.Itoa(n.N)+", of "+count(len(n.Clients), "client")+": "+n.Text)
	}
}

func (c Client) undecided() bool { return c.Verdict == "review" || c.Verdict == "blocked" }

// changes lists the sets of edits; those dropped or held come with the reason.
func (t *textReport) changes() {
	shown := slices.Clone(t.Changes)
	if t.opt.Quiet {
		shown = slices.DeleteFunc(shown, func(c Change) bool { return c.Outcome == "applied" })
	}
	if len(shown) == 0 {
		return
	}
	t.heading("Changes")
	for _, c := range shown {
		about := []string{outcomes[c.Outcome]}
		if about[0] == "" {
			about[0] = c.Outcome
		}
		if n := len(c.Sites); n > 0 {
			about = append(about, count(n, "site"))
		}
		t.words(2, 4, append(strings.Fields(c.Title), "("+strings.Join(about, ", ")+")"))
		t.words(6, 8, listed(c.Files))
		switch {
		case c.Outcome == "applied":
		case slices.ContainsFunc(t.Clients, func(x Client) bool { return x.Reason == c.Reason }):
			t.para(6, 6, "for the reason that is said above of the clients")
		default:
			t.para(6, 6, cmp.Or(c.Reason, "no reason was noted"))
		}
	}
}

var outcomes = map[string]string{
	"applied": "in the diff",
	"invalid": "dropped",
	"held":    "held back",
}

// next is the last line: the command to run now.
func (t *textReport) next() {
	applied := slices.ContainsFunc(t.Changes, func(c Change) bool { return c.Outcome == "applied" })
	open := t.Summary.Undecided()
	held := slices.ContainsFunc(t.Clients, Client.undecided)
	switch {
	case applied:
		t.para(0, 2, "Next: `clusterize diff` shows the changes, `clusterize apply` writes them.")
	case open > 0:
		t.para(0, 2, "Next: "+count(open, "site")+" for a person to decide; clusterize has nothing to write.")
	case held:
		t.para(0, 2, "Next: decide on the clients above; clusterize has nothing to write.")
	default:
		t.para(0, 2, "Nothing to do: every site works on a cluster as it is.")
	}
}
