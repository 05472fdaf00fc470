package load

import (
	"context"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/txtar"
)

// extract writes a txtar archive to a new directory.
func extract(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// testEnv keeps the settings of the machine out, and the network.
func testEnv(more ...string) []string {
	return append(os.Environ(), append([]string{
		"GOFLAGS=", "GOPROXY=off", "GOWORK=", "GOTOOLCHAIN=local", "GOPACKAGESDRIVER=off", "GO111MODULE=",
	}, more...)...)
}

func loadDir(t *testing.T, dir string, patterns ...string) *Program {
	t.Helper()
	p, err := Load(context.Background(), Config{Dir: dir, Tests: true, Patterns: patterns, Env: testEnv()})
	if err != nil {
		t.Fatal(err)
	}
	checkProgram(t, p)
	return p
}

func loadArchive(t *testing.T, archive string) *Program {
	t.Helper()
	return loadDir(t, extract(t, archive))
}

// checkProgram holds p to what every Program promises.
func checkProgram(t *testing.T, p *Program) {
	t.Helper()
	if len(p.SSAPkgs) != len(p.Packages) {
		t.Fatalf("%d SSAPkgs, %d Packages", len(p.SSAPkgs), len(p.Packages))
	}
	for i, pkg := range p.Packages {
		if strings.HasSuffix(pkg.PkgPath, ".test") {
			t.Errorf("test main %s among the packages", pkg.ID)
		}
		if s := p.SSAPkgs[i]; p.SSAPackage(pkg) != s || s != nil && p.Package(s) != pkg {
			t.Errorf("%s: the mapping to SSA is not what SSAPkgs says", pkg.ID)
		}
		for _, f := range pkg.Syntax {
			name := p.Fset.File(f.FileStart).Name()
			file := p.Files[name]
			if file == nil {
				t.Fatalf("%s is not in Files", name)
			}
			if size := p.Fset.File(f.FileStart).Size(); len(file.Content) != size {
				t.Errorf("%s: %d bytes in Content, %d were parsed", file.Rel, len(file.Content), size)
			}
		}
	}
	for _, o := range p.LeftOut {
		if o.Package == "" || o.Reason == "" || strings.Contains(o.Reason, "\n") || strings.Contains(o.Reason, p.Dir) {
			t.Errorf("not one relative line: %+v", o)
		}
	}
}

func ids(p *Program) []string {
	var list []string
	for _, pkg := range p.Packages {
		list = append(list, pkg.ID)
	}
	return list
}

func byID(t *testing.T, p *Program, id string) (*packages.Package, *ssa.Package) {
	t.Helper()
	for i, pkg := range p.Packages {
		if pkg.ID == id {
			return pkg, p.SSAPkgs[i]
		}
	}
	t.Fatalf("no package %q among %q", id, ids(p))
	return nil, nil
}

// bodies returns the names of the functions and methods of a package whose
// code was built.
func bodies(p *Program, s *ssa.Package) []string {
	var list []string
	if s == nil {
		return nil
	}
	for _, f := range p.Package(s).Syntax {
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn := declaredFunc(p, s, fd); fn != nil && fn.Blocks != nil {
				list = append(list, funcName(fd))
			}
		}
	}
	slices.Sort(list)
	return list
}

