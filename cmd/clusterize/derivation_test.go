package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
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

// TestSuggestedAnnotations writes each annotation that the report suggests, and holds that it is taken: the part of the
// key is known then, and nothing is said of an annotation that does nothing.
func TestSuggestedAnnotations(t *testing.T) {
	t.Parallel()
	a, err := txtar.ParseFile(filepath.Join("testdata", "derivation", "small.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := target(t, string(txtar.Format(a)), false)
	tried := 0
	for i, s := range derived(t, dir).Sites {
		for _, k := range s.Keys {
			for _, u := range k.Unknown {
				tried++
				name, line, _ := strings.Cut(u.AnnotationAt, ":")
				path := filepath.Join(dir, filepath.FromSlash(name))
				before := readText(t, path)
				put(t, path, annotate(t, before, line, strings.Replace(u.Annotation, "TEXT", "text", 1)))
				r := derived(t, dir)
				for _, l := range r.LeftOut {
					t.Errorf("%s at %s: %s: %s", u.Annotation, u.AnnotationAt, l.Package, l.Reason)
				}
				for _, now := range r.Sites[i].Keys {
					if len(now.Unknown) > 0 && now.Template == k.Template {
						t.Errorf("%s at %s: %s is not known yet: %+v", u.Annotation, u.AnnotationAt, now.Template, now.Unknown)
					}
				}
				put(t, path, before)
			}
		}
	}
	if tried < 4 {
		t.Errorf("only %d annotations are suggested", tried)
	}
}

func derived(t *testing.T, dir string) *report.Report {
	t.Helper()
	r := &report.Report{}
	if err := json.Unmarshal([]byte(run(t, "report", "--format=json", "-C", dir).stdout), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// annotate puts a comment at the end of a line.
func annotate(t *testing.T, text, line, comment string) string {
	t.Helper()
	n, err := strconv.Atoi(line)
	lines := strings.Split(text, "\n")
	if err != nil || n < 1 || n > len(lines) {
		t.Fatalf("there is no line %q", line)
	}
	lines[n-1] += " " + comment
	return strings.Join(lines, "\n")
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
