package rediscluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// PubSub is a subscription on every primary, for keyspace and keyevent notifications: a node sends those of its own
// keys only, and the cluster bus does not carry them. What Publish sends comes once from a plain subscription; here it
// would come once from each primary.
//
// Primaries that join are subscribed to within a few seconds. As on one server, what is sent while there is no
// connection is lost. Each primary needs its own notify-keyspace-events: see ConfigSet. A PubSub is for one reader.
type PubSub struct {
	client    redis.UniversalClient
	subscribe func(context.Context, redis.UniversalClient) *redis.PubSub
	confirms  int // answers of a server to the subscription
	items     chan item
	ctx       context.Context
	cancel    context.CancelFunc
	running   sync.WaitGroup

	mu    sync.Mutex
	nodes map[string]*redis.PubSub // by the address of the node

	once    sync.Once
	channel chan *redis.Message
}

// item is something received, or why nothing could be.
type item struct {
	msg interface{}
	err error
}

// refresh is how often primaries are looked for that joined or left.
const refresh = 5 * time.Second

// Subscribe subscribes to channels on every primary. Errors come from Receive, as with the method.
func Subscribe(ctx context.Context, c redis.UniversalClient, channels ...string) *PubSub {
	return subscribe(ctx, c, len(channels), func(ctx context.Context, c redis.UniversalClient) *redis.PubSub {
		return c.Subscribe(ctx, channels...)
	})
}

// PSubscribe subscribes to patterns on every primary. Errors come from Receive, as with the method.
func PSubscribe(ctx context.Context, c redis.UniversalClient, patterns ...string) *PubSub {
	return subscribe(ctx, c, len(patterns), func(ctx context.Context, c redis.UniversalClient) *redis.PubSub {
		return c.PSubscribe(ctx, patterns...)
	})
}

func subscribe(ctx context.Context, c redis.UniversalClient, confirms int,
	on func(context.Context, redis.UniversalClient) *redis.PubSub) *PubSub {
	p := &PubSub{client: c, subscribe: on, confirms: confirms, items: make(chan item, 100+confirms), nodes: map[string]*redis.PubSub{}}
	p.ctx, p.cancel = context.WithCancel(context.Background()) // ctx is for the subscribing only, as with the method
	err := p.join(ctx, true)
	p.running.Add(1)
	go p.watch(err)
	return p
}

// watch passes on why it could not be subscribed, and looks for primaries that joined or left.
func (p *PubSub) watch(err error) {
	defer p.running.Done()
	if err != nil && !p.pass(item{err: err}) {
		return
	}
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
			_ = p.join(p.ctx, false) // the next round tries again
		}
	}
}

// join subscribes on the primaries that are new, and drops those that are gone. With wait it returns once each of them
// has confirmed.
func (p *PubSub) join(ctx context.Context, wait bool) error {
	nodes, err := primaries(ctx, p.client)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() != nil {
		return nil
	}
	current := map[string]bool{}
	var errs []error
	for i, n := range nodes {
		var early []interface{}
		addr := ""
		if node, ok := n.(*redis.Client); ok {
			addr = node.Options().Addr
		}
		current[addr] = true
		if p.nodes[addr] != nil {
			continue
		}
		sub := p.subscribe(ctx, n.(redis.UniversalClient))
		if wait {
			if early, err = p.confirm(ctx, sub, i == 0); err != nil {
				errs = append(errs, err)
			}
		}
		p.nodes[addr] = sub
		p.running.Add(1)
		go p.read(sub, early)
	}
	for addr, sub := range p.nodes {
		if !current[addr] {
			_ = sub.Close()
			delete(p.nodes, addr)
		}
	}
	return joined(nil, errs)
}

// confirm waits until a server has answered to all subscriptions, and returns the messages that came meanwhile. The
// caller sees the answers once, not from each server.
func (p *PubSub) confirm(ctx context.Context, sub *redis.PubSub, first bool) (early []interface{}, err error) {
	for n := 0; n < p.confirms; {
		msg, err := sub.ReceiveTimeout(ctx, refresh)
		if err != nil {
			return early, err
		}
		_, answer := msg.(*redis.Subscription)
		if answer {
			n++
		}
		switch {
		case !answer:
			early = append(early, msg)
		case first:
			p.items <- item{msg: msg} // there is room for all: they come before any message
		}
	}
	return early, nil
}

// read passes on what a node sends.
func (p *PubSub) read(sub *redis.PubSub, early []interface{}) {
	defer p.running.Done()
	for _, msg := range early {
		if !p.pass(item{msg: msg}) {
			return
		}
	}
	for {
		msg, err := sub.Receive(p.ctx)
		if p.ctx.Err() != nil || err == redis.ErrClosed {
			return
		}
		if _, answer := msg.(*redis.Subscription); answer && err == nil {
			continue // subscribed again, after a connection was lost
		}
		if !p.pass(item{msg, err}) {
			return
		}
		if err == nil {
			continue
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-p.ctx.Done():
			return
		}
	}
}

// pass hands an item to the reader; false when the subscription is closed.
func (p *PubSub) pass(i item) bool {
	select {
	case p.items <- i:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// Receive returns the next *redis.Subscription or *redis.Message of any primary, or the error of one.
func (p *PubSub) Receive(ctx context.Context) (interface{}, error) {
	if p.ctx.Err() != nil {
		return nil, redis.ErrClosed // whatever was not read
	}
	select {
	case i := <-p.items:
		return i.msg, i.err
	case <-p.ctx.Done():
		return nil, redis.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ReceiveMessage returns the next message of any primary, or the error of one.
func (p *PubSub) ReceiveMessage(ctx context.Context) (*redis.Message, error) {
	for {
		got, err := p.Receive(ctx)
		if err != nil {
			return nil, err
		}
		if msg, ok := got.(*redis.Message); ok {
			return msg, nil
		}
	}
}

// Channel returns the messages of all primaries. It is closed by Close. After an error of a node the subscription goes on.
func (p *PubSub) Channel() <-chan *redis.Message {
	p.once.Do(func() {
		p.channel = make(chan *redis.Message, 100)
		go func() {
			defer close(p.channel)
			for {
				msg, err := p.ReceiveMessage(p.ctx)
				if errors.Is(err, redis.ErrClosed) || p.ctx.Err() != nil {
					return
				}
				if err != nil {
					continue
				}
				select {
				case p.channel <- msg:
				case <-p.ctx.Done():
					return
				}
			}
		}()
	})
	return p.channel
}

// Close ends the subscription on all primaries.
func (p *PubSub) Close() error {
	p.cancel()
	p.mu.Lock()
	var errs []error
	for _, sub := range p.nodes {
		if err := sub.Close(); err != nil {
			errs = append(errs, err)
		}
	}
	p.mu.Unlock()
	p.running.Wait()
	return joined(nil, errs)
}
