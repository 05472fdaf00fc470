package clusterize_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// stages lists the packages of the program from left to right: each may import those before it, none after it.
var stages = []string{
	"internal/source", "internal/patch", "internal/key", "internal/rediscmd", "internal/address", "internal/monitor", "internal/rules", "templates/rediscluster", "templates", "internal/load", "internal/decisions",
	"internal/luakeys", "internal/keyflow", "internal/choose", "detect", "keyplan", "internal/keymap", "internal/rename", "internal/trace", "internal/apidiff", "internal/clientflow", "internal/libraries", "rewrite", "internal/report", "internal/port", "internal/corpus", "cmd/clusterize",
}

const module = "github.com/clusterize/clusterize/"

// TestImportDirection holds the flow of data: load -> keyflow -> detect -> keyplan -> rewrite -> report.
func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Fields(line)
		name := strings.TrimPrefix(f[0], module)
		at := slices.Index(stages, name)
		if at < 0 {
			if !strings.HasPrefix(name, "internal/rediscmd/internal/") && name != "internal/redistest" && name+"/" != module {
				t.Errorf("package %s has no place in the order of stages", name)
			}
			continue
		}
		seen++
		for _, imp := range f[1:] {
			dep, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			if i := slices.Index(stages, dep); i < 0 || i >= at {
				t.Errorf("%s imports %s: data flows the other way", name, dep)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d packages were seen", seen)
	}
}

// TestPurePlanner holds that keyplan works on plain values: no syntax trees of its own, no files.
func TestPurePlanner(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{join .Imports \" \"}}", "./keyplan").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range strings.Fields(string(out)) {
		if strings.HasPrefix(imp, "go/") || imp == "os" || imp == "io" || strings.HasPrefix(imp, "golang.org/x/tools") {
			t.Errorf("keyplan imports %s", imp)
		}
	}
}
