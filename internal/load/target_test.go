package load

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantTargetError loads dir, which must fail with a TargetError of one line
// that holds each of the words.
func wantTargetError(t *testing.T, cfg Config, words ...string) {
	t.Helper()
	if cfg.Env == nil {
		cfg.Env = testEnv()
	}
	p, err := Load(context.Background(), cfg)
	te, ok := errors.AsType[*TargetError](err)
	if p != nil || !ok {
		t.Fatalf("got %v, want a TargetError", err)
	}
	if te.Msg == "" || te.Next == "" || strings.Contains(err.Error(), "\n") {
		t.Errorf("want one line and a next step: %q", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("no %q in %q", w, err)
		}
	}
	t.Log(err)
}

func TestNoTarget(t *testing.T) {
	empty := t.TempDir()
	wantTargetError(t, Config{Dir: empty}, "no go.mod in", "-C DIR")
	wantTargetError(t, Config{Dir: filepath.Join(empty, "nowhere")}, "no directory", "nowhere", "-C DIR")

	dir := extract(t, "-- sub/go.mod --\nmodule m\n-- file --\n")
	wantTargetError(t, Config{Dir: dir}, "no go.mod in", "there is one below", "sub")
	wantTargetError(t, Config{Dir: filepath.Join(dir, "file")}, "not a directory")
	wantTargetError(t, Config{Dir: filepath.Join(dir, "sub")}, "no Go packages match ./...")
}

func TestNoGoCommand(t *testing.T) {
	dir := extract(t, "-- go.mod --\nmodule m\n-- a.go --\npackage a\n")
	wantTargetError(t, Config{Dir: dir, Env: []string{"PATH=", "HOME=" + dir}}, "no go command in PATH", "go.dev/dl")
	wantTargetError(t, Config{Dir: dir, Env: testEnv("PATH=" + dir)}, "no go command in PATH")
	t.Setenv("PATH", "")
	wantTargetError(t, Config{Dir: dir, Env: os.Environ()}, "no go command in PATH")
}

func TestBadModule(t *testing.T) {
	dir := extract(t, "-- go.mod --\nmodule m\n\ngo 1.999\n-- a.go --\npackage a\n")
	wantTargetError(t, Config{Dir: dir}, "go >= 1.999", "GOTOOLCHAIN")
	dir = extract(t, "-- go.mod --\nmodul m\n-- a.go --\npackage a\n")
	wantTargetError(t, Config{Dir: dir}, "go.mod:1", "unknown directive")
	dir = extract(t, "-- go.mod --\nmodule m\n-- go.work --\nus .\n-- a.go --\npackage a\n")
	wantTargetError(t, Config{Dir: dir}, "go.work:1")
	dir = extract(t, "-- go.mod --\nmodule m\n-- a.go --\npackage a\n")
	wantTargetError(t, Config{Dir: dir, Env: testEnv("GO111MODULE=off")}, "GO111MODULE")
}

func TestPatterns(t *testing.T) {
	dir := extract(t, "-- go.mod --\nmodule example.com/m\n\ngo 1.25\n-- a/a.go --\npackage a\n-- empty/README --\n-- b/sub/b.go --\npackage b\n")
	for _, pattern := range []string{"./nowhere", "./nowhere/...", "./empty", "./empty/...", "example.com/m/nowhere", "example.com/other", "fmt", "nowhere/..."} {
		wantTargetError(t, Config{Dir: dir, Patterns: []string{pattern}})
		if pattern != "fmt" {
			wantTargetError(t, Config{Dir: dir, Patterns: []string{"./a", pattern}})
		}
	}
	for _, pattern := range []string{"", "-x", "a/a.go", "file=a/a.go"} {
		_, err := Load(context.Background(), Config{Dir: dir, Patterns: []string{pattern}, Env: testEnv()})
		if ue, ok := errors.AsType[*UsageError](err); !ok || ue.Next == "" || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want a UsageError", pattern, err)
		}
	}
	p := loadDir(t, dir, "./a", "./b/...")
	wantStrings(t, "packages", ids(p), "example.com/m/a", "example.com/m/b/sub")
	p = loadDir(t, filepath.Join(dir, "b"))
	wantStrings(t, "packages", ids(p), "example.com/m/b/sub")
	if p.Modules[0].Dir != ".." {
		t.Errorf("module directory %q", p.Modules[0].Dir)
	}
	p = loadDir(t, filepath.Join(dir, "b"), "../a", "example.com/m/...")
	wantStrings(t, "packages", ids(p), "example.com/m/a", "example.com/m/b/sub")
	for _, f := range p.Files {
		if f.Rel != "../a/a.go" && f.Rel != "sub/b.go" {
			t.Errorf("file %s", f.Rel)
		}
	}
}

