package main_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// recorded is a line of a capture.
type recorded struct {
	number int64
	addr   string
	lua    bool
	words  []string
}

// unit is what a client would do in one go on a cluster: a command; a script with what it calls; a transaction with its
// WATCH, and what was read in between.
type unit struct {
	lines []recorded
	calls map[int64][]recorded // of the script at a line
}

func (u *unit) String() string {
	var out []string
	for _, l := range u.lines {
		out = append(out, fmt.Sprintf("%d:%.100q", l.number, l.words))
		for _, c := range u.calls[l.number] {
			out = append(out, fmt.Sprintf("   lua %.100q", c.words))
		}
	}
	return strings.Join(out, "\n    ")
}

func (l recorded) is(names ...string) bool {
	return slices.Contains(names, strings.ToUpper(l.words[0]))
}

// units divides a capture, in a way that owes nothing to the package that is tested.
func units(lines []recorded) []*unit {
	open := map[string]*unit{}
	inMulti := map[string]bool{}
	var all []*unit
	var last *unit
	for _, l := range lines {
		if l.lua {
			n := last.lines[len(last.lines)-1].number
			last.calls[n] = append(last.calls[n], l)
			continue
		}
		if l.is("HELLO", "AUTH", "CLIENT", "SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE") {
			continue // of the connection
		}
		u := open[l.addr]
		if u == nil {
			u = &unit{calls: map[int64][]recorded{}}
			all = append(all, u)
		}
		u.lines = append(u.lines, l)
		last = u
		switch {
		case l.is("WATCH"):
			open[l.addr] = u
		case l.is("MULTI"):
			open[l.addr], inMulti[l.addr] = u, true
		case l.is("EXEC", "DISCARD"), l.is("UNWATCH") && !inMulti[l.addr]:
			delete(open, l.addr)
			delete(inMulti, l.addr)
		}
	}
	return all
}

// replayer sends units to a cluster, and to one Redis that has the data as they were.
type replayer struct {
	t      *testing.T
	ctx    context.Context
	nodes  []*redis.Conn
	slots  []redis.ClusterSlot
	addrs  []string // of the nodes
	mirror *redis.Conn
	name   func(string) string // of a key on the cluster
	texts  map[string]string   // of scripts, by SHA1
	short  []int64             // lines of which one node knows less than one Redis did
}

