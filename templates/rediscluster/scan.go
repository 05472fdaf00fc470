package rediscluster

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// A Scanner scans all primaries, one after the other, for a loop that goes on until the cursor is 0:
//
//	var scan rediscluster.Scanner
//	var cursor uint64
//	for {
//		keys, next, err := scan.Scan(ctx, client, cursor, "user:*", 100).Result()
//		...
//		if cursor = next; cursor == 0 {
//			break
//		}
//	}
//
// It holds the primary and its cursor; what it returns as the cursor says only whether there is more. So a scan lives in
// one Scanner: a cursor can't be kept, or sent to another process. Cursor 0 starts again. It is not safe for concurrent
// use.
type Scanner struct {
	at, before place  // of the next page, and of the last one
	slots      string // where they were at the start
}

// place is where a scan stands.
type place struct {
	nodes  []redis.Cmdable // the one that is scanned, and those to come
	cursor uint64          // of that one
	token  uint64          // what was returned as the cursor: the number of the page
}

// Scan returns the next page: its keys, and a cursor that is 0 after the last page of the last primary. After an error
// the same page is asked for again, and so it is with the cursor before the last one.
func (s *Scanner) Scan(ctx context.Context, c redis.Cmdable, cursor uint64, match string, count int64) *redis.ScanCmd {
	return s.next(ctx, c, cursor, func(ctx context.Context, c redis.Cmdable, cursor uint64) *redis.ScanCmd {
		return c.Scan(ctx, cursor, match, count)
	})
}

// ScanType is Scan for keys of one type.
func (s *Scanner) ScanType(ctx context.Context, c redis.Cmdable, cursor uint64, match string, count int64, keyType string) *redis.ScanCmd {
	return s.next(ctx, c, cursor, func(ctx context.Context, c redis.Cmdable, cursor uint64) *redis.ScanCmd {
		return c.ScanType(ctx, cursor, match, count, keyType)
	})
}

func (s *Scanner) next(ctx context.Context, c redis.Cmdable, cursor uint64,
	page func(context.Context, redis.Cmdable, uint64) *redis.ScanCmd) *redis.ScanCmd {
	switch {
	case cursor == 0:
		nodes, slots, err := start(ctx, c)
		if err != nil {
			return failedScan(ctx, err)
		}
		*s = Scanner{at: place{nodes: nodes}, slots: slots}
	case cursor == s.at.token:
	case cursor == s.before.token:
		s.at = s.before // the same page again
	default:
		return failedScan(ctx, errors.New("rediscluster: the cursor is not one that this scan returned last"))
	}
	cmd := page(ctx, s.at.nodes[0], s.at.cursor)
	keys, next, err := cmd.Result()
	if err != nil {
		return cmd
	}
	then := place{s.at.nodes, next, s.at.token + 1}
	if next == 0 {
		if then.nodes = then.nodes[1:]; len(then.nodes) == 0 {
			if err := end(ctx, c, s.slots); err != nil {
				cmd.SetErr(err)
				return cmd
			}
			then = place{}
		}
	}
	s.before, s.at = s.at, then
	out := redis.NewScanCmd(ctx, func(ctx context.Context, more redis.Cmder) error { // for its Iterator
		keys, next, err := s.next(ctx, c, s.at.token, page).Result()
		more.(*redis.ScanCmd).SetVal(keys, next)
		more.SetErr(err)
		return err
	}, cmd.Args()...)
	out.SetVal(keys, s.at.token)
	return out
}

func failedScan(ctx context.Context, err error) *redis.ScanCmd {
	cmd := redis.NewScanCmd(ctx, nil, "scan")
	cmd.SetErr(err)
	return cmd
}

// Scan starts a scan of all primaries; use its Iterator. The cursor must be 0: one of a server says nothing about
// which node it is for.
func Scan(_ context.Context, c redis.Cmdable, cursor uint64, match string, count int64) *KeyScan {
	return newScan(c, cursor, func(ctx context.Context, c redis.Cmdable) *redis.ScanCmd { return c.Scan(ctx, 0, match, count) })
}

// ScanType is Scan for keys of one type.
func ScanType(_ context.Context, c redis.Cmdable, cursor uint64, match string, count int64, keyType string) *KeyScan {
	return newScan(c, cursor, func(ctx context.Context, c redis.Cmdable) *redis.ScanCmd {
		return c.ScanType(ctx, 0, match, count, keyType)
	})
}

func newScan(c redis.Cmdable, cursor uint64, start func(context.Context, redis.Cmdable) *redis.ScanCmd) *KeyScan {
	s := &KeyScan{client: c, start: start}
	if cursor != 0 {
		s.err = errors.New("rediscluster: a scan of a cluster starts at cursor 0")
	}
	return s
}

// KeyScan is a scan that was not started.
type KeyScan struct {
	client redis.Cmdable
	start  func(context.Context, redis.Cmdable) *redis.ScanCmd
	err    error
}

// Iterator returns an iterator over the keys of all primaries, one primary after the other.
func (s *KeyScan) Iterator() *Iterator { return &Iterator{scan: s, err: s.err} }

// Iterator walks over keys as redis.ScanIterator does. It is not safe for concurrent use.
type Iterator struct {
	scan    *KeyScan
	started bool
	nodes   []redis.Cmdable
	slots   string // where they were at the start
	cur     *redis.ScanIterator
	err     error
}

// Next moves to the next key; false at the end, or after an error.
func (it *Iterator) Next(ctx context.Context) bool {
	if it.err != nil {
		return false
	}
	if !it.started {
		it.started = true
		if it.nodes, it.slots, it.err = start(ctx, it.scan.client); it.err != nil {
			return false
		}
	}
	for {
		if it.cur != nil {
			if it.cur.Next(ctx) {
				return true
			}
			if it.err = it.cur.Err(); it.err != nil {
				return false
			}
			it.cur = nil
		}
		if len(it.nodes) == 0 {
			it.err = end(ctx, it.scan.client, it.slots)
			it.slots = ""
			return false
		}
		it.cur = it.scan.start(ctx, it.nodes[0]).Iterator()
		it.nodes = it.nodes[1:]
	}
}

// Val is the key that Next moved to.
func (it *Iterator) Val() string {
	if it.cur == nil {
		return ""
	}
	return it.cur.Val()
}

// Err is the first error.
func (it *Iterator) Err() error { return it.err }
