// Package orders is the life of an order, from the basket to the parcel.
package orders

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"example.com/shop/internal/config"
	"example.com/shop/internal/keys"
)

// ErrUnknown means that there is no such order.
var ErrUnknown = errors.New("unknown order")

// Order is what the web pages show.
type Order struct {
	ID       int64
	Status   string
	Total    string
	Customer string
}

// Store keeps orders in Redis.
type Store struct {
	rdb *redis.Client
}

// Open connects and checks that the server answers.
func Open(ctx context.Context, cfg config.Redis) (*Store, error) {
	rdb := redis.NewClient(&redis.Options{
		Addr:        cfg.Addr,
		Username:    cfg.Username,
		Password:    cfg.Password,
		PoolSize:    cfg.PoolSize,
		DialTimeout: cfg.DialTimeout,
	})
	if err := rdb.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &Store{rdb: rdb}, nil
}

// Close gives the connections back.
func (s *Store) Close() error { return s.rdb.Close() }

// Place records a new order and returns its number.
func (s *Store) Place(ctx context.Context, customer string, cents int64, lines map[string]int) (int64, error) {
	id, err := s.rdb.Incr(ctx, keys.Sequence).Result()
	if err != nil {
		return 0, err
	}
	err = s.rdb.MSet(ctx,
		keys.Status(id), "new",
		keys.Total(id), cents,
		keys.Customer(id), customer,
	).Err()
	if err != nil {
		return 0, fmt.Errorf("place: %w", err)
	}
	for article, n := range lines {
		if err := s.rdb.HSet(ctx, keys.Lines(id), article, n).Err(); err != nil {
			return 0, err
		}
	}
	return id, s.rdb.SAdd(ctx, keys.Open, id).Err()
}

// Find reads one order.
func (s *Store) Find(ctx context.Context, id int64) (Order, error) {
	vals, err := s.rdb.MGet(ctx, keys.Status(id), keys.Total(id), keys.Customer(id)).Result()
	if err != nil {
		return Order{}, fmt.Errorf("find: %w", err)
	}
	if vals[0] == nil {
		return Order{}, ErrUnknown
	}
	return Order{ID: id, Status: text(vals[0]), Total: text(vals[1]), Customer: text(vals[2])}, nil
}

// Pay takes the money; the day's sales grow with it.
func (s *Store) Pay(ctx context.Context, id int64, day string) error {
	total, err := s.rdb.Get(ctx, keys.Total(id)).Int64()
	if errors.Is(err, redis.Nil) {
		return ErrUnknown
	}
	if err != nil {
		return err
	}
	if err := s.rdb.Set(ctx, keys.Status(id), "paid", 0).Err(); err != nil {
		return err
	}
	return s.rdb.IncrBy(ctx, keys.Sales(day), total).Err()
}

// Annotate stores what the customer wrote.
func (s *Store) Annotate(ctx context.Context, id int64, note string) error {
	return s.rdb.Set(ctx, keys.Note(id), note, 0).Err()
}

// Ship closes the order; its note is put aside.
func (s *Store) Ship(ctx context.Context, id int64) error {
	if err := s.rdb.Rename(ctx, keys.Note(id), keys.OldNote(id)).Err(); err != nil {
		return fmt.Errorf("put note aside: %w", err)
	}
	if err := s.rdb.Set(ctx, keys.Status(id), "shipped", 0).Err(); err != nil {
		return err
	}
	return s.rdb.SRem(ctx, keys.Open, id).Err()
}

// Forget removes all there is of an order and says how many records that was.
func (s *Store) Forget(ctx context.Context, id int64) (int64, error) {
	if err := s.rdb.SRem(ctx, keys.Open, id).Err(); err != nil {
		return 0, err
	}
	return s.rdb.Del(ctx,
		keys.Status(id), keys.Total(id), keys.Customer(id),
		keys.Lines(id), keys.Note(id), keys.OldNote(id),
	).Result()
}

func text(v any) string {
	s, ok := v.(string)
	if !ok {
		return "-"
	}
	return s
}
