package report

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// read is a report as a program reads it that has no source of ours.
func read(t *testing.T, r *Report) *sarif.Run {
	t.Helper()
	log, err := sarif.FromBytes(formatted(t, "sarif", r))
	if err != nil || len(log.Runs) != 1 {
		t.Fatalf("%v", err)
	}
	if err := log.Validate(); err != nil {
		t.Fatalf("not by the schema of SARIF 2.1.0: %.2000s", err)
	}
	return log.Runs[0]
}

// packed is the size that GitHub limits.
func packed(t *testing.T, text []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// TestSARIF holds each report to the schema, and to what GitHub wants of each result.
func TestSARIF(t *testing.T) {
	for name, r := range map[string]*Report{"empty": emptyReport(), "small": smallReport(), "review": reviewReport(), "hostile": hostileReport(), "many": manyReport(300), "left out": leftOutReport()} {
		run := read(t, r)
		seen := map[string]bool{}
		for _, x := range run.Results {
			print := x.PartialFingerprints["primaryLocationLineHash"]
			if print == "" || seen[print] {
				t.Errorf("%s: the fingerprint %q is missing, or there twice", name, print)
			}
			seen[print] = true
			rule := run.Tool.Driver.Rules[x.RuleIndex]
			if *rule.ID != *x.RuleID || rule.ShortDescription == nil || *rule.Help.Text == "" || *rule.Help.Markdown == "" || len(*rule.FullDescription.Text) > 1024 {
				t.Errorf("%s: the rule of %s is not described", name, *x.RuleID)
			}
			first, _, _ := strings.Cut(*x.Message.Text, "\n")
			if !strings.HasSuffix(first, ".") || len(first) < 30 {
				t.Errorf("%s: %q is no sentence", name, first)
			}
			for _, l := range slices.Concat(x.Locations, x.RelatedLocations) {
				a := l.PhysicalLocation.ArtifactLocation
				if *a.URIBaseID != "%SRCROOT%" || strings.HasPrefix(*a.URI, "/") || strings.ContainsAny(*a.URI, " <>\n\"") {
					t.Errorf("%s: the address %q", name, *a.URI)
				}
			}
		}
		if n := len(run.Invocations[0].ToolExecutionNotifications); n != len(r.LeftOut)+len(r.Notices) {
			t.Errorf("%s: %d notifications, want %d and %d", name, n, len(r.LeftOut), len(r.Notices))
		}
	}
}

// TestSARIFLimits has more than GitHub takes: the gravest results are there, and the rest is said to be missing.
func TestSARIFLimits(t *testing.T) {
	r := manyReport(8000)
	text := formatted(t, "sarif", manyReport(5000))
	t.Logf("5,000 sites: %d bytes, %d packed", len(text), packed(t, text))
	for i := range r.Sites {
		for j := range 12 {
			r.Sites[i].Contexts = append(r.Sites[i].Contexts, Context{File: fmt.Sprintf("a/caller%d.go", j), Line: i*12 + j, Verdict: "review", Keys: keysOf(fmt.Sprintf("k%d:<id>", i*j))})
		}
	}
	for j := range 2000 {
		r.Sites[6].Contexts = append(r.Sites[6].Contexts, Context{File: "b.go", Line: j + 1, Verdict: "blocked", Keys: keysOf("k")})
	}
	text = formatted(t, "sarif", r)
	t.Logf("8,000 sites with callers: %d bytes, %d packed", len(text), packed(t, text))
	if n := packed(t, text); n > 10<<20 {
		t.Errorf("%d bytes packed", n)
	}
	log, err := sarif.FromBytes(text)
	if err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != resultLimit {
		t.Errorf("%d results", len(run.Results))
	}
	wrote := map[string]int{}
	last := 0
	for _, x := range run.Results {
		if len(x.RelatedLocations)+len(x.Locations) > 1000 {
			t.Errorf("%d locations in a result", len(x.RelatedLocations))
		}
		if len(x.Suppressions) == 0 {
			wrote[x.Level]++
			if gravity(x.Level) < last {
				t.Error("a result stands behind a less severe one")
			}
			last = gravity(x.Level)
		}
	}
	if wrote[levelError] != r.Summary.Blocked {
		t.Errorf("%d errors of %d blocked sites", wrote[levelError], r.Summary.Blocked)
	}
	said := ""
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		said += *n.Message.Text + "\n"
	}
	all := r.Summary.Sites - r.Summary.Safe
	for _, want := range []string{fmt.Sprintf("%d results are not in this file", all-resultLimit), "related locations are not in this file"} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said that %s: %.500s", want, said)
		}
	}
}

