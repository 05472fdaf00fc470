package keyplan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/detect"
)

// TestModelOrder holds that it does not matter which of the templates of a family comes first, when they have holes of
// one name and of different kinds.
func TestModelOrder(t *testing.T) {
	for name, lines := range map[string][]string{
		"kinds":   {"GET a-<id#int>-a", "GET a-<id>-a", "MGET a-<x>-a b", "GET a-1.x-a"},
		"classes": {"GET a:<id#fixed>", "MULTI a:<id> b:<id>", "MULTI a:<id#fixed> b:<id#fixed>", "GET b:<id>"},
		"spread":  {"MULTI a:<id#time>:<n> b:<id#time>:<n>", "MULTI a:<id>:<n> b:<id>:<n>"},
	} {
		t.Run(name, func(t *testing.T) {
			sites := parseSites(t, lines)
			back := slices.Clone(sites)
			slices.Reverse(back)
			if a, b := summary(Make(sites, Options{})), summary(Make(back, Options{})); a != b {
				t.Errorf("one order gives\n%s\nthe other\n%s", a, b)
			}
		})
	}
}

// TestReasonOrder holds that what is said of a site does not depend on the order of the others either.
func TestReasonOrder(t *testing.T) {
	sites := parseSites(t, []string{"MULTI a:<x> b:<x>", "GET <any>", "GET <other>", "MULTI c:<y> d:<y>"})
	back := slices.Clone(sites)
	slices.Reverse(back)
	p, q := Make(sites, Options{}), Make(back, Options{})
	for i, f := range p.Families {
		if f.Frozen != q.Families[i].Frozen || f.Why != q.Families[i].Why {
			t.Errorf("%s keeps its name as %s\nand, in another order, as %s", f.Template, f.Frozen, q.Families[i].Frozen)
		}
	}
	for _, s := range sites {
		if a, b := p.decision(s.ID), q.decision(s.ID); a.Reason != b.Reason {
			t.Errorf("%s: %s\nand, in another order: %s", s.ID, a.Reason, b.Reason)
		}
	}
}

// TestLargeComponents holds that a plan is quick, and good, where the choices are too many to be tried.
func TestLargeComponents(t *testing.T) {
	for _, test := range []struct {
		name  string
		sites []detect.Site
		held  int // sites that a plan can hold at least
	}{
		{"chain", parseSites(t, chain(60)), 60},
		{"star", parseSites(t, star(80)), 80},
		{"conflicts", parseSites(t, conflicts(16)), 8 * 15},
		{"long keys", parseSites(t, longKeys(12)), 11},
		{"many families apart", parseSites(t, apart(2000)), 2000},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			p := Make(test.sites, Options{})
			held := 0
			for _, d := range p.Decisions {
				if d.Verdict == Safe || d.Verdict == Tag {
					held++
				}
			}
			took := time.Since(start)
			t.Logf("%d sites, %d held, bounded %v, %v", len(test.sites), held, p.Bounded, took.Round(time.Millisecond))
			if held < test.held {
				t.Errorf("%d of %d sites are held, want %d", held, len(test.sites), test.held)
			}
		})
	}
}

// chain is transactions of neighbouring families, which all share an id.
func chain(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("MULTI user:<id>:f%d user:<id>:f%d", i, i+1))
	}
	return out
}

// star is one family that shares an id with each of the others.
func star(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("MULTI order:<id> order:<id>:part%d", i))
	}
	return out
}

// conflicts is families of two ids: half of the transactions want the one, half the other.
func conflicts(n int) []string {
	var out []string
	for i := range n {
		for k := range i {
			out = append(out, fmt.Sprintf("MULTI f%d:<a>:<b%d> f%d:<a>:<b%d>", i, i, k, k), fmt.Sprintf("MULTI f%d:<c%d>:<b> f%d:<c%d>:<b>", i, i, k, k))
		}
	}
	return out
}

// longKeys has keys of many segments, with many spans to choose from.
func longKeys(n int) []string {
	var out []string
	for i := range n - 1 {
		k := "app:<tenant>:eu:west:<day>:shop:<shop>:orders:<id>:lines"
		out = append(out, fmt.Sprintf("MULTI %s:%d %s:%d", k, i, k, i+1))
	}
	return out
}

func apart(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("MULTI a%d:<id> b%d:<id>", i, i))
	}
	return out
}

// TestInstanceIsQuick has a family of neighbouring holes and a long literal: laying the one on the other must not try
// all ways.
func TestInstanceIsQuick(t *testing.T) {
	done := make(chan bool)
	go func() {
		var holes strings.Builder
		for i := range 8 {
			fmt.Fprintf(&holes, "<h%d>", i)
		}
		Make(parseSites(t, []string{"GET " + holes.String() + "!", "GET " + strings.Repeat("a", 70)}), Options{})
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Error("not done in 5 s")
	}
}
