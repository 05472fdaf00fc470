package rules

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/go/packages"
)

// declared lists the constants of rules.go in their order.
func declared(t *testing.T) []ID {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []ID
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			for _, v := range s.Values {
				ids = append(ids, ID(strings.Trim(v.(*ast.BasicLit).Value, `"`)))
			}
		}
		return true
	})
	return ids
}

func TestOneRuleForEachID(t *testing.T) {
	ids := declared(t)
	var have []ID
	for _, r := range All() {
		have = append(have, r.ID)
		if got, ok := Get(r.ID); !ok || got != r {
			t.Errorf("Get(%s) gives another rule, or none", r.ID)
		}
	}
	if !slices.Equal(ids, have) {
		t.Errorf("the table has\n%q\nrules.go declares\n%q", have, ids)
	}
	if _, ok := Get("no-such-rule"); ok {
		t.Error("Get finds a rule that is not there")
	}
}

func TestPages(t *testing.T) {
	for _, r := range All() {
		t.Run(string(r.ID), func(t *testing.T) {
			if r.Title == "" || r.Text == "" || r.Before == "" || r.Since == "" {
				t.Error("a part of the page is missing")
			}
			todo := strings.Contains(r.Text, "What to do")
			if r.Fixable && r.After == "" {
				t.Error("fixable, but there is no After")
			}
			if !r.Fixable && r.Before != r.After && !todo {
				t.Error("a person must act, and the text does not say what to do")
			}
			page := r.Page()
			for line := range strings.Lines(page) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > pageWidth || strings.TrimRight(line, " ") != line || strings.Contains(line, "\t") {
					t.Errorf("line too long, or with blanks at its end: %q", line)
				}
			}
			if !strings.HasSuffix(page, ".\n") || strings.Contains(page, "\n\n\n") {
				t.Errorf("odd blank lines or ending:\n%s", page)
			}
		})
	}
}

// fragments writes all fragments as functions of one file.
func fragments(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`package rules

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/templates/rediscluster"
)

var _ = rediscluster.Untag
var _ = fmt.Sprint
var _ = strings.Split
var _ sync.Mutex
var _ time.Duration
var _ redis.Cmder

type pipeQueue struct{ pipe redis.Pipeliner }

func (pipeQueue) flush(context.Context) error { return nil }
`)
	for i, r := range All() {
		for j, code := range []string{r.Before, r.After} {
			if code == "" {
				continue
			}
			code = strings.Trim(code, "\n")
			if out, err := format.Source([]byte(code)); err != nil || string(out) != code {
				t.Errorf("%s: not formatted (%v):\n%s", r.ID, err, code)
			}
			client := "*redis.ClusterClient"
			if j == 0 && r.ID == Connection {
				client = "*redis.Client"
			}
			fmt.Fprintf(&b, "\nfunc _%d_%d(ctx context.Context, rdb %s, script *redis.Script, queue *pipeQueue, words []any, names []string, id, sha, suffix, addr, password string) error {\n{\n%s\n}\n}\n", i, j, client, code)
		}
	}
	return b.String()
}

func TestFragmentsCompile(t *testing.T) {
	name, err := filepath.Abs("fragments_overlay.go")
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode:    packages.LoadTypes | packages.NeedSyntax | packages.NeedTypesInfo,
		Overlay: map[string][]byte{name: []byte(fragments(t))},
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		if !slices.ContainsFunc(p.CompiledGoFiles, func(f string) bool { return f == name }) {
			t.Error("the fragments were not compiled")
		}
		for _, e := range p.Errors {
			t.Error(e)
		}
	}
}
