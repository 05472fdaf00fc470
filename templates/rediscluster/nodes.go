package rediscluster

import (
	"context"
	"math/rand"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Keys lists the keys that match a pattern on all primaries, in no order.
func Keys(ctx context.Context, c redis.Cmdable, pattern string) *redis.StringSliceCmd {
	return listAll(ctx, c, true, []interface{}{"keys", pattern}, func(ctx context.Context, c redis.Cmdable) *redis.StringSliceCmd {
		return c.Keys(ctx, pattern)
	})
}

// PubSubChannels lists the channels of all primaries with a subscriber, each once.
func PubSubChannels(ctx context.Context, c redis.Cmdable, pattern string) *redis.StringSliceCmd {
	return listAll(ctx, c, false, []interface{}{"pubsub", "channels", pattern}, func(ctx context.Context, c redis.Cmdable) *redis.StringSliceCmd {
		return c.PubSubChannels(ctx, pattern)
	})
}

// listAll joins what the primaries list, each once. It fails when slots move meanwhile and that matters.
func listAll(ctx context.Context, c redis.Cmdable, ofSlots bool, words []interface{},
	ask func(context.Context, redis.Cmdable) *redis.StringSliceCmd) *redis.StringSliceCmd {
	nodes, err := nodesOf(ctx, c)
	if err == nil && nodes == nil {
		return ask(ctx, c)
	}
	out := redis.NewStringSliceCmd(ctx, words...)
	var mu sync.Mutex
	seen := map[string]bool{} // a key that moves is on two nodes for a moment
	vals := []string{}
	askAll := func() error {
		return onEach(ctx, nodes, func(ctx context.Context, node *redis.Client) error {
			got, err := ask(ctx, node).Result()
			mu.Lock()
			defer mu.Unlock()
			for _, v := range got {
				if !seen[v] {
					seen[v] = true
					vals = append(vals, v)
				}
			}
			return err
		})
	}
	switch {
	case err != nil:
	case ofSlots:
		err = steady(ctx, c, askAll)
	default:
		err = askAll()
	}
	if err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(vals)
	return out
}

// PubSubNumPat counts the patterns that are subscribed to, on all primaries.
func PubSubNumPat(ctx context.Context, c redis.Cmdable) *redis.IntCmd {
	nodes, err := nodesOf(ctx, c)
	if err == nil && nodes == nil {
		return c.PubSubNumPat(ctx)
	}
	out := redis.NewIntCmd(ctx, "pubsub", "numpat")
	var mu sync.Mutex
	var sum int64
	if err == nil {
		err = onEach(ctx, nodes, func(ctx context.Context, node *redis.Client) error {
			n, err := node.PubSubNumPat(ctx).Result()
			mu.Lock()
			defer mu.Unlock()
			sum += n
			return err
		})
	}
	if err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(sum)
	return out
}

// RandomKey returns a key of any primary, each key as likely as the others; redis.Nil when there is none.
func RandomKey(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
	nodes, err := nodesOf(ctx, c)
	if err == nil && nodes == nil {
		return c.RandomKey(ctx)
	}
	out := redis.NewStringCmd(ctx, "randomkey")
	var mu sync.Mutex
	found, total := "", int64(0)
	if err == nil {
		err = onEach(ctx, nodes, func(ctx context.Context, node *redis.Client) error {
			n, err := node.DBSize(ctx).Result()
			if err != nil {
				return err
			}
			key, err := node.RandomKey(ctx).Result()
			if err == redis.Nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if n < 1 {
				n = 1 // set since it was counted
			}
			if total += n; rand.Int63n(total) < n {
				found = key
			}
			return err
		})
	}
	switch {
	case err != nil:
		out.SetErr(err)
	case total == 0:
		out.SetErr(redis.Nil)
	default:
		out.SetVal(found)
	}
	return out
}

// FlushDB deletes all keys of all primaries. When it fails, some of them may be empty already.
func FlushDB(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return flushAll(ctx, c, []interface{}{"flushdb"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd { return c.FlushDB(ctx) })
}

// FlushDBAsync deletes all keys of all primaries in the background. When it fails, some of them may be empty already.
func FlushDBAsync(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return flushAll(ctx, c, []interface{}{"flushdb", "async"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd { return c.FlushDBAsync(ctx) })
}

// FlushAll deletes all keys of all primaries. When it fails, some of them may be empty already.
func FlushAll(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return flushAll(ctx, c, []interface{}{"flushall"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd { return c.FlushAll(ctx) })
}

// FlushAllAsync deletes all keys of all primaries in the background. When it fails, some of them may be empty already.
func FlushAllAsync(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return flushAll(ctx, c, []interface{}{"flushall", "async"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd { return c.FlushAllAsync(ctx) })
}

// flushAll is tellAll, and fails when slots move meanwhile: keys that were on their way are not deleted.
func flushAll(ctx context.Context, c redis.Cmdable, words []interface{}, do func(context.Context, redis.Cmdable) *redis.StatusCmd) *redis.StatusCmd {
	var out *redis.StatusCmd
	err := steady(ctx, c, func() error {
		out = tellAll(ctx, c, words, do)
		return out.Err()
	})
	if err != nil && (out == nil || out.Err() == nil) {
		out = redis.NewStatusCmd(ctx, words...)
		out.SetErr(err)
	}
	return out
}

// ConfigSet changes a setting on all primaries. When it fails, some of them may have it already.
func ConfigSet(ctx context.Context, c redis.Cmdable, parameter, value string) *redis.StatusCmd {
	return tellAll(ctx, c, []interface{}{"config", "set", parameter, value}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
		return c.ConfigSet(ctx, parameter, value)
	})
}

// ConfigResetStat resets the statistics of all primaries.
func ConfigResetStat(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return tellAll(ctx, c, []interface{}{"config", "resetstat"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
		return c.ConfigResetStat(ctx)
	})
}

// ConfigRewrite writes the settings of all primaries to their files.
func ConfigRewrite(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	return tellAll(ctx, c, []interface{}{"config", "rewrite"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
		return c.ConfigRewrite(ctx)
	})
}

// ScriptKill ends the script that runs on any of the primaries. It fails as on one server when none runs.
func ScriptKill(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
	var mu sync.Mutex
	killed := false
	out := tellAll(ctx, c, []interface{}{"script", "kill"}, func(ctx context.Context, c redis.Cmdable) *redis.StatusCmd {
		cmd := c.ScriptKill(ctx)
		mu.Lock()
		defer mu.Unlock()
		killed = killed || cmd.Err() == nil
		return cmd
	})
	if err := out.Err(); err != nil && killed && strings.HasPrefix(err.Error(), "NOTBUSY ") && !strings.Contains(err.Error(), "\n") {
		out.SetErr(nil)
		out.SetVal("OK")
	}
	return out
}

// tellAll runs a command on all primaries.
func tellAll(ctx context.Context, c redis.Cmdable, words []interface{}, do func(context.Context, redis.Cmdable) *redis.StatusCmd) *redis.StatusCmd {
	nodes, err := nodesOf(ctx, c)
	if err == nil && nodes == nil {
		return do(ctx, c)
	}
	out := redis.NewStatusCmd(ctx, words...)
	if err == nil {
		err = onEach(ctx, nodes, func(ctx context.Context, node *redis.Client) error { return do(ctx, node).Err() })
	}
	if err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal("OK")
	return out
}

// FunctionLoad loads a library of functions on all primaries. When it fails, some of them may have it already.
func FunctionLoad(ctx context.Context, c redis.Cmdable, code string) *redis.StringCmd {
	return sameOfAll(ctx, c, []interface{}{"function", "load", code}, func(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
		return c.FunctionLoad(ctx, code)
	})
}

// FunctionLoadReplace loads a library of functions on all primaries, in place of one of that name. When it fails, some
// of them may have it already.
func FunctionLoadReplace(ctx context.Context, c redis.Cmdable, code string) *redis.StringCmd {
	return sameOfAll(ctx, c, []interface{}{"function", "load", "replace", code}, func(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
		return c.FunctionLoadReplace(ctx, code)
	})
}

// FunctionDelete deletes a library of functions on all primaries. When it fails, some of them may have it still.
func FunctionDelete(ctx context.Context, c redis.Cmdable, library string) *redis.StringCmd {
	return sameOfAll(ctx, c, []interface{}{"function", "delete", library}, func(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
		return c.FunctionDelete(ctx, library)
	})
}

// FunctionFlush deletes all libraries of functions on all primaries. When it fails, some of them may have theirs still.
func FunctionFlush(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
	return sameOfAll(ctx, c, []interface{}{"function", "flush"}, func(ctx context.Context, c redis.Cmdable) *redis.StringCmd {
		return c.FunctionFlush(ctx)
	})
}

// sameOfAll runs a command on all primaries that answers the same on each.
func sameOfAll(ctx context.Context, c redis.Cmdable, words []interface{}, do func(context.Context, redis.Cmdable) *redis.StringCmd) *redis.StringCmd {
	nodes, err := nodesOf(ctx, c)
	if err == nil && nodes == nil {
		return do(ctx, c)
	}
	out := redis.NewStringCmd(ctx, words...)
	var mu sync.Mutex
	said := ""
	if err == nil {
		err = onEach(ctx, nodes, func(ctx context.Context, node *redis.Client) error {
			got, err := do(ctx, node).Result()
			mu.Lock()
			defer mu.Unlock()
			said = got
			return err
		})
	}
	if err != nil {
		out.SetErr(err)
		return out
	}
	out.SetVal(said)
	return out
}
