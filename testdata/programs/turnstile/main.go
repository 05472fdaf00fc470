// Turnstile limits how often users come, and lets one at a time write a document.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/redis/go-redis/v9"

	"example.com/turnstile/lock"
)

func main() {
	log.SetFlags(0)
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	defer rdb.Close()
	ctx := context.Background()

	l := &limiter{rdb: rdb, limit: 2, window: 60}
	for _, user := range []string{"ann", "bob", "cid", "dora"} {
		for at := range 4 {
			left, err := l.take(ctx, user, int64(at)*25)
			must(err)
			fmt.Print(user, " ", left, "; ")
		}
		fmt.Println("refused at", rdb.Get(ctx, "rate:"+user+":refused").Val(), "in window", rdb.Exists(ctx, "rate:"+user+":hits:0").Val())
	}

	mine, theirs := lock.Locker{UniversalClient: rdb, Owner: "me"}, lock.Locker{UniversalClient: rdb, Owner: "you"}
	for _, name := range []string{"plan", "budget", "minutes"} {
		old, err := mine.Lock(ctx, name)
		must(err)
		_, err = theirs.Lock(ctx, name)
		fmt.Println(name, "fence", old, "then", err)
		must(mine.Unlock(ctx, name))
		now, err := theirs.Lock(ctx, name)
		must(err)
		must(theirs.Write(ctx, name, now, "yours"))
		fmt.Println(name, "late:", mine.Write(ctx, name, old, "mine"))
		must(theirs.Unlock(ctx, name))
		fence, body, log := theirs.Show(ctx, name)
		fmt.Println(name, fence, body, log)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal("turnstile: ", err)
	}
}
