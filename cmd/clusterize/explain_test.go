package main_test

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/rules"
)

// example is a program that does what Before of a rule does.
const example = `package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	_ = cmp.Compare[int]
	_ = errors.New
	_ = fmt.Sprint
	_ = slices.Sort[[]int]
	_ = strings.Split
	_ sync.Mutex
	_ time.Duration
)

// pipeQueue is filled by whoever has it.
type pipeQueue struct {
	pipe redis.Pipeliner
	fill []func(redis.Pipeliner)
}

func (q *pipeQueue) flush(ctx context.Context) error {
	for _, f := range q.fill {
		f(q.pipe)
	}
	_, err := q.pipe.Exec(ctx)
	return err
}

func example(ctx context.Context, rdb %s, script *redis.Script, queue *pipeQueue, words []any, names []string, id, sha, addr, host, port, password string) error {
	%s
}

func main() {
	a := os.Args
	rdb := redis.%s
	err := example(context.Background(), rdb, redis.NewScript("return redis.call('SET', KEYS[1], 1)"), &pipeQueue{}, []any{a[1], a[2]}, a[1:], a[2], a[3], a[4], a[5], a[6], a[7])
	fmt.Println(err)
}
`

// beside is what else a program has in which a rule matters.
var beside = map[rules.ID]string{
	rules.PipelineOrder: "\nfunc worker(ctx context.Context, rdb *redis.Client) { rdb.BLPop(ctx, 0, \"jobs\") }\n",
}

// TestRulesOfExamples: Before of a rule is a site, or a client, that the report puts under this rule; it becomes After
// where the page says that clusterize writes it, and is left alone elsewhere.
func TestRulesOfExamples(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(string(r.ID), func(t *testing.T) {
			t.Parallel()
			client, open := "*redis.Client", `NewClient(&redis.Options{Addr: a[4]})`
			if r.ID == rules.NodeClient {
				client, open = "*redis.ClusterClient", `NewClusterClient(&redis.ClusterOptions{Addrs: a[4:]})`
			}
			code := strings.Trim(r.Before, "\n")
			src, err := format.Source(fmt.Appendf(nil, example+beside[r.ID], client, code, open))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			put(t, dir+"/main.go", string(src))
			for _, name := range []string{"go.mod", "go.sum"} {
				put(t, dir+"/"+name, readText(t, modulesOf["v9.23.0"]+"/"+name))
			}
			out := analyseAndWrite(t, port.Config{Load: load.Config{Dir: dir, Tests: true}, Switch: "auto"})
			var found []rules.ID
			for _, s := range out.Report.Sites {
				found = append(found, s.Rule)
			}
			if aboutClients := r.ID == rules.ClientSwitch || r.ID == rules.ClientOptions; !aboutClients && !slices.Contains(found, r.ID) {
				t.Errorf("the example is put under %v", found)
			}
			got, want := readText(t, dir+"/main.go"), r.Before
			if r.Fixable {
				want = r.After
			}
			want = strings.ReplaceAll(strings.Trim(want, "\n"), "\n", "\n\t")
			if !strings.Contains(got, blankLines.Replace(want)) {
				_, got, _ = strings.Cut(got, "func example")
				got, _, _ = strings.Cut(got, "\nfunc main")
				t.Errorf("the example becomes\n%s\nwant\n%s", got, want)
			}
		})
	}
}

var blankLines = strings.NewReplacer("\n\t\n", "\n\n")
