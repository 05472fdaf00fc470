package main

import (
	"context"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
)

type option func(*redis.Options)

func withTimeout(d time.Duration) option {
	return func(o *redis.Options) { o.ReadTimeout, o.WriteTimeout = d, d }
}

func named(name string) option { return func(o *redis.Options) { o.ClientName = name } }

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// mainAddr is where the accounts are, queueAddr where other services wait for messages.
func mainAddr() string  { return env("REDIS_ADDR", "localhost:6379") }
func queueAddr() string { return env("REDIS_STANDALONE", mainAddr()) }

func base(addr string) *redis.Options {
	o := new(redis.Options)
	o.Addr = addr
	o.DialTimeout = 5 * time.Second
	return o
}

func tuned(addr string, opts ...option) *redis.Options {
	o := base(addr)
	for _, f := range opts {
		f(o)
	}
	o.PoolSize = 4
	return o
}

func account(name string) *redis.Options {
	o := *tuned(mainAddr(), withTimeout(3*time.Second))
	o.ClientName = name
	return &o
}

// ready is asked of every client before the program starts.
func ready(ctx context.Context, clients map[string]*redis.Client) error {
	for _, c := range clients {
		if err := answers(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func answers(ctx context.Context, c *redis.Client) error { return c.Ping(ctx).Err() }
