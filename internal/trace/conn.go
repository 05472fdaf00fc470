package trace

import "container/list"

// Limits of what is kept of connections. Only those with an open WATCH or MULTI are kept at all.
const (
	maxConns = 4096
	// idleMicros is how long a client may be silent in a transaction, by the clock of the capture, until it is taken for
	// gone: the address may belong to another one then.
	idleMicros = 5 * 60 * 1_000_000
)

// conn is a connection with an open WATCH or MULTI.
type conn struct {
	addr  string
	seen  int64 // when, in microseconds
	place *list.Element
	multi bool // after MULTI
	watch bool // after WATCH
	// queued are the keys between MULTI and EXEC, all also those that were watched, and read in between.
	queued, all group
	runs        int // commands between MULTI and EXEC
	strict      [states]bool
	commands    shape
}

type conns struct {
	open map[string]*conn
	used list.List // the one that was silent longest first
	free []*conn
	lost int64
}

// get is the connection of an address, nil when it has nothing open.
func (c *conns) get(addr []byte, now int64) *conn {
	if len(c.open) == 0 {
		return nil
	}
	c.expire(now)
	x := c.open[string(addr)]
	if x != nil {
		x.seen = now
		c.used.MoveToBack(x.place)
	}
	return x
}

// expire gives up connections that were silent for long.
func (c *conns) expire(now int64) {
	for e := c.used.Front(); e != nil && now-e.Value.(*conn).seen > idleMicros; e = c.used.Front() {
		c.lost++
		c.drop(e.Value.(*conn))
	}
}

// start opens a connection that has nothing open.
func (c *conns) start(addr []byte, now int64) *conn {
	if c.open == nil {
		c.open = map[string]*conn{}
	}
	if len(c.open) >= maxConns {
		c.lost++
		c.drop(c.used.Front().Value.(*conn))
	}
	x := &conn{}
	if n := len(c.free); n > 0 {
		x, c.free = c.free[n-1], c.free[:n-1]
	}
	x.commands.reset()
	*x = conn{addr: string(addr), seen: now, commands: x.commands}
	x.place = c.used.PushBack(x)
	c.open[x.addr] = x
	return x
}

func (c *conns) drop(x *conn) {
	delete(c.open, x.addr)
	c.used.Remove(x.place)
	if len(c.free) < 64 {
		c.free = append(c.free, x)
	}
}
