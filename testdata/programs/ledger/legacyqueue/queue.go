// Package legacyqueue is a library that knows one kind of client only.
package legacyqueue

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Queue is a list of messages.
type Queue struct {
	rdb  *redis.Client
	name string
}

// New makes a queue.
func New(rdb *redis.Client, name string) *Queue { return &Queue{rdb, name} }

// Push adds a message.
func (q *Queue) Push(ctx context.Context, msg string) error {
	return q.rdb.RPush(ctx, q.name, msg).Err()
}

// Pop takes the oldest message into the list of those that are being worked on.
func (q *Queue) Pop(ctx context.Context) (string, error) {
	return q.rdb.LMove(ctx, q.name, q.name+":busy", "LEFT", "RIGHT").Result()
}
