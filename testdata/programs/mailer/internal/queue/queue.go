// Package queue holds mails that are to be sent.
package queue

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Store is what the queue needs of a client; tests have one in memory.
type Store interface {
	RPush(ctx context.Context, key string, values ...interface{}) *redis.IntCmd
	LMove(ctx context.Context, source, destination, srcpos, destpos string) *redis.StringCmd
	LRem(ctx context.Context, key string, count int64, value interface{}) *redis.IntCmd
	LLen(ctx context.Context, key string) *redis.IntCmd
	Incr(ctx context.Context, key string) *redis.IntCmd
	Get(ctx context.Context, key string) *redis.StringCmd
}

// Queue is a list of mails for each campaign.
type Queue struct{ store Store }

// New makes a queue.
func New(s Store) *Queue { return &Queue{s} }

func waiting(campaign string) string { return "mail:campaign:" + campaign + ":waiting" }
func working(campaign string) string { return "mail:campaign:" + campaign + ":working" }

// Add adds a mail.
func (q *Queue) Add(ctx context.Context, campaign, to string) error {
	return q.store.RPush(ctx, waiting(campaign), to).Err()
}

// Take moves the oldest mail to those that are worked on.
func (q *Queue) Take(ctx context.Context, campaign string) (string, error) {
	return q.store.LMove(ctx, waiting(campaign), working(campaign), "LEFT", "RIGHT").Result()
}

// Sent is told of a mail that is sent.
func (q *Queue) Sent(ctx context.Context, campaign, to string) error {
	if err := q.store.LRem(ctx, working(campaign), 1, to).Err(); err != nil {
		return err
	}
	return q.store.Incr(ctx, "mail:campaign:"+campaign+":sent").Err()
}

// Counts are the numbers of mails that wait and that are sent.
func (q *Queue) Counts(ctx context.Context, campaign string) (int64, string, error) {
	n, err := q.store.LLen(ctx, waiting(campaign)).Result()
	if err != nil {
		return 0, "", err
	}
	sent, err := q.store.Get(ctx, "mail:campaign:"+campaign+":sent").Result()
	return n, sent, err
}
