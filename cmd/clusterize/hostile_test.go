package main_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	main "github.com/clusterize/clusterize/cmd/clusterize"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/rewrite"
)

// good is a package with keys to tag and a client to switch.
const good = `
-- good/good.go --
package good

import (
	"context"

	"github.com/redis/go-redis/v9"
)

func Open(addr string) *redis.Client { return redis.NewClient(&redis.Options{Addr: addr}) }

func Read(ctx context.Context, rdb redis.Cmdable, id string) {
	rdb.MGet(ctx, "user:"+id+":a", "user:"+id+":b")
}
`

// hostile is a target that is not as it should be, and what a verb says of it.
type hostile struct {
	name   string
	files  string // a txtar archive
	args   []string
	bare   bool // without a go.mod
	exit   int
	stdout []string // all of these are in it; none: it is empty
	stderr []string
	writes bool
}

// run runs a verb in a directory, in this process.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := main.Run(t.Context(), args, &stdout, &stderr)
	out := outcome{stdout.String(), stderr.String(), code}
	for _, word := range []string{"panic", "goroutine ", "runtime error"} {
		if args[0] != "explain" && strings.Contains(out.stdout+out.stderr, word) {
			t.Errorf("%q in the output:\n%s\n%s", word, out.stdout, out.stderr)
		}
	}
	return out
}

// target writes an archive to a new directory, with a go.mod that has go-redis.
func target(t *testing.T, archive string, bare bool) string {
	t.Helper()
	files := map[string]string{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		files[f.Name] = string(f.Data)
	}
	c := &portCase{input: files}
	if !bare {
		program := filepath.FromSlash(modulesOf["v9.23.0"])
		if files["go.mod"] == "" {
			_, rest, _ := strings.Cut(readText(t, filepath.Join(program, "go.mod")), "\n")
			files["go.mod"] = "module example.com/port\n" + rest
		}
		files["go.sum"] = readText(t, filepath.Join(program, "go.sum"))
	}
	return c.write(t)
}

const syntaxError = good + `
-- bad/bad.go --
package bad

func F( {
-- uses/uses.go --
package uses

import (
	"context"

	"example.com/port/bad"
	"github.com/redis/go-redis/v9"
)

func Get(ctx context.Context, rdb redis.Cmdable, id string) { bad.F(); rdb.Get(ctx, "cart:"+id) }
`

const typeError = good + `
-- bad/bad.go --
package bad

func K(id string) string { return "cart:" + id }

func F() int { return "no number" }
-- uses/uses.go --
package uses

import (
	"context"

	"example.com/port/bad"
	"github.com/redis/go-redis/v9"
)

func Get(ctx context.Context, rdb redis.Cmdable, id string) { rdb.Get(ctx, bad.K(id)) }
`

const missingDependency = good + `
-- bad/bad.go --
package bad

import _ "example.com/nowhere/x"
`

