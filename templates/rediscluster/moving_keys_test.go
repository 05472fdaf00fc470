package rediscluster

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

// TestKeysOfMovingSlot holds that keys of a slot on its way give the right answer, or an error.
func TestKeysOfMovingSlot(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, MaxRedirects: 1, MinRetryBackoff: time.Millisecond, MaxRetryBackoff: time.Millisecond})
	defer c.Close()
	m := newMover(t, addrs)
	from, to := m.addrs[0], m.addrs[1]
	var values []any
	for i := range m.keys {
		values = append(values, strconv.Itoa(i))
	}
	for _, state := range []struct {
		name   string
		moved  int
		finish bool
		sure   bool // the answer must be right
	}{{"none moved", 0, false, true}, {"half moved", 10, false, false}, {"all moved", 20, false, false}, {"finished", 20, true, true}} {
		for _, test := range []struct {
			name string
			keys []string
			run  func(context.Context, []string) (any, error)
			want any
		}{
			{"MGet", m.keys, func(ctx context.Context, keys []string) (any, error) {
				got, err := MGet(ctx, c, append(keys, "k7")...).Result()
				return got, err
			}, append(slices.Clone(values), "7")},
			{"MGet of one", m.keys[:1], func(ctx context.Context, keys []string) (any, error) {
				got, err := MGet(ctx, c, keys[0], "k7", "none").Result()
				return got, err
			}, []any{"0", "7", nil}},
			{"Exists", m.keys, func(ctx context.Context, keys []string) (any, error) {
				return Exists(ctx, c, append(keys, "k1", "k2")...).Result()
			}, int64(22)},
			{"Touch", m.keys, func(ctx context.Context, keys []string) (any, error) {
				return Touch(ctx, c, append(keys, "k1", "none")...).Result()
			}, int64(21)},
			{"Del", m.keys, func(ctx context.Context, keys []string) (any, error) {
				return Del(ctx, c, append(keys, "k1", "k2")...).Result()
			}, int64(22)},
			{"Del of one", m.keys[:1], func(ctx context.Context, keys []string) (any, error) {
				return Del(ctx, c, keys[0], "k1", "k2").Result()
			}, int64(3)},
			{"MSet", m.keys, func(ctx context.Context, keys []string) (any, error) {
				if err := MSet(ctx, c, keys[0], "x", keys[15], "y", "k1", "z").Err(); err != nil {
					return nil, err
				}
				return []string{c.Get(ctx, keys[0]).Val(), c.Get(ctx, keys[15]).Val(), c.Get(ctx, "k1").Val()}, nil
			}, []string{"x", "y", "z"}},
		} {
			m.stable(c, from)
			m.open(from, to)
			if state.moved > 0 {
				m.move(from, to, m.keys[:state.moved])
			}
			if state.finish {
				m.finish(from, to)
			}
			got, err := test.run(soon(t), slices.Clone(test.keys))
			if err == nil && !reflect.DeepEqual(got, test.want) {
				t.Errorf("%s, %s: got %v, want %v", state.name, test.name, got, test.want)
			}
			if err != nil && (state.sure || len(test.keys) == 1) {
				t.Errorf("%s, %s: %v", state.name, test.name, err)
			}
		}
	}
}

// afterPipeline does something after the first pipeline to a node.
type afterPipeline struct {
	once sync.Once
	do   func()
	ran  atomic.Bool
}

func (*afterPipeline) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (*afterPipeline) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }
func (a *afterPipeline) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		defer a.once.Do(func() {
			a.do()
			a.ran.Store(true)
		})
		return next(ctx, cmds)
	}
}

// TestCountOnce finishes the move of a slot between a TRYAGAIN and the next try of go-redis: what was deleted by then
// counts all the same.
func TestCountOnce(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	m := newMover(t, addrs)
	from, to := m.addrs[0], m.addrs[1]
	answers := 0
	for name, call := range map[string]func(context.Context, redis.Cmdable, ...string) *redis.IntCmd{
		"Del": Del, "Unlink": Unlink, "Exists": Exists, "Touch": Touch,
	} {
		c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
		defer c.Close()
		all := m.stable(c, from)
		m.open(from, to)
		m.move(from, to, m.keys[:10])
		hook := &afterPipeline{do: func() {
			if left := m.do(from, "CLUSTER", "COUNTKEYSINSLOT", m.slot()); left != "0" {
				m.move(from, to, m.keys[10:])
			}
			m.finish(from, to)
		}}
		err := c.ForEachMaster(t.Context(), func(_ context.Context, node *redis.Client) error {
			if node.Options().Addr == from {
				node.AddHook(hook)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n, err := call(soon(t), c, append(slices.Clone(m.keys), all...)...).Result()
		want := int64(len(all))
		if name == "Exists" || name == "Touch" {
			want += int64(len(m.keys))
		}
		if !hook.ran.Load() {
			t.Errorf("%s sent no pipeline to the node that has the slot", name)
		}
		if err == nil {
			answers++
			if n != want {
				t.Errorf("%s counted %d, want %d", name, n, want)
			}
		}
	}
	if answers == 0 {
		t.Error("none of them gave an answer")
	}
}
