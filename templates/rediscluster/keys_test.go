package rediscluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

func testMGetOrder(t *testing.T, c target) {
	ctx := soon(t)
	for k, v := range map[string]string{"a": "1", "b": "", "c": "3", "{a}:x": "4", "{}": "5", "": "6", "nil\x00byte": "7"} {
		if err := c.Set(ctx, k, v, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		keys []string
		want []any
	}{
		{[]string{"a"}, []any{"1"}},
		{[]string{"none"}, []any{nil}},
		{[]string{"c", "b", "a"}, []any{"3", "", "1"}},
		{[]string{"a", "{a}:x"}, []any{"1", "4"}},
		{[]string{"a", "c", "{a}:x", "a", "c", "a"}, []any{"1", "3", "4", "1", "3", "1"}},
		{[]string{"none", "a", "none", "nothing", "b", "{a}:none"}, []any{nil, "1", nil, nil, "", nil}},
		{[]string{"{}", "", "nil\x00byte", "a"}, []any{"5", "6", "7", "1"}},
	} {
		got, err := MGet(ctx, c.helper(), test.keys...).Result()
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("MGet %q: got %v, %v; want %v", test.keys, got, err, test.want)
		}
	}
	cmd := MGet(ctx, c.helper(), "a", "b")
	if got := fmt.Sprint(cmd.Args()); cmd.Name() != "mget" || got != "[mget a b]" {
		t.Errorf("the result is of the command %s %s", cmd.Name(), got)
	}
	var dest struct {
		A string `redis:"a"`
		C int    `redis:"c"`
	}
	if err := MGet(ctx, c.helper(), "a", "none", "c").Scan(&dest); err != nil || dest.A != "1" || dest.C != 3 {
		t.Errorf("Scan of MGet: %+v, %v", dest, err)
	}
}