var hostiles = []hostile{
	{name: "syntax error, report", files: syntaxError, args: []string{"report", "-v"},
		stdout: []string{"example.com/port/bad", "bad/bad.go:3:9", "good/good.go:12:6", "uses/uses.go"}},
	{name: "syntax error, diff", files: syntaxError, args: []string{"diff"},
		stdout: []string{"+++ b/good/good.go"}, stderr: []string{"left out: example.com/port/bad"}},
	{name: "syntax error, apply", files: syntaxError, args: []string{"apply"}, exit: 2,
		stderr: []string{"example.com/port/bad", "no file was changed", "--allow-errors"}},
	{name: "syntax error, check", files: syntaxError, args: []string{"check"}, exit: 1,
		stdout: []string{"example.com/port/bad"}},
	{name: "type error, report", files: typeError, args: []string{"report", "-v"},
		stdout: []string{"bad/bad.go:5:23", "good/good.go:12:6", "uses/uses.go:10", "cart:<id>"}},
	{name: "type error, apply", files: typeError, args: []string{"apply"}, exit: 2,
		stderr: []string{"example.com/port/bad", "no file was changed", "--allow-errors"}},
	{name: "type error, allowed", files: typeError, args: []string{"apply", "--allow-errors"}, writes: true,
		stderr: []string{"changed 1 file"}},
	{name: "missing dependency, report", files: missingDependency, args: []string{"-v"},
		stdout: []string{"example.com/port/bad", "example.com/nowhere/x", "good/good.go:12:6"}},
	{name: "missing dependency, apply", files: missingDependency, args: []string{"apply"}, exit: 2,
		stderr: []string{"example.com/port/bad", "no file was changed"}},
	{name: "no go.mod", files: good, bare: true, exit: 2, stderr: []string{"go.mod"}},
	{name: "no go.mod, apply", files: good, bare: true, args: []string{"apply"}, exit: 2, stderr: []string{"go.mod"}},
	{name: "empty directory", bare: true, exit: 2, stderr: []string{"go.mod"}},
	{name: "no such directory", bare: true, args: []string{"-C", "nowhere"}, exit: 2, stderr: []string{"nowhere"}},
	{name: "no go files", files: "-- README --\nnothing\n", exit: 2, stderr: []string{"Go"}},
	{name: "broken go.mod", files: "-- go.mod --\nmodul x\n" + good, exit: 2, stderr: []string{"go.mod"}},
	{name: "no such package", files: good, args: []string{"report", "./nowhere"}, exit: 2, stderr: []string{"nowhere"}},
	{name: "no go-redis", files: "-- go.mod --\nmodule example.com/port\n\ngo 1.26.0\n-- a.go --\npackage a\n",
		stdout: []string{"nothing to port"}},
	{name: "no go-redis, apply", files: "-- go.mod --\nmodule example.com/port\n\ngo 1.26.0\n-- a.go --\npackage a\n",
		args: []string{"apply"}, stderr: []string{"nothing to"}},
	{name: "unknown flag", files: good, args: []string{"report", "--nosuch"}, exit: 2, stderr: []string{"--nosuch"}},
	{name: "unknown verb", files: good, args: []string{"aply"}, exit: 2, stderr: []string{"aply"}},
	{name: "unknown format", files: good, args: []string{"report", "--format=xml"}, exit: 2, stderr: []string{"xml", "json"}},
	{name: "unknown tag style", files: good, args: []string{"diff", "--tag-style=x"}, exit: 2, stderr: []string{"entity"}},
	{name: "unknown switch", files: good, args: []string{"apply", "--switch=maybe"}, exit: 2, stderr: []string{"never"}},
	{name: "check before", files: good, args: []string{"check", "-v"}, exit: 1, stdout: []string{"good/good.go:12:6"}},
	{name: "check of safe code", files: strings.NewReplacer(`"user:"+id`, `"{user:"+id`, `+":`, `+"}:`, "*redis.Client", "*redis.ClusterClient",
		"redis.NewClient(&redis.Options{Addr: addr})", "redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}})").Replace(good),
		args: []string{"check"}, stdout: []string{"1 site, safe on a cluster"}},
	{name: "apply", files: good, args: []string{"apply"}, writes: true, stderr: []string{"changed 1 file"}},
	{name: "apply, quiet", files: good, args: []string{"apply", "-q"}, writes: true},
}

// TestHostile: whatever the target, there is an exit code, one clear line, and no file is changed that should not be.
func TestHostile(t *testing.T) {
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			dir := target(t, h.files, h.bare)
			before := tree(t, dir)
			args := h.args
			if len(args) == 2 && args[0] == "-C" {
				args = []string{"-C", filepath.Join(dir, args[1])}
			} else {
				args = append([]string{}, append(args, "-C", dir)...)
			}
			out := run(t, args...)
			if out.exit != h.exit {
				t.Errorf("exit %d, want %d", out.exit, h.exit)
			}
			says(t, "stdout", out.stdout, h.stdout)
			if slices.Contains(h.args, "-v") {
				h.stderr = append(h.stderr, "loading")
			}
			says(t, "stderr", out.stderr, h.stderr)
			if h.exit == 2 && strings.Count(out.stderr, "clusterize: ") > 3 {
				t.Errorf("more than a clear message:\n%s", out.stderr)
			}
			if h.writes == maps.Equal(before, tree(t, dir)) {
				t.Errorf("files changed: %v, want %v", !h.writes, h.writes)
			}
		})
	}
}

func says(t *testing.T, where, got string, want []string) {
	t.Helper()
	if len(want) == 0 && got != "" {
		t.Errorf("%s is not empty:\n%s", where, got)
	}
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s does not say %q:\n%s", where, w, got)
		}
	}
}

