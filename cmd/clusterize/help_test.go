package main_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// usage is a line of help that lists a verb or a flag.
var (
	verbLine = regexp.MustCompile(`(?m)^  ([a-z]+) +[A-Z]`)
	flagLine = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`)
)

// TestHelp: every verb has examples, and every verb and flag is in the manual.
func TestHelp(t *testing.T) {
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	root := command(t, ".", nil, tool, "--help")
	verbs := verbLine.FindAllStringSubmatch(root.stdout, -1)
	if root.exit != 0 || root.stderr != "" || len(verbs) < 11 {
		t.Fatalf("%d verbs in %+v", len(verbs), root)
	}
	for _, m := range verbs {
		verb := m[1]
		help := command(t, ".", nil, tool, verb, "--help")
		if verb == "help" || verb == "completion" {
			continue
		}
		if help.exit != 0 || !strings.Contains(help.stdout, "Examples:\n  ") {
			t.Errorf("%s has no examples: %+v", verb, help)
		}
		if !strings.Contains(string(manual), "\n//\tclusterize "+verb) && verb != "report" || !strings.Contains(string(manual), "\n// "+verb) {
			t.Errorf("the manual does not tell of %s", verb)
		}
		for _, f := range flagLine.FindAllStringSubmatch(help.stdout, -1) {
			if name := f[1]; name != "help" && !strings.Contains(string(manual), "--"+name) {
				t.Errorf("the manual does not tell of %s --%s", verb, name)
			}
		}
	}
}

// TestCompletion asks as the scripts of shells do.
func TestCompletion(t *testing.T) {
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{""}, "diff"}, {[]string{"explain", "cross"}, "crossslot"}, {[]string{"report", "--tag-style", ""}, "value"},
		{[]string{"keymap", "--format", ""}, "redis-shake"}, {[]string{"--switch", ""}, "never"},
	} {
		if out := command(t, ".", nil, tool, append([]string{"__complete"}, c.words...)...); out.exit != 0 || !strings.Contains(out.stdout, c.want) {
			t.Errorf("%q: %+v", c.words, out)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out := command(t, ".", nil, tool, "completion", shell); out.exit != 0 || !strings.Contains(out.stdout, "clusterize") {
			t.Errorf("%s: exit %d", shell, out.exit)
		}
	}
}
