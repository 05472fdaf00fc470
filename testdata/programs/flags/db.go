package main

import (
	"context"
	"log"
	"os"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// The one connection of the process.
var rdb *redis.Client

var ctx = context.Background()

func connect() {
	size, err := strconv.Atoi(os.Getenv("REDIS_POOL_SIZE"))
	if err != nil {
		size = 5
	}
	rdb = redis.NewClient(&redis.Options{
		// set by the platform
		Addr:     os.Getenv("REDIS_ADDR"),
		Username: os.Getenv("REDIS_USERNAME"), // ACL user, empty at home
		Password: os.Getenv("REDIS_PASSWORD"),
		PoolSize: size,
	})
	if err := rdb.Ping(ctx).Err(); err != nil {
		log.Fatalln("redis:", err)
	}
}
