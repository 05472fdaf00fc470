package main_test

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/rewrite"
)

// testSeries: git takes the patches one by one. After each the program compiles, tests included; as long as no client is
// switched it prints on a standalone server what it printed before, and passes its own tests. The last one gives what
// apply writes.
func (p *ported) testSeries(t *testing.T) {
	dir := p.repo(t)
	patches := filepath.Join(t.TempDir(), "patches")
	out := p.clusterize(t, dir, nil, "diff", "--series", patches, "./...")
	names := strings.Fields(out.stdout)
	if len(names) == 0 {
		t.Fatal("there are no patches")
	}
	if !slices.IsSorted(names) {
		t.Errorf("the patches are not in order: %q", names)
	}
	switched := false
	for _, name := range names {
		git(t, dir, "am", "-q", name)
		subject := git(t, dir, "log", "-1", "--format=%s")
		t.Log(strings.TrimSpace(subject))
		mustRun(t, dir, nil, "go", "vet", "./...")
		switch is := strings.Contains(subject, "switch to"); {
		case is:
			switched = true
		case switched:
			t.Errorf("%s comes after the switch of a client", name)
		default:
			redistest.Flush(t, p.standalone)
			p.same(t, p.run(t, dir, p.standalone))
			redistest.Flush(t, p.standalone)
			p.ownTests(t, dir, p.standalone)
		}
	}
	got, want := tree(t, dir), tree(t, p.portedTree(t))
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if line, differs := firstDiff(got[path], want[path]); differs {
			t.Errorf("%s: the series (got) and apply (want) differ\n%s", path, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the series leaves %d files, apply %d", len(got), len(want))
	}
}

// series: the steps, each of which compiles, give together what is written at once.
func (c *portCase) series(t *testing.T, out *port.Outcome) {
	t.Helper()
	steps, err := out.Steps(port.Selection{})
	if err != nil {
		t.Error(err)
		return
	}
	if got := port.Contents(steps); !maps.EqualFunc(got, out.Port.Files, bytes.Equal) {
		t.Errorf("the series changes %v, the diff %v, or not in the same way", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(out.Port.Files)))
	}
	stage := rewrite.Splits
	for _, s := range steps {
		if s.Stage < stage {
			t.Errorf("%s comes too late", s.Changes[0].Title)
		}
		stage = s.Stage
		for _, ch := range s.Changes {
			if len(s.Changes) > 1 && ch.Stage != stage {
				t.Errorf("%s is in one step with another stage", ch.Title)
			}
		}
	}
}

// parts: what serves a family, a client or a rule alone compiles as well, is a part of the whole, and serves it.
func (c *portCase) parts(t *testing.T, out *port.Outcome) {
	t.Helper()
	var names []string
	for _, f := range out.Report.Families {
		names = append(names, f.Template)
	}
	for _, s := range out.Report.Sites {
		names = append(names, string(s.Rule))
	}
	for _, cl := range out.Report.Clients {
		if cl.Verdict == "ported" && cl.Reason != "is a cluster client already" {
			names = append(names, cl.ID)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		steps, err := out.Steps(port.Selection{Only: []string{name}})
		if err != nil {
			t.Errorf("--only=%s: %v", name, err)
			continue
		}
		families, sites, tags := map[string]bool{}, map[string]bool{}, false
		for _, s := range steps {
			tags = tags || s.Stage == rewrite.Renames
			for _, ch := range s.Changes {
				for _, id := range ch.Sites {
					sites[id] = true
				}
				for _, f := range ch.Families {
					families[f] = true
				}
			}
		}
		for _, f := range out.Report.Families {
			if f.Template == name && (f.Template != f.NewTemplate) != families[name] {
				t.Errorf("--only=%s: it is renamed: %v, and changed: %v", name, f.Template != f.NewTemplate, families[name])
			}
		}
		if site := complete(out, steps, sites); site != "" {
			t.Errorf("--only=%s: a client is switched, and %s is left as it was", name, site)
		}
		for _, s := range out.Report.Sites {
			if tags && s.Kind == "keytext" && s.Verdict == "tag" && !sites[s.ID] {
				t.Errorf("--only=%s: keys get tags, and %s:%d looks at their text as before", name, s.File, s.Line)
			}
		}
		for file := range port.Contents(steps) {
			if out.Port.Files[file] == nil {
				t.Errorf("--only=%s changes %s", name, file)
			}
		}
	}
}

// complete names a site of a client that is switched which should have been changed and is not; "" for none.
func complete(out *port.Outcome, steps []rewrite.Step, changed map[string]bool) string {
	switched := map[string]bool{}
	for _, s := range steps {
		for _, ch := range s.Changes {
			for _, pos := range ch.Clients {
				switched[fmt.Sprintf("client:%s:%d", pos.File, pos.Line)] = true
			}
		}
	}
	wanted := map[string]bool{}
	for _, ch := range out.Port.AppliedChanges() {
		for _, id := range ch.Sites {
			wanted[id] = true
		}
	}
	for _, s := range out.Report.Sites {
		for _, id := range strings.Split(s.Client, ",") {
			if switched[id] && wanted[s.ID] && !changed[s.ID] {
				return s.Position().String()
			}
		}
	}
	return ""
}
