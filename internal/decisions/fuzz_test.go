package decisions

import (
	"errors"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/rules"
)

// FuzzParse holds any input to what the package promises: no panic, and either a file that is valid or errors that say
// where, what, and what to do.
func FuzzParse(f *testing.F) {
	f.Add(manual)
	for _, c := range goodFiles {
		f.Add(c.src)
	}
	for _, c := range badFiles {
		f.Add(c.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse("c.yaml", []byte(src))
		if err == nil {
			checkFile(t, file, src)
			return
		}
		es, ok := errors.AsType[Errors](err)
		if !ok || len(es) == 0 || file != nil {
			t.Fatalf("%v is not of type Errors, or comes with a file", err)
		}
		checkErrors(t, es, src)
	})
}

func checkErrors(t *testing.T, es Errors, src string) {
	lines := strings.Split(src, "\n")
	for i, e := range es {
		if i > 0 && (e.Line < es[i-1].Line || e.Line == es[i-1].Line && e.Column < es[i-1].Column) {
			t.Errorf("out of order: %v", es)
		}
		if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len(lines[e.Line-1])+1 {
			t.Errorf("not in the file: %v", e)
		}
		if e.Msg == unreadable {
			t.Errorf("the parser of YAML panics: %q", src)
		}
		if e.Msg == "" || e.Next == "" || strings.ContainsAny(e.Msg+e.Next, "\n\r") || strings.Count(e.Error(), "\n") != 2 {
			t.Errorf("not a line with an excerpt below: %q", e.Error())
		}
	}
}

// checkFile holds a file to what Parse promises of it.
func checkFile(t *testing.T, f *File, src string) {
	seen := map[string]bool{}
	entry := func(what, reason string, line, column int) {
		if strings.TrimSpace(reason) == "" || strings.ContainsAny(reason, "\n\r") {
			t.Errorf("%s: reason %q", what, reason)
		}
		if seen[what] {
			t.Errorf("%s is decided twice", what)
		}
		seen[what] = true
		if line < 1 || line > strings.Count(src, "\n")+1 || column < 1 {
			t.Errorf("%s is at %d:%d", what, line, column)
		}
	}
	place := func(p Place) {
		if again, msg, _ := parsePlace(p.String()); msg != "" || again != p {
			t.Errorf("%+v is written %s, and read as %+v: %s", p, p, again, msg)
		}
		if !p.Matches(p.File, p.Line, p.Column, p.Function, p.ID) || p.Matches("", 0, 0, "", "") {
			t.Errorf("%+v does not match itself, or matches nothing", p)
		}
	}
	for _, e := range f.Tags {
		entry("tag "+e.Family, e.Reason, e.Pos.Line, e.Pos.Column)
		if e.Keep == (e.Tag != "") || strings.ContainsAny(e.Tag, "{}") && !putForm.MatchString(e.Tag) {
			t.Errorf("tag %+v", e)
		}
		if _, problem := parseFamily(e.Family); problem != "" || !e.Keep && !putForm.MatchString(e.Tag) && !strings.Contains(e.Family, e.Tag) {
			t.Errorf("tag %+v", e)
		}
	}
	for _, e := range f.Sites {
		entry("site "+e.At.String()+" "+string(e.Rule), e.Reason, e.Pos.Line, e.Pos.Column)
		place(e.At)
		if _, known := rules.Get(e.Rule); e.Rule != "" && !known || !strings.Contains(" safe split review blocked ", " "+string(e.Verdict)+" ") {
			t.Errorf("site %+v", e)
		}
	}
	for _, e := range f.Keys {
		entry("key "+e.At.String(), e.Reason, e.Pos.Line, e.Pos.Column)
		place(e.At)
		if e.Template == "" || e.At.Line == 0 || e.At.Column != 0 {
			t.Errorf("key %+v", e)
		}
	}
	for _, e := range f.Clients {
		entry("client "+e.At.String(), e.Reason, e.Pos.Line, e.Pos.Column)
		place(e.At)
		if !e.Keep || e.At.Line == 0 {
			t.Errorf("client %+v", e)
		}
	}
	if f.TagStyle != nil && *f.TagStyle != "entity" && *f.TagStyle != "value" {
		t.Errorf("tagStyle %s", *f.TagStyle)
	}
}
