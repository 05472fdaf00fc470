package rediscluster

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

// BenchmarkMGet reads 1,000 keys of three nodes with the helper, with a pipeline of GETs written by hand, and with one
// GET after the other. The metrics are the times of these two over that of the helper: above 1 the helper is faster.
func BenchmarkMGet(b *testing.B) {
	addrs := redistest.Cluster(b)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
	defer c.Close()
	ctx := b.Context()
	for _, set := range []struct{ name, prefix string }{{"scattered", "k:"}, {"100 tags", ""}} {
		keys := target{c, addrs}.fill(b, "k:", 1000)
		if set.prefix == "" {
			for i := range keys {
				keys[i] = "{" + keys[i%100] + "}" + keys[i]
				c.Set(ctx, keys[i], i, 0)
			}
		}
		b.Run(set.name, func(b *testing.B) {
			var helper, pipeline, single time.Duration
			for i := 0; b.Loop(); i++ {
				ways := []func(){
					func() { helper += timed(b, func() error { return MGet(ctx, c, keys...).Err() }) },
					func() { pipeline += timed(b, func() error { return pipelined(b, c, keys) }) },
				}
				ways[i%2]() // what comes behind the long one finds colder caches
				ways[1-i%2]()
				single += timed(b, func() error { return oneByOne(b, c, keys) })
			}
			b.ReportMetric(float64(helper.Microseconds())/float64(b.N), "helper-us/op")
			b.ReportMetric(float64(pipeline)/float64(helper), "pipeline/helper")
			b.ReportMetric(float64(single)/float64(helper), "single/helper")
		})
	}
}

func timed(b *testing.B, f func() error) time.Duration {
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func pipelined(b *testing.B, c redis.Cmdable, keys []string) error {
	_, err := c.Pipelined(b.Context(), func(p redis.Pipeliner) error {
		for _, k := range keys {
			p.Get(b.Context(), k)
		}
		return nil
	})
	return err
}

func oneByOne(b *testing.B, c redis.Cmdable, keys []string) error {
	for _, k := range keys {
		if err := c.Get(b.Context(), k).Err(); err != nil {
			return err
		}
	}
	return nil
}
