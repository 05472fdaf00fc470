package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/redistest"
)

func TestParseServer(t *testing.T) {
	env := map[string]string{"REDIS_USERNAME": "eve", "REDIS_PASSWORD": "env"}
	for addr, want := range map[string]string{
		"localhost:6379":                "tcp localhost:6379 eve env false",
		"[::1]:7":                       "tcp [::1]:7 eve env false",
		"redis://h":                     "tcp h:6379 eve env false",
		"redis://:p%40ss@h:7/3":         "tcp h:7 eve p@ss false",
		"rediss://ada:pw@[::1]:7":       "tcp [::1]:7 ada pw true",
		"unix:///run/redis.sock":        "unix /run/redis.sock eve env false",
		"":                              "error",
		"localhost":                     "error",
		"ada:pw@localhost:6379":         "error",
		"redis://":                      "error",
		"http://h:1":                    "error",
		"redis://ada:SECRET@h:port":     "error",
		"redis://ada:SE\x7fCRET@h:6379": "error",
	} {
		s, err := monitor.ParseServer(addr, func(n string) string { return env[n] })
		got := fmt.Sprint(s.Network, " ", s.Addr, " ", s.Username, " ", s.Password, " ", s.TLS)
		if err != nil {
			got = "error"
			if !errors.Is(err, monitor.ErrAddress) {
				t.Errorf("%q: %v", addr, err)
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", addr, got, want)
		}
	}
	s, _ := monitor.ParseServer("h:1", func(n string) string { return map[string]string{"REDISCLI_AUTH": "cli"}[n] })
	if s.Password != "cli" {
		t.Errorf("REDISCLI_AUTH: %+v", s)
	}
}

// TestLive reads from a server with a password: what is sent while it listens, until its time is over, or the context.
func TestLive(t *testing.T) {
	addr := redistest.Server(t)
	if _, err := redistest.Do(addr, "CONFIG", "SET", "requirepass", "S3CRET"); err != nil {
		t.Fatal(err)
	}
	s, err := monitor.ParseServer(addr, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	for pass, want := range map[string]string{"": "REDIS_PASSWORD", "no S3CRET": "WRONGPASS"} {
		s.Password = pass
		if _, err := s.Open(t.Context(), time.Minute); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("password %q: %v", pass, err)
		}
	}
	s.Username, s.Password = "default", "S3CRET"
	ctx, cancel := context.WithCancel(t.Context())
	l, err := s.Open(ctx, time.Minute)
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

	short, err := s.Open(t.Context(), 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer short.Close()
	if err := monitor.NewReader(short).Next(&line); err != io.EOF || short.Ended() != "" {
		t.Errorf("after its time: %v, %q", err, short.Ended())
	}

	gone, err := s.Open(t.Context(), time.Minute)
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
	s := monitor.Server{Network: "tcp", Addr: ln.Addr().String()}
	if _, err := s.Open(t.Context(), time.Second); err == nil || !strings.Contains(err.Error(), "as a Redis server") {
		t.Errorf("another protocol: %v", err)
	}
}
