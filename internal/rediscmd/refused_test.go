package rediscmd_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/redis/go-redis/v9"
)

// refusedCases are commands and whether a cluster refuses them. A word "?" is not known.
var refusedCases = []struct {
	words   string
	refused bool
	unsure  bool // an unknown word decides
}{
	{words: "select 0"},
	{words: "select 1", refused: true},
	{words: "select ?", unsure: true},
	{words: "move l 1", refused: true},
	{words: "move l ?", refused: true},
	{words: "swapdb 0 1", refused: true},
	{words: "copy l {l}1"},
	{words: "copy l {l}2 db 0"},
	{words: "copy l {l}3 replace DB 1", refused: true},
	{words: "copy l {l}3 db ?", unsure: true},
	{words: "sort l"},
	{words: "sort l limit 0 1 desc alpha"},
	{words: "sort l by nosort"},
	{words: "sort l by w_*", refused: true},
	{words: "sort l by ?", unsure: true},
	{words: "sort l ?", unsure: true},
	{words: "sort l by nosort get #", refused: true},
	{words: "sort l by ? get w_*", refused: true},
	{words: "sort l get ?", refused: true},
	{words: "sort_ro l by w_*", refused: true},
	{words: "sort_ro l get #", refused: true},
	{words: "sort_ro l limit 0 1"},
	{words: "get s"},
}

func TestScopeOf(t *testing.T) {
	for _, test := range refusedCases {
		words := strings.Fields(test.words)
		c, _ := rediscmd.Lookup(words[0])
		scope, sure := c.ScopeOf(len(words), func(i int) (string, bool) { return words[i], words[i] != "?" })
		if refused := scope == rediscmd.Refused; refused != test.refused || sure == test.unsure {
			t.Errorf("%s: scope %s, sure %t", test.words, scope, sure)
		}
	}
}

// What is said to be refused is refused by a real node, and nothing else is.
func TestScopeOfAgreesWithServer(t *testing.T) {
	ctx := context.Background()
	c := startServer(t, "--cluster-enabled", "yes")
	if !isServerOfTable(t, c) {
		t.SkipNow() // SORT is refused less by newer ones
	}
	if err := c.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	waitForCluster(t, c)
	c.RPush(ctx, "l", 1, 2)
	for _, test := range refusedCases {
		if strings.Contains(test.words, "?") {
			continue
		}
		var args []any
		for _, w := range strings.Fields(test.words) {
			args = append(args, w)
		}
		err := c.Do(ctx, args...).Err()
		refused := err != nil && err != redis.Nil
		if refused != test.refused {
			t.Errorf("%s: the server answers %v", test.words, err)
		}
	}
}

func waitForCluster(t *testing.T, c *redis.Client) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(c.ClusterInfo(context.Background()).Val(), "cluster_state:ok") {
			return
		}
	}
	t.Fatal("the node doesn't become a cluster")
}
