package report

import (
	"bytes"
	"flag"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files anew")

func textOf(t *testing.T, r *Report, opt TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	emptyBroken := emptyReport()
	emptyBroken.LeftOut = leftOutReport().LeftOut[:1]
	for name, c := range map[string]struct {
		r   *Report
		opt TextOptions
	}{
		"empty":         {emptyReport(), TextOptions{}},
		"empty-leftout": {emptyBroken, TextOptions{}},
		"small":         {smallReport(), TextOptions{}},
		"large":         {largeReport(), TextOptions{}},
		"large-verbose": {largeReport(), TextOptions{Verbose: true}},
		"large-quiet":   {largeReport(), TextOptions{Quiet: true}},
		"leftout":       {leftOutReport(), TextOptions{}},
		"leftout-quiet": {leftOutReport(), TextOptions{Quiet: true}},
		"review":        {reviewReport(), TextOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, filepath.Join("testdata", "text", name+".txt"), []byte(textOf(t, c.r, c.opt)))
		})
	}
}

func TestTextWidth(t *testing.T) {
	for _, r := range []*Report{emptyReport(), smallReport(), largeReport(), leftOutReport()} {
		for _, width := range []int{0, 40, 60, 100} {
			limit := width
			if width == 0 {
				limit = 80
			}
			for line := range strings.Lines(textOf(t, r, TextOptions{Width: width, Verbose: true})) {
				line = strings.TrimSuffix(line, "\n")
				if strings.TrimRight(line, " ") != line {
					t.Errorf("blanks at the end of %q", line)
				}
				unbreakable := !strings.Contains(strings.TrimSpace(line), " ") || limit < 80 && isCommand(r, strings.TrimSpace(line))
				if utf8.RuneCountInString(line) > limit && !unbreakable {
					t.Errorf("wider than %d: %q", limit, line)
				}
			}
		}
	}
}

// isCommand reports a command of the guide: it is copied whole.
func isCommand(r *Report, line string) bool {
	return slices.ContainsFunc(r.Guide(), func(s GuideStep) bool { return slices.Contains(s.Commands, line) })
}

// TestTextShowsUndecided holds every report to "a site may never vanish".
func TestTextShowsUndecided(t *testing.T) {
	for _, r := range []*Report{smallReport(), largeReport(), leftOutReport()} {
		for _, opt := range []TextOptions{{}, {Quiet: true}, {Verbose: true}, {Width: 40}} {
			got := textOf(t, r, opt)
			words := map[string]bool{}
			for _, w := range strings.Fields(got) {
				words[strings.TrimRight(w, ":,")] = true
			}
			for _, s := range r.Sites {
				if (s.undecided() || opt.Verbose) && !words[s.Position().String()] {
					t.Errorf("%+v: the site at %s is not shown", opt, s.Position())
				}
			}
			for _, l := range r.LeftOut {
				if !words[l.Package] {
					t.Errorf("%+v: %s is not listed as left out", opt, l.Package)
				}
			}
		}
	}
}

func TestTextTestsComeLast(t *testing.T) {
	got := textOf(t, largeReport(), TextOptions{})
	code, test := strings.Index(got, "store/bucket1.go"), strings.Index(got, "store/a_test.go")
	if code < 0 || test < code {
		t.Errorf("a test stands before the code (%d, %d)", test, code)
	}
}

func TestTextIsPlain(t *testing.T) {
	if got := textOf(t, largeReport(), TextOptions{Verbose: true}); strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && unsafeRune(r) }) {
		t.Error("control characters of the target reach the terminal")
	}
}

func TestTextAccounts(t *testing.T) {
	lost := smallReport()
	lost.Sites = lost.Sites[1:]
	odd := smallReport()
	odd.Sites[0].Verdict = "fine"
	odd.Summary.Safe--
	for name, r := range map[string]*Report{"a site is lost": lost, "a site has no verdict": odd} {
		var b bytes.Buffer
		if err := Text(&b, r, TextOptions{}); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written; want an error and none", name, err, b.Len())
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		text, key string
		want      bool
	}{
		{"DEL on a, b: no", "a", true},
		{"DEL on a, b: no", "b", true},
		{"DEL on user:<id>:mail: no", "user:<id>", false},
		{"DEL on user:<id>:mail, user:<id>: no", "user:<id>", true},
		{"DEL on <key> (several): no", "<key>", true},
		{"no tag", "a", false},
		{"anything", "", false},
	} {
		if got := names(c.text, c.key); got != c.want {
			t.Errorf("names(%q, %q) = %v, want %v", c.text, c.key, got, c.want)
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestTextColour holds that colours are all that a terminal gets more, and that a text of the target brings none.
func TestTextColour(t *testing.T) {
	for _, r := range []*Report{emptyReport(), smallReport(), largeReport(), leftOutReport()} {
		plain, coloured := textOf(t, r, TextOptions{Verbose: true}), textOf(t, r, TextOptions{Verbose: true, Colour: true})
		if got := escapes.ReplaceAllString(coloured, ""); got != plain {
			t.Errorf("without colours it is\n%s\nwant\n%s", got, plain)
		}
		if len(r.Sites) > 0 && !strings.Contains(coloured, "\x1b[") || strings.Contains(plain, "\x1b") {
			t.Error("there are no colours, or where none should be")
		}
		for line := range strings.Lines(coloured) {
			if strings.Count(line, "\x1b[")%2 != 0 {
				t.Errorf("a colour goes on behind its line: %q", line)
			}
		}
	}
}