func wantStrings(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func leftOut(p *Program) []string {
	var list []string
	for _, o := range p.LeftOut {
		list = append(list, o.Severity.String()+" "+o.Package+" "+o.Reason)
	}
	return list
}

const redisStub = `
-- stub/go.mod --
module github.com/redis/go-redis/v9

go 1.25
-- stub/redis.go --
package redis

type Client struct{}

func (*Client) Get(key string) string { return key }
`

const goodModule = `
-- go.mod --
module example.com/good

go 1.25

require github.com/redis/go-redis/v9 v9.7.0

replace github.com/redis/go-redis/v9 => ./stub
-- p/p.go --
package p

import "github.com/redis/go-redis/v9"

// Key is generic so that instances are built.
func Key[T ~string](v T) string { return "k:" + string(v) }

type S struct{ c *redis.Client }

func (s *S) Get(id string) string { return s.c.Get(Key(id)) }
-- p/p_test.go --
package p

import "testing"

func TestKey(t *testing.T) { helper(t) }

func helper(t *testing.T) { _ = Key("a") }
-- p/x_test.go --
package p_test

import (
	"testing"

	"example.com/good/p"
)

func TestX(t *testing.T) { _ = p.Key("b") }
-- q/q.go --
package q

import "example.com/good/p"

func Q() string { return p.Key("q") }
` + redisStub

func TestGoodModule(t *testing.T) {
	p := loadArchive(t, goodModule)
	wantStrings(t, "packages", ids(p),
		"example.com/good/p",
		"example.com/good/p [example.com/good/p.test]",
		"example.com/good/p_test [example.com/good/p.test]",
		"example.com/good/q")
	// stub is a module by itself, but it does not require go-redis.
	wantStrings(t, "left out", leftOut(p))
	want := []Module{{Path: "example.com/good", Dir: ".", GoRedis: []GoRedis{
		{Path: "github.com/redis/go-redis/v9", Version: "v9.7.0", Replace: "./stub"},
	}}}
	if len(p.Modules) != 1 || p.Modules[0].Path != want[0].Path || p.Modules[0].Dir != "." ||
		!slices.Equal(p.Modules[0].GoRedis, want[0].GoRedis) {
		t.Errorf("modules: got %+v, want %+v", p.Modules, want)
	}
	_, s := byID(t, p, "example.com/good/p")
	wantStrings(t, "bodies of p", bodies(p, s), "(*S).Get", "Key")
	_, s = byID(t, p, "example.com/good/p [example.com/good/p.test]")
	wantStrings(t, "bodies of p [p.test]", bodies(p, s), "(*S).Get", "Key", "TestKey", "helper")
	if got := p.SSA.ImportedPackage("example.com/good/p"); got != p.SSAPkgs[0] {
		t.Errorf("the path of p leads to %v, not to the package itself", got)
	}
	wantStrings(t, "ignored", p.Ignored)
	var rels []string
	for abs, f := range p.Files {
		if p.Rel(abs) != f.Rel || f.Abs != abs || !f.Editable() || f.Test != strings.HasSuffix(f.Rel, "_test.go") {
			t.Errorf("%s: %+v", abs, f)
		}
		rels = append(rels, f.Rel)
	}
	slices.Sort(rels)
	wantStrings(t, "files", rels, "p/p.go", "p/p_test.go", "p/x_test.go", "q/q.go")
}

func TestWithoutTests(t *testing.T) {
	dir := extract(t, goodModule)
	p, err := Load(context.Background(), Config{Dir: dir, Env: testEnv(), Patterns: []string{"./p", "fmt"}})
	if err != nil {
		t.Fatal(err)
	}
	wantStrings(t, "packages", ids(p), "example.com/good/p")
	wantStrings(t, "left out", leftOut(p), "whole fmt not in a module of the target, only the target's own code is ported")
}

func TestPositions(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/pos

go 1.25
-- a/a.go --
package a

//line /elsewhere/gen.y:700
func A() string { return "é" + B() }
-- a/b.go --
// Code generated by hand. DO NOT EDIT.

package a

func B() string { return "b" }
-- a/crlf.go --
`+"package a\r\n\r\nfunc C() string {\r\n\treturn `x\r\ny`\r\n}\r\n")
	pkg, s := byID(t, p, "example.com/pos/a")
	wantStrings(t, "bodies", bodies(p, s), "A", "B", "C")
	got := make(map[string]string)
	for _, f := range pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && len(id.Name) == 1 && id.Name != "a" {
				at := p.Position(id.Pos())
				got[at.String()] = id.Name
				if c := p.File(id.Pos()).Content[at.Offset]; string(c) != id.Name {
					t.Errorf("%s: %q at the offset, want %q", at, c, id.Name)
				}
			}
			return true
		})
	}
	want := map[string]string{"a/a.go:4:6": "A", "a/a.go:4:33": "B", "a/b.go:5:6": "B", "a/crlf.go:3:6": "C"}
	for at, name := range want {
		if got[at] != name {
			t.Errorf("%s at %s, all are %v", name, at, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, f := range p.Files {
		if f.Generated != (f.Rel == "a/b.go") || f.Editable() == f.Generated {
			t.Errorf("%s: generated %v, editable %v", f.Rel, f.Generated, f.Editable())
		}
	}
	if at := p.Position(token.NoPos); at.IsValid() || at.String() != "-" {
		t.Errorf("no position: %v", at)
	}
}

func TestDeterminism(t *testing.T) {
	dir := extract(t, brokenModule)
	var first string
	for i := range 5 {
		p := loadDir(t, dir)
		var got strings.Builder
		for _, pkg := range p.Packages {
			got.WriteString(pkg.ID + "\n")
			for _, f := range pkg.Syntax {
				got.WriteString(p.Position(f.Package).String() + "\n")
			}
		}
		got.WriteString(strings.Join(leftOut(p), "\n"))
		for _, o := range p.LeftOut {
			got.WriteString(o.Position.String())
		}
		if i == 0 {
			first = got.String()
		} else if got.String() != first {
			t.Fatalf("load %d differs:\n%s\nfirst:\n%s", i+1, got.String(), first)
		}
	}
}
