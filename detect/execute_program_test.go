package detect_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// piece is one random function with the declarations that it needs. All names end in the number of the piece, so that
// pieces can be put together, and a piece that fails can be tried alone.
type piece struct {
	n      int
	source string
}

func (p piece) file() string { return fmt.Sprintf("p%d.go", p.n) }

// pieceHead starts the file of each piece; all its imports are used, whatever the piece needs.
const pieceHead = `package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/in"
	"github.com/redis/go-redis/v9"
)

var (
	_ bytes.Buffer
	_ strings.Builder
	_ redis.Pipeliner
	_ = errors.New
	_ = fmt.Sprint
	_ = path.Join
	_ = slices.Sort[[]string]
	_ = strconv.Itoa
	_ sync.Once
	_ = in.S
)

`

// program is the main function that runs the pieces, each twice: what a first run leaves in package variables is there
// in the second. Texts come from outside, constants and composites arrive as parameters.
func program(ps []piece) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"example.com/in\"\n\n\t\"github.com/redis/go-redis/v9\"\n)\n\nfunc main() {\n")
	for _, p := range ps {
		fmt.Fprintf(&b, "\tpiece%d(in.S(), \"lit:\", \"c:\"+in.S())\n", p.n)
		fmt.Fprintf(&b, "\tpiece%d(in.S(), \"other:\", \"d:\"+in.S())\n", p.n)
	}
	b.WriteString("\tredis.Flush()\n}\n")
	return b.String()
}

// pieceGen writes one piece: statements at random that build text and use it, after the types and helpers that they
// need. It keeps what is in scope, so that a program always compiles, and never panics: an index is below the length
// that a list has for sure.
type pieceGen struct {
	r     *rand.Rand
	n     int
	fresh int
	top   strings.Builder // declarations beside the function
	b     *strings.Builder
	depth int
	// calls counts the client calls written into the function; pipe is the name of the pipeline that is in scope.
	calls int
	pipe  string
	scope
	types    []*structType
	helpers  []helper
	globals  []string
	wrappers []wrapper
	loops    int
	// quiet is set in helpers, which do not call the client or declare things of their own.
	quiet bool
}

// scope is what can be named.
type scope struct {
	texts    []string // string variables, which can be assigned
	consts   []string // string parameters and range variables, which are only read
	numbers  []string
	lists    []listVar
	objects  []object
	closures []string // func(string) string
	thunks   []string // func()
	pointers []string // *string
	maps     []string // map[string]string with keys "a", "b"
}

type listVar struct {
	name string
	min  int // elements that it has for sure
	arr  bool
}

type structType struct {
	name   string
	fields []string
	// inherited are the fields of an embedded type.
	inherited []string
	// ctors are functions with two texts that return a pointer; keys are methods with a text that return one.
	ctors, keys []string
	mut         []string // methods with one text that change the object
}

type object struct {
	name string
	typ  *structType
	ptr  bool
}

// helper is a function with n texts that returns as many texts as results tells.
type helper struct {
	name    string
	params  int
	results int
}

// newPiece writes piece n of a program: it depends on nothing else.
func newPiece(seed, n int) piece {
	g := &pieceGen{r: rand.New(rand.NewPCG(uint64(seed), uint64(n)+77)), n: n}
	g.b = &strings.Builder{}
	g.declarations()
	g.scope = scope{texts: []string{"id", "pre", "mix"}}
	for range 4 + g.r.IntN(6) {
		g.statement()
	}
	for g.calls < 1+g.r.IntN(3) {
		g.call()
	}
	g.useNew(scope{})
	return g.piece()
}

// piece makes a piece of what was written so far.
func (g *pieceGen) piece() piece {
	return piece{g.n, pieceHead + g.top.String() + fmt.Sprintf("func piece%d(id, pre, mix string) {\n%s}\n", g.n, g.b.String())}
}

func (g *pieceGen) pick(list []string) string { return list[g.r.IntN(len(list))] }

// chance is true in one of n cases.
func (g *pieceGen) chance(n int) bool { return g.r.IntN(n) == 0 }

func (g *pieceGen) name(prefix string) string {
	g.fresh++
	return fmt.Sprintf("%s%d", prefix, g.fresh)
}

// global is a name of the package.
func (g *pieceGen) global(prefix string) string {
	g.fresh++
	return fmt.Sprintf("%s%dx%d", prefix, g.n, g.fresh)
}

