package report

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

// htmlPage is a report with what the templates show of it. Its methods are called by them.
type htmlPage struct {
	*Report
	Style, Script template.HTML
	Policy        string
	sites         map[string]int // the index of a site, by its ID
	patchOf       map[string]int // the number of the patch that renames a family
	groups        []htmlGroup    // once they are asked for
	shared        []sharedNote   // as well
}

// Empty reports that there is nothing to port.
func (p *htmlPage) Empty() bool { return len(p.Clients) == 0 && len(p.Report.Sites) == 0 }

// Program names what was read.
func (p *htmlPage) Program() string {
	var names []string
	for _, m := range p.Modules {
		if len(m.GoRedis) > 0 {
			names = append(names, m.Path)
		}
	}
	if len(names) == 0 && len(p.Modules) > 0 {
		names = append(names, p.Modules[0].Path)
	}
	switch len(names) {
	case 0:
		return "these packages"
	case 1:
		return names[0]
	}
	return names[0] + " and " + count(len(names)-1, "more module")
}

// htmlModule is a module, with the client that it uses.
type htmlModule struct{ Path, Dir, Client string }

// ModuleList lists the modules, those without a client too.
func (p *htmlPage) ModuleList() []htmlModule {
	var out []htmlModule
	for _, m := range p.Modules {
		var versions []string
		for _, g := range m.GoRedis {
			versions = append(versions, clientVersion(g))
		}
		out = append(out, htmlModule{m.Path, cmp.Or(m.Dir, "."), cmp.Or(strings.Join(versions, ", "), "no go-redis")})
	}
	return out
}

// htmlVerdict is a verdict with its number of sites, as a part of a bar that is barWidth wide.
type htmlVerdict struct {
	Name, Means string
	N, X, Width int
}

const barWidth = 1000

// Verdicts are those that occur; together they are all sites.
func (p *htmlPage) Verdicts() []htmlVerdict {
	var out []htmlVerdict
	seen := 0
	for _, v := range verdicts {
		n := p.Summary.of(v.name)
		if n == 0 {
			continue
		}
		x := barWidth * seen / p.Summary.Sites
		seen += n
		out = append(out, htmlVerdict{v.name, v.means, n, x, barWidth*seen/p.Summary.Sites - x})
	}
	return out
}

func verdictMeans(name string) string {
	for _, v := range verdicts {
		if v.name == name {
			return v.means
		}
	}
	return name
}

// InTests counts the sites in test files.
func (p *htmlPage) InTests() int { return (&textReport{Report: p.Report}).testSites() }

// KeyTerms are the terms of the sum of key arguments.
func (p *htmlPage) KeyTerms() string {
	var terms []string
	for _, n := range []struct {
		n    int
		name string
	}{{p.Keys.Known, "known"}, {p.Keys.Partly, "known in part"}, {p.Keys.Unknown, "unknown"}, {p.Keys.Open, "open to any caller"}} {
		if n.n > 0 {
			terms = append(terms, strconv.Itoa(n.n)+" "+n.name)
		}
	}
	return strings.Join(terms, " + ")
}

// htmlLeftOut is a package or file with all that keeps it from being read.
type htmlLeftOut struct {
	Reason   string
	Packages []string
}

// LeftOutBy joins what was left out for one reason.
func (p *htmlPage) LeftOutBy() []htmlLeftOut {
	var out []htmlLeftOut
	for _, l := range p.unreadParts() {
		i := slices.IndexFunc(out, func(o htmlLeftOut) bool { return o.Reason == l.Reason })
		if i < 0 {
			i = len(out)
			out = append(out, htmlLeftOut{Reason: l.Reason})
		}
		out[i].Packages = append(out[i].Packages, l.Package)
	}
	return out
}

// htmlLibrary is uses of a library of which one thing is to be said.
type htmlLibrary struct {
	Library
	At []string
}

