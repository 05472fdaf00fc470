package rediscluster

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

func TestIsCluster(t *testing.T) {
	standalone, nodes := redistest.Server(t), redistest.Cluster(t)
	closed := "127.0.0.1:1"
	for _, c := range []struct {
		name, env string
		addrs     []string
		db        int
		want      bool
	}{
		{name: "one address of a server", addrs: []string{standalone}},
		{name: "one address, another database", addrs: []string{standalone}, db: 3},
		{name: "one seed of a cluster", addrs: nodes[:1], want: true},
		{name: "one seed, another database", addrs: nodes[:1], db: 3, want: true},
		{name: "several seeds are not asked", addrs: []string{closed, closed}, want: true},
		{name: "a server that does not answer", addrs: []string{closed}, want: true},
		{name: "true is not asked", env: "true", addrs: []string{standalone}, want: true},
		{name: "false is not asked", env: "0", addrs: nodes, want: false},
		{name: "another text counts for nothing", env: "maybe", addrs: []string{standalone}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("REDIS_CLUSTER", c.env)
			o := &redis.UniversalOptions{Addrs: c.addrs, DB: c.db, DialTimeout: time.Second, MaxRetries: -1}
			if got := IsCluster(o); got != c.want {
				t.Errorf("IsCluster is %v", got)
			}
			if o.DB != c.db {
				t.Error("the options were changed")
			}
			if ClusterMode(o).IsClusterMode != c.want {
				t.Errorf("IsClusterMode is %v", o.IsClusterMode)
			}
		})
	}
}

func TestNewUniversalClient(t *testing.T) {
	standalone, nodes := redistest.Server(t), redistest.Cluster(t)
	for _, addr := range []string{standalone, nodes[0]} {
		c := NewUniversalClient(UniversalOptions(&redis.Options{Addr: addr}))
		defer c.Close()
		for _, k := range []string{"a", "b", "c"} { // on three nodes of a cluster
			if err := c.Set(t.Context(), k, 1, 0).Err(); err != nil {
				t.Errorf("%T: %v", c, err)
			}
		}
	}
	if o := ClusterOptions(&redis.Options{Addr: "a:1,b:2", Password: "p", DB: 4}); len(o.Addrs) != 2 || o.Password != "p" {
		t.Errorf("%+v", o)
	}
}
