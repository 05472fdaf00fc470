package rediscluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVersions builds the helper with the go-redis versions that targets have: the bodies of a generated helper are not
// checked again in a target.
func TestVersions(t *testing.T) {
	mods, err := filepath.Glob("../../internal/apidiff/testdata/v*/go.mod")
	if err != nil || len(mods) < 5 {
		t.Fatalf("%d versions, %v", len(mods), err)
	}
	for _, mod := range mods {
		version := filepath.Base(filepath.Dir(mod))
		t.Run(version, func(t *testing.T) {
			dir := t.TempDir()
			copyTo(t, mod, filepath.Join(dir, "go.mod"), nil)
			copyTo(t, strings.TrimSuffix(mod, "mod")+"sum", filepath.Join(dir, "go.sum"), nil)
			for _, name := range []string{"rediscluster.go", "slots.go", "keys.go", "queue.go", "nodes.go", "scan.go", "events.go"} {
				copyTo(t, name, filepath.Join(dir, "h", name), func(src string) string {
					if strings.HasPrefix(version, "v8.") {
						src = strings.ReplaceAll(src, "github.com/redis/go-redis/v9", "github.com/go-redis/redis/v8")
						if a, b := strings.Index(src, "// FunctionLoad loads"), strings.Index(src, "// sameOfAll runs"); a > 0 {
							src = src[:a] + src[b:] // v8 has no functions
						}
					}
					return src
				})
			}
			cmd := exec.Command("go", "build", "./h")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func copyTo(t *testing.T, from, to string, change func(string) string) {
	t.Helper()
	src, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		src = []byte(change(string(src)))
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, src, 0o644); err != nil {
		t.Fatal(err)
	}
}
