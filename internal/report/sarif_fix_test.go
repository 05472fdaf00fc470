package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/patch"
)

// applyFix replaces regions of a text as SARIF has it: lines and columns from 1, columns in UTF-16 code units.
func applyFix(t *testing.T, old string, list []*sarif.Replacement) string {
	t.Helper()
	lines := strings.SplitAfter(old, "\n")
	offset := func(line, column int) int {
		n := 0
		for _, l := range lines[:min(line-1, len(lines))] {
			n += len(l)
		}
		if line > len(lines) {
			return n
		}
		return n + len(string(utf16.Decode(utf16.Encode([]rune(lines[line-1]))[:column-1])))
	}
	out, end := "", 0
	for _, r := range list {
		g := r.DeletedRegion
		from, to := offset(*g.StartLine, *g.StartColumn), offset(*g.EndLine, *g.EndColumn)
		if from < end || to < from {
			t.Fatalf("replacements overlap, or are not in order")
		}
		out, end = out+old[end:from]+*r.InsertedContent.Text, to
	}
	return out + old[end:]
}

// TestFixesAreExact applies fixes made from the patches of random texts.
func TestFixesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"a\n", "b\r\n", "\n", "é🙂\n", "\tx := 1\n"}
	text := func() string {
		var b strings.Builder
		for range r.IntN(25) {
			b.WriteString(kinds[r.IntN(len(kinds))])
		}
		if r.IntN(3) == 0 {
			b.WriteString("🙂 end")
		}
		return b.String()
	}
	pairs := [][2]string{{"a", "b"}, {"a\n", "a"}, {"a", "a\n"}, {"a\n", "a\nb\n"}, {"", "a\n"}, {"a\n", ""}, {"🙂", "🙂\nx"}}
	for range 5000 {
		pairs = append(pairs, [2]string{text(), text()})
	}
	for _, p := range pairs {
		if got := applyFix(t, p[0], replacements(patch.Compare("a.go", []byte(p[0]), []byte(p[1])))); got != p[1] {
			t.Fatalf("%q to %q: got %q", p[0], p[1], got)
		}
	}
}

// TestFixesStandAlone holds that only patches that need no other are offered.
func TestFixesStandAlone(t *testing.T) {
	edit := func(name string) patch.File { return patch.Compare(name, []byte("a\n"), []byte("b\n")) }
	tag := func(site string, files ...patch.File) Patch {
		return Patch{Stage: StageTag, Subject: "redis: tag", Sites: []string{site}, Files: files}
	}
	big := patch.Compare("big.go", []byte("a\n"), []byte(strings.Repeat("line\n", fixLimit)))
	for name, c := range map[string]struct {
		patches []Patch
		want    string
	}{
		"none":                      {nil, "[]"},
		"the first":                 {[]Patch{tag("s1", edit("a.go"), edit("b.go"))}, "[s1]"},
		"other files":               {[]Patch{tag("s1", edit("a.go")), tag("s2", edit("b.go"))}, "[s1 s2]"},
		"a file of an earlier one":  {[]Patch{tag("s1", edit("a.go")), tag("s2", edit("b.go"), edit("a.go")), tag("s3", edit("b.go"))}, "[s1]"},
		"the helper comes first":    {[]Patch{{Stage: StageSplit, Sites: []string{"s1"}, Files: []patch.File{patch.Create("h.go", []byte("package h\n")), edit("c.go")}}, tag("s2", edit("a.go"))}, "[]"},
		"key text comes first":      {[]Patch{{Stage: StageSplit, Sites: []string{"s1"}, Files: []patch.File{edit("c.go")}}, tag("s2", edit("a.go"))}, "[s1]"},
		"comments":                  {[]Patch{{Stage: StageNote, Sites: []string{"s1"}, Files: []patch.File{edit("c.go")}}, tag("s2", edit("a.go"))}, "[]"},
		"too long":                  {[]Patch{tag("s1", big), tag("s2", edit("a.go"))}, "[s2]"},
		"no text":                   {[]Patch{tag("s1", patch.Compare("a.go", []byte("\xff\n"), []byte("b\n")))}, "[]"},
		"the client after the keys": {[]Patch{tag("s1", edit("a.go")), {Stage: StageSwitch, Sites: []string{"s2"}, Files: []patch.File{edit("b.go")}}}, "[s1]"},
	} {
		var got []string
		for id := range newSARIF(&Report{Patches: c.patches}).fixes {
			got = append(got, id)
		}
		slices.Sort(got)
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: fixes of %v, want %s", name, got, c.want)
		}
	}
}
