package key

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// text is a literal whose source stands in f.go from offset at.
func text(s string, at int) Template {
	offs := make([]int, len(s)+1)
	for i := range offs {
		offs[i] = at + i
	}
	return Template{Parts: []Part{{Text: s, Offs: offs, File: "f.go"}}, Gaps: make([][]Point, 2)}
}

func hole(id string) Template { return OfHole(&Hole{ID: id, Name: id}) }

func point(offset int, m Mode) Point { return Point{File: "f.go", Offset: offset, Mode: m} }

func join(t testing.TB, ts ...Template) Template {
	t.Helper()
	out := Literal("")
	for _, x := range ts {
		var ok bool
		if out, ok = Concat(out, x); !ok {
			t.Fatalf("%v and %v contradict each other", out, x)
		}
	}
	return out
}

func TestConcat(t *testing.T) {
	user := join(t, text("user:", 10), hole("id"))
	for _, test := range []struct {
		t     Template
		str   string
		shape string
		units int
	}{
		{Literal(""), "", "", 0},
		{Literal("a"), "a", "a", 1},
		{hole("id"), "<id>", "\x00", 1},
		{user, "user:<id>", "user:\x00", 6},
		{join(t, user, text(":name", 30)), "user:<id>:name", "user:\x00:name", 11},
		{join(t, user, user), "user:<id>user:<id>", "user:\x00user:\x00", 12},
		{join(t, Literal("a"), Literal(""), Literal("b")), "ab", "ab", 2},
		{join(t, Literal("ä"), hole("x"), Literal("")), "ä<x>", "ä\x00", 3},
	} {
		if test.t.String() != test.str || test.t.Shape() != test.shape || test.t.Len() != test.units {
			t.Errorf("got %q, shape %q, %d units; want %q, %q, %d", test.t, test.t.Shape(), test.t.Len(), test.str, test.shape, test.units)
		}
		if len(test.t.Gaps) != len(test.t.Parts)+1 {
			t.Errorf("%q has %d gaps around %d parts", test.t, len(test.t.Gaps), len(test.t.Parts))
		}
	}
}

// TestConcatConds holds that alternatives of one choice don't meet, and that those of several add up.
func TestConcatConds(t *testing.T) {
	when := func(s string, conds ...string) Template {
		x := Literal(s)
		x.Conds = map[string]string{}
		for i := 0; i < len(conds); i += 2 {
			x.Conds[conds[i]] = conds[i+1]
		}
		return x
	}
	for _, test := range []struct {
		a, b Template
		want map[string]string // nil: they contradict each other
	}{
		{Literal("a"), Literal("b"), map[string]string{}},
		{when("a", "if1", "then"), Literal("b"), map[string]string{"if1": "then"}},
		{Literal("a"), when("b", "if1", "then"), map[string]string{"if1": "then"}},
		{when("a", "if1", "then"), when("b", "if1", "then"), map[string]string{"if1": "then"}},
		{when("a", "if1", "then"), when("b", "if1", "else"), nil},
		{when("a", "if1", "then"), when("b", "if2", "else"), map[string]string{"if1": "then", "if2": "else"}},
		{when("a", "if1", "x", "if2", "y"), when("b", "if2", "z", "if3", "x"), nil},
	} {
		got, ok := Concat(test.a, test.b)
		if ok != (test.want != nil) {
			t.Errorf("%v and %v: %v", test.a.Conds, test.b.Conds, ok)
			continue
		}
		if ok && fmt.Sprint(got.Conds) != fmt.Sprint(test.want) {
			t.Errorf("%v and %v: got %v", test.a.Conds, test.b.Conds, got.Conds)
		}
	}
}

