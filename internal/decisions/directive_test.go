package decisions

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/clusterize/clusterize/internal/load"
)

// ignoresOf loads a txtar archive as a module and lists its directives, one a line.
func ignoresOf(t *testing.T, archive string) string {
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
	env := append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=", "GOTOOLCHAIN=local", "GOPACKAGESDRIVER=off", "GO111MODULE=")
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Tests: true, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, i := range Ignores(prog) {
		fmt.Fprintf(&out, "%s line %d: %s (%s) %s\n", i.Pos, i.Line, i.Rule, i.Reason, i.Problem)
	}
	return out.String()
}

func TestIgnores(t *testing.T) {
	got := ignoresOf(t, `
-- go.mod --
module example.com/a

go 1.25
-- a.go --
package a

func get(keys ...string) {}

func F() {
	get("a", "b") //clusterize:ignore crossslot one slot,	see the wiki
	//clusterize:ignore crossslot above
	get("a", "b")

	//clusterize:ignore crossslot the first of two
	// what else there is to say
	//clusterize:ignore watch-slots the second
	/* and more
	of it */
	get("a", "b")

	get("a") // a comment of its line
	//clusterize:ignore one-node in a group that begins at the end of a line
	get("b")

	//clusterize:ignore one-node apart from what follows

	get("c")
	get("d") //clusterize:ignore one-node the group goes on
	// below
}

// G has a doc comment.
//
//clusterize:ignore crossslot it speaks of the line of G
func G() {
	get("a",
		"b") //clusterize:ignore crossslot the line it stands on
}
-- bad.go --
package a

func H() {
	get("a") //clusterize:ignore
	get("b") //clusterize:ignore crossslot
	get("c") //clusterize:ignore crosslot a reason
	get("d") //clusterize:ignore nothing
	get("e") //clusterize:ignored crossslot no directive
	get("f") // clusterize:ignore crossslot no directive
	get("g") /*clusterize:ignore crossslot no directive */
	get("h") //clusterize:key user:<id>
	println("//clusterize:ignore crossslot no comment")
}

//clusterize:ignore crossslot the file ends
-- a_test.go --
package a

import "testing"

func TestF(t *testing.T) {
	F() //clusterize:ignore crossslot a test
}
-- x_test.go --
package a_test

import "testing"

func TestX(t *testing.T) {
	//clusterize:ignore crossslot a test outside
	t.Log()
}
-- b/b.go --
package b

func f() { undefined() } //clusterize:ignore unknown-keys the package does not compile
`)
	const want = `a.go:6:16 line 6: crossslot (one slot, see the wiki) 
a.go:7:2 line 8: crossslot (above) 
a.go:10:2 line 15: crossslot (the first of two) 
a.go:12:2 line 15: watch-slots (the second) 
a.go:18:2 line 19: one-node (in a group that begins at the end of a line) 
a.go:21:2 line 22: one-node (apart from what follows) 
a.go:24:11 line 24: one-node (the group goes on) 
a.go:30:1 line 31: crossslot (it speaks of the line of G) 
a.go:33:8 line 33: crossslot (the line it stands on) 
a_test.go:6:6 line 6: crossslot (a test) 
b/b.go:3:26 line 3: unknown-keys (the package does not compile) 
bad.go:4:11 line 4:  () it names no rule and gives no reason
bad.go:5:11 line 5: crossslot () it gives no reason
bad.go:6:11 line 6: crosslot (a reason) there is no rule crosslot
bad.go:7:11 line 7: nothing () there is no rule nothing
bad.go:15:1 line 16: crossslot (the file ends) 
x_test.go:6:2 line 7: crossslot (a test outside) 
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestIgnoresNone(t *testing.T) {
	if got := ignoresOf(t, "-- go.mod --\nmodule example.com/a\n\ngo 1.25\n-- a.go --\npackage a\n"); got != "" {
		t.Errorf("got %s", got)
	}
}

// TestIgnoresLineDirective: positions are those of the file as it stands, as for all that the program says.
func TestIgnoresLineDirective(t *testing.T) {
	got := ignoresOf(t, "-- go.mod --\nmodule example.com/a\n\ngo 1.25\n-- a.go --\npackage a\n\n//line other.go:70\nfunc F() {\n\tF() //clusterize:ignore crossslot r\n}\n")
	if want := "a.go:5:6 line 5: crossslot (r) \n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}
