// Package jsonkv reads and writes values as JSON.
package jsonkv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Getter is anything that can read one value: a client, a transaction.
type Getter interface {
	Get(ctx context.Context, key string) *redis.StringCmd
}

// Get decodes the value at key; a missing one is the zero T and false.
func Get[T any](ctx context.Context, from Getter, key string) (T, bool, error) {
	var v T
	raw, err := from.Get(ctx, key).Bytes()
	if errors.Is(err, redis.Nil) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, false, fmt.Errorf("stored value: %w", err)
	}
	return v, true, nil
}

// Put encodes v at key.
func Put[T any](ctx context.Context, to redis.Cmdable, key string, v T, ttl time.Duration) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return to.Set(ctx, key, raw, ttl).Err()
}
