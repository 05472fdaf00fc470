package detect_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
)

var update = flag.Bool("update", false, "rewrite the wanted keys of the cases in testdata/keys")

// environment is what each case of testdata/keys is built with.
const environment = `package c

import (
	"context"

	"github.com/redis/go-redis/v9"
)

var (
	ctx = context.Background()
	rdb = redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
)
`

// TestKeys holds the keys that are inferred to what the archives of testdata/keys want. An archive has many small
// cases, loaded together: CASE/*.go is a package (named c, with ctx and rdb declared in a file of its own), CASE/want
// are its operations in order, a line each:
//
//	Load from main: MGET user:<id=1>:a user:<id=1>:b
//
// that is the function with the call, the functions that it was reached from (innermost first), the command, and the
// keys. Holes are written <NAME>, and with =N when another hole of the operation is the same value; see writeHole for
// the other marks. Alternatives that hold together are a line each, those after the first start with "or".
func TestKeys(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "keys", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testKeys(t, path)
		})
	}
}

func testKeys(t *testing.T, path string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cases := writeCases(t, dir, strings.TrimSuffix(filepath.Base(path), ".txtar"), a)
	got := operations(t, dir)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if text := strings.Join(got[c.name], ""); text != c.want() && !*update {
				t.Errorf("got\n%swant\n%s", text, c.want())
			}
		})
	}
	if *update {
		rewriteCases(t, path, a, got)
	}
}

type keyCase struct {
	name string
	file *txtar.File // the wanted lines
}

func (c keyCase) want() string { return string(c.file.Data) }

// writeCases makes a module of the cases of an archive.
func writeCases(t *testing.T, dir, area string, a *txtar.Archive) []keyCase {
	t.Helper()
	for _, f := range world(t) {
		switch {
		case f.Name == "go.mod":
			put(t, dir, f.Name, strings.Replace(string(f.Data), "example.com/random", "example.com/"+area, 1))
		case f.Name != "main.go":
			put(t, dir, f.Name, string(f.Data))
		}
	}
	var cases []keyCase
	for i, f := range a.Files {
		name, file, ok := strings.Cut(f.Name, "/")
		if !ok {
			t.Fatalf("%s: file %s is in no case", area, f.Name)
		}
		if file == "want" {
			cases = append(cases, keyCase{name, &a.Files[i]})
			put(t, dir, name+"/env_case.go", environment)
			continue
		}
		put(t, dir, f.Name, string(f.Data))
	}
	return cases
}

// operations writes down what is found in a module, by its top folders.
func operations(t *testing.T, dir string) map[string][]string {
	t.Helper()
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range prog.LeftOut {
		if l.Severity != load.Note {
			t.Errorf("left out: %s: %s", l.Package, l.Reason)
		}
	}
	flow := keyflow.New(prog)
	res := detect.Run(prog, flow)
	out := map[string][]string{}
	for _, s := range res.Sites {
		top, _, _ := strings.Cut(s.Pos.File, "/")
		out[top] = append(out[top], writeSite(s, flow)...)
	}
	return out
}

func rewriteCases(t *testing.T, path string, a *txtar.Archive, got map[string][]string) {
	t.Helper()
	for i, f := range a.Files {
		if name, file, _ := strings.Cut(f.Name, "/"); file == "want" {
			a.Files[i].Data = []byte(strings.Join(got[name], ""))
		}
	}
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestKeyCasesHaveTraps holds that the cases are many, and that a third of them is about what must not be taken for
// known or equal: their names start with trap-.
func TestKeyCasesHaveTraps(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join("testdata", "keys", "*.txtar"))
	all, traps := 0, 0
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range a.Files {
			name, file, _ := strings.Cut(f.Name, "/")
			if file != "want" {
				continue
			}
			if slices.Contains(names, name) {
				t.Errorf("%s: two cases are called %s", path, name)
			}
			names = append(names, name)
			all++
			if strings.HasPrefix(name, "trap-") {
				traps++
			}
		}
	}
	t.Logf("%d cases, %d of them traps", all, traps)
	if all < 120 || traps*3 < all {
		t.Errorf("%d cases, %d of them traps: want 120, a third of them traps", all, traps)
	}
}

// world has the modules around a case: a client with the types of go-redis, which compiles in no time.
func world(t *testing.T) []txtar.File {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "execute", "world.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return a.Files
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	abs := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(abs, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
