package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// annotation is a workflow command as the runner of GitHub reads it.
var annotation = regexp.MustCompile(`^::(error|warning|notice) (?:file=([^:,]+),line=(\d+)(?:,col=(\d+))?,)?title=([^:,]*)::([^\r\n]+)$`)

// TestGitHub reads each line as GitHub does: there is one annotation for each site that is shown, and nothing that a name
// of the target adds.
func TestGitHub(t *testing.T) {
	for name, r := range map[string]*Report{"review": reviewReport(), "hostile": hostileReport(), "many": manyReport(300), "compared": comparedReport()} {
		kinds := map[string]int{}
		last := -1
		for line := range strings.Lines(string(formatted(t, "github", r))) {
			line = strings.TrimSuffix(line, "\n")
			if !strings.HasPrefix(line, "::") {
				if strings.Contains(line, "##[") {
					t.Errorf("%s: %q is a command of the log", name, line)
				}
				continue
			}
			m := annotation.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%s: %q is no annotation", name, line)
				continue
			}
			kinds[m[1]]++
			if g := map[string]int{"error": 0, "warning": 1, "notice": 2}[m[1]]; g < last && !strings.Contains(m[5], "left out") {
				t.Errorf("%s: a graver one comes later: %s", name, line)
			} else if !strings.Contains(m[5], "left out") {
				last = g
			}
		}
		for kind, n := range kinds {
			if n > shownLimit {
				t.Errorf("%s: %d of %s, and GitHub shows %d", name, n, kind, shownLimit)
			}
		}
	}
}

// TestGitHubCounts says how many are not annotated, each in a line of the log.
func TestGitHubCounts(t *testing.T) {
	r := manyReport(300)
	text := string(formatted(t, "github", r))
	open := r.Summary.Sites - r.Summary.Safe - r.Summary.Ignored
	rest := open - 3*shownLimit
	if n := strings.Count(text, "\n- "); n != rest || !strings.Contains(text, strconv.Itoa(rest)+" lines above are not annotated") {
		t.Errorf("%d lines, want %d", n, rest)
	}
	if !strings.HasSuffix(text, fmt.Sprintf("300 sites = 40 safe + 20 tag + 20 split + 20 fanout + %d review + %d blocked (20 of them ignored by directives)\n", r.Summary.Review, r.Summary.Blocked)) {
		t.Errorf("the last line is %q", text[len(text)-200:])
	}
}

func TestWorkflow(t *testing.T) {
	got := workflow("error", "a,b:c%d.go", 3, 4, "100%: x, y", "50% of\na::b,c\r\x1b[0m")
	want := "::error file=a%2Cb%3Ac%25d.go,line=3,col=4,title=clusterize%3A 100%25%3A x%2C y::50%25 of%0Aa::b,c\\r\\x1b[0m\n"
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	if got := workflow("warning", "", 0, 0, "x", "y"); got != "::warning title=clusterize%3A x::y\n" {
		t.Error(got)
	}
}

// TestGitHubLeftOut makes errors of what fails check, and lines of the log of what does not.
func TestGitHubLeftOut(t *testing.T) {
	r := leftOutReport()
	r.LeftOut[0].Severity = load.Part
	r.LeftOut[0].Position = source.Position{File: "broken/broken.go", Line: 7, Column: 2}
	text := string(formatted(t, "github", r))
	for _, want := range []string{"::error file=broken/broken.go,line=7,col=2,title=clusterize%3A left out::example.com/shop/broken: ", "\n- left out: example.com/shop/tools: "} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
}

// TestTop names files as they are seen from the top of the work tree.
func TestTop(t *testing.T) {
	r := smallReport()
	r.Top = "services/shop"
	for format, want := range map[string]string{"github": "file=services/shop/internal/orders/orders.go,", "sarif": `"uri": "services/shop/internal/orders/orders.go"`} {
		if text := string(formatted(t, format, r)); !strings.Contains(text, want) {
			t.Errorf("%s has no %s", format, want)
		}
	}
}
