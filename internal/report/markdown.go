package report

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// markdownLimit is how many bytes are written: GitHub takes 65,536 characters in a comment.
const markdownLimit = 65_000

// block is a section of the page: a head, items that may be cut from the end, and what stands behind them.
type block struct {
	head, foot string
	items      []string
	noun       string // of an item
	share      int    // how many bytes it is given before the others take what is left; in the order of importance
}

// writeMarkdown writes the report as a comment to a pull request.
func writeMarkdown(w io.Writer, r *Report) error {
	m := &markdown{textReport: &textReport{Report: r}}
	_, err := io.WriteString(w, fitted(m.blocks(), markdownLimit))
	return err
}

// fitted joins blocks, with as many of their items as there is room for. Every block gets its share, then what is left goes
// to the first ones. A cut says how many items are missing, and where they are.
func fitted(blocks []block, limit int) string {
	room := limit
	blocks = slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { // what is always there fits, but for a flood of rules
		need := len(b.head) + len(b.foot) + len(b.missing(len(b.items))) + 1
		if need > room {
			return true
		}
		room -= need
		return false
	})
	shown := make([]int, len(blocks))
	take := func(i, most int) {
		for shown[i] < len(blocks[i].items) {
			n := len(blocks[i].items[shown[i]])
			if n > most || n > room {
				return
			}
			most, room = most-n, room-n
			shown[i]++
		}
	}
	for i, b := range blocks {
		take(i, b.share)
	}
	for i := range blocks {
		take(i, room)
	}
	var out strings.Builder
	for i, b := range blocks {
		out.WriteString(b.head + strings.Join(b.items[:shown[i]], "") + b.missing(len(b.items)-shown[i]) + b.foot)
		if i < len(blocks)-1 {
			out.WriteString("\n")
		}
	}
	return out.String()
}

// missing says how many items are not shown.
func (b block) missing(n int) string {
	if n == 0 {
		return ""
	}
	return "\n_… and " + count(n, "more "+b.noun) + ", which " + verb(n, "does", "do") + " not fit here: run_ `clusterize report`\n"
}

// markdown makes the blocks.
type markdown struct {
	*textReport
	index map[string]int // of sites, by their ids
}

// blocks are in the order in which they are read, which is that of their importance.
func (m *markdown) blocks() []block {
	out := []block{m.summary()}
	out = append(out, m.against()...)
	out = append(out, m.persons()...)
	out = append(out, m.unread()...)
	out = append(out, m.notFollowed()...)
	out = append(out, m.tags()...)
	out = append(out, m.rewritten()...)
	out = append(out, m.conflicting()...)
	out = append(out, m.constructors()...)
	out = append(out, m.libraryUses()...)
	out = append(out, m.series()...)
	out = append(out, m.leftAlone()...)
	return append(out, m.rollout()...)
}

// summary is what everyone reads.
func (m *markdown) summary() block {
	var b strings.Builder
	open := m.Summary.Undecided()
	b.WriteString("<!-- clusterize -->\n## Redis Cluster: ")
	switch {
	case len(m.Sites) == 0 && len(m.Clients) == 0:
		b.WriteString("no go-redis client is used here\n")
	case open > 0:
		b.WriteString(strconv.Itoa(open) + " of " + count(m.Summary.Sites, "call site") + " " + verb(open, "needs", "need") + " a person\n")
	case m.Summary.Safe+m.Summary.Ignored == m.Summary.Sites:
		b.WriteString("every call site is safe\n")
	default:
		b.WriteString("no call site needs a person\n")
	}
	for _, n := range m.Notices {
		b.WriteString("\n> [!WARNING]\n> " + prose(clipped(n, 2000)) + "\n")
	}
	if m.Summary.Sites > 0 {
		b.WriteString("\n| sites | verdict | |\n|--:|---|---|\n")
		for _, v := range verdicts {
			if n := m.Summary.of(v.name); n > 0 {
				b.WriteString("| " + strconv.Itoa(n) + " | **" + v.name + "** | " + v.means + " |\n")
			}
		}
		b.WriteString("| " + strconv.Itoa(m.Summary.Sites) + " | | in all")
		if n := m.testSites(); n > 0 {
			b.WriteString(", " + strconv.Itoa(n) + " in test files")
		}
		if n := m.Summary.Ignored; n > 0 {
			b.WriteString(", " + strconv.Itoa(n) + " ignored by directives")
		}
		b.WriteString(" |\n")
	}
	var mods []string
	for _, mod := range m.Modules {
		for _, g := range mod.GoRedis {
			mods = append(mods, code(mod.Path)+" (go-redis "+code(g.Version)+")")
		}
	}
	if len(mods) > 8 {
		mods = append(mods[:8], count(len(mods)-8, "more module"))
	}
	if len(mods) > 0 {
		b.WriteString("\nRead: " + strings.Join(mods, ", ") + "\n")
	}
	return block{head: b.String()}
}

