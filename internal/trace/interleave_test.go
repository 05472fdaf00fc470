package trace_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/trace"
)

// block is lines of one connection that Redis runs without another between them.
type block []string

// client makes up what one connection does: commands, transactions, scripts; some transactions are discarded.
func client(r *rand.Rand, name string) []block {
	key := func() string {
		return []string{"a", "b", "c", "e", "user:1", "user:1:log", "user:1:mail", "user:2:log", "{user:1}:log", "other:7"}[r.IntN(10)]
	}
	single := func() block {
		switch r.IntN(6) {
		case 0:
			return block{name + " MGET " + key() + " " + key()}
		case 1:
			out := block{name + " EVAL x 1 " + key() + " v"}
			for range r.IntN(3) {
				out = append(out, "lua GET "+key())
			}
			return out
		case 2:
			return block{name + " EVAL x 0", "lua GET " + key()}
		case 3:
			return block{name + " " + []string{"SCAN 0", "DBSIZE", "PING", "SWAPDB 0 1", "INFO"}[r.IntN(5)]}
		}
		return block{name + " SET " + key() + " v"}
	}
	var out []block
	for range 12 {
		if r.IntN(3) > 0 {
			out = append(out, single())
			continue
		}
		if r.IntN(2) == 0 {
			out = append(out, block{name + " WATCH " + key()}, single())
		}
		if r.IntN(6) == 0 {
			out = append(out, block{name + " UNWATCH"})
		}
		out = append(out, block{name + " MULTI"})
		if r.IntN(5) == 0 {
			out = append(out, block{name + " DISCARD"})
			continue
		}
		var run block
		for range r.IntN(4) {
			run = append(run, single()...)
		}
		out = append(out, append(run, name+" EXEC"))
	}
	return out
}

// TestInterleaving: what is found does not depend on how the commands of several connections come between each other.
func TestInterleaving(t *testing.T) {
	m := mapOf(t, userMap...)
	told := func(blocks []block) []string {
		var lines []string
		for _, b := range blocks {
			lines = append(lines, b...)
		}
		_, ops := analyse(t, trace.Options{Map: m}, strings.NewReader(capture(lines...)))
		var out []string
		for _, o := range ops {
			o.Line = 0
			out = append(out, fmt.Sprint(o))
		}
		return out
	}
	kinds := map[string]int{}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		var left [][]block
		for i := range 2 + r.IntN(4) {
			left = append(left, client(r, string(rune('A'+i))))
		}
		alone := told(slices.Concat(left...))
		var merged []block
		for len(left) > 0 {
			i := r.IntN(len(left))
			merged = append(merged, left[i][0])
			if left[i] = left[i][1:]; len(left[i]) == 0 {
				left = slices.Delete(left, i, i+1)
			}
		}
		together := told(merged)
		slices.Sort(alone)
		slices.Sort(together)
		if !slices.Equal(alone, together) {
			t.Fatalf("seed %d: alone\n  %s\ntogether\n  %s\n%v", seed, strings.Join(alone, "\n  "), strings.Join(together, "\n  "), merged)
		}
		for _, o := range alone {
			kinds[strings.Fields(o[1:])[0]]++
		}
	}
	for _, k := range []trace.Kind{trace.Command, trace.Transaction, trace.Watch, trace.Script, trace.OneNode, trace.Refused} {
		if kinds[string(k)] < 30 {
			t.Errorf("only %d of the kind %s: %v", kinds[string(k)], k, kinds)
		}
	}
}
