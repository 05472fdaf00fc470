package redistest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestServer(t *testing.T) {
	addr := Server(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"SET", "greeting", "hello"}, "OK"},
		{[]string{"GET", "greeting"}, "hello"},
		{[]string{"MSET", "a", "1", "b", "2"}, "OK"},
		{[]string{"DBSIZE"}, "3"},
		{[]string{"GET", "missing"}, ""},
	} {
		if got, err := Do(addr, c.args...); err != nil || got != c.want {
			t.Errorf("%v: got %q, %v; want %q", c.args, got, err, c.want)
		}
	}
	Flush(t, addr)
	if got, err := Do(addr, "DBSIZE"); err != nil || got != "0" {
		t.Errorf("DBSIZE after Flush: %q, %v", got, err)
	}
}

func TestServerEndsWithItsTest(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) { addr = Server(t) })
	if reply, err := Do(addr, "PING"); err == nil {
		t.Errorf("the server still answers %q after its test", reply)
	}
}

func TestCluster(t *testing.T) {
	addrs := Cluster(t)
	if len(addrs) != 3 {
		t.Fatalf("got %d nodes: %v", len(addrs), addrs)
	}
	t.Run("spread", func(t *testing.T) {
		for i := range 60 {
			if n := setAnywhere(t, addrs, fmt.Sprintf("key:%d", i)); n != 1 {
				t.Errorf("key:%d was taken by %d nodes, want 1", i, n)
			}
		}
		for _, addr := range addrs {
			if n, err := Do(addr, "DBSIZE"); err != nil || n == "0" {
				t.Errorf("%s holds %s keys, %v", addr, n, err)
			}
		}
	})
	t.Run("crossslot", func(t *testing.T) {
		_, err := Do(addrs[0], "MGET", "a", "b")
		if err == nil || !strings.HasPrefix(err.Error(), "CROSSSLOT") {
			t.Errorf("MGET over two slots: %v, want CROSSSLOT", err)
		}
		served := 0
		for _, addr := range addrs {
			_, err := Do(addr, "DEL", "{a}1", "{a}2")
			switch {
			case err == nil:
				served++
			case !strings.HasPrefix(err.Error(), "MOVED"):
				t.Errorf("DEL in one slot on %s: %v", addr, err)
			}
		}
		if served != 1 {
			t.Errorf("DEL in one slot was served by %d nodes, want 1", served)
		}
	})
	t.Run("flush", func(t *testing.T) {
		Flush(t, addrs...)
		for _, addr := range addrs {
			if n, err := Do(addr, "DBSIZE"); err != nil || n != "0" {
				t.Errorf("%s holds %s keys after Flush, %v", addr, n, err)
			}
		}
	})
}

// setAnywhere offers a key to every node and counts those that took it.
func setAnywhere(t *testing.T, addrs []string, key string) int {
	t.Helper()
	took := 0
	for _, addr := range addrs {
		_, err := Do(addr, "SET", key, "v")
		switch {
		case err == nil:
			took++
		case !strings.HasPrefix(err.Error(), "MOVED"):
			t.Fatalf("SET %s on %s: %v", key, addr, err)
		}
	}
	return took
}

// fatal records what a failing helper says instead of ending the test.
type fatal struct {
	testing.TB
	said string
}

func (f *fatal) Helper() {}
func (f *fatal) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(f)
}

func TestMissingServerFails(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, call := range map[string]func(testing.TB){
		"redis-server": func(t testing.TB) { Server(t) },
		"redis-cli":    func(t testing.TB) { need(t, "redis-cli") },
	} {
		f := &fatal{TB: t}
		func() {
			defer func() { _ = recover() }()
			call(f)
		}()
		if !strings.Contains(f.said, name) || !strings.Contains(f.said, install) {
			t.Errorf("%s missing: said %q, want the name and how to install it", name, f.said)
		}
	}
}

func TestSwap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{
			"c := redis.NewClient(&redis.Options{Addr: addr})",
			"c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}})",
		},
		{
			"redis.NewClient(&redis.Options{\r\n\tAddr: or(cfg.Addr, \"a,b\"),\r\n\tPoolSize: 4,\r\n})",
			"redis.NewClusterClient(&redis.ClusterOptions{\r\n\tAddrs: []string{or(cfg.Addr, \"a,b\")},\r\n\tPoolSize: 4,\r\n})",
		},
		{"type s struct{ rdb *redis.Client }", "type s struct{ rdb *redis.ClusterClient }"},
		{"return &s{\n\tClient: rdb,\n}", "return &s{\n\tClusterClient: rdb,\n}"},
		{"defer s.Client.Close()", "defer s.ClusterClient.Close()"},
		{"var x redis.ClientOption // Addr: y,", "var x redis.ClientOption // Addr: y,"},
	} {
		if got, _ := swap(c.in); got != c.want {
			t.Errorf("swap(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestNaiveLeavesTheOriginal(t *testing.T) {
	dir := t.TempDir()
	src := "package main\n\nvar c = redis.NewClient(&redis.Options{Addr: a})\n"
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	out := Naive(t, dir)
	kept, _ := os.ReadFile(filepath.Join(dir, "main.go"))
	swapped, _ := os.ReadFile(filepath.Join(out, "main.go"))
	if string(kept) != src || !strings.Contains(string(swapped), "NewClusterClient") {
		t.Errorf("original %q\ncopy %q", kept, swapped)
	}
}
