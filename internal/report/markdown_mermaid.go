package report

import (
	"slices"
	"strconv"
	"strings"
)

// A picture has so many tags, families of one, and operations at most: more can't be read.
const (
	pictureTags     = 6
	pictureFamilies = 6
	pictureSites    = 4
)

// picture draws which operations need which keys in one slot, "" when nothing is known of that. What is left out is said.
func (m *markdown) picture(groups []familyGroup) string {
	var b strings.Builder
	nodes := map[string]string{}
	drawn := 0
	for _, g := range groups {
		if drawn == pictureTags {
			break
		}
		var ids []string
		for _, f := range g.families {
			ids = appendNew(ids, f.Together...)
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { _, ok := m.byID(id); return !ok })
		if len(ids) == 0 {
			continue
		}
		drawn++
		m.draw(&b, drawn, g, ids, nodes)
	}
	if drawn == 0 {
		return ""
	}
	note := ""
	if more := len(groups) - drawn; more > 0 {
		note = "\n_The picture shows " + count(drawn, "tag") + "; " + strconv.Itoa(more) + " more " + verb(more, "is", "are") + " listed below._\n"
	}
	return "```mermaid\nflowchart LR\n" + b.String() + "```\n" + note
}

// draw is a tag with its families, and the operations that need it.
func (m *markdown) draw(b *strings.Builder, n int, g familyGroup, ids []string, nodes map[string]string) {
	families := g.families[:min(len(g.families), pictureFamilies)]
	tag := "t" + strconv.Itoa(n)
	b.WriteString("  subgraph " + tag + "[\"one slot: " + mermaidText(clipped("{"+g.Tag+"}", 60)) + "\"]\n")
	for i, f := range families {
		b.WriteString("    " + tag + "f" + strconv.Itoa(i+1) + "[\"" + mermaidText(clipped(quoted(f.Template), 60)) + "\"]\n")
	}
	if more := len(g.families) - len(families); more > 0 {
		b.WriteString("    " + tag + "more[\"" + count(more, "more family") + "\"]\n")
	}
	anchors := m.anchors(g)
	anchors = anchors[:min(len(anchors), pictureFamilies)]
	for i, f := range anchors {
		b.WriteString("    " + tag + "a" + strconv.Itoa(i+1) + "[\"" + mermaidText(clipped(quoted(f.Template), 60)) + ", as it is\"]\n")
	}
	b.WriteString("  end\n")
	for _, id := range ids[:min(len(ids), pictureSites)] {
		s, _ := m.byID(id)
		if nodes[id] == "" {
			nodes[id] = "o" + strconv.Itoa(len(nodes)+1)
			b.WriteString("  " + nodes[id] + "([\"" + mermaidText(clipped(s.Method+" "+s.File+":"+strconv.Itoa(s.Line), 60)) + "\"])\n")
		}
		link := func(kind string, families []Family) {
			for i, f := range families {
				if slices.Contains(f.Together, id) {
					b.WriteString("  " + nodes[id] + " --- " + tag + kind + strconv.Itoa(i+1) + "\n")
				}
			}
		}
		link("f", families)
		link("a", anchors)
	}
	if more := len(ids) - pictureSites; more > 0 {
		b.WriteString("  " + tag + "ops([\"" + count(more, "more operation") + "\"]) --- " + tag + "\n")
	}
}
