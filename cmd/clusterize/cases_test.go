package main_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/rewrite"
)

var (
	update  = flag.Bool("update", false, "rewrite the wanted files and reports of the cases")
	pending = flag.Bool("pending", false, "run the cases of testdata/port/pending as well: what is known to be wrong")
	twice   = flag.Bool("twice", false, "port each case twice: the second run must change nothing")
)

// portCase is an archive of testdata/port: files of a target, what they become
// (want/FILE, only those that change) and what is reported. Its comment says in
// prose what is at stake; settings stand in lines of their own at its end:
//
//	go-redis: v9.7.3
//	config: single-slot value never (or always) universal server=7.2
//	crlf
type portCase struct {
	archive *txtar.Archive
	input   map[string]string
	want    map[string]string // both without line ends changed by crlf
	report  string
	crlf    bool
	cfg     port.Config
}

// modulesOf are directories with a go.mod and a go.sum for a version of go-redis.
var modulesOf = map[string]string{
	"v9.23.0": "../../testdata/programs/chat", "v9.7.3": "../../testdata/programs/shop", "v8.11.5": "../../internal/apidiff/testdata/v8.11.5",
}

func readCase(t *testing.T, path string) *portCase {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &portCase{archive: a, input: map[string]string{}, want: map[string]string{}, cfg: port.Config{Switch: "auto"}}
	version := "v9.23.0"
	for line := range strings.Lines(string(a.Comment)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch name {
		case "go-redis":
			version = strings.TrimSpace(value)
		case "crlf":
			c.crlf = true
		case "config":
			for _, w := range strings.Fields(value) {
				c.configure(t, w)
			}
		}
	}
	for _, f := range a.Files {
		text := string(f.Data)
		if c.crlf {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			c.want[name] = text
		} else if f.Name == "report" {
			c.report = string(f.Data)
		} else {
			c.input[f.Name] = text
		}
	}
	program := filepath.FromSlash(modulesOf[version])
	if c.input["go.mod"] == "" {
		_, rest, _ := strings.Cut(readText(t, filepath.Join(program, "go.mod")), "\n")
		c.input["go.mod"] = "module example.com/port\n" + rest
	}
	if src, ok := c.input["clusterize.yaml"]; ok {
		if c.cfg.Decisions, err = decisions.Parse("clusterize.yaml", []byte(src)); err != nil {
			t.Fatal(err)
		}
	}
	c.input["go.sum"] = readText(t, filepath.Join(program, "go.sum"))
	return c
}

