package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clusterize/clusterize/internal/rules"
)

// item is undecided sites with one verdict and one reason: the first in full, the others as "also at".
type item struct {
	sites []Site
}

// decisions lists what a person must decide, by rule.
func (t *textReport) decisions() {
	byRule := map[rules.ID][]Site{}
	n := 0
	for _, s := range t.Sites {
		if s.undecided() {
			byRule[s.Rule] = append(byRule[s.Rule], s)
			n++
		}
	}
	if n == 0 {
		return
	}
	t.heading("For a person to decide: " + count(n, "site"))
	for _, id := range ruleOrder(byRule) {
		t.rule(id, byRule[id])
	}
}

// ruleOrder is the order of `clusterize explain`; what is not listed there comes last.
func ruleOrder(byRule map[rules.ID][]Site) []rules.ID {
	var out, rest []rules.ID
	for _, r := range rules.All() {
		if len(byRule[r.ID]) > 0 {
			out = append(out, r.ID)
		}
	}
	for id := range byRule {
		if !slices.Contains(out, id) {
			rest = append(rest, id)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

func (t *textReport) rule(id rules.ID, sites []Site) {
	r, known := rules.Get(id)
	t.blank()
	title := cmp.Or(string(id), "no rule") + " (" + count(len(sites), "site") + ")"
	if known {
		title += ": " + r.Title
	}
	t.paint(bold, func() { t.para(2, 4, title) })
	for _, it := range folded(sites) {
		t.blank()
		t.item(it)
	}
	if known {
		t.blank()
		t.para(4, 4, "clusterize explain "+string(id))
	}
}

// folded joins the sites with the same reason. Tests come after the rest, and blocked sites before others.
func folded(sites []Site) []item {
	sites = slices.Clone(sites)
	slices.SortStableFunc(sites, func(a, b Site) int { return cmp.Compare(standing(a), standing(b)) })
	var out []item
	for _, s := range sites {
		i := slices.IndexFunc(out, func(it item) bool {
			return it.sites[0].Reason == s.Reason && it.sites[0].Verdict == s.Verdict
		})
		if i < 0 {
			i = len(out)
			out = append(out, item{})
		}
		out[i].sites = append(out[i].sites, s)
	}
	return out
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// standing sorts sites within a rule.
func standing(s Site) int { return 2*rank(s.inTest()) + rank(s.Verdict != "blocked") }

func (t *textReport) item(it item) {
	s := it.sites[0]
	t.paint(verdictStyle(s.Verdict), func() { t.para(4, 6, head(s)+" ("+s.Verdict+")") })
	t.keys(s)
	t.para(8, 8, cmp.Or(s.Reason, "no reason was noted"))
	t.contexts(s)
	t.derivations(8, s)
	others, tests := t.withoutTests(it.sites[1:])
	var same []string
	for _, o := range others {
		if alike(s, o) {
			same = append(same, o.Position().String())
		}
	}
	t.words(8, 10, append(label(same, "also", "at"), listed(same)...))
	for _, o := range others {
		if !alike(s, o) {
			t.para(8, 10, "also at "+head(o))
			t.keys(o)
			t.contexts(o)
			t.derivations(10, o)
		}
	}
	if tests > 0 {
		t.para(8, 10, "and "+strconv.Itoa(tests)+" more in test files (-v lists them)")
	}
}

// testLimit is how many sites in test files are listed of one reason: the JSON report has all, and so has the verbose one.
const testLimit = 3

// withoutTests leaves out sites in test files if they are many, and counts them.
func (t *textReport) withoutTests(sites []Site) (shown []Site, left int) {
	for _, s := range sites {
		left += rank(s.inTest())
	}
	if left <= testLimit || t.opt.Verbose {
		return sites, 0
	}
	return slices.DeleteFunc(slices.Clone(sites), Site.inTest), left
}

// label is nothing for an empty list.
func label(list []string, words ...string) []string {
	if len(list) == 0 {
		return nil
	}
	return words
}

// alike reports that "also at" says all there is to say of the other site.
func alike(s, o Site) bool {
	return commands(s) == commands(o) && sameKeys(s.Keys, o.Keys) && slices.EqualFunc(s.Contexts, o.Contexts, sameContext)
}

func sameContext(a, b Context) bool {
	return a.File == b.File && a.Line == b.Line && a.Verdict == b.Verdict && a.Reason == b.Reason && sameKeys(a.Keys, b.Keys)
}

// head is where a site is, and what it does.
func head(s Site) string {
	h := s.Position().String() + ": " + commands(s)
	if s.Function != "" {
		h += " in " + s.Function
	}
	return h
}

// commands names what is sent; a pipeline or the like also says what it is.
func commands(s Site) string {
	var names []string
	times := map[string]int{}
	for _, c := range s.Commands {
		if strings.EqualFold(c, s.Method) && len(s.Commands) > 1 {
			continue // Watch sends WATCH
		}
		if times[c]++; times[c] == 1 {
			names = append(names, c)
		}
	}
	for i, c := range names {
		if times[c] > 1 {
			names[i] = c + " x" + strconv.Itoa(times[c])
		}
	}
	list := strings.Join(names, ", ")
	switch {
	case list == "":
		return s.Method
	case len(s.Commands) > 1 || s.Kind == "pipeline" || s.Kind == "transaction" || s.Kind == "watch":
		return s.Method + " of " + list
	}
	return list
}

// keys lists the keys of a site, unless its reason or its callers name them all.
func (t *textReport) keys(s Site) {
	shown, _ := t.callers(s)
	said := func(k Key) bool {
		return !k.renamed() && names(s.Reason, k.Template) ||
			slices.ContainsFunc(shown, func(c Context) bool { return !sameKeys(c.Keys, s.Keys) && slices.ContainsFunc(c.Keys, k.Same) })
	}
	if !slices.ContainsFunc(s.Keys, func(k Key) bool { return !said(k) }) {
		return
	}
	t.words(8, 10, append([]string{"keys:"}, t.keyWords(s.Keys)...))
}

func (k Key) renamed() bool { return k.NewTemplate != "" && k.NewTemplate != k.Template }

// keyWords writes keys as the words of a list, old name -> new: one word, unless that is too long for a line.
func (t *textReport) keyWords(keys []Key) []string {
	var words []string
	for i, k := range keys {
		if slices.ContainsFunc(keys[:i], k.Same) {
			continue
		}
		switch {
		case len(words) == 0:
		case k.Alternative:
			words[len(words)-1] += " |"
		default:
			words[len(words)-1] += ","
		}
		old := quoted(k.Template)
		switch both := old + " -> " + quoted(k.NewTemplate); {
		case !k.renamed():
			words = append(words, old)
		case t.fits(11, both):
			words = append(words, both)
		default:
			words = append(words, old, "->", quoted(k.NewTemplate))
		}
	}
	return words
}

// names reports that a text holds a key as a whole, not as the beginning or end of a longer one.
func names(text, key string) bool {
	if key == "" {
		key = quoted(key)
	}
	for from := 0; ; {
		i := strings.Index(text[from:], key)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after := strings.TrimLeft(text[i+len(key):], ",.:;)")
		if (i == 0 || strings.ContainsRune(" (,", before)) && (after == "" || after[0] == ' ') {
			return true
		}
		from = i + 1
	}
}

// callerLimit is how many callers of one site are shown: the JSON report has all, and so has the verbose one.
const callerLimit = 5

// callers are the contexts to show, those that decided the verdict first, and how many there are besides.
func (t *textReport) callers(s Site) (shown []Context, more int) {
	for _, c := range s.Contexts {
		if c.File != "" && !slices.ContainsFunc(shown, func(o Context) bool { return sameContext(c, o) }) {
			shown = append(shown, c)
		}
	}
	slices.SortStableFunc(shown, func(a, b Context) int { return rank(a.Verdict != s.Verdict) - rank(b.Verdict != s.Verdict) })
	if len(shown) > callerLimit && !t.opt.Verbose {
		return shown[:callerLimit], len(shown) - callerLimit
	}
	return shown, 0
}

// contexts lists the callers that bring the keys.
func (t *textReport) contexts(s Site) {
	cs, more := t.callers(s)
	for _, c := range cs {
		w := []string{"called", "from", c.File + ":" + strconv.Itoa(c.Line)}
		if c.Verdict != s.Verdict && c.Verdict != "" {
			w = append(w, "("+c.Verdict+")")
		}
		if len(c.Keys) > 0 && !sameKeys(c.Keys, s.Keys) {
			w[len(w)-1] += ":"
			w = append(w, t.keyWords(c.Keys)...)
		}
		t.words(8, 10, w)
		if c.Reason != "" && c.Reason != s.Reason {
			t.para(10, 10, c.Reason)
		}
	}
	if more > 0 {
		t.para(8, 10, "and from "+count(more, "more place")+" (-v lists them)")
	}
}

// others lists the sites that need nobody, a line each.
func (t *textReport) others() {
	for _, v := range verdicts {
		n := t.Summary.of(v.name)
		if n == 0 || v.name == "review" || v.name == "blocked" {
			continue
		}
		t.heading(count(n, "site") + ", " + v.name + ": " + v.means)
		for _, s := range t.Sites {
			if s.Verdict != v.name {
				continue
			}
			h := head(s)
			if len(s.Keys) > 0 {
				h += ":"
			}
			t.words(2, 6, append(strings.Fields(h), t.keyWords(s.Keys)...))
			t.derivations(6, s)
		}
	}
}
