package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/redis/go-redis/v9"

	"example.com/jobs/queue"
	"example.com/jobs/worker"
)

var addr = flag.String("redis", os.Getenv("REDIS_ADDR"), "address of the Redis server")

func main() {
	log.SetFlags(0)
	flag.Parse()
	rdb := redis.NewClient(&redis.Options{Addr: *addr, PoolSize: 4})
	defer rdb.Close()

	ctx := context.Background()
	records := queue.NewRecords(rdb)
	mails := queue.New(rdb, "mail")
	images := queue.New(rdb, "images")

	must(fill(ctx, records, mails, "m1", "welcome", "m2", "fail: no such box", "m3", "invoice"))
	must(fill(ctx, records, images, "i1", "thumbnail"))

	// A worker took a job and died.
	id, err := mails.Take(ctx)
	must(err)
	fmt.Println("lost worker had", id)
	n, err := mails.Recover(ctx)
	must(err)
	fmt.Println("recovered", n)

	for _, q := range []*queue.Queue{mails, images} {
		w := worker.Worker{Queue: q, Records: records, Log: os.Stdout}
		must(w.Drain(ctx))
		depths, err := q.Depths(ctx)
		must(err)
		fmt.Println(q.Name(), "depths", depths)
	}
	n, err = images.Bury(ctx, "never-seen")
	fmt.Println("bury a stranger:", n, err)
	for _, id := range []string{"m1", "m2", "m3", "i1", "x9"} {
		rec, err := records.Get(ctx, id)
		must(err)
		gone, err := records.Delete(ctx, id)
		must(err)
		fmt.Printf("%s %+v, %d records deleted\n", id, rec, gone)
	}
	dropped, err := mails.Drop(ctx)
	must(err)
	fmt.Println("lists dropped", dropped)
}

func fill(ctx context.Context, records queue.Records, q *queue.Queue, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := records.Create(ctx, pairs[i], pairs[i+1]); err != nil {
			return err
		}
		if err := q.Push(ctx, pairs[i]); err != nil {
			return err
		}
	}
	return nil
}

func must(err error) {
	if err != nil {
		log.Fatal("jobs: ", err)
	}
}
