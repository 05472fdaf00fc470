// Mailer sends mails that wait in a queue, with templates from a cache.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"example.com/mailer/internal/cache"
	"example.com/mailer/internal/queue"
)

type config struct {
	URL string
}

type app struct {
	Redis *redis.Client
	Cache *cache.Cache
	Queue *queue.Queue
}

func newOptions(cfg config) (*redis.Options, error) { return redis.ParseURL(cfg.URL) }

func newClient(opt *redis.Options) *redis.Client {
	opt.ClientName = "mailer"
	return redis.NewClient(opt)
}

// url is the address of the server, as REDIS_URL or as hosts in REDIS_ADDR: redis://a?addr=b&addr=c.
func url() string {
	if u := os.Getenv("REDIS_URL"); u != "" {
		return u
	}
	first, others, several := strings.Cut(os.Getenv("REDIS_ADDR"), ",")
	if !several {
		return "redis://" + first
	}
	return "redis://" + first + "?addr=" + strings.ReplaceAll(others, ",", "&addr=")
}

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	a, err := newApp(config{URL: url()})
	check(err)
	defer a.Redis.Close()

	check(a.Cache.Put(ctx, map[string]string{"hello": "Hello %s", "bye": "Bye %s", "bill": "%s owes us"}))
	texts, err := a.Cache.Get(ctx, "hello", "bill", "none", "bye")
	check(err)
	for _, t := range texts {
		fmt.Printf("%q\n", t)
	}
	for _, to := range []string{"ann", "bob", "cid"} {
		check(a.Queue.Add(ctx, "welcome", to))
	}
	for range 2 {
		to, err := a.Queue.Take(ctx, "welcome")
		check(err)
		check(a.Queue.Sent(ctx, "welcome", to))
	}
	waiting, sent, err := a.Queue.Counts(ctx, "welcome")
	check(err)
	fmt.Println("waiting:", waiting, "sent:", sent)
	n, err := a.Cache.Drop(ctx, "hello", "bill", "bye")
	check(err)
	fmt.Println("dropped:", n)
}

func check(err error) {
	if err != nil {
		log.Fatal("mailer: ", err)
	}
}
