package rediscluster

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/redis/go-redis/v9"
)

// testScannerLoops holds that the loops that programs write over a cursor see every key.
func testScannerLoops(t *testing.T, c target) {
	ctx := soon(t)
	var s Scanner
	empty, err := pages(ctx, &s, c.helper(), "", 10)
	sameKeys(t, empty, nil, err)
	want := c.fill(t, "k:", 300)
	for _, loop := range []struct {
		name string
		run  func(count int64) ([]string, error)
	}{
		{"break at 0", func(count int64) ([]string, error) { return pages(ctx, &s, c.helper(), "", count) }},
		{"new for each scan", func(count int64) ([]string, error) { return pages(ctx, new(Scanner), c.helper(), "k:*", count) }},
		{"first", func(count int64) (all []string, err error) {
			var cursor uint64
			for first := true; first || cursor != 0; first = false {
				var keys []string
				if keys, cursor, err = s.Scan(ctx, c.helper(), cursor, "", count).Result(); err != nil {
					return all, err
				}
				all = append(all, keys...)
			}
			return all, nil
		}},
		{"Err and Val", func(count int64) (all []string, err error) {
			for cursor, more := uint64(0), true; more; more = cursor != 0 {
				cmd := s.Scan(ctx, c.helper(), cursor, "", count)
				if cmd.Err() != nil {
					return all, cmd.Err()
				}
				var keys []string
				keys, cursor = cmd.Val()
				all = append(all, keys...)
			}
			return all, nil
		}},
		{"type", func(count int64) (all []string, err error) {
			for cursor, more := uint64(0), true; more; more = cursor != 0 {
				var keys []string
				if keys, cursor, err = s.ScanType(ctx, c.helper(), cursor, "k:*", count, "string").Result(); err != nil {
					return all, err
				}
				all = append(all, keys...)
			}
			return all, nil
		}},
	} {
		for _, count := range []int64{0, 1, 7, 1000} {
			got, err := loop.run(count)
			if slices.Sort(got); err != nil || !slices.Equal(slices.Compact(got), slices.Sorted(slices.Values(want))) {
				t.Errorf("%s, count %d: %d keys of %d, %v", loop.name, count, len(got), len(want), err)
			}
		}
	}
}

func testScannerMany(t *testing.T, c target) {
	want := c.fill(t, "k:", 10000)
	got, err := pages(soon(t), new(Scanner), c.helper(), "k:*", 500)
	sameKeys(t, got, want, err)
}

// testScannerCursor holds that a Scanner starts again at 0, goes on after an error, and takes its last cursor only.
func testScannerCursor(t *testing.T, c target) {
	ctx := soon(t)
	want := c.fill(t, "k:", 200)
	var s Scanner
	if err := s.Scan(ctx, c.helper(), 17, "", 10).Err(); err == nil {
		t.Error("a new Scanner takes cursor 17")
	}
	var got []string
	var cursor uint64
	for page := 0; ; page++ {
		for _, over := range []context.Context{cancelled(), cancelled()} {
			if cmd := s.Scan(over, c.helper(), cursor, "", 10); !errors.Is(cmd.Err(), context.Canceled) {
				t.Fatalf("page %d with a context that is over: %v", page, cmd)
			}
		}
		if cmd := s.Scan(ctx, c.helper(), cursor+1, "", 10); cmd.Err() == nil {
			t.Fatalf("page %d: the cursor %d is not that of the Scanner", page, cursor+1)
		}
		keys, next, err := s.Scan(ctx, c.helper(), cursor, "", 10).Result()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, keys...)
		if cursor = next; cursor == 0 {
			break
		}
	}
	sameKeys(t, got, want, nil)
	for _, after := range []int{1, 5, 12} { // starts again in the middle of each server
		cursor = 0
		for range after {
			_, next, err := s.Scan(ctx, c.helper(), cursor, "", 10).Result()
			if err != nil || next == 0 {
				t.Fatalf("the scan ended too early: %v", err)
			}
			cursor = next
		}
		again, err := pages(ctx, &s, c.helper(), "", 10)
		sameKeys(t, again, want, err)
	}
}

