package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// limiter lets each user through a few times per window. Its script is loaded once, and named by its SHA1.
type limiter struct {
	rdb    redis.Scripter
	limit  int
	window int
	sha    string
}

func (l *limiter) load(ctx context.Context) error {
	src := fmt.Sprintf(`
local hits = KEYS[1] .. ":hits:" .. ARGV[1]
local n = redis.call("INCR", hits)
if n == 1 then redis.call("EXPIRE", hits, %d) end
if n > %d then
	redis.call("SET", KEYS[1] .. ":refused", n)
	return -1
end
return %d - n`, l.window, l.limit, l.limit)
	var err error
	l.sha, err = l.rdb.ScriptLoad(ctx, src).Result()
	return err
}

// take returns how many more are let through, -1 for a refusal.
func (l *limiter) take(ctx context.Context, user string, at int64) (int, error) {
	for range 2 {
		n, err := l.rdb.EvalSha(ctx, l.sha, []string{"rate:" + user}, at/int64(l.window)).Int()
		if err == nil || !strings.HasPrefix(err.Error(), "NOSCRIPT") {
			return n, err
		}
		if err := l.load(ctx); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("the script of %s is lost", user)
}
