package rediscluster

import (
	"context"
	"slices"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

func testKeys(t *testing.T, c target) {
	ctx := soon(t)
	for _, pattern := range []string{"*", "none*"} {
		if got, err := Keys(ctx, c.helper(), pattern).Result(); err != nil || got == nil || len(got) != 0 {
			t.Errorf("Keys %s of nothing: %v, %v", pattern, got, err)
		}
	}
	want := c.fill(t, "k:", 500)
	c.fill(t, "other:", 100)
	got, err := Keys(ctx, c.helper(), "k:*").Result()
	sameKeys(t, got, want, err)
	got, err = Keys(ctx, c.helper(), "k:4[78]?").Result()
	if err != nil || len(got) != 20 {
		t.Errorf("Keys with a class: %d keys, %v", len(got), err)
	}
}

func sameKeys(t *testing.T, got, want []string, err error) {
	t.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if err != nil || !slices.Equal(g, w) {
		t.Errorf("got %d keys, %v; want %d, each once", len(got), err, len(want))
	}
}

func walk(ctx context.Context, s *KeyScan) ([]string, error) {
	var got []string
	it := s.Iterator()
	for it.Next(ctx) {
		got = append(got, it.Val())
	}
	return got, it.Err()
}

func testScan(t *testing.T, c target) {
	ctx := soon(t)
	if got, err := walk(ctx, Scan(ctx, c.helper(), 0, "", 0)); err != nil || len(got) != 0 {
		t.Errorf("a scan of nothing: %v, %v", got, err)
	}
	want := c.fill(t, "k:", 2000)
	for _, count := range []int64{0, 1, 10, 333, 100000} {
		got, err := walk(ctx, Scan(ctx, c.helper(), 0, "", count))
		sameKeys(t, got, want, err)
	}
	want = append(want[:0:0], c.fill(t, "other:", 30)...)
	for _, count := range []int64{0, 1, 1000} { // most pages are empty
		got, err := walk(ctx, Scan(ctx, c.helper(), 0, "other:*", count))
		sameKeys(t, got, want, err)
	}
	got, err := walk(ctx, Scan(ctx, c.helper(), 0, "none:*", 10))
	sameKeys(t, got, nil, err)
}

// testScanValues holds what callers rely on around Next: no key before it, the last answer again after the end.
func testScanValues(t *testing.T, c target) {
	ctx := soon(t)
	c.Set(ctx, "only", 1, 0)
	it := Scan(ctx, c.helper(), 0, "", 0).Iterator()
	if it.Val() != "" || it.Err() != nil {
		t.Errorf("before Next: %q, %v", it.Val(), it.Err())
	}
	if !it.Next(ctx) || it.Val() != "only" {
		t.Errorf("the only key: %q, %v", it.Val(), it.Err())
	}
	for range 3 {
		if it.Next(ctx) || it.Err() != nil {
			t.Errorf("after the end: %q, %v", it.Val(), it.Err())
		}
	}
}

func testScanCursor(t *testing.T, c target) {
	ctx := soon(t)
	c.fill(t, "k", 10)
	it := Scan(ctx, c.helper(), 7, "", 0).Iterator()
	if it.Next(ctx) || it.Err() == nil {
		t.Errorf("a scan from cursor 7 gave %q, %v", it.Val(), it.Err())
	}
}

func testFlush(t *testing.T, c target) {
	ctx := soon(t)
	for name, flush := range map[string]func(context.Context, redis.Cmdable) *redis.StatusCmd{
		"db": FlushDB, "all": FlushAll, "db async": FlushDBAsync, "all async": FlushAllAsync,
	} {
		c.fill(t, "k", 100)
		if got, err := flush(ctx, c.helper()).Result(); err != nil || got != "OK" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if n := c.size(t); n != 0 {
			t.Errorf("%s: %d keys are left", name, n)
		}
	}
}

func testConfigSet(t *testing.T, c target) {
	ctx := soon(t)
	for _, value := range []string{"17", "128"} {
		if got, err := ConfigSet(ctx, c.helper(), "slowlog-max-len", value).Result(); err != nil || got != "OK" {
			t.Errorf("got %q, %v", got, err)
		}
		for _, addr := range c.addrs {
			if got := setting(t, addr, "slowlog-max-len"); got != value {
				t.Errorf("%s has %q, want %s", addr, got, value)
			}
		}
	}
	if err := ConfigSet(ctx, c.helper(), "no-such-setting", "1").Err(); err == nil {
		t.Error("a setting that does not exist was set")
	}
}

func setting(t *testing.T, addr, name string) string {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: addr})
	defer c.Close()
	got, err := c.ConfigGet(t.Context(), name).Result()
	if err != nil {
		t.Fatal(err)
	}
	return got[name]
}

// testHidden holds that a cluster client behind an interface in a struct is still one: the struct has no method
// ForEachMaster, and an answer of one node only would look like that of all.
func testHidden(t *testing.T, addrs []string) {
	redistest.Flush(t, addrs...)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
	defer c.Close()
	want := target{c, addrs}.fill(t, "k", 90)
	for name, hidden := range map[string]redis.Cmdable{
		"universal": struct{ redis.UniversalClient }{c},
		"cmdable":   struct{ redis.Cmdable }{c},
		"twice":     &struct{ *embedding }{&embedding{c, "inner"}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := soon(t)
			if got, err := Keys(ctx, hidden, "*").Result(); err == nil && len(got) != len(want) {
				t.Errorf("Keys gave %d of %d keys, and no error", len(got), len(want))
			}
			if got, err := walk(ctx, Scan(ctx, hidden, 0, "", 0)); err == nil && len(got) != len(want) {
				t.Errorf("Scan gave %d of %d keys, and no error", len(got), len(want))
			}
			if got, err := MGet(ctx, hidden, want...).Result(); err != nil || len(got) != len(want) {
				t.Errorf("MGet gave %d of %d values, %v", len(got), len(want), err)
			}
		})
	}
}
