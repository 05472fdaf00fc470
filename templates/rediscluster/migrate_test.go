package rediscluster

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

// mover moves the slot of the tag {m} from one primary to another, in the steps of the Redis Cluster specification.
type mover struct {
	t     testing.TB
	addrs []string
	ids   map[string]string // by address
	keys  []string          // of the slot
}

func newMover(t testing.TB, addrs []string) *mover {
	m := &mover{t: t, addrs: slices.Sorted(slices.Values(addrs)), ids: map[string]string{}}
	for _, addr := range addrs {
		m.ids[addr] = m.do(addr, "CLUSTER", "MYID")
	}
	for i := range 20 {
		m.keys = append(m.keys, fmt.Sprint("{m}", i))
	}
	return m
}

func (m *mover) do(addr string, args ...string) string {
	m.t.Helper()
	got, err := redistest.Do(addr, args...)
	if err != nil {
		m.t.Fatalf("%s %v: %v", addr, args, err)
	}
	return got
}

func (m *mover) slot() string { return strconv.Itoa(int(slot("{m}"))) }

// open says that the slot is on its way.
func (m *mover) open(from, to string) {
	m.t.Helper()
	m.do(to, "CLUSTER", "SETSLOT", m.slot(), "IMPORTING", m.ids[from])
	m.do(from, "CLUSTER", "SETSLOT", m.slot(), "MIGRATING", m.ids[to])
}

func (m *mover) move(from, to string, keys []string) {
	m.t.Helper()
	host, port, _ := net.SplitHostPort(to)
	m.do(from, append([]string{"MIGRATE", host, port, "", "0", "5000", "KEYS"}, keys...)...)
}

// finish gives the slot to its new primary, and waits until all have heard of it, and of each other's epochs: moved on
// too early, a node takes an epoch that another has already, and the slot goes back to whoever wins that.
func (m *mover) finish(from, to string) {
	m.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if time.Until(end) < 9*time.Second {
			m.do(to, "CLUSTER", "BUMPEPOCH") // another claims the slot with a higher one
		}
		for _, addr := range append([]string{to, from}, m.addrs...) { // said to all, as redis-cli does
			m.do(addr, "CLUSTER", "SETSLOT", m.slot(), "NODE", m.ids[to])
		}
		if m.owner() == to && m.settled() {
			return
		}
		if time.Now().After(end) {
			m.t.Fatalf("%s does not have the slot", to)
		}
	}
}

// owner is the primary that all take for that of the slot, "" while they do not agree.
func (m *mover) owner() string {
	owner := ""
	for i, addr := range m.addrs {
		said := addr
		if _, err := redistest.Do(addr, "GET", "{m}"); err != nil {
			said = strings.TrimPrefix(err.Error(), "MOVED "+m.slot()+" ")
		}
		if i > 0 && said != owner {
			return ""
		}
		owner = said
	}
	return owner
}

// settled reports that all primaries know the same of each other, and that each has an epoch of its own.
func (m *mover) settled() bool {
	m.t.Helper()
	var views []string
	for _, addr := range m.addrs {
		var view []string
		epochs := map[string]bool{}
		for line := range strings.Lines(m.do(addr, "CLUSTER", "NODES")) {
			f := strings.Fields(line) // id, address, flags, primary, ping, pong, epoch, link, slots
			epochs[f[6]] = true
			slots := slices.DeleteFunc(f[8:], func(s string) bool { return strings.HasPrefix(s, "[") })
			view = append(view, fmt.Sprint(f[0], f[6], slots))
		}
		if len(epochs) < len(view) {
			return false
		}
		slices.Sort(view)
		views = append(views, strings.Join(view, "\n"))
	}
	return len(slices.Compact(views)) == 1
}

func (m *mover) all(from, to string) {
	m.t.Helper()
	m.open(from, to)
	m.move(from, to, m.keys)
	m.finish(from, to)
}

// stable brings the slot to a primary, wherever it is, and fills it, and other slots too.
func (m *mover) stable(c redis.UniversalClient, at string) []string {
	m.t.Helper()
	for _, addr := range m.addrs {
		m.do(addr, "CLUSTER", "SETSLOT", m.slot(), "STABLE")
	}
	redistest.Flush(m.t, m.addrs...)
	if owner := m.owner(); owner != at && owner != "" {
		m.open(owner, at)
		m.finish(owner, at)
	} else if owner == "" || !m.settled() {
		m.finish(at, at)
	}
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprint("k", i))
	}
	want = append(want, m.keys...)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := c.Pipelined(m.t.Context(), func(p redis.Pipeliner) error {
			for i, key := range want {
				p.Set(m.t.Context(), key, i%100, 0)
			}
			return nil
		})
		if err == nil {
			return want
		}
		if time.Now().After(end) { // nodes that have not heard of the last move send the client around
			m.t.Fatal(err)
		}
		if m.owner() != at { // an old message of the bus has undone what was agreed
			m.finish(at, at)
		}
	}
}

// steps is a cluster client that asks its primaries one by one, in an order, and can do something before each.
type steps struct {
	*redis.ClusterClient
	order  []string
	before func(addr string) // nil while nothing is to be done
}

func (s *steps) ForEachMaster(ctx context.Context, fn func(context.Context, *redis.Client) error) error {
	var first error
	for _, addr := range s.order {
		err := s.ClusterClient.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			if node.Options().Addr != addr {
				return nil
			}
			return fn(ctx, node)
		})
		if first == nil {
			first = err
		}
		if s.before != nil {
			s.before(addr)
		}
	}
	return first
}

