package main

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// publisher rebuilds the summary that dashboards read.
type publisher struct {
	rdb *redis.Client
}

// publish builds a summary beside the one that is shown and swaps them, so a
// dashboard sees the old one or the new one and nothing in between. Rows go in
// one at a time: some sites have very many.
func (p publisher) publish(ctx context.Context, site string, rows []string) error {
	shown := "summary:" + site
	building := shown + ":building"
	if err := p.rdb.Del(ctx, building).Err(); err != nil {
		return err
	}
	for _, row := range rows {
		if err := p.add(ctx, building, row); err != nil {
			return err
		}
	}
	ok, err := p.rdb.RenameNX(ctx, building, shown).Result()
	if err != nil {
		return err
	}
	if ok {
		return nil
	}
	return p.rdb.Rename(ctx, building, shown).Err()
}

// add puts one more row into the list at key.
func (p publisher) add(ctx context.Context, key, row string) error {
	return p.rdb.RPush(ctx, key, row).Err()
}

// shown reads the summary of a site.
func (p publisher) shown(ctx context.Context, site string) ([]string, error) {
	return p.rdb.LRange(ctx, "summary:"+site, 0, -1).Result()
}

// pending says whether a build was left behind.
func (p publisher) pending(ctx context.Context, site string) (bool, error) {
	n, err := p.rdb.LLen(ctx, "summary:"+site+":building").Result()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return n > 0, err
}
