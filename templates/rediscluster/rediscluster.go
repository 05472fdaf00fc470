// Package rediscluster stands in for Redis commands that a cluster answers
// differently: commands over keys of several hash slots, which it refuses, and
// commands that see one node only, which it answers without an error.
//
// Every function takes any client, of a standalone server or of a cluster, and
// returns the result type of go-redis, so that a call site changes by one word.
// What is lost is atomicity: a call over several slots is several commands.
package rediscluster

import (
	"context"
	"errors"
	"sort"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// MGet reads keys of any slots: values in the order of the keys, nil for a missing one, duplicates allowed. When a
// slot can't be read the call fails: it never returns fewer values.
func MGet(ctx context.Context, c redis.Cmdable, keys ...string) *redis.SliceCmd {
	groups := bySlot(keys)
	if len(groups) < 2 {
		return c.MGet(ctx, keys...)
	}
	out := redis.NewSliceCmd(ctx, words("mget", keys)...)
	cmds := make([]*redis.SliceCmd, len(groups))
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, g := range groups {
			cmds[i] = p.MGet(ctx, pick(keys, g)...)
		}
		return nil
	})
	vals := make([]interface{}, len(keys))
	var errs []error
	for i, g := range groups {
		got, e := cmds[i].Result()
		if e == nil && len(got) != len(g) {
			e = errors.New("rediscluster: MGET returned another number of values than keys")
		}
		if e != nil {
			errs = append(errs, e)
			continue
		}
		for k, at := range g {
			vals[at] = got[k]
		}
	}
	if err = joined(err, errs); err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(vals)
	return out
}

// Del deletes keys of any slots and returns how many there were. It is not atomic: when it fails, keys of other slots
// may be gone.
func Del(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return count(ctx, c, "del", keys, redis.Pipeliner.Del)
}

// Unlink deletes keys of any slots in the background and returns how many there were. It is not atomic.
func Unlink(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return count(ctx, c, "unlink", keys, redis.Pipeliner.Unlink)
}

// Exists counts the keys of any slots that exist; a key named twice counts twice.
func Exists(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return count(ctx, c, "exists", keys, redis.Pipeliner.Exists)
}

// Touch marks keys of any slots as used and returns how many there were.
func Touch(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return count(ctx, c, "touch", keys, redis.Pipeliner.Touch)
}

// count sends one command for each slot in one pipeline, and adds up the answers.
func count(ctx context.Context, c redis.Cmdable, name string, keys []string,
	send func(redis.Pipeliner, context.Context, ...string) *redis.IntCmd) *redis.IntCmd {
	out := redis.NewIntCmd(ctx, words(name, keys)...)
	groups := bySlot(keys)
	if len(groups) == 0 {
		groups = [][]int{nil} // the server's own error
	}
	cmds := make([]*redis.IntCmd, len(groups))
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, g := range groups {
			cmds[i] = send(p, ctx, pick(keys, g)...)
		}
		return nil
	})
	var sum int64
	var errs []error
	for _, cmd := range cmds {
		n, e := cmd.Result()
		if e != nil {
			errs = append(errs, e)
		}
		sum += n
	}
	if err = joined(err, errs); err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(sum)
	return out
}

// Keys lists the keys that match a pattern on all primaries, in no order.
func Keys(ctx context.Context, c redis.Cmdable, pattern string) *redis.StringSliceCmd {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		out := redis.NewStringSliceCmd(ctx, "keys", pattern)
		out.SetErr(err)
		return out
	}
	if nodes == nil {
		return c.Keys(ctx, pattern)
	}
	out := redis.NewStringSliceCmd(ctx, "keys", pattern)
	var mu sync.Mutex
	vals := []string{}
	err = nodes.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		got, err := node.Keys(ctx, pattern).Result()
		mu.Lock()
		defer mu.Unlock()
		vals = append(vals, got...)
		return err
	})
	if err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(vals)
	return out
}

// FlushDB deletes all keys of all primaries. When it fails, some of them may be empty already.
func FlushDB(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		out := redis.NewStatusCmd(ctx, "flushdb")
		out.SetErr(err)
		return out
	}
	if nodes == nil {
		return c.FlushDB(ctx)
	}
	return onEach(ctx, nodes, "flushdb", func(ctx context.Context, node *redis.Client) error { return node.FlushDB(ctx).Err() })
}

// FlushAll deletes all keys of all primaries. When it fails, some of them may be empty already.
func FlushAll(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		out := redis.NewStatusCmd(ctx, "flushall")
		out.SetErr(err)
		return out
	}
	if nodes == nil {
		return c.FlushAll(ctx)
	}
	return onEach(ctx, nodes, "flushall", func(ctx context.Context, node *redis.Client) error { return node.FlushAll(ctx).Err() })
}

// ConfigSet changes a setting on all primaries. When it fails, some of them may have it already.
func ConfigSet(ctx context.Context, c redis.Cmdable, parameter, value string) *redis.StatusCmd {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		out := redis.NewStatusCmd(ctx, "config")
		out.SetErr(err)
		return out
	}
	if nodes == nil {
		return c.ConfigSet(ctx, parameter, value)
	}
	return onEach(ctx, nodes, "config", func(ctx context.Context, node *redis.Client) error {
		return node.ConfigSet(ctx, parameter, value).Err()
	})
}

