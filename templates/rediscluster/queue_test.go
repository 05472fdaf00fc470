package rediscluster

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// testMSet holds that every form of values is set as the method sets it.
func testMSet(t *testing.T, c target) {
	ctx := soon(t)
	type tagged struct {
		A     string `redis:"a"`
		B     int    `redis:"b"`
		C     string `redis:"c,omitempty"`
		Plain string
	}
	for _, test := range []struct {
		name   string
		values []any
		want   map[string]string
	}{
		{"one pair", []any{"a", 1}, map[string]string{"a": "1"}},
		{"pairs", []any{"a", 1, "b", "x", "c", 2.5, "d", true}, map[string]string{"a": "1", "b": "x", "c": "2.5", "d": "1"}},
		{"one slot", []any{"{t}a", 1, "{t}b", 2}, map[string]string{"{t}a": "1", "{t}b": "2"}},
		{"same key", []any{"a", 1, "b", 2, "a", 3}, map[string]string{"a": "3", "b": "2"}},
		{"map", []any{map[string]any{"a": 1, "b": "x", "c": nil}}, map[string]string{"a": "1", "b": "x", "c": ""}},
		{"map of strings", []any{map[string]string{"a": "1", "b": "x"}}, map[string]string{"a": "1", "b": "x"}},
		{"slice", []any{[]any{"a", 1, "b", []byte("x")}}, map[string]string{"a": "1", "b": "x"}},
		{"slice of strings", []any{[]string{"a", "1", "b", "2"}}, map[string]string{"a": "1", "b": "2"}},
		{"struct", []any{tagged{A: "x", B: 7, Plain: "no"}}, map[string]string{"a": "x", "b": "7"}},
		{"pointer", []any{&tagged{"x", 7, "y", "no"}}, map[string]string{"a": "x", "b": "7", "c": "y"}},
		{"bytes", []any{[]byte("a"), 1, []byte("b"), 2, "a", 3}, map[string]string{"a": "3", "b": "2"}},
		{"numbers as keys", []any{1, "x", 2, "y", "3", "z"}, map[string]string{"1": "x", "2": "y", "3": "z"}},
	} {
		for key := range c.all(t) {
			c.Del(ctx, key)
		}
		if got, err := MSet(ctx, c.helper(), test.values...).Result(); got != "OK" || err != nil {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
		if got := c.all(t); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
	if got := fmt.Sprint(MSet(ctx, c.helper(), "a", 1, "b", 2).Args()); got != "[mset a 1 b 2]" {
		t.Errorf("the result is of the command %s", got)
	}
}

// all is what is stored, by key.
func (c target) all(t *testing.T) map[string]string {
	t.Helper()
	keys, err := Keys(t.Context(), c.helper(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, key := range keys {
		all[key] = c.Get(t.Context(), key).Val()
	}
	return all
}

// testMSetErrors holds that values which the method refuses give its error.
func testMSetErrors(t *testing.T, c target) {
	ctx := soon(t)
	for _, values := range [][]any{
		{}, {"a"}, {"a", 1, "b"}, {[]string{"a", "1", "b"}}, {map[string]any{}}, {"a", make(chan int), "b", 1}, {"a", 1, "b", struct{}{}},
	} {
		got, want := MSet(ctx, c.helper(), values...), c.MSet(ctx, values...)
		if want.Err() == nil || got.Err() == nil || got.Err().Error() != want.Err().Error() || got.Val() != "" {
			t.Errorf("%v: got %q, %v; want %v", values, got.Val(), got.Err(), want.Err())
		}
	}
}

func testMSetMany(t *testing.T, c target) {
	ctx := soon(t)
	var values []any
	for i := range 10000 {
		values = append(values, fmt.Sprint("k", i), i)
	}
	if err := MSet(ctx, c.helper(), values...).Err(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for i := range 10000 {
		keys = append(keys, fmt.Sprint("k", i))
	}
	got, err := MGet(ctx, c.helper(), keys...).Result()
	if err != nil || len(got) != len(keys) || c.size(t) != len(keys) {
		t.Fatalf("%d values of %d keys, %v", len(got), c.size(t), err)
	}
	for i, v := range got {
		if v != fmt.Sprint(i) {
			t.Fatalf("k%d is %v", i, v)
		}
	}
}

// testQueue holds that what is queued is answered in the pipeline of the caller, which fails no more than with the
// methods: a missing key is no error of MGET.
func testQueue(t *testing.T, c target) {
	ctx := soon(t)
	c.fill(t, "k", 4)
	c.Set(ctx, "{k0}x", "x", 0)
	c.LPush(ctx, "list", 1)
	var values, single, wrong *QueuedSlice
	var exists, touched, deleted, unlinked *QueuedInt
	var before, after *redis.StringCmd
	cmds, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "new", "n", 0)
		before = p.Get(ctx, "k1")
		values = QueueMGet(ctx, p, "k2", "none", "{k0}x", "k0", "k2", "{k0}none", "k1")
		single = QueueMGet(ctx, p, "none")
		wrong = QueueMGet(ctx, p, "list", "k3")
		exists = QueueExists(ctx, p, "k0", "k0", "none", "{k0}x", "k3")
		touched = QueueTouch(ctx, p, "k0", "{k0}x", "k1", "none")
		deleted = QueueDel(ctx, p, "k0", "k0", "{k0}x", "k1", "none")
		unlinked = QueueUnlink(ctx, p, "k2", "list", "none")
		after = p.Get(ctx, "k3")
		return nil
	})
	if err != nil || len(cmds) < 10 {
		t.Errorf("the pipeline of %d commands failed: %v", len(cmds), err)
	}
	for _, test := range []struct {
		name      string
		got, want any
		err       error
	}{
		{"values", values.Val(), []any{"2", nil, "x", "0", "2", nil, "1"}, values.Err()},
		{"single", single.Val(), []any{nil}, single.Err()},
		{"wrong type", wrong.Val(), []any{nil, "3"}, wrong.Err()},
		{"exists", exists.Val(), int64(4), exists.Err()},
		{"touch", touched.Val(), int64(3), touched.Err()},
		{"del", deleted.Val(), int64(3), deleted.Err()},
		{"unlink", unlinked.Val(), int64(2), unlinked.Err()},
		{"before", before.Val(), "1", before.Err()},
		{"after", after.Val(), "3", after.Err()},
		{"left", c.size(t), 2, nil},
	} {
		if test.err != nil || !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %v, %v; want %v", test.name, test.got, test.err, test.want)
		}
	}
}

// queued are the answers to the five functions that queue.
type queued interface{ Err() error }

func queueAll(ctx context.Context, p redis.Pipeliner, keys ...string) map[string]queued {
	return map[string]queued{
		"mget": QueueMGet(ctx, p, keys...), "del": QueueDel(ctx, p, keys...), "unlink": QueueUnlink(ctx, p, keys...),
		"exists": QueueExists(ctx, p, keys...), "touch": QueueTouch(ctx, p, keys...),
	}
}

// testQueueErrors holds that a pipeline that failed leaves an error with everything that was queued.
func testQueueErrors(t *testing.T, c target) {
	for _, test := range []struct {
		name string
		ctx  context.Context
		keys []string
		want string
	}{
		{"empty", soon(t), nil, "wrong number of arguments"},
		{"cancelled", cancelled(), []string{"a", "b", "{a}c"}, context.Canceled.Error()},
		{"cancelled, one key", cancelled(), []string{"a"}, context.Canceled.Error()},
	} {
		p := c.Pipeline()
		all := queueAll(test.ctx, p, test.keys...)
		if _, err := p.Exec(test.ctx); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the pipeline gave %v", test.name, err)
		}
		for name, q := range all {
			if q.Err() == nil || !strings.Contains(q.Err().Error(), test.want) {
				t.Errorf("%s %s: got %v", test.name, name, q.Err())
			}
		}
	}
	if q := QueueMGet(soon(t), c.Pipeline(), "a", "b"); q.Err() == nil || q.Val() != nil {
		t.Errorf("never executed: %v, %v", q.Val(), q.Err())
	}
}

