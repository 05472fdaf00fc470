// Package repo stores values of any type as JSON.
package repo

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/redis/go-redis/v9"
)

// Client is what a repository can work with.
type Client interface {
	redis.Cmdable
	Close() error
}

// Repo stores values of one type through one kind of client.
type Repo[C Client, T any] struct {
	client C
	kind   string
}

// New makes a repository.
func New[T any, C Client](c C, kind string) *Repo[C, T] { return &Repo[C, T]{client: c, kind: kind} }

// Client is the client of the repository.
func (r *Repo[C, T]) Client() C { return r.client }

func (r *Repo[C, T]) key(id string) string { return "note:" + id + ":" + r.kind }

// Save stores a value, and counts how often that was done.
func (r *Repo[C, T]) Save(ctx context.Context, id string, v T) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = r.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, r.key(id), b, 0)
		p.Incr(ctx, "note:"+id+":saves")
		return nil
	})
	return err
}

// Load reads a value; false when there is none.
func (r *Repo[C, T]) Load(ctx context.Context, id string) (v T, ok bool, err error) {
	b, err := r.client.Get(ctx, r.key(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	return v, true, json.Unmarshal(b, &v)
}

// Must is v, or the end of the program.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
