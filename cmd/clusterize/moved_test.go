package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/redistest"
)

// patients are ids of several forms, as users bring them.
var patients = []string{"1", "1002", "ann@example.com", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "müller", "a b", "x.y_z", "17*?[a]", "%d", "'quoted'"}

// TestMovedData takes a program with its data to a cluster: keymap, apply, rename, and a plain move by redis-cli. The
// ported program prints there what the old one printed. Without the rename it does not.
func TestMovedData(t *testing.T) {
	t.Parallel()
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	src, err := filepath.Abs("testdata/moved")
	if err != nil {
		t.Fatal(err)
	}
	standalone, cluster := redistest.Server(t), redistest.Cluster(t)
	p := &ported{name: "moved", src: src, work: t.TempDir(), standalone: standalone, cluster: cluster, tool: tool}
	dir := p.repo(t)
	old := p.build(t, dir)
	show := append([]string{"show"}, patients...)
	mustRun(t, dir, []string{"REDIS_ADDR=" + standalone}, old, append([]string{"fill"}, patients...)...)
	want := mustRun(t, dir, []string{"REDIS_ADDR=" + standalone}, old, show...).stdout

	names := filepath.Join(t.TempDir(), "keymap.json")
	mustRun(t, dir, nil, tool, "keymap", "--format=json", "-o", names)
	if out := mustRun(t, dir, nil, tool, "keymap", "--format=redis-shake"); !strings.Contains(out.stdout, "shake.call(DB, ARGV)") || out.stderr != "" {
		t.Errorf("the function for RedisShake is:\n%s\n%s", out.stdout, out.stderr)
	}
	mustRun(t, dir, nil, tool, "apply", "./...")
	if out := mustRun(t, dir, nil, tool, "keymap"); strings.Contains(out.stdout, " -> ") || !strings.Contains(out.stderr, "no key gets another name") {
		t.Errorf("after the port the keymap is:\n%s\n%s", out.stdout, out.stderr)
	}
	now := p.build(t, dir)
	seeds := []string{"REDIS_ADDR=" + strings.Join(cluster, ",")}

	moveKeys(t, standalone, cluster[0], "--cluster-copy")
	if got := mustRun(t, dir, seeds, now, show...).stdout; got == want || !strings.Contains(got, patients[1]+": ") {
		t.Fatalf("without the rename the ported program prints the same, so this proves nothing:\n%s", got)
	}
	redistest.Flush(t, cluster...)

	args := []string{"rename", "--addr", standalone, "--keymap", names}
	dry := renamed(t, mustRun(t, dir, nil, tool, append(args, "--format=json")...))
	if got := mustRun(t, dir, []string{"REDIS_ADDR=" + standalone}, old, show...).stdout; got != want {
		t.Fatalf("the dry run has changed something:\n%s", got)
	}
	res := renamed(t, mustRun(t, dir, nil, tool, append(args, "--write", "--format=json")...))
	if res.Renamed != dry.Renamed || res.Renamed != int64(3*len(patients)+5) || res.Left() != 0 || res.Unknown != 0 {
		t.Errorf("renamed %d keys, %d were announced: %+v", res.Renamed, dry.Renamed, res)
	}
	moveKeys(t, standalone, cluster[0])
	if line, differs := firstDiff(mustRun(t, dir, seeds, now, show...).stdout, want); differs {
		t.Errorf("the ported program does not find its data on the cluster: %s", line)
	}
	if left, err := redistest.Do(standalone, "DBSIZE"); err != nil || left != "0" {
		t.Errorf("%s keys were not moved: %v", left, err)
	}
	onCluster(t, tool, cluster[0], names)
}

// onCluster: keys can't be renamed there, and that is said.
func onCluster(t *testing.T, tool, addr, names string) {
	t.Helper()
	out := command(t, t.TempDir(), nil, tool, "rename", "--addr", addr, "--keymap", names, "--write")
	if out.exit != 2 || !strings.Contains(out.stderr, "is a node of a cluster") || out.stdout != "" {
		t.Errorf("rename on a cluster: exit %d\n%s\n%s", out.exit, out.stdout, out.stderr)
	}
}

// build builds the program in dir.
func (p *ported) build(t *testing.T, dir string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), p.name)
	mustRun(t, dir, nil, "go", "build", "-o", bin, ".")
	return bin
}

// moveKeys moves all keys from a server to a cluster, as they are named.
func moveKeys(t *testing.T, from, to string, more ...string) {
	t.Helper()
	args := append([]string{"--cluster", "import", to, "--cluster-from", from}, more...)
	out, err := exec.Command("redis-cli", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("redis-cli %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
