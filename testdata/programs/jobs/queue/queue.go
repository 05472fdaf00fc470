// Package queue is a reliable queue: a job that a worker has taken stays in
// the queue's active list until the worker says what became of it.
package queue

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// ErrEmpty means that nothing is waiting.
var ErrEmpty = errors.New("queue is empty")

// Queue is one named queue.
type Queue struct {
	rdb  redis.Cmdable
	name string

	pending string
	active  string
	dead    string
}

// New returns the queue of that name. Queues with different names share nothing.
func New(rdb redis.Cmdable, name string) *Queue {
	return &Queue{
		rdb:     rdb,
		name:    name,
		pending: fmt.Sprintf("queue:%s:pending", name),
		active:  fmt.Sprintf("queue:%s:active", name),
		dead:    fmt.Sprintf("queue:%s:dead", name),
	}
}

// Name is what the queue was opened with.
func (q *Queue) Name() string { return q.name }

// Push adds a job at the end.
func (q *Queue) Push(ctx context.Context, id string) error {
	return q.rdb.LPush(ctx, q.pending, id).Err()
}

// Take moves the oldest waiting job to the active list.
func (q *Queue) Take(ctx context.Context) (string, error) {
	id, err := q.rdb.LMove(ctx, q.pending, q.active, "RIGHT", "LEFT").Result()
	if errors.Is(err, redis.Nil) {
		return "", ErrEmpty
	}
	return id, err
}

// Done forgets a job that was taken.
func (q *Queue) Done(ctx context.Context, id string) error {
	return q.rdb.LRem(ctx, q.active, 1, id).Err()
}

// Recover puts back what a crashed worker left in the active list.
func (q *Queue) Recover(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		err := q.rdb.RPopLPush(ctx, q.active, q.pending).Err()
		if errors.Is(err, redis.Nil) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// bury takes a job out of the active list and, only if it was there, files it
// under the dead ones, of which the newest ARGV[2] are kept.
var bury = redis.NewScript(`
local found = redis.call("LREM", KEYS[1], 1, ARGV[1])
if found == 0 then
	return 0
end
redis.call("LPUSH", KEYS[2], ARGV[1])
redis.call("LTRIM", KEYS[2], 0, tonumber(ARGV[2]) - 1)
return redis.call("LLEN", KEYS[2])
`)

// Bury gives up on a job and returns how many dead ones there are.
func (q *Queue) Bury(ctx context.Context, id string) (int, error) {
	return bury.Run(ctx, q.rdb, []string{q.active, q.dead}, id, 10).Int()
}

// Depths counts the waiting, active and dead jobs.
func (q *Queue) Depths(ctx context.Context) ([3]int64, error) {
	var out [3]int64
	var cmds [3]*redis.IntCmd
	_, err := q.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range []string{q.pending, q.active, q.dead} {
			cmds[i] = p.LLen(ctx, key)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for i, c := range cmds {
		out[i] = c.Val()
	}
	return out, nil
}

// Drop removes the queue with all that is in it.
func (q *Queue) Drop(ctx context.Context) (int64, error) {
	return q.rdb.Unlink(ctx, q.pending, q.active, q.dead).Result()
}
