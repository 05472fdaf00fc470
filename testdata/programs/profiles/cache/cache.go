// Package cache keeps rendered profiles, one key for each user.
package cache

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cache is safe for concurrent use.
type Cache struct {
	rdb redis.UniversalClient
	ttl time.Duration
}

// New uses a client that is open already.
func New(rdb redis.UniversalClient) *Cache { return &Cache{rdb: rdb, ttl: time.Hour} }

func profileKey(user string) string { return "profile:" + user }

// Put renders nothing: it stores what it is given.
func (c *Cache) Put(ctx context.Context, user, html string) error {
	return c.rdb.Set(ctx, profileKey(user), html, c.ttl).Err()
}

// Many reads the profiles of several users; "-" stands for one that is not cached.
func (c *Cache) Many(ctx context.Context, users []string) ([]string, error) {
	keys := make([]string, len(users))
	for i, u := range users {
		keys[i] = profileKey(u)
	}
	vals, err := c.rdb.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	out := make([]string, len(vals))
	for i, v := range vals {
		s, ok := v.(string)
		if !ok {
			s = "-"
		}
		out[i] = s
	}
	return out, nil
}

// Forget drops profiles and tells how many there were.
func (c *Cache) Forget(ctx context.Context, users ...string) (int64, error) {
	if len(users) == 0 {
		return 0, errors.New("nobody to forget")
	}
	var keys []string
	for _, u := range users {
		keys = append(keys, profileKey(u))
	}
	return c.rdb.Unlink(ctx, keys...).Result()
}

// Cached counts those of the users that have a profile here.
func (c *Cache) Cached(ctx context.Context, users map[string]bool) (int64, error) {
	keys := []string{}
	for u := range users {
		keys = append(keys, profileKey(u))
	}
	return c.rdb.Exists(ctx, keys...).Result()
}

// Users lists everybody with a profile, sorted.
func (c *Cache) Users(ctx context.Context) ([]string, error) {
	keys, err := c.rdb.Keys(ctx, "profile:*").Result()
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		keys[i] = strings.TrimPrefix(k, "profile:")
	}
	sort.Strings(keys)
	return keys, nil
}

// Expire drops all profiles whose user name starts with a prefix, page by page.
func (c *Cache) Expire(ctx context.Context, prefix string) (n int64, err error) {
	iter := c.rdb.Scan(ctx, 0, "profile:"+prefix+"*", 10).Iterator()
	for iter.Next(ctx) {
		gone, err := c.rdb.Del(ctx, iter.Val()).Result()
		if err != nil {
			return n, err
		}
		n += gone
	}
	return n, iter.Err()
}

// Reset empties the cache and counts what is left.
func (c *Cache) Reset(ctx context.Context) (int64, error) {
	if err := c.rdb.FlushDB(ctx).Err(); err != nil {
		return 0, err
	}
	return c.rdb.DBSize(ctx).Result()
}
