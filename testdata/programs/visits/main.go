// Visits counts who reads which site.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

type config struct {
	addr    string
	timeout time.Duration
}

func parse() (c config) {
	fallback := os.Getenv("REDIS_ADDR")
	if fallback == "" {
		fallback = "localhost:6379"
	}
	flag.StringVar(&c.addr, "redis", fallback, "where Redis is")
	flag.DurationVar(&c.timeout, "timeout", 3*time.Second, "for reads and writes")
	flag.Parse()
	return c
}

func main() {
	cfg := parse()
	rdb := redis.NewClient(&redis.Options{
		Addr:         cfg.addr,
		ReadTimeout:  cfg.timeout,
		WriteTimeout: cfg.timeout,
		PoolSize:     3,
	})
	defer rdb.Close()

	ctx := context.Background()
	days := []string{"01", "02", "03"}
	c := counter{db: rdb}
	for i, site := range []string{"blog", "docs"} {
		for d, day := range days {
			for v := range 4 + 3*i + d {
				if err := c.visit(ctx, site, day, "visitor-"+strconv.Itoa(v+d)); err != nil {
					log.Fatal(err)
				}
			}
		}
	}
	pub := publisher{rdb: rdb}
	for _, site := range []string{"blog", "docs"} {
		if err := month(ctx, c, pub, site, days); err != nil {
			log.Fatal(err)
		}
	}
	if err := pub.publish(ctx, "blog", []string{"one line now"}); err != nil {
		log.Fatal(err)
	}
	rows, err := pub.shown(ctx, "blog")
	left, err2 := pub.pending(ctx, "blog")
	fmt.Println(rows, err, left, err2)

	// A build that never gets to its end is seen, and does no harm.
	if err := pub.add(ctx, "summary:docs:building", "half a"); err != nil {
		log.Fatal(err)
	}
	left, err = pub.pending(ctx, "docs")
	fmt.Println("left behind:", left, err)
	if err := pub.publish(ctx, "docs", []string{"all of it"}); err != nil {
		log.Fatal(err)
	}
	rows, err = pub.shown(ctx, "docs")
	left, err2 = pub.pending(ctx, "docs")
	fmt.Println(rows, err, left, err2)
}

// month prints and publishes the figures of one site.
func month(ctx context.Context, c counter, pub publisher, site string, days []string) error {
	n, err := c.views(ctx, site)
	if err != nil {
		return err
	}
	weekend, err := c.visitors(ctx, site, days[1], days[2])
	if err != nil {
		return err
	}
	total, err := c.rollUp(ctx, site, "2024-06", days)
	if err != nil {
		return err
	}
	rows := []string{
		fmt.Sprintf("%d views", n),
		fmt.Sprintf("%d on the last two days", weekend),
		fmt.Sprintf("%d people", total),
	}
	if err := pub.publish(ctx, site, rows); err != nil {
		return err
	}
	seen, err := pub.shown(ctx, site)
	fmt.Println(site, seen, err)
	return err
}
