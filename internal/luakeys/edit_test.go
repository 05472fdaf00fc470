package luakeys

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// edits lists what can be put into a script: text at each place of a key that may be edited.
func edits(s Script) map[Point]string {
	out := map[Point]string{}
	for _, c := range s.Calls {
		for _, k := range c.Keys {
			for _, e := range k.Alts {
				for _, p := range e.Parts {
					if p.Kind == Lit && p.Offset >= 0 && !p.Shared {
						out[Point{p.Offset, InText}] = "<"
					}
				}
				for _, gap := range e.Gaps {
					for _, p := range gap {
						out[p] = map[Mode]string{InText: "<", Before: "'<' .. ", After: " .. '>'"}[p.Mode]
					}
				}
			}
		}
	}
	return out
}

// edited is a source with some of the edits.
func edited(src string, all map[Point]string, keep func() bool) string {
	points := []Point{}
	for p := range all {
		points = append(points, p)
	}
	slices.SortFunc(points, func(a, b Point) int { return (b.Offset-a.Offset)*4 + int(b.Mode) - int(a.Mode) })
	for _, p := range points {
		if keep() {
			src = src[:p.Offset] + all[p] + src[p.Offset:]
		}
	}
	return src
}

var marks = strings.NewReplacer("<", "", ">", "")

// TestEdits edits random scripts wherever it is allowed, and runs both in an interpreter: they send the same, but for the
// names of keys.
func TestEdits(t *testing.T) {
	n := 120
	if testing.Short() {
		n = 100
	}
	keys, args := []string{"K1", "K2"}, []string{"A1", "A2"}
	changed, places := 0, 0
	for seed := range n {
		g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 21))}
		src := g.script()
		s := Read(strings.ReplaceAll(src, "CUT(", "   ("))
		if len(s.Problems) > 0 {
			continue
		}
		all := edits(s)
		places += len(all)
		for run := range 2 {
			now := edited(src, all, func() bool { return run == 0 || g.r.IntN(2) == 0 })
			was, is := runLua(t, src, keys, args, uint64(seed)), runLua(t, now, keys, args, uint64(seed))
			for i := range min(len(was), len(is)) { // either may be cut off, where functions call each other for long
				for k := range was[i] {
					same := was[i][k] == is[i][k]
					if !same {
						changed++
					}
					if !same && (!keyAt(was[i], k) || was[i][k] != marks.Replace(is[i][k])) {
						t.Fatalf("seed %d: %q becomes %q\n%s\nedited:\n%s", seed, was[i], is[i], src, now)
					}
				}
			}
		}
	}
	t.Logf("%d places, %d keys with another name", places, changed)
	if places < n || changed < n {
		t.Errorf("too little was tried")
	}
}

// keyAt reports a word of the commands that random scripts send that is a key.
func keyAt(words []string, i int) bool {
	switch words[0] {
	case "MSET":
		return i%2 == 1
	case "DEL":
		return i > 0
	}
	return i == 1
}

// TestEditsOfLostText holds that text is left alone which goes into a value that has too many alternatives to be read.
func TestEditsOfLostText(t *testing.T) {
	few := "(ARGV[2]"
	for i := range maxAlts / 2 {
		few += fmt.Sprintf(" or 'v%d'", i)
	}
	src := "local key = 'job:' .. ARGV[1]\nredis.call('SET', KEYS[1], key .. " + few + ") .. " + few + "))\nreturn redis.call('INCR', key)"
	s := Read(src)
	if len(s.Problems) > 0 || len(s.Calls) != 2 {
		t.Fatalf("read:\n%s", render(s))
	}
	if got := edits(s); len(got) > 0 {
		t.Errorf("%v can be edited, and goes into the value", got)
	}
	if got := edits(Read("return redis.call('INCR', 'job:' .. ARGV[1])")); len(got) != 3 {
		t.Errorf("without a value %v can be edited", got)
	}
}
