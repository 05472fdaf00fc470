package rediscluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/redistest"
)

const setEvents = "__keyevent@0__:set"

// readers are the three ways to read a subscription.
var readers = map[string]func(context.Context, *PubSub) (*redis.Message, error){
	"Channel": func(ctx context.Context, p *PubSub) (*redis.Message, error) {
		select {
		case msg, ok := <-p.Channel():
			if !ok {
				return nil, redis.ErrClosed
			}
			return msg, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	},
	"ReceiveMessage": func(ctx context.Context, p *PubSub) (*redis.Message, error) { return p.ReceiveMessage(ctx) },
	"Receive": func(ctx context.Context, p *PubSub) (*redis.Message, error) {
		got, err := p.Receive(ctx)
		if err != nil {
			return nil, err
		}
		msg, ok := got.(*redis.Message)
		if !ok {
			return nil, fmt.Errorf("received %v", got)
		}
		return msg, nil
	},
}

// testEvents holds that the events of all nodes arrive, each once, after the answers to the subscription.
func testEvents(t *testing.T, c target) {
	ctx := soon(t)
	if err := ConfigSet(ctx, c.helper(), "notify-keyspace-events", "KEA").Err(); err != nil {
		t.Fatal(err)
	}
	defer ConfigSet(ctx, c.helper(), "notify-keyspace-events", "")
	client := c.helper().(redis.UniversalClient)
	for name, read := range readers {
		for kind, open := range map[string]func() *PubSub{
			"channels": func() *PubSub { return Subscribe(ctx, client, setEvents, "other") },
			"patterns": func() *PubSub { return PSubscribe(ctx, client, "__keyevent*:set", "other*") },
		} {
			sub := open()
			keys := c.fill(t, "e", 30)
			for _, want := range []string{"__keyevent", "other"} {
				got, err := sub.Receive(ctx)
				if answer, ok := got.(*redis.Subscription); err != nil || !ok || !strings.HasPrefix(answer.Channel, want) {
					t.Errorf("%s %s: received %v, %v first", name, kind, got, err)
				}
			}
			seen := map[string]bool{}
			for range keys {
				msg, err := read(ctx, sub)
				if err != nil || msg.Channel != setEvents {
					t.Fatalf("%s %s: %v, %v", name, kind, msg, err)
				}
				seen[msg.Payload] = true
			}
			if len(seen) != len(keys) {
				t.Errorf("%s %s: events of %d keys of %d", name, kind, len(seen), len(keys))
			}
			short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			if msg, err := read(short, sub); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s %s: one more: %v, %v", name, kind, msg, err)
			}
			cancel()
			if err := sub.Close(); err != nil {
				t.Errorf("%s %s: Close gave %v", name, kind, err)
			}
			if msg, err := read(ctx, sub); err != redis.ErrClosed {
				t.Errorf("%s %s: after Close: %v, %v", name, kind, msg, err)
			}
		}
	}
}

// testEventsClose holds that Close ends everything that a subscription has started, read or not.
func testEventsClose(t *testing.T, c target) {
	ctx := soon(t)
	if err := ConfigSet(ctx, c.helper(), "notify-keyspace-events", "KEA").Err(); err != nil {
		t.Fatal(err)
	}
	defer ConfigSet(ctx, c.helper(), "notify-keyspace-events", "")
	client := c.helper().(redis.UniversalClient)
	for _, test := range []struct {
		name string
		ctx  context.Context
		use  func(*PubSub)
	}{
		{"unread", ctx, func(*PubSub) {}},
		{"channel", ctx, func(p *PubSub) { p.Channel() }},
		{"full", ctx, func(p *PubSub) { p.Channel(); c.fill(t, "full", 2000) }},
		{"full, no channel", ctx, func(p *PubSub) { c.fill(t, "full", 2000) }},
		{"context over", cancelled(), func(p *PubSub) { p.Channel() }},
	} {
		sub := Subscribe(test.ctx, client, setEvents)
		if mine() == 0 {
			t.Fatal("no goroutine is seen while there is a subscription")
		}
		test.use(sub)
		if err := sub.Close(); err != nil {
			t.Errorf("%s: Close gave %v", test.name, err)
		}
		eventually(t, "the end of goroutines, "+test.name, func() bool { return mine() == 0 })
		for range 10 {
			if got, err := sub.Receive(ctx); err != redis.ErrClosed {
				t.Errorf("%s: after Close: %v, %v", test.name, got, err)
			}
		}
		if test.use(sub); !ended(sub.Channel()) {
			t.Errorf("%s: Channel goes on after Close", test.name)
		}
		eventually(t, "the end of goroutines, "+test.name, func() bool { return mine() == 0 })
	}
}

