package rediscluster

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// library is a library of functions, whose one function f answers with a number.
func library(name, answer string) string {
	return "#!lua name=" + name + "\nredis.register_function('f', function() return " + answer + " end)"
}

// calls are all functions that ask more than one node.
func calls(c redis.Cmdable, keys ...string) map[string]func(context.Context) error {
	var values []any
	for _, key := range keys {
		values = append(values, key, "new")
	}
	return map[string]func(context.Context) error{
		"MGet":            func(ctx context.Context) error { return MGet(ctx, c, keys...).Err() },
		"MSet":            func(ctx context.Context) error { return MSet(ctx, c, values...).Err() },
		"Del":             func(ctx context.Context) error { return Del(ctx, c, keys...).Err() },
		"Unlink":          func(ctx context.Context) error { return Unlink(ctx, c, keys...).Err() },
		"Exists":          func(ctx context.Context) error { return Exists(ctx, c, keys...).Err() },
		"Touch":           func(ctx context.Context) error { return Touch(ctx, c, keys...).Err() },
		"Keys":            func(ctx context.Context) error { return Keys(ctx, c, "*").Err() },
		"PubSubChannels":  func(ctx context.Context) error { return PubSubChannels(ctx, c, "*").Err() },
		"PubSubNumPat":    func(ctx context.Context) error { return PubSubNumPat(ctx, c).Err() },
		"RandomKey":       func(ctx context.Context) error { return RandomKey(ctx, c).Err() },
		"FlushDB":         func(ctx context.Context) error { return FlushDB(ctx, c).Err() },
		"FlushDBAsync":    func(ctx context.Context) error { return FlushDBAsync(ctx, c).Err() },
		"FlushAll":        func(ctx context.Context) error { return FlushAll(ctx, c).Err() },
		"FlushAllAsync":   func(ctx context.Context) error { return FlushAllAsync(ctx, c).Err() },
		"ConfigSet":       func(ctx context.Context) error { return ConfigSet(ctx, c, "slowlog-max-len", "99").Err() },
		"ConfigResetStat": func(ctx context.Context) error { return ConfigResetStat(ctx, c).Err() },
		"ConfigRewrite":   func(ctx context.Context) error { return ConfigRewrite(ctx, c).Err() },
		"ScriptKill":      func(ctx context.Context) error { return ScriptKill(ctx, c).Err() },
		"FunctionLoad":    func(ctx context.Context) error { return FunctionLoad(ctx, c, library("calls", "1")).Err() },
		"FunctionLoadReplace": func(ctx context.Context) error {
			return FunctionLoadReplace(ctx, c, library("calls", "2")).Err()
		},
		"FunctionDelete": func(ctx context.Context) error { return FunctionDelete(ctx, c, "calls").Err() },
		"FunctionFlush":  func(ctx context.Context) error { return FunctionFlush(ctx, c).Err() },
		"Scan":           func(ctx context.Context) error { _, err := walk(ctx, Scan(ctx, c, 0, "", 0)); return err },
		"ScanType":       func(ctx context.Context) error { _, err := walk(ctx, ScanType(ctx, c, 0, "", 0, "string")); return err },
		"Scanner.Scan":   func(ctx context.Context) error { _, err := pages(ctx, &Scanner{}, c, "", 10); return err },
		"Scanner.ScanType": func(ctx context.Context) error {
			return new(Scanner).ScanType(ctx, c, 0, "", 10, "string").Err()
		},
	}
}

// pages is the loop that programs write over a cursor.
func pages(ctx context.Context, s *Scanner, c redis.Cmdable, match string, count int64) ([]string, error) {
	var all []string
	var cursor uint64
	for {
		keys, next, err := s.Scan(ctx, c, cursor, match, count).Result()
		if err != nil {
			return all, err
		}
		all = append(all, keys...)
		if cursor = next; cursor == 0 {
			return all, nil
		}
	}
}
