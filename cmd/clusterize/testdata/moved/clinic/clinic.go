// Package clinic keeps patients, rooms and sessions in Redis.
package clinic

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Clinic is the data of one.
type Clinic struct {
	rdb *redis.Client
}

// Open connects.
func Open(addr string) *Clinic {
	return &Clinic{rdb: redis.NewClient(&redis.Options{Addr: addr})}
}

// Close ends the connection.
func (c *Clinic) Close() { _ = c.rdb.Close() }

func patientKey(id string) string { return "patient:" + id }

func roomKey(room int, part string) string { return fmt.Sprintf("room:%d:%s", room, part) }

// Admit stores a patient with a first visit and a score, at once.
func (c *Clinic) Admit(ctx context.Context, id, name string, score float64) error {
	_, err := c.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, patientKey(id), "name", name, "id", id)
		p.RPush(ctx, patientKey(id)+":visits", "first visit", "second visit of "+name)
		p.ZAdd(ctx, patientKey(id)+":scores", redis.Z{Score: score, Member: "pain"}, redis.Z{Score: 2 * score, Member: "sleep"})
		p.Set(ctx, patientKey(id)+":badge", "badge of "+id, 5*time.Hour)
		return nil
	})
	if err != nil {
		return err
	}
	return c.rdb.Incr(ctx, "stats:admitted").Err()
}

// Patient says all that is known of one.
func (c *Clinic) Patient(ctx context.Context, id string) (string, error) {
	fields, err := c.rdb.HGetAll(ctx, patientKey(id)).Result()
	if err != nil {
		return "", err
	}
	visits, err := c.rdb.LRange(ctx, patientKey(id)+":visits", 0, -1).Result()
	if err != nil {
		return "", err
	}
	scores, err := c.rdb.ZRangeWithScores(ctx, patientKey(id)+":scores", 0, -1).Result()
	if err != nil {
		return "", err
	}
	badge, err := c.rdb.Get(ctx, patientKey(id)+":badge").Result()
	if err != nil && err != redis.Nil {
		return "", err
	}
	ttl, err := c.rdb.TTL(ctx, patientKey(id)+":badge").Result()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %s, visits [%s], scores %v, %q expires %t", id, fields["name"], strings.Join(visits, "; "), scores, badge, ttl > time.Hour), nil
}

// Queue puts a patient at the end of the line of a room.
func (c *Clinic) Queue(ctx context.Context, room int, id string) error {
	return c.rdb.RPush(ctx, roomKey(room, "waiting"), id).Err()
}

// Call moves the first of the line into the room.
func (c *Clinic) Call(ctx context.Context, room int) error {
	return c.rdb.LMove(ctx, roomKey(room, "waiting"), roomKey(room, "inside"), "LEFT", "RIGHT").Err()
}

// Room says who is in a room and who waits.
func (c *Clinic) Room(ctx context.Context, room int) (string, error) {
	waiting, err := c.rdb.LRange(ctx, roomKey(room, "waiting"), 0, -1).Result()
	if err != nil {
		return "", err
	}
	inside, err := c.rdb.LRange(ctx, roomKey(room, "inside"), 0, -1).Result()
	if err != nil {
		return "", err
	}
	return "room " + strconv.Itoa(room) + ": " + strings.Join(inside, ", ") + " inside, waiting " + strings.Join(waiting, ", "), nil
}

// Busy lists the rooms where somebody waits, as the names of the lines say.
func (c *Clinic) Busy(ctx context.Context) ([]string, error) {
	var rooms []string
	lines := c.rdb.Scan(ctx, 0, "room:*:waiting", 10).Iterator()
	for lines.Next(ctx) {
		rooms = append(rooms, strings.Split(lines.Val(), ":")[1])
	}
	sort.Strings(rooms)
	return rooms, lines.Err()
}

// Login remembers a session for a day.
func (c *Clinic) Login(ctx context.Context, token, id string) error {
	return c.rdb.Set(ctx, "session:"+token, id, 24*time.Hour).Err()
}

// Session tells whose it is.
func (c *Clinic) Session(ctx context.Context, token string) (string, error) {
	return c.rdb.Get(ctx, "session:"+token).Result()
}

// Admitted counts the patients that were ever admitted.
func (c *Clinic) Admitted(ctx context.Context) (int64, error) {
	return c.rdb.Get(ctx, "stats:admitted").Int64()
}
