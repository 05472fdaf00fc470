package load

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// declaredFunc finds the SSA function of a declaration.
func declaredFunc(p *Program, s *ssa.Package, fd *ast.FuncDecl) *ssa.Function {
	obj, _ := p.Package(s).TypesInfo.Defs[fd.Name].(*types.Func)
	if obj == nil {
		return nil
	}
	return p.SSA.FuncValue(obj)
}

const brokenModule = `
-- go.mod --
module example.com/broken

go 1.25
-- p/p.go --
package p

import "strings"

type T struct{ id string }

var Prefix = "p:"

var Bad, AlsoGood = undefinedVar, "also"

func K(id string) string { return Prefix + strings.ToLower(id) }

func Wrong(id string) string { return undefinedFunc(id) }

func (t *T) WrongToo() int {
	return t.nothing
}

func (t *T) Key() string { return K(t.id) }

func UsesBad() { _ = Bad }

func Sig(x Missing) string { return "sig" }

func Unused() string {
	n := 1
	return "unused"
}
-- p/p_test.go --
package p

import "testing"

func TestK(t *testing.T) { _ = K("x") }
-- q/q.go --
package q

import "example.com/broken/p"

func Q() string { return p.K("q") }

func UsesSig() { println(p.Sig(nil)) }
-- r/r.go --
package r

import "example.com/broken/q"

func R() string { return q.Q() }
`

func TestTypeErrors(t *testing.T) {
	p := loadArchive(t, brokenModule)
	pkg, s := byID(t, p, "example.com/broken/p")
	wantStrings(t, "bodies of p", bodies(p, s), "(*T).Key", "K", "Unused")
	for _, f := range pkg.Syntax {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body == nil {
				t.Errorf("%s lost its body in the syntax", fd.Name.Name)
			}
		}
	}
	_, s = byID(t, p, "example.com/broken/p [example.com/broken/p.test]")
	wantStrings(t, "bodies of p [p.test]", bodies(p, s), "(*T).Key", "K", "TestK", "Unused")
	_, s = byID(t, p, "example.com/broken/q")
	wantStrings(t, "bodies of q", bodies(p, s), "Q")
	_, s = byID(t, p, "example.com/broken/r")
	wantStrings(t, "bodies of r", bodies(p, s), "R")
	if !initStores(p, "example.com/broken/p", "Prefix") || !initStores(p, "example.com/broken/p", "AlsoGood") {
		t.Error("package variables without an error are not initialized")
	}
	if initStores(p, "example.com/broken/p", "Bad") {
		t.Error("Bad is initialized")
	}
	wantStrings(t, "left out", leftOut(p),
		"part example.com/broken/p p/p.go:9:21: undefined: undefinedVar",
		"part example.com/broken/p var Bad not analysed: p/p.go:9:21: undefined: undefinedVar",
		"part example.com/broken/p func Wrong not analysed: p/p.go:13:39: undefined: undefinedFunc",
		"part example.com/broken/p func (*T).WrongToo not analysed: p/p.go:16:11: t.nothing undefined (type *T has no field or method nothing)",
		"part example.com/broken/p func UsesBad not analysed: p/p.go:21:22: the type of Bad is unknown",
		"part example.com/broken/p func Sig not analysed: p/p.go:23:12: undefined: Missing",
		"part example.com/broken/q func UsesSig not analysed: q/q.go:7:26: the type of p.Sig is unknown")
}

// initStores reports whether the initializer of a package sets a variable.
func initStores(p *Program, path, name string) bool {
	s := p.SSA.ImportedPackage(path)
	for _, b := range s.Func("init").Blocks {
		for _, i := range b.Instrs {
			if st, ok := i.(*ssa.Store); ok && st.Addr == s.Var(name) {
				return true
			}
		}
	}
	return false
}

