package trace

import "bytes"

// transaction follows the state of a connection. It returns the connection that the command belongs to, if it has
// something open.
func (a *Analyzer) transaction(cmd *command, c *conn) *conn {
	l := a.line
	switch cmd.action {
	case multi:
		if c != nil && c.multi {
			// The client is gone, and another one has its address: a MULTI in a MULTI is an error, and rare.
			a.giveUp(c)
			c = nil
		}
		if c == nil {
			c = a.conns.start(l.Addr, l.Micros)
		}
		c.multi = true
	case watch:
		if c != nil && c.multi {
			return c // an error, the watched keys stay as they are
		}
		if c == nil {
			c = a.conns.start(l.Addr, l.Micros)
		}
		c.watch = true
	case exec:
		a.exec(c)
		return nil
	case unwatch:
		if c != nil && !c.multi {
			a.conns.drop(c)
			return nil
		}
	case discard, begin:
		if c == nil {
			return nil
		}
		if cmd.action == begin && c.multi {
			a.giveUp(c)
			return nil
		}
		a.conns.drop(c)
		return nil
	}
	return c
}

func (a *Analyzer) giveUp(c *conn) {
	a.conns.lost++
	a.conns.drop(c)
}

// join adds the command of the line, which has these keys, to what its connection has open.
func (a *Analyzer) join(cmd *command, c *conn, g *group) {
	switch cmd.action {
	case multi:
		c.commands.sample = a.appendSample(c.commands.sample, cmd)
		return
	case script:
		// What it calls comes later.
	case watch:
		if c.multi {
			return
		}
	}
	for _, x := range a.places {
		c.all.add(x)
		if c.multi {
			c.queued.add(x)
		}
	}
	if c.multi {
		c.runs++
		for s := range states {
			c.strict[s] = c.strict[s] || c.queued.differ[s]
		}
	}
	for s := range states {
		c.strict[s] = c.strict[s] || g.differ[s]
	}
	if len(a.at) > 0 || c.multi {
		a.note(&c.commands, cmd)
		c.commands.sample = a.appendSample(c.commands.sample, cmd)
	}
}

// exec ends a transaction.
func (a *Analyzer) exec(c *conn) {
	l := a.line
	if c == nil || !c.multi {
		a.capture.HalfTransactions++
		if c != nil {
			a.conns.drop(c)
		}
		return
	}
	a.capture.Transactions++
	if bytes.HasPrefix(l.Addr, []byte("unix:")) {
		a.capture.SocketClients++
	}
	if c.all.crosses() {
		kind, reason := Transaction, inMulti
		if c.watch {
			kind, reason = Watch, inWatch
		}
		j := c.all.judge(c.strict)
		a.found(kind, Fails, reason, &c.commands, &j, l.Number, func() Sample {
			return Sample{Line: l.Number, Text: string(append(c.commands.sample, "; EXEC"...))}
		})
	}
	a.conns.drop(c)
}
