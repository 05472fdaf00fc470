package report

// against is how the report stands to a baseline: nothing without one.
func (m *markdown) against() []block {
	if m.Baseline == nil {
		return nil
	}
	var out []block
	head := block{head: "**" + prose(m.standing()) + "**\n"}
	out = append(out, head)
	var items []string
	for _, g := range m.Baseline.New {
		s, _ := m.byID(g.Sites[0])
		text := "- " + does(s) + " (**" + g.Verdict + "**, " + code(g.Rule) + "): " + prose(g.growth()) + "\n"
		var from []string
		for _, c := range g.callers(s) {
			from = append(from, code(clipped(c, nameSize)))
		}
		if len(from) > 0 {
			text += "  called from " + list(from, 5) + "\n"
		}
		if s.Reason != "" {
			text += "  " + prose(clipped(s.Reason, reasonSize)) + "\n"
		}
		items = append(items, text)
	}
	if len(items) > 0 {
		out = append(out, block{head: "### New since " + code(m.Baseline.File) + "\n\n", items: items, noun: "finding", share: 8000})
	}
	items = nil
	for _, k := range m.Baseline.Fixed {
		items = append(items, "- "+code(clipped(k.File, nameSize))+": "+prose(k.Method)+" in "+code(clipped(k.Function, nameSize))+" ("+code(k.Rule)+")\n")
	}
	if len(items) > 0 {
		out = append(out, details("<b>Fixed</b>, and still in the baseline", items, "finding", 1000))
	}
	return out
}
