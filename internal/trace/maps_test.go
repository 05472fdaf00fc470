package trace_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/trace"
	"github.com/clusterize/clusterize/keyplan"
)

// mapOf makes a map of lines such as user:<id>:log -> {user:<id>}:log, or user:<id> for a family that keeps its name.
func mapOf(t testing.TB, lines ...string) *keymap.Map {
	t.Helper()
	var entries []keymap.Entry
	for _, line := range lines {
		old, renamed, isRenamed := strings.Cut(line, " -> ")
		var pieces []keymap.Piece
		parsed, _ := key.ParseReport(old)
		for _, p := range parsed {
			if p.Name == "" {
				pieces = append(pieces, keymap.Piece{Text: p.Text})
			} else {
				pieces = append(pieces, keymap.Piece{Hole: &keymap.Hole{Name: p.Name}})
			}
		}
		span := keyplan.None
		if isRenamed {
			units := func(s string) (n int) {
				parsed, _ := key.ParseReport(s)
				for _, p := range parsed {
					n += max(len(p.Text), 1)
				}
				return n
			}
			head, rest, _ := strings.Cut(renamed, "{")
			tag, _, _ := strings.Cut(rest, "}")
			span = keyplan.Span{Start: units(head), End: units(head) + units(tag)}
		}
		e := keymap.NewEntry(pieces, span)
		if isRenamed && e.NewTemplate != renamed {
			t.Fatalf("%s became %s", line, e.NewTemplate)
		}
		entries = append(entries, e)
	}
	m, err := keymap.New(entries)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// analyse runs a capture, and lists the operations that were found.
func analyse(t testing.TB, opt trace.Options, src io.Reader) (*trace.Result, []trace.Operation) {
	t.Helper()
	var ops []trace.Operation
	opt.Each = func(o trace.Operation) { ops = append(ops, o) }
	a, r := trace.New(opt), monitor.NewReader(src)
	var l monitor.Line
	for {
		err := r.Next(&l)
		if bad := (*monitor.BadLine)(nil); errors.As(err, &bad) {
			a.Unreadable(bad)
			continue
		}
		if err == io.EOF {
			return a.Finish(r, "test", ""), ops
		}
		if err != nil {
			t.Fatal(err)
		}
		a.Line(&l)
	}
}
