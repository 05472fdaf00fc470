// Command run runs one scene: a fragment of a rule, or a proof of what its page
// says beside it, on the servers that it is given. The test writes the scenes
// into a second file of this package.
//
//	run SCENE OUTSIDE ADDRESS[,ADDRESS...]
//
// OUTSIDE is a standalone server that is not one of the addresses. What the scene
// prints goes to stdout, and behind it a line with its error.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// env is what the fragments name without making it.
type env struct {
	ctx     context.Context
	client  *redis.Client        // nil on a cluster
	cluster *redis.ClusterClient // nil on a standalone server
	nodes   []*redis.Client      // each server by itself
	id      string

	addr, host, port string // a server, and the parts of the address outside
	script           *redis.Script
	sha              string
	queue            *pipeQueue
	words            []any
	names            []string
	password         string
}

// pipeQueue is where a pipeline escapes to.
type pipeQueue struct{ pipe redis.Pipeliner }

func (q *pipeQueue) flush(ctx context.Context) error {
	q.pipe.Set(ctx, "a", 1, 0)
	q.pipe.Set(ctx, "b", 2, 0)
	_, err := q.pipe.Exec(ctx)
	return err
}

func (e *env) rdb() redis.UniversalClient {
	if e.cluster != nil {
		return e.cluster
	}
	return e.client
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	redis.SetLogger(quiet{})
	addrs := strings.Split(os.Args[3], ",")
	e := &env{ctx: ctx, id: "7", addr: addrs[0], queue: &pipeQueue{}}
	e.host, e.port, _ = net.SplitHostPort(os.Args[2])
	e.script = redis.NewScript("return redis.call('SET', KEYS[1], 1)")
	e.sha = e.script.Hash()
	e.words, e.names = []any{"KEYS", "session:*"}, []string{"a", "b", "c"}
	for _, a := range addrs {
		e.nodes = append(e.nodes, redis.NewClient(&redis.Options{Addr: a}))
	}
	if len(addrs) > 1 {
		e.cluster = redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
	} else {
		e.client = e.nodes[0]
	}
	scene, ok := scenes[os.Args[1]]
	if !ok {
		panic("no scene " + os.Args[1])
	}
	if err := scene(e); err != nil {
		fmt.Println("error: " + err.Error())
	}
}

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
