package report

import (
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

type ruleID = rules.ID

// reasonSize is how much of a reason is written, and listSize how many entries of a list within an item: the text
// report has all.
const (
	reasonSize = 1500
	nameSize   = 300
	listSize   = 6
)

// byRule are the sites that a person must decide.
func (m *markdown) byRule() map[rules.ID][]Site {
	out := map[rules.ID][]Site{}
	for _, s := range m.Sites {
		if s.undecided() {
			out[s.Rule] = append(out[s.Rule], s)
		}
	}
	return out
}

// worst is where the gravest site of a rule stands.
func worst(sites []Site) int {
	return standing(slices.MinFunc(sites, func(a, b Site) int { return standing(a) - standing(b) }))
}

func idRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
		return r
	}
	return '?'
}

// ruleSummary is a line of HTML.
func ruleSummary(id rules.ID, sites []Site) string {
	s := "<b>" + count(len(sites), "site") + "</b>"
	if r, ok := rules.Get(id); ok {
		s += ": " + html.EscapeString(r.Title)
	}
	s += " (<code>" + html.EscapeString(printable(string(id))) + "</code>"
	blocked := 0
	for _, x := range sites {
		blocked += rank(x.Verdict == "blocked")
	}
	if blocked > 0 {
		s += ", " + strconv.Itoa(blocked) + " proved not to work"
	}
	return s + ")"
}

// where is a place in a file.
func where(s Site) string { return code(clipped(s.Position().String(), nameSize)) }

func does(s Site) string {
	out := where(s) + ": " + prose(clipped(commands(s), nameSize))
	if s.Function != "" {
		out += " in " + code(clipped(s.Function, nameSize))
	}
	return out
}

// list joins entries by commas, the first ones only.
func list(entries []string, most int) string {
	if more := len(entries) - most; more > 1 {
		entries = append(slices.Clone(entries[:most]), "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(entries, ", ")
}

// names are keys, old -> new.
func (m *markdown) names(keys []Key) []string {
	var out []string
	for _, k := range keys {
		s := code(clipped(k.Template, nameSize))
		if k.renamed() {
			s += " → " + code(clipped(k.NewTemplate, nameSize))
		}
		if k.Alternative && len(out) > 0 && !slices.Contains(out, s) {
			out[len(out)-1] += " \\| " + s
			continue
		}
		out = appendNew(out, s)
	}
	return out
}

// site is sites with one reason.
func (m *markdown) site(it item) string {
	s := it.sites[0]
	var b strings.Builder
	b.WriteString("- " + does(s) + " (**" + s.Verdict + "**)\n")
	if s.Reason != "" {
		b.WriteString("  " + prose(clipped(s.Reason, reasonSize)) + "\n")
	}
	if slices.ContainsFunc(s.Keys, func(k Key) bool { return k.renamed() || !names(s.Reason, k.Template) }) {
		b.WriteString("  Keys: " + list(m.names(s.Keys), listSize) + "\n")
	}
	callers, more := m.callers(s)
	for i, c := range callers {
		if c.Verdict == "safe" && i > 0 { // the others come first
			more += len(callers) - i
			break
		}
		b.WriteString("  - called from " + code(clipped(c.File, nameSize)+":"+strconv.Itoa(c.Line)))
		if c.Verdict != s.Verdict && c.Verdict != "" {
			b.WriteString(" (" + c.Verdict + ")")
		}
		if len(c.Keys) > 0 && !sameKeys(c.Keys, s.Keys) {
			b.WriteString(": " + list(m.names(c.Keys), listSize))
		}
		b.WriteString("\n")
	}
	if more > 0 {
		b.WriteString("  - and from " + count(more, "more place") + "\n")
	}
	for _, k := range s.Keys {
		for _, u := range k.Unknown {
			if u.Annotation != "" {
				b.WriteString("  - to settle " + code("<"+clipped(u.Name, nameSize)+">") + ", write at " + code(u.AnnotationAt) + ": " + code(clipped(u.Annotation, nameSize)) + "\n")
			}
		}
	}
	var others []string
	for _, o := range it.sites[1:] {
		others = append(others, where(o))
	}
	if len(others) > 0 {
		b.WriteString("  Also at " + list(others, 12) + "\n")
	}
	return b.String()
}

// group is families that get one tag.
func (m *markdown) group(g familyGroup) string {
	var b strings.Builder
	b.WriteString("- tag " + code("{"+clipped(g.Tag, nameSize)+"}"))
	var ids []string
	for _, f := range g.families {
		ids = appendNew(ids, f.Together...)
	}
	if needed := m.sitesOf(ids); len(needed) > 0 {
		b.WriteString(", needed by " + list(needed, listSize))
	}
	b.WriteString("\n")
	if anchors := m.anchors(g); len(anchors) > 0 {
		var names []string
		for _, f := range anchors {
			names = append(names, code(clipped(f.Template, nameSize)))
		}
		b.WriteString("  - in one slot with " + list(names, listSize) + ", which " + verb(len(anchors), "keeps its name", "keep their names") + "\n")
	}
	for i, f := range g.families {
		if i == 2*listSize && len(g.families) > i+1 {
			b.WriteString("  - and " + strconv.Itoa(len(g.families)-i) + " more\n")
			break
		}
		b.WriteString("  - " + code(clipped(f.Template, nameSize)) + " → " + code(clipped(f.NewTemplate, nameSize)) + " " + uses(f) + "\n")
	}
	if s := g.spread(); s != nil {
		b.WriteString("  - " + prose(s.text()) + "\n")
	}
	var risks []string
	for _, f := range g.families {
		risks = appendNew(risks, f.Risks...)
		if f.Confidence != nil && f.Confidence.Level != EveryUseSeen {
			risks = appendNew(risks, f.Confidence.Reasons...)
		}
	}
	for i, r := range risks {
		if i == listSize && len(risks) > i+1 {
			b.WriteString("  - and " + count(len(risks)-i, "more risk") + "\n")
			break
		}
		b.WriteString("  - risk: " + prose(clipped(r, nameSize)) + "\n")
	}
	return b.String()
}

// sitesOf are sites of the report, as what they do and where.
func (m *markdown) sitesOf(ids []string) []string {
	var out []string
	for _, id := range ids {
		if s, ok := m.byID(id); ok {
			out = append(out, prose(s.Method)+" at "+where(s))
		}
	}
	return out
}

func (m *markdown) byID(id string) (Site, bool) {
	if m.index == nil {
		m.index = map[string]int{}
		for i, s := range m.Sites {
			m.index[s.ID] = i
		}
	}
	i, ok := m.index[id]
	if !ok {
		return Site{}, false
	}
	return m.Sites[i], true
}
