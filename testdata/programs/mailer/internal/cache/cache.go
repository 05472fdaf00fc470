// Package cache holds the texts of mails.
package cache

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Cache is a cache of texts.
type Cache struct {
	rdb redis.Cmdable
}

// New makes a cache.
func New(rdb redis.Cmdable) *Cache { return &Cache{rdb: rdb} }

func key(name string) string { return "mail:text:" + name }

// Put stores texts.
func (c *Cache) Put(ctx context.Context, texts map[string]string) error {
	for name, text := range texts {
		if err := c.rdb.Set(ctx, key(name), text, 0).Err(); err != nil {
			return err
		}
	}
	return nil
}

// Get reads texts; nil for those that are not there.
func (c *Cache) Get(ctx context.Context, names ...string) ([]any, error) {
	return c.rdb.MGet(ctx, keys(names)...).Result()
}

// Drop deletes texts.
func (c *Cache) Drop(ctx context.Context, names ...string) (int64, error) {
	return c.rdb.Del(ctx, keys(names)...).Result()
}

func keys(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, key(n))
	}
	return out
}
