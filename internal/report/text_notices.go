package report

import "fmt"

// notices is what must be known before anything else.
func (t *textReport) notices() {
	if len(t.Notices) == 0 {
		return
	}
	t.heading("Read this first")
	for _, n := range t.Notices {
		t.para(2, 4, n)
	}
}

// libraries lists what other code does with Redis: all that needs a person, the rest with -v.
func (t *textReport) libraries() {
	works := 0
	headed := false
	for _, l := range t.Libraries {
		if l.Verdict == "works" && !t.opt.Verbose {
			works++
			continue
		}
		if !headed {
			headed = true
			t.heading("Libraries that hold keys or clients themselves")
		}
		name := l.Path
		if l.Name != "" {
			name += ": " + l.Name
		}
		t.para(2, 4, fmt.Sprintf("%s:%d:%d  %s  %s", l.File, l.Line, l.Column, l.Verdict, name))
		t.para(4, 6, l.Reason)
	}
	if works > 0 && headed {
		t.blank()
		t.para(2, 4, count(works, "more use")+" of libraries that work on a cluster: see them with -v.")
	}
}
