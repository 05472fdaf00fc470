package orders

import (
	"context"

	"example.com/shop/internal/keys"
)

// Records counts the parts of an order that exist.
func (s *Store) Records(ctx context.Context, id int64) (int64, error) {
	return s.rdb.Exists(ctx, keys.Status(id), keys.Total(id), keys.Customer(id), keys.Lines(id), keys.Note(id), keys.OldNote(id)).Result()
}

// Taken is the money of a day.
func (s *Store) Taken(ctx context.Context, day string) (int64, error) {
	return s.rdb.Get(ctx, keys.Sales(day)).Int64()
}

// Waiting is the number of orders that were not shipped.
func (s *Store) Waiting(ctx context.Context) (int64, error) {
	return s.rdb.SCard(ctx, keys.Open).Result()
}

// Quantity is how many of an article were ordered.
func (s *Store) Quantity(ctx context.Context, id int64, article string) (int, error) {
	return s.rdb.HGet(ctx, keys.Lines(id), article).Int()
}
