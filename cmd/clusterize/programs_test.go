package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/clusterize/clusterize/internal/redistest"
)

// programsDir holds small services, each a module with the output it has on one
// Redis (want.txt). Ported by clusterize, they must print the same on a cluster.
const programsDir = "../../testdata/programs"

// ported is a program on its way through the test.
type ported struct {
	name string
	src  string // the original, never written to
	want string
	runs int // how often diff is repeated

	standalone string
	cluster    []string
	tool       string // the built clusterize
	toolErr    error

	work   string // for trees that outlive a step
	result string // the tree that apply wrote, once it is known to be good
}

// outcome is what a command left behind.
type outcome struct {
	stdout, stderr string
	exit           int
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob(filepath.Join(programsDir, "*", "go.mod"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no programs in %s: %v", programsDir, err)
	}
	tool, toolErr := buildTool(t)
	standalone, cluster := redistest.Server(t), redistest.Cluster(t)
	for i, mod := range dirs {
		src, err := filepath.Abs(filepath.Dir(mod))
		if err != nil {
			t.Fatal(err)
		}
		p := &ported{
			name: filepath.Base(src), src: src, runs: 2,
			standalone: standalone, cluster: cluster, tool: tool, toolErr: toolErr,
		}
		if i == 0 {
			p.runs = 10
		}
		t.Run(p.name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(src, "want.txt"))
			if err != nil {
				t.Fatal(err)
			}
			p.want, p.work = string(want), t.TempDir()
			t.Run("standalone", p.testStandalone)
			t.Run("naive", p.testNaive)
			t.Run("report", p.testReport)
			t.Run("diff", p.testDiff)
			t.Run("again", p.testAgain)
			t.Run("series", p.testSeries)
			t.Run("cluster", p.testCluster)
		})
	}
}

// testStandalone: the recorded output is what the original prints.
func (p *ported) testStandalone(t *testing.T) {
	dir := p.repo(t)
	mustRun(t, dir, nil, "go", "vet", "./...")
	redistest.Flush(t, p.standalone)
	got := p.run(t, dir, p.standalone)
	p.same(t, got)
	redistest.Flush(t, p.standalone)
	p.ownTests(t, dir, p.standalone)
}

// testNaive: a cluster breaks the program when only its client is swapped, or
// else its port proves nothing.
func (p *ported) testNaive(t *testing.T) {
	if why := p.expect(t).NoNaive; why != "" {
		t.Log("no naive swap: " + why)
		return
	}
	dir := redistest.Naive(t, p.src)
	redistest.Flush(t, p.cluster...)
	got := p.run(t, dir, p.cluster[0])
	line, differs := firstDiff(got.stdout, p.want)
	if !differs && got.exit == 0 {
		t.Fatalf("the naive swap prints want.txt on a cluster and exits 0: this program tests nothing")
	}
	t.Logf("naive swap: exit %d\n%s\nstderr: %s", got.exit, line, got.stderr)
}

// testReport: every site has one verdict, and none is left to a person unless
// the program's expect.json says how many.
func (p *ported) testReport(t *testing.T) {
	out := p.clusterize(t, p.repo(t), nil, "report", "--format=json", "./...")
	type verdicts struct{ Safe, Tag, Split, Fanout, Review, Blocked int }
	var report struct {
		SchemaVersion int
		Sites         []struct {
			File, Kind, Method, Verdict, Rule, Reason string
			Line                                      int
		}
		Summary struct {
			Sites int
			verdicts
		}
	}
	if err := json.Unmarshal([]byte(out.stdout), &report); err != nil {
		t.Fatalf("report is not JSON: %v\n%s", err, out.stdout)
	}
	s := report.Summary
	if sum := s.Safe + s.Tag + s.Split + s.Fanout + s.Review + s.Blocked; s.Sites != sum {
		t.Errorf("summary: %d sites, but its verdicts add up to %d: %+v", s.Sites, sum, s)
	}
	if s.Sites == 0 || s.Sites != len(report.Sites) {
		t.Errorf("summary counts %d sites, the report lists %d", s.Sites, len(report.Sites))
	}
	if report.SchemaVersion != 1 {
		t.Errorf("schemaVersion is %d", report.SchemaVersion)
	}
	var listed verdicts
	count := map[string]*int{
		"safe": &listed.Safe, "tag": &listed.Tag, "split": &listed.Split,
		"fanout": &listed.Fanout, "review": &listed.Review, "blocked": &listed.Blocked,
	}
	var open []string
	for _, site := range report.Sites {
		where := fmt.Sprintf("%s:%d: %s %s: %s (%s): %s", site.File, site.Line, site.Kind, site.Method, site.Verdict, site.Rule, site.Reason)
		if n := count[site.Verdict]; n != nil {
			*n++
		} else {
			t.Errorf("unknown verdict: %s", where)
		}
		if site.Verdict == "review" || site.Verdict == "blocked" {
			open = append(open, where)
		}
	}
	if listed != s.verdicts {
		t.Errorf("summary says %+v, the sites say %+v", s.verdicts, listed)
	}
	expect := p.expect(t)
	if s.Review != expect.Review || s.Blocked != expect.Blocked {
		t.Errorf("%d review and %d blocked, want %d and %d:\n%s", s.Review, s.Blocked, expect.Review, expect.Blocked, strings.Join(open, "\n"))
	}
}

// expectation is expect.json: how many sites stay with a person, and how the program is ported.
type expectation struct {
	Review, Blocked int
	// NoNaive says why the client can't be swapped by search and replace.
	NoNaive string
	// Kept says why a client stays that of one server, which check fails for.
	Kept string
	// Flags are those of clusterize; Both runs the result on a standalone server as well.
	Flags []string
	Both  bool
}

