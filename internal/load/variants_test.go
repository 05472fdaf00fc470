package load

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestSelects finds the tags that select a file, as few as possible.
func TestSelects(t *testing.T) {
	other := "windows"
	if runtime.GOOS == other {
		other = "linux"
	}
	for _, c := range []struct{ name, constraint, want string }{
		{"a.go", "integration", "integration"},
		{"a.go", "integration && !unit", "integration"},
		{"a.go", "!integration", ""},
		{"a.go", "(e2e || integration) && !ignore", "e2e"},
		{"a.go", "ignore", ""},
		{"a.go", "ignore || tools", "tools"},
		{"a.go", other, other},
		{"a.go", other + " && custom", "custom," + other},
		{"a.go", "a && !a", ""},
		{"a.go", "go1.1 && x", "x"},
		{"a.go", "unix || nothing", ""},
		{"a_" + other + ".go", "", other},
		{"a_" + other + "_test.go", "", other},
		{"a_" + other + "_arm64.go", "", other + ",arm64"},
		{"a_" + runtime.GOOS + ".go", "slow", "slow"},
		{"plain.go", "", ""},
	} {
		text := "package a\n"
		if c.constraint != "" {
			text = "// Copyright\n\n//go:build " + c.constraint + "\n\n" + text
		}
		name := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		l := &loader{target: &target{}}
		s, ok := l.selects(name)
		if s.String() != c.want || ok != (c.want != "") {
			t.Errorf("%s with %q: selected by %q, %v, want %q", c.name, c.constraint, s, ok, c.want)
		}
	}
}
