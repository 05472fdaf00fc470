package rediscluster

import (
	"strings"
	"testing"
)

func TestUntag(t *testing.T) {
	for _, test := range [][2]string{
		{"{user:7}:mail", "user:7:mail"},
		{"user:{7}", "user:7"},
		{"user:7", "user:7"},
		{"{}", ""},
		{"a:{}:b", "a::b"},
		{"a}b{c", "a}b{c"},
		{"a}{b}c", "a}bc"},
		{"{a}{b}", "a{b}"},
		{"{{a}}", "{a}"},
		{"", ""},
	} {
		if got := Untag(test[0]); got != test[1] {
			t.Errorf("Untag(%q) is %q, want %q", test[0], got, test[1])
		}
	}
}

// FuzzUntag holds that a tag put into a name without braces is taken out again.
func FuzzUntag(f *testing.F) {
	f.Add("user:", "7", ":mail")
	f.Fuzz(func(t *testing.T, before, tag, after string) {
		if name := before + tag + after; !strings.ContainsAny(name, "{}") && Untag(before+"{"+tag+"}"+after) != name {
			t.Errorf("%q, %q, %q", before, tag, after)
		}
	})
}
