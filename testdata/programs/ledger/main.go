// Ledger keeps accounts, and tells others of payments through a queue of a library that knows plain clients only.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/legacyqueue"
	"github.com/redis/go-redis/v9"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()

	rdb := redis.NewClient(account("ledger"))
	defer rdb.Close()
	old := redis.NewClient(tuned(queueAddr(), named("queue")))
	defer old.Close()
	check(ready(ctx, map[string]*redis.Client{"accounts": rdb, "queue": old}))

	l := ledger{Client: rdb, prefix: "bank"}
	q := legacyqueue.New(old, "payments")
	for i, name := range []string{"ann", "bob", "cid", "dee"} {
		check(l.Set(ctx, l.purse(name, "main"), 100*(i+1), 0).Err())
		check(l.move(ctx, name, "main", "savings", int64(10*(i+1))))
		check(q.Push(ctx, "saved by "+name))
	}
	all, err := l.balances(ctx, "ann", "bob", "cid", "dee", "eve")
	check(err)
	fmt.Println("balances:", all)
	for range 2 {
		msg, err := q.Pop(ctx)
		check(err)
		fmt.Println("message:", msg)
	}
	left, err := old.LLen(ctx, "payments").Result()
	check(err)
	fmt.Println("left:", left)
	fmt.Println("name:", rdb.Options().ClientName, "at", rdb.Options().PoolSize)
}

func check(err error) {
	if err != nil {
		log.Fatal("ledger: ", err)
	}
}
