package report

import (
	"fmt"
	"slices"
)

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

// libraries lists what other code does with Redis: all that needs a person, the rest with -v. Uses of which the same is
// said are listed together.
func (t *textReport) libraries() {
	works := 0
	headed := false
	said := map[string]bool{}
	for _, l := range t.Libraries {
		if l.Verdict == "works" && !t.opt.Verbose {
			works++
			continue
		}
		if said[l.Path+l.Verdict+l.Reason] {
			continue
		}
		said[l.Path+l.Verdict+l.Reason] = true
		if !headed {
			headed = true
			t.heading("Libraries that hold keys or clients themselves")
		}
		t.para(2, 4, l.Path+": "+l.Verdict)
		t.para(4, 6, l.Reason)
		t.para(4, 6, "used at "+t.uses(l))
	}
	if works > 0 && headed {
		t.blank()
		t.para(2, 4, count(works, "more use")+" of libraries that work on a cluster: see them with -v.")
	}
}

// uses lists where the same is said of a library.
func (t *textReport) uses(of Library) string {
	var at []string
	for _, l := range t.Libraries {
		if l.Path == of.Path && l.Verdict == of.Verdict && l.Reason == of.Reason {
			place := fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
			if l.Name != "" {
				place += " (" + l.Name + ")"
			}
			at = append(at, place)
		}
	}
	if n := len(at) - 5; n > 0 && !t.opt.Verbose {
		at = append(slices.Clone(at[:5]), count(n, "more place"))
	}
	out := at[0]
	for _, p := range at[1:] {
		out += ", " + p
	}
	return out
}
