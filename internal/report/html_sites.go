package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/clusterize/clusterize/internal/rules"
)

// htmlSite is a site as a row, with what is below it.
type htmlSite struct {
	Site
	Does    string // the commands
	Test    bool
	Short   string // the reason, or what the rule says where nothing is to be said of the site
	Code    []htmlCode
	Names   []Key // each name once
	Keys    []htmlKey
	Callers []htmlCaller
}

// ListKeys reports that the row does not say all of the keys: it has the new names of three.
func (s htmlSite) ListKeys() bool {
	return len(s.Names) > 3 || slices.ContainsFunc(s.Names, Key.renamed)
}

// htmlCode is a line of code. Here is set for the line of the site.
type htmlCode struct {
	N    int
	Text string
	Here bool
}

// htmlKey is a key with the steps of its derivation that were not listed for the keys before it; Above counts the rest.
type htmlKey struct {
	Key
	Steps []htmlStep
	Above int
}

type htmlStep struct {
	Step
	Plain bool // the text is the key itself
}

// htmlCaller is a caller, with its keys where they are not those of the site.
type htmlCaller struct {
	Context
	Keys []Key
	Says string // the reason, if it is another than that of the site
}

// Rows are the sites in their order.
func (p *htmlPage) Rows() []htmlSite {
	out := make([]htmlSite, 0, len(p.Report.Sites))
	for _, s := range p.Report.Sites {
		h := htmlSite{Site: s, Does: commands(s), Test: s.inTest(), Short: cmp.Or(s.Reason, ruleTitle(s.Rule), verdictMeans(s.Verdict)), Names: namesOnce(s.Keys)}
		for i, l := range p.Code[s.ID].Lines {
			n := p.Code[s.ID].First + i
			h.Code = append(h.Code, htmlCode{n, l, n == s.Line})
		}
		seen := map[Step]bool{}
		for _, k := range s.Keys {
			if hk, ok := derived(k, seen); ok {
				h.Keys = append(h.Keys, hk)
			}
		}
		for _, c := range s.Contexts {
			if c.File == "" {
				continue
			}
			hc := htmlCaller{Context: c}
			if !sameKeys(c.Keys, s.Keys) {
				hc.Keys = namesOnce(c.Keys)
			}
			if c.Reason != s.Reason {
				hc.Says = c.Reason
			}
			h.Callers = append(h.Callers, hc)
		}
		slices.SortStableFunc(h.Callers, func(a, b htmlCaller) int { return rank(a.Verdict != s.Verdict) - rank(b.Verdict != s.Verdict) })
		out = append(out, h)
	}
	return out
}

// namesOnce lists keys of one name once.
func namesOnce(keys []Key) []Key {
	var out []Key
	for _, k := range keys {
		if !slices.ContainsFunc(out, k.Same) {
			out = append(out, k)
		}
	}
	return out
}

// derived is a key with its steps; not one of which nothing is to be told but its name.
func derived(k Key, seen map[Step]bool) (htmlKey, bool) {
	h := htmlKey{Key: k}
	if len(k.Derivation) == 1 && k.Derivation[0].Text == strconv.Quote(k.Template) {
		return h, len(k.Unknown) > 0 // the key stands there as it is
	}
	for _, s := range k.Derivation {
		if seen[s] {
			h.Above++
			continue
		}
		seen[s] = true
		h.Steps = append(h.Steps, htmlStep{s, s.Text == strconv.Quote(s.Template)})
	}
	return h, len(h.Steps)+h.Above+k.MoreSteps+len(k.Unknown) > 0
}

// htmlFile is a file with its number of sites.
type htmlFile struct {
	Name string
	N    int
}

// Files are those that have sites.
func (p *htmlPage) Files() []htmlFile {
	n := map[string]int{}
	for _, s := range p.Report.Sites {
		n[s.File]++
	}
	var out []htmlFile
	for _, s := range p.Report.Sites {
		if n[s.File] > 0 {
			out = append(out, htmlFile{s.File, n[s.File]})
			n[s.File] = 0
		}
	}
	return out
}

// htmlDecision is the undecided sites of a rule, folded as in the text report.
type htmlDecision struct {
	ID    rules.ID
	Title string
	N     int
	Items []htmlItem
}

// htmlItem is sites with one verdict and reason.
type htmlItem struct {
	Verdict, Reason string
	Keys            []Key // of all of them
	Sites           []htmlPlace
	Tests           bool // all of them are in tests
	More            []htmlPlace
}

// htmlPlace is a site in a list.
type htmlPlace struct{ ID, Does, Function, At string }

func (p *htmlPage) place(s Site) htmlPlace {
	return htmlPlace{s.ID, commands(s), s.Function, s.Position().String()}
}

// itemLimit is how many sites of one reason are listed at once; the others are behind a fold.
const itemLimit = 8

// Decisions lists what a person must decide, by rule.
func (p *htmlPage) Decisions() []htmlDecision {
	by := map[rules.ID][]Site{}
	for _, s := range p.Report.Sites {
		if s.undecided() {
			by[s.Rule] = append(by[s.Rule], s)
		}
	}
	var out []htmlDecision
	for _, id := range ruleOrder(by) {
		d := htmlDecision{ID: id, Title: cmp.Or(ruleTitle(id), string(id)), N: len(by[id])}
		for _, it := range folded(by[id]) {
			first := it.sites[0]
			h := htmlItem{Verdict: first.Verdict, Reason: cmp.Or(first.Reason, "no reason was noted"), Tests: first.inTest()}
			for _, s := range it.sites {
				said := !slices.ContainsFunc(s.Keys, func(k Key) bool { return !names(h.Reason, k.Template) })
				for _, k := range s.Keys {
					if k.Alternative = false; !said && !slices.ContainsFunc(h.Keys, k.Same) {
						h.Keys = append(h.Keys, k)
					}
				}
				h.Sites = append(h.Sites, p.place(s))
			}
			if n := len(h.Sites); n > itemLimit+1 {
				h.Sites, h.More = h.Sites[:itemLimit], h.Sites[itemLimit:]
			}
			d.Items = append(d.Items, h)
		}
		out = append(out, d)
	}
	return out
}

// Ignored are the sites that a directive says to leave alone.
func (p *htmlPage) Ignored() []Site {
	return slices.DeleteFunc(slices.Clone(p.Report.Sites), func(s Site) bool { return s.Ignored == "" })
}
