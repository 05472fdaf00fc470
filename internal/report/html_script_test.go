package report

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestHTMLNotices holds that a tab notices what goes wrong in it: an error, a message, what the policy forbids.
func TestHTMLNotices(t *testing.T) {
	for name, script := range map[string]string{
		"exception": `setTimeout(() => { throw new Error("oh") })`,
		"rejection": `void Promise.reject(new Error("oh"))`,
		"console":   `console.error("oh")`,
		"policy":    `document.body.append(Object.assign(document.createElement("script"), {textContent: "1"}))`,
		"request":   `document.body.append(Object.assign(new Image(), {src: "https://example.com/x.png"}))`,
	} {
		p := newTab(t, smallReport()).openPage("")
		p.eval("{" + script + "}")
		p.eval(`new Promise((done) => setTimeout(done, 100))`)
		p.mu.Lock()
		if len(p.wrong) == 0 {
			t.Errorf("%s is not noticed", name)
		}
		p.wrong = nil
		p.mu.Unlock()
	}
}

const shownRows = `[...document.querySelectorAll("#site-table > tbody")].filter((r) => r.checkVisibility()).length`

func TestHTMLFilters(t *testing.T) {
	p := newTab(t, reviewReport()).openPage("")
	set := func(name, value string) string {
		return `(() => { const e = document.querySelector("[name=` + name + `]"); e.value = "` + value + `";
			e.dispatchEvent(new Event("input", {bubbles: true})); return ` + shownRows + ` })()`
	}
	said := `document.getElementById("shown").textContent`
	p.want(shownRows, "15", said, `"15 of 15 sites"`, `document.getElementById("shown").ariaLive`, `"polite"`)
	p.run(chromedp.SendKeys("[name=q]", "CART"))
	p.want(shownRows, "5", said, `"5 of 15 sites"`)
	p.run(chromedp.SendKeys("[name=q]", " plain.go:12:"))
	p.want(shownRows, "1")
	p.run(chromedp.Click("#clear"))
	p.want(shownRows, "15", `document.querySelector("[name=q]").value`, `""`)
	p.want(set("q", "page:<id>:part3"), "1") // a key that a caller brings
	p.want(set("q", "(*queue).requeue"), "1", set("q", "data model"), "1", set("q", "no such text"), "0",
		`document.getElementById("none").checkVisibility()`, "true", set("q", ""), "15", `document.getElementById("none").checkVisibility()`, "false")
	p.want(set("rule", "crossslot"), "6", set("test", "yes"), "2", set("test", "no"), "4", set("test", ""), "6", set("rule", ""), "15")
	p.want(set("file", "store/plain.go"), "5", set("file", ""), "15")
	p.run(chromedp.Click("[value=review]"), chromedp.Click("[value=safe]"))
	p.want(shownRows, "5", said, `"5 of 15 sites"`)
	p.run(chromedp.Click("#open-all"))
	p.want(`document.querySelectorAll("#site-table details[open]").length`, "5")
	p.run(chromedp.Click("#close-all"))
	p.want(`document.querySelectorAll("#site-table details[open]").length`, "0")
}

// TestHTMLKeyboard goes through the page without a mouse.
func TestHTMLKeyboard(t *testing.T) {
	p := newTab(t, reviewReport()).openPage("")
	p.run(chromedp.KeyEvent("\t"))
	p.want(`document.activeElement.className`, `"skip"`, `document.activeElement.getBoundingClientRect().left >= 0`, "true")
	p.run(chromedp.KeyEvent("\r"))
	p.want(`document.activeElement.id`, `"main"`)
	p.run(chromedp.Focus("[name=q]"), chromedp.KeyEvent("getmany"))
	p.want(shownRows, "1")
	inTable := `document.activeElement.matches("#site-table summary")`
	for range 20 {
		if p.run(chromedp.KeyEvent("\t")); p.eval(inTable) == "true" {
			break
		}
	}
	p.want(inTable, "true", `getComputedStyle(document.activeElement).outlineStyle`, `"solid"`)
	p.run(chromedp.KeyEvent("\r"))
	p.want(`document.activeElement.parentElement.open`, "true", `document.activeElement.closest("tbody").id`, `"s-s8"`)
	p.run(chromedp.KeyEvent("\r"))
	p.want(`document.activeElement.parentElement.open`, "false")
}

