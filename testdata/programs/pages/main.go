// Pages is a cache of rendered pages: it fills it, reads it, and drops what is stale.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/pages/cache"
)

func main() {
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		addr = "localhost:6379"
	}
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer rdb.Close()
	if err := run(context.Background(), rdb); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, rdb redis.UniversalClient) error {
	if err := rdb.FlushDB(ctx).Err(); err != nil {
		return err
	}
	c := cache.New(rdb, time.Hour)
	for _, site := range []string{"blog", "docs"} {
		pages := map[string]string{}
		for i := range 20 {
			pages[fmt.Sprintf("p%02d", i)] = fmt.Sprintf("<h1>%s %d</h1>", site, i)
		}
		if err := c.Fill(ctx, site, pages); err != nil {
			return err
		}
	}
	got, err := c.Read(ctx, "blog", "p03", "none", "p11", "p03")
	if err != nil {
		return err
	}
	fmt.Printf("read: %q\n", got)

	rdb.Set(ctx, "hits", 42, 0)
	stats, err := c.Stats(ctx, "docs", []string{"p01", "p02", "nowhere"})
	if err != nil {
		return err
	}
	fmt.Printf("stats: %+v\n", stats)

	n, err := c.Invalidate(ctx, "page:blog:p1*")
	if err != nil {
		return err
	}
	fmt.Println("invalidated:", n)
	left, err := c.Paths(ctx, "blog")
	if err != nil {
		return err
	}
	fmt.Println("left:", len(left))

	if err := c.Forget(ctx, "docs", "p00", "p01", "p02"); err != nil {
		return err
	}
	fmt.Println("forgotten:", rdb.Get(ctx, "forgotten").Val())
	size, err := rdb.DBSize(ctx).Result()
	if err != nil {
		return err
	}
	fmt.Println("size:", size)
	return expired(ctx, rdb)
}

// expired waits for the pages that time out, as the janitor of the real service does.
func expired(ctx context.Context, rdb redis.UniversalClient) error {
	if err := rdb.ConfigSet(ctx, "notify-keyspace-events", "Ex").Err(); err != nil {
		return err
	}
	sub := rdb.PSubscribe(ctx, "__keyevent@0__:expired")
	defer sub.Close()
	if _, err := sub.Receive(ctx); err != nil {
		return err
	}
	same := rdb.Subscribe(ctx, "__keyevent@0__:expired", "__keyevent@0__:evicted")
	defer same.Close()
	for range 2 {
		if _, err := same.Receive(ctx); err != nil {
			return err
		}
	}
	for i := range 12 {
		if err := rdb.Set(ctx, fmt.Sprintf("flash:%02d", i), "x", 50*time.Millisecond).Err(); err != nil {
			return err
		}
	}
	var names []string
	timeout := time.After(10 * time.Second)
	for len(names) < 12 {
		select {
		case msg := <-sub.Channel():
			names = append(names, msg.Payload)
		case <-timeout:
			return fmt.Errorf("only %d pages have timed out", len(names))
		}
	}
	sort.Strings(names)
	fmt.Println("timed out:", strings.Join(names, " "))
	for range names {
		if _, err := same.ReceiveMessage(ctx); err != nil {
			return err
		}
	}
	fmt.Println("heard twice")
	return nil
}
