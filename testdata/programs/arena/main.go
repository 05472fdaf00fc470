package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"sort"

	"github.com/redis/go-redis/v9"

	"example.com/arena/internal/kv"
)

var (
	gold = kv.Int("gold")
	wins = kv.Int("wins")
)

type Arena struct {
	rdb  *redis.Client
	keys interface {
		duel(id string) (state, log string)
	}
}

type dotted struct{ sep string }

func (d dotted) duel(id string) (state, log string) {
	base := "duel" + d.sep + id
	state = base + d.sep + "state"
	log = base + d.sep + "log"
	return
}

func players(names ...string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, n := range names {
			if !yield(i, n) {
				return
			}
		}
	}
}

// Reward raises both numbers of a player at once.
func (a *Arena) Reward(ctx context.Context, id string, n int) error {
	g, w := gold.At(id), wins.At(id)
	return a.rdb.Watch(ctx, func(tx *redis.Tx) error {
		have, err := tx.Get(ctx, g).Int()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, g, have+n, 0)
			p.Incr(ctx, w)
			return nil
		})
		return err
	}, g, w)
}

// Duel starts a duel, and notes it.
func (a *Arena) Duel(ctx context.Context, id, x, y string) error {
	state, log := a.keys.duel(id)
	_, err := a.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, state, "x", x, "y", y)
		p.RPush(ctx, log, x+" meets "+y)
		return nil
	})
	return err
}

func (a *Arena) Log(ctx context.Context, id string) ([]string, error) {
	_, log := a.keys.duel(id)
	return a.rdb.LRange(ctx, log, 0, -1).Result()
}

// Move takes a list of a team to its archive.
func (a *Arena) Move(ctx context.Context, team string) error {
	s := kv.Space{}.In("arena").In("team-%s", team)
	if err := a.rdb.RPush(ctx, s.Key("open"), team+"!").Err(); err != nil {
		return err
	}
	return a.rdb.Rename(ctx, s.Key("open"), s.Key("closed")).Err()
}

func (a *Arena) Closed(ctx context.Context, team string) ([]string, error) {
	return a.rdb.LRange(ctx, kv.Space{}.In("arena").In("team-%s", team).Key("closed"), 0, -1).Result()
}

func main() {
	ctx := context.Background()
	a := &Arena{redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")}), dotted{"."}}
	for i, p := range players("ann", "bo", "cy", "dee") {
		if err := a.Reward(ctx, p, 10*(i+1)); err != nil {
			fmt.Println("reward", p, err)
		}
		n, err := gold.Get(ctx, a.rdb, p)
		fmt.Println(p, n, err)
		if err := a.Duel(ctx, "d-"+p, p, "bot"); err != nil {
			fmt.Println("duel", p, err)
		}
		l, err := a.Log(ctx, "d-"+p)
		fmt.Println(l, err)
		if err := a.Move(ctx, p); err != nil {
			fmt.Println("move", p, err)
		}
		c, err := a.Closed(ctx, p)
		fmt.Println(c, err)
		fmt.Println(a.rdb.Set(ctx, kv.Seat(i, i+1), p, 0).Err(), a.rdb.Get(ctx, kv.Seat(i, i+1)).Val())
	}
	all, err := a.rdb.MGet(ctx, wins.At("ann"), wins.At("bo"), wins.At("zed")).Result()
	fmt.Println(all, err)
	ks, err := a.rdb.Keys(ctx, "seat/*").Result()
	sort.Strings(ks)
	fmt.Println(ks, err)
}