// TestReadOnlyFile: apply refuses, also for root, whom the mode would not stop.
func TestReadOnlyFile(t *testing.T) {
	dir := target(t, good+strings.ReplaceAll(good, "good", "more"), false)
	if err := os.Chmod(filepath.Join(dir, "more", "more.go"), 0o444); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	out := run(t, "apply", "-C", dir)
	if out.exit != 2 || out.stdout != "" {
		t.Errorf("exit %d, stdout %q", out.exit, out.stdout)
	}
	says(t, "stderr", out.stderr, []string{"more/more.go is read-only", "no file was changed"})
	if !maps.Equal(before, tree(t, dir)) {
		t.Error("a file was changed")
	}
}

// TestFileChangesDuringTheRun: what was loaded is no longer on disk, so nothing is written.
func TestFileChangesDuringTheRun(t *testing.T) {
	for _, gone := range []bool{false, true} {
		dir := target(t, good+strings.ReplaceAll(good, "good", "more"), false)
		c := &portCase{}
		c.cfg.Switch, c.cfg.Load = "auto", load.Config{Dir: dir}
		out := c.analyse(t, dir)
		file := filepath.Join(dir, "more", "more.go")
		err := os.WriteFile(file, []byte("package more\n"), 0o644)
		if gone {
			err = os.Remove(file)
		}
		if err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		err = rewrite.Write(out.Program, out.Port.Files)
		if err == nil || !strings.Contains(err.Error(), "more/more.go") || !strings.Contains(err.Error(), "no file was changed") {
			t.Errorf("gone %v: %v", gone, err)
		}
		if !maps.Equal(before, tree(t, dir)) {
			t.Error("a file was changed")
		}
	}
}

// TestDirtyWorkTree: the diff of the port would mix with other changes.
func TestDirtyWorkTree(t *testing.T) {
	dir := target(t, good, false)
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "before the port")
	if err := os.WriteFile(filepath.Join(dir, "good", "doc.go"), []byte("package good\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	out := run(t, "apply", "-C", dir)
	if out.exit != 2 || !maps.Equal(before, tree(t, dir)) {
		t.Errorf("exit %d, want 2 and no change", out.exit)
	}
	says(t, "stderr", out.stderr, []string{"not committed", "--allow-dirty"})
	if out := run(t, "apply", "--allow-dirty", "-C", dir); out.exit != 0 || maps.Equal(before, tree(t, dir)) {
		t.Errorf("with --allow-dirty: exit %d: %s", out.exit, out.stderr)
	}
}

// TestNoToolchain: without the go command nothing can be loaded.
func TestNoToolchain(t *testing.T) {
	dir := target(t, good, false)
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(git, filepath.Join(bin, "git")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	out := run(t, "report", "-C", dir)
	if out.exit != 2 || out.stdout != "" || strings.Count(out.stderr, "\n") > 2 {
		t.Errorf("exit %d\n%s\n%s", out.exit, out.stdout, out.stderr)
	}
	says(t, "stderr", out.stderr, []string{"go"})
}

// TestExplain: the list, a page, and a rule that is not there.
func TestExplain(t *testing.T) {
	list := run(t, "explain")
	if list.exit != 0 || strings.Count(list.stdout, "\n") < 10 {
		t.Errorf("exit %d: %s", list.exit, list.stdout)
	}
	for line := range strings.Lines(list.stdout) {
		id, _, _ := strings.Cut(line, " ")
		if page := run(t, "explain", id); page.exit != 0 || !strings.HasPrefix(page.stdout, id+":") {
			t.Errorf("explain %s: exit %d: %s", id, page.exit, page.stdout)
		}
	}
	for word, next := range map[string]string{
		"nosuchrule": "run clusterize explain for the list",
		"crosslot":   "did you mean crossslot?",
		"NOSCRIPT":   "these pages speak of it: script-cache",
	} {
		out := run(t, "explain", word)
		if out.exit != 2 || out.stdout != "" {
			t.Errorf("explain %s: exit %d: %s", word, out.exit, out.stdout)
		}
		says(t, "stderr", out.stderr, []string{word, next})
	}
	if out := run(t, "explain", "CROSSSLOT"); out.exit != 0 {
		t.Errorf("a rule in capitals: exit %d: %s", out.exit, out.stderr)
	}
}
