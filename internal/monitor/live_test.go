package monitor_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/redistest"
)

// TestLive reads from a server with a password: what is sent while it listens, until its time is over, or the context.
func TestLive(t *testing.T) {
	addr := redistest.Server(t)
	if _, err := redistest.Do(addr, "CONFIG", "SET", "requirepass", "S3CRET"); err != nil {
		t.Fatal(err)
	}
	s := &redis.Options{Network: "tcp", Addr: addr}
	for pass, want := range map[string]string{"": "REDIS_PASSWORD", "no S3CRET": "WRONGPASS"} {
		s.Password = pass
		if _, err := monitor.Open(t.Context(), s, time.Minute); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("password %q: %v", pass, err)
		}
	}
	s.Username, s.Password = "default", "S3CRET"
	ctx, cancel := context.WithCancel(t.Context())
	l, err := monitor.Open(ctx, s, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "AUTH S3CRET\r\nSET k v\r\nGET k\r\n")
	r := monitor.NewReader(l)
	var line monitor.Line
	for _, want := range []string{"AUTH", "SET", "GET"} {
		if err := r.Next(&line); err != nil || string(line.Words[0]) != want {
			t.Fatalf("%q, %v, want %s", line.Words, err, want)
		}
	}
	cancel()
	if err := r.Next(&line); err != io.EOF || l.Ended() != "it was interrupted" {
		t.Errorf("%v, %q", err, l.Ended())
	}

	short, err := monitor.Open(t.Context(), s, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer short.Close()
	if err := monitor.NewReader(short).Next(&line); err != io.EOF || short.Ended() != "" {
		t.Errorf("after its time: %v, %q", err, short.Ended())
	}

	gone, err := monitor.Open(t.Context(), s, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	fmt.Fprintf(conn, "CLIENT KILL TYPE normal SKIPME yes\r\n")
	r = monitor.NewReader(gone)
	for err = nil; err == nil; {
		err = r.Next(&line)
	}
	if err != io.EOF || !strings.Contains(gone.Ended(), "closed the connection") {
		t.Errorf("after it was closed: %v, %q", err, gone.Ended())
	}
}

func TestNoServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		c, err := ln.Accept()
		if err == nil {
			fmt.Fprintf(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}
	}()
	s := &redis.Options{Network: "tcp", Addr: ln.Addr().String()}
	if _, err := monitor.Open(t.Context(), s, time.Second); err == nil || !strings.Contains(err.Error(), "as a Redis server") {
		t.Errorf("another protocol: %v", err)
	}
}
