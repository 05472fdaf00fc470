package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/internal/trace"
)

// traced are the programs that are captured: between them transactions, WATCH, scripts, functions, keys of no common
// slot, and commands that one node answers.
var traced = []string{"archive", "booking", "dispatch", "janitor"}

// TestTracePrograms captures programs on one Redis, and sends each operation to a cluster as raw commands: what the
// servers refuse is what trace says, no more and no less; with the names as they are, and with the names of the plan.
func TestTracePrograms(t *testing.T) {
	t.Parallel()
	standalone, cluster := redistest.Server(t), redistest.Cluster(t)
	total := map[string]int{}
	for _, name := range traced {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.Abs(filepath.Join(programsDir, name))
			if err != nil {
				t.Fatal(err)
			}
			text := capturedRun(t, dir, standalone)
			m := plannedNames(t, dir)
			res := compareWithCluster(t, text, m, standalone, cluster, total)
			if res.Summary.UnknownKeys > 0 {
				t.Errorf("keys that no template knows: %+v", res.Unknown)
			}
		})
	}
	t.Run("others", func(t *testing.T) {
		compareWithCluster(t, capturedCommands(t, standalone, otherOperations), otherNames(t), standalone, cluster, total)
	})
	t.Logf("%v", total)
	if t.Failed() {
		return
	}
	if total["operations"] < 300 || total["refused before"] < 50 || total["refused after"] >= total["refused before"]/2 || total["silent"] == 0 {
		t.Errorf("the programs prove too little: %v", total)
	}
	for _, kind := range []trace.Kind{trace.Command, trace.Transaction, trace.Watch, trace.Script, trace.Refused} {
		if total["needs "+string(kind)] == 0 {
			t.Errorf("the comparison does not see it when all findings of the kind %s are missing", kind)
		}
	}
}

// compareWithCluster replays a capture, and compares each operation with what is said of it.
func compareWithCluster(t *testing.T, text []byte, m *keymap.Map, standalone string, cluster []string, total map[string]int) *trace.Result {
	t.Helper()
	said, res := traceOf(t, m, text)
	all := units(linesOf(t, text))
	names := [2]func(string) string{
		func(k string) string { return k },
		func(k string) string { return m.Old(k).Name },
	}
	states := [2]string{"before", "after"}
	var served [2][]string
	for state, name := range names {
		r := newReplayer(t, cluster, standalone, name)
		for _, u := range all {
			refused := r.replay(u)
			r.follow(u, refused != "")
			served[state] = append(served[state], refused)
		}
		for _, d := range disagreements(all, said, state, served[state]) {
			t.Errorf("%s the plan: %s", states[state], d)
		}
		total["refused "+states[state]] += count(served[state])
		for _, line := range r.short {
			total["silent"]++
			if !slices.ContainsFunc(said[line], func(o trace.Operation) bool { return o.Level == trace.Silent }) {
				t.Errorf("line %d: one node knows a part of the keys only, and trace does not say so", line)
			}
		}
		// It would be seen if one kind of finding was not found.
		for _, kind := range []trace.Kind{trace.Command, trace.Transaction, trace.Watch, trace.Script, trace.Refused} {
			total["needs "+string(kind)] += len(disagreements(all, without(said, kind), state, served[state]))
		}
	}
	// What is true before the plan is not true after it.
	if mended := count(served[0]) - count(served[1]); mended > 0 && len(disagreements(all, said, 0, served[1])) < mended {
		t.Errorf("%d operations are mended by the plan, and the comparison does not see it", mended)
	}
	if res.Capture.Unreadable > 0 || res.Capture.NoKeys > 0 {
		t.Errorf("not read: %+v", res.Capture)
	}
	total["operations"] += len(all)
	t.Logf("%d lines, %d operations, refused before %d, after %d", res.Capture.Lines, len(all), count(served[0]), count(served[1]))
	return res
}

