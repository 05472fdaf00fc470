// Command profiles fills a cache of user profiles and asks it what it knows.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"example.com/profiles/cache"
)

func connect() *redis.Client {
	return redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR"), DB: 0, PoolSize: 4})
}

func main() {
	ctx := context.Background()
	rdb := connect()
	defer rdb.Close()
	c := cache.New(rdb)
	for i := range 40 {
		user := fmt.Sprintf("user%02d", i)
		if err := c.Put(ctx, user, fmt.Sprintf("<h1>%s</h1>", user)); err != nil {
			fmt.Println("put:", err)
			os.Exit(1)
		}
	}
	got, err := c.Many(ctx, []string{"user03", "user17", "nobody", "user03", "user31"})
	fmt.Println("many:", got, err)
	n, err := c.Cached(ctx, map[string]bool{"user01": true, "user02": true, "ghost": true})
	fmt.Println("cached:", n, err)
	n, err = c.Forget(ctx, "user05", "user06", "ghost", "user07")
	fmt.Println("forgotten:", n, err)
	users, err := c.Users(ctx)
	fmt.Println("users:", len(users), users[0], users[len(users)-1], err)
	n, err = c.Expire(ctx, "user1")
	fmt.Println("expired:", n, err)
	users, err = c.Users(ctx)
	fmt.Println("users:", len(users), err)
	_, err = c.Forget(ctx)
	fmt.Println("forgotten:", err)
	n, err = c.Reset(ctx)
	fmt.Println("left:", n, err)
}
