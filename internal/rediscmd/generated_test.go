package rediscmd_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rediscmd/internal/gentable"
	"github.com/redis/go-redis/v9"
)

// The committed tables are what the generator makes. A server of another version than the one they
// were made from has other commands, so only the methods can be compared there.
func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := gentable.Files(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Errorf("%d files", len(files))
	}
	for name, want := range files {
		if name == "commands_gen.go" && !isServerOfTable(t, startServer(t)) {
			continue
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: go generate ./internal/rediscmd", name)
		}
	}
}

// isServerOfTable tells whether a server has the version that the tables were made from.
func isServerOfTable(t *testing.T, c *redis.Client) bool {
	t.Helper()
	info, err := c.InfoMap(context.Background(), "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	version := info["Server"]["redis_version"]
	if version != rediscmd.ServerVersion {
		t.Logf("not compared: the tables are of Redis %s, this is %s", rediscmd.ServerVersion, version)
	}
	return version == rediscmd.ServerVersion
}
