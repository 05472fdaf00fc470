package rewrite

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/load"
)

func TestApply(t *testing.T) {
	const src = "0123456789"
	for _, test := range []struct {
		name  string
		edits []Edit
		want  string // "" for an error
	}{
		{"none", nil, src},
		{"one", []Edit{{Start: 2, End: 4, New: "ab"}}, "01ab456789"},
		{"out of order", []Edit{{Start: 8, End: 9, New: "b"}, {Start: 0, End: 1, New: "a"}}, "a1234567b9"},
		{"insertions", []Edit{{Start: 0, End: 0, New: "a"}, {Start: 10, End: 10, New: "b"}}, "a0123456789b"},
		{"deletion", []Edit{{Start: 0, End: 10}}, "-"},
		{"the same twice", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 2, End: 4, New: "x"}}, "01x456789"},
		{"the same insertion twice", []Edit{{Start: 2, End: 2, New: "x"}, {Start: 2, End: 2, New: "x"}}, "01x23456789"},
		{"neighbours", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 4, End: 6, New: "y"}}, "01xy6789"},
		{"insertion before a range", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 2, End: 2, New: "y"}}, "01yx456789"},
		{"insertion after a range", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 4, End: 4, New: "y"}}, "01xy456789"},
		{"two insertions at one place", []Edit{{Start: 2, End: 2, New: "x"}, {Start: 2, End: 2, New: "y"}}, ""},
		{"overlap", []Edit{{Start: 2, End: 5, New: "x"}, {Start: 4, End: 6, New: "y"}}, ""},
		{"one inside another", []Edit{{Start: 2, End: 8, New: "x"}, {Start: 4, End: 6, New: "y"}}, ""},
		{"insertion inside a range", []Edit{{Start: 2, End: 8, New: "x"}, {Start: 4, End: 4, New: "y"}}, ""},
		{"one range, two texts", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 2, End: 4, New: "y"}}, ""},
		{"one start, two ends", []Edit{{Start: 2, End: 4, New: "x"}, {Start: 2, End: 5, New: "x"}}, ""},
		{"backwards", []Edit{{Start: 4, End: 2, New: "x"}}, ""},
		{"beyond the end", []Edit{{Start: 9, End: 11, New: "x"}}, ""},
		{"before the start", []Edit{{Start: -1, End: 1, New: "x"}}, ""},
	} {
		got, err := apply([]byte(src), test.edits)
		want := strings.TrimSuffix(test.want, "-")
		if (err != nil) != (test.want == "") || err == nil && string(got) != want {
			t.Errorf("%s: got %q, %v; want %q", test.name, got, err, want)
		}
	}
}

// TestApplyRandom compares apply with doing one edit after the other from the end, and holds that it refuses just the
// sets of edits that meet.
func TestApplyRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	refused := 0
	for range 5000 {
		src := strings.Repeat("x.", 15)
		var edits []Edit
		for range r.IntN(5) {
			start := r.IntN(len(src) + 1)
			edits = append(edits, Edit{Start: start, End: min(len(src), start+r.IntN(5)), New: strings.Repeat("n", 1+r.IntN(3))})
		}
		got, err := apply([]byte(src), edits)
		if err != nil {
			refused++
		}
		if (err != nil) != meeting(edits) {
			t.Fatalf("%+v: %v", edits, err)
		}
		if err == nil && len(got) != grown(src, edits) {
			t.Fatalf("%+v: %q", edits, got)
		}
	}
	if refused == 0 || refused > 4000 {
		t.Errorf("%d of 5000 were refused", refused)
	}
}

// meeting reports that two different edits share a byte or a place.
func meeting(edits []Edit) bool {
	for i, a := range edits {
		for _, b := range edits[:i] {
			if a == b {
				continue
			}
			if a.Start < b.End && b.Start < a.End || a.Start == b.Start && a.End == b.End {
				return true
			}
		}
	}
	return false
}

func grown(src string, edits []Edit) int {
	n, seen := len(src), map[Edit]bool{}
	for _, e := range edits {
		if !seen[e] {
			n += len(e.New) - (e.End - e.Start)
		}
		seen[e] = true
	}
	return n
}

func TestKeepFormat(t *testing.T) {
	const formatted, other = "package p\n\nvar a, b = 1, 2\n", "package p\nvar a,b = 1, 2\n"
	if got := string(newTexts(&load.Program{}).keepFormat(&load.File{Rel: "a", Content: []byte(formatted)}, []byte("package p\n\nvar a,b = 1, 2\n"))); got != formatted {
		t.Errorf("a formatted file became %q", got)
	}
	if got := string(newTexts(&load.Program{}).keepFormat(&load.File{Rel: "b", Content: []byte(other)}, []byte(other+"var  c int\n"))); got != other+"var  c int\n" {
		t.Errorf("a file that was not formatted became %q", got)
	}
}
