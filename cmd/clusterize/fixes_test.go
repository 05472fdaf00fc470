package main_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	main "github.com/clusterize/clusterize/cmd/clusterize"
	"github.com/clusterize/clusterize/internal/report"
)

// TestFixesAlone takes each fix of a SARIF report alone, as an editor does, and reads the program again: it type-checks, and
// the sites of the fix are safe. Some programs have several fixes, for families that have nothing to do with each other.
func TestFixesAlone(t *testing.T) {
	t.Parallel()
	programs := []string{"jobs", "turnstile", "visits"}
	if testing.Short() {
		programs = programs[:1]
	}
	for _, name := range programs {
		t.Run(name, func(t *testing.T) {
			source := os.DirFS(filepath.Join("..", "..", "testdata", "programs", name))
			fresh := func() string {
				dir := t.TempDir()
				if err := os.CopyFS(dir, source); err != nil {
					t.Fatal(err)
				}
				return dir
			}
			var text bytes.Buffer // the pages of rules speak of goroutines, which run takes for a crash
			if code := main.Run(t.Context(), []string{"report", "-C", fresh(), "--format=sarif"}, &text, io.Discard); code != 0 {
				t.Fatalf("exit %d", code)
			}
			log, err := sarif.FromBytes(text.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			fixes, sites := map[string]*sarif.Fix{}, map[string][]string{}
			for _, x := range log.Runs[0].Results {
				for _, f := range x.Fixes {
					fixes[*f.Description.Text] = f
					sites[*f.Description.Text] = append(sites[*f.Description.Text], x.Properties.Properties["site"].(string))
				}
			}
			if len(fixes) < 2 {
				t.Fatalf("only %d fixes", len(fixes))
			}
			for _, what := range slices.Sorted(maps.Keys(fixes)) {
				dir := fresh()
				for _, c := range fixes[what].ArtifactChanges {
					name := filepath.Join(dir, filepath.FromSlash(*c.ArtifactLocation.URI))
					put(t, name, replaced(readText(t, name), c.Replacements))
				}
				fixedSites(t, dir, what, sites[what])
			}
		})
	}
}

// fixedSites reads a program to which a fix was applied.
func fixedSites(t *testing.T, dir, what string, ids []string) {
	t.Helper()
	var r report.Report
	if err := json.Unmarshal([]byte(run(t, "report", "-C", dir, "--format=json").stdout), &r); err != nil {
		t.Fatal(err)
	}
	for _, l := range r.LeftOut {
		t.Errorf("%s: %s: %s", what, l.Package, l.Reason)
	}
	for _, id := range ids {
		i := slices.IndexFunc(r.Sites, func(s report.Site) bool { return s.ID == id })
		if i < 0 || r.Sites[i].Verdict != "safe" {
			t.Errorf("%s: the site %s is not safe after it", what, id)
		}
	}
}

// replaced applies replacements of whole lines; the last ones first, so that the lines before them stay where they are.
func replaced(text string, list []*sarif.Replacement) string {
	lines := strings.SplitAfter(text, "\n")
	for _, r := range slices.Backward(list) {
		g := r.DeletedRegion
		lines = slices.Replace(lines, *g.StartLine-1, *g.EndLine-1, *r.InsertedContent.Text)
	}
	return strings.Join(lines, "")
}