func (c *portCase) configure(t *testing.T, word string) {
	t.Helper()
	switch word {
	case "single-slot":
		c.cfg.SingleSlot = true
	case "value":
		c.cfg.ValueTags = true
	case "always", "never":
		c.cfg.Switch = word
	case "universal":
		c.cfg.Universal = true
	default:
		if v, ok := strings.CutPrefix(word, "server="); ok {
			c.cfg.Server = v
			return
		}
		t.Fatalf("config: %q is not known", word)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// casePaths lists the cases that run.
func casePaths(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "port", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	if *pending {
		more, err := filepath.Glob(filepath.Join("testdata", "port", "pending", "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, more...)
	}
	return paths
}

// TestCases ports each case, and holds the result to what the archive wants
// and to what holds always. That a second run changes nothing is tried on every
// third case, since it takes as long as the first, and on all ported programs.
func TestCases(t *testing.T) {
	for i, path := range casePaths(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, path)
			dir := c.write(t)
			out := c.analyse(t, dir)
			c.accounting(t, out.Report)
			got, added := c.split(out.Port.Files)
			rep := compact(out.Report) + functions(added)
			if *update {
				c.update(t, path, got, rep)
			} else {
				c.compare(t, got, rep)
			}
			c.lines(t, got)
			if len(out.Port.Files) > 0 {
				c.patch(t, dir, out)
				c.series(t, out)
				if i%3 == 0 || *twice {
					c.parts(t, out)
					c.again(t, dir, out.Report.Sites)
				}
			}
		})
	}
}

// TestCasesAreDeterministic analyses some cases with one and with many threads.
func TestCasesAreDeterministic(t *testing.T) {
	for i, path := range casePaths(t) {
		if i%24 != 0 {
			continue
		}
		c := readCase(t, path)
		dir := c.write(t)
		var first string
		for _, procs := range []int{1, 8} {
			before := runtime.GOMAXPROCS(procs)
			out := c.analyse(t, dir)
			runtime.GOMAXPROCS(before)
			var b bytes.Buffer
			if err := report.JSON(&b, out.Report); err != nil {
				t.Fatal(err)
			}
			for _, name := range slices.Sorted(maps.Keys(out.Port.Files)) {
				fmt.Fprintf(&b, "%s\n%s", name, out.Port.Files[name])
			}
			if first == "" {
				first = b.String()
			}
			if line, differs := firstDiff(b.String(), first); differs {
				t.Errorf("%s: GOMAXPROCS=%d gives something else than 1: %s", path, procs, line)
			}
		}
	}
}

// split tells files that are changed from files that are new.
func (c *portCase) split(files map[string][]byte) (changed, added map[string]string) {
	changed, added = map[string]string{}, map[string]string{}
	for name, text := range files {
		if _, ok := c.input[name]; ok {
			changed[name] = string(text)
		} else {
			added[name] = string(text)
		}
	}
	return changed, added
}

// write makes the target's files.
func (c *portCase) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range c.input {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (c *portCase) analyse(t *testing.T, dir string) *port.Outcome {
	t.Helper()
	cfg := c.cfg
	cfg.Load = load.Config{Dir: dir, Tests: true}
	out, err := port.Analyse(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range out.Program.LeftOut {
		if l.Severity != load.Note {
			t.Errorf("left out: %s: %s", l.Package, l.Reason)
		}
	}
	return out
}

// accounting: every site has one verdict, and the sum says so; who decides nothing says why.
func (c *portCase) accounting(t *testing.T, r *report.Report) {
	t.Helper()
	s := r.Summary
	if sum := s.Safe + s.Tag + s.Split + s.Fanout + s.Review + s.Blocked; s.Sites != sum || s.Sites != len(r.Sites) {
		t.Errorf("%d sites are counted, %d listed, and the verdicts add up to %d", s.Sites, len(r.Sites), sum)
	}
	seen := map[string]bool{}
	for _, site := range r.Sites {
		if seen[site.ID] {
			t.Errorf("two sites have the id %s", site.ID)
		}
		seen[site.ID] = true
		if (site.Verdict == "review" || site.Verdict == "blocked") && site.Reason == "" {
			t.Errorf("%s: %s without a reason", site.Position(), site.Verdict)
		}
	}
}

// lines: nothing but an import is a new line, line ends stay, and so does the format of a formatted file.
func (c *portCase) lines(t *testing.T, got map[string]string) {
	t.Helper()
	for name, text := range got {
		before := c.input[name]
		if strings.Contains(before, "\r\n") != strings.Contains(text, "\r\n") ||
			c.crlf && strings.Count(text, "\n") != strings.Count(text, "\r\n") {
			t.Errorf("%s: the line ends were changed", name)
		}
		old, err := format.Source([]byte(before))
		if err == nil && string(old) == before {
			now, err := format.Source([]byte(text))
			if err != nil || string(now) != text {
				t.Errorf("%s was formatted, and is no longer: %v", name, err)
			}
		} else if grown := strings.Count(text, "\n") - strings.Count(before, "\n"); grown < 0 || grown > 2 {
			t.Errorf("%s was not formatted, and has %d lines more than before", name, grown)
		}
	}
}

// patch: git takes the diff, and makes of it the files that would be written.
func (c *portCase) patch(t *testing.T, dir string, out *port.Outcome) {
	t.Helper()
	var d bytes.Buffer
	for _, f := range rewrite.Diff(out.Program, out.Port.Files) {
		d.WriteString(f.String())
	}
	cmd := exec.CommandContext(t.Context(), "git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(d.Bytes())
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v: %s\n%s", err, msg, &d)
	}
	want := maps.Clone(c.input)
	for name, text := range out.Port.Files {
		want[name] = string(text)
	}
	for name, text := range want {
		if line, differs := firstDiff(readText(t, filepath.Join(dir, name)), text); differs {
			t.Errorf("%s: the diff (got) and the files to be written (want) differ: %s", name, line)
		}
	}
}

// again: the result loads without an error, tests included, and needs no more changes. Code that looks at keys, and that
// was safe, still is.
func (c *portCase) again(t *testing.T, dir string, before []report.Site) {
	t.Helper()
	out := c.analyse(t, dir)
	looks := func(sites []report.Site) map[string]int {
		n := map[string]int{}
		for _, s := range sites {
			if s.Kind == "keytext" && s.Verdict == "safe" {
				n[s.File+" "+s.Function+" "+s.Method]++
			}
		}
		return n
	}
	after := looks(out.Report.Sites)
	for name, n := range looks(before) {
		if after[name] < n {
			t.Errorf("%s looks at keys and was safe; after the port it is not", name)
		}
	}
	for name := range out.Port.Files {
		t.Errorf("a second run changes %s:\n%s", name, rewrite.Diff(out.Program, out.Port.Files))
		return
	}
}

func (c *portCase) compare(t *testing.T, got map[string]string, rep string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		want, ok := c.want[name]
		if !ok {
			line, _ := firstDiff(got[name], c.input[name])
			t.Errorf("%s is changed, and should not be: %s", name, line)
		} else if line, differs := firstDiff(got[name], want); differs {
			t.Errorf("%s: %s", name, line)
		}
	}
	for name := range c.want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s should be changed, and is not", name)
		}
	}
	if line, differs := firstDiff(rep, c.report); differs {
		t.Errorf("report: %s\nall of it:\n%s", line, rep)
	}
}

// update rewrites the wanted part of an archive.
func (c *portCase) update(t *testing.T, path string, got map[string]string, rep string) {
	t.Helper()
	a := &txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if f.Name != "report" && !strings.HasPrefix(f.Name, "want/") {
			a.Files = append(a.Files, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		text := got[name]
		if c.crlf {
			text = strings.ReplaceAll(text, "\r\n", "\n")
		}
		a.Files = append(a.Files, txtar.File{Name: "want/" + name, Data: []byte(text)})
	}
	a.Files = append(a.Files, txtar.File{Name: "report", Data: []byte(rep)})
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