func TestSoftErrorsOnly(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/soft

go 1.25
-- a.go --
package a

import "os"

func A() string { x := 1; return "a" }
`)
	_, s := byID(t, p, "example.com/soft")
	wantStrings(t, "bodies", bodies(p, s), "A")
	wantStrings(t, "left out", leftOut(p), `note example.com/soft a.go:3:8: "os" imported and not used`)
}

func TestSyntaxError(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/syn

go 1.25
-- p/p.go --
package p

func Good() string { return "good" }

//line other.go:1000
func Bad() string { return "a" + ) }

func After() string { return "after" }
-- p/more.go --
package p

func More() string { return Good() }
-- q/q.go --
package q

import "example.com/syn/p"

func Q() string { return p.Good() }
-- clean/clean.go --
package clean

func C() string { return "c" }
`)
	_, s := byID(t, p, "example.com/syn/p")
	wantStrings(t, "bodies of p", bodies(p, s), "Good", "More")
	_, s = byID(t, p, "example.com/syn/q")
	wantStrings(t, "bodies of q", bodies(p, s), "Q")
	_, s = byID(t, p, "example.com/syn/clean")
	wantStrings(t, "bodies of clean", bodies(p, s), "C")
	wantStrings(t, "left out", leftOut(p),
		"part example.com/syn/p p/p.go:6:34: expected operand, found ')'",
		"part example.com/syn/p func Bad not analysed: p/p.go:6:34: syntax error: expected operand, found ')', nothing read up to line 8")
}

func TestMissingDependency(t *testing.T) {
	p := loadArchive(t, `
-- go.mod --
module example.com/missing

go 1.25

require github.com/redis/go-redis/v9 v9.7.0
-- p/p.go --
package p

import "github.com/redis/go-redis/v9"

type S struct{ c *redis.Client }

func (s *S) Get(id string) string { return s.c.Get(Key(id)) }

func New() *redis.Client { return redis.NewClient(nil) }

func Key(id string) string { return "k:" + id }

func Call() { redis.SetLogger(nil) }
-- q/q.go --
package q

import "example.com/missing/p"

func Q() string { return p.Key("q") }

func C() { use(p.New()) }

func use(any) {}
`)
	_, s := byID(t, p, "example.com/missing/p")
	wantStrings(t, "bodies of p", bodies(p, s), "Key")
	_, s = byID(t, p, "example.com/missing/q")
	wantStrings(t, "bodies of q", bodies(p, s), "Q", "use")
	got := leftOut(p)
	if len(got) != 5 || !strings.HasPrefix(got[0], "part example.com/missing/p p/p.go:3:8: could not import github.com/redis/go-redis/v9: ") {
		t.Errorf("left out: %q", got)
	}
	wantStrings(t, "functions", got[1:],
		"part example.com/missing/p func (*S).Get not analysed: p/p.go:7:44: the type of s.c.Get is unknown",
		"part example.com/missing/p func New not analysed: p/p.go:9:13: undefined: redis",
		"part example.com/missing/p func Call not analysed: p/p.go:13:15: undefined: redis",
		"part example.com/missing/q func C not analysed: q/q.go:7:16: the type of p.New() is unknown")
	if len(p.Modules) != 1 || !slices.Equal(p.Modules[0].GoRedis, []GoRedis{{Path: "github.com/redis/go-redis/v9", Version: "v9.7.0"}}) {
		t.Errorf("modules: %+v", p.Modules)
	}
}