// TestHTMLLinks follows links to what is closed, or filtered away.
func TestHTMLLinks(t *testing.T) {
	seen := func(selector string) string { // in the end: rows get their heights when they come near
		return `new Promise((done) => { let n = 0; const look = () => {
			const top = document.querySelector("` + selector + `").getBoundingClientRect().top;
			if (top >= 0 && top < innerHeight || ++n > 100) done(n <= 100); else requestAnimationFrame(look);
		}; setTimeout(look, 200) })`
	}
	p := newTab(t, manyReport(300)).openPage("s-s250")
	p.want(`document.querySelector("#s-s250 details").open`, "true", seen("#s-s250"), "true", `document.querySelectorAll("#site-table details[open]").length`, "1")
	p.run(chromedp.SendKeys("[name=q]", "no such text"))
	p.want(shownRows, "0")
	p.eval(`location.hash = "#s-s8"`)
	p.want(shownRows, "300", `document.querySelector("#s-s8 details").open`, "true", seen("#s-s8"), "true")
	p.run(chromedp.Click("#s-s8 .foot a"))
	p.want(`location.hash`, `"#rule-unknown-keys"`, `document.getElementById("rule-unknown-keys").open`, "true", seen("#rule-unknown-keys"), "true")
	p.eval(`document.getElementById("rule-unknown-keys").open = false`)
	p.eval(`document.querySelector("#s-s8 .foot a").click()`) // again, with the same address
	p.want(`document.getElementById("rule-unknown-keys").open`, "true")
	for _, odd := range []string{"#nothing", "#%", "#"} {
		p.eval(`location.hash = "` + odd + `"`)
	}
	p.want(`[...document.querySelectorAll("a[href^='#']")].filter((a) => !document.getElementById(a.getAttribute("href").slice(1))).length`, "0")
	p.want(`new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size === document.querySelectorAll("[id]").length`, "true")
}

func TestHTMLCopy(t *testing.T) {
	r := reviewReport()
	p := newTab(t, r).openPage("")
	p.eval(`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve() }`)
	for i, step := range r.Patches {
		var want strings.Builder
		for _, f := range step.Files {
			want.WriteString(f.String())
		}
		p.run(chromedp.Click("#patch-" + strconv.Itoa(i+1) + " .copy"))
		var got string
		if err := json.Unmarshal([]byte(p.eval(`copied`)), &got); err != nil || got != want.String() {
			t.Errorf("patch %d: copied is %q, want %q (%v)", i+1, got, want.String(), err)
		}
	}
	p.want(`document.querySelector("#patch-4 .copy").textContent`, `"Copied"`)
	p.openPage("s-s8").eval(`navigator.clipboard.writeText = () => Promise.reject(new Error("no"))`)
	p.run(chromedp.Click("#s-s8 .copy"))
	p.want(`document.querySelector("#s-s8 .copy").textContent`, `"Not copied: the browser forbids it"`)
}

// TestHTMLWithoutScript holds that scripts only add to the page.
func TestHTMLWithoutScript(t *testing.T) {
	p := newTab(t, reviewReport())
	if _, err := chromedp.Call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	p.openPage("")
	p.want(shownRows, "15", `document.getElementById("filters").checkVisibility()`, "false", `document.querySelectorAll("button.copy").length`, "0")
	p.run(chromedp.Focus("#s-s8 summary"), chromedp.KeyEvent("\r"))
	p.want(`document.querySelector("#s-s8 .code").checkVisibility()`, "true")
	p.run(chromedp.Click("#decide a"))
	p.want(`document.querySelector(":target").matches("tbody")`, "true")
}

// BenchmarkHTMLOpen opens the page of 2,000 sites: until it is loaded and painted, and a search in it.
func BenchmarkHTMLOpen(b *testing.B) {
	p := newTab(b, manyReport(2000))
	open, search := 0.0, 0.0
	for b.Loop() {
		p.openPage("")
		open += milliseconds(b, p.eval(`new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))`))
		search += milliseconds(b, p.eval(`new Promise((done) => { const q = document.querySelector("[name=q]"), from = performance.now(); q.value = "kind7";
			q.dispatchEvent(new Event("input", {bubbles: true})); requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))) })`))
	}
	b.ReportMetric(open/float64(b.N), "ms/open")
	b.ReportMetric(search/float64(b.N), "ms/search")
}

func milliseconds(t testing.TB, s string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