// ways are how a slot moves while something else is done: before it, in the middle, and to the end or not.
func (m *mover) ways(from, to string) map[string][2]func() {
	half := m.keys[:10]
	return map[string][2]func(){
		"all":          {func() { m.all(from, to) }, func() {}},
		"began before": {func() { m.move(from, to, m.keys); m.finish(from, to) }, func() { m.open(from, to) }},
		"half before": {func() { m.move(from, to, m.keys[10:]); m.finish(from, to) },
			func() { m.open(from, to); m.move(from, to, half) }},
		"never closed": {func() { m.move(from, to, half) }, func() { m.open(from, to) }},
		"no end":       {func() { m.open(from, to); m.move(from, to, half) }, func() {}},
	}
}

// TestScanWhileSlotMoves moves a slot in the middle of scans, to a node that was scanned or will be: all keys, or an
// error.
func TestScanWhileSlotMoves(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
	defer c.Close()
	m := newMover(t, addrs)
	first, last := m.addrs[0], m.addrs[2]
	scans := map[string]func(context.Context, func(int)) ([]string, error){
		"Scanner": func(ctx context.Context, page func(int)) (all []string, err error) {
			var s Scanner
			for n, cursor, more := 1, uint64(0), true; more; n, more = n+1, cursor != 0 {
				var keys []string
				if keys, cursor, err = s.Scan(ctx, c, cursor, "", 20).Result(); err != nil {
					return all, err
				}
				all = append(all, keys...)
				page(len(all))
			}
			return all, nil
		},
		"Iterator": func(ctx context.Context, page func(int)) (all []string, err error) {
			it := Scan(ctx, c, 0, "", 20).Iterator()
			for it.Next(ctx) {
				all = append(all, it.Val())
				page(len(all))
			}
			return all, it.Err()
		},
	}
	for name, scan := range scans {
		for _, way := range [][2]string{{first, last}, {last, first}} {
			for kind := range m.ways(way[0], way[1]) {
				for _, after := range []int{1, 70} {
					m.complete(fmt.Sprint(name, " ", kind, " after ", after), func() (got, want []string, err error) {
						want = m.stable(c, way[0])
						switch all, err := scan(soon(t), func(int) {}); {
						case err != nil:
							t.Fatalf("%s with slots in their places: %v", name, err)
						case len(all) != len(want):
							return all, want, nil
						}
						moves, done := m.ways(way[0], way[1])[kind], false
						moves[1]()
						got, err = scan(soon(t), func(n int) {
							if n >= after && !done {
								done = true
								moves[0]()
							}
						})
						return got, want, err
					})
				}
			}
		}
	}
}

// complete holds that an answer has every key, or is an error. A node that learns late who has a slot deletes the keys
// that it holds of it: where the servers themselves have lost some, the answer says nothing, and is asked for again.
func (m *mover) complete(name string, ask func() (got, want []string, err error)) {
	m.t.Helper()
	for range 3 {
		got, want, err := ask()
		g, w := slices.Compact(slices.Sorted(slices.Values(got))), slices.Sorted(slices.Values(want))
		if err != nil || slices.Equal(g, w) {
			return
		}
		there := (target{nil, m.addrs}).size(m.t)
		if there == len(w) || there > len(g) {
			m.t.Errorf("%s: %d of %d keys, and no error", name, len(g), there)
			return
		}
		m.t.Logf("%s: the cluster has lost %d of %d keys", name, len(w)-there, len(w))
	}
	m.t.Errorf("%s: the cluster loses keys each time", name)
}

// TestAllNodesWhileSlotMoves moves a slot between the answers of two nodes, from the one that is asked last: all keys,
// or an error. It moves away and back too, so that each slot is where it was.
func TestAllNodesWhileSlotMoves(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	c := &steps{ClusterClient: redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})}
	defer c.Close()
	m := newMover(t, addrs)
	to, from := m.addrs[0], m.addrs[2]
	c.order = []string{to, m.addrs[1], from}
	for name, call := range map[string]func(context.Context) ([]string, error){
		"Keys":    func(ctx context.Context) ([]string, error) { return Keys(ctx, c, "*").Result() },
		"Scan":    func(ctx context.Context) ([]string, error) { return walk(ctx, Scan(ctx, c, 0, "", 10)) },
		"FlushDB": func(ctx context.Context) ([]string, error) { return m.flushed(c, FlushDB(ctx, c).Err()) },
	} {
		kinds := m.ways(from, to)
		kinds["there and back"] = [2]func(){}
		for kind, moves := range kinds {
			for at := range 9 { // the calls of ForEachMaster, three nodes each
				m.complete(fmt.Sprintf("%s, %s, at step %d", name, kind, at), func() (got, want []string, err error) {
					want = m.stable(c, from)
					step := 0
					if moves[1] != nil {
						moves[1]()
					}
					c.before = func(addr string) {
						if step++; step == at+1 && moves[0] != nil {
							moves[0]()
						} else if moves[0] == nil && (step == at+1 || step == at+2) {
							m.backOrThere(step == at+1, from, to)
						}
					}
					defer func() { c.before = nil }()
					got, err = call(soon(t))
					return got, want, err
				})
			}
		}
	}
}

// backOrThere moves the slot away, or back.
func (m *mover) backOrThere(there bool, from, to string) {
	m.t.Helper()
	if !there {
		from, to = to, from
	}
	m.all(from, to)
}

// flushed is all keys when none is left: what is left out otherwise was not deleted.
func (m *mover) flushed(c *steps, err error) ([]string, error) {
	m.t.Helper()
	if n := (target{c, m.addrs}).size(m.t); n > 0 {
		return []string{fmt.Sprint(n, " left")}, err
	}
	var all []string
	for i := range 100 {
		all = append(all, fmt.Sprint("k", i))
	}
	return append(all, m.keys...), err
}
