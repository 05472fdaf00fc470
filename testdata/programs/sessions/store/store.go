// Package store keeps users and their sessions.
package store

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/redis/go-redis/v9"
)

// MaxSessions is how many devices one user may be logged in on.
const MaxSessions = 2

var (
	ErrLocked  = errors.New("account is locked")
	ErrTooMany = errors.New("too many sessions")
	ErrNoUser  = errors.New("no such user")
)

// Store is a Redis client that also knows about users: the health checks and
// the metrics use it as the client it embeds.
type Store struct {
	*redis.Client

	ttl time.Duration
}

// New connects to the server at addr.
func New(addr, password string) *Store {
	rdb := redis.NewClient(&redis.Options{
		Addr:         addr,
		Password:     password,
		DialTimeout:  2 * time.Second,
		ReadTimeout:  2 * time.Second,
		MinIdleConns: 1,
	})
	return &Store{
		Client: rdb,
		ttl:    time.Hour,
	}
}

// Register writes the profile to a draft first, so that no reader ever sees
// half of it, and then moves the draft over the profile.
func (s *Store) Register(ctx context.Context, id, name, mail string) error {
	n := names{id}
	if err := s.HSet(ctx, n.draft(), "name", name).Err(); err != nil {
		return err
	}
	if err := s.HSet(ctx, n.draft(), "mail", mail).Err(); err != nil {
		return err
	}
	if err := s.Rename(ctx, n.draft(), n.profile()).Err(); err != nil {
		return fmt.Errorf("publish profile: %w", err)
	}
	return nil
}

// Login opens a session. Profile, sessions and lock are watched together, so a
// lock that is set meanwhile wins.
func (s *Store) Login(ctx context.Context, id, token string, now int64) error {
	n := names{id: id}
	err := s.Watch(ctx, func(tx *redis.Tx) error {
		if err := allowed(ctx, tx, n); err != nil {
			return err
		}
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.SAdd(ctx, n.sessions(), token)
			p.Expire(ctx, n.sessions(), s.ttl)
			p.Set(ctx, n.lastSeen(), now, 0)
			p.HIncrBy(ctx, n.profile(), "logins", 1)
			return nil
		})
		return err
	}, n.profile(), n.sessions(), n.lock())
	return err
}

// allowed reads through the transaction: what it saw is what was watched.
func allowed(ctx context.Context, tx *redis.Tx, n names) error {
	known, err := tx.Exists(ctx, n.profile()).Result()
	if err != nil {
		return err
	}
	if known == 0 {
		return ErrNoUser
	}
	locked, err := tx.Exists(ctx, n.lock()).Result()
	if err != nil {
		return err
	}
	if locked > 0 {
		return ErrLocked
	}
	open, err := tx.SCard(ctx, n.sessions()).Result()
	if err != nil {
		return err
	}
	if open >= MaxSessions {
		return ErrTooMany
	}
	return nil
}

// Lock throws a user out everywhere and keeps them out.
func (s *Store) Lock(ctx context.Context, id, why string) (int64, error) {
	n := names{id}
	var closed *redis.IntCmd
	_, err := s.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, n.lock(), why, s.ttl)
		closed = p.SCard(ctx, n.sessions())
		p.Del(ctx, n.sessions(), n.lastSeen())
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("lock: %w", err)
	}
	return closed.Val(), nil
}

// Unlock lets a user in again.
func (s *Store) Unlock(ctx context.Context, id string) error {
	return s.Del(ctx, names{id}.lock()).Err()
}

// Sessions lists the open sessions of a user.
func (s *Store) Sessions(ctx context.Context, id string) ([]string, error) {
	all, err := s.SMembers(ctx, names{id}.sessions()).Result()
	sort.Strings(all)
	return all, err
}

// Profile reads the fields that pages show.
func (s *Store) Profile(ctx context.Context, id string) (name, logins string, err error) {
	vals, err := s.HMGet(ctx, names{id}.profile(), "name", "logins").Result()
	if err != nil {
		return "", "", err
	}
	return fmt.Sprint(vals[0]), fmt.Sprint(vals[1]), nil
}

// Failed notes a wrong password and returns how many there were.
func (s *Store) Failed(ctx context.Context, addr string) (int64, error) {
	pipe := s.Pipeline()
	n := pipe.Incr(ctx, failures(addr))
	pipe.Expire(ctx, failures(addr), 10*time.Minute)
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, err
	}
	return n.Val(), nil
}

// Shutdown closes the connections.
func (s *Store) Shutdown() error { return s.Client.Close() }
