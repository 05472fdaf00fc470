package rediscluster

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

func TestMain(m *testing.M) {
	redis.SetLogger(quiet{}) // nodes are stopped on purpose, and each dial that fails is logged
	os.Exit(m.Run())
}

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// embedding is what programs wrap a cluster client in.
type embedding struct {
	*redis.ClusterClient
	name string
}

// target is a client with the servers behind it.
type target struct {
	redis.Cmdable
	addrs []string
}

// TestClients runs every case on every kind of client: what the helper does must not depend on it.
func TestClients(t *testing.T) {
	server := []string{redistest.Server(t)}
	cluster := redistest.Cluster(t)
	clusterClient := func() *redis.ClusterClient { return redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster}) }
	for _, kind := range []struct {
		name  string
		open  func() redis.UniversalClient
		addrs []string
	}{
		{"client", func() redis.UniversalClient { return redis.NewClient(&redis.Options{Addr: server[0]}) }, server},
		{"universal of a server", func() redis.UniversalClient {
			return redis.NewUniversalClient(&redis.UniversalOptions{Addrs: server})
		}, server},
		{"cluster", func() redis.UniversalClient { return clusterClient() }, cluster},
		{"universal of a cluster", func() redis.UniversalClient {
			return redis.NewUniversalClient(&redis.UniversalOptions{Addrs: cluster})
		}, cluster},
		{"embedded", func() redis.UniversalClient { return &embedding{clusterClient(), "wrapped"} }, cluster},
	} {
		t.Run(kind.name, func(t *testing.T) {
			c := kind.open()
			defer c.Close()
			for _, test := range clientTests {
				t.Run(test.name, func(t *testing.T) {
					redistest.Flush(t, kind.addrs...)
					test.run(t, target{c, kind.addrs})
				})
			}
		})
	}
	t.Run("hidden", func(t *testing.T) { testHidden(t, cluster) })
}

var clientTests = []struct {
	name string
	run  func(*testing.T, target)
}{
	{"mget order", testMGetOrder},
	{"mget wrong type", testMGetWrongType},
	{"mget many", testMGetMany},
	{"mset", testMSet},
	{"mset errors", testMSetErrors},
	{"mset many", testMSetMany},
	{"queue", testQueue},
	{"queue errors", testQueueErrors},
	{"queue tx", testQueueTx},
	{"pipeliner", testPipeliner},
	{"empty", testEmpty},
	{"counts", testCounts},
	{"counts many", testCountsMany},
	{"keys", testKeys},
	{"scan", testScan},
	{"scan values", testScanValues},
	{"scan cursor", testScanCursor},
	{"scanner loops", testScannerLoops},
	{"scanner many", testScannerMany},
	{"scanner cursor", testScannerCursor},
	{"scanner again", testScannerAgain},
	{"scanner iterator", testScannerIterator},
	{"scan type", testScanType},
	{"random key", testRandomKey},
	{"random key is fair", testRandomKeyFair},
	{"config reset stat", testConfigResetStat},
	{"config rewrite", testConfigRewrite},
	{"functions", testFunctions},
	{"script kill", testScriptKill},
	{"pubsub lists", testPubSubLists},
	{"events", testEvents},
	{"events close", testEventsClose},
	{"events context", testEventsContext},
	{"all cancelled", testAllCancelled},
	{"flush", testFlush},
	{"config set", testConfigSet},
	{"cancelled", testCancelled},
	{"concurrent", testConcurrent},
}

// helper is what is given to the functions under test: the client itself, not the target that embeds it.
func (c target) helper() redis.Cmdable { return c.Cmdable }

// fill sets n keys prefix0, prefix1, ... to their own numbers.
func (c target) fill(t testing.TB, prefix string, n int) []string {
	t.Helper()
	keys := make([]string, n)
	_, err := c.Pipelined(t.Context(), func(p redis.Pipeliner) error {
		for i := range keys {
			keys[i] = fmt.Sprint(prefix, i)
			p.Set(t.Context(), keys[i], i, 0)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// size is the number of keys on all servers together.
func (c target) size(t testing.TB) int {
	t.Helper()
	sum := 0
	for _, addr := range c.addrs {
		reply, err := redistest.Do(addr, "DBSIZE")
		if err != nil {
			t.Fatal(err)
		}
		var n int
		fmt.Sscan(reply, &n)
		sum += n
	}
	return sum
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// soon is a context that no test should outlive.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