// details is a folded block.
func details(summary string, items []string, noun string, share int) block {
	return block{head: "<details>\n<summary>" + summary + "</summary>\n\n", foot: "\n</details>\n", items: items, noun: noun, share: share}
}

// persons is what a person must decide, by rule.
func (m *markdown) persons() []block {
	out := []block{}
	byRule := m.byRule()
	n := 0
	for _, id := range ruleOrder(byRule) {
		n += len(byRule[id])
	}
	if n == 0 {
		return nil
	}
	out = append(out, block{head: "### For a person to decide: " + count(n, "site") + "\n"})
	order := ruleOrder(byRule)
	slices.SortStableFunc(order, func(a, b ruleID) int { return worst(byRule[a]) - worst(byRule[b]) })
	for _, id := range order {
		var items []string
		for _, it := range folded(byRule[id]) {
			items = append(items, m.site(it))
		}
		out = append(out, details(ruleSummary(id, byRule[id]), items, "reason", 20_000/len(order)))
		out[len(out)-1].foot = "\nMore: `clusterize explain " + strings.Map(idRune, string(id)) + "`\n\n</details>\n"
	}
	return out
}

// tags are the families that get new names, with a picture.
func (m *markdown) tags() []block {
	var renamed []Family
	for _, f := range m.Families {
		if f.Tag != "" {
			renamed = append(renamed, f)
		}
	}
	if len(renamed) == 0 {
		return nil
	}
	groups := byTag(renamed)
	var items []string
	for _, g := range groups {
		items = append(items, m.group(g))
	}
	picture := m.picture(groups)
	if picture != "" {
		picture = "\n" + picture
	}
	return []block{
		{head: "### Keys that get a tag: " + count(len(renamed), "family") + "\n\nStored data must be renamed as well: `clusterize rename`.\n" + picture},
		details("<b>Old names and new ones</b>, by tag ("+count(len(groups), "tag")+")", items, "tag", 8000),
	}
}

// rollout is the way of this target to a cluster: what to do in which order, and the details folded.
func (m *markdown) rollout() []block {
	steps := m.Guide()
	if len(steps) == 0 {
		switch {
		case m.Summary.Undecided() > 0:
			return []block{{head: "### Next\n\nDecide on the sites above.\n"}}
		case m.Summary.Safe+m.Summary.Ignored == m.Summary.Sites:
			return []block{{head: "Nothing to do: every site works on a cluster as it is.\n"}}
		}
		return nil
	}
	next := block{head: "### Next\n\n"}
	var items []string
	for i, s := range steps {
		n := strconv.Itoa(i+1) + ". "
		next.head += n + prose(clipped(s.Title, nameSize)) + "\n"
		text := n + "**" + prose(clipped(s.Title, nameSize)) + "**\n"
		for _, par := range s.Text {
			text += "\n   " + prose(clipped(par, reasonSize)) + "\n"
		}
		if len(s.Commands) > 0 {
			text += "\n   ```sh\n   " + strings.Join(s.Commands, "\n   ") + "\n   ```\n"
		}
		items = append(items, text)
	}
	return []block{next, details("<b>How</b>, with the commands", items, "step", 7000)}
}
