package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
)

// hostile is text that wants to be more than text, in Markdown, in HTML, on GitHub, in a diagram.
var hostile = []string{
	"a|b", "`code`", "``", "<script>alert(1)</script>", "</details>", "<img src=x onerror=y>", "@octocat", "#123", "octo/cat#7", "GH-12",
	"https://evil.example/x", "www.evil.example", "evil@evil.example", "[link](https://evil.example)", "![img](https://evil.example)", "a\n\n# Title", "line\r\nmore",
	"**bold**", "_it_", "~~gone~~", "- item", "1. item", "> quote", "&lt;b&gt;", "$x^2$", ":smile:", "\x1b[31m", "\"] --> x[\"", "```\n```", "%%{init: {}}%%", "end",
	"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "user:<id>", "{user:<id>}:mail", "  blanks  ", "", "ünïcode 🙂", "\u202Eright", "<!-- comment", "-->",
}

// hostileReport has them wherever a text of the target can stand.
func hostileReport() *Report {
	r := reviewReport()
	sites, libraries := []Site{}, []Library{}
	for i, h := range hostile {
		for _, v := range []string{"review", "blocked", "tag", "split"} {
			s := Site{File: "dir " + h + "/a.go", Line: i + 1, Column: 2, Function: h, Kind: "command", Method: h, Commands: []string{h, "GET"}, Verdict: v, Rule: rules.CrossSlot,
				Reason: "the keys " + h + " are " + h + ": what", Keys: []Key{renamed(h, "{"+h+"}")}, Contexts: []Context{{File: h + ".go", Line: 3, Verdict: "review", Reason: h, Keys: []Key{renamed(h, h+"2")}}}}
			s.Keys[0].Unknown = []Unknown{{Name: h, File: h, Line: 1, Column: 1, Reason: h, Annotation: "//clusterize:key " + h, AnnotationAt: h + ":1"}}
			if v == "split" {
				s.Ignored = h
			}
			sites = append(sites, s)
		}
		libraries = append(libraries, Library{Path: h, File: h, Line: 1, Column: 1, Name: h, Verdict: "holds", Reason: h})
		r.Clients = append(r.Clients, Client{ID: h, File: h, Line: 1, Column: 1, Constructor: h, Verdict: "review", Reason: h + " " + h})
		r.Clients = append(r.Clients, Client{ID: h + "2", File: h, Line: 2, Column: 1, Constructor: h, Verdict: "ported", Reason: "the database of " + h + "; " + h + " is per node"})
		r.LeftOut = append(r.LeftOut, load.LeftOut{Package: h, Reason: h})
		r.Notices = append(r.Notices, h)
		r.Modules = append(r.Modules, module(h, ".", h))
		r.Changes = append(r.Changes, Change{Title: h, Outcome: h, Reason: h, Files: []string{h}})
		r.Patches = append(r.Patches, Patch{Stage: StageTag, Subject: h})
		r.Families = append(r.Families, Family{Template: h, NewTemplate: "{" + h + "}", Tag: h, Component: i + 2, Risks: []string{h, h + " " + h},
			Together: []string{fmt.Sprintf("s%d", 4*i+1)}, Confidence: &Confidence{Level: UnknownUses, Reasons: []string{h}}})
		r.Plan.Conflicts = append(r.Plan.Conflicts, Conflict{Sites: []string{"s1"}, Against: []string{"s2"}, Loses: h, Families: []Wanted{{Template: h, Now: h, Then: h}}})
	}
	r.Families = append(r.Families, Family{Template: "anchor <script>", NewTemplate: "anchor <script>", Component: 2, Together: []string{"s1"}})
	r.Changes = append(r.Changes, Change{Title: "switch", Outcome: "applied", Stage: StageSwitch}, Change{Title: "tag", Outcome: "applied", Stage: StageTag})
	r.Sites, r.Libraries, r.Code, r.Summary = sites, libraries, nil, Summary{}
	finish(*r)
	for i := range r.Sites {
		r.Sites[i].ID = fmt.Sprintf("s%d", i+1)
		r.Summary.Add(r.Sites[i])
	}
	b := &Baseline{Version: 1, Findings: []Known{}}
	r.Baseline = r.Against(b, hostile[0])
	return r
}

// rendered is Markdown as GitHub's renderer makes HTML of it, raw HTML included.
func rendered(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe())).Convert(text, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	inCode   = regexp.MustCompile(`(?s)<code[^>]*>.*?</code>`)
	tagsSeen = regexp.MustCompile(`</?([a-zA-Z0-9!-]+)[^>]*>`)
)

// TestMarkdownHostile renders a report of hostile names: outside of code there are only the tags of the page itself, no
// link, and nothing of which GitHub would make a mention or a reference.
func TestMarkdownHostile(t *testing.T) {
	r := hostileReport()
	m := &markdown{textReport: &textReport{Report: r}}
	whole := fitted(m.blocks(), 1<<30) // the cut must not hide a name
	for _, text := range []string{whole, string(formatted(t, "markdown", r))} {
		page := rendered(t, []byte(text))
		if opened, closed := strings.Count(page, "<details>"), strings.Count(page, "</details>"); opened != closed || opened == 0 {
			t.Errorf("%d details are opened, and %d closed", opened, closed)
		}
		outside := inCode.ReplaceAllString(page, "")
		for _, found := range tagsSeen.FindAllStringSubmatch(strings.Replace(outside, "<!-- clusterize -->", "", 1), -1) {
			switch found[1] {
			case "details", "summary", "b", "h2", "h3", "p", "ul", "ol", "li", "strong", "em", "table", "thead", "tbody", "tr", "th", "td", "pre", "br", "blockquote":
			default:
				t.Errorf("the page has the tag %s", found[0])
			}
		}
		words := tagsSeen.ReplaceAllString(outside, " ")
		for _, bad := range []string{"@", "#", "http", "www", "GH-", "deadbeef", "octo/", "evil", "alert(", "$", ":smile", "&amp;lt", "\x1b", "\u202E"} {
			if i := strings.Index(words, bad); i >= 0 {
				t.Errorf("%q stands outside of code: %.200q", bad, words[max(0, i-80):])
			}
		}
	}
}

