// Notes keeps notes; developers run it with one server, and production with a cluster.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"example.com/notes/repo"
)

type note struct {
	Title string
	Stars int
}

// current is the client of the program; others ask for it with client().
var current atomic.Pointer[holder]

type holder struct {
	rdb  *redis.Client
	tags map[string]string
}

func connect(addr string) (*redis.Client, error) {
	if addr == "" {
		return nil, errors.New("no address")
	}
	return redis.NewClient(&redis.Options{
		Addr:     addr,
		PoolSize: 5,
	}), nil
}

func client() *redis.Client { return current.Load().rdb }

var clients = sync.OnceValue(func() chan *redis.Client {
	c := make(chan *redis.Client, 1)
	c <- client()
	return c
})

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	rdb := repo.Must(connect(os.Getenv("REDIS_ADDR")))
	current.Store(&holder{rdb: rdb})
	ctx = context.WithValue(ctx, holder{}.tags == nil, rdb)

	notes := repo.New[note](client(), "body")
	for i, id := range []string{"a", "b", "c"} {
		check(notes.Save(ctx, id, note{Title: "note " + id, Stars: i}))
	}
	check(notes.Save(ctx, "b", note{Title: "better b", Stars: 5}))
	for _, id := range []string{"a", "b", "z"} {
		n, ok, err := notes.Load(ctx, id)
		check(err)
		fmt.Println(id, ok, n)
	}
	c := <-clients()
	fmt.Println("saves:", c.MGet(ctx, "note:a:saves", "note:b:saves", "note:z:saves").Val())
	if r, ok := ctx.Value(true).(*redis.Client); ok {
		fmt.Println("deleted:", r.Del(ctx, "note:a:saves", "note:b:saves").Val())
	}
	if notes.Client() != nil {
		fmt.Println("there:", notes.Client().Exists(ctx, "note:a:body", "note:c:saves", "note:q:body").Val())
	}
}

func check(err error) {
	if err != nil {
		log.Fatal("notes: ", err)
	}
}
