package rewrite

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/load"
)

const helperPath = "example.com/app/internal/rediscluster"

// importCases are heads of files, in every style of import.
var importCases = map[string]string{
	"none":                 "package p\n\nfunc f() {}\n",
	"none, nothing else":   "package p\n",
	"none, no newline":     "package p",
	"none, comment":        "// Package p.\npackage p // after\n\n// F.\nfunc F() {}\n",
	"none, block comment":  "package p /* goes\non */\n\nfunc f() {}\n",
	"single":               "package p\n\nimport \"context\"\n\nfunc f() {}\n",
	"single, named":        "package p\n\nimport ctx \"context\"\n\nfunc f() {}\n",
	"single, dot":          "package p\n\nimport . \"fmt\"\n\nfunc f() {}\n",
	"single, blank":        "package p\n\nimport _ \"embed\"\n\nfunc f() {}\n",
	"single, comments":     "package p\n\n// why\nimport \"context\" // what\n\n// f.\nfunc f() {}\n",
	"single, long comment": "package p\n\nimport \"context\" /* goes\non */\n\nfunc f() {}\n",
	"several single":       "package p\n\nimport \"context\"\nimport \"fmt\"\nimport \"github.com/redis/go-redis/v9\"\n\nfunc f() {}\n",
	"block of one":         "package p\n\nimport (\n\t\"context\"\n)\n\nfunc f() {}\n",
	"block, third party":   "package p\n\nimport (\n\t\"github.com/redis/go-redis/v9\"\n)\n\nfunc f() {}\n",
	"block, grouped":       "package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"github.com/redis/go-redis/v9\"\n)\n\nfunc f() {}\n",
	"block, three groups":  "package p\n\nimport (\n\t\"context\"\n\n\t\"github.com/redis/go-redis/v9\"\n\n\t\"example.com/app/internal/x\"\n)\n",
	"block, reversed":      "package p\n\nimport (\n\t\"example.com/app/internal/x\"\n\n\t\"context\"\n)\n",
	"block, one group":     "package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"github.com/redis/go-redis/v9\"\n\t\"time\"\n)\n",
	"block, comments":      "package p\n\nimport (\n\t// first\n\t\"context\" // one\n\t\"fmt\" // two\n\n\t// third party\n\t\"github.com/redis/go-redis/v9\" // three\n\t// last\n)\n",
	"block, names":         "package p\n\nimport (\n\tc \"context\"\n\t_ \"embed\"\n\n\tredis \"github.com/redis/go-redis/v9\"\n)\n",
	"block, empty":         "package p\n\nimport ()\n\nfunc f() {}\n",
	"two blocks":           "package p\n\nimport (\n\t\"context\"\n)\n\nimport (\n\t\"github.com/redis/go-redis/v9\"\n)\n",
	"one line block":       "package p\n\nimport (\"context\"; \"fmt\")\n\nfunc f() {}\n",
	"one line block, last": "package p\n\nimport (\"context\"; \"zz.org/x\")\n\nfunc f() {}\n",
	"half line block":      "package p\n\nimport (\"context\"\n\"fmt\"\n)\n\nfunc f() {}\n",
	"block, spaces":        "package p\n\nimport (\n    \"context\"\n\n    \"github.com/redis/go-redis/v9\"\n)\n",
	"pairs on lines":       "package p\n\nimport (\n\t\"context\"; \"fmt\"\n\t\"os\"; \"time\"\n)\n",
	"cgo":                  "package p\n\n// #include <stdio.h>\nimport \"C\"\n\nimport \"fmt\"\n",
	"cgo and block":        "package p\n\n/*\n#include <stdio.h>\n*/\nimport \"C\"\n\nimport (\n\t\"fmt\"\n)\n",
	"cgo only":             "package p\n\n// int x;\nimport \"C\"\n\nfunc f() {}\n",
	"all on one line":      "package p; import \"fmt\"; func f() { fmt.Println() }\n",
	"package on one line":  "package p; func f() {}\n",
	"several on one line":  "package p\n\nimport \"fmt\"; import \"os\"\n",
	"CRLF":                 "package p\r\n\r\nimport (\r\n\t\"context\"\r\n\r\n\t\"github.com/redis/go-redis/v9\"\r\n)\r\n\r\nfunc f() {}\r\n",
	"CRLF single":          "package p\r\n\r\nimport \"context\"\r\n\r\nfunc f() {}\r\n",
	"CRLF none":            "package p\r\n\r\nfunc f() {}\r\n",
	"byte order mark":      "\ufeffpackage p\n\nimport \"context\"\n",
	"build tag":            "//go:build linux\n\n// Package p.\npackage p\n\nimport \"context\"\n",
	"raw":                  "package p\n\nimport `context`\n",
	"later groups":         "package p\n\nimport (\n\t\"context\"\n\n\t\"fmt\"\n\n\t\"zz.org/a\"\n)\n",
}

// TestImportEdit holds that an import is added to files of any style: the result parses and has it, no other line
// changes, and a formatted file stays so.
func TestImportEdit(t *testing.T) {
	for name, src := range importCases {
		for _, path := range []string{"strings", "a/b", helperPath, "zz.org/z"} {
			t.Run(name+"/"+path, func(t *testing.T) { checkImport(t, src, path) })
		}
	}
}

