package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

func open(t *testing.T) *Store {
	t.Helper()
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		t.Skip("REDIS_ADDR is not set")
	}
	s := New(addr, "")
	t.Cleanup(func() { s.Shutdown() })
	return s
}

// A lock that an operator put there by hand must keep the user out.
func TestLockByHand(t *testing.T) {
	ctx, s := context.Background(), open(t)
	const id = "t1"
	if err := s.Register(ctx, id, "Tess", "tess@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := s.Set(ctx, "user:t1:lock", "by hand", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Login(ctx, id, "tok", 1); !errors.Is(err, ErrLocked) {
		t.Errorf("login while locked: %v", err)
	}
	if err := s.Unlock(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := s.Login(ctx, id, "tok", 2); err != nil {
		t.Errorf("login after unlock: %v", err)
	}
	seen, err := s.Get(ctx, fmt.Sprintf("user:%s:seen", id)).Int()
	if err != nil || seen != 2 {
		t.Errorf("last seen: %d, %v", seen, err)
	}
	// Other services read the profile by its bare name.
	if name := s.HGet(ctx, "user:t1", "name").Val(); name != "Tess" {
		t.Errorf("profile at the old place: %q", name)
	}
	if err := s.Del(ctx, "user:t1", "user:t1:sessions", "user:t1:seen").Err(); err != nil {
		t.Errorf("clean up: %v", err)
	}
}
