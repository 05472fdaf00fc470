package queue

import (
	"embed"
	"path"
	"strings"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua
var files embed.FS

// scripts are the scripts by name.
var scripts = load("lua")

func load(dir string) map[string]*redis.Script {
	entries, err := files.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	out := map[string]*redis.Script{}
	for _, e := range entries {
		src, err := files.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		out[strings.TrimSuffix(e.Name(), ".lua")] = redis.NewScript(string(src))
	}
	return out
}
