// Package rediscluster stands in for Redis commands that a cluster answers
// differently: commands over keys of several hash slots, which it refuses, and
// commands that see one node only, which it answers without an error.
//
// Every function takes any client, of a standalone server or of a cluster, and
// returns the result type of go-redis, so that a call site changes by one word.
// What is lost is atomicity: a call over several slots is several commands.
package rediscluster

import (
	"context"
	"errors"
	"sort"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// perNode is a client of a cluster: *redis.ClusterClient, or what embeds it.
type perNode interface {
	ForEachMaster(ctx context.Context, fn func(context.Context, *redis.Client) error) error
}

// nodesOf is the client as one of a cluster, nil for one of a standalone server. A wrapper that hides a cluster client
// is an error: it could be asked on one node only.
func nodesOf(ctx context.Context, c redis.Cmdable) (perNode, error) {
	if _, ok := c.(redis.Pipeliner); ok {
		return nil, errQueued
	}
	if nodes, ok := c.(perNode); ok {
		return nodes, nil
	}
	if _, ok := c.(*redis.Client); ok {
		return nil, nil
	}
	info, err := c.Info(ctx, "cluster").Result()
	if err == nil && strings.Contains(info, "cluster_enabled:1") {
		err = errors.New("rediscluster: the client hides ForEachMaster, so the nodes of the cluster can't be asked one by one")
	}
	return nil, err
}

// errQueued is the answer to a pipeline: its commands have no results yet.
var errQueued = errors.New("rediscluster: a pipeline can't be asked, give the client")

// primaries lists a client for each primary, in order of their addresses; the client itself when there is one server.
func primaries(ctx context.Context, c redis.Cmdable) ([]redis.Cmdable, error) {
	nodes, err := nodesOf(ctx, c)
	if err != nil {
		return nil, err
	}
	if nodes == nil {
		return []redis.Cmdable{c}, nil
	}
	var mu sync.Mutex
	var found []*redis.Client
	err = nodes.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		found = append(found, node)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(found, func(i, k int) bool { return found[i].Options().Addr < found[k].Options().Addr })
	out := make([]redis.Cmdable, len(found))
	for i, n := range found {
		out[i] = n
	}
	return out, nil
}

// errMoved is the answer when slots were on their way between primaries.
var errMoved = errors.New("rediscluster: slots moved between the primaries meanwhile, so that keys may have been left out; try again")

// layout is which slots each primary has, and which are on their way from or to it. Where it is the same before and after
// every primary was asked, and nothing is on its way, no key was left out.
func layout(ctx context.Context, nodes []redis.Cmdable) (string, error) {
	var all []string
	for _, n := range nodes {
		text, err := n.ClusterNodes(ctx).Result()
		if err != nil {
			return "", err
		}
		for _, line := range strings.Split(text, "\n") {
			f := strings.Fields(line)
			if len(f) < 8 || !strings.Contains(f[2], "myself") {
				continue
			}
			slots := strings.Join(f[8:], " ")
			if strings.Contains(slots, "[") {
				return "", errMoved
			}
			all = append(all, f[0]+" "+f[6]+" "+slots) // f[6] is higher for a slot that came back
		}
	}
	sort.Strings(all)
	return strings.Join(all, "\n"), nil
}

// steady runs fn, and fails when slots of a cluster moved meanwhile.
func steady(ctx context.Context, c redis.Cmdable, fn func() error) error {
	_, before, err := start(ctx, c)
	if err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	return end(ctx, c, before)
}

// start lists the primaries and their slots, "" for a standalone server.
func start(ctx context.Context, c redis.Cmdable) ([]redis.Cmdable, string, error) {
	nodes, err := primaries(ctx, c)
	if err != nil || len(nodes) == 1 && nodes[0] == c {
		return nodes, "", err
	}
	slots, err := layout(ctx, nodes)
	return nodes, slots, err
}

// end fails when the slots are not where they were at the start.
func end(ctx context.Context, c redis.Cmdable, before string) error {
	if before == "" {
		return nil
	}
	_, after, err := start(ctx, c)
	if err == nil && after != before {
		err = errMoved
	}
	return err
}

// onEach runs fn on every primary at the same time, and returns the errors of all.
func onEach(ctx context.Context, nodes perNode, fn func(context.Context, *redis.Client) error) error {
	var mu sync.Mutex
	var errs []error
	err := nodes.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		err := fn(ctx, node)
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		}
		return err
	})
	return joined(err, errs)
}

// joined is the first error, with those of another text behind it; nil when there is none.
func joined(err error, errs []error) error {
	seen := map[string]bool{}
	var different []error
	for _, e := range errs {
		if !seen[e.Error()] {
			seen[e.Error()] = true
			different = append(different, e)
		}
	}
	switch len(different) {
	case 0:
		return err
	case 1:
		return different[0]
	}
	return errors.Join(different...)
}
