package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestOutputs runs commands on small targets and compares all that they print. An archive has one or more modules, each
// in a directory with a Go file, and parts called "$ ARGUMENTS" with what that prints: standard output, then standard
// error, then the exit code if it is not 0. A command with -o FILE writes beside the modules.
func TestOutputs(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "outputs", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			layOut(t, a, dir)
			t.Chdir(dir)
			for i, f := range a.Files {
				if args, ok := strings.CutPrefix(f.Name, "$ "); ok {
					got := printed(run(t, arguments(args)...))
					if *update {
						a.Files[i].Data = []byte(got)
					} else if line, differs := firstDiff(got, string(f.Data)); differs {
						t.Errorf("$ %s\n%s\nall of it:\n%s", args, line, got)
					}
				}
			}
			if *update {
				put(t, path, string(txtar.Format(a)))
			}
		})
	}
}

// layOut writes the modules of an archive below dir.
func layOut(t *testing.T, a *txtar.Archive, dir string) {
	t.Helper()
	program := filepath.FromSlash(modulesOf["v9.23.0"])
	_, goMod, _ := strings.Cut(readText(t, filepath.Join(program, "go.mod")), "\n")
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "$ ") {
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		put(t, name, string(f.Data))
		mod, _, _ := strings.Cut(f.Name, "/")
		put(t, filepath.Join(dir, mod, "go.mod"), "module example.com/"+mod+"\n"+goMod)
		put(t, filepath.Join(dir, mod, "go.sum"), readText(t, filepath.Join(program, "go.sum")))
	}
}

// printed is what a command printed, with its exit code.
func printed(out outcome) string {
	s := out.stdout + out.stderr
	if out.exit != 0 {
		s += fmt.Sprintf("exit %d\n", out.exit)
	}
	return s
}

// arguments splits at blanks outside of single quotes.
func arguments(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}