// TestMarkdownDiagram holds that only the signs of the diagram itself stand outside of its quotes, and none in them.
func TestMarkdownDiagram(t *testing.T) {
	text := string(formatted(t, "markdown", hostileReport()))
	_, diagram, ok := strings.Cut(text, "```mermaid\n")
	diagram, _, closed := strings.Cut(diagram, "```")
	if !ok || !closed {
		t.Fatal("there is no diagram")
	}
	line := regexp.MustCompile(`^(flowchart LR|  end|\s+subgraph t\d+\["one slot: [\w .,/#;-]*"\]|\s+t\d+\w*\["[\w .,/#;-]*"\]|\s+o\d+\(\["[\w .,/#;-]*"\]\)|\s+o\d+ --- t\d+[af]\d+|\s+t\d+ops\(\["\d+ more operations?"\]\) --- t\d+)$`)
	for l := range strings.Lines(diagram) {
		if l = strings.TrimSuffix(l, "\n"); !line.MatchString(l) {
			t.Errorf("odd line of the diagram: %q", l)
		}
	}
}

// TestMarkdownLimit holds that a page is within what GitHub takes, says what is missing, and has the most important.
func TestMarkdownLimit(t *testing.T) {
	long := hostileReport()
	for i := range long.Sites {
		long.Sites[i].Reason = strings.Repeat(long.Sites[i].Reason+" 🙂 ", 3000)
	}
	flood := manyReport(4000)
	for i := range flood.Sites {
		flood.Sites[i].Rule = rules.ID(fmt.Sprintf("rule-%d", i))
	}
	many := manyReport(5000)
	for i := range many.Sites {
		many.Sites[i].Reason += fmt.Sprintf(" (%d)", i)
	}
	for name, r := range map[string]*Report{"review": reviewReport(), "300": manyReport(300), "5000 alike": manyReport(5000), "5000": many, "long": long, "flood": flood} {
		text := string(formatted(t, "markdown", r))
		t.Logf("%s: %d bytes", name, len(text))
		if len(text) > markdownLimit {
			t.Errorf("%s: %d bytes", name, len(text))
		}
		page := inCode.ReplaceAllString(rendered(t, []byte(text)), "")
		if strings.Count(page, "<details>") != strings.Count(page, "</details>") || strings.Count(text, "\n```")%2 != 0 {
			t.Errorf("%s: a block is not closed", name)
		}
		if !strings.Contains(text, "### Next\n") && name != "flood" {
			t.Errorf("%s: there is no next step", name)
		}
		if name == "5000" {
			if len(text) < markdownLimit*9/10 {
				t.Errorf("only %d bytes are used", len(text))
			}
			wantMissing(t, r, text)
		}
	}
}

// wantMissing holds that what is cut and what is shown are all undecided sites.
func wantMissing(t *testing.T, r *Report, text string) {
	t.Helper()
	groups := 0
	byRule := (&markdown{textReport: &textReport{Report: r}}).byRule()
	for _, sites := range byRule {
		groups += len(folded(sites))
	}
	_, text, _ = strings.Cut(text, "### For a person")
	text, _, _ = strings.Cut(text, "### Keys")
	shown := strings.Count(text, "\n- ")
	cut := 0
	for _, m := range regexp.MustCompile(`_… and (\d+) more reasons?`).FindAllStringSubmatch(text, -1) {
		n := 0
		fmt.Sscan(m[1], &n)
		cut += n
	}
	if shown+cut != groups || cut == 0 {
		t.Errorf("%d reasons are shown and %d said to be missing, of %d", shown, cut, groups)
	}
}

func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		"MGET on user:<id>, b: its keys (several) can't.": "MGET on `user:<id>`, b: its keys (several) can't.",
		"call (*T).Method, or f().":                       "call `(*T).Method`, or `f()`.",
		"(ERR a script) @all #1":                          "(ERR a script) `@all` `#1`",
		"1. first":                                        "`1`. first",
		"a ` b":                                           "a `` ` `` b",
		"see deadbeef and 12345678 of 34 % -v --x":        "see `deadbeef` and `12345678` of 34 % `-v` `--x`",
		"builds <read from Redis (HGET, line 5)> itself (line 6)": "builds `<read from Redis (HGET, line 5)>` itself (line 6)",
		"a <b @all> x": "a `<b @all>` x", "a < b and c > d": "a `<` b and c `>` d",
		"run `clusterize diff --x`, or": "run `clusterize diff --x`, or",
		"- item":                        "`-` item",
		"(CROSSSLOT). Change the model (--single-slot)": "(CROSSSLOT). Change the model (`--single-slot`)",
		"go-redis v9.8.0": "go-redis `v9.8.0`",
	} {
		if got := prose(in); got != want {
			t.Errorf("prose(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}
