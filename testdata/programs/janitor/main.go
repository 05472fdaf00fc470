// Janitor cleans up after jobs: it deletes what they left behind, and empties the database of a test stage.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

type janitor struct {
	*redis.Client
	ctx context.Context
}

func main() {
	j := &janitor{redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")}), context.Background()}
	if err := j.run(); err != nil {
		log.Fatal(err)
	}
}

func (j *janitor) run() error {
	if err := j.FlushAll(j.ctx).Err(); err != nil {
		return err
	}
	for i := range 40 {
		j.Set(j.ctx, fmt.Sprintf("tmp:upload:%d", i), i, 0)
		j.HSet(j.ctx, fmt.Sprintf("job:%d", i), "state", []string{"done", "open"}[i%2])
	}
	fmt.Println("uploads deleted:", j.iterate("tmp:upload:1*"))
	n, err := j.walk("tmp:upload:*")
	if err != nil {
		return err
	}
	fmt.Println("uploads left:", n)
	done, err := j.finished()
	if err != nil {
		return err
	}
	fmt.Println("jobs finished:", done)
	if err := j.library(); err != nil {
		return err
	}
	if err := j.inspect(); err != nil {
		return err
	}
	key, err := j.RandomKey(j.ctx).Result()
	if err != nil {
		return err
	}
	fmt.Println("a key of ours:", strings.HasPrefix(key, "tmp:") || strings.HasPrefix(key, "job:"))
	if err := j.FlushDBAsync(j.ctx).Err(); err != nil {
		return err
	}
	j.Set(j.ctx, "job:late", 1, 0)
	j.Set(j.ctx, "job:later", 1, 0)
	if err := j.FlushAllAsync(j.ctx).Err(); err != nil {
		return err
	}
	fmt.Println("size after reset:", j.DBSize(j.ctx).Val())
	fmt.Println("random key after reset:", j.RandomKey(j.ctx).Err())
	return nil
}

// iterate deletes one key after the other.
func (j *janitor) iterate(pattern string) (n int64) {
	it := j.Scan(j.ctx, 0, pattern, 5).Iterator()
	for it.Next(j.ctx) {
		n += j.Del(j.ctx, it.Val()).Val()
	}
	return n
}

// walk counts keys, beginning with the first page.
func (j *janitor) walk(pattern string) (int, error) {
	keys, cursor, err := j.Scan(j.ctx, 0, pattern, 5).Result()
	seen := map[string]bool{}
	for {
		if err != nil {
			return 0, err
		}
		for _, k := range keys {
			seen[k] = true
		}
		if cursor == 0 {
			return len(seen), nil
		}
		keys, cursor, err = j.Scan(j.ctx, cursor, pattern, 5).Result()
	}
}

// finished deletes the jobs that are done, in pages.
func (j *janitor) finished() (int64, error) {
	var (
		cursor  uint64
		deleted int64
	)
	for more := true; more; more = cursor != 0 {
		var page []string
		var err error
		page, cursor, err = j.ScanType(j.ctx, cursor, "job:*", 5, "hash").Result()
		if err != nil {
			return deleted, err
		}
		var done []string
		for _, k := range page {
			if j.HGet(j.ctx, k, "state").Val() == "done" {
				done = append(done, k)
			}
		}
		if len(done) == 0 {
			continue
		}
		n, err := j.Del(j.ctx, done...).Result()
		if err != nil {
			return deleted, err
		}
		deleted += n
	}
	return deleted, nil
}

// inspect looks at the server, and at some uploads in one go.
func (j *janitor) inspect() error {
	sub := j.Subscribe(j.ctx, "jobs")
	defer sub.Close()
	if _, err := sub.Receive(j.ctx); err != nil {
		return err
	}
	channels, err := j.PubSubChannels(j.ctx, "jobs*").Result()
	if err != nil {
		return err
	}
	patterns, err := j.PubSubNumPat(j.ctx).Result()
	if err != nil {
		return err
	}
	fmt.Println("channels:", channels, "patterns:", patterns)
	fmt.Println("reset:", j.ConfigResetStat(j.ctx).Err(), "kill:", j.ScriptKill(j.ctx).Err(), "rewrite:", j.ConfigRewrite(j.ctx).Err())

	pipe := j.Pipeline()
	vals := pipe.MGet(j.ctx, "tmp:upload:2", "tmp:upload:none", "tmp:upload:3", "tmp:upload:20")
	there := pipe.Exists(j.ctx, "tmp:upload:4", "tmp:upload:5", "tmp:upload:1")
	gone := pipe.Unlink(j.ctx, "tmp:upload:6", "tmp:upload:7", "tmp:upload:8", "tmp:upload:1")
	if _, err := pipe.Exec(j.ctx); err != nil {
		return err
	}
	fmt.Println("uploads:", vals.Val(), there.Val(), gone.Val())
	fmt.Println("touched:", j.Touch(j.ctx, "tmp:upload:2", "tmp:upload:3", "tmp:upload:1").Val(),
		"there:", j.Exists(j.ctx, "tmp:upload:2", "tmp:upload:6").Val())

	if err := j.FunctionDelete(j.ctx, "janitor").Err(); err != nil {
		return err
	}
	return j.FunctionFlush(j.ctx).Err()
}

const functions = `#!lua name=janitor
redis.register_function('age', function(keys) return redis.call('TTL', keys[1]) end)`

// library loads the functions of the janitor, and calls one for keys of every node.
func (j *janitor) library() error {
	if err := j.FunctionFlush(j.ctx).Err(); err != nil {
		return err
	}
	if err := j.FunctionLoad(j.ctx, functions).Err(); err != nil {
		return err
	}
	if err := j.FunctionLoadReplace(j.ctx, functions).Err(); err != nil {
		return err
	}
	for i := range 6 {
		key := fmt.Sprintf("job:%d", 2*i+1)
		j.Expire(j.ctx, key, time.Hour)
		age, err := j.FCall(j.ctx, "age", []string{key}).Int()
		if err != nil {
			return err
		}
		if age < 3500 {
			return fmt.Errorf("%s lives for %d s", key, age)
		}
	}
	fmt.Println("functions work")
	return nil
}