func (p *ported) expect(t *testing.T) (e expectation) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.src, "expect.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return e
	}
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		t.Fatalf("expect.json: %v", err)
	}
	return e
}

// testDiff: diff always prints the same bytes, git takes them, and apply
// writes just that.
func (p *ported) testDiff(t *testing.T) {
	dir := p.repo(t)
	var patch string
	for i := range p.runs {
		procs := []string{"GOMAXPROCS=1", "GOMAXPROCS=8"}[i%2]
		out := p.clusterize(t, dir, []string{procs}, "diff", "./...")
		if i == 0 {
			patch = out.stdout
		}
		if line, differs := firstDiff(out.stdout, patch); differs {
			t.Fatalf("run %d of diff (%s) is not the first one:\n%s", i+1, procs, line)
		}
	}
	if patch == "" {
		t.Fatal("diff prints nothing for a program that a cluster breaks")
	}
	if out := git(t, dir, "status", "--porcelain"); out != "" {
		t.Fatalf("diff has written to the tree:\n%s", out)
	}
	file := filepath.Join(t.TempDir(), "port.patch")
	if err := os.WriteFile(file, []byte(patch), 0o644); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "apply", file)

	applied := p.repo(t)
	p.clusterize(t, applied, nil, "apply", "./...")
	byGit, byApply := tree(t, dir), tree(t, applied)
	both := maps.Clone(byGit)
	maps.Copy(both, byApply)
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if line, differs := firstDiff(byApply[path], byGit[path]); differs {
			t.Errorf("%s: apply (got) and git apply of the diff (want) differ\n%s", path, line)
		}
	}
	if !t.Failed() {
		p.result = applied
	}
}

// testAgain: a ported program needs nothing more.
func (p *ported) testAgain(t *testing.T) {
	dir := p.portedTree(t)
	if out := p.clusterize(t, dir, nil, "diff", "./..."); out.stdout != "" {
		t.Errorf("a second diff is not empty:\n%s", out.stdout)
	}
	if p.expect(t).Kept == "" {
		p.clusterize(t, dir, nil, "check", "./...")
	} else if out := command(t, dir, nil, p.tool, "check", "./..."); out.exit != 1 || !strings.Contains(out.stdout, "not of a cluster") {
		t.Errorf("check, with a client that stays: %+v", out)
	}
}

// testCluster: the ported program prints on a cluster what the original
// printed on one server.
func (p *ported) testCluster(t *testing.T) {
	dir := p.portedTree(t)
	mustRun(t, dir, nil, "go", "vet", "./...")
	seeds := strings.Join(p.cluster, ",")
	redistest.Flush(t, append([]string{p.standalone}, p.cluster...)...)
	got := p.run(t, dir, seeds)
	p.same(t, got)
	redistest.Flush(t, p.cluster...)
	p.ownTests(t, dir, seeds)
	if p.expect(t).Both {
		redistest.Flush(t, p.standalone)
		p.same(t, p.run(t, dir, p.standalone))
	}
	if t.Failed() {
		t.Logf("the port was:\n%s", git(t, dir, "diff"))
	}
}

func (p *ported) portedTree(t *testing.T) string {
	t.Helper()
	if p.result == "" {
		t.Fatal("there is no ported tree: the diff step failed")
	}
	return p.result
}

// run builds the program in dir and runs it.
func (p *ported) run(t *testing.T, dir, addr string) outcome {
	t.Helper()
	bin := filepath.Join(t.TempDir(), p.name)
	mustRun(t, dir, nil, "go", "build", "-o", bin, ".")
	return command(t, dir, []string{"REDIS_ADDR=" + addr, "REDIS_STANDALONE=" + p.standalone}, bin)
}

func (p *ported) same(t *testing.T, got outcome) {
	t.Helper()
	if line, differs := firstDiff(got.stdout, p.want); differs || got.exit != 0 {
		t.Errorf("exit %d\n%s\nstdout:\n%s\nstderr:\n%s", got.exit, line, got.stdout, got.stderr)
	}
}

// ownTests runs the tests that the program brings, if any.
func (p *ported) ownTests(t *testing.T, dir, addr string) {
	t.Helper()
	for path := range tree(t, dir) {
		if strings.HasSuffix(path, "_test.go") {
			mustRun(t, dir, []string{"REDIS_ADDR=" + addr}, "go", "test", "-count=1", "./...")
			return
		}
	}
}

// repo is a fresh git repository with a copy of the program.
func (p *ported) repo(t *testing.T) string {
	t.Helper()
	// Not t.TempDir: a later step works on with the result of an earlier one.
	dir, err := os.MkdirTemp(p.work, "repo-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(p.src)); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "before the port")
	return dir
}

// clusterize runs the tool, which must exit 0.
func (p *ported) clusterize(t *testing.T, dir string, env []string, args ...string) outcome {
	t.Helper()
	if p.toolErr != nil {
		t.Fatalf("clusterize does not build: %v", p.toolErr)
	}
	return mustRun(t, dir, env, p.tool, append(p.expect(t).Flags, args...)...)
}

// buildTool builds clusterize, once for all tests. When that fails the steps that need it say so; those that prove the
// programs themselves run nevertheless.
func buildTool(t *testing.T) (string, error) {
	t.Helper()
	return builtTool()
}

var builtTool = sync.OnceValues(func() (string, error) {
	tool := filepath.Join(toolDir, "clusterize")
	cmd := exec.Command("go", "build", "-o", tool, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		return tool, fmt.Errorf("%w\n%s", err, out)
	}
	return tool, nil
})