func (g *pieceGen) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("\t", g.depth+1))
	fmt.Fprintf(g.b, format+"\n", args...)
}

// block writes statements; what they declare is used, and gone after it.
func (g *pieceGen) block(n int) {
	old := g.scope
	g.depth++
	for range n {
		g.statement()
	}
	g.useNew(old)
	g.depth--
	g.scope = old
}

// useNew uses all variables that came after old: Go wants that.
func (g *pieceGen) useNew(old scope) {
	var names []string
	names = append(names, g.texts[min(len(old.texts), len(g.texts)):]...)
	names = append(names, g.consts[min(len(old.consts), len(g.consts)):]...)
	names = append(names, g.numbers[min(len(old.numbers), len(g.numbers)):]...)
	for _, l := range g.lists[min(len(old.lists), len(g.lists)):] {
		names = append(names, l.name)
	}
	for _, o := range g.objects[min(len(old.objects), len(g.objects)):] {
		names = append(names, o.name)
	}
	names = append(names, g.closures[min(len(old.closures), len(g.closures)):]...)
	names = append(names, g.thunks[min(len(old.thunks), len(g.thunks)):]...)
	names = append(names, g.pointers[min(len(old.pointers), len(g.pointers)):]...)
	names = append(names, g.maps[min(len(old.maps), len(g.maps)):]...)
	for _, v := range names {
		g.line("_ = %s", v)
	}
}

// readable are the texts that an expression can name.
func (g *pieceGen) readable() []string {
	out := append([]string{}, g.texts...)
	return append(out, g.consts...)
}

var literals = []string{"u:", "job:", ":", "-x", "s:", "k", ":meta", "a/b:"}

func (g *pieceGen) lit() string { return fmt.Sprintf("%q", g.pick(literals)) }

// atom is a text without a call of its own.
func (g *pieceGen) atom() string {
	vars := g.readable()
	switch {
	case len(vars) > 0 && !g.chance(4):
		return g.pick(vars)
	case g.chance(4):
		return "in.S()"
	}
	return g.lit()
}

// key is a text that has a literal in it most times.
func (g *pieceGen) key() string {
	switch g.r.IntN(6) {
	case 0:
		return g.text(0)
	case 1:
		return fmt.Sprintf("fmt.Sprintf(%q, %s, %s)", g.pick([]string{"k:%s:%s", "%s:k%v", "k:%[2]s:%[1]s", "%s%%%s:k"}), g.text(1), g.text(2))
	}
	return fmt.Sprintf("%s + %s", g.lit(), g.text(0))
}

// text is any expression of type string.
func (g *pieceGen) text(depth int) string {
	if depth > 2 {
		return g.atom()
	}
	switch g.r.IntN(30) {
	case 0, 1:
		return g.text(depth+1) + " + " + g.text(depth+1)
	case 2:
		return g.format(depth)
	case 3:
		return g.library(depth)
	case 4:
		return fmt.Sprintf("strconv.Itoa(%s)", g.number())
	case 5, 6:
		if len(g.helpers) > 0 {
			if h := g.helpers[g.r.IntN(len(g.helpers))]; h.results == 1 {
				return h.name + "(" + g.args(h.params, depth) + ")"
			}
		}
	case 7, 8, 9, 10:
		if len(g.objects) > 0 {
			return g.ofObject(depth)
		}
	case 11, 12:
		if l, ok := g.filledList(); ok {
			return fmt.Sprintf("%s[%s]", l.name, g.index(l))
		}
	case 13:
		if len(g.closures) > 0 {
			return fmt.Sprintf("%s(%s)", g.pick(g.closures), g.text(depth+1))
		}
	case 14:
		if len(g.pointers) > 0 {
			return "*" + g.pick(g.pointers)
		}
	case 15:
		if len(g.maps) > 0 {
			return fmt.Sprintf("%s[%s]", g.pick(g.maps), g.pick([]string{`"a"`, `"b"`, g.atom()}))
		}
	case 16:
		if len(g.globals) > 0 {
			return g.pick(g.globals)
		}
	}
	return g.atom()
}

func (g *pieceGen) args(n, depth int) string {
	var out []string
	for range n {
		out = append(out, g.text(depth+1))
	}
	return strings.Join(out, ", ")
}