// testScannerIterator holds that the iterator of a page goes on over all servers, as that of the method does.
func testScannerIterator(t *testing.T, c target) {
	ctx := soon(t)
	want := c.fill(t, "k:", 200)
	var s Scanner
	for _, cmd := range []*redis.ScanCmd{
		s.Scan(ctx, c.helper(), 0, "", 10),
		new(Scanner).ScanType(ctx, c.helper(), 0, "", 10, "string"),
	} {
		var got []string
		it := cmd.Iterator()
		for it.Next(ctx) {
			got = append(got, it.Val())
		}
		sameKeys(t, got, want, it.Err())
	}
	it := s.Scan(ctx, c.helper(), 0, "", 10).Iterator()
	over, n := cancelled(), 0
	for it.Next(over) { // the first page is there
		n++
	}
	if n >= len(want) || !errors.Is(it.Err(), context.Canceled) {
		t.Errorf("a context that is over: %d keys, %v", n, it.Err())
	}
}

func testScanType(t *testing.T, c target) {
	ctx := soon(t)
	texts := c.fill(t, "text:", 60)
	var lists []string
	for _, key := range c.fill(t, "list:", 60) {
		c.Del(ctx, key)
		c.LPush(ctx, key, 1)
		lists = append(lists, key)
	}
	for _, test := range []struct {
		match, kind string
		want        []string
	}{
		{"", "string", texts}, {"", "list", lists}, {"list:*", "list", lists}, {"list:*", "string", nil}, {"", "hash", nil},
	} {
		for _, count := range []int64{0, 1, 100} {
			got, err := walk(ctx, ScanType(ctx, c.helper(), 0, test.match, count, test.kind))
			sameKeys(t, got, test.want, err)
		}
	}
	if it := ScanType(ctx, c.helper(), 3, "", 0, "list").Iterator(); it.Next(ctx) || it.Err() == nil {
		t.Error("ScanType takes cursor 3")
	}
}

func testRandomKey(t *testing.T, c target) {
	ctx := soon(t)
	if got, err := RandomKey(ctx, c.helper()).Result(); err != redis.Nil || got != "" {
		t.Errorf("of nothing: %q, %v", got, err)
	}
	want := c.fill(t, "k", 20)
	seen := map[string]bool{}
	for i := 0; i < 5000 && len(seen) < len(want); i++ {
		got, err := RandomKey(ctx, c.helper()).Result()
		if err != nil || !slices.Contains(want, got) {
			t.Fatalf("%q, %v", got, err)
		}
		seen[got] = true
	}
	if len(seen) != len(want) {
		t.Errorf("only %d keys of %d come", len(seen), len(want))
	}
	for _, key := range want {
		c.Del(ctx, key)
	}
	alone := c.fill(t, "{a}", 2) // on one node
	for range 30 {
		if got, err := RandomKey(ctx, c.helper()).Result(); err != nil || !slices.Contains(alone, got) {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// testRandomKeyFair holds that a key that is alone on its node comes no more often than the others.
func testRandomKeyFair(t *testing.T, c target) {
	ctx := soon(t)
	c.fill(t, "{a}", 99)
	c.Set(ctx, "b", 1, 0) // on another node
	count := 0
	for range 400 {
		if RandomKey(ctx, c.helper()).Val() == "b" {
			count++
		}
	}
	if count > 40 { // 4 in the mean, 133 or more when each node counts alike
		t.Errorf("1 key of 100 came %d times in 400", count)
	}
}

// testScannerAgain holds that the cursor before the last one gives its page again, on every node, as a server does.
func testScannerAgain(t *testing.T, c target) {
	ctx := soon(t)
	want := c.fill(t, "k:", 300)
	for range 4 { // each look ends a step of the rehashing that the growing table has left: until it ends, a server's pages change
		for _, key := range want {
			if n, err := c.Exists(ctx, key).Result(); err != nil || n != 1 {
				t.Fatalf("%s: %d, %v", key, n, err)
			}
		}
	}
	var s Scanner
	var got []string
	for cursor, pages := uint64(0), 0; ; pages++ {
		first, _, err := s.Scan(ctx, c.helper(), cursor, "", 7).Result()
		if err != nil {
			t.Fatal(err)
		}
		again, next, err := s.Scan(ctx, c.helper(), cursor, "", 7).Result()
		if err != nil || !slices.Equal(first, again) {
			t.Fatalf("page %d: %q, and then %q, %v", pages, first, again, err)
		}
		if next == cursor {
			t.Fatalf("page %d has the cursor of the page before", pages)
		}
		got = append(got, again...)
		if cursor = next; cursor == 0 {
			break
		}
	}
	slices.Sort(got)
	sameKeys(t, slices.Compact(got), want, nil)
}
