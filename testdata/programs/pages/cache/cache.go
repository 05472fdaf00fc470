// Package cache keeps rendered pages in Redis, and drops them when what they show changes.
package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cache is a cache of pages, by site and path.
type Cache struct {
	rdb redis.UniversalClient
	ttl time.Duration
}

// New makes a cache.
func New(rdb redis.UniversalClient, ttl time.Duration) *Cache { return &Cache{rdb, ttl} }

func pageKey(site, path string) string { return fmt.Sprintf("page:%s:%s", site, path) }

// Fill stores pages that were rendered together.
func (c *Cache) Fill(ctx context.Context, site string, pages map[string]string) error {
	values := make(map[string]any, len(pages))
	for path, html := range pages {
		values[pageKey(site, path)] = html
	}
	if err := c.rdb.MSet(ctx, values).Err(); err != nil {
		return fmt.Errorf("fill %s: %w", site, err)
	}
	_, err := c.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for path := range pages {
			p.Expire(ctx, pageKey(site, path), c.ttl)
		}
		return nil
	})
	return err
}

// Read returns the pages that are there, "" for the others.
func (c *Cache) Read(ctx context.Context, site string, paths ...string) ([]string, error) {
	keys := make([]string, len(paths))
	for i, p := range paths {
		keys[i] = pageKey(site, p)
	}
	vals, err := c.rdb.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, err
	}
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i], _ = v.(string)
	}
	return out, nil
}

// Invalidate drops the pages that match a pattern, page of keys by page of keys, and returns how many there were.
func (c *Cache) Invalidate(ctx context.Context, pattern string) (dropped int64, err error) {
	var cursor uint64
	for {
		keys, next, err := c.rdb.Scan(ctx, cursor, pattern, 7).Result()
		if err != nil {
			return dropped, err
		}
		if len(keys) > 0 {
			n, err := c.rdb.Unlink(ctx, keys...).Result()
			if err != nil {
				return dropped, err
			}
			dropped += n
		}
		if cursor = next; cursor == 0 {
			return dropped, nil
		}
	}
}

// Paths lists the pages of a site.
func (c *Cache) Paths(ctx context.Context, site string) ([]string, error) {
	return c.rdb.Keys(ctx, pageKey(site, "*")).Result()
}

// Stats are numbers about the whole cache.
type Stats struct {
	Keys    int64
	Touched int64
	Hits    string
}

// Stats asks for all numbers in one go, and marks the pages of a site as used.
func (c *Cache) Stats(ctx context.Context, site string, paths []string) (s Stats, err error) {
	var keys []string
	for _, p := range paths {
		keys = append(keys, pageKey(site, p))
	}
	var size *redis.IntCmd
	var hits *redis.StringCmd
	pipe := c.rdb.Pipeline()
	hits = pipe.Get(ctx, "hits")
	size = pipe.DBSize(ctx)
	touched := pipe.Touch(ctx, keys...)
	if _, err := pipe.Exec(ctx); err != nil && err != redis.Nil {
		return s, err
	}
	return Stats{size.Val(), touched.Val(), hits.Val()}, nil
}

// Forget deletes pages, and counts that in the same pipeline.
func (c *Cache) Forget(ctx context.Context, site string, paths ...string) error {
	var keys []string
	for _, p := range paths {
		keys = append(keys, pageKey(site, p))
	}
	_, err := c.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, keys...)
		p.IncrBy(ctx, "forgotten", int64(len(keys)))
		return nil
	})
	return err
}
