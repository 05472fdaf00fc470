package detect_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
)

var (
	seeds     = flag.Int("seeds", 3, "how many random programs TestExecuted runs")
	firstSeed = flag.Int("first-seed", 0, "the seed of the first program of TestExecuted")
	onlyPiece = flag.Int("piece", -1, "run just this piece of the first program of TestExecuted, or this idiom, often")
)

const (
	piecesPerProgram = 40
	runsPerProgram   = 8
	runsAlone        = 100 // of a single piece: it meets other values than in its program
	longestKey       = 400 // a loop may double a text
	maxReports       = 12
)

// executed counts what was compared.
type executed struct {
	operations, known, telling, skipped, gaveUp int
	unexplained                                 int // places in programs
}

// log says how much the comparison proves, and fails when that is too little.
func (sum *executed) log(t *testing.T, knownPercent int) {
	t.Helper()
	share := func(n int) string { return fmt.Sprintf("%d %%", 100*n/max(1, sum.operations)) }
	t.Logf("%d operations, %s wholly known, %s with text in each key; %d keys too long, %d searches given up, %d places wrong",
		sum.operations, share(sum.known), share(sum.telling), sum.skipped, sum.gaveUp, sum.unexplained)
	if sum.known*100 < sum.operations*knownPercent || sum.gaveUp > sum.operations/100 {
		t.Error("too little is known: the comparison proves nothing")
	}
}

// TestExecuted runs random programs and compares the keys that they really use with those that are inferred: each
// operation must be explained by a context of its site, with one text for all holes of one ID. The other tests of the
// engine hold what their authors thought of; here the programs decide.
func TestExecuted(t *testing.T) {
	var sum executed
	for seed := *firstSeed; seed < *firstSeed+*seeds; seed++ {
		var ps []piece
		for n := range piecesPerProgram {
			if *onlyPiece < 0 || n == *onlyPiece {
				ps = append(ps, newPiece(seed, n))
			}
		}
		runProgram(t, fmt.Sprintf("-first-seed %d -seeds 1 -piece", seed), ps, &sum)
	}
	if *onlyPiece < 0 {
		sum.log(t, 70)
	}
}

// TestExecutedIdioms does the same with one program that has all idioms, each by itself.
func TestExecutedIdioms(t *testing.T) {
	var sum executed
	var ps []piece
	for n := range allIdioms {
		if *onlyPiece < 0 || n == *onlyPiece {
			ps = append(ps, idiomPiece(*firstSeed, n))
		}
	}
	runProgram(t, fmt.Sprintf("-first-seed %d -piece", *firstSeed), ps, &sum)
	if *onlyPiece < 0 {
		sum.log(t, 40) // most of them are traps
	}
}

// runProgram builds a program of pieces, runs it several times and checks what it printed.
func runProgram(t *testing.T, name string, ps []piece, sum *executed) {
	t.Helper()
	dir := t.TempDir()
	writeProgram(t, dir, ps)
	bin := buildProgram(t, dir)
	prog, err := load.Load(t.Context(), load.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	flow := keyflow.New(prog)
	res := detect.Run(prog, flow)
	at := sitesByLine(res.Sites)
	failed := map[string]bool{}
	runs := runsPerProgram
	if len(ps) == 1 {
		runs = runsAlone
	}
	for run := range runs {
		fixed := process{}
		for _, cmds := range operationsOf(t, dir, bin, run) {
			rs := checkOperation(cmds, at, sum)
			if place := fmt.Sprint(cmds[0].file, cmds[0].line); len(rs) == 0 && !failed[place] {
				failed[place] = true // the first of a place is enough
				sum.unexplained++
				if sum.unexplained <= maxReports {
					reportUnexplained(t, name, dir, cmds, at, !failed[cmds[0].file])
				}
				t.Fail()
				failed[cmds[0].file] = true
			}
			if id, ok := fixed.add(rs); !ok && !failed["fixed "+id] {
				failed["fixed "+id] = true
				sum.unexplained++
				t.Errorf("the hole %s is said to have one text in a process, and has several", id)
				reportUnexplained(t, name, dir, cmds, at, true)
			}
		}
	}
}

// writeProgram writes the modules of a program into dir.
func writeProgram(t *testing.T, dir string, ps []piece) {
	t.Helper()
	world, err := txtar.ParseFile(filepath.Join("testdata", "execute", "world.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range world.Files {
		put(t, dir, f.Name, string(f.Data))
	}
	put(t, dir, "run.go", program(ps))
	for _, p := range ps {
		put(t, dir, p.file(), p.source)
	}
}

// buildProgram compiles the program in dir.
func buildProgram(t *testing.T, dir string) string {
	t.Helper()
	bin := filepath.Join(dir, "program")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the generator wrote what does not compile, in %s: %v\n%s", dir, err, out)
	}
	return bin
}

// operationsOf runs the program; the commands of a transaction are one operation.
func operationsOf(t *testing.T, dir, bin string, run int) [][]command {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, bin, fmt.Sprint(run)).Output()
	if err != nil {
		t.Fatalf("the program in %s ended with %v", dir, err)
	}
	var out [][]command
	group := map[int]int{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var c command
		var tx int
		rest := strings.NewReader(lines.Text())
		if _, err := fmt.Fscanf(rest, "%q %d %d %s", &c.file, &c.line, &tx, &c.method); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		for rest.Len() > 0 {
			var k string
			if _, err := fmt.Fscanf(rest, " %q", &k); err != nil {
				t.Fatalf("%v: %s", err, lines.Text())
			}
			c.keys = append(c.keys, k)
		}
		c.file, _ = filepath.Rel(dir, c.file)
		i, ok := group[tx]
		if tx == 0 || !ok {
			group[tx] = len(out)
			out = append(out, []command{c})
			continue
		}
		out[i] = append(out[i], c)
	}
	return out
}

