package rename_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/internal/rename"
	"github.com/clusterize/clusterize/keyplan"
)

// users has user:<id>, which keeps its name, and two families that go to it.
func users(t *testing.T) *keymap.Map {
	t.Helper()
	id := keymap.Piece{Hole: &keymap.Hole{Name: "id", Kind: key.Text}}
	entry := func(tail string, end int) keymap.Entry {
		pieces := []keymap.Piece{{Text: "user:"}, id}
		if tail != "" {
			pieces = append(pieces, keymap.Piece{Text: tail})
		}
		return keymap.NewEntry(pieces, keyplan.Span{End: end})
	}
	m, err := keymap.New([]keymap.Entry{entry("", 0), entry(":sessions", 6), entry(":cart", 6)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t *testing.T, addr string) *rename.Server {
	t.Helper()
	s, err := rename.Open(addr, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func run(t *testing.T, addr string, opt rename.Options) *rename.Result {
	t.Helper()
	res, err := rename.Run(t.Context(), open(t, addr), users(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// stored writes down all keys with their values and the times at which they expire.
func stored(t *testing.T, addr string) map[string]string {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer rdb.Close()
	out := map[string]string{}
	for _, k := range rdb.Keys(t.Context(), "*").Val() {
		out[k] = fmt.Sprintf("%x at %d", rdb.Dump(t.Context(), k).Val(), rdb.PExpireTime(t.Context(), k).Val())
	}
	return out
}

func fill(t *testing.T, addr string, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if _, err := redistest.Do(addr, "SET", k, "value of "+k); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRename looks, renames, does nothing the second time, and undoes: with every type, and times to live.
func TestRename(t *testing.T) {
	addr := redistest.Server(t)
	for _, c := range [][]string{
		{"SET", "user:1", "ann"}, {"SET", "user:1:cart", "c", "EX", "10000"}, {"HSET", "user:1:sessions", "a", "1"}, {"RPUSH", "user:2:cart", "x", "y"},
		{"SADD", "user:2:sessions", "x"}, {"ZADD", "user:3:cart", "1", "x"}, {"XADD", "user:3:sessions", "1-1", "f", "v"}, {"SET", "other:1", "x"}, {"SET", "plain", "x"},
		{"PEXPIRE", "user:3:cart", "9999999"}, {"SET", "user:a:b:cart", "which"}, {"SET", "user::cart", "nobody"}, {"SET", "user:a\nb:cart", "lines"},
	} {
		if _, err := redistest.Do(addr, c...); err != nil {
			t.Fatal(err)
		}
	}
	before := stored(t, addr)

	dry := run(t, addr, rename.Options{})
	if dry.Renamed != 8 || dry.Passes != 1 || dry.Ambiguous != 1 || dry.Unknown != 2 || dry.Kept != 1 || dry.Keys != 12 {
		t.Errorf("dry run: %+v", dry)
	}
	if got := stored(t, addr); !maps.Equal(got, before) {
		t.Fatal("a dry run has changed something")
	}

	res := run(t, addr, rename.Options{Write: true, Batch: 3})
	if res.Renamed != 8 || res.Done != 8 || res.Left() != 1 || res.Passes != 2 {
		t.Errorf("write: %+v", res)
	}
	want := map[string]string{}
	for k, v := range before {
		want[users(t).Old(k).Name] = v
	}
	if got := stored(t, addr); !maps.Equal(got, want) || len(want) != len(before) {
		t.Errorf("got %v\nwant %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}

	if again := run(t, addr, rename.Options{Write: true}); again.Renamed != 0 || again.Passes != 1 || again.Done != 8 {
		t.Errorf("second run: %+v", again)
	}
	if undo := run(t, addr, rename.Options{Undo: true}); undo.Renamed != 8 {
		t.Errorf("dry undo: %+v", undo)
	}
	if undo := run(t, addr, rename.Options{Write: true, Undo: true}); undo.Renamed != 8 || undo.Done != 8 || undo.Left() != 0 {
		t.Errorf("undo: %+v", undo)
	}
	if got := stored(t, addr); !maps.Equal(got, before) {
		t.Errorf("undone: got %v\nwant %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(before)))
	}
}

// TestCollision holds that a key is never overwritten, and that both are named.
func TestCollision(t *testing.T) {
	addr := redistest.Server(t)
	fill(t, addr, "user:1:cart", "{user:1}:cart", "user:2:cart")
	before := stored(t, addr)
	for _, write := range []bool{false, true, true} {
		res := run(t, addr, rename.Options{Write: write})
		if res.Collisions != 1 || res.CollisionList[0] != (rename.Pair{From: "user:1:cart", To: "{user:1}:cart"}) {
			t.Errorf("write %t: %+v", write, res)
		}
		var text strings.Builder
		if err := res.Text(&text); err != nil || !strings.Contains(text.String(), "neither was touched: 1 key\n      user:1:cart -> {user:1}:cart\n") {
			t.Errorf("the text does not name them: %v\n%s", err, text.String())
		}
	}
	after := stored(t, addr)
	for _, k := range []string{"user:1:cart", "{user:1}:cart"} {
		if after[k] != before[k] {
			t.Errorf("%s has changed", k)
		}
	}
	if after["{user:2}:cart"] != before["user:2:cart"] || len(after) != 3 {
		t.Errorf("the others were not renamed: %v", slices.Sorted(maps.Keys(after)))
	}
	if undo := run(t, addr, rename.Options{Write: true, Undo: true}); undo.Collisions != 1 || undo.Renamed != 1 {
		t.Errorf("undo: %+v", undo)
	}
	if got := stored(t, addr); !maps.Equal(got, before) {
		t.Errorf("undone: %v", slices.Sorted(maps.Keys(got)))
	}
}

// TestWrittenMeanwhile renames while a program goes on writing old names: passes end, and nothing is lost.
func TestWrittenMeanwhile(t *testing.T) {
	addr := redistest.Server(t)
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer rdb.Close()
	n := 0
	write := func() {
		for range 20 {
			n++
			if err := rdb.Set(t.Context(), fmt.Sprintf("user:%d:cart", n), n, 0).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	write()
	res, err := rename.Run(t.Context(), open(t, addr), users(t), rename.Options{Write: true, Progress: func(int, int64, int64) { write() }})
	if !errors.Is(err, rename.ErrWriting) || !res.Writing || res.Passes < 2 {
		t.Errorf("%v: %+v", err, res)
	}
	if res = run(t, addr, rename.Options{Write: true}); res.Writing || res.Done != int64(n) {
		t.Errorf("after the writer: %+v", res)
	}
	for i := 1; i <= n; i++ {
		if got := rdb.Get(t.Context(), fmt.Sprintf("{user:%d}:cart", i)).Val(); got != fmt.Sprint(i) {
			t.Fatalf("key %d is %q", i, got)
		}
	}
}

// TestGone has a key that is deleted between SCAN and rename.
func TestGone(t *testing.T) {
	addr := redistest.Server(t)
	for i := range 3000 {
		fill(t, addr, fmt.Sprintf("user:%d:cart", i))
	}
	deleted := false
	res := run(t, addr, rename.Options{Write: true, Batch: 100000, Progress: func(int, int64, int64) {
		if !deleted { // the batch is full at the end only: all that was seen by now is waiting
			redistest.Flush(t, addr)
			deleted = true
		}
	}})
	if res.Gone < 900 || res.Renamed != 0 || res.Left() != 0 {
		t.Errorf("%+v", res)
	}
}

// TestInterrupted ends the context: the batch is finished, the result says so, and the next run goes on.
func TestInterrupted(t *testing.T) {
	addr := redistest.Server(t)
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer rdb.Close()
	pipe := rdb.Pipeline()
	for i := range 5000 {
		pipe.Set(t.Context(), fmt.Sprintf("user:%d:cart", i), i, 0)
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	res, err := rename.Run(ctx, open(t, addr), users(t), rename.Options{Write: true, Progress: func(int, int64, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) || !res.Interrupted || res.Renamed == 0 || res.Renamed >= 5000 {
		t.Fatalf("%v: %+v", err, res)
	}
	rest := run(t, addr, rename.Options{Write: true, Pause: time.Microsecond})
	if rest.Renamed+res.Renamed != 5000 || rest.Done != 5000 {
		t.Errorf("%d, then %+v", res.Renamed, rest)
	}
}
