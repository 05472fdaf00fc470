package libraries

import (
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	if len(table) < 30 {
		t.Fatalf("only %d libraries", len(table))
	}
	if !slices.IsSortedFunc(table, func(a, b Library) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the table is not sorted by path")
	}
	for i, l := range table {
		if i > 0 && table[i-1].Path == l.Path {
			t.Errorf("%s is there twice", l.Path)
		}
		if !slices.Contains([]Verdict{Works, Option, Holds, Review}, l.Verdict) || l.Text == "" || l.Read == "" || strings.HasSuffix(l.Text, ".") {
			t.Errorf("%s: %+v", l.Path, l)
		}
	}
}

func TestLookup(t *testing.T) {
	for path, want := range map[string]string{
		"github.com/gofiber/storage/redis":                  "github.com/gofiber/storage/redis",
		"github.com/gofiber/storage/redis/v3":               "github.com/gofiber/storage/redis/v3",
		"github.com/go-redsync/redsync/v4/redis/goredis/v9": "github.com/go-redsync/redsync/v4/redis/goredis/v9",
		"github.com/go-redsync/redsync/v4":                  "",
		"github.com/hibiken/asynq/x/rate":                   "github.com/hibiken/asynq/x/rate",
		"github.com/hibiken/asynqmon":                       "",
		"github.com/RichardKnop/machinery/v2/brokers/redis": "github.com/RichardKnop/machinery/v2",
		"github.com/redis/go-redis/v9":                      "",
	} {
		if l, ok := Lookup(path); l.Path != want || ok != (want != "") {
			t.Errorf("Lookup(%s) is %q, want %q", path, l.Path, want)
		}
	}
}
