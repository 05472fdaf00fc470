package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/clusterize/clusterize/internal/report"
)

// TestDerivations holds what report -v and the JSON say of how keys were found to the golden parts of an archive, with
// one and with many threads.
func TestDerivations(t *testing.T) {
	path := filepath.Join("testdata", "derivation", "small.txtar")
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	input, golden := &txtar.Archive{}, map[string]*txtar.File{}
	for i, f := range a.Files {
		if f.Name == "text" || f.Name == "json" {
			golden[f.Name] = &a.Files[i]
			continue
		}
		input.Files = append(input.Files, f)
	}
	dir := target(t, string(txtar.Format(input)), false)
	got := map[string]string{}
	for _, procs := range []int{1, 8} {
		before := runtime.GOMAXPROCS(procs)
		text, keys := run(t, "report", "-v", "-C", dir).stdout, jsonKeys(t, run(t, "report", "--format=json", "-C", dir).stdout)
		runtime.GOMAXPROCS(before)
		if got["text"] != "" && (got["text"] != text || got["json"] != keys) {
			t.Error("the report depends on GOMAXPROCS")
		}
		got["text"], got["json"] = text, keys
	}
	for name, f := range golden {
		if *update {
			f.Data = []byte(got[name])
		}
		if line, differs := firstDiff(got[name], string(f.Data)); differs {
			t.Errorf("%s: %s\nall of it:\n%s", name, line, got[name])
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// jsonKeys is the part of a JSON report that is about keys.
func jsonKeys(t *testing.T, text string) string {
	t.Helper()
	var r report.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	for _, s := range r.Sites {
		if err := e.Encode(s.Keys); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Encode(r.Keys); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestDerivationsAreOptional holds that other runs have none.
func TestDerivationsAreOptional(t *testing.T) {
	dir := target(t, good, false)
	if text := run(t, "report", "-C", dir).stdout; strings.Contains(text, "key argument") {
		t.Errorf("key arguments are counted without -v:\n%s", text)
	}
	if text := run(t, "report", "-v", "-C", dir).stdout; !strings.Contains(text, "2 key arguments = 2 known") {
		t.Errorf("key arguments are not counted with -v:\n%s", text)
	}
}
