package rediscluster

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ClusterOptions are the options of one server as those of a cluster. Addr is split at commas, so that one setting can
// name all seeds. Network, DB and Limiter have no counterpart: a cluster speaks TCP and has database 0 only.
func ClusterOptions(o *redis.Options) *redis.ClusterOptions {
	return &redis.ClusterOptions{
		Addrs:    strings.Split(o.Addr, ","),
		Username: o.Username,
		Password: o.Password,
	}
}

// UniversalOptions are the options of one server as those of a client of any kind. Addr is split at commas, so that one
// setting can name all seeds. DB counts on a standalone server only. Network and Limiter have no counterpart.
func UniversalOptions(o *redis.Options) *redis.UniversalOptions {
	return &redis.UniversalOptions{
		Addrs:    strings.Split(o.Addr, ","),
		DB:       o.DB,
		Username: o.Username,
		Password: o.Password,
	}
}

// ClusterMode sets IsClusterMode of the options, and returns them: see [IsCluster].
func ClusterMode(o *redis.UniversalOptions) *redis.UniversalOptions {
	o.IsClusterMode = IsCluster(o)
	return o
}

// NewUniversalClient makes a cluster client, or one of a standalone server: see [IsCluster].
func NewUniversalClient(o *redis.UniversalOptions) redis.UniversalClient {
	if IsCluster(o) {
		return redis.NewClusterClient(o.Cluster())
	}
	return redis.NewClient(o.Simple())
}

// IsCluster tells whether the servers of the options are a cluster. The environment variable REDIS_CLUSTER decides when
// it is true or false. Else several addresses are a cluster, and one address is asked (INFO cluster), for at most three
// seconds. A server that does not answer is taken to be a cluster: a cluster client finds its nodes once they are up,
// while one of a standalone server would never see the others. Set REDIS_CLUSTER where the answer must not depend on that.
func IsCluster(o *redis.UniversalOptions) bool {
	if on, err := strconv.ParseBool(os.Getenv("REDIS_CLUSTER")); err == nil {
		return on
	}
	if len(o.Addrs) > 1 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	simple := o.Simple()
	simple.DB = 0 // a cluster refuses any other, and INFO is the same in all
	c := redis.NewClient(simple)
	defer c.Close()
	info, err := c.Info(ctx, "cluster").Result()
	return err != nil || strings.Contains(info, "cluster_enabled:1")
}