func checkImport(t *testing.T, src, path string) {
	t.Helper()
	e, ok := importEdit(&load.File{Rel: "a.go", Content: []byte(src)}, path)
	if !ok {
		t.Fatal("no edit")
	}
	out, err := apply([]byte(src), []Edit{e})
	if err != nil {
		t.Fatal(err)
	}
	if !imports(t, out, path) {
		t.Fatalf("the import is not there:\n%s", out)
	}
	if e.Start != e.End {
		t.Errorf("text is replaced: %+v", e)
	}
	if at := lineAround(src, e.Start); !strings.ContainsAny(at, ";()") && !strings.Contains(src, "/* goes") && !linesKept(src, string(out)) {
		t.Errorf("other lines changed:\n%s\nis now\n%s", src, out)
	}
	if strings.Contains(src, "\r\n") && strings.Contains(strings.ReplaceAll(string(out), "\r\n", ""), "\n") {
		t.Errorf("line ends are mixed: %q", out)
	}
	if was, err := format.Source([]byte(src)); err == nil && string(was) == src {
		out = newTexts(&load.Program{}).keepFormat(&load.File{Rel: "a", Content: []byte(src)}, out)
		if now, err := format.Source(out); err != nil || !bytes.Equal(now, out) {
			t.Errorf("a formatted file is not so any more: %v\n%s\nformatted\n%s", err, out, now)
		}
	}
	if _, again := importEdit(&load.File{Rel: "a.go", Content: out}, path); again {
		t.Error("a second run adds it again")
	}
}

func imports(t *testing.T, src []byte, path string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "a.go", src, parser.AllErrors|parser.ParseComments)
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	for _, s := range f.Imports {
		if s.Path.Value == strconv.Quote(path) && s.Name == nil {
			return true
		}
	}
	return false
}

// linesKept reports that all lines of the old text stand in the new one, in order, and that at most two are new.
func linesKept(old, new string) bool {
	a, b := strings.SplitAfter(strings.TrimSuffix(old, "\n"), "\n"), strings.SplitAfter(strings.TrimSuffix(new, "\n"), "\n")
	added := 0
	for _, l := range b {
		if len(a) > 0 && strings.TrimRight(l, "\r\n") == strings.TrimRight(a[0], "\r\n") {
			a = a[1:]
			continue
		}
		added++
	}
	return len(a) == 0 && added <= 2
}

// lineAround is the line that holds an offset.
func lineAround(src string, at int) string {
	start, end := strings.LastIndexByte(src[:at], '\n')+1, strings.IndexByte(src[at:], '\n')
	if end < 0 {
		return src[start:]
	}
	return src[start : at+end]
}

// TestImportKnown holds that an import that is there already is not added.
func TestImportKnown(t *testing.T) {
	for src, want := range map[string]bool{
		"package p\n\nimport \"strings\"\n":           false,
		"package p\n\nimport (\n\t\"strings\"\n)\n":   false,
		"package p\n\nimport s \"strings\"\n":         true, // the name strings is not declared by it
		"package p\n\nimport _ \"strings\"\n":         true,
		"package p\n\nimport `strings`\n":             false,
		"package p\n\nimport strings \"strings\"\n":   false,
		"package p\n\nimport (\n\t. \"strings\"\n)\n": true,
	} {
		if _, got := importEdit(&load.File{Rel: "a.go", Content: []byte(src)}, "strings"); got != want {
			t.Errorf("%q: got %v", src, got)
		}
	}
}

// TestImportGroups holds where an import goes: the helper stands with its like, not in front of the standard library.
func TestImportGroups(t *testing.T) {
	const grouped = "package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"github.com/redis/go-redis/v9\"\n)\n"
	for _, test := range []struct{ path, after string }{
		{"bytes", "import ("}, {"errors", "context"}, {"strings", "fmt"}, {helperPath, ""},
	} {
		e, _ := importEdit(&load.File{Rel: "a.go", Content: []byte(grouped)}, test.path)
		out, _ := apply([]byte(grouped), []Edit{e})
		lines := strings.Split(string(out), "\n")
		for i, l := range lines {
			if strings.Contains(l, strconv.Quote(test.path)) && test.after != "" && !strings.Contains(lines[i-1], test.after) {
				t.Errorf("%s stands after %s, want %s:\n%s", test.path, lines[i-1], test.after, out)
			}
			if strings.Contains(l, helperPath) && strings.Contains(lines[i+1], "\"context\"") {
				t.Errorf("the helper stands in the group of the standard library:\n%s", out)
			}
		}
	}
}

// TestSeveralImports holds that a file can get several imports at once: those of several changes, too.
func TestSeveralImports(t *testing.T) {
	for name, src := range importCases {
		t.Run(name, func(t *testing.T) {
			f := &load.File{Rel: "a.go", Abs: "/a.go", Content: []byte(src)}
			prog := &load.Program{Files: map[string]*load.File{"/a.go": f}}
			p := strings.Index(src, "package p")
			at := Edit{File: "a.go", Start: p, End: p + len("package p"), New: "package p"}
			changes := []*Change{
				{Edits: []Edit{at}, Imports: map[string][]string{"a.go": {helperPath}}},
				{Edits: []Edit{at}, Imports: map[string][]string{"a.go": {"strings", "crypto/tls", helperPath}}},
			}
			got, err := newTexts(prog).contents(changes)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{helperPath, "strings", "crypto/tls"} {
				if !imports(t, got["a.go"], path) {
					t.Errorf("%s is not there:\n%s", path, got["a.go"])
				}
			}
		})
	}
}