// TestConcatKeepsItsArguments holds that templates are values: to join one with two others leaves all as they were.
func TestConcatKeepsItsArguments(t *testing.T) {
	a := join(t, text("user:", 10), hole("id")).WithEdges(point(9, Before), point(40, After))
	before := fmt.Sprintf("%+v", a)
	b := join(t, a, text(":b", 50)).WithEdges(point(9, Before), point(60, After))
	c := join(t, a, text(":c", 70)).WithEdges(point(9, Before), point(80, After))
	if got := fmt.Sprintf("%+v", a); got != before {
		t.Errorf("the template was\n%s\nand is\n%s", before, got)
	}
	if b.String() != "user:<id>:b" || c.String() != "user:<id>:c" {
		t.Errorf("got %s and %s", b, c)
	}
	if p := b.PointsAt(8); slices.Contains(p, point(72, InText)) || !slices.Contains(p, point(52, InText)) {
		t.Errorf("the end of the one is at %v", p)
	}
}

func TestSegments(t *testing.T) {
	id := hole("id")
	for _, test := range []struct {
		t    Template
		want []Segment
	}{
		{Literal(""), nil},
		{Literal("a"), []Segment{{Text: "a"}}},
		{join(t, text("a", 1), text("b:", 5)), []Segment{{Text: "ab:"}}},
		{join(t, id, Literal("x"), Literal("y"), id, id), []Segment{
			{Hole: id.Parts[0].Hole}, {Text: "xy", Start: 1}, {Hole: id.Parts[0].Hole, Start: 3}, {Hole: id.Parts[0].Hole, Start: 4}}},
		{Template{Parts: []Part{{Text: "a"}, {}, {Text: "b"}}, Gaps: make([][]Point, 4)}, []Segment{{Text: "ab"}}},
	} {
		if got := test.t.Segments(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v: got %+v, want %+v", test.t, got, test.want)
		}
	}
}

func TestTagged(t *testing.T) {
	k := join(t, text("user:", 10), hole("id"), text(":name", 30))
	for _, test := range []struct {
		start, end int
		want       string
	}{
		{-1, -1, "user:<id>:name"},
		{0, 6, "{user:<id>}:name"},
		{5, 6, "user:{<id>}:name"},
		{0, 4, "{user}:<id>:name"},
		{5, 11, "user:{<id>:name}"},
		{0, 11, "{user:<id>:name}"},
		{7, 11, "user:<id>:{name}"},
	} {
		if got := k.Tagged(test.start, test.end); got != test.want {
			t.Errorf("%d to %d: got %s, want %s", test.start, test.end, got, test.want)
		}
	}
}

// TestTaggedText compares Tagged with braces put into the text, for every range of a template of odd parts.
func TestTaggedText(t *testing.T) {
	k := join(t, Literal("ab"), Literal(""), hole("x"), hole("y"), Literal("c"), Literal("d"), hole("z"))
	marks := []string{"a", "b", "<x>", "<y>", "c", "d", "<z>"}
	for start := range k.Len() {
		for end := start + 1; end <= k.Len(); end++ {
			want := strings.Join(marks[:start], "") + "{" + strings.Join(marks[start:end], "") + "}" + strings.Join(marks[end:], "")
			if got := k.Tagged(start, end); got != want {
				t.Errorf("%d to %d: got %s, want %s", start, end, got, want)
			}
		}
	}
}

func TestTextAndUnknown(t *testing.T) {
	unknown := OfHole(&Hole{Class: Unknown, Reason: "comes from a channel"})
	for _, test := range []struct {
		t       Template
		text    string
		ok      bool
		unknown bool
	}{
		{Literal(""), "", true, false},
		{join(t, Literal("a"), Literal("b")), "ab", true, false},
		{hole("x"), "", false, false},
		{unknown, "", false, true},
		{join(t, hole("x"), unknown), "", false, true},
		{join(t, Literal("a:"), unknown), "", false, false},
	} {
		got, ok := test.t.Text()
		if got != test.text || ok != test.ok || test.t.IsUnknown() != test.unknown {
			t.Errorf("%v: text %q, %v, unknown %v", test.t, got, ok, test.t.IsUnknown())
		}
	}
}