// testQueueTx holds that a transaction over one slot works, and that one over several fails with a cluster.
func testQueueTx(t *testing.T, c target) {
	ctx := soon(t)
	c.Set(ctx, "{t}a", 1, 0)
	c.Set(ctx, "{t}b", 2, 0)
	var values *QueuedSlice
	var exists, deleted *QueuedInt
	_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
		values = QueueMGet(ctx, p, "{t}b", "{t}none", "{t}a", "{t}b")
		exists = QueueExists(ctx, p, "{t}a", "{t}b", "{t}b", "{t}none")
		deleted = QueueDel(ctx, p, "{t}a", "{t}b", "{t}none")
		return nil
	})
	if err != nil || !reflect.DeepEqual(values.Val(), []any{"2", nil, "1", "2"}) || exists.Val() != 3 || deleted.Val() != 2 {
		t.Errorf("got %v, %d, %d, %v", values.Val(), exists.Val(), deleted.Val(), err)
	}
	if err := errors.Join(values.Err(), exists.Err(), deleted.Err()); err != nil || c.size(t) != 0 {
		t.Errorf("%d keys are left, %v", c.size(t), err)
	}
	c.fill(t, "k", 3)
	p := c.TxPipeline()
	all := queueAll(ctx, p, "k0", "k1", "k2")
	_, err = p.Exec(ctx)
	if cluster := len(c.addrs) > 1; (err != nil) != cluster {
		t.Errorf("a transaction over several slots: %v", err)
	}
	for name, q := range all {
		if (q.Err() != nil) != (err != nil) {
			t.Errorf("%s over several slots: the transaction gave %v, the answer %v", name, err, q.Err())
		}
	}
}

// testPipeliner holds that a pipeline is no client: it is refused, and what it has queued stays as it is.
func testPipeliner(t *testing.T, c target) {
	ctx := soon(t)
	c.fill(t, "k", 5)
	for kind, p := range map[string]redis.Pipeliner{"pipeline": c.Pipeline(), "transaction": c.TxPipeline()} {
		p.Set(ctx, "mine", kind, 0)
		for name, call := range calls(p, "k0", "k1", "k2") {
			if err := call(ctx); !errors.Is(err, errQueued) {
				t.Errorf("%s of a %s: %v", name, kind, err)
			}
			if p.Len() != 1 {
				t.Fatalf("%s: %d commands are queued in the %s", name, p.Len(), kind)
			}
		}
		if _, err := p.Exec(ctx); err != nil || c.Get(ctx, "mine").Val() != kind || c.size(t) != 6 {
			t.Errorf("the %s was executed: %v, %d keys", kind, err, c.size(t))
		}
	}
}
