package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"example.com/booking/schema"
	"github.com/redis/go-redis/v9"
)

// Rooms keeps rooms in Redis.
type Rooms struct {
	db   *redis.Client
	keys *schema.Schema
	each func(ctx context.Context, fn func(p redis.Pipeliner) error) error
}

func NewRooms(addr string) *Rooms {
	db := redis.NewClient(&redis.Options{Addr: addr})
	r := &Rooms{db: db, keys: schema.Root(schema.WithNamespace("booking"))}
	r.each = func(ctx context.Context, fn func(p redis.Pipeliner) error) error {
		_, err := db.TxPipelined(ctx, fn)
		return err
	}
	return r
}

// Open makes a room with seats.
func (r *Rooms) Open(ctx context.Context, id string, seats int) error {
	room := r.keys.Room(id)
	return r.each(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, room.Taken(), room.Waiting())
		p.Set(ctx, room.Seats(), seats, 0)
		return nil
	})
}

var errFull = errors.New("full")

// Take books a seat for a guest, or puts them on the waiting list.
func (r *Rooms) Take(ctx context.Context, id, guest string, day time.Time) error {
	room := r.keys.Room(id)
	seats, taken := room.Seats(), room.Taken()
	err := r.db.Watch(ctx, func(tx *redis.Tx) error {
		n, err := tx.Get(ctx, seats).Int()
		if err != nil {
			return err
		}
		have, err := tx.SCard(ctx, taken).Result()
		if err != nil {
			return err
		}
		if int(have) >= n {
			return errFull
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.SAdd(ctx, taken, guest)
			p.RPush(ctx, room.Day(day), guest)
			return nil
		})
		return err
	}, seats, taken)
	if errors.Is(err, errFull) {
		return r.db.RPush(ctx, room.Waiting(), guest).Err()
	}
	if err != nil {
		return err
	}
	return r.db.SAdd(ctx, r.keys.Index(schema.ByGuest, guest), id).Err()
}

// Free gives a seat back to the first who waits.
func (r *Rooms) Free(ctx context.Context, id, guest string) error {
	room := r.keys.Room(id)
	if err := r.db.SRem(ctx, room.Taken(), guest).Err(); err != nil {
		return err
	}
	next, err := r.db.LPop(ctx, room.Waiting()).Result()
	if err == redis.Nil {
		return nil
	}
	if err != nil {
		return err
	}
	return r.db.SAdd(ctx, room.Taken(), next).Err()
}

// Merge moves all guests of one list of a room to its other.
func (r *Rooms) Overflow(ctx context.Context, id string) (int, error) {
	room, n := r.keys.Room(id), 0
	for {
		err := r.db.LMove(ctx, room.Waiting(), room.Waiting()+":late", "LEFT", "RIGHT").Err()
		if err == redis.Nil {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n++
	}
}

// Summary lists what is taken in some rooms.
func (r *Rooms) Summary(ctx context.Context, ids ...string) (string, error) {
	var keys []string
	for _, id := range ids {
		keys = append(keys, r.keys.Room(id).Seats())
	}
	vals, err := r.db.MGet(ctx, keys...).Result()
	if err != nil {
		return "", err
	}
	out := ""
	for i, v := range vals {
		who, err := r.db.SMembers(ctx, r.keys.Room(ids[i]).Taken()).Result()
		if err != nil {
			return "", err
		}
		sort.Strings(who)
		out += fmt.Sprintf("%s: %v seats %v\n", ids[i], v, who)
	}
	return out, nil
}
