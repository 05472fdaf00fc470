package queue

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Backend is the part of Redis that job records need; tests hand in a fake.
type Backend interface {
	TxPipelined(ctx context.Context, fn func(redis.Pipeliner) error) ([]redis.Cmder, error)
	MGet(ctx context.Context, keys ...string) *redis.SliceCmd
	Incr(ctx context.Context, key string) *redis.IntCmd
	Set(ctx context.Context, key string, value any, ttl time.Duration) *redis.StatusCmd
	Del(ctx context.Context, keys ...string) *redis.IntCmd
}

// Records keeps what is known about each job, apart from its place in a queue.
type Records struct {
	db Backend
}

// NewRecords uses db for all job records.
func NewRecords(db Backend) Records { return Records{db: db} }

// Record is one job as operators see it.
type Record struct {
	State    string
	Payload  string
	Attempts int
}

func jobKey(id string, part string) string {
	return "job:" + id + ":" + part
}

// Create writes payload, state and counter at once.
func (r Records) Create(ctx context.Context, id, payload string) error {
	_, err := r.db.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, jobKey(id, "payload"), payload, time.Hour)
		p.Set(ctx, jobKey(id, "state"), "waiting", time.Hour)
		p.Set(ctx, jobKey(id, "attempts"), 0, time.Hour)
		return nil
	})
	return err
}

// Attempt counts one more try.
func (r Records) Attempt(ctx context.Context, id string) (int64, error) {
	return r.db.Incr(ctx, jobKey(id, "attempts")).Result()
}

// Mark changes the state.
func (r Records) Mark(ctx context.Context, id, state string) error {
	return r.db.Set(ctx, jobKey(id, "state"), state, redis.KeepTTL).Err()
}

// Get reads a record; a job that is gone has an empty state.
func (r Records) Get(ctx context.Context, id string) (Record, error) {
	vals, err := r.db.MGet(ctx, jobKey(id, "state"), jobKey(id, "payload"), jobKey(id, "attempts")).Result()
	if err != nil {
		return Record{}, err
	}
	var rec Record
	rec.State, _ = vals[0].(string)
	rec.Payload, _ = vals[1].(string)
	if s, ok := vals[2].(string); ok {
		rec.Attempts, _ = strconv.Atoi(s)
	}
	return rec, nil
}

// Delete forgets a record.
func (r Records) Delete(ctx context.Context, id string) (int64, error) {
	return r.db.Del(ctx, jobKey(id, "payload"), jobKey(id, "state"), jobKey(id, "attempts")).Result()
}
