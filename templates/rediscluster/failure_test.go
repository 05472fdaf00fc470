package rediscluster

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

var errCut = errors.New("the wire is cut")

// severed is a cluster client that can be cut off from one of its nodes: no new connection, and those that it has
// break.
type severed struct {
	*redis.ClusterClient
	addr string
	cut  atomic.Bool
}

func newSevered(t testing.TB, addrs []string) *severed {
	s := &severed{addr: addrs[1]}
	s.ClusterClient = redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: addrs, MaxRetries: -1, DialerRetries: 1,
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr != s.addr {
				return (&net.Dialer{}).DialContext(ctx, network, addr)
			}
			if s.cut.Load() {
				return nil, errCut
			}
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			return &cutConn{Conn: conn, cut: &s.cut}, err
		},
	})
	t.Cleanup(func() { s.Close() })
	return s
}

type cutConn struct {
	net.Conn
	cut *atomic.Bool
}

func (c *cutConn) Write(b []byte) (int, error) {
	if c.cut.Load() {
		return 0, errCut
	}
	return c.Conn.Write(b)
}

func (c *cutConn) Read(b []byte) (int, error) {
	if c.cut.Load() {
		return 0, errCut
	}
	return c.Conn.Read(b)
}

// TestNodeCutOff holds that what one node does not answer is an error of the call, never a shorter answer.
func TestNodeCutOff(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	s := newSevered(t, addrs)
	keys := target{s, addrs}.fill(t, "k", 300)
	everyCallFails(t, s, keys, func() { s.cut.Store(true) }, func() { s.cut.Store(false) })
	t.Run("names the cause", func(t *testing.T) {
		s.cut.Store(true)
		defer s.cut.Store(false)
		err := MGet(soon(t), s, keys...).Err()
		if err == nil || !errors.Is(err, errCut) && !strings.Contains(err.Error(), errCut.Error()) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("comes back", func(t *testing.T) {
		deadline := time.Now().Add(20 * time.Second)
		for {
			got, err := MGet(soon(t), s, keys...).Result()
			if err == nil && len(got) == len(keys) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("still %d values, %v", len(got), err)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	t.Run("scan", func(t *testing.T) { testScanCutOff(t, s, addrs) })
}

// TestNodeStopped is the same with a server that is gone.
func TestNodeStopped(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, MaxRetries: -1, DialerRetries: 1})
	defer c.Close()
	keys := target{c, addrs}.fill(t, "k", 300)
	if err := MGet(soon(t), c, keys...).Err(); err != nil {
		t.Fatal(err)
	}
	_, _ = redistest.Do(addrs[2], "SHUTDOWN", "NOSAVE") // answers by closing the connection
	for range 3 {
		everyCallFails(t, c, keys, func() {}, func() {})
	}
}

// errorOfANode is what a command answers on a node of the tests in any case.
var errorOfANode = map[string]string{
	"ScriptKill":     "NOTBUSY No scripts in execution right now.",
	"ConfigRewrite":  "ERR The server is running without a config file",
	"FunctionLoad":   "ERR Library 'calls' already exists",
	"FunctionDelete": "ERR Library not found",
	"RandomKey":      redis.Nil.Error(),
}

// everyCallFails calls all functions while a node does not answer.
func everyCallFails(t *testing.T, c redis.Cmdable, keys []string, stop, again func()) {
	t.Helper()
	ctx := soon(t)
	stop()
	defer again()
	for name, call := range calls(c, keys...) {
		err := call(ctx)
		if err == nil {
			t.Errorf("%s gave no error", name)
		} else if onlyNode := errorOfANode[name]; onlyNode != "" && err.Error() == onlyNode {
			t.Errorf("%s gave only the error of the nodes that answer", name)
		}
	}
	if got := MGet(ctx, c, keys...).Val(); len(got) != 0 {
		t.Errorf("MGet failed, and gave %d values all the same", len(got))
	}
	if n := Exists(ctx, c, keys...).Val(); n != 0 {
		t.Errorf("Exists failed, and counted %d all the same", n)
	}
}

// testScanCutOff cuts a node off while the iterator stands in the middle: the keys come to an end with an error.
func testScanCutOff(t *testing.T, s *severed, addrs []string) {
	redistest.Flush(t, addrs...)
	target{s, addrs}.fill(t, "k", 3000)
	for _, after := range []int{1, 500, 1500} {
		ctx := soon(t)
		it, n := Scan(ctx, s, 0, "", 10).Iterator(), 0
		for it.Next(ctx) {
			if n++; n == after {
				s.cut.Store(true)
			}
		}
		if it.Err() == nil && n < 3000 {
			t.Errorf("cut after %d: the scan ended at %d keys without an error", after, n)
		}
		if it.Next(ctx) {
			t.Errorf("cut after %d: Next goes on after an error", after)
		}
		s.cut.Store(false)
		time.Sleep(time.Second) // the pool of the node forgets its last dial error
	}
}

// TestErrorIsShort holds that one cause is told once, however many slots it hits.
func TestErrorIsShort(t *testing.T) {
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
	defer c.Close()
	keys := make([]string, 100)
	for i := range keys {
		keys[i] = strings.Repeat("k", i+1)
	}
	for name, err := range map[string]error{"MGet": MGet(soon(t), c, keys...).Err(), "Del": Del(soon(t), c, keys...).Err()} {
		if err == nil || len(err.Error()) > 500 {
			t.Errorf("%s: %d bytes of error: %.200s", name, len(err.Error()), err)
		}
	}
	ctx := cancelled()
	for name, err := range map[string]error{"MGet": MGet(ctx, c, keys...).Err(), "Del": Del(ctx, c, keys...).Err()} {
		if err != context.Canceled {
			t.Errorf("%s: a comparison with context.Canceled fails: %T", name, err)
		}
	}
}
