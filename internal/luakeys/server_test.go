package luakeys

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/redistest"
)

// prelude gives a random script what the interpreter of TestRandom has. It ends a script that runs for long.
const prelude = `
local steps = 0
local function CUT(x)
  steps = steps + 1
  if steps > 300 or type(x) == 'string' and #x > 2000 then error('enough') end
  return x
end
math.randomseed(%d)
local function coin() steps = steps + 1 if steps > 300 then error('enough') end return math.random(0, 1) end
`

// TestRandomOnServer runs random scripts on a real server: every key that MONITOR shows must be one that was read.
func TestRandomOnServer(t *testing.T) {
	addr := redistest.Server(t)
	seen := monitor(t, addr)
	keys, args := []string{"K1", "K2"}, []string{"A1", "A2"}
	ran, sent, failed := 0, 0, 0
	for seed := range 200 {
		g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 31))}
		src := g.script()
		s := Read(strings.ReplaceAll(src, "CUT(", "("))
		if len(s.Problems) > 0 {
			continue
		}
		ran++
		words := append([]string{"EVAL", fmt.Sprintf(prelude, seed) + src, "2"}, append(keys, args...)...)
		if _, err := redistest.Do(addr, words...); err != nil && !strings.Contains(err.Error(), "not read here") {
			failed++ // halfway: what it sent until then counts
		}
		mark := fmt.Sprint("done:", seed)
		if _, err := redistest.Do(addr, "ECHO", mark); err != nil {
			t.Fatal(err)
		}
		for _, words := range seen(t, mark) {
			sent++
			checkSent(t, s, words, keys, args)
		}
		if t.Failed() {
			t.Fatalf("seed %d\n%s\nread:\n%s", seed, src, render(s))
		}
	}
	t.Logf("%d scripts, %d of them ended by an error, %d commands", ran, failed, sent)
	if ran < 50 || sent < 300 {
		t.Errorf("too little was tried")
	}
}
