// Package lock has locks that give a number with each lease: who comes late with an old number is refused.
package lock

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	lockPrefix  = "lock:"
	fencePrefix = "fence:"
)

// acquire takes a lock that is free, and counts its fence up.
const acquire = `
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then
	return redis.call("INCR", "` + fencePrefix + `" .. ARGV[3])
end
return 0`

// write stores a document unless a later owner has written it.
const write = `
local last = tonumber(redis.call("HGET", KEYS[1], "fence") or 0)
if tonumber(ARGV[1]) < last then
	return redis.error_reply("STALE " .. ARGV[1] .. " < " .. last)
end
redis.call("HSET", KEYS[1], "fence", ARGV[1], "body", ARGV[2])
return redis.call("LPUSH", KEYS[2], ARGV[2])`

var release = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

// ErrTaken is the answer while somebody else has the lock.
var ErrTaken = errors.New("taken")

// Locker locks names.
type Locker struct {
	redis.UniversalClient
	Owner string
}

// Lock returns the fence of a new lease.
func (l Locker) Lock(ctx context.Context, name string) (int64, error) {
	fence, err := l.Eval(ctx, acquire, []string{lockPrefix + name}, l.Owner, time.Minute.Milliseconds(), name).Int64()
	if err == nil && fence == 0 {
		err = ErrTaken
	}
	return fence, err
}

// Unlock gives a lease back.
func (l Locker) Unlock(ctx context.Context, name string) error {
	return release.Run(ctx, l, []string{lockPrefix + name}, l.Owner).Err()
}

// Write writes a document with a fence.
func (l Locker) Write(ctx context.Context, name string, fence int64, body string) error {
	return l.Eval(ctx, write, []string{"doc:" + name, "doc:" + name + ":log"}, fence, body).Err()
}

// Show is what a document and its lock look like.
func (l Locker) Show(ctx context.Context, name string) (fence, body string, log []string) {
	fence = l.Get(ctx, fencePrefix+name).Val()
	body = l.HGet(ctx, "doc:"+name, "body").Val()
	return fence, body, l.LRange(ctx, "doc:"+name+":log", 0, -1).Val()
}
