package keyflow

import (
	"strconv"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
)

// TestWiden holds that too many alternatives keep what all of them start and end with, and never overlap it.
func TestWiden(t *testing.T) {
	id := key.OfHole(&key.Hole{ID: "id", Name: "id"})
	texts := func(ss ...string) []key.Template {
		var out []key.Template
		for _, s := range ss {
			a, _ := key.Concat(key.Literal(s), id)
			b, _ := key.Concat(a, key.Literal(":end"))
			out = append(out, b)
		}
		return out
	}
	for _, c := range []struct {
		in   []key.Template
		want string
	}{
		{texts("user:a:", "user:b:", "user:cc:"), "user:<?>:<id>:end"},
		{texts("aa", "aaa", "aaaa"), "aa<?><id>:end"},
		{texts("x", "y"), "<?><id>:end"},
		{[]key.Template{key.Literal("aba"), key.Literal("a")}, "a<?>"},
		{[]key.Template{key.Literal("ab"), key.Literal("")}, "<?>"},
	} {
		if got := widen(c.in, &key.Hole{Name: "?"}).String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestProductIsBounded holds that many alternatives times many are few.
func TestProductIsBounded(t *testing.T) {
	var as []key.Template
	for i := range 24 {
		as = append(as, key.Literal("k"+strconv.Itoa(i)+":"))
	}
	out := as
	for range 5 {
		out = product(out, as)
		if len(out) > maxProduct {
			t.Fatalf("%d alternatives", len(out))
		}
	}
	if out[0].String()[0] != 'k' {
		t.Errorf("lost the common start: %s", out[0])
	}
}
