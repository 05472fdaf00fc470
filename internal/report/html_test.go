package report

import (
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/patch"
)

// inlinedText is what the golden file leaves out: style sheets and scripts have files of their own.
var inlinedText = regexp.MustCompile(`(?s)(<(?:style|script)>).*?(</(?:style|script)>)|sha256-.*?&#39;`)

func TestHTMLGolden(t *testing.T) {
	for name, r := range map[string]*Report{"review": reviewReport(), "empty": emptyReport(), "what-if": triedReport()} {
		got := inlinedText.ReplaceAll(htmlOf(t, r), []byte("$1$2"))
		golden(t, filepath.Join("testdata", "html", name+".html"), got)
	}
}

// triedReport is the small one with a tag that was tried.
func triedReport() *Report {
	r := smallReport()
	then := r.Summary
	then.Tag, then.Review = 1, 2
	r.WhatIf = &WhatIf{Tags: []Planned{{"order:<id>:status", "order:<id>:status"}, {"sales:<day>", "sales:{<day>}"}}, Summary: then,
		Families: []Wanted{{Template: "order:<id>:status", Now: "{order:<id>}:status", Then: "order:<id>:status"}},
		Sites:    []ChangedSite{{ID: "s2", Then: "review", Reason: "MSET has keys in several slots"}}, Problems: []string{"user:<id> is no family"}}
	return r
}

// TestHTMLShowsEverySite holds the page to "a site may never vanish", in what is there without scripts.
func TestHTMLShowsEverySite(t *testing.T) {
	for _, r := range []*Report{smallReport(), reviewReport(), manyReport(300)} {
		page := string(htmlOf(t, r))
		for _, s := range r.Sites {
			if !strings.Contains(page, `<tbody role="rowgroup" id="s-`+s.ID+`"`) || !strings.Contains(page, "<wbr>:"+strconv.Itoa(s.Line)+":"+strconv.Itoa(s.Column)) {
				t.Errorf("the site at %s is not shown", s.Position())
			}
		}
		for _, l := range r.LeftOut {
			if !strings.Contains(page, l.Package) {
				t.Errorf("%s is not listed as left out", l.Package)
			}
		}
	}
}

// breakout is what a target could name its keys, functions and files to get out of a page, or to be read as something
// else.
const breakout = `</script></style></title><script>document.title="broken"</script><img src=x onerror="document.title='broken'"> "><svg onload='document.title="broken"'> ` +
	"{{.Policy}} ${document.title='broken'} javascript:alert(1) \x00\x1b[31m\r\u202e\u2066\u200b\ufeff\u2028 &#x202e;&lt; \xff`'"

// breakoutReport has it in every text but those that are chosen here.
func breakoutReport(t *testing.T) *Report {
	t.Helper()
	r := reviewReport()
	r.WhatIf, r.Keys, r.Scripts = triedReport().WhatIf, &KeyCount{Total: 1, Unknown: 1, Reasons: []KeyReason{{Count: 1}}}, &ScriptCount{Found: 1}
	r.Libraries = []Library{{Verdict: "review"}}
	r.Plan.Overlaps = []Overlap{{Families: []string{"a"}}}
	r.Families[1].Decided, r.Families[1].Spread.Assumed, r.Changes[1].Reason = "x", "x", "x"
	n := 0
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			n++
			v.SetString(v.String() + breakout)
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && !slices.Contains([]string{"Verdict", "Ignored", "Outcome", "Level", "Then", "Stage", "Files"}, f.Name) {
					walk(v.Field(i))
				}
			}
		}
	}
	walk(reflect.ValueOf(r))
	if n < 200 {
		t.Fatalf("only %d texts are hostile", n)
	}
	code := map[string]Snippet{}
	for id, s := range r.Code {
		code[id+breakout] = Snippet{s.First, []string{breakout, breakout}}
	}
	r.Code = code
	for i := range r.Patches {
		r.Patches[i].Files = []patch.File{patch.Compare(breakout, []byte(breakout+"\n"), []byte("+"+breakout)), patch.Create(breakout, []byte(breakout))}
	}
	for i := range r.Changes {
		r.Changes[i].Files = []string{breakout}
	}
	return r
}

// TestHTMLHostile holds that no text of the target becomes a part of the page, or hides in it.
func TestHTMLHostile(t *testing.T) {
	r := breakoutReport(t)
	page := string(htmlOf(t, r))
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("there are %d scripts", n)
	}
	for i, c := range page {
		if c != '\n' && c != '\t' && unsafeRune(c) {
			t.Fatalf("%q is in the page: %q", c, page[max(0, i-80):i])
		}
	}
	p := newTab(t, r).openPage("")
	p.want(`document.title.startsWith("example.com/platform")`, "true",
		`document.scripts.length`, "1", `document.querySelectorAll("style").length`, "1",
		`document.querySelectorAll("img, iframe, object, embed, base, form[action], svg[onload]").length`, "0",
		`[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length`, "0",
		`[...document.querySelectorAll("[href]")].filter((e) => !/^(#|data:,$)/.test(e.getAttribute("href"))).length`, "0",
		`document.querySelectorAll("tbody[id^='s-']").length`, strconv.Itoa(len(r.Sites)))
	// What the filters offer comes from the target, too.
	p.want(`(() => { const f = document.querySelector("[name=file]"); f.selectedIndex = 1; f.dispatchEvent(new Event("input", {bubbles: true}));
		return document.getElementById("shown").textContent })()`, `"1 of 15 sites"`)
}
