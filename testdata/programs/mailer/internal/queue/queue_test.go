package queue

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
)

// fake is a store in memory.
type fake struct {
	Store
	lists map[string][]string
}

func (f *fake) RPush(ctx context.Context, key string, values ...interface{}) *redis.IntCmd {
	for _, v := range values {
		f.lists[key] = append(f.lists[key], v.(string))
	}
	cmd := redis.NewIntCmd(ctx)
	cmd.SetVal(int64(len(f.lists[key])))
	return cmd
}

func (f *fake) LMove(ctx context.Context, source, destination, srcpos, destpos string) *redis.StringCmd {
	cmd := redis.NewStringCmd(ctx)
	v := f.lists[source][0]
	f.lists[source], f.lists[destination] = f.lists[source][1:], append(f.lists[destination], v)
	cmd.SetVal(v)
	return cmd
}

func TestTake(t *testing.T) {
	ctx := context.Background()
	q := New(&fake{lists: map[string][]string{}})
	if err := q.Add(ctx, "news", "ann"); err != nil {
		t.Fatal(err)
	}
	to, err := q.Take(ctx, "news")
	if err != nil || to != "ann" {
		t.Fatal(to, err)
	}
}