// TestSARIFFingerprint moves lines and renames variables: the alerts stay the same. Another operation of the same kind
// gets a fingerprint of its own, and leaves those before it.
func TestSARIFFingerprint(t *testing.T) {
	prints := func(r *Report) []string {
		var out []string
		for _, x := range read(t, r).Results {
			out = append(out, x.PartialFingerprints["primaryLocationLineHash"])
		}
		slices.Sort(out)
		return out
	}
	before := prints(reviewReport())
	moved := reviewReport()
	for i := range moved.Sites {
		moved.Sites[i].Line += 100
		moved.Sites[i].ID += "x"
		for j, k := range moved.Sites[i].Keys {
			moved.Sites[i].Keys[j].Template = strings.NewReplacer("<id>", "<number>", "<name>", "<n>", "<key>", "<k>").Replace(k.Template)
		}
	}
	for i := range moved.Clients {
		moved.Clients[i].Line += 5
	}
	if after := prints(moved); !slices.Equal(before, after) {
		t.Errorf("moved lines change fingerprints:\n%q\n%q", before, after)
	}
	more := reviewReport()
	s := more.Sites[0]
	s.ID, s.Line = "new", s.Line+1
	more.Sites = append(more.Sites, s)
	more.Summary.Add(s)
	after := prints(more)
	if len(after) != len(before)+1 {
		t.Fatalf("%d and %d", len(before), len(after))
	}
	for _, p := range before {
		if !slices.Contains(after, p) {
			t.Errorf("another call takes the fingerprint %s away", p)
		}
	}
}

// TestSARIFColumns counts UTF-16 code units where the code is known, and gives no column where it is not.
func TestSARIFColumns(t *testing.T) {
	r := smallReport()
	s := &r.Sites[3] // KEYS, for review
	line := "\tx := \"é🙂\" + rdb.Keys(ctx, p)"
	s.Column = strings.Index(line, "Keys") + 1
	r.Code = map[string]Snippet{s.ID: {First: s.Line - 1, Lines: []string{"", line}}}
	for _, x := range read(t, r).Results {
		g := x.Locations[0].PhysicalLocation.Region
		switch {
		case *x.RuleID == string(s.Rule):
			if *g.StartColumn != s.Column-1-2 || *g.EndColumn != *g.StartColumn+4 || *g.StartLine != s.Line { // é has 2 bytes and 1 unit, the face 4 and 2
				t.Errorf("columns %d to %d", *g.StartColumn, *g.EndColumn)
			}
		case g.StartColumn != nil:
			t.Errorf("a column of a line that is not known: %d", *g.StartColumn)
		}
	}
}

func TestSARIFSuppressions(t *testing.T) {
	r := reviewReport()
	r.Sites[10].Reason = "decided: a and b are one document (clusterize.yaml:12)" // a safe one
	r.Clients[1].Reason = "stays on a single node: locks stay (clusterize.yaml:30)"
	got := map[string]string{}
	for _, x := range read(t, r).Results {
		for _, s := range x.Suppressions {
			got[*s.Justification] = *s.Kind
		}
	}
	want := map[string]string{"never called on a cluster (store/raw.go:4)": "inSource", r.Sites[10].Reason: "external", r.Clients[1].Reason: "external"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("suppressed are\n%v\nwant\n%v", got, want)
	}
}

func TestSARIFNotifications(t *testing.T) {
	r := leftOutReport()
	r.Top = "services/shop"
	r.LeftOut[0].Severity, r.LeftOut[1].Severity = load.Whole, load.Part
	r.LeftOut[0].Position = source.Position{File: "broken/broken.go", Line: 7, Column: 2}
	notes := read(t, r).Invocations[0].ToolExecutionNotifications
	var levels []string
	for _, n := range notes {
		levels = append(levels, n.Level)
	}
	if fmt.Sprint(levels) != "[error warning note]" || *notes[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "services/shop/broken/broken.go" {
		t.Errorf("%v", levels)
	}
}

func TestLiteral(t *testing.T) {
	for in, want := range map[string]string{
		"{user:<id>}:mail": "{user:<id>}:mail", "a{0}b{12}": "a{{0}}b{{12}}", "{": "{", "{}": "{}", "{1": "{1", "x[1]": "x[1]",
		"[a](1)": `\[a\](1)`, "{1}{": "{{1}}{", "{{1}": "{{{1}}",
	} {
		if got := literal(in); got != want {
			t.Errorf("literal(%q) = %q, want %q", in, got, want)
		}
	}
}
