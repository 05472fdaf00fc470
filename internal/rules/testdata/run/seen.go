package main

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// stored lists the keys of all servers, without braces: keys before and after a port are told alike.
func stored(ctx context.Context, nodes []*redis.Client) string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.Keys(ctx, "*").Val()...)
	}
	for i, k := range all {
		all[i] = strings.NewReplacer("{", "", "}", "").Replace(k)
	}
	slices.Sort(all)
	return "stored: " + strings.Join(all, " ")
}

// calls counts how often the servers ran a command since forget.
func calls(ctx context.Context, nodes []*redis.Client, command string) int {
	number := regexp.MustCompile(`cmdstat_` + regexp.QuoteMeta(command) + `:calls=(\d+)`)
	sum := 0
	for _, n := range nodes {
		if m := number.FindStringSubmatch(n.Info(ctx, "commandstats").Val()); m != nil {
			calls, _ := strconv.Atoi(m[1])
			sum += calls
		}
	}
	return sum
}

// forget sets the counts of calls to zero.
func forget(ctx context.Context, nodes []*redis.Client) {
	for _, n := range nodes {
		n.ConfigResetStat(ctx)
	}
}

// spread stores thirty keys of a prefix: on a cluster, ten on each primary.
func spread(ctx context.Context, nodes []*redis.Client, prefix string) {
	have := make([]int, len(nodes))
	for i := 0; slices.Min(have) < 30/len(nodes); i++ {
		key := fmt.Sprintf("%s%d", prefix, i)
		for k, n := range nodes {
			if have[k] < 30/len(nodes) && n.Set(ctx, key, 1, 0).Err() == nil {
				have[k]++
				break
			}
		}
	}
}

// each runs a command on every server, and tells the first error.
func each(ctx context.Context, nodes []*redis.Client, words ...any) {
	for _, n := range nodes {
		if err := n.Do(ctx, words...).Err(); err != nil {
			fmt.Println("error:", err)
			return
		}
	}
}

// dials is a hook that counts.
type dials struct{ dialed, sent int }

func (d *dials) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		d.dialed++
		return next(ctx, network, addr)
	}
}

func (d *dials) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		d.sent++
		return next(ctx, cmd)
	}
}

func (*dials) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
