package report

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// groupOf has families in slots of four, and operations on two or more of them.
func groupOf(families, ops int) htmlGroup {
	g := htmlGroup{N: 1}
	for i := range families {
		name := fmt.Sprintf("app:production:{room:<room%d>}:%s", i/4, strings.Repeat("part", i%20))
		f := htmlFamily{Family: Family{Template: strings.NewReplacer("{", "", "}", "").Replace(name), NewTemplate: name, Tag: fmt.Sprintf("room:<room%d>", i/4)}, Slot: braces(name).Tag}
		if i%5 == 4 {
			f.Tag, f.NewTemplate = "", f.Template
		}
		g.Families = append(g.Families, f)
	}
	for i := range ops {
		g.Ops = append(g.Ops, htmlOp{Does: fmt.Sprintf("MSET%d of a, b, and many more commands than there is room for", i), Verdict: "tag", GivesWay: i%7 == 0,
			Families: []int{i % families, (i * 3) % families}, Places: []htmlPlace{{ID: "s1", Function: "(*Store).Move"}, {ID: "s2"}}})
	}
	return g
}

// TestPicture draws groups of all sizes: nothing is outside, and no box hides another.
func TestPicture(t *testing.T) {
	for _, c := range []struct{ families, ops, moreFams, moreOps int }{{1, 0, 0, 0}, {1, 1, 0, 0}, {8, 3, 0, 0}, {40, 24, 0, 0}, {41, 25, 1, 1}, {200, 90, 160, 66}} {
		pic := groupOf(c.families, c.ops).Picture()
		if pic.MoreFams != c.moreFams || pic.MoreOp != c.moreOps || len(pic.Families)+pic.MoreFams != c.families || len(pic.Ops)+pic.MoreOp != c.ops {
			t.Errorf("%+v: drawn are %d and %d, not drawn %d and %d", c, len(pic.Families), len(pic.Ops), pic.MoreFams, pic.MoreOp)
		}
		for _, boxes := range [][]htmlBox{pic.Slots, pic.Families, pic.Ops} {
			bottom := 0
			for _, b := range boxes {
				if b.X < 0 || b.X+b.W > pic.Width || b.Y < bottom || b.Y+b.H > pic.Height || b.H <= 0 {
					t.Errorf("%+v: %+v is outside of %dx%d, or over the box that ends at %d", c, b, pic.Width, pic.Height, bottom)
				}
				bottom = b.Y + b.H
			}
		}
		for _, b := range pic.Families {
			if n := utf8.RuneCountInString(b.Name.Before + b.Name.Tag + b.Name.After); n > familyChars {
				t.Errorf("%+v: %q is too wide", c, b.Name)
			}
		}
		if len(pic.Edges) > 4*operations {
			t.Errorf("%+v: %d lines", c, len(pic.Edges))
		}
	}
}

func TestFit(t *testing.T) {
	long := strings.Repeat("part:", 20)
	for template, want := range map[string]htmlName{
		"user:{<id>}:mail":    {"user:", "{<id>}", ":mail"},
		"user:<id>":           {"user:<id>", "", ""},
		"user:{}:<id>":        {"user:{}:<id>", "", ""}, // is hashed whole
		"user:{<id>":          {"user:{<id>", "", ""},
		"a}{<b>}{<c>}":        {"a}", "{<b>}", "{<c>}"},
		long + "{<id>}:x":     {"part:part:part:part…part:part:part:", "", ""},
		"x:{<id>}:" + long:    {"x:", "{<id>}", ":part:part:part:part:…art:part:part:"},
		"{" + long + "}:part": {"{part:part:part:part:par…rt:part:}:part", "", ""},
	} {
		got := fit(template, 40)
		if want.Tag != "" && got.Tag != want.Tag || utf8.RuneCountInString(got.Before+got.Tag+got.After) > 40 {
			t.Errorf("fit(%q) = %q, want %q", template, got, want)
		}
		if len(template) <= 40 && got != want {
			t.Errorf("fit(%q) = %q, want %q", template, got, want)
		}
	}
}
