// Package queue is a queue of jobs with leases: what a worker takes and does not acknowledge comes back.
package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Queue is one queue.
type Queue struct {
	rdb   *redis.Client
	name  string
	lease time.Duration
	now   func() time.Time
}

// New makes a queue whose jobs come back when they are not acknowledged in time.
func New(rdb *redis.Client, name string, lease time.Duration, now func() time.Time) *Queue {
	return &Queue{rdb, name, lease, now}
}

func (q *Queue) key(part string) string { return fmt.Sprintf("q:%s:%s", q.name, part) }

func (q *Queue) job(id string) string { return q.key("job:" + id) }

// Job is what a worker gets.
type Job struct{ ID, Payload string }

// Add puts a job at the end.
func (q *Queue) Add(ctx context.Context, j Job) error {
	if err := q.rdb.HSet(ctx, q.job(j.ID), "payload", j.Payload, "state", "waiting").Err(); err != nil {
		return err
	}
	return q.rdb.LPush(ctx, q.key("pending"), j.ID).Err()
}

// Claim takes the next job; false when there is none.
func (q *Queue) Claim(ctx context.Context) (Job, bool, error) {
	got, err := scripts["claim"].Run(ctx, q.rdb, []string{q.key("pending"), q.key("active")},
		q.now().Unix(), int(q.lease.Seconds()), q.name).StringSlice()
	if errors.Is(err, redis.Nil) {
		return Job{}, false, nil
	}
	if err != nil {
		return Job{}, false, err
	}
	return Job{got[0], got[1]}, true, nil
}

// Ack ends a job, and counts how many were ended.
func (q *Queue) Ack(ctx context.Context, j Job) (int, error) {
	return scripts["ack"].Run(ctx, q.rdb, []string{q.key("active"), q.job(j.ID)}, j.ID).Int()
}

// Retry gives a job back that failed; it returns how often it has failed.
func (q *Queue) Retry(ctx context.Context, j Job, cause error) (int, error) {
	keys := []string{q.key("active"), q.key("pending"), q.key("dead")}
	return scripts["retry"].Run(ctx, q.rdb, keys, j.ID, cause.Error(), q.name).Int()
}

// Sweep gives jobs back whose workers are silent.
func (q *Queue) Sweep(ctx context.Context) (int, error) {
	return scripts["sweep"].Run(ctx, q.rdb, []string{q.key("active"), q.key("pending")}, q.now().Unix()).Int()
}

// Dead lists the jobs that failed too often, with their errors.
func (q *Queue) Dead(ctx context.Context) (map[string][]string, error) {
	ids, err := q.rdb.LRange(ctx, q.key("dead"), 0, -1).Result()
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, id := range ids {
		if out[id], err = q.rdb.LRange(ctx, q.job(id)+":log", 0, -1).Result(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
