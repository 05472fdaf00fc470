package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests of a run.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("%w: `make chromium` installs it", err)
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.Headless}
	for _, flag := range []string{"disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...) // with an empty directory for its data
	ctx, stop := chromedp.NewContext(ctx)
	stopChromium = func() {
		if err := chromedp.Cancel(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "chromium:", err)
		}
		stop()
	}
	return ctx, chromedp.Do(ctx)
})

// stopChromium ends the browser, if there is one.
var stopChromium = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stopChromium()
	os.Exit(code)
}

// tab is a page in the browser with what went wrong in it: errors of scripts and on the console, what the policy of the
// page forbids, and each request but that for the page.
type tab struct {
	context.Context
	t   testing.TB
	url string

	mu    sync.Mutex
	wrong []string
}

// newTab writes a report for a tab that is not there yet.
func newTab(t testing.TB, r *Report) *tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, htmlOf(t, r), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &tab{Context: ctx, t: t, url: (&url.URL{Scheme: "file", Path: file}).String()}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	_, networkErr := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	_, logErr := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	_, scriptErr := chromedp.Call(ctx, runtime.Enable, cdp.Empty{})
	if err := errors.Join(networkErr, logErr, scriptErr); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, w := range p.wrong {
			t.Error(w)
		}
	})
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.wrong = append(p.wrong, "exception: "+e.ExceptionDetails.Text+" "+thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		p.wrong = append(p.wrong, fmt.Sprintf("the console says: %s", e.Type))
	case *log.EventEntryAdded:
		p.wrong = append(p.wrong, fmt.Sprintf("log, %s: %s", e.Entry.Level, e.Entry.Text))
	case *network.EventRequestWillBeSent:
		address, _, _ := strings.Cut(e.Request.URL, "#")
		if address != p.url && !strings.HasPrefix(address, "data:") {
			p.wrong = append(p.wrong, "request for "+e.Request.URL)
		}
	}
}

// thrown is the text of an exception.
func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception == nil {
		return ""
	}
	return d.Exception.Description
}

func (p *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// openPage goes to the page; the fragment is what follows #.
func (p *tab) openPage(fragment string) *tab {
	p.t.Helper()
	p.run(chromedp.Navigate("about:blank"), chromedp.Navigate(p.url+map[bool]string{true: "#"}[fragment != ""]+fragment))
	return p
}

// eval is the JSON of what a script gives.
func (p *tab) eval(script string) string {
	p.t.Helper()
	out, err := chromedp.Run(p, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(out)
}

// want holds what scripts give against JSON.
func (p *tab) want(scriptsAndResults ...string) {
	p.t.Helper()
	for pair := range slices.Chunk(scriptsAndResults, 2) {
		if got := p.eval(pair[0]); got != pair[1] {
			p.t.Errorf("%s is %s, want %s", pair[0], got, pair[1])
		}
	}
}

func htmlOf(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, "html", r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// axe is the script that checks accessibility. It is not in the repository: `make axe` brings it.
func axe(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join("..", "..", ".cache", "axe-core-*", "package", "axe.min.js"))
	if name := os.Getenv("AXE"); name != "" {
		found = []string{name}
	}
	if len(found) == 0 {
		t.Fatal("axe-core is not there: `make axe` brings it, or name axe.min.js in the variable AXE")
	}
	script, err := os.ReadFile(slices.Max(found))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// scheme sets what the reader prefers: light or dark.
func (p *tab) scheme(name string) {
	p.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
	if _, err := chromedp.Call(p, emulation.SetEmulatedMedia, media); err != nil {
		p.t.Fatal(err)
	}
}

// TestHTMLAccessible holds pages to axe-core, light and dark, wide and narrow, with all that can be opened open.
func TestHTMLAccessible(t *testing.T) {
	check := axe(t)
	for _, c := range []struct {
		name   string
		r      *Report
		open   bool
		widths []int64
	}{
		{"review", reviewReport(), true, []int64{1200, 400}},
		{"left out", leftOutReport(), true, []int64{1200}},
		{"what if", triedReport(), true, []int64{1200}},
		{"empty", emptyReport(), true, []int64{1200}},
		{"many", manyReport(300), false, []int64{1200}}, // its details are those of the first, 20 times
	} {
		p := newTab(t, c.r)
		p.openPage("").run(chromedp.Evaluate[chromedp.Void](check))
		if c.open {
			p.eval(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
		}
		for _, width := range c.widths {
			p.run(chromedp.EmulateViewport(width, 900))
			p.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
			for _, colours := range []string{"light", "dark"} {
				p.scheme(colours)
				rules := map[string]string{"light": "", "dark": "color-contrast"}[colours] // which is all that differs
				if found := p.violations(rules); found != "[]" {
					t.Errorf("%s, %s, %d wide: %s", c.name, colours, width, found)
				}
			}
		}
		p.eval(`document.documentElement.removeAttribute("lang")`)
		if found := p.violations("html-has-lang"); !strings.Contains(found, "html-has-lang") {
			t.Errorf("%s: the check finds nothing in a page without a language: %s", c.name, found)
		}
	}
}

// violations are what axe-core finds, by all of its rules or by one.
func (p *tab) violations(rule string) string {
	p.t.Helper()
	only := ""
	if rule != "" {
		only = `, runOnly: ["` + rule + `"]`
	}
	return p.eval(`axe.run({resultTypes: ["violations"]` + only + `}).then((r) => r.violations.map((v) =>
		v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " " + n.failureSummary).join("; ")))`)
}
