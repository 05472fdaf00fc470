package rules

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

//go:generate go test . -run ^TestDocument$ -update

var update = flag.Bool("update", false, "write docs/rules.md anew")

// TestDocument: docs/rules.md is what the pages say.
func TestDocument(t *testing.T) {
	file := filepath.FromSlash("../../docs/rules.md")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != Document() {
		t.Errorf("docs/rules.md is not what the pages say (%v): go generate ./internal/rules writes it", err)
	}
	for _, r := range All() {
		for _, part := range []string{"\n## " + string(r.ID) + "\n", "\n| [" + string(r.ID) + "](#" + string(r.ID) + ") |"} {
			if strings.Count(string(text), part) != 1 {
				t.Errorf("%q is not there once", part)
			}
		}
	}
}

var (
	fenced  = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```\n")
	escaped = regexp.MustCompile(`\\([[:punct:]])`)
	bare    = regexp.MustCompile("(^|[^\\\\])[*_\\[\\]<>`|~&]")
)

// TestMarkdown: prose has no character that Markdown reads, and without its escapes it is the text; nothing is lost or
// escaped in code.
func TestMarkdown(t *testing.T) {
	for _, r := range All() {
		md := r.Markdown()
		prose := fenced.ReplaceAllString(md, "")
		if found := bare.FindString(strings.ReplaceAll(prose, `\\`, "")); found != "" {
			t.Errorf("%s: %q is not escaped", r.ID, found)
		}
		plain := escaped.ReplaceAllString(prose, "$1")
		var code []string
		for _, m := range fenced.FindAllStringSubmatch(md, -1) {
			code = append(code, m[2])
		}
		for line := range strings.Lines(r.Text) {
			text, indented := strings.CutPrefix(line, "    ")
			switch {
			case indented && !strings.Contains(strings.Join(code, ""), text):
				t.Errorf("%s: not in a block of code: %s", r.ID, text)
			case !indented && !strings.Contains(plain, strings.TrimSpace(line)):
				t.Errorf("%s: not in the text: %s", r.ID, line)
			}
		}
		if got := sides(md); got != [2]string{strings.Trim(r.Before, "\n"), strings.Trim(r.After, "\n")} {
			t.Errorf("%s: the code is\n%s\nand\n%s", r.ID, got[0], got[1])
		}
	}
}

// sides takes Before and After out of the last blocks of a page.
func sides(md string) [2]string {
	var out [2]string
	for _, m := range fenced.FindAllStringSubmatch(md, -1) {
		switch code := strings.TrimSuffix(m[2], "\n"); m[1] {
		case "go":
			if strings.Contains(md, "\nAfter:\n\n```go\n"+code+"\n```") {
				out[1] = code
				continue
			}
			out[0] = code
			if strings.Contains(md, "\nStays as it is:\n") {
				out[1] = code
			}
		case "diff":
			for line := range strings.Lines(m[2]) {
				if line[0] != '+' {
					out[0] += line[1:]
				}
				if line[0] != '-' {
					out[1] += line[1:]
				}
			}
			out[0], out[1] = strings.Trim(out[0], "\n"), strings.Trim(out[1], "\n")
		}
	}
	return out
}

func TestNear(t *testing.T) {
	for word, want := range map[string]string{
		"crosslot":          "crossslot",
		"CROSSSLOT":         "crossslot",
		"cross-slot":        "crossslot",
		"watch":             "watch-slots",
		"transaction-slot":  "transaction-slots",
		"keyspace":          "keyspace-events",
		"key_text":          "key-text",
		"pipeline":          "pipeline-order pipeline-escapes",
		"swapdb":            "mentioned: refused-by-cluster",
		"NOSCRIPT":          "mentioned: script-cache",
		"georadius-by-hand": "mentioned: ",
		"x":                 "",
	} {
		ids, mentioned := Near(word)
		var got []string
		for _, id := range ids {
			got = append(got, string(id))
		}
		text := strings.Join(got, " ")
		if mentioned {
			text = "mentioned: " + text
		}
		if text != want {
			t.Errorf("Near(%s) is %q, want %q", word, text, want)
		}
	}
}
