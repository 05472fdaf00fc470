package report

import (
	"slices"
	"strconv"
	"strings"
)

// unread is what is not in the report.
func (m *markdown) unread() []block {
	var items []string
	for _, l := range m.unreadParts() {
		items = append(items, "- "+code(clipped(l.Package, nameSize))+": "+prose(clipped(l.Reason, nameSize))+"\n")
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Left out, or not read wholly</b>: "+count(len(items), "note")+"; what is used there is not in this report", items, "note", 3000)}
}

// notFollowed are the decisions that are of no use.
func (m *markdown) notFollowed() []block {
	var items []string
	for _, p := range m.Problems {
		items = append(items, "- "+code(clipped(p.Package, nameSize))+": "+prose(clipped(p.Reason, reasonSize))+"\n")
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Decisions that are not followed</b>: "+strconv.Itoa(len(items)), items, "decision", 3000)}
}

// conflicting are operations that another plan would serve.
func (m *markdown) conflicting() []block {
	var items []string
	for _, c := range m.Plan.Conflicts {
		s := "- " + list(m.sitesOf(c.Sites), listSize) + " " + verb(len(c.Sites), "gives", "give") + " way"
		if against := m.sitesOf(c.Against); len(against) > 0 {
			s += " to " + list(against, listSize)
		}
		s += ": " + prose(clipped(c.Loses, nameSize)) + "\n"
		for i, f := range c.Families {
			if i == listSize {
				break
			}
			s += "  - " + code(clipped(f.Then, nameSize)) + " instead of " + code(clipped(f.Now, nameSize)) + "\n"
		}
		items = append(items, s)
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Conflicts</b>: operations that want other tags of the same keys ("+strconv.Itoa(len(items))+")", items, "conflict", 2000)}
}

// constructors are the clients, those that need a person first.
func (m *markdown) constructors() []block {
	clients := slices.Clone(m.Clients)
	slices.SortStableFunc(clients, func(a, b Client) int { return gravity(level(a.Verdict)) - gravity(level(b.Verdict)) })
	var items []string
	open := 0
	shared := sharedNotes(clients)
	for _, n := range shared {
		items = append(items, "- note "+strconv.Itoa(n.N)+", of "+count(len(n.Clients), "client")+": "+prose(clipped(n.Text, nameSize))+"\n")
	}
	said := map[Client][]string{} // where the same is said of clients
	var order []Client
	for _, c := range clients {
		open += rank(c.undecided())
		like := Client{Constructor: c.Constructor, Verdict: c.Verdict, Reason: strings.TrimSuffix(strings.Join(c.own(shared), "; "), " below")}
		if said[like] == nil {
			order = append(order, like)
		}
		said[like] = append(said[like], code(clipped(place(c.File, c.Line, c.Column), nameSize)))
	}
	for _, c := range order {
		s := "- " + said[c][0] + ": " + code(clipped(c.Constructor, nameSize)) + ": **" + c.Verdict + "**"
		if c.Reason != "" {
			s += ": " + prose(clipped(c.Reason, 700))
		}
		if also := said[c][1:]; len(also) > 0 {
			s += "\n  Also at " + list(also, listSize)
		}
		items = append(items, s+"\n")
	}
	if len(items) == 0 {
		return nil
	}
	title := "<b>Clients</b>: " + strconv.Itoa(len(clients))
	if open > 0 {
		title += ", of which " + strconv.Itoa(open) + " " + verb(open, "needs", "need") + " a person"
	}
	return []block{details(title, items, "client", 3000)}
}

// libraryUses are libraries that need attention.
func (m *markdown) libraryUses() []block {
	var items []string
	said := map[string]bool{}
	for _, l := range m.Libraries {
		if key := l.Path + "\x00" + l.Verdict + "\x00" + l.Reason; l.Verdict == "works" || said[key] {
			continue
		} else {
			said[key] = true
		}
		var at []string
		for _, o := range m.Libraries {
			if o.Path == l.Path && o.Verdict == l.Verdict && o.Reason == l.Reason {
				at = append(at, code(clipped(place(o.File, o.Line, o.Column), nameSize)))
			}
		}
		items = append(items, "- "+code(l.Path)+": **"+l.Verdict+"**: "+prose(clipped(l.Reason, reasonSize))+"\n  Used at "+list(at, 5)+"\n")
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Libraries that hold keys or clients themselves</b>: "+strconv.Itoa(len(items)), items, "library", 2000)}
}

// rewritten are the sites that are made otherwise, with what is lost.
func (m *markdown) rewritten() []block {
	var sites []Site
	for _, s := range m.Sites {
		if s.Ignored == "" && (s.Verdict == "split" || s.Verdict == "fanout") {
			sites = append(sites, s)
		}
	}
	var items []string
	for _, it := range folded(sites) {
		items = append(items, m.site(it))
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Rewritten calls</b>: "+count(len(sites), "site")+", slot by slot or to ask every primary", items, "reason", 3000)}
}

// series are the patches in their order, and the changes that are not made.
func (m *markdown) series() []block {
	var items []string
	for _, p := range m.Patches {
		added, removed := 0, 0
		for _, f := range p.Files {
			a, r := f.Counts()
			added, removed = added+a, removed+r
		}
		items = append(items, strconv.Itoa(len(items)+1)+". "+code(clipped(p.Subject, nameSize))+" ("+count(len(p.Files), "file")+", +"+strconv.Itoa(added)+" −"+strconv.Itoa(removed)+")\n")
	}
	var out []block
	if len(items) > 0 {
		out = append(out, details("<b>The port as a series of patches</b>: "+strconv.Itoa(len(items))+", in the order in which they can be merged", items, "patch", 3000))
		out[0].foot = "\nEach compiles upon the ones before it. Those that switch clients need the cluster, the others work on a standalone server too.\n\n</details>\n"
	}
	items = nil
	for _, c := range m.Changes {
		if c.Outcome == "applied" {
			continue
		}
		what := outcomes[c.Outcome]
		if what == "" {
			what = c.Outcome
		}
		items = append(items, "- "+prose(clipped(c.Title, nameSize))+" ("+prose(what)+"): "+prose(clipped(c.Reason, reasonSize))+"\n")
	}
	if len(items) > 0 {
		out = append(out, details("<b>Changes that are not made</b>: "+strconv.Itoa(len(items)), items, "change", 1500))
	}
	return out
}

// leftAlone are the sites that a directive speaks of.
func (m *markdown) leftAlone() []block {
	var items []string
	for _, s := range m.Sites {
		if s.Ignored != "" {
			items = append(items, "- "+does(s)+" ("+s.Verdict+"): "+prose(clipped(s.Ignored, nameSize))+"\n")
		}
	}
	if len(items) == 0 {
		return nil
	}
	return []block{details("<b>Ignored by directives</b>, and counted above: "+count(len(items), "site"), items, "site", 1000)}
}
