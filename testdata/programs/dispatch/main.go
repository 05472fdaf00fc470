// Dispatch runs jobs of two queues whose scripts are embedded Lua files.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/dispatch/queue"
)

func main() {
	log.SetFlags(0)
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	defer rdb.Close()
	ctx := context.Background()

	clock := time.Unix(1_700_000_000, 0)
	now := func() time.Time { return clock }
	for _, name := range []string{"mail", "thumbs", "exports"} {
		q := queue.New(rdb, name, time.Minute, now)
		for i := range 3 {
			must(q.Add(ctx, queue.Job{ID: fmt.Sprint(name[:1], i), Payload: fmt.Sprint("payload ", i)}))
		}

		lost, _, err := q.Claim(ctx)
		must(err)
		fmt.Println(name, "lost", lost)
		clock = clock.Add(2 * time.Minute)
		n, err := q.Sweep(ctx)
		must(err)
		fmt.Println(name, "came back", n)

		for {
			j, ok, err := q.Claim(ctx)
			must(err)
			if !ok {
				break
			}
			if j.Payload == "payload 1" {
				n, err := q.Retry(ctx, j, fmt.Errorf("no room for %s", j.ID))
				must(err)
				fmt.Println(name, j, "failed", n)
				continue
			}
			n, err := q.Ack(ctx, j)
			must(err)
			fmt.Println(name, j, "done", n)
		}
		dead, err := q.Dead(ctx)
		must(err)
		fmt.Println(name, "dead", dead)
		if _, err = q.Ack(ctx, lost); err == nil {
			must(errors.New("acknowledged twice"))
		}
		fmt.Println(name, "again:", err)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal("dispatch: ", err)
	}
}
