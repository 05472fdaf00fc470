package keyplan

import "testing"

// TestGlobMeets has globs beside the templates of families.
func TestGlobMeets(t *testing.T) {
	for _, test := range []struct {
		glob, template string
		want           bool
	}{
		{"user:*:profile", "user:<id>:profile", true},
		{"user:*:profile", "user:<id>:mail", false},
		{"user:*", "user:<id>:mail", true},
		{"user:*", "user:", true},
		{"*", "a:<b>", true},
		{"a*b", "ab", true},
		{"a**b", "ab", true},
		{"a?b", "ab", false},
		{"a?b", "a<x>b", true},
		{"us[ae]r:*", "user:<id>", true},
		{"us[ae", "us<x>", true},
		{"user:*:x", "order:<id>:x", false},
		{"*:x", "<id>:x", true},
		{"<ns>:*:x", "app:<id>:x", true},
		{"a:*:b:*:c:*:d:*:e:*:f:*:g", "a:<id>", false},
		{"a:*:b:*:c:*:d:*:e:*:f:*:g", "a:<x>:b:<x>:c:<x>:d:<x>:e:<x>:f:<x>:g", true},
		{`a\*b`, "a:<id>", false},
		{`a\*b`, "a<id>b", true},
		{`a\*b`, "a*b", true},
		{`a[\]]b`, "a]b", true},
		{"a:<id>:*", "a:<x>:c:d", true},
	} {
		if got := globMeets(test.glob, units(parseKey(t, test.template))); got != test.want {
			t.Errorf("%s and %s: %v", test.glob, test.template, got)
		}
	}
}
