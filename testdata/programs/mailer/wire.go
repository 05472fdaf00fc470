//go:build wireinject

package main

import (
	"github.com/google/wire"
	"github.com/redis/go-redis/v9"

	"example.com/mailer/internal/cache"
	"example.com/mailer/internal/queue"
)

var clients = wire.NewSet(
	newOptions,
	newClient,
	wire.Bind(new(redis.Cmdable), new(*redis.Client)),
	wire.Bind(new(queue.Store), new(*redis.Client)),
)

func newApp(cfg config) (*app, error) {
	wire.Build(clients, cache.New, queue.New, wire.Struct(new(app), "*"))
	return nil, nil
}