func without(said map[int64][]trace.Operation, kind trace.Kind) map[int64][]trace.Operation {
	out := map[int64][]trace.Operation{}
	for line, ops := range said {
		for _, o := range ops {
			if o.Kind != kind {
				out[line] = append(out[line], o)
			}
		}
	}
	return out
}

func count(served []string) (n int) {
	for _, why := range served {
		if why != "" {
			n++
		}
	}
	return n
}

// disagreements compares what trace says with what the servers did, for every operation.
func disagreements(all []*unit, said map[int64][]trace.Operation, state int, served []string) (out []string) {
	for i, u := range all {
		fails := false
		for _, l := range u.lines {
			for _, o := range said[l.number] {
				fails = fails || o.Level == trace.Fails && o.Kind != trace.Database && o.Fails[state][0]
			}
		}
		if fails != (served[i] != "") {
			out = append(out, fmt.Sprintf("trace says fails=%t, the servers %q:\n    %s", fails, served[i], u))
		}
	}
	return out
}

// capturedRun is what MONITOR shows of a run of a program on one Redis.
func capturedRun(t *testing.T, dir, addr string) []byte {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "program")
	mustRun(t, dir, nil, "go", "build", "-o", bin, ".")
	return captured(t, addr, func() {
		got := command(t, dir, []string{"REDIS_ADDR=" + addr, "REDIS_STANDALONE=" + addr}, bin)
		want, err := os.ReadFile(filepath.Join(dir, "want.txt"))
		if err != nil || got.stdout != string(want) {
			t.Fatalf("the program does not print want.txt: %v\n%s\n%s", err, got.stdout, got.stderr)
		}
	})
}

// captured is what MONITOR shows while something is done.
func captured(t *testing.T, addr string, do func()) []byte {
	t.Helper()
	redistest.Flush(t, addr)
	live, err := monitor.Open(t.Context(), &redis.Options{Network: "tcp", Addr: addr}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	do()
	const end = "the end of the capture"
	if _, err := redistest.Do(addr, "ECHO", end); err != nil {
		t.Fatal(err)
	}
	var text []byte
	buf := make([]byte, 1<<16)
	for {
		n, err := live.Read(buf)
		text = append(text, buf[:n]...)
		if i := bytes.Index(text, []byte(end)); i >= 0 {
			return text[:bytes.LastIndexByte(text[:i], '\n')+1]
		}
		if err != nil {
			t.Fatal(err, live.Ended())
		}
	}
}

func plannedNames(t *testing.T, dir string) *keymap.Map {
	t.Helper()
	out, err := port.Analyse(t.Context(), port.Config{Load: load.Config{Dir: dir, Patterns: []string{"./..."}}, Switch: "auto"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := keymap.FromPlan(out.Plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// traceOf analyses a capture, and gives the operations of the findings by their lines.
func traceOf(t *testing.T, m *keymap.Map, text []byte) (map[int64][]trace.Operation, *trace.Result) {
	t.Helper()
	said := map[int64][]trace.Operation{}
	a := trace.New(trace.Options{Map: m, Each: func(o trace.Operation) { said[o.Line] = append(said[o.Line], o) }})
	r := monitor.NewReader(bytes.NewReader(text))
	var l monitor.Line
	for {
		err := r.Next(&l)
		if err == io.EOF {
			return said, a.Finish(r, "test", "")
		}
		if err != nil {
			t.Fatal(err)
		}
		a.Line(&l)
	}
}

// linesOf reads a capture for the replay.
func linesOf(t *testing.T, text []byte) (out []recorded) {
	t.Helper()
	r := monitor.NewReader(bytes.NewReader(text))
	var l monitor.Line
	for {
		err := r.Next(&l)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		x := recorded{number: l.Number, addr: string(l.Addr), lua: l.Lua}
		for _, w := range l.Words {
			x.words = append(x.words, strings.Clone(string(w)))
		}
		out = append(out, x)
	}
}