func TestWorkspace(t *testing.T) {
	dir := extract(t, `
-- go.work --
go 1.25

use (
	./a
	./b
)
-- a/go.mod --
module example.com/a

go 1.25

require github.com/redis/go-redis/v9 v9.7.0

replace github.com/redis/go-redis/v9 => ../stub
-- a/a.go --
package a

import "github.com/redis/go-redis/v9"

func Get(c *redis.Client) string { return c.Get("k") }
-- b/go.mod --
module example.com/b

go 1.25
-- b/b.go --
package b

func B() string { return "b" }
-- c/go.mod --
module example.com/c

go 1.25

require github.com/redis/go-redis/v9 v9.7.0
-- c/c.go --
package c
`+redisStub)
	p := loadDir(t, dir)
	wantStrings(t, "packages", ids(p), "example.com/a", "example.com/b")
	if len(p.Modules) != 2 || p.Modules[0].Dir != "a" || p.Modules[1].Dir != "b" ||
		len(p.Modules[0].GoRedis) != 1 || len(p.Modules[1].GoRedis) != 0 {
		t.Errorf("modules: %+v", p.Modules)
	}
	wantStrings(t, "left out", leftOut(p),
		"whole example.com/c c is a module by itself and requires github.com/redis/go-redis/v9: run clusterize there as well")

	p = loadDir(t, dir, "./b/...")
	wantStrings(t, "packages", ids(p), "example.com/b")
	p = loadDir(t, filepath.Join(dir, "a"), "./...", "../b")
	wantStrings(t, "packages", ids(p), "example.com/a", "example.com/b")
	wantTargetError(t, Config{Dir: filepath.Join(dir, "c")})
	wantTargetError(t, Config{Dir: filepath.Join(dir, "stub")})
}

func TestWorkspaceRootModule(t *testing.T) {
	p := loadArchive(t, `
-- go.work --
go 1.25

use (
	.
	./sub
)
-- go.mod --
module example.com/root

go 1.25
-- root.go --
package root
-- sub/go.mod --
module example.com/sub

go 1.25
-- sub/sub.go --
package sub
`)
	wantStrings(t, "packages", ids(p), "example.com/root", "example.com/sub")
}

func TestIgnored(t *testing.T) {
	dir := extract(t, `
-- go.mod --
module example.com/tags

go 1.25
-- a/a.go --
package a
-- a/tagged.go --
//go:build special

package a

const Key = "Redis"
-- a/plain.go --
//go:build special

package a
-- a/tagged_test.go --
//go:build special

package a

const TestKey = "redis"
-- only/only.go --
//go:build special

package only // redis
-- onlytest/x_test.go --
package onlytest // redis
-- testdata/x.go --
package x // redis
-- _x/x.go --
package x // redis
`)
	p := loadDir(t, dir)
	wantStrings(t, "packages", ids(p), "example.com/tags/a", "example.com/tags/onlytest [example.com/tags/onlytest.test]")
	wantStrings(t, "ignored", p.Ignored, "a/tagged.go", "a/tagged_test.go", "only/only.go")
	wantStrings(t, "left out", leftOut(p))
	for _, tests := range []bool{false, true} {
		p, err := Load(context.Background(), Config{Dir: dir, Tags: "special,other", Tests: tests, Env: testEnv()})
		if err != nil {
			t.Fatal(err)
		}
		wantStrings(t, "ignored", p.Ignored)
		wantStrings(t, "left out", leftOut(p))
	}
	p = loadDir(t, dir, "./only")
	wantStrings(t, "packages", ids(p))
	wantStrings(t, "left out", leftOut(p), "whole example.com/tags/only build constraints exclude all Go files in only")
	wantStrings(t, "ignored", p.Ignored, "only/only.go")
}
