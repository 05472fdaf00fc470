package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
)

// shownLimit is how many annotations of one kind GitHub shows for a step of a job.
const shownLimit = 10

// commandOf is the workflow command for a level.
var commandOf = map[string]string{levelError: "error", levelWarning: "warning", levelNote: "notice"}

// writeGitHub writes the sites that are not safe as workflow commands, which GitHub shows at the lines of a pull request,
// the gravest first; with a baseline the new ones only. What it would not show is written as lines of the log.
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	sites := gravest(r.gated(), Site.notSafe)
	if r.Baseline != nil {
		sites = r.newSites()
	}
	shown := map[string]int{}
	var rest, notes []string
	for _, s := range sites {
		l := level(s.Verdict)
		if r.Baseline != nil {
			l = levelError // whatever it is, it ends the job
		}
		text := s.says()
		if s.Reason != "" {
			text += "\n" + s.Reason
		}
		if shown[l]++; shown[l] > shownLimit {
			rest = append(rest, place(printable(r.atTop(s.File)), s.Line, s.Column)+": "+s.says()+" ("+string(s.Rule)+")")
			continue
		}
		b.WriteString(workflow(commandOf[l], r.atTop(s.File), s.Line, s.Column, string(s.Rule), text))
	}
	for _, l := range r.LeftOut {
		if l.Severity == load.Note || r.Baseline != nil && !slices.Contains(r.Baseline.Unread, l.Package) { // it ends no job
			notes = append(notes, "left out: "+printable(l.Package+": "+l.Reason))
			continue
		}
		if shown[levelError]++; shown[levelError] > shownLimit {
			rest = append(rest, "left out: "+printable(l.Package+": "+l.Reason))
			continue
		}
		file := ""
		if l.Position.File != "" {
			file = r.atTop(l.Position.File)
		}
		b.WriteString(workflow("error", file, l.Position.Line, l.Position.Column, "left out", l.Package+": "+l.Reason))
	}
	for _, line := range rest {
		b.WriteString("- " + line + "\n")
	}
	if len(rest) > 0 {
		b.WriteString(count(len(rest), "line") + " above " + verb(len(rest), "is", "are") + " not annotated: GitHub shows " + strconv.Itoa(shownLimit) + " of a kind.\n")
	}
	for _, line := range notes {
		b.WriteString("- " + line + "\n")
	}
	b.WriteString(printable(r.sums()) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// sums is the last line of a log.
func (r *Report) sums() string {
	if r.Baseline != nil {
		return r.standing()
	}
	if r.Safe() {
		return AllSafe(r)
	}
	var terms []string
	for _, v := range verdicts {
		if n := r.Summary.of(v.name); n > 0 {
			terms = append(terms, strconv.Itoa(n)+" "+v.name)
		}
	}
	s := count(r.Summary.Sites, "site") + " = " + strings.Join(terms, " + ")
	if n := r.Summary.Ignored; n > 0 {
		s += " (" + strconv.Itoa(n) + " of them ignored by directives)"
	}
	if n := len(r.openClients()); n > 0 {
		s += "; " + count(n, "client") + " " + verb(n, "is", "are") + " not of a cluster"
	}
	return s
}

// AllSafe says that every site is safe, or ignored, and counts the comments that mark sites.
func AllSafe(r *Report) string {
	s := r.Summary
	switch {
	case s.Sites == 0:
		return "no go-redis call was found: nothing to check" + r.marks()
	case s.Ignored > 0:
		return count(s.Sites, "site") + ", " + strconv.Itoa(s.Safe) + " safe on a cluster, " + strconv.Itoa(s.Ignored) + " ignored by directives" + r.marks()
	}
	return count(s.Sites, "site") + verb(s.Sites, ", safe", ", all safe") + " on a cluster" + r.marks()
}

// marks counts the comments that mark sites, behind other counts.
func (r *Report) marks() string {
	solved := 0
	for _, t := range r.Todos {
		if t.Solved {
			solved++
		}
	}
	if len(r.Todos) == 0 {
		return ""
	}
	return ", " + count(len(r.Todos), "//clusterize:todo comment") + " of which " + strconv.Itoa(solved) + " " + verb(solved, "is", "are") + " solved"
}

// What a workflow command can't hold as it is: in its message, and in its properties.
var (
	messageEscape  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscape = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// workflow is a line that GitHub reads as an annotation.
func workflow(command, file string, line, column int, title, text string) string {
	var props []string
	add := func(name, value string) { props = append(props, name+"="+propertyEscape.Replace(value)) }
	if file != "" {
		add("file", file)
		if line > 0 {
			add("line", strconv.Itoa(line))
		}
		if column > 0 {
			add("col", strconv.Itoa(column))
		}
	}
	add("title", "clusterize: "+title)
	lines := strings.Split(clipped(text, textLimit), "\n")
	for i, l := range lines {
		lines[i] = printable(l)
	}
	return "::" + command + " " + strings.Join(props, ",") + "::" + messageEscape.Replace(strings.Join(lines, "\n")) + "\n"
}
