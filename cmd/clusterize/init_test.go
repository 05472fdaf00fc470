package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
)

// entryLine is a line of an entry, as a comment.
var entryLine = regexp.MustCompile(`(?m)^  # `)

// TestInitShowsDefaults takes away the comments of the file that init writes for some cases: it is a file of decisions
// that speaks of what is there, and with the tags and sites of it everything is as without. As it is written it decides
// nothing.
func TestInitShowsDefaults(t *testing.T) {
	t.Parallel()
	entries := 0
	for i, path := range casePaths(t) {
		if i%8 != 0 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			c := readCase(t, path)
			dir := c.write(t)
			cfg := c.cfg
			cfg.Load, cfg.Derivations = load.Config{Dir: dir, Tests: true}, true
			without, err := port.Analyse(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := report.Decisions(&file, without.Report); err != nil {
				t.Fatal(err)
			}
			if f, err := decisions.Parse("c.yaml", file.Bytes()); err != nil || len(f.Tags)+len(f.Sites)+len(f.Keys)+len(f.Clients) > 0 {
				t.Fatalf("as written it decides %+v, or is none: %v\n%s", f, err, &file)
			}
			text := strings.ReplaceAll(entryLine.ReplaceAllString(file.String(), "  "), "reason:\n", "reason: it is so\n")
			all, err := decisions.Parse("c.yaml", []byte(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			entries += len(all.Tags) + len(all.Sites) + len(all.Keys) + len(all.Clients)
			if len(c.cfg.Pins) > 0 || c.cfg.Decisions != nil {
				return // their decisions would be replaced
			}
			cfg.Decisions = &decisions.File{Name: all.Name, Tags: all.Tags, Sites: all.Sites}
			with, err := port.Analyse(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range with.Problems {
				t.Errorf("%s: %s\n%s", p.Package, p.Reason, text)
			}
			if with.Report.Summary != without.Report.Summary {
				t.Errorf("the sites are %+v with the defaults as decisions, and %+v without\n%s", with.Report.Summary, without.Report.Summary, text)
			}
			for name, want := range without.Port.Files {
				if !bytes.Equal(with.Port.Files[name], want) {
					t.Errorf("%s is written otherwise with the defaults as decisions\n%s", name, text)
				}
			}
			cfg.Decisions = &decisions.File{Name: all.Name, Keys: all.Keys, Clients: all.Clients}
			if with, err = port.Analyse(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
			for _, p := range with.Problems {
				t.Errorf("keys and clients: %s: %s\n%s", p.Package, p.Reason, text)
			}
		})
	}
	if entries < 50 {
		t.Errorf("only %d entries were written", entries)
	}
}

// TestInit: a file that is there is not overwritten.
func TestInit(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(programsDir, "shop"))); err != nil {
		t.Fatal(err)
	}
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	first := command(t, dir, nil, tool, "init")
	text, err := os.ReadFile(filepath.Join(dir, "clusterize.yaml"))
	if err != nil || first.exit != 0 || first.stdout != "" || !strings.Contains(string(text), "# - family: 'order:<id>:lines'\n  #   tag: 'order:<id>'\n") {
		t.Fatalf("%+v, %v:\n%s", first, err, text)
	}
	again := command(t, dir, nil, tool, "init")
	if after, _ := os.ReadFile(filepath.Join(dir, "clusterize.yaml")); again.exit != 2 || string(after) != string(text) {
		t.Errorf("a second init: %+v", again)
	}
	if out := command(t, dir, nil, tool, "check"); out.exit != 1 || !strings.Contains(out.stdout, "tag") {
		t.Errorf("with the file: %+v", out)
	}
	if out := command(t, dir, nil, tool, "init", "-o", filepath.Join(dir, "open.yaml")); out.exit != 0 {
		t.Errorf("to another file: %+v", out)
	}
}
