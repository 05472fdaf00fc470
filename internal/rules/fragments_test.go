package rules

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runDir is the package of the program that runs fragments; the scenes are added to it.
const runDir = "testdata/run"

// scene is a piece of code as the program runs it.
type scene struct {
	name   string
	client string // the type of rdb: *redis.Client or *redis.ClusterClient
	code   string
	around string // code that calls run(ctx), which is the piece; "" does that and no more
}

const sceneHeader = `package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/templates/rediscluster"
)

var (
	_ = cmp.Compare[int]
	_ = errors.New
	_ = fmt.Sprint
	_ = slices.Sort[[]int]
	_ = sort.Strings
	_ = strconv.Itoa
	_ = strings.Split
	_ = rediscluster.Untag
	_ sync.Mutex
	_ time.Duration
)

`

// sceneFile is the Go file with all scenes. Errors of the compiler name the scene.
func sceneFile(scenes []scene) string {
	var b strings.Builder
	b.WriteString(sceneHeader)
	b.WriteString("var scenes = map[string]func(*env) error{\n")
	for i, s := range scenes {
		fmt.Fprintf(&b, "\t%q: around%d,\n", s.name, i)
	}
	b.WriteString("}\n")
	for i, s := range scenes {
		client, around := "e.cluster", s.around
		if s.client == "*redis.Client" {
			client = "e.client"
		}
		if around == "" {
			around = "return run(ctx)"
		}
		fmt.Fprintf(&b, `
func piece%d(e *env, ctx context.Context, rdb %s, nodes []*redis.Client, script *redis.Script, queue *pipeQueue, words []any, names []string, id, sha, addr, host, port, password string) error {
	{
//line %s:1
%s
	}
}

func around%d(e *env) error {
	ctx, rdb, nodes := e.ctx, e.rdb(), e.nodes
	run := func(ctx context.Context) error {
		return piece%d(e, ctx, %s, nodes, e.script, e.queue, e.words, e.names, e.id, e.sha, e.addr, e.host, e.port, e.password)
	}
	_, _ = rdb, nodes
//line %s.around:1
%s
}
`, i, s.client, s.name, s.code, i, i, client, s.name, around)
	}
	return b.String()
}

// build compiles the program with the scenes, and returns it with what the compiler said. mod is a file go.mod that
// stands in for the module's own; "" is that.
func build(t *testing.T, scenes []scene, mod string) (program, said string) {
	t.Helper()
	dir := t.TempDir()
	file, program := filepath.Join(dir, "scenes.go"), filepath.Join(dir, "run")
	if err := os.WriteFile(file, []byte(sceneFile(scenes)), 0o644); err != nil {
		t.Fatal(err)
	}
	place, err := filepath.Abs(filepath.Join(runDir, "scenes.go"))
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{place: file}
	if mod != "" {
		replace[filepath.Join(filepath.Dir(place), "../../../../templates/rediscluster/client.go")] = "" // needs go-redis v9.8.0
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "-overlay", overlayFile, "-gcflags=-e", "-o", program}
	if mod != "" {
		args = append(args, "-modfile", mod, "-mod=mod")
	}
	out, err := exec.Command("go", append(args, "./"+runDir)...).CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	return program, string(out)
}

// TestFragmentsAreFormatted holds the pages to gofmt.
func TestFragmentsAreFormatted(t *testing.T) {
	for _, r := range All() {
		for _, code := range []string{r.Before, r.After} {
			code = strings.Trim(code, "\n")
			if out, err := format.Source([]byte(code)); err != nil || string(out) != code {
				t.Errorf("%s: not formatted (%v):\n%s", r.ID, err, code)
			}
		}
	}
}