// LibraryUses joins the uses of which the same is said; those that need a person come first.
func (p *htmlPage) LibraryUses() []htmlLibrary {
	var out []htmlLibrary
	for _, l := range p.Libraries {
		i := slices.IndexFunc(out, func(o htmlLibrary) bool { return o.Path == l.Path && o.Verdict == l.Verdict && o.Reason == l.Reason })
		if i < 0 {
			i = len(out)
			out = append(out, htmlLibrary{Library: l})
		}
		at := place(l.File, l.Line, l.Column)
		if l.Name != "" {
			at += " (" + l.Name + ")"
		}
		out[i].At = append(out[i].At, at)
	}
	slices.SortStableFunc(out, func(a, b htmlLibrary) int { return rank(a.Verdict == "works") - rank(b.Verdict == "works") })
	return out
}

// ClientNotes are what is said of many clients.
func (p *htmlPage) ClientNotes() []sharedNote { return sharedNotes(p.Clients) }

// ClientReason is what is said of a client, without that.
func (p *htmlPage) ClientReason(c Client) string {
	if p.shared == nil {
		p.shared = append([]sharedNote{}, sharedNotes(p.Clients)...)
	}
	return strings.Join(c.own(p.shared), "; ")
}

// Applied reports that there is something to write.
func (p *htmlPage) Applied() bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Outcome == "applied" })
}

// HeldClients counts the clients that a person has to look at.
func (p *htmlPage) HeldClients() int {
	n := 0
	for _, c := range p.Clients {
		n += rank(c.undecided())
	}
	return n
}

// Renamed counts the families that get new names.
func (p *htmlPage) Renamed() int {
	n := 0
	for _, f := range p.Report.Families {
		n += rank(f.Tag != "")
	}
	return n
}

// Open are the changes that are not in the diff; Done counts the others.
func (p *htmlPage) Open() []Change {
	return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Outcome == "applied" })
}

// Says is what became of a change.
func (c Change) Says() string { return cmp.Or(outcomes[c.Outcome], c.Outcome) }

// htmlRule is a rule with its page cut into blocks: text, or lines of code.
type htmlRule struct {
	ID     rules.ID
	Title  string
	N      int
	Blocks []htmlBlock
	Before string
	After  string
	Who    string
}

type htmlBlock struct {
	Code bool
	Text string
}

// RulePages are the rules that sites of the report refer to; one that has no page is listed without.
func (p *htmlPage) RulePages() []htmlRule {
	by := map[rules.ID][]Site{}
	for _, s := range p.Report.Sites {
		by[s.Rule] = append(by[s.Rule], s)
	}
	var out []htmlRule
	for _, id := range ruleOrder(by) {
		h := htmlRule{ID: id, N: len(by[id])}
		if r, ok := rules.Get(id); ok {
			h.Title, h.Blocks = r.Title, blocks(r.Text)
			page := strings.TrimSpace(r.Page())
			h.Who = strings.Join(strings.Fields(page[strings.LastIndex(page, "\n\n")+1:]), " ") // its last paragraph
			h.Before, h.After = strings.Trim(r.Before, "\n"), strings.Trim(r.After, "\n")
		}
		out = append(out, h)
	}
	return out
}

// blocks cuts the text of a rule: a line is a paragraph, and those that are indented are code.
func blocks(text string) []htmlBlock {
	var out []htmlBlock
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		body := strings.TrimLeft(line, " \t")
		code := body != line
		switch n := len(out); {
		case body == "":
		case code && n > 0 && out[n-1].Code:
			out[n-1].Text += "\n" + body
		default:
			out = append(out, htmlBlock{code, body})
		}
	}
	return out
}

// ruleTitle is the title of a rule, as the beginning of a sentence.
func ruleTitle(id rules.ID) string {
	r, ok := rules.Get(id)
	if !ok || r.Title == "" {
		return ""
	}
	return strings.ToUpper(r.Title[:1]) + r.Title[1:]
}

// htmlCount is a verdict now, and with the tags that are tried.
type htmlCount struct {
	Name      string
	Now, Then int
}

// WhatIfCounts are the verdicts that occur in either plan.
func (p *htmlPage) WhatIfCounts() []htmlCount {
	var out []htmlCount
	for _, v := range verdicts {
		if c := (htmlCount{v.name, p.Summary.of(v.name), p.WhatIf.Summary.of(v.name)}); c.Now+c.Then > 0 {
			out = append(out, c)
		}
	}
	return out
}

// At is where a site is, and what it does.
func (p *htmlPage) At(id string) string {
	if i, ok := p.sites[id]; ok {
		return head(p.Report.Sites[i])
	}
	return id
}
