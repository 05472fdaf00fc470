package trace

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// The names of a key: before and after the plan.
const (
	before = iota
	after
	states
)

// A place is of which family a key is, and where it is on a cluster.
type place struct {
	family int32 // an entry of the map; below zero a shape, see unknown
	slot   [states]uint16
}

// A name is what is known of a key.
type name struct {
	place
	// The text that decides the slot after the plan: a part of the key, or, for a tag that is put before the key, put.
	start, end int32
	put        string
}

func (x *name) tag(k []byte) []byte {
	if x.put != "" {
		return []byte(x.put)
	}
	return k[x.start:x.end]
}

// Limits of the cache of names: keys that are longer are looked up each time.
const (
	cacheSize = 1 << 16
	maxCached = 256
)

// names looks keys up in the map. A key that was looked up a short time ago is remembered: each place of the cache has the
// last key that fell on it, so that it never grows.
type names struct {
	m     *keymap.Map
	seed  maphash.Seed
	cache []cached
	spare name // of a key that is too long for the cache
	// Keys that no template knows, and those that could be of several families.
	unknown, untold shapes
	dbs             []uint64 // of each family, the databases that it was seen in
}

type cached struct {
	hash uint64
	key  []byte
	name name
}

func newNames(m *keymap.Map) *names {
	return &names{m: m, seed: maphash.MakeSeed(), cache: make([]cached, cacheSize), dbs: make([]uint64, len(m.Entries))}
}

// of looks a key up. What it returns is valid until the next call.
func (n *names) of(hash uint64, k []byte) *name {
	if len(k) > maxCached {
		n.look(&n.spare, k)
		return &n.spare
	}
	c := &n.cache[hash%cacheSize]
	if c.hash != hash || string(c.key) != string(k) {
		c.hash, c.key = hash, append(c.key[:0], k...)
		n.look(&c.name, k)
	}
	return &c.name
}

// hash is that of a key or tag, for this analysis.
func (n *names) hash(k []byte) uint64 { return maphash.Bytes(n.seed, k) }

func (n *names) look(x *name, k []byte) {
	key := text(k) // which the map does not keep
	m := n.m.Old(key)
	switch {
	case m.Entry >= 0:
		x.family = int32(m.Entry)
	case m.Ambiguous != nil:
		x.family = untold(n.untold.named([]byte(n.among(m.Ambiguous))))
	default:
		x.family = unknown(n.unknown.id(k))
	}
	x.slot[before] = uint16(rediscmd.Slot(key))
	x.slot[after], x.put = x.slot[before], ""
	tag := rediscmd.HashTag(m.Name)
	x.start = int32(len(m.Name) - len(tag))
	if len(tag) < len(m.Name) {
		x.start = int32(strings.IndexByte(m.Name, '{')) // where the brace is, the old name has the tag
	}
	if m.Name == key {
		if len(tag) < len(key) {
			x.start++
		}
	} else if x.slot[after] = uint16(rediscmd.Slot(tag)); !strings.HasPrefix(key[x.start:], tag) {
		x.put = strings.Clone(tag)
	}
	x.end = x.start + int32(len(tag))
}

// among names the families between which a key can't be told.
func (n *names) among(entries []int) string {
	var out []string
	for _, i := range entries {
		out = append(out, n.m.Entries[i].Template)
	}
	return strings.Join(out, " or ")
}

// Families below zero: shapes of unknown keys are odd, untold ones even; noKey is a channel.
const noKey = -1

func unknown(shape int32) int32 { return -3 - 2*shape }
func untold(shape int32) int32  { return -2 - 2*shape }

// count notes that a key was named by a client or a script.
func (n *names) count(x place, k []byte, db int) {
	switch f := x.family; {
	case f >= 0:
		n.dbs[f] |= 1 << min(db, 63)
	case f == noKey:
	case f%2 == 0:
		n.untold.count((-2-f)/2, k, db)
	default:
		n.unknown.count((-3-f)/2, k, db)
	}
}

// familyOf describes a family.
func (n *names) familyOf(f int32) Family {
	switch {
	case f >= 0:
		e := n.m.Entries[f]
		return Family{Template: e.Template, NewTemplate: e.NewTemplate, Known: true}
	case f == noKey:
		return Family{Template: "(channel)", NewTemplate: "(channel)", Known: true}
	}
	shape := ""
	if f%2 == 0 {
		shape = n.untold.list[(-2-f)/2].Shape
	} else {
		shape = n.unknown.list[(-3-f)/2].Shape
	}
	return Family{Template: shape, NewTemplate: shape}
}

// meetings are the families with keys in several databases, which would meet in the only one of a cluster.
func (n *names) meetings() []Meeting {
	out := []Meeting{}
	add := func(template string, dbs uint64) {
		if dbs&(dbs-1) == 0 {
			return
		}
		m := Meeting{Template: template}
		for i := range 64 {
			if dbs>>i&1 == 1 {
				m.Databases = append(m.Databases, i)
			}
		}
		out = append(out, m)
	}
	for i, dbs := range n.dbs {
		add(n.m.Entries[i].Template, dbs)
	}
	for _, k := range n.unknown.list {
		add(k.Shape, k.dbs)
	}
	slices.SortFunc(out, func(a, b Meeting) int { return strings.Compare(a.Template, b.Template) })
	return out
}

// silent lists the families that say nothing of their keys.
func (n *names) silent() []string {
	out := []string{}
	for _, e := range n.m.Entries {
		if e.Silent() {
			out = append(out, e.Template)
		}
	}
	return out
}
