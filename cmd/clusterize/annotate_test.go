package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
)

// TestAnnotate marks what is left to a person in some cases: each open site is marked, a second run changes nothing, and
// when the sites are decided the marks go.
func TestAnnotate(t *testing.T) {
	t.Parallel()
	marks := 0
	for i, path := range casePaths(t) {
		if i%12 != 1 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			c := readCase(t, path)
			if c.cfg.Decisions != nil {
				return
			}
			dir := c.write(t)
			cfg := c.cfg
			cfg.Load, cfg.Annotate, cfg.Derivations = load.Config{Dir: dir, Tests: true}, true, true
			out := analyseAndWrite(t, cfg)
			if out.Report.Summary.Undecided() == 0 {
				return
			}
			again, err := port.Analyse(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if again.Report.Summary.Undecided() != out.Report.Summary.Undecided() {
				return // half a port leaves other sites to people
			}
			for name, text := range again.Port.Files {
				t.Errorf("a second run changes %s:\n%s", name, text)
			}
			for _, todo := range again.Todos {
				if marks++; todo.Solved || todo.Problem != "" {
					t.Errorf("%s: it counts as solved, or has a problem: %+v", todo.Pos, todo)
				}
			}
			for _, s := range again.Report.Sites {
				if s.Ignored == "" && (s.Verdict == "review" || s.Verdict == "blocked") && !marked(t, dir, s) {
					t.Errorf("%s:%d: %s by %s, and not marked", s.File, s.Line, s.Verdict, s.Rule)
				}
			}
			cfg.Decisions = allSafe(t, again.Report)
			solved := analyseAndWrite(t, cfg)
			if solved.Report.Summary.Undecided() > 0 {
				return // of a site that can't be decided
			}
			for _, f := range solved.Program.Files {
				text, err := os.ReadFile(f.Abs)
				if err != nil || bytes.Contains(text, []byte(decisions.TodoDirective)) {
					t.Errorf("%s is still marked, %v:\n%s", f.Rel, err, text)
				}
			}
		})
	}
	if marks < 15 {
		t.Errorf("only %d marks", marks)
	}
}

// TestCheckCountsMarks: check counts the comments, those that are solved as well.
func TestCheckCountsMarks(t *testing.T) {
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(programsDir, "shop"))); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, nil, tool, "apply")
	name := filepath.Join(dir, "internal", "orders", "orders.go")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("\tif err := rdb.Ping"), []byte("\t//clusterize:todo one-node it asked one node\n\tif err := rdb.Ping"), 1)
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out := command(t, dir, nil, tool, "check"); out.exit != 0 || !strings.Contains(out.stdout, "all safe on a cluster, 1 //clusterize:todo comment of which 1 is solved\n") {
		t.Errorf("%+v", out)
	}
	mustRun(t, dir, nil, tool, "apply", "--annotate")
	if out := command(t, dir, nil, tool, "check"); out.exit != 0 || strings.Contains(out.stdout, "todo") {
		t.Errorf("after apply --annotate: %+v", out)
	}
}

func analyseAndWrite(t *testing.T, cfg port.Config) *port.Outcome {
	t.Helper()
	out, err := port.Analyse(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range out.Port.Files {
		path := filepath.Join(cfg.Load.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// marked reports a mark above the line of a site, with nothing but the beginning of its statement between.
func marked(t *testing.T, dir string, s report.Site) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(s.File)))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("DO NOT EDIT")) {
		return true
	}
	lines := strings.Split(string(text), "\n")
	for i := s.Line - 1; i >= max(0, s.Line-12); i-- {
		if strings.HasPrefix(strings.TrimSpace(lines[i]), decisions.TodoDirective+" ") {
			return true
		}
	}
	return false
}

// allSafe decides that every open site is safe, in the file that init would write.
func allSafe(t *testing.T, r *report.Report) *decisions.File {
	t.Helper()
	var file bytes.Buffer
	if err := report.Decisions(&file, r); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("verdict: review", "verdict: safe", "verdict: blocked", "verdict: safe", "reason:\n", "reason: known\n").
		Replace(entryLine.ReplaceAllString(file.String(), "  "))
	f, err := decisions.Parse("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &decisions.File{Name: f.Name, Sites: f.Sites}
}