// line is a place in the program.
type line struct {
	file string
	line int
}

// sitesByLine finds the sites that have an operation on a line: a queued command belongs to the opener of its pipeline.
func sitesByLine(sites []detect.Site) map[line][]detect.Site {
	out := map[line][]detect.Site{}
	for _, s := range sites {
		seen := map[line]bool{}
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				at := line{o.Pos.File, o.Pos.Line}
				if !seen[at] && s.Kind != detect.KeyText {
					seen[at] = true
					out[at] = append(out[at], s)
				}
			}
		}
	}
	return out
}

// checkOperation lists the ways to explain an operation; none means that what was inferred is wrong.
func checkOperation(cmds []command, at map[line][]detect.Site, sum *executed) []reading {
	for _, c := range cmds {
		if slices.ContainsFunc(c.keys, func(k string) bool { return len(k) > longestKey }) {
			sum.skipped++
			return []reading{{}}
		}
	}
	sum.operations++
	var out []reading
	done := true
	for _, s := range at[line{cmds[0].file, cmds[0].line}] {
		for _, c := range s.Contexts {
			limit := 1
			if hasFixed(c) {
				limit = maxSolutions
			}
			rs, ok := explain(cmds, c, s.Open != "", limit)
			out = append(out, rs...)
			done = done && ok
		}
	}
	switch {
	case slices.ContainsFunc(out, func(r reading) bool { return r.telling }):
		sum.telling++
		sum.known++
	case slices.ContainsFunc(out, func(r reading) bool { return r.known }):
		sum.known++
	}
	if len(out) == 0 && !done || len(out) >= maxSolutions {
		sum.gaveUp++
		return []reading{{}}
	}
	return out
}

// hasFixed reports that a hole of the context must not change in the process: then all readings matter.
func hasFixed(c detect.Context) bool {
	for _, o := range c.Ops {
		for _, k := range o.Keys {
			for _, t := range k.Alts {
				if slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Class == key.Fixed }) {
					return true
				}
			}
		}
	}
	return false
}

// reportUnexplained writes what a program did, what was inferred there, the flags that try the piece alone, and, once for
// a piece, its source.
func reportUnexplained(t *testing.T, name, dir string, cmds []command, at map[line][]detect.Site, source bool) {
	t.Helper()
	var b strings.Builder
	n, _ := strings.CutPrefix(strings.TrimSuffix(cmds[0].file, ".go"), "p")
	fmt.Fprintf(&b, "%s %s %s: what a program did is not among what was inferred\n", t.Name(), name, n)
	for _, c := range cmds {
		fmt.Fprintf(&b, "  %s:%d %s %q\n", c.file, c.line, c.method, c.keys)
	}
	sites := at[line{cmds[0].file, cmds[0].line}]
	if len(sites) == 0 {
		b.WriteString("no site has it\n")
	}
	for _, s := range sites {
		fmt.Fprintf(&b, "site %s (%s) open=%q\n", s.Pos, s.Kind, s.Open)
		for _, c := range s.Contexts {
			describeContext(&b, c)
		}
	}
	if !source {
		t.Error(b.String())
		return
	}
	fmt.Fprintf(&b, "source:\n")
	for i, l := range strings.Split(strings.TrimPrefix(readFile(t, filepath.Join(dir, cmds[0].file)), pieceHead), "\n") {
		fmt.Fprintf(&b, "%4d %s\n", i+strings.Count(pieceHead, "\n")+1, l)
	}
	t.Error(b.String())
}

// describeContext writes the operations of a context, with the IDs of holes and the choices.
func describeContext(b *strings.Builder, c detect.Context) {
	fmt.Fprintf(b, "  from %v open=%q\n", c.Callers, c.Open)
	for _, o := range c.Ops {
		fmt.Fprintf(b, "    %d %s open=%q\n", o.Pos.Line, o.Method, o.Open)
		for _, k := range o.Keys {
			for i, t := range k.Alts {
				fmt.Fprintf(b, "      %s multi=%v %s %v\n", map[bool]string{true: "key", false: " or"}[i == 0], k.Multi, writeTemplate(t, allIDs(t)), t.Conds)
			}
		}
	}
}

// allIDs writes the ID of each hole behind its name.
func allIDs(t key.Template) map[string]string {
	out := map[string]string{}
	for _, h := range t.Holes() {
		out[h.ID] = "#" + h.ID
	}
	return out
}