// TestOddErrors loads code that is wrong where the SSA builder would not
// expect it. Whatever is left out, the sound function must be built.
func TestOddErrors(t *testing.T) {
	for name, src := range map[string]string{
		"redeclared func":   "func A() {}\nfunc A() int { return 1 }",
		"redeclared method": "type T int\nfunc (T) M() {}\nfunc (T) M() int { return 1 }\nfunc u(t T) { t.M() }",
		"redeclared var":    "var a = 1\nvar a = \"x\"\nfunc u() { println(a) }",
		"bad receiver":      "func (m Missing) M() {}\nfunc (m *int) N() {}",
		"bad init":          "func init() int { return 1 }",
		"bad const":         "const c = missing\nvar v = c + 1\nfunc u() { println(c, v) }",
		"bad type":          "type T struct { f Missing; g int }\nfunc u(t T) { println(t.g, t.f); _ = t }\nfunc w(t T) int { return t.g }",
		"cyclic type":       "type T struct { t T }\nfunc u(t T) { println(t.t) }",
		"cyclic init":       "var a = b\nvar b = f()\nfunc f() int { return a }",
		"bad embed":         "type T struct { Missing; *Missing2 }\nfunc u(t T) { t.X(); t.Missing.Y() }",
		"bad iface":         "type I interface { M(Missing) int }\nfunc u(i I) { i.M(nil) }",
		"not an interface":  "type I interface { M() }\ntype T int\nvar i I = T(1)\nfunc u() { var j I = T(2); j.M() }",
		"bad generic":       "func g[T missing](t T) T { return t }\nfunc u() { println(g(1)) }",
		"bad instance":      "func g[T ~string](t T) T { return t }\nfunc u() { println(g(1)) }",
		"bad label":         "func u() { goto L; for { break M } }",
		"missing return":    "func u() int { }",
		"dup case":          "func u(x int) { switch x { case 1: case 1: } }",
		"no body":           "func u() int\nfunc w() int { return u() }",
		"blank":             "func _() { missing() }\nvar _ = missing()\ntype _ Missing",
		"tuple":             "func two() (int, int) { return 1, 2 }\nvar a, b, c = two()\nvar d = two()\nfunc u() { println(a, d) }",
		"func literal":      "var f = func() int { return missing }\nvar g = func() string { return \"g\" }",
		"import cycle self": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			imp := ""
			if name == "import cycle self" {
				imp = "import \"example.com/odd/q\"\nvar _ = q.Q\n"
			}
			p := loadArchive(t, "-- go.mod --\nmodule example.com/odd\n\ngo 1.25\n-- p/p.go --\npackage p\n\n"+
				imp+"func Sound() string { return \"sound\" }\n\n"+src+
				"\n-- q/q.go --\npackage q\n\nimport \"example.com/odd/p\"\n\nfunc Q() string { return p.Sound() }\n")
			_, s := byID(t, p, "example.com/odd/p")
			if !slices.Contains(bodies(p, s), "Sound") {
				t.Errorf("Sound is not built; left out: %q", leftOut(p))
			}
			_, s = byID(t, p, "example.com/odd/q")
			if !slices.Contains(bodies(p, s), "Q") && imp == "" {
				t.Errorf("Q is not built; left out: %q", leftOut(p))
			}
			if len(p.LeftOut) == 0 {
				t.Error("nothing left out")
			}
			t.Logf("%s", strings.Join(leftOut(p), "\n"))
		})
	}
}

// TestBuilderPanics makes the builder fail on sound code, as a bug in it
// would, and looks at what is given up.
func TestBuilderPanics(t *testing.T) {
	p := loadArchive(t, brokenModule)
	b := &builder{
		pkgs:   p.Packages,
		faults: make(map[*packages.Package][]fault), // nothing pruned beforehand
		failed: make(map[*packages.Package]failure),
		load:   &loader{prog: p},
	}
	for n := 0; ; n++ {
		prog, bad, err := b.attempt(t.Context())
		if err != nil || n > 2*len(b.pkgs) {
			t.Fatal(n, err)
		}
		if bad == nil {
			for _, pkg := range b.pkgs {
				t.Logf("%s: %d faults, cut down to %d", pkg.ID, len(b.faults[pkg]), b.failed[pkg])
			}
			if fn := prog.ImportedPackage("example.com/broken/p").Func("K"); fn.Blocks == nil {
				t.Error("K is not built")
			}
			return
		}
		b.cutDown(bad)
	}
}
