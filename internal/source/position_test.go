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

func TestJSON(t *testing.T) {
	b, err := json.Marshal(Position{"a.go", 1, 2, 1})
	if want := `{"file":"a.go","line":1,"column":2,"offset":1}`; err != nil || string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
}
