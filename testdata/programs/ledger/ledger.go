package main

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// ledger moves money between the purses of one account.
type ledger struct {
	*redis.Client
	prefix string
}

func (l ledger) purse(account, kind string) string {
	return fmt.Sprintf("%s:%s:purse:%s", l.prefix, account, kind)
}

func (l ledger) move(ctx context.Context, account, from, to string, amount int64) error {
	_, err := l.Client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.DecrBy(ctx, l.purse(account, from), amount)
		p.IncrBy(ctx, l.purse(account, to), amount)
		return nil
	})
	return err
}

func (l *ledger) balances(ctx context.Context, accounts ...string) ([]any, error) {
	keys := make([]string, 0, len(accounts))
	for _, a := range accounts {
		keys = append(keys, l.purse(a, "main"))
	}
	return l.MGet(ctx, keys...).Result()
}
