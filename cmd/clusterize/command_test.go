package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	env := []string{"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1"}
	args = append([]string{
		"-c", "user.name=Porter", "-c", "user.email=porter@example.com", "-c", "core.autocrlf=false",
	}, args...)
	return mustRun(t, dir, env, "git", args...).stdout
}

func mustRun(t *testing.T, dir string, env []string, name string, args ...string) outcome {
	t.Helper()
	out := command(t, dir, env, name, args...)
	if out.exit != 0 {
		t.Fatalf("%s %s: exit %d\nstderr:\n%s\nstdout:\n%s", filepath.Base(name), strings.Join(args, " "), out.exit, out.stderr, out.stdout)
	}
	return out
}

// command runs something to its end and reports its exit code.
func command(t *testing.T, dir string, env []string, name string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "PWD="+dir), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (ctx.Err() != nil || !errors.As(err, &exit)) {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// tree reads all files below dir but git's own.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		text, err := os.ReadFile(path)
		rel, relErr := filepath.Rel(dir, path)
		files[rel] = string(text)
		return errors.Join(err, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// firstDiff shows the first line in which two texts differ.
func firstDiff(got, want string) (string, bool) {
	if got == want {
		return "", false
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < len(g) && n < len(w) && g[n] == w[n] {
		n++
	}
	at := func(lines []string) string {
		if n < len(lines) {
			return fmt.Sprintf("%q", lines[n])
		}
		return "(end)"
	}
	return fmt.Sprintf("line %d\n  got  %s\n  want %s", n+1, at(g), at(w)), true
}
