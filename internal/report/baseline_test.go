package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/load"
)

// calls is a report of operations in one function.
func calls(sites ...Site) *Report {
	for i := range sites {
		s := &sites[i]
		s.File, s.Function, s.Kind, s.Line = "store/a.go", "(*Store).Load", "command", 10*i+1
		if s.Method == "" {
			s.Method, s.Commands = "MGet", []string{"MGET"}
		}
		if s.Verdict == "" {
			s.Verdict = "review"
		}
		if s.Rule == "" {
			s.Rule = "crossslot"
		}
	}
	return finish(Report{Sites: sites})
}

func on(keys ...string) Site { return Site{Keys: keysOf(keys...)} }

// called is a wrapper with callers, each with the keys it brings.
func called(lists ...string) Site {
	s := on("<keys>")
	for i, l := range lists {
		s.Contexts = append(s.Contexts, Context{File: "web/page.go", Line: i + 1, Verdict: "review", Keys: keysOf(strings.Fields(l)...)})
	}
	return s
}

// TestAgainst says what is the same finding, what is a new one, and what is fixed.
func TestAgainst(t *testing.T) {
	blocked := on("a:<x>", "b")
	blocked.Verdict = "blocked"
	tag := on("a:<x>", "b")
	tag.Verdict = "tag"
	other := on("a:<x>", "b")
	other.Method = "Del"
	ruled := on("a:<x>", "b")
	ruled.Rule = "unknown-keys"
	safe := on("a:<x>", "b")
	safe.Verdict = "safe"
	ignored := on("a:<x>", "b")
	ignored.Ignored = "never called"
	for name, c := range map[string]struct {
		known, now               []Site
		wantNew, wantKnown, gone int
	}{
		"the same":                          {[]Site{on("a:<x>", "b")}, []Site{on("a:<x>", "b")}, 0, 1, 0},
		"at other lines":                    {[]Site{on("a:<x>", "b"), on("c")}, []Site{on("c"), safe, on("a:<x>", "b")}, 0, 2, 0},
		"with a renamed variable":           {[]Site{on("a:<x>", "b")}, []Site{on("a:<id>", "b")}, 0, 1, 0},
		"with keys in another order":        {[]Site{on("a:<x>", "b")}, []Site{on("b", "a:<x>")}, 0, 1, 0},
		"with tags":                         {[]Site{on("a:<x>", "b")}, []Site{on("{a:<x>}", "b")}, 0, 1, 0},
		"another one that is alike":         {[]Site{on("a:<x>", "b")}, []Site{on("a:<x>", "b"), on("a:<y>", "b")}, 1, 1, 0},
		"other keys":                        {[]Site{on("a:<x>", "b")}, []Site{on("a:<x>", "c")}, 1, 0, 1},
		"another method":                    {[]Site{on("a:<x>", "b")}, []Site{on("a:<x>", "b"), other}, 1, 1, 0},
		"another rule":                      {[]Site{on("a:<x>", "b")}, []Site{ruled}, 1, 0, 1},
		"worse":                             {[]Site{tag}, []Site{blocked}, 1, 0, 0},
		"one of two is worse":               {[]Site{tag, tag}, []Site{tag, blocked}, 1, 1, 0},
		"better":                            {[]Site{blocked}, []Site{on("a:<x>", "b")}, 0, 1, 0},
		"safe now":                          {[]Site{blocked, blocked}, []Site{safe, blocked}, 0, 1, 1},
		"ignored now":                       {[]Site{on("a:<x>", "b")}, []Site{ignored}, 0, 0, 1},
		"gone":                              {[]Site{on("a:<x>", "b"), on("c"), on("c")}, nil, 0, 0, 3},
		"nothing known":                     {nil, []Site{on("a"), on("a"), on("b")}, 3, 0, 0},
		"another caller":                    {[]Site{called("a b")}, []Site{called("a b", "a c")}, 1, 1, 0},
		"a caller less":                     {[]Site{called("a b", "a c")}, []Site{called("a c")}, 0, 1, 1},
		"another caller with the same keys": {[]Site{called("a b")}, []Site{called("a b", "a b")}, 1, 1, 0},
	} {
		got := calls(c.now...).Against(calls(c.known...).NewBaseline(), "b.json")
		if got.Grew() != c.wantNew || got.Known != c.wantKnown || got.Gone() != c.gone {
			t.Errorf("%s: %d new, %d known, %d fixed; want %d, %d, %d", name, got.Grew(), got.Known, got.Gone(), c.wantNew, c.wantKnown, c.gone)
		}
	}
}

