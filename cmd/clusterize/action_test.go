package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"golang.org/x/tools/txtar"
)

// action is what a composite action has.
type action struct {
	Name, Description string
	Inputs            map[string]struct{ Description, Default string }
	Runs              struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, ID, If, Shell, Run, Uses string
	WorkingDirectory               string `yaml:"working-directory"`
	Env, With                      map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	if err := yaml.UnmarshalWithOptions([]byte(readText(t, filepath.Join("..", "..", "action.yml"))), &a, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return a
}

var inputUse = regexp.MustCompile(`inputs\.([\w-]+)`)

// TestAction holds the action to what GitHub asks for, and to what is safe: each input that is used is declared and the
// other way round, and none reaches a script but by a variable of its environment.
func TestAction(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" || a.Name == "" || a.Description == "" || len(a.Runs.Steps) == 0 {
		t.Errorf("it is no composite action: %+v", a)
	}
	for name, in := range a.Inputs {
		if in.Description == "" {
			t.Errorf("the input %s is not described", name)
		}
	}
	used := map[string]bool{}
	for _, m := range inputUse.FindAllStringSubmatch(readText(t, filepath.Join("..", "..", "action.yml")), -1) {
		used[m[1]] = true
		if _, ok := a.Inputs[m[1]]; !ok {
			t.Errorf("the input %s is not declared", m[1])
		}
	}
	for name := range a.Inputs {
		if !used[name] {
			t.Errorf("the input %s is not used", name)
		}
	}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: an expression becomes a part of the script", s.Name)
		}
		if (s.Run == "") == (s.Uses == "") || s.Run != "" && s.Shell != "bash" {
			t.Errorf("%s: it needs a script with a shell, or an action", s.Name)
		}
		for name := range s.Env {
			if !strings.Contains(s.Run, "$"+name) {
				t.Errorf("%s: its script does not use %s", s.Name, name)
			}
		}
	}
}

// runStep runs the script of a step with bash as the runner does, with inputs as its environment has them.
func runStep(t *testing.T, step, dir, path string, inputs map[string]string) (outcome, map[string]string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are run with bash")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	files := map[string]string{}
	env := []string{"RUNNER_TEMP=" + t.TempDir(), "PATH=" + path + string(os.PathListSeparator) + os.Getenv("PATH")}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"} {
		files[name] = filepath.Join(t.TempDir(), name)
		put(t, files[name], "")
		env = append(env, name+"="+files[name])
	}
	for _, s := range readAction(t).Runs.Steps {
		if s.Name != step {
			continue
		}
		for name, value := range s.Env {
			if m := inputUse.FindStringSubmatch(value); m != nil {
				value = readAction(t).Inputs[m[1]].Default
				if set, ok := inputs[m[1]]; ok {
					value = set
				}
			} else {
				value = inputs[strings.Trim(value, "${} ")]
			}
			env = append(env, name+"="+value)
		}
		script := filepath.Join(t.TempDir(), "step.sh")
		put(t, script, s.Run)
		out := command(t, dir, env, bash, "--noprofile", "--norc", "-e", "-o", "pipefail", script)
		for name, file := range files {
			files[name] = readText(t, file)
		}
		return out, files
	}
	t.Fatalf("there is no step %s", step)
	return outcome{}, nil
}

// tool puts a script with a name into a directory.
func tool(t *testing.T, name, script string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, name), "#!/bin/sh\n"+script)
	if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestActionInstalls(t *testing.T) {
	path := tool(t, "go", `echo "$PWD|$GOFLAGS|$GOWORK|$GOBIN|$*"`)
	dir := t.TempDir()
	for version, want := range map[string]string{
		"":              dir + "||off||build -o BIN/ ./cmd/clusterize",
		"v0.1.0":        "|off|BIN|install github.com/clusterize/clusterize/cmd/clusterize@v0.1.0",
		"$(touch bad);": "|off|BIN|install github.com/clusterize/clusterize/cmd/clusterize@$(touch bad);",
	} {
		out, files := runStep(t, "Install clusterize", t.TempDir(), path, map[string]string{"version": version, "github.action_path": dir})
		bin := strings.TrimSpace(files["GITHUB_PATH"])
		if got := strings.TrimSpace(out.stdout); bin == "" || out.exit != 0 || !strings.HasSuffix(got, strings.ReplaceAll(want, "BIN", bin)) {
			t.Errorf("version %q: exit %d, %s%s\nwant %s", version, out.exit, got, out.stderr, want)
		}
	}
}

// TestActionChecks runs the check of the action, with this program, on a module below the top of a work tree.
func TestActionChecks(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := tool(t, "clusterize", asMain+`=1 exec '`+self+`' "$@"`+"\n")
	top := t.TempDir()
	git(t, top, "init", "-q")
	a, err := txtar.ParseFile(filepath.Join("testdata", "outputs", "check.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	layOut(t, a, top)
	dir := filepath.Join(top, "m")
	check := func(inputs map[string]string) (outcome, map[string]string) {
		return runStep(t, "Check", dir, path, inputs)
	}

	out, files := check(nil)
	if out.exit != 1 || !strings.Contains(out.stdout, "::error file=m/store.go,line=12,col=13,") || files["GITHUB_OUTPUT"]+files["GITHUB_STEP_SUMMARY"] != "" {
		t.Errorf("exit %d\n%s%s%v", out.exit, out.stdout, out.stderr, files)
	}
	out, files = check(map[string]string{"sarif": "out file.sarif", "summary": "true", "args": "--tests=false\n ./... "})
	if text := readText(t, filepath.Join(dir, "out file.sarif")); out.exit != 1 || !strings.Contains(text, `"uri": "m/store.go"`) ||
		files["GITHUB_OUTPUT"] != "sarif=written\n" || !strings.Contains(files["GITHUB_STEP_SUMMARY"], "## Redis Cluster: 2 of 2 call sites need a person") {
		t.Errorf("exit %d\n%s%s%v", out.exit, out.stdout, out.stderr, files)
	}
	if out := run(t, "check", "-C", dir, "--write-baseline", filepath.Join(dir, "known findings.json")); out.exit != 0 {
		t.Fatal(out)
	}
	out, _ = check(map[string]string{"baseline": "known findings.json"})
	if out.exit != 0 || !strings.Contains(out.stdout, "0 new findings, 2 known") {
		t.Errorf("with a baseline: exit %d\n%s%s", out.exit, out.stdout, out.stderr)
	}
	for _, args := range []string{"--no-such-flag", "$(touch bad)", "; touch bad", "`touch bad`", "*"} {
		out, files = check(map[string]string{"args": args, "sarif": "no.sarif"})
		if out.exit != 2 || files["GITHUB_OUTPUT"] != "" {
			t.Errorf("args %q: exit %d, %v\n%s%s", args, out.exit, files, out.stdout, out.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "bad")); err == nil {
		t.Error("an input was run")
	}
}
