// Package warehouse moves goods between the shelf, reservations and the truck.
package warehouse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/stock/jsonkv"
)

// SKU is the number of an article.
type SKU int

// Article is its description.
type Article struct {
	Name  string `json:"name"`
	Grams int    `json:"grams"`
}

// Levels is how much there is.
type Levels struct {
	OnHand   int
	Reserved int
	Shipped  int
}

// ErrShort means that not enough is left.
var ErrShort = errors.New("not enough on hand")

const retries = 5

func articleKey(s SKU) string  { return fmt.Sprintf("sku:%d:article", s) }
func onHandKey(s SKU) string   { return fmt.Sprintf("sku:%d:onhand", int(s)) }
func reservedKey(s SKU) string { return fmt.Sprintf("sku:%d:reserved", s) }
func shippedKey(s SKU) string  { return fmt.Sprintf("sku:%d:shipped", s) }

// holderKey tells who reserved.
func holderKey(s SKU) string { return fmt.Sprintf("sku:%d:holders", s) }

// Describe stores the description of an article.
func Describe(ctx context.Context, rdb *redis.Client, s SKU, a Article) error {
	return jsonkv.Put(ctx, rdb, articleKey(s), a, 0)
}

// Find reads it back.
func Find(ctx context.Context, rdb *redis.Client, s SKU) (Article, bool, error) {
	return jsonkv.Get[Article](ctx, rdb, articleKey(s))
}

// Receive puts goods on the shelf.
func Receive(ctx context.Context, rdb *redis.Client, s SKU, n int) error {
	return rdb.IncrBy(ctx, onHandKey(s), int64(n)).Err()
}

// Reserve takes n from the shelf for a customer. Both counters are watched and
// written together; when somebody else was faster, it tries again.
func Reserve(ctx context.Context, rdb *redis.Client, s SKU, n int, holder string) error {
	move := func(tx *redis.Tx) error {
		now, err := levels(ctx, tx, s)
		if err != nil {
			return err
		}
		if now.OnHand < n {
			return ErrShort
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, onHandKey(s), now.OnHand-n, 0)
			p.Set(ctx, reservedKey(s), now.Reserved+n, 0)
			note(ctx, p, s, holder, n)
			return nil
		})
		return err
	}
	for i := 0; i < retries; i++ {
		err := rdb.Watch(ctx, move, onHandKey(s), reservedKey(s))
		if !errors.Is(err, redis.TxFailedErr) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return redis.TxFailedErr
}

func note(ctx context.Context, p redis.Pipeliner, s SKU, holder string, n int) {
	p.HIncrBy(ctx, holderKey(s), holder, int64(n))
}

// Ship sends a customer all that was reserved for them.
func Ship(ctx context.Context, rdb *redis.Client, s SKU, holder string) (int, error) {
	n, err := rdb.HGet(ctx, holderKey(s), holder).Int()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	_, err = rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.DecrBy(ctx, reservedKey(s), int64(n))
		p.IncrBy(ctx, shippedKey(s), int64(n))
		p.HDel(ctx, holderKey(s), holder)
		return nil
	})
	return n, err
}

// Count reads the levels without a transaction.
func Count(ctx context.Context, rdb *redis.Client, s SKU) (Levels, error) {
	return levels(ctx, rdb, s)
}

// levels reads through a client or inside of a transaction.
func levels(ctx context.Context, from jsonkv.Getter, s SKU) (Levels, error) {
	var l Levels
	for _, part := range []struct {
		key string
		to  *int
	}{{onHandKey(s), &l.OnHand}, {reservedKey(s), &l.Reserved}, {shippedKey(s), &l.Shipped}} {
		n, _, err := jsonkv.Get[int](ctx, from, part.key)
		if err != nil {
			return l, err
		}
		*part.to = n
	}
	return l, nil
}
