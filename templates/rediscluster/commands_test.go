package rediscluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

// eventually waits for what a server does on its own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

func stat(t *testing.T, addr, name string) string {
	t.Helper()
	info, err := redistest.Do(addr, "INFO", "stats")
	if err != nil {
		t.Fatal(err)
	}
	_, value, _ := strings.Cut(info, "\r\n"+name+":")
	value, _, _ = strings.Cut(value, "\r")
	return value
}

func testConfigResetStat(t *testing.T, c target) {
	ctx := soon(t)
	for _, key := range c.fill(t, "k", 60) {
		c.Get(ctx, key)
	}
	for _, addr := range c.addrs {
		if got := stat(t, addr, "keyspace_hits"); got == "0" || got == "" {
			t.Fatalf("%s has %q hits before", addr, got)
		}
	}
	if got, err := ConfigResetStat(ctx, c.helper()).Result(); got != "OK" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	for _, addr := range c.addrs {
		if got := stat(t, addr, "keyspace_hits"); got != "0" {
			t.Errorf("%s has %s hits after", addr, got)
		}
	}
}

// testConfigRewrite holds that the servers of the tests, which have no file, give the error of the method.
func testConfigRewrite(t *testing.T, c target) {
	ctx := soon(t)
	got, want := ConfigRewrite(ctx, c.helper()), c.ConfigRewrite(ctx)
	if want.Err() == nil || got.Err() == nil || got.Err().Error() != want.Err().Error() || got.Val() != "" {
		t.Errorf("got %q, %v; want %v", got.Val(), got.Err(), want.Err())
	}
}

func testFunctions(t *testing.T, c target) {
	ctx := soon(t)
	for _, addr := range c.addrs {
		if _, err := redistest.Do(addr, "FUNCTION", "FLUSH"); err != nil {
			t.Fatal(err)
		}
	}
	exists, missing := "already exists", "not found"
	for _, step := range []struct {
		name   string
		run    func() *redis.StringCmd
		want   string
		err    string // part of it
		answer string // of the function f on every node, "" where there is none
	}{
		{"load", func() *redis.StringCmd { return FunctionLoad(ctx, c.helper(), library("one", "1")) }, "one", "", "1"},
		{"again", func() *redis.StringCmd { return FunctionLoad(ctx, c.helper(), library("one", "2")) }, "", exists, "1"},
		{"replace", func() *redis.StringCmd { return FunctionLoadReplace(ctx, c.helper(), library("one", "3")) }, "one", "", "3"},
		{"bad", func() *redis.StringCmd { return FunctionLoadReplace(ctx, c.helper(), library("one", "((")) }, "", "compil", "3"},
		{"delete", func() *redis.StringCmd { return FunctionDelete(ctx, c.helper(), "one") }, "OK", "", ""},
		{"gone", func() *redis.StringCmd { return FunctionDelete(ctx, c.helper(), "one") }, "", missing, ""},
		{"new", func() *redis.StringCmd { return FunctionLoadReplace(ctx, c.helper(), library("two", "4")) }, "two", "", "4"},
		{"flush", func() *redis.StringCmd { return FunctionFlush(ctx, c.helper()) }, "OK", "", ""},
	} {
		got, err := step.run().Result()
		if got != step.want || (err != nil) != (step.err != "") || err != nil && !strings.Contains(strings.ToLower(err.Error()), step.err) {
			t.Errorf("%s: got %q, %v; want %q, %q", step.name, got, err, step.want, step.err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: one cause is told twice: %v", step.name, err)
		}
		for _, addr := range c.addrs {
			answer, err := redistest.Do(addr, "FCALL", "f", "0")
			if answer != step.answer || (err == nil) != (step.answer != "") {
				t.Errorf("%s: %s answers %q, %v; want %q", step.name, addr, answer, err, step.answer)
			}
		}
	}
}

// testScriptKill holds that a script is killed on whichever node it runs.
func testScriptKill(t *testing.T, c target) {
	ctx := soon(t)
	none := func() {
		t.Helper()
		if got, err := ScriptKill(ctx, c.helper()).Result(); got != "" || err == nil || !strings.HasPrefix(err.Error(), "NOTBUSY ") {
			t.Errorf("no script runs: %q, %v", got, err)
		}
	}
	none()
	for _, addr := range c.addrs {
		if _, err := redistest.Do(addr, "CONFIG", "SET", "busy-reply-threshold", "1"); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			_, err := redistest.Do(addr, "EVAL", "while true do end", "0")
			ended <- err
		}()
		eventually(t, "BUSY", func() bool {
			_, err := redistest.Do(addr, "PING")
			return err != nil && strings.HasPrefix(err.Error(), "BUSY ")
		})
		if got, err := ScriptKill(ctx, c.helper()).Result(); got != "OK" || err != nil {
			t.Errorf("a script runs on %s: %q, %v", addr, got, err)
			_, _ = redistest.Do(addr, "SCRIPT", "KILL")
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("the script on %s ended with %v", addr, err)
		}
	}
	none()
}

// testPubSubLists counts what clients of each node have subscribed to.
func testPubSubLists(t *testing.T, c target) {
	ctx := soon(t)
	var subs []*redis.PubSub
	defer func() {
		for _, sub := range subs {
			sub.Close()
		}
	}()
	patterns := func() int64 { return PubSubNumPat(ctx, c.helper()).Val() }
	eventually(t, "the end of older subscriptions", func() bool { return patterns() == 0 })
	want := []string{"list:all"}
	for i, addr := range c.addrs {
		node := redis.NewClient(&redis.Options{Addr: addr})
		defer node.Close()
		want = append(want, fmt.Sprint("list:", i))
		channels, pattern := node.Subscribe(ctx, "list:all", want[i+1], "other"), node.PSubscribe(ctx, fmt.Sprint("p", i, "*"))
		if subs = append(subs, channels, pattern); channels.Ping(ctx) != nil {
			t.Fatal("no subscription")
		}
		for _, sub := range []*redis.PubSub{channels, pattern} {
			if _, err := sub.Receive(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	eventually(t, "the subscriptions", func() bool { return len(PubSubChannels(ctx, c.helper(), "list:*").Val()) >= len(want) })
	got, err := PubSubChannels(ctx, c.helper(), "list:*").Result()
	if slices.Sort(got); err != nil || !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("channels: %v, %v; want %v", got, err, want)
	}
	if got, err := PubSubChannels(ctx, c.helper(), "none*").Result(); err != nil || got == nil || len(got) != 0 {
		t.Errorf("no channels: %v, %v", got, err)
	}
	if n, err := PubSubNumPat(ctx, c.helper()).Result(); err != nil || n != int64(len(c.addrs)) {
		t.Errorf("%d patterns, %v", n, err)
	}
}

// testAllCancelled holds that a context that is over is the error of every function, and that nothing is changed.
func testAllCancelled(t *testing.T, c target) {
	keys := c.fill(t, "k", 50)
	c.ConfigSet(soon(t), "slowlog-max-len", "128")
	for name, call := range calls(c.helper(), keys...) {
		if err := call(cancelled()); err != context.Canceled {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if n := c.size(t); n != 50 || c.Get(soon(t), "k7").Val() != "7" {
		t.Errorf("%d keys are left", n)
	}
}
