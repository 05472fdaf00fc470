package key

import (
	"fmt"
	"slices"
	"testing"
)

// TestPlacesAt has the ways in which source can stand around a border.
func TestPlacesAt(t *testing.T) {
	// "user:" + id + ":name", the expression from 9 to 40
	sum := join(t, text("user:", 10).WithEdges(point(9, Before), point(16, After)),
		hole("id").WithEdges(point(19, Before), point(21, After)),
		text(":name", 25).WithEdges(point(24, Before), point(31, After))).WithEdges(point(9, Before), point(31, After))
	// fmt.Sprintf("user:%d:name", id): the format goes on around the verb
	format := join(t, text("user:", 13), hole("id"), text(":name", 20))
	format.Gaps[1] = append(format.Gaps[1], point(18, InText))
	format.Gaps[2] = append(format.Gaps[2], point(20, InText))
	// two literals that touch: "a" + "b"
	touch := join(t, text("a", 10), text("b", 16))
	// one literal cut in two by the analysis: its end is the start of the other
	cut := join(t, text("ab", 10), text("cd", 12))
	for _, test := range []struct {
		name string
		t    Template
		u    int
		want []Placed
	}{
		{"start of a literal", sum, 0, []Placed{{point(10, InText), Rightward}, {point(9, Before), Outside}}},
		{"inside a literal", sum, 2, []Placed{{point(12, InText), Between}}},
		{"end of a literal", sum, 5, []Placed{{point(15, InText), Leftward}, {point(16, After), Outside}, {point(19, Before), Outside}}},
		{"start of the next", sum, 6, []Placed{{point(25, InText), Rightward}, {point(21, After), Outside}, {point(24, Before), Outside}}},
		{"end of all", sum, 11, []Placed{{point(30, InText), Leftward}, {point(31, After), Outside}}},
		{"before a verb", format, 5, []Placed{{point(18, InText), Between}}},
		{"after a verb", format, 6, []Placed{{point(20, InText), Between}}},
		{"between literals", touch, 1, []Placed{{point(11, InText), Leftward}, {point(16, InText), Rightward}}},
		{"in one literal", cut, 2, []Placed{{point(12, InText), Between}}},
		{"no source", join(t, Literal("a"), hole("x")), 1, nil},
		{"beyond the end", sum, 12, nil},
		{"before the start", sum, -1, nil},
		{"only a hole", hole("x").WithEdges(point(5, Before), point(6, After)), 0, []Placed{{point(5, Before), Outside}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.t.PlacesAt(test.u); !slices.Equal(got, test.want) {
				t.Errorf("got %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// TestAllPoints holds that the points of all borders are those that PlacesAt lists, each point once at its border.
func TestAllPoints(t *testing.T) {
	k := join(t, text("user:", 10).WithEdges(point(9, Before), point(16, After)), hole("id"), text("user:", 10), Literal(""), text("", 40))
	var got, want []string
	k.AllPoints(func(u int, p Point) { got = append(got, fmt.Sprint(u, p)) })
	for u := range k.Len() + 1 {
		for _, p := range k.PlacesAt(u) {
			want = append(want, fmt.Sprint(u, p.Point))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	slices.Sort(got)
	if n := len(got); len(slices.Compact(got)) != n {
		t.Errorf("a point is listed twice: %v", got)
	}
}

// TestWithEdgesFromInside holds the order of the points around an expression: the innermost first.
func TestWithEdgesFromInside(t *testing.T) {
	k := text("a", 12).WithEdges(point(11, Before), point(14, After)).WithEdges(point(5, Before), point(20, After))
	want := []Point{point(12, InText), point(11, Before), point(5, Before)}
	if got := k.PointsAt(0); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	want = []Point{point(13, InText), point(14, After), point(20, After)}
	if got := k.PointsAt(1); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestEmptyTemplate holds that an empty one has one border, with its edges.
func TestEmptyTemplate(t *testing.T) {
	k := Literal("").WithEdges(point(1, Before), point(3, After))
	if got := k.PointsAt(0); len(got) != 2 || k.Len() != 0 || k.Shape() != "" || len(k.Segments()) != 0 {
		t.Errorf("points %v, %d units, shape %q", got, k.Len(), k.Shape())
	}
}

// TestShapeTellsHolesFromBytes holds that a key with a zero byte is of another shape than one with a hole.
func TestShapeTellsHolesFromBytes(t *testing.T) {
	if a, b := Literal("a\x00b"), join(t, Literal("a"), hole("x"), Literal("b")); a.Shape() == b.Shape() {
		t.Errorf("%q and %q have one shape", a, b)
	}
}
