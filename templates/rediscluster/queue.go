package rediscluster

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// QueuedSlice is the answer to an MGET that was queued as several commands. Read it when the pipeline was executed.
type QueuedSlice struct {
	keys   int
	groups [][]int
	gets   []*redis.Cmd      // of the groups of one key, for MGet
	mgets  []*redis.SliceCmd // of the others
}

// QueueMGet queues the reading of keys of any slots in a pipeline, as one command for each slot.
func QueueMGet(ctx context.Context, p redis.Pipeliner, keys ...string) *QueuedSlice {
	groups := bySlot(keys)
	if len(groups) == 0 {
		groups = [][]int{nil} // the server's own error
	}
	return queueMGet(ctx, p, keys, nil, groups, false) // a GET of a missing key would fail the caller's pipeline
}

// queueMGet is QueueMGet for keys that were grouped. With get, a key that is alone in its slot is read by GET, with the
// words of the command: each key is made an interface once.
func queueMGet(ctx context.Context, p redis.Pipeliner, keys []string, words []interface{}, groups [][]int, get bool) *QueuedSlice {
	q := &QueuedSlice{len(keys), groups, make([]*redis.Cmd, len(groups)), make([]*redis.SliceCmd, len(groups))}
	for i, g := range groups {
		if get && len(g) == 1 {
			q.gets[i] = p.Do(ctx, "get", words[1+g[0]])
		} else {
			q.mgets[i] = p.MGet(ctx, pick(keys, g)...)
		}
	}
	return q
}

func (q *QueuedSlice) read() ([]interface{}, []error) {
	vals := make([]interface{}, q.keys)
	var errs []error
	for i, g := range q.groups {
		if q.gets[i] != nil {
			v, err := q.gets[i].Result()
			if err == nil {
				vals[g[0]] = v
			} else if !missing(err) {
				errs = append(errs, err)
			}
			continue
		}
		got, err := q.mgets[i].Result()
		if err == nil && len(got) != len(g) {
			err = errors.New("rediscluster: MGET returned another number of values than keys")
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for k, at := range g {
			vals[at] = got[k]
		}
	}
	return vals, errs
}

// Result is the values in the order of the keys, nil for a missing one, or the errors.
func (q *QueuedSlice) Result() ([]interface{}, error) {
	vals, errs := q.read()
	if len(errs) > 0 {
		return nil, joined(nil, errs)
	}
	return vals, nil
}

// Val is the values, nil after an error.
func (q *QueuedSlice) Val() []interface{} {
	vals, _ := q.Result()
	return vals
}

// Err is the error of any slot.
func (q *QueuedSlice) Err() error {
	_, err := q.Result()
	return err
}

// QueuedInt is the answer to a command that was queued as several. Read it when the pipeline was executed.
type QueuedInt struct{ cmds []*redis.IntCmd }

// QueueDel queues the deletion of keys of any slots in a pipeline, as one or two commands for each slot.
func QueueDel(ctx context.Context, p redis.Pipeliner, keys ...string) *QueuedInt {
	return queueCount(ctx, p, keys, true, redis.Pipeliner.Del)
}

// QueueUnlink queues the deletion of keys of any slots in a pipeline, as one or two commands for each slot.
func QueueUnlink(ctx context.Context, p redis.Pipeliner, keys ...string) *QueuedInt {
	return queueCount(ctx, p, keys, true, redis.Pipeliner.Unlink)
}

// QueueExists queues the counting of keys of any slots in a pipeline, as one command for each slot.
func QueueExists(ctx context.Context, p redis.Pipeliner, keys ...string) *QueuedInt {
	return queueCount(ctx, p, keys, false, redis.Pipeliner.Exists)
}

// QueueTouch queues the use of keys of any slots in a pipeline, as one command for each slot.
func QueueTouch(ctx context.Context, p redis.Pipeliner, keys ...string) *QueuedInt {
	return queueCount(ctx, p, keys, false, redis.Pipeliner.Touch)
}

// queueCount queues one command for each slot. With once, the count of a second time would be another: go-redis repeats
// all commands to a node when the first one fails with TRYAGAIN, which one key alone never does. So the first key of
// each slot has a command of its own, and these come first.
func queueCount(ctx context.Context, p redis.Pipeliner, keys []string, once bool,
	send func(redis.Pipeliner, context.Context, ...string) *redis.IntCmd) *QueuedInt {
	groups := bySlot(keys)
	if len(groups) == 0 {
		groups = [][]int{nil} // the server's own error
	}
	var rest [][]int
	for i, g := range groups {
		if once && len(groups) > 1 && len(g) > 1 {
			groups[i] = g[:1]
			rest = append(rest, g[1:])
		}
	}
	q := &QueuedInt{}
	for _, g := range append(groups, rest...) {
		q.cmds = append(q.cmds, send(p, ctx, pick(keys, g)...))
	}
	return q
}

func (q *QueuedInt) read() (sum int64, errs []error) {
	for _, cmd := range q.cmds {
		n, err := cmd.Result()
		if err != nil {
			errs = append(errs, err)
		}
		sum += n
	}
	return sum, errs
}

// Result is the sum over the slots, or the errors.
func (q *QueuedInt) Result() (int64, error) {
	sum, errs := q.read()
	if len(errs) > 0 {
		return 0, joined(nil, errs)
	}
	return sum, nil
}

// Val is the sum over the slots, 0 after an error.
func (q *QueuedInt) Val() int64 {
	n, _ := q.Result()
	return n
}

// Err is the error of any slot.
func (q *QueuedInt) Err() error {
	_, err := q.Result()
	return err
}