// mine counts the goroutines in the code of a PubSub.
func mine() int {
	buf := make([]byte, 1<<22)
	return bytes.Count(buf[:runtime.Stack(buf, true)], []byte(".(*PubSub)."))
}

func ended(ch <-chan *redis.Message) bool {
	for end := time.After(5 * time.Second); ; {
		select {
		case _, ok := <-ch:
			if !ok {
				return true
			}
		case <-end:
			return false
		}
	}
}

// testEventsContext holds that a context that is over is an error of Receive, and ends no subscription later.
func testEventsContext(t *testing.T, c target) {
	client := c.helper().(redis.UniversalClient)
	sub := Subscribe(cancelled(), client, "news")
	if got, err := sub.Receive(soon(t)); err == nil {
		t.Errorf("subscribed with a context that is over: %v", got)
	}
	sub.Close()
	ctx, cancel := context.WithCancel(soon(t))
	sub = Subscribe(ctx, client, "news")
	defer sub.Close()
	cancel()
	if got, err := sub.Receive(soon(t)); err != nil {
		t.Errorf("the answer is lost with the context of the call: %v, %v", got, err)
	}
	if _, err := sub.ReceiveMessage(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ReceiveMessage: %v", err)
	}
	if _, err := redistest.Do(c.addrs[0], "PUBLISH", "news", "x"); err != nil {
		t.Fatal(err)
	}
	if msg, err := sub.ReceiveMessage(soon(t)); err != nil || msg.Payload != "x" {
		t.Errorf("after the context of the call: %v, %v", msg, err)
	}
}

// TestEventsCutOff holds that a node that does not answer is an error of Receive, and that the others go on.
func TestEventsCutOff(t *testing.T) {
	t.Parallel()
	addrs := redistest.Cluster(t)
	for _, addr := range addrs {
		if _, err := redistest.Do(addr, "CONFIG", "SET", "notify-keyspace-events", "KEA"); err != nil {
			t.Fatal(err)
		}
	}
	ctx := soon(t)
	s := newSevered(t, addrs)
	before := Subscribe(ctx, s, setEvents)
	defer before.Close()
	if err := s.Set(ctx, "a", 1, 0).Err(); err != nil {
		t.Fatal(err)
	}
	s.cut.Store(true)
	after := Subscribe(ctx, s, setEvents)
	defer after.Close()
	for name, sub := range map[string]*PubSub{"cut later": before, "cut before": after} {
		eventually(t, "an error of a subscription "+name, func() bool {
			_, _ = redistest.Do(addrs[1], "PUBLISH", setEvents, "wakes the reader")
			_, err := sub.Receive(ctx)
			return err != nil
		})
		for _, addr := range []string{addrs[0], addrs[2]} {
			if _, err := redistest.Do(addr, "PUBLISH", setEvents, "from "+addr); err != nil {
				t.Fatal(err)
			}
			eventually(t, "an event of "+addr+", "+name, func() bool {
				msg, err := sub.ReceiveMessage(ctx)
				return err == nil && msg.Payload == "from "+addr
			})
		}
	}
	s.cut.Store(false)
	eventually(t, "an event of the node that is back", func() bool {
		_, _ = redistest.Do(addrs[1], "PUBLISH", setEvents, "back")
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		msg, err := before.ReceiveMessage(short)
		return err == nil && msg.Payload == "back"
	})
}

// mute is a connection that loses a subscription on its way.
type mute struct {
	net.Conn
	lost *atomic.Int32
}

func (c mute) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("\r\nsubscribe\r\n")) {
		c.lost.Add(1)
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// TestEventsUnanswered holds that a node which never answers a subscription is an error, and does not hold up the caller
// for good, also while another node sends more than there is room for.
func TestEventsUnanswered(t *testing.T) {
	t.Parallel()
	addrs := slices.Sorted(slices.Values(redistest.Cluster(t)))
	var lost atomic.Int32
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if addr != addrs[2] {
			return conn, err
		}
		return mute{conn, &lost}, err
	}})
	defer c.Close()
	made := make(chan *PubSub, 1)
	go func() { made <- Subscribe(context.Background(), c, "news") }()
	eventually(t, "a subscription that is lost", func() bool { return lost.Load() > 0 })
	for range 300 {
		if _, err := redistest.Do(addrs[0], "PUBLISH", "news", "x"); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case sub := <-made:
		var err error
		for n := 0; n < 1000 && err == nil; n++ { // the answer, the messages of two nodes, the error
			_, err = sub.Receive(soon(t))
		}
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("got %v", err)
		}
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Subscribe does not return")
	}
}
