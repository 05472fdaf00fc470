package keyplan

import (
	"slices"
	"strings"
	"testing"
)

// names writes the families of a plan as they will be, those that change.
func names(p *Plan) string {
	var out []string
	for _, f := range p.Families {
		if f.Renamed() {
			out = append(out, f.NewTemplate)
		}
	}
	return strings.Join(out, " ")
}

// TestPins has tags that were decided: others follow them, as far as they can.
func TestPins(t *testing.T) {
	for _, test := range []struct {
		name     string
		sites    []string
		pins     []string // FAMILY=TAG; with a ! before it, of another repository
		want     string
		problems string
	}{
		{"another hole", []string{"MULTI t:<t>:u:<id>:a t:<t>:u:<id>:b"}, []string{"t:<t>:u:<id>:a=t:<t>"}, "{t:<t>}:u:<id>:a {t:<t>}:u:<id>:b", ""},
		{"other names of holes", []string{"MULTI u:<id>:a u:<id>:b"}, []string{"u:<uid>:b=<uid>"}, "u:{<id>}:a u:{<id>}:b", ""},
		{"a name that stays", []string{"MULTI u:<id>:a u:<id>:b"}, []string{"u:<id>:a="}, "", ""},
		{"a name that stays as an anchor", []string{"MULTI u:<id> u:<id>:b"}, []string{"u:<id>="}, "{u:<id>}:b", ""},
		{"without any operation", []string{"GET u:<id>:a"}, []string{"u:<id>:a=<id>"}, "u:{<id>}:a", ""},
		{"text before the key", []string{"MULTI pending processing"}, []string{"processing={pending}"}, "{pending}processing", ""},
		{"others join the text", []string{"MULTI a b", "MULTI b c"}, []string{"a={x}"}, "{x}a {x}b {x}c", ""},
		{"nothing of it here", []string{"GET u:<id>"}, []string{"v:<id>=<id>"}, "", "no key of this code is written v:<id>: did you mean u:<id>?"},
		{"two of one family", []string{"GET u:<id>:<n>"}, []string{"u:<id>:<n>=<id>", "!u:<a>:<b>=<b>"}, "u:{<id>}:<n>", "u:<id>:<n> is decided otherwise by pin 0"},
		{"a frozen family", []string{"GET u:<id>:a", "GET <any#unknown>"}, []string{"u:<id>:a=<id>"}, "",
			"u:<id>:a can't be renamed to u:{<id>}:a: the key at a.go:2:1 is not known (it comes from a channel), and could be of this family"},
		{"braces of its own", []string{"GET {u:<id>}:a"}, []string{"{u:<id>}:a={x}"}, "", "{u:<id>}:a can't be renamed to {x}{u:<id>}:a: it has braces of its own"},
		{"a part of a family stays", []string{"MULTI <k>:<id#int>:v <k>:<id#int>:w", "GET visit:7:v"}, []string{"visit:7:v="}, "", ""},
		{"a part of a family is tagged", []string{"GET <k>:<id#int>:v", "GET visit:7:v"}, []string{"visit:7:v=visit:7"}, "",
			"visit:7:v is a part of <k>:<id>:v, which is renamed as a whole: decide for that"},
		{"it has that name already", []string{"GET {u:<id>}:v"}, []string{"u:<id>:v=u:<id>"}, "", ""},
		{"an instance of another's family", []string{"GET u:1:a"}, []string{"!u:<id>:a=<id>"}, "u:{<id>}:a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			opt := Options{Pins: parsePins(t, test.pins)}
			p := Make(parseSites(t, test.sites), opt)
			var problems []string
			for _, x := range p.Problems {
				problems = append(problems, x.Reason)
			}
			if got := strings.Join(problems, "; "); got != test.problems {
				t.Errorf("problems %q, want %q", got, test.problems)
			}
			if test.name == "an instance of another's family" {
				if got := p.New(p.Families[0].Uses[0].Template); got != "u:{1}:a" {
					t.Errorf("u:1:a becomes %s", got)
				}
				return
			}
			if got := names(p); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func parsePins(t *testing.T, lines []string) []Pin {
	t.Helper()
	var out []Pin
	for i, line := range lines {
		line, external := strings.CutPrefix(line, "!")
		family, tag, _ := strings.Cut(line, "=")
		pin, err := PinTag(family, tag, "pin "+string(rune('0'+i)), "here")
		if err != nil {
			t.Fatal(err)
		}
		pin.External = external
		out = append(out, pin)
	}
	return out
}

// TestPinTag has tags that are none.
func TestPinTag(t *testing.T) {
	for _, test := range []struct{ family, tag, want string }{
		{"u:<id>", "<uid>", "<uid> is no part of u:<id>: a tag is a part of it, such as u:<id>"},
		{"u:<id>", "u:<i", "u:<i is no part of u:<id>: a tag is a part of it, such as u:<id>"},
		{"a:<id>:a", "a", "a stands in a:<id>:a more than once: name more of what is before or behind it"},
		{"a", "{<id>}", "{<id>} can't be put before a key: write plain text without braces, quotes and holes"},
	} {
		if _, err := PinTag(test.family, test.tag, "", ""); err == nil || err.Error() != test.want {
			t.Errorf("%s=%s: %v, want %s", test.family, test.tag, err, test.want)
		}
	}
}

// TestElsewhere holds that what another repository renames, and this one can't, is never called safe.
func TestElsewhere(t *testing.T) {
	pins := parsePins(t, []string{"!u:<id>:a=<id>"})
	for _, sites := range [][]string{{"GET u:<id>:a", "GET <any#unknown>"}, {"GET <any#unknown>"}, {"GET u:<id>:<part>"}, {"GET <p>:<id>:a"}} {
		p := Make(parseSites(t, sites), Options{Pins: pins})
		if d := p.Decisions[0]; d.Verdict != Review || !d.Silent {
			t.Errorf("%v: %+v", sites, d)
		}
	}
}

// TestDecided has verdicts of people: they count, and what they speak of pulls no tag.
func TestDecided(t *testing.T) {
	sites := parseSites(t, []string{"MULTI u:<id>:a u:<id>:b", "MGET v:<x>:a v:<x>:b", "GET u:<id>:a"})
	for _, test := range []struct {
		name string
		opt  Options
		want string
	}{
		{"nothing", Options{}, "tag tag safe | {u:<id>}:a {u:<id>}:b {v:<x>}:a {v:<x>}:b"},
		{"safe", Options{Decided: map[string]Decided{"s0": {Verdict: Safe, Reason: "r", Source: "f:1"}}}, "safe tag safe | {v:<x>}:a {v:<x>}:b"},
		{"blocked", Options{Decided: map[string]Decided{"s1": {Verdict: Blocked, Reason: "r", Source: "f:1"}}}, "tag blocked safe | {u:<id>}:a {u:<id>}:b"},
		{"ignored", Options{Ignored: map[string]string{"s0": "r"}}, "review! tag safe | {v:<x>}:a {v:<x>}:b"},
		{"kept", Options{Kept: map[string]string{"c": "r"}}, "safe tag safe | {v:<x>}:a {v:<x>}:b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sites := slices.Clone(sites)
			if test.opt.Kept != nil {
				sites[0].Clients = []string{"c"}
			}
			p := Make(sites, test.opt)
			var got []string
			for _, d := range p.Decisions {
				v := string(d.Verdict)
				if d.Ignored != "" {
					v += "!"
				}
				got = append(got, v)
			}
			if got := strings.Join(got, " ") + " | " + names(p); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestTies has families that are written by one expression.
func TestTies(t *testing.T) {
	sites := []string{"MULTI in:<c>:<id>:a in:<d>:<id>:b", "GET out:<c>:<id>:x", "GET log:conf"}
	tie := func(family string, s Span, other string, opens bool, border int) Tie {
		return Tie{parseTemplate(family).Shape(), s, parseTemplate(other).Shape(), opens, border}
	}
	// the units of in:<c>:<id>:a are i n : <c> : <id> : a
	id := Span{Start: 5, End: 6}
	for _, test := range []struct {
		name string
		ties []Tie
		want string
	}{
		{"none", nil, "in:<c>:{<id>}:a in:<d>:{<id>}:b"},
		{"follows", []Tie{tie("in:<c>:<id>:a", id, "out:<c>:<id>:x", true, 6), tie("in:<c>:<id>:a", id, "out:<c>:<id>:x", false, 7)},
			"in:<c>:{<id>}:a in:<d>:{<id>}:b out:<c>:{<id>}:x"},
		{"follows as it likes", []Tie{tie("in:<c>:<id>:a", id, "out:<c>:<id>:x", false, 7)}, "in:<c>:{<id>}:a in:<d>:{<id>}:b out:<c>:{<id>}:x"},
		{"can't follow", []Tie{tie("in:<c>:<id>:a", id, "log:conf", true, 3)}, ""},
		{"of another tag", []Tie{tie("in:<c>:<id>:a", Span{Start: 3, End: 4}, "log:conf", true, 3)}, "in:<c>:{<id>}:a in:<d>:{<id>}:b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := names(Make(parseSites(t, sites), Options{Value: true, Ties: test.ties})); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
