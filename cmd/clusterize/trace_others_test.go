package main_test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/keyplan"
)

// otherOperations are what the programs don't do: each line a command on the connection that it begins with, ~ a blank in
// a word. The slots of a (15495) and e (15363) are on one primary of three, those of b and c on the two others.
const otherOperations = `
A SET a 1
A MSETNX u:1:x 1 u:1:y 2
A MSETNX u:1:x 1 u:2:y 2
A SINTERSTORE u:1:s u:1:s1 u:1:s2
A SINTERCARD 2 u:1:s u:2:s
A COPY u:3:x u:3:y
A COPY a {a}1 DB 1
A MOVE a 1
A SWAPDB 2 3
A SELECT 0
A SELECT 2
A SELECT 0
A RPUSH l 1 2
A SORT l BY w_* GET #
A SORT l BY nosort STORE {l}2
A SORT l STORE m
A SORT_RO l GET w_*
A GEOADD g 1 1 x
A GEORADIUS g 1 1 5 km STORE u:1:g
A XADD s * f v
A XREAD STREAMS s {s}2 0 0
A XREAD COUNT 1 STREAMS s t 0 0
A ZADD z 1 m
A ZUNIONSTORE {z}2 1 z
A ZUNIONSTORE z2 1 z
A BITOP NOT {a}2 a
A LMPOP 2 l m LEFT
A OBJECT ENCODING l
A RENAME l m
A PFMERGE u:5:p u:5:q
A SDIFFSTORE u:5:s u:5:t u:6:t
A EVAL return~redis.call('get',KEYS[1]) 1 a
A EVAL return~redis.call('get','e') 1 a
A EVAL return~redis.call('get','b') 1 a
A EVAL redis.call('get','e')~return~redis.call('get','c') 1 a
A EVAL return~redis.call('mget','a','e') 1 a
A EVAL return~redis.call('get',KEYS[2]) 2 a e
A EVAL return~1 2 a e
A EVAL return~redis.call('get','a') 0
A EVAL return~redis.call('ping') 0
A EVAL return~1 0
A EVAL return~redis.call('get','u:1:y') 1 u:1:x
A EVAL #!lua%return~redis.call('get','e') 1 a
A EVAL #!lua%return~redis.call('get','{a}1') 1 a
A EVAL #!lua~flags=allow-cross-slot-keys%return~redis.call('get','e') 1 a
A EVAL_RO return~redis.call('get','b') 1 a
A FUNCTION LOAD #!lua~name=lib%redis.register_function('f',function(k,v)~return~redis.call('get',v[1])~end)
A FCALL f 1 a e
A FCALL f 1 a {a}1
A FCALL f 1 a b
A MULTI
B SET a 2
A SET a 1
A SET e 1
B INCR b
A EXEC
A MULTI
A SET a 1
A SET {a}1 1
A EXEC
A MULTI
A DISCARD
A MULTI
A DEL a e
A EXEC
A MULTI
A SET u:1:x 1
A INCR u:1:n
A EVAL return~redis.call('get',KEYS[1]) 1 u:1:y
A EXEC
A MULTI
A SET a 1
A EVAL return~redis.call('get','b') 1 a
A EXEC
A MULTI
A SET a 1
A EVAL return~redis.call('get','b') 0
A EXEC
A MULTI
A SET a 1
A EVAL return~redis.call('get','e') 0
A EXEC
A MULTI
A SET a 1
A SELECT 1
A SELECT 0
A EXEC
A MULTI
A PING
A EXEC
A WATCH a
A GET e
A MULTI
A SET a 1
A EXEC
A WATCH a
A GET b
A MULTI
A SET a 1
A EXEC
A WATCH a e
A GET a
A MULTI
A SET a 1
A EXEC
A WATCH a
A WATCH e
A MULTI
A SET e 1
A EXEC
A WATCH u:1:x
B SET u:1:x 9
A GET u:1:y
A MULTI
A SET u:1:z 1
A EXEC
A WATCH u:1:x
A GET u:1:x
A UNWATCH
A GET b
A DBSIZE
A KEYS *
A MULTI
A KEYS u:*
A EXEC
`

// otherNames is a plan for the keys of otherOperations.
func otherNames(t *testing.T) *keymap.Map {
	t.Helper()
	text := func(s string) keymap.Piece { return keymap.Piece{Text: s} }
	hole := func(n string) keymap.Piece { return keymap.Piece{Hole: &keymap.Hole{Name: n, Kind: key.Text}} }
	m, err := keymap.New([]keymap.Entry{keymap.NewEntry([]keymap.Piece{text("u:"), hole("id"), text(":"), hole("what")}, keyplan.Span{Start: 0, End: 3})})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// capturedCommands runs commands on one Redis, and captures them.
func capturedCommands(t *testing.T, addr, commands string) []byte {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: addr, DisableIdentity: true})
	defer c.Close()
	conns := map[string]*redis.Conn{"A": c.Conn(), "B": c.Conn()}
	for _, conn := range conns {
		defer conn.Close()
		conn.Ping(t.Context())
		conn.FunctionFlush(t.Context())
	}
	return captured(t, addr, func() {
		for _, line := range strings.Split(strings.TrimSpace(commands), "\n") {
			var args []any
			words := strings.Fields(line)
			for _, w := range words[1:] {
				args = append(args, strings.NewReplacer("~", " ", "%", "\n").Replace(w))
			}
			err := conns[words[0]].Do(t.Context(), args...).Err()
			if err != nil && err != redis.Nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
	})
}
