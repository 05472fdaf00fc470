package source

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestPosition(t *testing.T) {
	for _, c := range []struct {
		p    Position
		want string
	}{
		{Position{}, "-"},
		{Position{File: "a.go"}, "a.go"},
		{Position{File: "a.go", Line: 3}, "a.go:3"},
		{Position{File: "a/b.go", Line: 3, Column: 14, Offset: 99}, "a/b.go:3:14"},
	} {
		if got := c.p.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if (Position{File: "a.go"}).IsValid() || !(Position{File: "a.go", Line: 1}).IsValid() {
		t.Error("a position is valid if it has a file and a line")
	}
}

func TestOrder(t *testing.T) {
	want := []Position{
		{},
		{File: "a.go", Line: 1, Column: 1},
		{File: "a.go", Line: 1, Column: 10, Offset: 9},
		{File: "a.go", Line: 2, Column: 1, Offset: 10},
		{File: "b.go", Line: 1, Column: 1},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Position.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSpan(t *testing.T) {
	span := func(start, end int) Span { return Span{Position{File: "a.go", Offset: start}, end} }
	if !span(1, 5).Contains(span(1, 5)) || span(1, 5).Contains(span(1, 6)) {
		t.Error("Contains")
	}
	if span(1, 5).Overlaps(span(5, 6)) || !span(1, 5).Overlaps(span(4, 6)) {
		t.Error("Overlaps")
	}
	if span(1, 5).Compare(span(1, 6)) >= 0 || span(2, 3).Compare(span(1, 6)) <= 0 {
		t.Error("Compare")
	}
	b, err := json.Marshal(Span{Position{"a.go", 1, 2, 1}, 5})
	if want := `{"file":"a.go","line":1,"column":2,"offset":1,"end":5}`; err != nil || string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
}
