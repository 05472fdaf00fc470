// Package rooms is the state of chat rooms.
package rooms

import (
	"context"
	"encoding/json"
	"sort"
	"time"

	"github.com/redis/go-redis/v9"
)

// Message is one line of a room's log.
type Message struct {
	Seq  int64  `json:"seq"`
	From string `json:"from"`
	Text string `json:"text"`
}

// Service serves rooms from whatever kind of Redis it is given.
type Service struct {
	db redis.UniversalClient
}

// New returns a service on db.
func New(db redis.UniversalClient) *Service { return &Service{db: db} }

// Join lets a user into a room and wakes their presence.
func (s *Service) Join(ctx context.Context, room, user string) error {
	if err := s.db.SAdd(ctx, members(room), user).Err(); err != nil {
		return err
	}
	return s.db.Set(ctx, presence(user), "online", time.Hour).Err()
}

// Say appends a message and gives its author a point, both or neither.
func (s *Service) Say(ctx context.Context, room, user, text string, week int) (int64, error) {
	n, err := s.db.Incr(ctx, seq(room)).Result()
	if err != nil {
		return 0, err
	}
	line, err := json.Marshal(Message{Seq: n, From: user, Text: text})
	if err != nil {
		return 0, err
	}
	tx := s.db.TxPipeline()
	tx.RPush(ctx, log(room), line)
	tx.LTrim(ctx, log(room), -3, -1)
	tx.ZIncrBy(ctx, points(room, week), 1, user)
	if _, err := tx.Exec(ctx); err != nil {
		return 0, err
	}
	return n, nil
}

// SetTopic keeps the topic that was there before.
func (s *Service) SetTopic(ctx context.Context, room, text string) error {
	if err := s.db.Copy(ctx, topic(room), backup(room), 0, true).Err(); err != nil {
		return err
	}
	return s.db.Set(ctx, topic(room), text, 0).Err()
}

// Topics are the present and the previous one.
func (s *Service) Topics(ctx context.Context, room string) ([]any, error) {
	return s.db.MGet(ctx, topic(room), backup(room)).Result()
}

// Board sums up some weeks of points, best first.
func (s *Service) Board(ctx context.Context, room string, weeks ...int) ([]redis.Z, error) {
	var from []string
	for _, w := range weeks {
		from = append(from, points(room, w))
	}
	err := s.db.ZUnionStore(ctx, board(room), &redis.ZStore{Keys: from, Aggregate: "SUM"}).Err()
	if err != nil {
		return nil, err
	}
	return s.db.ZRevRangeWithScores(ctx, board(room), 0, -1).Result()
}

// Log is the last few messages.
func (s *Service) Log(ctx context.Context, room string) ([]Message, error) {
	lines, err := s.db.LRange(ctx, log(room), 0, -1).Result()
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(lines))
	for i, l := range lines {
		if err := json.Unmarshal([]byte(l), &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Online asks for the presence of each member, in one round trip.
func (s *Service) Online(ctx context.Context, room string) (map[string]string, error) {
	users, err := s.db.SMembers(ctx, members(room)).Result()
	if err != nil {
		return nil, err
	}
	sort.Strings(users)
	states := make([]*redis.StringCmd, len(users))
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, u := range users {
			states[i] = p.Get(ctx, presence(u))
		}
		return nil
	})
	if err != nil && err != redis.Nil {
		return nil, err
	}
	out := map[string]string{}
	for i, u := range users {
		out[u] = states[i].Val()
	}
	return out, nil
}

// Leave marks a user as gone, everywhere.
func (s *Service) Leave(ctx context.Context, room, user string) error {
	if err := s.db.Del(ctx, presence(user)).Err(); err != nil {
		return err
	}
	return s.db.SRem(ctx, members(room), user).Err()
}
