package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// cost of an assignment, by aim: the first ones come first.
type cost struct {
	atomic, other int // groups that don't hold
	renamed       int
	spread        int // tags that reach few slots
	style         int
}

func (c cost) aims() []int64 {
	return []int64{int64(c.atomic), int64(c.other), int64(c.renamed), int64(c.spread), int64(c.style)}
}

// of adds what a tag of a family costs by itself.
func (c *cost) add(us []unit, s Span, opt Options) {
	if s == None {
		return
	}
	c.renamed++
	c.spread += spreadCost(us, s)
	c.style += styleCost(us, s, opt)
}

// spreadCost is high for tags that can take few values: 4 for constants, 3 for enumerations and booleans, 2 for times, 1
// for what the program has few of by its name (tenants, regions), 0 for ids.
func spreadCost(us []unit, s Span) int {
	if !anyVarying(us) {
		return 0 // one key, wherever it is
	}
	best := 4
	for _, u := range us[s.Start:s.End] {
		if u.hole != nil {
			best = min(best, fewness(u.hole))
		}
	}
	return best
}

func fewness(h *key.Hole) int {
	switch {
	case h.Class == key.Fixed:
		return 4
	case h.Kind == key.Bool, len(h.Domain) > 0 && !h.Open:
		return 3
	case h.Kind == key.Time:
		return 2
	case fewByName(h.Name):
		return 1
	}
	return 0
}

// fewWords are what values are called of which there are few, or of which some are much larger than others.
var fewWords = []string{"tenant", "org", "organization", "organisation", "namespace", "ns", "app", "region", "locale", "lang", "language",
	"country", "currency", "kind", "type", "status", "state", "level", "tier", "plan", "role", "shard", "version", "zone", "category", "queue", "topic", "channel"}

// fewByName reports a hole with the name of such a value: tenant, tenantID, TenantName.
func fewByName(name string) bool {
	name = strings.ToLower(name)
	for _, suffix := range []string{"_id", "id", "_name", "name"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return slices.Contains(fewWords, name)
}

// configuredByName reports a hole that is called as the beginning of all keys of a program is: keyPrefix, env.
func configuredByName(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	return strings.HasSuffix(name, "prefix") || name == "env" || name == "environment"
}

// styleCost prefers, for entity tags, the hole with the one segment before it; for value tags, the hole alone. Among
// several holes the last that spreads well.
func styleCost(us []unit, s Span, opt Options) int {
	if s.Put != "" {
		return 2000 + len(s.Put)
	}
	n, first := 0, -1
	for i := s.Start; i < s.End; i++ {
		if us[i].hole != nil {
			n++
			if first < 0 {
				first = i
			}
		}
	}
	if n == 0 {
		return 1000 + s.End - s.Start
	}
	before := 0
	if first > s.Start {
		before = 1
		for _, u := range us[s.Start : first-1] {
			if isSep(u) {
				before++
			}
		}
	}
	after := 0
	if us[s.End-1].hole == nil {
		after = 4
	}
	want := 1
	if opt.Value {
		want = 0
	}
	segments := 2 * before
	switch {
	case before == want:
		segments = 0
	case before == 0:
		segments = 1
	}
	later := 0
	for _, u := range us[s.End:] {
		if u.hole != nil {
			later++
		}
	}
	return 100*(n-1) + 10*later + segments + after
}
