package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Same reports keys with one name, old and new, however they were derived.
func (k Key) Same(o Key) bool { return k.Template == o.Template && k.NewTemplate == o.NewTemplate }

func sameKeys(a, b []Key) bool { return slices.EqualFunc(a, b, Key.Same) }

// derivations lists how the keys of a site were found, and where the trail ended. The steps behind the first one are
// written once in a report: many keys come out of one function.
func (t *textReport) derivations(indent int, s Site) {
	if !t.opt.Verbose {
		return
	}
	for _, k := range s.Keys {
		if len(k.Derivation) == 1 && k.Derivation[0].Text == strconv.Quote(k.Template) {
			continue // the key stands there as it is
		}
		above := 0
		for i, st := range k.Derivation {
			switch {
			case i == 0:
				t.step(indent, st)
			case t.written[st]:
				above++
			default:
				t.step(indent+2, st)
				t.written[st] = true
			}
		}
		if above > 0 {
			t.para(indent+2, indent+2, "... "+strconv.Itoa(above)+" as above")
		}
		if k.MoreSteps > 0 {
			t.para(indent+2, indent+2, "... "+strconv.Itoa(k.MoreSteps)+" more")
		}
		for _, u := range k.Unknown {
			t.unknown(indent+2, u)
		}
	}
}

// step is a line, or two where the text does not fit beside the expression.
func (t *textReport) step(indent int, s Step) {
	at := place(s.File, s.Line, s.Column)
	if strings.HasSuffix(s.Text, strconv.Quote(s.Template)) {
		t.words(indent, indent+4, []string{at, s.Text})
		return
	}
	t.words(indent, indent+4, []string{at, s.Text, "-> " + quoted(s.Template)})
}

func (t *textReport) unknown(indent int, u Unknown) {
	at := ""
	if u.File != "" {
		at = place(u.File, u.Line, u.Column) + " "
	}
	t.para(indent, indent+4, at+"<"+u.Name+"> is not known: it "+u.Reason)
	if u.Annotation != "" {
		t.words(indent+4, indent+8, append(strings.Fields("to settle it, write at "+u.AnnotationAt), u.Annotation))
	}
}

func place(file string, line, column int) string {
	return file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
}

// keyCount says how many key arguments are known, and what keeps the others from being known.
func (t *textReport) keyCount() {
	if t.Keys == nil || t.Keys.Total == 0 {
		return
	}
	c := t.Keys
	var terms []string
	for _, n := range []struct {
		n    int
		name string
	}{{c.Known, "known"}, {c.Partly, "known in part"}, {c.Unknown, "unknown"}, {c.Open, "open to any caller"}} {
		if n.n > 0 {
			terms = append(terms, strconv.Itoa(n.n)+" "+n.name)
		}
	}
	t.heading(count(c.Total, "key argument") + " = " + strings.Join(terms, " + "))
	wide := 0
	for _, r := range c.Reasons {
		wide = max(wide, len(strconv.Itoa(r.Count)))
	}
	for _, r := range c.Reasons {
		why := r.Reason
		if !r.Knowable {
			why += " (the code can't tell)"
		}
		t.words(4, 7+wide, append([]string{fmt.Sprintf("%*d ", wide, r.Count)}, strings.Fields(why)...))
	}
}
