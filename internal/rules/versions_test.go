package rules

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// modules has go.mod and go.sum of versions of go-redis.
const modules = "../apidiff/testdata"

// oldModule is a copy of go.mod with go-redis v9.7.3.
func oldModule(t *testing.T) string {
	t.Helper()
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(github.com/redis/go-redis/v9) v[\d.]+`)
	var sums []byte
	for _, name := range []string{"../../go.sum", filepath.Join(modules, "v9.7.3", "go.sum")} {
		sum, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum...)
	}
	file := filepath.Join(t.TempDir(), "old.mod")
	if err := os.WriteFile(file, line.ReplaceAll(mod, []byte("$1 v9.7.3")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimSuffix(file, ".mod")+".sum", sums, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// runV8 is the transcript of a cluster client of go-redis v8.11.5, which does not understand a server of version 7.
func runV8(t *testing.T, addrs []string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(modules, "v8.11.5", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	main := `package main

import (
	"context"
	"fmt"
	"os"

	"github.com/go-redis/redis/v8"
)

func main() {
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: os.Args[1:]})
	fmt.Println("error:", c.Get(context.Background(), "a").Err())
}
`
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", append([]string{"run", "."}, addrs...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
