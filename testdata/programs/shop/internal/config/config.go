// Package config reads the settings of the order service.
package config

import (
	"os"
	"strconv"
	"time"
)

// Redis says how to reach the store.
type Redis struct {
	Addr        string
	Username    string
	Password    string
	PoolSize    int
	DialTimeout time.Duration
}

// Config is everything the service is told from outside.
type Config struct {
	Redis Redis
	Shop  string
}

// Load reads the environment; what is not set has a default that suits a laptop.
func Load() Config {
	return Config{
		Shop: get("SHOP_NAME", "corner shop"),
		Redis: Redis{
			Addr:        get("REDIS_ADDR", "localhost:6379"),
			Username:    get("REDIS_USER", ""),
			Password:    get("REDIS_PASSWORD", ""),
			PoolSize:    number("REDIS_POOL", 8),
			DialTimeout: 3 * time.Second,
		},
	}
}

func get(name, fallback string) string {
	if v, ok := os.LookupEnv(name); ok {
		return v
	}
	return fallback
}

func number(name string, fallback int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return fallback
	}
	return n
}
