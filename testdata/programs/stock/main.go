// Stock is the inventory service of a warehouse.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/stock/warehouse"
)

// settings come from the environment; a plain struct so that tests can fill it.
type settings struct {
	redisAddr string
	password  string
}

func fromEnv() settings {
	s := settings{redisAddr: "localhost:6379"}
	if v := os.Getenv("REDIS_ADDR"); v != "" {
		s.redisAddr = v
	}
	s.password = os.Getenv("REDIS_PASSWORD")
	return s
}

func newRedis(s settings) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr:         s.redisAddr,
		Password:     s.password,
		DialTimeout:  5 * time.Second,
		WriteTimeout: time.Second,
		MaxRetries:   2,
	})
}

func main() {
	rdb := newRedis(fromEnv())
	defer rdb.Close()
	if err := serve(context.Background(), rdb); err != nil {
		fmt.Println("stock:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, rdb *redis.Client) error {
	const bolt, nut warehouse.SKU = 1001, 1002
	for sku, a := range map[warehouse.SKU]warehouse.Article{
		bolt: {Name: "bolt M6", Grams: 11},
		nut:  {Name: "nut M6", Grams: 3},
	} {
		if err := warehouse.Describe(ctx, rdb, sku, a); err != nil {
			return err
		}
	}
	if err := warehouse.Receive(ctx, rdb, bolt, 100); err != nil {
		return err
	}
	if err := warehouse.Receive(ctx, rdb, nut, 40); err != nil {
		return err
	}

	for _, r := range []struct {
		sku  warehouse.SKU
		n    int
		whom string
	}{
		{bolt, 60, "garage"}, {bolt, 50, "bakery"}, {bolt, 40, "bakery"}, {nut, 40, "garage"}, {nut, 1, "bakery"},
	} {
		fmt.Printf("reserve %d of %d for %s: %v\n", r.n, r.sku, r.whom, warehouse.Reserve(ctx, rdb, r.sku, r.n, r.whom))
	}
	for _, whom := range []string{"garage", "bakery", "nobody"} {
		n, err := warehouse.Ship(ctx, rdb, bolt, whom)
		fmt.Println("shipped to", whom, n, err)
	}
	for _, sku := range []warehouse.SKU{bolt, nut, 1003} {
		a, known, err := warehouse.Find(ctx, rdb, sku)
		if err != nil {
			return err
		}
		l, err := warehouse.Count(ctx, rdb, sku)
		if err != nil {
			return err
		}
		fmt.Printf("%d known=%t %+v %+v\n", sku, known, a, l)
	}
	return nil
}
