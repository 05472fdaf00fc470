// Tally counts views of pages with a library of functions on the server.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"

	"github.com/redis/go-redis/v9"
)

//go:embed tally.lua
var library string

type pages struct{ rdb *redis.Client }

func (p pages) view(ctx context.Context, page, day string) int64 {
	n, err := p.rdb.FCall(ctx, "tally_view", []string{total(page)}, page, day).Int64()
	must(err)
	return n
}

func (p pages) best(ctx context.Context, page string) (string, int64) {
	got, err := p.rdb.FCallRO(ctx, "tally_best", []string{"page:" + page + ":days"}, page).Slice()
	must(err)
	return fmt.Sprint(got[0]), got[1].(int64)
}

func total(page string) string { return "page:" + page + ":views" }

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	defer rdb.Close()
	name, err := rdb.FunctionLoadReplace(ctx, library).Result()
	must(err)
	fmt.Println("loaded", name)

	p := pages{rdb}
	all := []string{"index", "about", "contact", "news"}
	for i, page := range all {
		for k := range 3 * (i + 1) {
			p.view(ctx, page, []string{"mon", "tue", "tue"}[k%3])
		}
		day, n := p.best(ctx, page)
		fmt.Println(page, p.view(ctx, page, "wed"), day, n, rdb.Get(ctx, "page:"+page+":day:wed").Val(), rdb.SCard(ctx, "page:"+page+":days").Val())
	}
	for _, page := range all {
		fmt.Println(page, rdb.Get(ctx, total(page)).Val())
	}
}

func must(err error) {
	if err != nil {
		log.Fatal("tally: ", err)
	}
}
