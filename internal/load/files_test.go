package load

import (
	"context"
	"crypto/sha256"
	"errors"
	"go/ast"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestCgo(t *testing.T) {
	if testing.Short() {
		t.Skip("cgo is slow")
	}
	out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
	words := strings.Fields(string(out))
	if err != nil || len(words) < 2 || words[0] != "1" {
		t.Skip("cgo is off")
	}
	if _, err := exec.LookPath(words[1]); err != nil {
		t.Skip("no C compiler")
	}
	p := loadArchive(t, `
-- go.mod --
module example.com/cgo

go 1.25
-- a/a.go --
package a

// static int one(void) { return 1; }
import "C"

func One() int { return int(C.one()) }
-- a/b.go --
package a

func Two() int { return One() + 1 }
-- b/b.go --
package b

import "example.com/cgo/a"

func B() int { return a.One() }
`)
	pkg, s := byID(t, p, "example.com/cgo/a")
	if got := bodies(p, s); !slices.Contains(got, "One") || !slices.Contains(got, "Two") {
		t.Errorf("bodies: %q", got)
	}
	wantStrings(t, "left out", leftOut(p), "note example.com/cgo/a a/a.go uses cgo: analysed as cgo translates it, and not edited")
	for _, f := range p.Files {
		switch {
		case f.Rel == "a/a.go":
			if !f.Cgo || f.Foreign || f.Editable() {
				t.Errorf("%s: cgo %v, foreign %v", f.Rel, f.Cgo, f.Foreign)
			}
		case f.Rel == "a/b.go" || f.Rel == "b/b.go":
			if !f.Editable() {
				t.Errorf("%s is not editable", f.Rel)
			}
		case !f.Foreign || f.Editable():
			t.Errorf("%s: foreign %v", f.Rel, f.Foreign)
		}
	}
	for _, f := range pkg.Syntax {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Name.Name == "One" {
				if at := p.Position(fd.Name.Pos()); at.String() != "a/a.go:6:6" || p.File(fd.Pos()).Content[at.Offset] != 'O' {
					t.Errorf("One stands at %v, offset %d", at, at.Offset)
				}
			}
		}
	}
}

func TestVendor(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/vend

go 1.25

require github.com/redis/go-redis/v9 v9.7.0
-- vendor/modules.txt --
# github.com/redis/go-redis/v9 v9.7.0
## explicit; go 1.25
github.com/redis/go-redis/v9
-- vendor/github.com/redis/go-redis/v9/redis.go --
package redis

type Client struct{}

func (*Client) Get(key string) string { return key }
-- a.go --
package a

import "github.com/redis/go-redis/v9"

func A(c *redis.Client) string { return c.Get("a") }
`)
	wantStrings(t, "packages", ids(p), "example.com/vend")
	wantStrings(t, "left out", leftOut(p))
	if got := p.Modules[0].GoRedis; len(got) != 1 || got[0].Version != "v9.7.0" {
		t.Errorf("go-redis: %+v", got)
	}
	if len(p.Files) != 1 {
		t.Errorf("files: %v", p.Files)
	}
}

func TestSums(t *testing.T) {
	src := "package a\r\n\r\n// é\r\n"
	p := loadArchive(t, "-- go.mod --\nmodule example.com/a\n\ngo 1.25\n-- a.go --\n"+src)
	for _, f := range p.Files {
		if string(f.Content) != src || f.Sum != sha256.Sum256([]byte(src)) {
			t.Errorf("content %q", f.Content)
		}
	}
}

// TestTestErrors has errors in test files only: the package itself is whole.
func TestTestErrors(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/te

go 1.25
-- a/a.go --
package a

func A() string { return "a" }
-- a/a_test.go --
package a

import (
	"testing"

	_ "example.com/te/b"
)

func TestA(t *testing.T) { A() }
-- b/b.go --
package b

import "example.com/te/a"

func B() string { return a.A() }
-- c/c.go --
package c

func C() string { return "c" }
-- c/c_test.go --
package c

import "testing"

func TestC(t *testing.T) { C(); missing() }

func TestD(t *testing.T) { C() }
-- d/d.go --
package d
-- d/e.go --
package e
`)
	_, s := byID(t, p, "example.com/te/a")
	wantStrings(t, "bodies of a", bodies(p, s), "A")
	_, s = byID(t, p, "example.com/te/b")
	wantStrings(t, "bodies of b", bodies(p, s), "B")
	_, s = byID(t, p, "example.com/te/c [example.com/te/c.test]")
	wantStrings(t, "bodies of c", bodies(p, s), "C", "TestD")
	got := strings.Join(leftOut(p), "\n")
	for _, want := range []string{
		"example.com/te/a", "import cycle not allowed in test",
		"part example.com/te/c func TestC not analysed: c/c_test.go:5:33: undefined: missing",
		"example.com/te/d", "found packages d (d.go) and e (e.go)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in what was left out:\n%s", want, got)
		}
	}
	t.Log(got)
}

func TestAllBroken(t *testing.T) {
	p := loadArchive(t, "-- go.mod --\nmodule example.com/all\n\ngo 1.25\n-- a/a.go --\npackag a\n-- b/b.go --\npackage b\n\nimport \"example.com/none\"\n-- c/c.go --\n")
	for _, want := range []string{"whole example.com/all/a a/a.go:1:1: expected 'package'", "part example.com/all/b b/b.go:3:8: ", "whole example.com/all/c c/c.go:1:1: "} {
		if !slices.ContainsFunc(leftOut(p), func(o string) bool { return strings.HasPrefix(o, want) }) {
			t.Errorf("%s is not listed: %q", want, leftOut(p))
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dir := extract(t, goodModule)
	cfg := Config{Dir: dir, Env: testEnv(), Progress: func(string) { cancel() }}
	if p, err := Load(ctx, cfg); p != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
