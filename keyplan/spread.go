package keyplan

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// Spread is where the keys of a family fall on a cluster: a simulation, with as many values of the tag as are known, or
// as usual for what it is.
type Spread struct {
	Values int // that the tag can take as far as known or assumed; 0 for many
	// Assumed says which of the values are a guess; "" for none.
	Assumed string
	Keys    int // that were drawn
	Slots   int // of 16,384 that they are in
	Shards  []Shards
}

// Shards is a cluster of some primaries, with the slots shared out as redis-cli --cluster create does.
type Shards struct {
	Primaries int
	Used      int // primaries that hold a key
	Busiest   int // percent of the keys that are on the fullest primary
}

// spreadKeys is how many keys are drawn. ShardCounts are the clusters that are looked at.
const spreadKeys = 10_000

var shardCounts = []int{3, 6, 12}

// Spreads are simulations that were made.
type Spreads map[string]*Spread

// Of simulates the keys of a family with a tag, planned or already there; nil without one, and for a single key. Equal
// tags give equal answers.
func (m Spreads) Of(f *Family) *Spread {
	tag := f.tagUnits()
	if tag == nil || !anyVarying(f.units()) {
		return nil // a single key has nothing to spread
	}
	id := fmt.Sprint(tagSeed(tag))
	for _, u := range tag {
		if u.hole != nil {
			id += " " + u.hole.Name
		}
	}
	if m[id] == nil {
		m[id] = simulate(tag)
	}
	return m[id]
}

func simulate(tag []unit) *Spread {
	s := &Spread{Keys: spreadKeys}
	s.Values, s.Assumed = tagValues(tag)
	r := rand.New(rand.NewPCG(tagSeed(tag), 1))
	slots := map[int]int{}
	for range spreadKeys {
		slots[rediscmd.Slot(drawTag(tag, r))]++
	}
	s.Slots = len(slots)
	for _, n := range shardCounts {
		s.Shards = append(s.Shards, shardsOf(slots, n))
	}
	return s
}

func tagSeed(tag []unit) uint64 {
	h := fnv.New64a()
	for _, u := range tag {
		if u.hole != nil {
			fmt.Fprintf(h, "<%d %d %v>", u.hole.Kind, fewness(u.hole), u.hole.Domain)
			continue
		}
		h.Write([]byte{u.b})
	}
	return h.Sum64()
}

// tagValues is how many values a tag can take, 0 for many, and what of that is a guess.
func tagValues(tag []unit) (int, string) {
	n := 1
	var assumed []string
	for _, u := range tag {
		if u.hole == nil {
			continue
		}
		one, guess := values(u.hole)
		if n = min(n*one, spreadKeys); guess != "" {
			assumed = append(assumed, guess)
		}
	}
	return n, strings.Join(assumed, ", ")
}

// values is how many values a hole takes, 0 for many, and what of that is a guess.
func values(h *key.Hole) (n int, guess string) {
	switch {
	case h.Class == key.Fixed:
		return 1, ""
	case len(h.Domain) > 0 && !h.Open:
		return len(h.Domain), ""
	case h.Kind == key.Bool:
		return 2, ""
	case h.Kind == key.Time:
		return 31, "31 values of <" + h.Name + ">"
	case fewByName(h.Name), h.Shared:
		return 20, "20 values of <" + h.Name + ">"
	}
	return 0, ""
}

// drawTag writes the tag of a random key, without its braces.
func drawTag(tag []unit, r *rand.Rand) string {
	var b strings.Builder
	for _, u := range tag {
		if u.hole == nil {
			b.WriteByte(u.b)
			continue
		}
		n, _ := values(u.hole)
		switch {
		case n == 0 && u.hole.Kind == key.Int:
			fmt.Fprint(&b, 1+r.IntN(1_000_000))
		case n == 0:
			fmt.Fprintf(&b, "%08x", r.Uint32())
		case len(u.hole.Domain) == n:
			b.WriteString(u.hole.Domain[r.IntN(n)])
		case u.hole.Kind == key.Time:
			fmt.Fprintf(&b, "2026-01-%02d", 1+r.IntN(n))
		default:
			fmt.Fprintf(&b, "%s-%d", u.hole.Name, r.IntN(n))
		}
	}
	return b.String()
}

// shardsOf shares the slots out over n primaries and counts the keys of each.
func shardsOf(slots map[int]int, n int) Shards {
	ends := rediscmd.LastSlots(n)
	keys := make([]int, n)
	for slot, k := range slots {
		i := 0
		for slot > ends[i] {
			i++
		}
		keys[i] += k
	}
	s := Shards{Primaries: n}
	for _, k := range keys {
		if k > 0 {
			s.Used++
		}
		s.Busiest = max(s.Busiest, (k*100+spreadKeys/2)/spreadKeys)
	}
	return s
}

// tagUnits is what is between the braces of a family's keys, as they will be; nil without a tag.
func (f *Family) tagUnits() []unit {
	us := f.units()
	if f.Span.Put != "" {
		return units(key.Literal(f.Span.Put))
	}
	if f.Span != None {
		return us[f.Span.Start:f.Span.End]
	}
	if a, b, ok, _ := existingTag(us); ok {
		return us[a:b]
	}
	return nil
}

// spreadRisks says what is to fear of a tag that takes few values.
func (f *Family) spreadRisks() []string {
	tag := f.tagUnits()
	if tag == nil || !anyVarying(f.units()) {
		return nil
	}
	worst := 4
	for _, u := range tag {
		if u.hole != nil {
			worst = min(worst, fewness(u.hole))
		}
	}
	switch worst {
	case 4:
		if f.Span == None {
			return []string{"the braces hold the same text in every key, and Redis takes it for the tag: all keys of the family are in one slot, on one shard"}
		}
		return []string{"the tag is constant: all keys of the family are in one slot, on one shard"}
	case 3:
		n, _ := tagValues(tag)
		return []string{"the tag takes " + plural(n, "value", "values") + " as far as the code shows: its keys pile up in as many slots, on few shards"}
	case 2:
		return []string{"the tag is a time: all traffic of one period goes to one shard"}
	case 1:
		return []string{"the tag is " + strings.Join(holeNames(tag), ", ") + ", of which there may be few: a large one has all its keys on one shard"}
	}
	return nil
}

func holeNames(us []unit) []string {
	var out []string
	for _, u := range us {
		if u.hole != nil {
			out = append(out, "<"+u.hole.Name+">")
		}
	}
	return out
}
