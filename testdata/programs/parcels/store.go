package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/parcels/names"
)

type Store struct{ rdb *redis.Client }

func Open(addr string) *Store {
	return &Store{rdb: redis.NewClient(&redis.Options{Addr: addr})}
}

// Send writes a parcel with its parts.
func (s *Store) Send(ctx context.Context, id int, to string) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, names.Parcel(id), "to", to)
		p.RPush(ctx, names.Part(id, "stops"), "depot", to)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.RPush(ctx, names.Log(names.Sent, id), to)
		p.Incr(ctx, names.Count(names.Sent, id))
		return nil
	})
	if err != nil {
		return err
	}
	return s.rdb.RPush(ctx, names.Pending, id).Err()
}

// Return notes that a parcel came back: its log alone is written.
func (s *Store) Return(ctx context.Context, id int, why string) error {
	return s.rdb.RPush(ctx, names.Log(names.Returned, id), why).Err()
}

var errNothing = errors.New("nothing to do")

// Next takes a parcel into work.
func (s *Store) Next(ctx context.Context) (int, error) {
	v, err := s.rdb.LMove(ctx, names.Pending, names.Processing, "LEFT", "RIGHT").Result()
	if errors.Is(err, redis.Nil) {
		return 0, errNothing
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(v)
}

var lease = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('SET', KEYS[1] .. '/lease', ARGV[1])
return 1
`)

// Lease notes who works on a parcel, if there is one.
func (s *Store) Lease(ctx context.Context, id int, who string) (bool, error) {
	n, err := lease.Run(ctx, s.rdb, []string{names.Join("work", strconv.Itoa(id))}, who).Int()
	return n == 1, err
}

func (s *Store) Begin(ctx context.Context, id int) error {
	return s.rdb.Set(ctx, names.Join("work", strconv.Itoa(id)), "begun", 0).Err()
}

func (s *Store) Worker(ctx context.Context, id int) (string, error) {
	return s.rdb.Get(ctx, names.Join("work", strconv.Itoa(id), "lease")).Result()
}

// Enter opens a door, counts that, and tells who listens.
func (s *Store) Enter(ctx context.Context, door string) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, names.Door(door), "open", 0)
		p.Incr(ctx, names.Opened(door))
		return nil
	})
	if err != nil {
		return err
	}
	return s.rdb.Publish(ctx, names.Door(door), "open").Err()
}

// Doors listens to all doors until one tells something.
func (s *Store) Doors(ctx context.Context, do func() error) (string, error) {
	sub := s.rdb.PSubscribe(ctx, "door:*:state")
	defer sub.Close()
	if _, err := sub.Receive(ctx); err != nil {
		return "", err
	}
	if err := do(); err != nil {
		return "", err
	}
	select {
	case m := <-sub.Channel():
		return m.Channel + "=" + m.Payload, nil
	case <-time.After(5 * time.Second):
		return "", errors.New("no message")
	}
}

// Windows counts a user's calls in two windows at once.
func (s *Store) Windows(ctx context.Context, user string, at time.Time) (string, error) {
	var perMinute, perHour *redis.IntCmd
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		perMinute = p.Incr(ctx, "rl:"+user+":"+at.UTC().Format("2006-01-02T15:04"))
		perHour = p.Incr(ctx, "rl:"+user+":"+at.UTC().Format("2006-01-02T15"))
		return nil
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d a minute, %d an hour", perMinute.Val(), perHour.Val()), nil
}

// State shows all that is known of a parcel.
func (s *Store) State(ctx context.Context, id int) (string, error) {
	to, err := s.rdb.HGet(ctx, names.Parcel(id), "to").Result()
	if err != nil {
		return "", err
	}
	stops, err := s.rdb.LRange(ctx, names.Part(id, "stops"), 0, -1).Result()
	if err != nil {
		return "", err
	}
	var logs [][]string
	for _, k := range []names.Kind{names.Sent, names.Returned} {
		l, err := s.rdb.LRange(ctx, names.Log(k, id), 0, -1).Result()
		if err != nil {
			return "", err
		}
		logs = append(logs, l)
	}
	n, err := s.rdb.Get(ctx, names.Count(names.Sent, id)).Int()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d to %s by %v, logs %v, sent %d times", id, to, stops, logs, n), nil
}