// Scan starts a scan of all primaries; use its Iterator. The cursor must be 0: one of a server says nothing about
// which node it is for.
func Scan(_ context.Context, c redis.Cmdable, cursor uint64, match string, count int64) *Scanner {
	s := &Scanner{client: c, match: match, count: count}
	if cursor != 0 {
		s.err = errors.New("rediscluster: a scan of a cluster starts at cursor 0")
	}
	return s
}

// Scanner is a scan that was not started.
type Scanner struct {
	client redis.Cmdable
	match  string
	count  int64
	err    error
}

// Iterator returns an iterator over the keys of all primaries, one primary after the other.
func (s *Scanner) Iterator() *Iterator { return &Iterator{scan: s, err: s.err} }

// Iterator walks over keys as redis.ScanIterator does. It is not safe for concurrent use.
type Iterator struct {
	scan    *Scanner
	started bool
	nodes   []redis.Cmdable
	cur     *redis.ScanIterator
	err     error
}

// Next moves to the next key; false at the end, or after an error.
func (it *Iterator) Next(ctx context.Context) bool {
	if it.err != nil {
		return false
	}
	if !it.started {
		it.started = true
		if it.nodes, it.err = primaries(ctx, it.scan.client); it.err != nil {
			return false
		}
	}
	for {
		if it.cur != nil {
			if it.cur.Next(ctx) {
				return true
			}
			if it.err = it.cur.Err(); it.err != nil {
				return false
			}
			it.cur = nil
		}
		if len(it.nodes) == 0 {
			return false
		}
		it.cur = it.nodes[0].Scan(ctx, 0, it.scan.match, it.scan.count).Iterator()
		it.nodes = it.nodes[1:]
	}
}

// Val is the key that Next moved to.
func (it *Iterator) Val() string {
	if it.cur == nil {
		return ""
	}
	return it.cur.Val()
}

// Err is the first error.
func (it *Iterator) Err() error { return it.err }

// perNode is a client of a cluster: *redis.ClusterClient, or what embeds it.
type perNode interface {
	ForEachMaster(ctx context.Context, fn func(context.Context, *redis.Client) error) error
}

// nodesOf is the client as one of a cluster, nil for one of a standalone server. A wrapper that hides a cluster client
// is an error: it could be asked on one node only.
func nodesOf(ctx context.Context, c redis.Cmdable) (perNode, error) {
	if nodes, ok := c.(perNode); ok {
		return nodes, nil
	}
	if _, ok := c.(*redis.Client); ok {
		return nil, nil
	}
	info, err := c.Info(ctx, "cluster").Result()
	if err == nil && strings.Contains(info, "cluster_enabled:1") {
		err = errors.New("rediscluster: the client hides ForEachMaster, so the nodes of the cluster can't be asked one by one")
	}
	return nil, err
}

// primaries lists a client for each primary, in order of their addresses; the client itself when there is one server.
func primaries(ctx context.Context, c redis.Cmdable) ([]redis.Cmdable, error) {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		return nil, err
	}
	if nodes == nil {
		return []redis.Cmdable{c}, nil
	}
	var mu sync.Mutex
	var found []*redis.Client
	err = nodes.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		found = append(found, node)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(found, func(i, k int) bool { return found[i].Options().Addr < found[k].Options().Addr })
	out := make([]redis.Cmdable, len(found))
	for i, n := range found {
		out[i] = n
	}
	return out, nil
}

// onEach runs fn on every primary, and answers as the command does.
func onEach(ctx context.Context, nodes perNode, name string, fn func(context.Context, *redis.Client) error) *redis.StatusCmd {
	out := redis.NewStatusCmd(ctx, name)
	if err := nodes.ForEachMaster(ctx, fn); err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal("OK")
	return out
}

// joined is the first error, with those of another text behind it; nil when there is none.
func joined(err error, errs []error) error {
	seen := map[string]bool{}
	var different []error
	for _, e := range errs {
		if !seen[e.Error()] {
			seen[e.Error()] = true
			different = append(different, e)
		}
	}
	switch len(different) {
	case 0:
		return err
	case 1:
		return different[0]
	}
	return errors.Join(different...)
}

func words(name string, keys []string) []interface{} {
	out := make([]interface{}, 0, len(keys)+1)
	out = append(out, name)
	for _, k := range keys {
		out = append(out, k)
	}
	return out
}

func pick(keys []string, at []int) []string {
	out := make([]string, len(at))
	for i, k := range at {
		out[i] = keys[k]
	}
	return out
}

// bySlot groups the indexes of the keys by hash slot, in order of the first key of each.
func bySlot(keys []string) [][]int {
	index := map[uint16]int{}
	var out [][]int
	for i, k := range keys {
		s := slot(k)
		g, ok := index[s]
		if !ok {
			g = len(out)
			index[s] = g
			out = append(out, nil)
		}
		out[g] = append(out[g], i)
	}
	return out
}

// slot is the hash slot of a key: CRC16/XMODEM of its hash tag, or of the whole key, modulo 16384 (Redis Cluster
// specification).
func slot(key string) uint16 {
	if i := strings.IndexByte(key, '{'); i >= 0 {
		if j := strings.IndexByte(key[i+1:], '}'); j > 0 {
			key = key[i+1 : i+1+j]
		}
	}
	var crc uint16
	for i := 0; i < len(key); i++ {
		crc ^= uint16(key[i]) << 8
		for bit := 0; bit < 8; bit++ {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc & 16383
}
