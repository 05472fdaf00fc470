package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// kv is what counting needs from Redis.
type kv interface {
	Incr(ctx context.Context, key string) *redis.IntCmd
	Get(ctx context.Context, key string) *redis.StringCmd
	PFAdd(ctx context.Context, key string, els ...any) *redis.IntCmd
	PFCount(ctx context.Context, keys ...string) *redis.IntCmd
	PFMerge(ctx context.Context, dest string, keys ...string) *redis.StatusCmd
	Expire(ctx context.Context, key string, ttl time.Duration) *redis.BoolCmd
}

// counter counts the visits and the visitors of sites.
type counter struct {
	db kv
}

func uniques(site, day string) string {
	return strings.Join([]string{"uv", site, day}, ":")
}

func hits(site string) string {
	return fmt.Sprint("hits:", site)
}

// visit counts one page view.
func (c counter) visit(ctx context.Context, site, day, visitor string) error {
	if err := c.db.Incr(ctx, hits(site)).Err(); err != nil {
		return err
	}
	return c.db.PFAdd(ctx, uniques(site, day), visitor).Err()
}

// views is the number of page views.
func (c counter) views(ctx context.Context, site string) (int, error) {
	return c.db.Get(ctx, hits(site)).Int()
}

// visitors estimates how many different people came on any of the days.
func (c counter) visitors(ctx context.Context, site string, days ...string) (int64, error) {
	keys := make([]string, 0, len(days))
	for _, d := range days {
		keys = append(keys, uniques(site, d))
	}
	return c.db.PFCount(ctx, keys...).Result()
}

// rollUp folds days into one month, which then is kept for a year.
func (c counter) rollUp(ctx context.Context, site, month string, days []string) (int64, error) {
	dest := "uv:" + site + ":month:" + month
	var from []string
	for _, d := range days {
		from = append(from, uniques(site, d))
	}
	if err := c.db.PFMerge(ctx, dest, from...).Err(); err != nil {
		return 0, fmt.Errorf("roll up: %w", err)
	}
	if err := c.db.Expire(ctx, dest, 365*24*time.Hour).Err(); err != nil {
		return 0, err
	}
	return c.db.PFCount(ctx, dest).Result()
}
