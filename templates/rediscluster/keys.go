package rediscluster

import (
	"context"
	"strings"

	"github.com/redis/go-redis/v9"
)

// MGet reads keys of any slots: values in the order of the keys, nil for a missing one, duplicates allowed. When a
// slot can't be read the call fails: it never returns fewer values. It is not atomic: a write may come between the
// slots. A key that is alone in its slot is read by GET, which costs the server less.
func MGet(ctx context.Context, c redis.Cmdable, keys ...string) *redis.SliceCmd {
	words := wordsOf("mget", keys)
	out := redis.NewSliceCmd(ctx, words...)
	if _, ok := c.(redis.Pipeliner); ok {
		out.SetErr(errQueued)
		return out
	}
	groups := bySlot(keys)
	if len(groups) < 2 {
		return c.MGet(ctx, keys...)
	}
	var q *QueuedSlice
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		q = queueMGet(ctx, p, keys, words, groups, true)
		return nil
	})
	vals, errs := q.read()
	if len(errs) > 0 || err != nil && !missing(err) {
		out.SetErr(joined(err, errs))
		return out
	}
	out.SetVal(vals)
	return out
}

// missing reports an answer to GET that MGET has no value for: there is no such key, or it is of another type.
func missing(err error) bool {
	return err == redis.Nil || strings.HasPrefix(err.Error(), "WRONGTYPE ")
}

// MSet sets keys of any slots, with values in any form that the method takes. It is NOT atomic, as MSET of one server
// is: others may see some of the keys before the rest, and when it fails, some of them may be set.
func MSet(ctx context.Context, c redis.Cmdable, values ...interface{}) *redis.StatusCmd {
	if _, ok := c.(redis.Pipeliner); ok {
		cmd := redis.NewStatusCmd(ctx, "mset")
		cmd.SetErr(errQueued)
		return cmd
	}
	cmd := msetArgs(ctx, c, values)
	groups := pairsBySlot(cmd.Args())
	if len(groups) < 2 {
		return c.MSet(ctx, values...)
	}
	var sent []redis.Cmder
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, g := range groups {
			sent = append(sent, p.MSet(ctx, g...))
		}
		return nil
	})
	if err = joined(err, errorsOf(sent)); err != nil {
		cmd.SetErr(err)
		return cmd
	}
	cmd.SetVal("OK")
	return cmd
}

// msetArgs is MSET with the words that go-redis makes of the values, not sent.
func msetArgs(ctx context.Context, c redis.Cmdable, values []interface{}) *redis.StatusCmd {
	p := c.Pipeline()
	defer p.Discard()
	return redis.NewStatusCmd(ctx, p.MSet(ctx, values...).Args()...)
}

// pairsBySlot groups the keys and values of MSET by hash slot. A key that is no text is alone in its group.
func pairsBySlot(words []interface{}) [][]interface{} {
	index := map[uint16]int{}
	var out [][]interface{}
	for i := 1; i+1 < len(words); i += 2 {
		g := len(out)
		switch k := words[i].(type) {
		case string:
			g = groupOf(index, slot(k), g)
		case []byte:
			g = groupOf(index, slot(string(k)), g)
		}
		if g == len(out) {
			out = append(out, nil)
		}
		out[g] = append(out[g], words[i], words[i+1])
	}
	if len(words)%2 == 0 {
		return nil // the server's own error
	}
	return out
}

// groupOf is the group of a slot, next when it has none yet.
func groupOf(index map[uint16]int, slot uint16, next int) int {
	g, ok := index[slot]
	if !ok {
		index[slot] = next
		return next
	}
	return g
}

// Del deletes keys of any slots and returns how many there were. It is not atomic: when it fails, keys of other slots
// may be gone.
func Del(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return countAll(ctx, c, "del", keys, true, redis.Pipeliner.Del)
}

// Unlink deletes keys of any slots in the background and returns how many there were. It is not atomic.
func Unlink(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return countAll(ctx, c, "unlink", keys, true, redis.Pipeliner.Unlink)
}

// Exists counts the keys of any slots that exist; a key named twice counts twice.
func Exists(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return countAll(ctx, c, "exists", keys, false, redis.Pipeliner.Exists)
}

// Touch marks keys of any slots as used and returns how many there were.
func Touch(ctx context.Context, c redis.Cmdable, keys ...string) *redis.IntCmd {
	return countAll(ctx, c, "touch", keys, false, redis.Pipeliner.Touch)
}

// countAll sends one command for each slot in one pipeline, and adds up the answers.
func countAll(ctx context.Context, c redis.Cmdable, name string, keys []string, once bool,
	send func(redis.Pipeliner, context.Context, ...string) *redis.IntCmd) *redis.IntCmd {
	out := redis.NewIntCmd(ctx, wordsOf(name, keys)...)
	if _, ok := c.(redis.Pipeliner); ok {
		out.SetErr(errQueued)
		return out
	}
	var q *QueuedInt
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		q = queueCount(ctx, p, keys, once, send)
		return nil
	})
	sum, errs := q.read()
	if err = joined(err, errs); err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(sum)
	return out
}

func errorsOf(cmds []redis.Cmder) []error {
	var errs []error
	for _, c := range cmds {
		if c.Err() != nil {
			errs = append(errs, c.Err())
		}
	}
	return errs
}