// testMGetWrongType holds that a key of another type is nil, as the server answers.
func testMGetWrongType(t *testing.T, c target) {
	ctx := soon(t)
	c.LPush(ctx, "list", "x")
	c.Set(ctx, "text", "y", 0)
	got, err := MGet(ctx, c.helper(), "list", "text").Result()
	if err != nil || !reflect.DeepEqual(got, []any{nil, "y"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func testMGetMany(t *testing.T, c target) {
	keys := c.fill(t, "many:", 10000)
	at := rand.New(rand.NewPCG(1, 2)).Perm(len(keys))
	shuffled := make([]string, 0, len(keys)+2)
	for _, i := range at {
		shuffled = append(shuffled, keys[i])
	}
	shuffled = append(shuffled, "many:none", keys[0])
	got, err := MGet(soon(t), c.helper(), shuffled...).Result()
	if err != nil || len(got) != len(shuffled) {
		t.Fatalf("got %d of %d values, %v", len(got), len(shuffled), err)
	}
	for i, n := range at {
		if got[i] != fmt.Sprint(n) {
			t.Fatalf("value %d is %v, want %d", i, got[i], n)
		}
	}
	if got[len(keys)] != nil || got[len(keys)+1] != "0" {
		t.Errorf("the last two are %v", got[len(keys):])
	}
}

// testEmpty holds that a call without keys fails as the server's command does.
func testEmpty(t *testing.T, c target) {
	ctx := soon(t)
	for name, pair := range map[string][2]redis.Cmder{
		"mget":   {MGet(ctx, c.helper()), c.MGet(ctx)},
		"del":    {Del(ctx, c.helper()), c.Del(ctx)},
		"unlink": {Unlink(ctx, c.helper()), c.Unlink(ctx)},
		"exists": {Exists(ctx, c.helper()), c.Exists(ctx)},
		"touch":  {Touch(ctx, c.helper()), c.Touch(ctx)},
	} {
		got, want := pair[0].Err(), pair[1].Err()
		if want == nil || got == nil || got.Error() != want.Error() {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func testCounts(t *testing.T, c target) {
	ctx := soon(t)
	for _, test := range []struct {
		name string
		run  func(context.Context, redis.Cmdable, ...string) *redis.IntCmd
		keys []string
		want int64
		left int
	}{
		{"exists", Exists, []string{"n0", "n1", "n2", "none"}, 3, 6},
		{"exists twice", Exists, []string{"n0", "n0", "n1", "n0", "none", "none"}, 4, 6},
		{"exists tags", Exists, []string{"{n0}:a", "n0", "{n0}:b", "{n0}:c"}, 3, 6},
		{"exists none", Exists, []string{"x", "y", "z"}, 0, 6},
		{"touch", Touch, []string{"n0", "n1", "none", "n1"}, 3, 6},
		{"del", Del, []string{"n0", "n1", "none"}, 2, 4},
		{"del twice", Del, []string{"n0", "n0", "n1", "n1"}, 2, 4},
		{"del tags", Del, []string{"{n0}:a", "{n0}:b", "n0", "n3"}, 4, 2},
		{"del one", Del, []string{"n0"}, 1, 5},
		{"unlink", Unlink, []string{"n0", "n1", "n2", "n3", "{n0}:a", "{n0}:b"}, 6, 0},
		{"unlink twice", Unlink, []string{"n2", "n2", "none"}, 1, 5},
	} {
		c.fill(t, "n", 4)
		c.Set(ctx, "{n0}:a", 1, 0)
		c.Set(ctx, "{n0}:b", 1, 0)
		cmd := test.run(ctx, c.helper(), test.keys...)
		if cmd.Err() != nil || cmd.Val() != test.want || c.size(t) != test.left {
			t.Errorf("%s: got %d, %v, and %d keys are left; want %d, %d", test.name, cmd.Val(), cmd.Err(), c.size(t), test.want, test.left)
		}
	}
}

func testCountsMany(t *testing.T, c target) {
	ctx := soon(t)
	keys := c.fill(t, "many:", 3000)
	twice := append(append([]string{"none"}, keys...), keys...)
	for _, test := range []struct {
		name string
		cmd  *redis.IntCmd
		want int64
	}{
		{"exists", Exists(ctx, c.helper(), twice...), 6000},
		{"touch", Touch(ctx, c.helper(), keys...), 3000},
		{"unlink", Unlink(ctx, c.helper(), keys[:1000]...), 1000},
		{"del", Del(ctx, c.helper(), twice...), 2000},
	} {
		if test.cmd.Err() != nil || test.cmd.Val() != test.want {
			t.Errorf("%s: got %d, %v; want %d", test.name, test.cmd.Val(), test.cmd.Err(), test.want)
		}
	}
	if n := c.size(t); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

// testCancelled holds that a context that is over gives its error from every function.
func testCancelled(t *testing.T, c target) {
	keys := c.fill(t, "k", 50)
	ctx := cancelled()
	for name, err := range map[string]error{
		"mget":   MGet(ctx, c.helper(), keys...).Err(),
		"del":    Del(ctx, c.helper(), keys...).Err(),
		"unlink": Unlink(ctx, c.helper(), keys...).Err(),
		"exists": Exists(ctx, c.helper(), keys...).Err(),
		"touch":  Touch(ctx, c.helper(), keys...).Err(),
		"keys":   Keys(ctx, c.helper(), "*").Err(),
		"flush":  FlushDB(ctx, c.helper()).Err(),
		"all":    FlushAll(ctx, c.helper()).Err(),
		"config": ConfigSet(ctx, c.helper(), "maxmemory", "0").Err(),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	it := Scan(ctx, c.helper(), 0, "*", 10).Iterator()
	if it.Next(ctx) || !errors.Is(it.Err(), context.Canceled) {
		t.Errorf("scan: got %q, %v", it.Val(), it.Err())
	}
	if n := c.size(t); n != 50 {
		t.Errorf("%d keys are left", n)
	}
}

// testConcurrent is there for the race detector.
func testConcurrent(t *testing.T, c target) {
	ctx := soon(t)
	keys := c.fill(t, "k", 200)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := MGet(ctx, c.helper(), keys...).Result()
			if err != nil || len(got) != len(keys) {
				t.Errorf("MGet: %d values, %v", len(got), err)
			}
			if n, err := Exists(ctx, c.helper(), keys...).Result(); err != nil || n != int64(len(keys)) {
				t.Errorf("Exists: %d, %v", n, err)
			}
			if all, err := Keys(ctx, c.helper(), "*").Result(); err != nil || len(all) != len(keys) {
				t.Errorf("Keys: %d, %v", len(all), err)
			}
		})
	}
	wg.Wait()
}

func TestSlot(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const alphabet = "{}{}{}ab:\x00\xff"
	for range 20000 {
		b := make([]byte, r.IntN(12))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
			if r.IntN(4) == 0 {
				b[i] = byte(r.Uint32())
			}
		}
		if got, want := slot(string(b)), rediscmd.Slot(string(b)); int(got) != want {
			t.Fatalf("slot(%q) is %d, want %d", b, got, want)
		}
	}
}

func FuzzSlot(f *testing.F) {
	for _, s := range []string{"", "a", "{a}b", "{}a", "a{", "a}{b}", "{{a}}", "123456789"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if int(slot(s)) != rediscmd.Slot(s) {
			t.Errorf("slot(%q) is %d, want %d", s, slot(s), rediscmd.Slot(s))
		}
	})
}