func (g *pieceGen) format(depth int) string {
	switch g.r.IntN(7) {
	case 0:
		return fmt.Sprintf("fmt.Sprintf(%q, %s)", g.pick([]string{"%d", "%05d", "%x", "n%d:", "%v", "%+d"}), g.number())
	case 1:
		return fmt.Sprintf("fmt.Sprintf(%q, %s)", g.pick([]string{"%q", "%8s", "%-4s|", "%.2s", "%x"}), g.text(depth+1))
	case 2:
		return fmt.Sprintf("fmt.Sprint(%s, %s, %s)", g.text(depth+1), g.number(), g.pick([]string{g.number(), g.text(depth + 1)}))
	case 3:
		return fmt.Sprintf("fmt.Sprintf(\"%%s:%%v\", %s, %s)", g.text(depth+1), g.pick([]string{"in.B()", "[]byte(" + g.text(depth+1) + ")", "in.Err()"}))
	case 4:
		return fmt.Sprintf("fmt.Sprintf(%s+\"%%s\", %s)", g.lit(), g.text(depth+1))
	}
	return fmt.Sprintf("fmt.Sprintf(%q, %s, %s)", g.pick([]string{"%s:%s", "%s%v", "%[2]s-%[1]s", "%[1]s.%[1]s.%s"}), g.text(depth+1), g.text(depth+1))
}

func (g *pieceGen) library(depth int) string {
	x := g.text(depth + 1)
	switch g.r.IntN(12) {
	case 0:
		return fmt.Sprintf("strings.ToLower(%s)", x)
	case 1:
		return fmt.Sprintf("strings.ToUpper(%s)", x)
	case 2:
		return fmt.Sprintf("strings.Replace(\"r:{id}:{id}\", \"{id}\", %s, %d)", x, g.r.IntN(3)-1)
	case 3:
		return fmt.Sprintf("strings.ReplaceAll(%s, \":\", \"_\")", x)
	case 4:
		// An operand that is empty takes its slash away. Keyflow takes operands for parts of a path (see pathJoin), and
		// so are these: they neither are empty nor end in a slash.
		return fmt.Sprintf("path.Join(%q, \"j\"+%s+\"j\", \"j\"+%s+\"j\")", "root", x, g.text(depth+1))
	case 5:
		return fmt.Sprintf("strings.Join([]string{%s, %s}, \":\")", x, g.text(depth+1))
	case 6:
		if len(g.lists) > 0 {
			return fmt.Sprintf("strings.Join(%s, \"-\")", g.slice())
		}
	case 7:
		return fmt.Sprintf("strings.TrimSpace(%s)", x)
	case 8:
		return fmt.Sprintf("string([]byte(%s))", x)
	case 9:
		return fmt.Sprintf("strings.TrimPrefix(%s, \"u:\")", x)
	case 10:
		return fmt.Sprintf("strings.Repeat(%s, 2)", x)
	}
	return fmt.Sprintf("strconv.FormatInt(int64(%s), %d)", g.number(), g.pick2(10, 10, 16))
}

func (g *pieceGen) pick2(ns ...int) int { return ns[g.r.IntN(len(ns))] }

func (g *pieceGen) number() string {
	if len(g.numbers) > 0 && !g.chance(3) {
		return g.pick(g.numbers)
	}
	return g.pick([]string{"in.N()", "in.N()%2", "7"})
}

// slice is a list as a slice.
func (g *pieceGen) slice() string {
	l := g.lists[g.r.IntN(len(g.lists))]
	if l.arr {
		return l.name + "[:]"
	}
	return l.name
}

// filledList is a list with an element for sure.
func (g *pieceGen) filledList() (listVar, bool) {
	var out []listVar
	for _, l := range g.lists {
		if l.min > 0 {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return listVar{}, false
	}
	return out[g.r.IntN(len(out))], true
}

func (g *pieceGen) index(l listVar) string {
	if l.min > 1 && g.chance(3) {
		return fmt.Sprintf("in.N()%%%d", l.min)
	}
	return fmt.Sprint(g.r.IntN(l.min))
}

func (g *pieceGen) cond() string {
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf("%s %s %s", g.atom(), g.pick([]string{"==", "!="}), g.pick([]string{`""`, `"lit:"`, `"a:b"`}))
	case 1:
		return fmt.Sprintf("len(%s) > 1", g.pick(g.readable()))
	}
	return "in.B()"
}
