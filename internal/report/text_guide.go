package report

import "strconv"

// guide is the end of the report: the rollout in order, for this target.
func (t *textReport) guide() {
	steps := t.Guide()
	if len(steps) == 0 {
		return
	}
	t.heading("Rollout, in this order")
	for i, s := range steps {
		t.blank()
		t.paint(bold, func() { t.para(2, 5, strconv.Itoa(i+1)+". "+s.Title) })
		for _, text := range s.Text {
			t.para(5, 5, text)
		}
		if len(s.Commands) > 0 {
			t.blank()
		}
		for _, c := range s.Commands {
			t.paint(cyan, func() { t.line(6, c) })
		}
	}
}
