package port

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/load"
)

// BenchmarkWholeRun analyses a program of ten packages, and compares the time with that of loading it alone (which any
// tool of this kind has to do). x-load is the ratio: 1.5 is what is aimed at. A usual package does something with Redis
// here and there; a dense one does nothing else.
func BenchmarkWholeRun(b *testing.B) {
	for _, kind := range []struct {
		name             string
		entities, filler int
	}{{"usual", 5, 16}, {"dense", 24, 0}} {
		b.Run(kind.name, func(b *testing.B) {
			dir := b.TempDir()
			generate(b, dir, 10, kind.entities, kind.filler)
			wholeRun(b, load.Config{Dir: dir, Tests: true})
		})
	}
}

func wholeRun(b *testing.B, cfg load.Config) {
	if _, err := load.Load(b.Context(), cfg); err != nil { // fills the build cache
		b.Fatal(err)
	}
	var loading, whole time.Duration
	sites := 0
	for b.Loop() {
		start := time.Now()
		if _, err := load.Load(b.Context(), cfg); err != nil {
			b.Fatal(err)
		}
		loading += time.Since(start)
		start = time.Now()
		out, err := Analyse(b.Context(), Config{Load: cfg, Switch: "auto"})
		if err != nil {
			b.Fatal(err)
		}
		whole += time.Since(start)
		sites = len(out.Plan.Decisions)
	}
	b.ReportMetric(float64(whole)/float64(loading), "x-load")
	b.ReportMetric(loading.Seconds()*1000/float64(b.N), "load-ms")
	b.ReportMetric(float64(sites), "sites")
}

// TestGeneratedProgram holds that the program of the benchmark is one that has something to port.
func TestGeneratedProgram(t *testing.T) {
	dir := t.TempDir()
	generate(t, dir, 3, 24, 2)
	out, err := Analyse(context.Background(), Config{Load: load.Config{Dir: dir, Tests: true}, Switch: "auto"})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Program.LeftOut) > 0 {
		t.Errorf("left out: %+v", out.Program.LeftOut)
	}
	renamed, verdicts := 0, map[string]int{}
	for _, f := range out.Plan.Families {
		if f.Renamed() {
			renamed++
		}
	}
	for _, d := range out.Plan.Decisions {
		verdicts[string(d.Verdict)]++
	}
	lines := 0
	for _, f := range out.Program.Files {
		lines += strings.Count(string(f.Content), "\n")
	}
	t.Logf("%d lines, verdicts %v, %d families renamed, %d files changed", lines, verdicts, renamed, len(out.Port.Files))
	if renamed == 0 || verdicts["tag"] == 0 || verdicts["split"] == 0 || len(out.Port.Files) < 3 {
		t.Error("it has too little to port")
	}
}

// generate writes a module of packages with the given number of entities, and of functions without Redis, each.
func generate(tb testing.TB, dir string, packages, entities, filler int) {
	tb.Helper()
	const chat = "../../testdata/programs/chat/"
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(chat + name)
		if err != nil {
			tb.Fatal(err)
		}
		put(tb, dir, name, strings.Replace(string(b), "example.com/chatter", "example.com/generated", 1))
	}
	var main, calls strings.Builder
	for i := range packages {
		var src strings.Builder
		fmt.Fprintf(&src, packageHead, i)
		for e := range entities {
			fmt.Fprintf(&src, entity[e%len(entity)], fmt.Sprintf("%d_%d", i, e), e)
		}
		for f := range filler {
			fmt.Fprintf(&src, plainCode, f)
		}
		put(tb, dir, fmt.Sprintf("p%d/store.go", i), src.String())
		fmt.Fprintf(&main, "\t\"example.com/generated/p%d\"\n", i)
		fmt.Fprintf(&calls, "\tp%d.New(rdb).Put0(ctx, \"x\")\n", i)
	}
	put(tb, dir, "main.go", fmt.Sprintf(mainFile, main.String(), calls.String()))
}

func put(tb testing.TB, dir, name, text string) {
	tb.Helper()
	abs := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(abs, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}

const mainFile = `package main

import (
	"context"
	"os"

	"github.com/redis/go-redis/v9"

%s)

func main() {
	ctx := context.Background()
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR"), Password: os.Getenv("REDIS_PASSWORD")})
	defer rdb.Close()
%s}
`

const packageHead = `package p%d

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Store keeps things.
type Store struct {
	rdb redis.Cmdable
}

// New makes a store.
func New(rdb redis.Cmdable) *Store { return &Store{rdb: rdb} }

func join(kind string, id int64, part string) string {
	return kind + ":" + strconv.FormatInt(id, 10) + ":" + part
}

var _ = time.Second
`

// plainCode is what most of a program is.
const plainCode = `
// Count%[1]d counts words.
func Count%[1]d(lines []string) (map[string]int, error) {
	counts := map[string]int{}
	for i, l := range lines {
		if l == "" {
			return nil, fmt.Errorf("line %%d is empty", i)
		}
		counts[l+strconv.Itoa(%[1]d)]++
	}
	return counts, nil
}
`

// entity are pieces of code in different styles; %[1]s makes their keys their own, %[2]d their names.
var entity = []string{`
// Put%[2]d writes two keys at once.
func (s *Store) Put%[2]d(ctx context.Context, id string) error {
	err := s.rdb.MSet(ctx, "user%[1]s:"+id+":name", "n", "user%[1]s:"+id+":mail", "m").Err()
	if err != nil {
		return fmt.Errorf("put: %%w", err)
	}
	return s.rdb.Expire(ctx, "user%[1]s:"+id+":name", time.Hour).Err()
}
`, `
// Move%[2]d is a transaction over a helper's keys.
func (s *Store) Move%[2]d(ctx context.Context, id int64) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.LPush(ctx, join("order%[1]s", id, "lines"), "x")
		p.Incr(ctx, join("order%[1]s", id, "count"))
		p.Set(ctx, join("order%[1]s", id, "state"), "new", 0)
		return nil
	})
	return err
}
`, `
// Read%[2]d reads keys that have nothing in common.
func (s *Store) Read%[2]d(ctx context.Context, a, b string) ([]any, error) {
	keys := []string{fmt.Sprintf("stock%[1]s:%%s", a)}
	keys = append(keys, fmt.Sprintf("price%[1]s:%%s", b))
	if a == b {
		keys = append(keys, "price%[1]s:default")
	}
	return s.rdb.MGet(ctx, keys...).Result()
}
`, `
type session%[2]d struct {
	s    *Store
	name string
}

func (x session%[2]d) key(part string) string { return "session%[1]s:" + x.name + ":" + part }

// Touch%[2]d goes through a value that builds its keys.
func (s *Store) Touch%[2]d(ctx context.Context, name string) error {
	x := session%[2]d{s, name}
	if err := s.rdb.Rename(ctx, x.key("draft"), x.key("done")).Err(); err != nil {
		return err
	}
	return s.rdb.Del(ctx, x.key("lock")).Err()
}
`, `
// Sum%[2]d loops over ids.
func (s *Store) Sum%[2]d(ctx context.Context, ids []int64) (int64, error) {
	var sum int64
	pipe := s.rdb.Pipeline()
	for _, id := range ids {
		pipe.Get(ctx, fmt.Sprintf("total%[1]s:%%d:%%s", id, time.Now().Format("2006")))
	}
	cmds, err := pipe.Exec(ctx)
	for _, c := range cmds {
		n, _ := c.(*redis.StringCmd).Int64()
		sum += n
	}
	return sum, err
}
`}
