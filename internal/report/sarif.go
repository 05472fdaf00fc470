package report

import (
	"encoding/json"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/load"
)

// What GitHub keeps of a run, less than which is written: 5,000 results; 1,000 locations of a result, of which it
// shows 100; 10 MB when packed.
const (
	resultLimit   = 5000
	evidenceLimit = 100    // locations of a result, besides its own
	evidenceTotal = 40_000 // of all results: the gravest come first
	fixLimit      = 16_000 // characters of a fix
	fixTotal      = 1_000_000
	textLimit     = 4000 // characters of a message
)

// sourceRoot is the base of all names of files: the top of the work tree.
const sourceRoot = "%SRCROOT%"

// writeSARIF writes the report in SARIF 2.1.0: a result for each site that is not safe, and for each client and library
// that needs a person.
func writeSARIF(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(sarifOf(r))
}

func sarifOf(r *Report) *sarif.Report {
	s := newSARIF(r)
	found := s.findings()
	cut := max(0, len(found)-resultLimit)
	run := sarif.NewRunWithInformationURI("clusterize", "https://github.com/clusterize/clusterize")
	run.WithColumnKind("utf16CodeUnits").WithDefaultSourceLanguage("go")
	for _, f := range found[:len(found)-cut] {
		run.AddResult(s.result(f))
	}
	run.Tool.Driver.WithRules(s.rules)
	run.AddInvocation(s.invocation(cut))
	return sarif.NewReport().AddRun(run)
}

// sarifReport is what results share.
type sarifReport struct {
	*Report
	site      map[string]Site
	lines     map[string]map[int]string // the code that is known, by file and line
	fixes     map[string]*sarif.Fix     // by site
	conflicts map[string][]string       // the sites that stand against one
	rules     []*sarif.ReportingDescriptor
	index     map[string]int // of rules
	times     map[string]int // of fingerprints
	evidence  int            // locations so far
	cutPlaces int            // locations that were not written
}

func newSARIF(r *Report) *sarifReport {
	s := &sarifReport{Report: r, site: map[string]Site{}, lines: map[string]map[int]string{},
		conflicts: map[string][]string{}, index: map[string]int{}, times: map[string]int{}}
	for _, x := range r.Sites {
		s.site[x.ID] = x
		code := r.Code[x.ID]
		if s.lines[x.File] == nil {
			s.lines[x.File] = map[int]string{}
		}
		for i, line := range code.Lines {
			s.lines[x.File][code.First+i] = line
		}
	}
	for _, c := range r.Plan.Conflicts {
		for _, id := range c.Sites {
			s.conflicts[id] = appendNew(s.conflicts[id], c.Against...)
		}
	}
	s.fixes = s.allFixes()
	return s
}

// region is a line, with a column where the code of the line is known: columns count bytes here, and UTF-16 code units
// in SARIF. The word that stands there, if any, is its end.
func (s *sarifReport) region(file string, line, column int, word string) *sarif.Region {
	g := sarif.NewRegion().WithStartLine(max(line, 1))
	text, known := s.lines[file][line]
	if at := column - 1; known && at >= 0 && at <= len(text) {
		start := units(text[:at]) + 1
		g.WithStartColumn(start)
		if word != "" && strings.HasPrefix(text[at:], word) {
			g.WithEndColumn(start + units(word))
		}
	}
	return g
}

// units counts UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// place is a location in a file of the target.
func (s *sarifReport) place(file string, region *sarif.Region) *sarif.Location {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(artifact(s.atTop(file)))
	if region != nil {
		at.WithRegion(region)
	}
	return sarif.NewLocation().WithPhysicalLocation(at)
}

// artifact is a file, relative to the top of the work tree.
func artifact(name string) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation((&url.URL{Path: name}).String()).WithURIBaseID(sourceRoot)
}

// told is a message: one line or more of text. Text that could be taken for a link or a placeholder is written so
// that it is none.
func told(text string) *sarif.Message { return sarif.NewTextMessage(literal(clipped(text, textLimit))) }

func literal(text string) string {
	if strings.Contains(text, "](") {
		text = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(text)
	}
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		b.WriteByte(text[i])
		end := strings.IndexByte(text[i:], '}')
		if text[i] != '{' || end < 2 {
			continue
		}
		if inner := text[i+1 : i+end]; strings.Trim(inner, "0123456789") == "" {
			b.WriteString("{" + inner + "}}")
			i += end
		}
	}
	return b.String()
}

// invocation says what is not in the results.
func (s *sarifReport) invocation(cut int) *sarif.Invocation {
	inv := sarif.NewInvocation().WithExecutionSuccessful(true)
	note := func(level, text string) *sarif.Notification {
		n := sarif.NewNotification().WithLevel(level).WithMessage(told(printable(text)))
		inv.AddToolExecutionNotification(n)
		return n
	}
	for _, n := range s.Notices {
		note(levelWarning, n)
	}
	if cut > 0 {
		note(levelError, count(cut, "result")+" are not in this file, the least severe ones: "+strconv.Itoa(resultLimit)+" are written. See clusterize report.")
	}
	if s.cutPlaces > 0 {
		note(levelNote, count(s.cutPlaces, "related location")+" are not in this file. See clusterize report --verbose.")
	}
	for _, l := range s.LeftOut {
		n := note(map[load.Severity]string{load.Note: levelNote, load.Part: levelWarning, load.Whole: levelError}[l.Severity],
			"Left out, or not read wholly: "+l.Package+": "+l.Reason)
		if l.Position.File != "" {
			n.AddLocation(s.place(l.Position.File, s.region(l.Position.File, l.Position.Line, l.Position.Column, "")))
		}
	}
	return inv
}
