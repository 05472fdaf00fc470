package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"
)

// htmlFiles are the templates of the page, its style sheets and its scripts.
//
//go:embed html
var htmlFiles embed.FS

// htmlTemplates are parsed when a page is asked for: most runs write none.
var htmlTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"braces": braces, "count": count, "verb": verb,
		"ticks": func(text string) []string { return strings.Split(text, "`") }, // every second one is code
		"odd":   func(i int) bool { return i%2 == 1 },
		"dirs":  func(file string) []string { return strings.SplitAfter(file, "/") },
	}).ParseFS(htmlFiles, "html/*.tmpl")
})

// HTML writes the report as one page that loads nothing. All that it says can be read without scripts: these search,
// filter and copy. The same report gives the same bytes.
func HTML(w io.Writer, r *Report) error {
	t, err := htmlTemplates()
	if err != nil {
		return err
	}
	page, err := newHTMLPage(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "page.tmpl", page); err != nil {
		return err
	}
	_, err = io.WriteString(w, visible(b.String()))
	return err
}

// visible replaces, in the finished page, what could change how the text around it is read: keys, code and error texts
// come from the target. It is done here so that no template can forget it. The page's own text is ASCII and a few signs,
// which stay.
func visible(page string) string {
	var b strings.Builder
	b.Grow(len(page))
	from := 0
	for i, r := range page {
		if r == '\n' || r == '\t' || !unsafeRune(r) {
			continue
		}
		b.WriteString(page[from:i])
		b.WriteString(printable(string(r)))
		from = i + len(string(r))
	}
	b.WriteString(page[from:])
	return b.String()
}

// inlined is the style or script element with the files in it, and the hash by which the policy of the page allows it.
func inlined(element string, names ...string) (template.HTML, string, error) {
	var b strings.Builder
	for _, name := range names {
		text, err := htmlFiles.ReadFile("html/" + name)
		if err != nil {
			return "", "", err
		}
		b.Write(text)
	}
	sum := sha256.Sum256([]byte(b.String()))
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return template.HTML("<" + element + ">" + b.String() + "</" + element + ">"), hash, nil
}

// newHTMLPage prepares what the templates show.
func newHTMLPage(r *Report) (*htmlPage, error) {
	p := &htmlPage{Report: r, sites: map[string]int{}, patchOf: map[string]int{}}
	style, styleHash, err := inlined("style", "style.css", "parts.css")
	if err != nil {
		return nil, err
	}
	script, scriptHash, err := inlined("script", "script.js")
	if err != nil {
		return nil, err
	}
	p.Style, p.Script = style, script
	p.Policy = "default-src 'none'; style-src " + styleHash + "; script-src " + scriptHash + "; img-src data:; base-uri 'none'; form-action 'none'"
	for i, s := range r.Sites {
		p.sites[s.ID] = i
	}
	for i, patch := range r.Patches {
		for _, f := range patch.Families {
			p.patchOf[f] = i + 1
		}
	}
	return p, nil
}
