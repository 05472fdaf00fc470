package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/patch"
)

// TestSharedNotes: what is said of many clients stands once in each format, and in the commit.
func TestSharedNotes(t *testing.T) {
	const note = "the URL at main.go:12 is a setting: it must name several nodes"
	r := Report{Modules: smallReport().Modules}
	p := Patch{Stage: StageSwitch}
	for i := range 37 {
		c := Client{ID: fmt.Sprintf("c%d", i), File: fmt.Sprintf("ex%d/main.go", i), Line: 12, Column: 3, Constructor: "NewClient", Verdict: "ported",
			Reason: note + fmt.Sprintf("; PoolSize %d is per node", i)}
		r.Clients = append(r.Clients, c)
		p.Clients = append(p.Clients, c.ID)
		p.Files = append(p.Files, patch.File{Name: c.File})
	}
	out := finish(r)
	for _, format := range []string{"text", "markdown", "html"} {
		var b bytes.Buffer
		var err error
		if format == "text" {
			err = Text(&b, out, TextOptions{Width: 1000})
		} else {
			err = Write(&b, format, out)
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "is a setting"); n != 1 {
			t.Errorf("%s says it %d times", format, n)
		}
		if !strings.Contains(b.String(), "37 clients: the URL") {
			t.Errorf("%s does not say of how many clients", format)
		}
	}
	out.Describe(&p)
	if n := strings.Count(p.Body, "\n"); n > 80 {
		t.Errorf("the body has %d lines:\n%s", n, p.Body)
	}
	if want := "redis: switch to the cluster client in ex0/main.go and 36 more files"; p.Subject != want {
		t.Errorf("got %q, want %q", p.Subject, want)
	}
}

// TestEmptyKey: a key without a name can be seen.
func TestEmptyKey(t *testing.T) {
	if !names(`BRPOP on "", q:<q>: an empty name is a key`, "") || names("BRPOP on q:<q>", "") {
		t.Error("it is not found in a sentence")
	}
	r := &textReport{Report: &Report{}, page: page{width: 80}}
	got := strings.Join(r.keyWords([]Key{{}, {Template: "a", Alternative: true}, {Template: "b"}}), " ")
	if want := `"" | a, b`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestGuideMails: the switch is not merged with what comes before it.
func TestGuideMails(t *testing.T) {
	for _, test := range []struct {
		split, switches int
		merge, last     string
	}{
		{0, 1, "", "clusterize diff --series patches git am patches/*.patch"},
		{2, 1, "clusterize diff --series patches git am patches/000[1-2]-*.patch", "git am patches/0003-*.patch"},
		{2, 0, "clusterize diff --series patches git am patches/*.patch", ""},
		{11, 2, "clusterize diff --series patches git am $(ls patches/*.patch | sed -n 1,11p)", "git am $(ls patches/*.patch | sed -n 12,13p)"},
	} {
		g := guide{Report: smallReport(), steps: map[string]int{StageSplit: test.split, StageSwitch: test.switches}}
		commands := func(s *GuideStep) string {
			if s == nil {
				return ""
			}
			return strings.Join(s.Commands, " ")
		}
		if merge, last := commands(g.merge()), commands(g.switched()); merge != test.merge || last != test.last {
			t.Errorf("%d and %d: %q, then %q", test.split, test.switches, merge, last)
		}
	}
}
