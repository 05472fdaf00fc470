package trace

import "github.com/clusterize/clusterize/internal/rediscmd"

// primaryOf is, for each of Primaries, the primary of each slot.
var primaryOf = func() (out [len(Primaries)][rediscmd.Slots]uint8) {
	for i, n := range Primaries {
		last, p := rediscmd.LastSlots(n), 0
		for slot := range rediscmd.Slots {
			if slot > last[p] {
				p++
			}
			out[i][slot] = uint8(p)
		}
	}
	return out
}()

// A group is where the keys of an operation are.
type group struct {
	keys   int
	first  [states]uint16 // slot of the first key
	differ [states]bool   // another key has another slot
	apart  [states][len(Primaries)]bool
}

func (g *group) add(x place) {
	if g.keys++; g.keys == 1 {
		g.first = x.slot
		return
	}
	for s := range states {
		a, b := g.first[s], x.slot[s]
		if a == b {
			continue
		}
		g.differ[s] = true
		for i := range Primaries {
			if primaryOf[i][a] != primaryOf[i][b] {
				g.apart[s][i] = true
			}
		}
	}
}

func (g *group) crosses() bool { return g.differ[before] || g.differ[after] }

// A judgement is what becomes of one operation.
type judgement struct {
	crosses [states]bool
	fails   [states][len(Primaries)]bool
}

// judge says what becomes of an operation with these keys. Where one slot is asked for, no luck helps.
func (g *group) judge(strict [states]bool) (j judgement) {
	for s := range states {
		j.crosses[s] = g.differ[s] || strict[s]
		for i := range Primaries {
			j.fails[s][i] = strict[s] || g.apart[s][i]
		}
	}
	return j
}

// always is the judgement of what a cluster never does.
func always() (j judgement) {
	for s := range states {
		j.crosses[s] = true
		for i := range Primaries {
			j.fails[s][i] = true
		}
	}
	return j
}

func (o *Outcome) add(j *judgement, s int) {
	if !j.crosses[s] {
		return
	}
	o.Count++
	for i := range Primaries {
		if j.fails[s][i] {
			o.Fails[i]++
		}
	}
}

// A shape collects what an operation does, as far as that is needed to tell its kin, and a sample of it.
type shape struct {
	items  []item
	sample []byte // only of an operation of several lines
}

type item struct {
	cmd    *command
	family int32
}

// Limits of a shape: an operation with more is told by its beginning.
const (
	maxItems     = 48
	maxOfSample  = 600
	maxKeySample = 8 // keys of one command
)

func (p *shape) reset() { p.items, p.sample = p.items[:0], p.sample[:0] }

// add notes a command with a family of its keys.
func (p *shape) add(cmd *command, family int32) {
	it := item{cmd, family}
	for i := len(p.items) - 1; i >= 0; i-- {
		if p.items[i] == it {
			return
		}
	}
	if len(p.items) < maxItems {
		p.items = append(p.items, it)
	}
}

// noFamily stands for a command without keys.
const noFamily = -1 << 31
