package trace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/keyplan"
)

// What is remembered of a key is what the map says of it, whether it was seen before or not.
func TestNames(t *testing.T) {
	text, hole := func(s string) keymap.Piece { return keymap.Piece{Text: s} }, keymap.Piece{Hole: &keymap.Hole{Name: "id"}}
	m, err := keymap.New([]keymap.Entry{
		keymap.NewEntry([]keymap.Piece{text("a:"), hole, text(":x")}, keyplan.Span{Start: 0, End: 3}),
		keymap.NewEntry([]keymap.Piece{text("b:"), hole}, keyplan.Span{Start: 2, End: 3}),
		keymap.NewEntry([]keymap.Piece{text("done")}, keyplan.Span{Put: "todo"}),
		keymap.NewEntry([]keymap.Piece{text("plain:"), hole}, keyplan.None),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := newNames(m)
	for round := range 2 {
		for i := range 100_000 {
			keys := []string{fmt.Sprintf("a:%d:x", i), fmt.Sprintf("b:%d", i), fmt.Sprintf("plain:%d", i), fmt.Sprintf("{a:%d}:x", i), fmt.Sprintf("other{%d}", i)}
			if i == 0 {
				keys = append(keys, "done", "{todo}done", "", "{}", "{}{a}", "b:{", "b:}", "x{y", "plain:{tag}:x", "b:"+strings.Repeat("long", 100), "a::x")
			}
			for _, k := range keys {
				was := m.Old(k)
				x := n.of(n.hash([]byte(k)), []byte(k))
				tag := rediscmd.HashTag(was.Name)
				if int(x.slot[before]) != rediscmd.Slot(k) || int(x.slot[after]) != rediscmd.Slot(was.Name) || string(x.tag([]byte(k))) != tag || was.Entry >= 0 && int(x.family) != was.Entry {
					t.Fatalf("round %d: %q is %+v with the tag %q, the map says %+v with the tag %q", round, k, x, x.tag([]byte(k)), was, tag)
				}
			}
		}
	}
}
