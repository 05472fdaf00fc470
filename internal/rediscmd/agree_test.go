package rediscmd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/redis/go-redis/v9"
)

// Every command of the generated table that has keys is made up with several numbers of words, and
// the server is asked for the keys of that.
func TestAllCommandsAgreeWithServer(t *testing.T) {
	c := startServer(t)
	asked := map[string]bool{}
	for _, name := range rediscmd.Names() {
		command, _ := rediscmd.Lookup(strings.Split(name, "|")...)
		if len(command.Keys) == 0 || command.Arity == 0 {
			continue // no keys, or a command of the supplement
		}
		for extra := range 6 {
			words := makeUp(command, max(command.Arity, -command.Arity)+extra)
			keys, err := serverKeys(c, words)
			if err != nil {
				continue // the number of words is wrong for this command
			}
			at, err := command.KeyIndexes(len(words), func(i int) (string, bool) { return words[i], true })
			var got []string
			for _, i := range at {
				got = append(got, words[i])
			}
			if slices.Sort(got); err != nil || !slices.Equal(got, keys) {
				t.Errorf("%q: keys %q (%v), the server says %q", words, got, err, keys)
			}
			asked[name] = true
		}
		if !asked[name] && !command.Keys[0].NotKey {
			t.Errorf("%s: the server was not asked", name)
		}
	}
	t.Logf("%d commands agree", len(asked))
}

// makeUp makes n words: the name, keywords and counts of keys where they belong, the others all different.
func makeUp(c rediscmd.Command, n int) []string {
	words := strings.Split(c.Name, "|")
	for i := len(words); i < n; i++ {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	for _, spec := range c.Keys {
		if spec.Keyword == "STREAMS" && spec.From < n {
			words[spec.From] = spec.Keyword
		}
		if at := spec.Index + spec.NumIndex; spec.NumKeys && at < n {
			words[at] = fmt.Sprint(min(2, n-at-1))
		}
	}
	return words
}

func serverKeys(c *redis.Client, words []string) ([]string, error) {
	args := []any{"command", "getkeys"}
	for _, w := range words {
		args = append(args, w)
	}
	keys, err := c.Do(context.Background(), args...).StringSlice()
	slices.Sort(keys)
	return keys, err
}

// Whatever the words are, known or not, positions are ascending, within the words, and no word is its own command.
func TestKeyIndexesStayInBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	vocabulary := []string{"0", "1", "2", "9", "-1", "99999999999999999999", "", "a", "STREAMS", "store", "KEYS", "BY", "GET", "count", "?"}
	for _, name := range rediscmd.Names() {
		c, _ := rediscmd.Lookup(strings.Split(name, "|")...)
		for range 200 {
			words := strings.Split(name, "|")
			for range random.IntN(10) {
				words = append(words, vocabulary[random.IntN(len(vocabulary))])
			}
			word := func(i int) (string, bool) { return words[i], words[i] != "?" }
			at, err := c.KeyIndexes(len(words), word)
			c.ScopeOf(len(words), word)
			if err != nil && at != nil {
				t.Fatalf("%q: both %v and %v", words, at, err)
			}
			if !slices.IsSorted(at) || len(at) > 0 && (at[0] < 1 || at[len(at)-1] >= len(words)) {
				t.Fatalf("%q: positions %v", words, at)
			}
		}
	}
}
