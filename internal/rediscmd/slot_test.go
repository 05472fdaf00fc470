package rediscmd_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rediscmd/internal/gentable"
	"github.com/redis/go-redis/v9"
)

func startServer(t *testing.T, args ...string) *redis.Client {
	t.Helper()
	s, err := gentable.Start(args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s.Client
}

func TestHashTag(t *testing.T) {
	for key, want := range map[string]string{
		"":                  "",
		"plain":             "plain",
		"{tag}":             "tag",
		"user:{42}:name":    "42",
		"{}whole":           "{}whole",
		"{}{later}":         "{}{later}",
		"{{nested}}":        "{nested",
		"{open":             "{open",
		"close}":            "close}",
		"}{":                "}{",
		"}{a}":              "a",
		"{first}{second}":   "first",
		"{a\x00b}\xff":      "a\x00b",
		"shop:{user:1}:x{}": "user:1",
	} {
		if got := rediscmd.HashTag(key); got != want {
			t.Errorf("HashTag(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestSlotKnown(t *testing.T) {
	// The check value of CRC16/XMODEM, from the Redis Cluster specification.
	if got, want := rediscmd.Slot("123456789"), 0x31C3%rediscmd.Slots; got != want {
		t.Errorf("Slot(123456789) = %d, want %d", got, want)
	}
	if a, b := rediscmd.Slot("user:{42}:name"), rediscmd.Slot("{42}"); a != b {
		t.Errorf("slots %d and %d of one tag", a, b)
	}
}

func TestSlotAgreesWithServer(t *testing.T) {
	c := startServer(t, "--cluster-enabled", "yes")
	random := rand.New(rand.NewPCG(1, 2))
	keys := []string{"", "{", "}", "{}", "{}x", "{{}}", "{{a}}", "}{", "a{b}c{d}e", "{\x00}", "\xff"}
	for len(keys) < 100_000 {
		keys = append(keys, randomKey(random))
	}
	for len(keys) > 0 {
		batch := keys[:min(10_000, len(keys))]
		keys = keys[len(batch):]
		pipe := c.Pipeline()
		var slots []*redis.IntCmd
		for _, key := range batch {
			slots = append(slots, pipe.ClusterKeySlot(context.Background(), key))
		}
		if _, err := pipe.Exec(context.Background()); err != nil {
			t.Fatal(err)
		}
		for i, key := range batch {
			if got, want := rediscmd.Slot(key), int(slots[i].Val()); got != want {
				t.Fatalf("Slot(%q) = %d, want %d", key, got, want)
			}
		}
	}
}

// randomKey makes keys of any bytes, most of them with braces.
func randomKey(random *rand.Rand) string {
	key := make([]byte, random.IntN(24))
	for i := range key {
		switch random.IntN(6) {
		case 0:
			key[i] = '{'
		case 1:
			key[i] = '}'
		case 2:
			key[i] = byte(random.IntN(256))
		default:
			key[i] = byte('a' + random.IntN(26))
		}
	}
	return string(key)
}

// What redis-cli --cluster create prints for these numbers of primaries.
func TestLastSlots(t *testing.T) {
	for n, want := range map[int][]int{
		1: {16383}, 3: {5460, 10922, 16383}, 6: {2730, 5460, 8191, 10922, 13652, 16383},
	} {
		if got := rediscmd.LastSlots(n); !slices.Equal(got, want) {
			t.Errorf("LastSlots(%d) = %v, want %v", n, got, want)
		}
	}
}