func newReplayer(t *testing.T, cluster []string, standalone string, name func(string) string) *replayer {
	r := &replayer{t: t, ctx: t.Context(), name: name, texts: map[string]string{}}
	client := func(addr string) *redis.Conn {
		c := redis.NewClient(&redis.Options{Addr: addr, Protocol: 2, DisableIdentity: true, MaxRetries: -1,
			MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
		conn := c.Conn() // one, as what is watched is of a connection
		t.Cleanup(func() { conn.Close(); c.Close() })
		return conn
	}
	for _, addr := range cluster {
		r.nodes = append(r.nodes, client(addr))
	}
	r.addrs, r.mirror = cluster, client(standalone)
	for _, c := range append(r.nodes, r.mirror) {
		if err := c.FlushAll(r.ctx).Err(); err != nil {
			t.Fatal(err)
		}
		c.ScriptFlush(r.ctx)
		c.FunctionFlush(r.ctx)
	}
	var err error
	if r.slots, err = r.nodes[0].ClusterSlots(r.ctx).Result(); err != nil {
		t.Fatal(err)
	}
	return r
}

// keyAt are the positions of the keys of a command, by its table, which is compared with the server elsewhere.
func keyAt(words []string) []int {
	c, ok := rediscmd.Lookup(words...)
	if !ok {
		return nil
	}
	at, err := c.KeyIndexes(len(words), func(i int) (string, bool) { return words[i], true })
	if err != nil {
		return nil
	}
	return at
}

// renamed is a command with the names that its keys have on the cluster.
func (r *replayer) renamed(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	for _, i := range keyAt(words) {
		out[i] = r.name(words[i])
	}
	return out
}

// owner is the node that owns a key, as the servers themselves say.
func (r *replayer) owner(key string) *redis.Conn {
	slot, err := r.nodes[0].ClusterKeySlot(r.ctx, key).Result()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, s := range r.slots {
		if int(slot) >= s.Start && int(slot) <= s.End {
			return r.nodes[slices.Index(r.addrs, s.Nodes[0].Addr)]
		}
	}
	r.t.Fatalf("nobody owns slot %d", slot)
	return nil
}

// isRefusal tells the errors of a cluster from those that one Redis would give as well.
func isRefusal(text string) bool {
	for _, s := range []string{"CROSSSLOT", "MOVED ", "EXECABORT", "non local key", "do not hash to the same slot", "in cluster mode", "in Cluster mode"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// replay sends a unit to the node of its first key, and to no other; one without a key to each node in turn. It returns
// what the servers refused, "" for nothing.
func (r *replayer) replay(u *unit) (refused string) {
	nodes := r.nodes
	for _, l := range u.lines {
		if at := keyAt(l.words); len(at) > 0 {
			nodes = []*redis.Conn{r.owner(r.name(l.words[at[0]]))}
			break
		}
	}
	if nodes := r.nodes[:1]; len(u.lines) == 1 && !u.lines[0].is("EVAL", "EVALSHA", "FCALL", "SCRIPT", "FUNCTION", "FLUSHDB", "FLUSHALL") && len(keyAt(u.lines[0].words)) == 0 {
		return r.send(nodes[0], u)
	}
	for _, n := range nodes {
		if why := r.send(n, u); why != "" {
			refused = why
		}
	}
	return refused
}

func (r *replayer) send(conn *redis.Conn, u *unit) (refused string) {
	for _, l := range u.lines {
		calls := u.calls[l.number]
		cmd := r.command(l, calls)
		res, err := conn.Do(r.ctx, cmd...).Result()
		if err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") && len(calls) > 0 {
			// Another node knew it: go-redis sends the text then.
			if err := conn.ScriptLoad(r.ctx, r.texts[l.words[1]]).Err(); err != nil {
				r.t.Fatal(err)
			}
			res, err = conn.Do(r.ctx, cmd...).Result()
		}
		if err == nil && l.is("KEYS", "DBSIZE") {
			if whole, err := r.mirror.Do(r.ctx, cmd...).Result(); err == nil && fmt.Sprint(whole) != fmt.Sprint(res) {
				r.short = append(r.short, l.number)
			}
		}
		for _, text := range errorsIn(res, err) {
			if isRefusal(text) && refused == "" {
				refused = fmt.Sprintf("%s: %s", l.words[0], text)
			}
		}
	}
	return refused
}

// errorsIn are the errors of an answer, those of the commands of a transaction included.
func errorsIn(res any, err error) (out []string) {
	if err != nil {
		out = append(out, err.Error())
	}
	if e, ok := res.(error); ok {
		out = append(out, e.Error())
	}
	if list, ok := res.([]any); ok {
		for _, x := range list {
			out = append(out, errorsIn(x, nil)...)
		}
	}
	return out
}

// command is what is sent for a line. A script of which keys have other names is not the one that was captured, since the
// port rewrites it: in its place goes one that makes the same calls with the new names.
func (r *replayer) command(l recorded, calls []recorded) []any {
	cmd := r.renamed(l.words)
	switch {
	case l.is("EVAL"):
		r.remember(l.words[1])
	case l.is("SCRIPT") && strings.EqualFold(l.words[1], "load"):
		r.remember(l.words[2])
	}
	if other := slices.ContainsFunc(calls, func(c recorded) bool { return !slices.Equal(r.renamed(c.words), plain(c.words)) }); !other {
		return quick(cmd)
	}
	var b strings.Builder
	if l.is("FCALL") || l.is("EVAL") && strings.HasPrefix(l.words[1], "#!") {
		b.WriteString("#!lua\n")
	}
	b.WriteString("local r\n")
	for _, c := range calls {
		b.WriteString("r = redis.pcall(")
		for i, w := range r.renamed(c.words) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(luaText(w.(string)))
		}
		b.WriteString(")\nif type(r) == 'table' and r.err and (string.find(r.err, 'non local') or string.find(r.err, 'same slot')) then return r end\n")
	}
	out := append([]any{"EVAL", b.String()}, cmd[2:]...)
	return out
}

func (r *replayer) remember(text string) {
	sha, err := r.mirror.ScriptLoad(r.ctx, text).Result()
	if err == nil {
		r.texts[sha] = text
	}
}

func luaText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		fmt.Fprintf(&b, `\%03d`, s[i])
	}
	return b.String() + `"`
}

func plain(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// quick takes the waiting out of a command that blocks: who was to wake it up comes later.
func quick(cmd []any) []any {
	name := strings.ToUpper(cmd[0].(string))
	switch name {
	case "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BZPOPMIN", "BZPOPMAX":
		cmd[len(cmd)-1] = "0.01"
	case "XREAD", "XREADGROUP":
		for i, w := range cmd {
			if strings.EqualFold(w.(string), "block") {
				cmd[i+1] = "1"
			}
		}
	}
	return cmd
}

// follow does on the one Redis what was done, and gives the cluster the outcome where it refused.
func (r *replayer) follow(u *unit, refused bool) {
	keys := map[string]bool{}
	for _, l := range u.lines {
		r.mirror.Do(r.ctx, quick(plain(l.words))...)
		for _, c := range append(u.calls[l.number], l) {
			for _, i := range keyAt(c.words) {
				keys[c.words[i]] = true
			}
		}
	}
	if !refused {
		return
	}
	for k := range keys {
		name := r.name(k)
		node := r.owner(name)
		data, err := r.mirror.Dump(r.ctx, k).Result()
		if err == redis.Nil {
			err = node.Del(r.ctx, name).Err()
		} else if err == nil {
			err = node.RestoreReplace(r.ctx, name, max(0, r.mirror.PTTL(r.ctx, k).Val()), data).Err()
		}
		if err != nil {
			r.t.Fatalf("copy of %s: %v", strconv.Quote(k), err)
		}
	}
}
