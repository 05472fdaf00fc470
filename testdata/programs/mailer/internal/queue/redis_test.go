//go:build integration

package queue

import (
	"context"
	"os"
	"testing"

	"github.com/redis/go-redis/v9"
)

// connect is used by the tests that need a server.
func connect(t *testing.T) *redis.Client {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

func TestServer(t *testing.T) {
	var rdb *redis.Client = connect(t)
	q := New(rdb)
	if err := q.Add(context.Background(), "news", "ann"); err != nil {
		t.Fatal(err)
	}
}
