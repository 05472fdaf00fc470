package port

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
)

// BenchmarkWrappers follows keys through as many wrappers, each with call sites of its own, as its name says: all of
// them end in two functions, which so have as many callers. us/site is the time of following and finding, loading left
// out, for each call: it should grow no faster than the logarithm of the size.
func BenchmarkWrappers(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program sets it
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			writeWrappers(b, dir, n)
			prog, err := load.Load(b.Context(), load.Config{Dir: dir, Tests: true})
			if err != nil {
				b.Fatal(err)
			}
			var spent time.Duration
			contexts := 0
			for b.Loop() {
				start := time.Now()
				res := detect.Run(prog, keyflow.New(prog))
				spent += time.Since(start)
				contexts = 0
				for _, s := range res.Sites {
					contexts += len(s.Contexts)
					for _, c := range s.Contexts {
						if c.Open != "" {
							b.Fatalf("%s: %s", s.Pos, c.Open)
						}
					}
				}
			}
			if contexts < 3*n {
				b.Fatalf("only %d contexts", contexts)
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(b.N)/float64(n), "us/site")
			b.ReportMetric(float64(contexts), "contexts")
		})
	}
}

// writeWrappers writes a module with n wrappers and n places that call them.
func writeWrappers(tb testing.TB, dir string, n int) {
	tb.Helper()
	generate(tb, dir, 1, 1, 0) // go.mod, go.sum
	const perFile = 500
	put(tb, dir, "w/store.go", `package w

import (
	"context"

	"github.com/redis/go-redis/v9"
)

type Store struct {
	rdb    *redis.Client
	prefix string
}

func New(addr string) *Store {
	return &Store{rdb: redis.NewClient(&redis.Options{Addr: addr}), prefix: "app:"}
}

func (s *Store) key(kind, id string) string { return s.prefix + kind + ":" + id }

func (s *Store) get(ctx context.Context, key string) string { return s.rdb.Get(ctx, key).Val() }

func drop(ctx context.Context, rdb *redis.Client, keys ...string) { rdb.Del(ctx, keys...) }
`)
	for at := 0; at < n; at += perFile {
		var src strings.Builder
		src.WriteString("package w\n\nimport \"context\"\n")
		for i := at; i < min(n, at+perFile); i++ {
			fmt.Fprintf(&src, `
func (s *Store) get%[1]d(ctx context.Context, id string) string { return s.get(ctx, s.key("kind%[2]d", id)) }

func Use%[1]d(ctx context.Context, s *Store, id string) {
	s.get%[1]d(ctx, id)
	drop(ctx, s.rdb, s.key("kind%[2]d", id), "lock%[2]d:"+id)
	s.rdb.Set(ctx, "seen%[2]d:"+id, "x", 0)
}
`, i, i%50)
		}
		put(tb, dir, fmt.Sprintf("w/uses%d.go", at), src.String())
	}
}