// TestBaselineRoundTrip reads what was written, and finds nothing new; sites in another order give the same file.
func TestBaselineRoundTrip(t *testing.T) {
	for name, r := range map[string]*Report{"empty": emptyReport(), "review": reviewReport(), "many": manyReport(3000), "hostile": hostileReport()} {
		var a, b bytes.Buffer
		if err := r.NewBaseline().Write(&a); err != nil {
			t.Fatal(err)
		}
		back, err := ReadBaseline(a.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c := r.Against(back, "b"); len(c.New) > 0 || len(c.Fixed) > 0 || c.Known != back.Count {
			t.Errorf("%s: %d new, %d fixed, %d of %d known", name, c.Grew(), c.Gone(), c.Known, back.Count)
		}
		if n := strings.Count(a.String(), "\n"); len(back.Findings) > 0 && n != len(back.Findings)+7 {
			t.Errorf("%s: %d findings in %d lines", name, len(back.Findings), n)
		}
		r.Sites = slices.Clone(r.Sites)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(r.Sites), func(i, j int) { r.Sites[i], r.Sites[j] = r.Sites[j], r.Sites[i] })
		if err := r.NewBaseline().Write(&b); err != nil || a.String() != b.String() {
			t.Errorf("%s: the order of sites changes the file: %v", name, err)
		}
	}
	var b bytes.Buffer
	if err := reviewReport().NewBaseline().Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/baseline.json", b.Bytes())
}

func TestReadBaselineErrors(t *testing.T) {
	one := `{"file":"a.go","function":"F","rule":"crossslot","method":"Del","keys":["a:<x>"],"verdict":"review","count":2}`
	like := strings.Replace(one, "<x>", "<y>", 1)
	file := func(version, count int, findings ...string) string {
		return fmt.Sprintf(`{"version":%d,"count":%d,"findings":[%s]}`, version, count, strings.Join(findings, ","))
	}
	for text, want := range map[string]string{
		file(1, 2, one):        "",
		file(1, 0):             "",
		file(1, 3, one):        "its count is 3, and its findings are 2: mend the count, or write it anew",
		file(2, 2, one):        "its version is 2",
		file(0, 2, one):        "its version is 0",
		"":                     "it is no baseline",
		"[]":                   "it is no baseline",
		file(1, 4, one, like):  "finding 2 (Del in a.go) is listed twice",
		file(1, 2, one) + "{}": "it is no baseline",
		file(1, 0, strings.Replace(one, `"count":2`, `"count":0`, 1)):        "has the count 0",
		file(1, 2, strings.Replace(one, `"review"`, `"safe"`, 1)):            `has the verdict "safe"`,
		file(1, 2, strings.Replace(one, `"rule"`, `"reason":"x","rule"`, 1)): "unknown field",
	} {
		_, err := ReadBaseline([]byte(text))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestAgainstUnread fails for packages that could be read before, and not for those that are known not to be.
func TestAgainstUnread(t *testing.T) {
	r := leftOutReport()
	known := r.NewBaseline()
	if c := r.Against(known, "b"); len(known.LeftOut) != 0 || !c.Fine() {
		t.Errorf("notes are %q, new %q", known.LeftOut, c.Unread)
	}
	r.LeftOut[0].Severity, r.LeftOut[1].Severity = load.Part, load.Part
	if c := r.Against(known, "b"); c.Fine() || fmt.Sprint(c.Unread) != "[example.com/shop/broken]" {
		t.Errorf("new are %q", c.Unread)
	}
	if c := r.Against(r.NewBaseline(), "b"); !c.Fine() {
		t.Errorf("what is known is new: %q", c.Unread)
	}
}

func TestShape(t *testing.T) {
	for in, want := range map[string]string{
		"user:<id>:mail": "user:<>:mail", "{user:<id>}": "user:<>", "<!env>:x": "<>:x", "<<x>": "<<x>", "a<<<b>": "a<<<>", "a<": "a<", "": "", "<Sprintf(\"%d\")>": "<>",
	} {
		if got := shape(in); got != want {
			t.Errorf("shape(%q) = %q, want %q", in, got, want)
		}
	}
}
