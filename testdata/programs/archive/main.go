// Archive keeps documents in one database and their index in another.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sort"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	documents = 1
	index     = 2
)

// archive has a client for each database of one server.
type archive struct {
	docs, words *redis.Client
}

func open(addr string) *archive {
	return &archive{
		docs: redis.NewClient(&redis.Options{
			Addr:        addr,
			DB:          documents,
			DialTimeout: 5 * time.Second,
		}),
		words: redis.NewClient(&redis.Options{Addr: addr, DB: index}),
	}
}

func (a *archive) Close() {
	for _, c := range []*redis.Client{a.docs, a.words} {
		c.Close()
	}
}

func (a *archive) put(ctx context.Context, id, title string, words ...string) error {
	err := a.docs.HSet(ctx, "doc:"+id, "title", title, "words", len(words)).Err()
	if err != nil {
		return err
	}
	for _, w := range words {
		if err := a.words.SAdd(ctx, "word:"+w, id).Err(); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) title(ctx context.Context, id string) (string, error) {
	return a.docs.HGet(ctx, "doc:"+id, "title").Result()
}

// rename changes the title, and remembers the old one; both or neither.
func (a *archive) rename(ctx context.Context, id, title string) error {
	old, err := a.title(ctx, id)
	if err != nil {
		return err
	}
	_, err = a.docs.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, "doc:"+id, "title", title)
		p.RPush(ctx, "doc:"+id+":titles", old)
		return nil
	})
	return err
}

func (a *archive) find(ctx context.Context, word string) ([]string, error) {
	ids, err := a.words.SMembers(ctx, "word:"+word).Result()
	sort.Strings(ids)
	return ids, err
}

// known counts the words that any document has.
func (a *archive) known(ctx context.Context, words ...string) (int64, error) {
	keys := make([]string, len(words))
	for i, w := range words {
		keys[i] = "word:" + w
	}
	return a.words.Exists(ctx, keys...).Result()
}

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	a := open(os.Getenv("REDIS_ADDR"))
	defer a.Close()

	check(a.put(ctx, "1", "On rivers", "river", "water", "bank"))
	check(a.put(ctx, "2", "On money", "bank", "coin"))
	check(a.put(ctx, "3", "On rain", "water", "cloud"))
	check(a.rename(ctx, "2", "On banks"))
	for _, w := range []string{"bank", "water", "fire"} {
		ids, err := a.find(ctx, w)
		check(err)
		fmt.Println(w, ids)
		for _, id := range ids {
			t, err := a.title(ctx, id)
			check(err)
			fmt.Println(" ", t)
		}
	}
	n, err := a.known(ctx, "river", "coin", "fire", "cloud", "bank")
	check(err)
	fmt.Println("known:", n)
	old, err := a.docs.LRange(ctx, "doc:2:titles", 0, -1).Result()
	check(err)
	fmt.Println("before:", old)
}

func check(err error) {
	if err != nil {
		log.Fatal("archive: ", err)
	}
}
