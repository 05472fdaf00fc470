package keyplan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// withPatterns adds a KEYS for each pattern.
func withPatterns(sites []detect.Site, patterns []key.Template) []detect.Site {
	for i, t := range patterns {
		s := detect.Site{ID: fmt.Sprintf("p%d", i), Kind: detect.Node, Target: detect.OnClient, Method: "Keys", Pos: sites[0].Pos}
		s.Pos.Line = 100 + i
		s.Contexts = []detect.Context{{Ops: []detect.Op{{Command: "KEYS", Method: "Keys", Scope: rediscmd.OneNode, Pos: s.Pos, Pattern: []key.Template{t}}}}}
		sites = append(sites, s)
	}
	return sites
}

// glob draws a pattern from a template: some of it is left out for a *, or a ?.
func (d *draw) glob(ss []slot) key.Template {
	var b strings.Builder
	for _, s := range ss {
		switch {
		case s.hole:
			b.WriteString([]string{"*", "*", "*", "a*", "?", "[a-z]*", "**"}[d.n(7)])
		case d.one(4):
			b.WriteString("*")
		case d.one(8):
			b.WriteString(s.text[:len(s.text)-1] + "?")
		default:
			b.WriteString(s.text)
		}
		if d.one(12) {
			b.WriteString("*")
			break
		}
	}
	return key.Literal(b.String())
}

// TestPatternsFollow holds that a pattern that was written anew finds a key by its new name just when the old one finds it
// by its old name.
func TestPatternsFollow(t *testing.T) {
	written, followed := 0, 0
	for seed := range uint64(2000) {
		d := randomDraw(seed, small{families: 5, groups: 5, segments: 4, plain: true})
		skeletons := [][]slot{d.skeleton(), d.skeleton(), d.skeleton()}
		s := detect.Site{}
		s.Pos.File = "a.go"
		var sites []detect.Site
		for i := range 4 {
			s.ID, s.Pos.Line = fmt.Sprintf("s%d", i), i+1
			s.Kind, s.Target = detect.Command, detect.OnClient
			ops := d.ops(&s, skeletons)
			for o := range ops {
				ops[o].Command, ops[o].Method = "SINTERSTORE", ""
			}
			s.Contexts = []detect.Context{{Ops: ops}}
			sites = append(sites, s)
		}
		patterns := []key.Template{d.glob(skeletons[0]), d.glob(skeletons[1])}
		sites = withPatterns(sites, patterns)
		p := Make(sites, Options{Value: seed%2 == 0})
		r := rand.New(rand.NewPCG(seed, 2))
		for _, pat := range p.Patterns {
			if pat.Problem != "" {
				continue // its families keep their names in the next plan
			}
			old, _ := pat.Template.Text()
			anew := writeAnew(old, pat.Want)
			for _, k := range allTemplates(sites) {
				f := p.FamilyOf(k)
				for range 8 {
					values := map[*key.Hole]string{}
					name := p.instance(k, func(h *key.Hole) string {
						if values[h] == "" {
							values[h] = []string{"a", "b", "c", "ab", "aa1", "xyz"}[r.IntN(6)]
						}
						return values[h]
					})
					was := strings.NewReplacer("{", "", "}", "").Replace(name)
					if matches(old, was) != matches(anew, name) {
						t.Fatalf("seed %d: %s finds %s: %v, %s finds %s: %v\n%s", seed, old, was, matches(old, was), anew, name, matches(anew, name), show(sites))
					}
					if f.Renamed() && matches(old, was) {
						followed++
					}
				}
			}
			if len(pat.Want) > 0 {
				written++
			}
		}
	}
	t.Logf("%d patterns written anew, %d renamed keys found", written, followed)
	if written < 100 || followed < 1000 {
		t.Error("too few of them say anything")
	}
}

func writeAnew(pattern string, want map[int]string) string {
	var b strings.Builder
	for i := range len(pattern) + 1 {
		b.WriteString(want[i])
		if i < len(pattern) {
			b.WriteByte(pattern[i])
		}
	}
	return b.String()
}

// matches is how Redis matches a key, without sets of more than a range and without escapes.
func matches(pattern, s string) bool {
	if pattern == "" {
		return s == ""
	}
	switch c := pattern[0]; {
	case c == '*':
		return matches(pattern[1:], s) || s != "" && matches(pattern, s[1:])
	case s == "":
		return false
	case c == '[':
		end := strings.IndexByte(pattern, ']')
		return s[0] >= pattern[1] && s[0] <= pattern[end-1] && matches(pattern[end+1:], s[1:])
	default:
		return (c == '?' || c == s[0]) && matches(pattern[1:], s[1:])
	}
}

// TestPatterns has patterns beside the families that they find, and how they are written.
func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		sites         []string
		want, problem string // the pattern; why a family keeps its name
	}{
		{"like a family", "cart:*:items", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:*}:items", ""},
		{"all of them", "cart:*", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:*", ""},
		{"everything", "*", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{*", ""},
		{"by the end", "*:items", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{*}:items", ""},
		{"one of an id", "cart:7*:items", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:7*}:items", ""},
		{"one cart", "cart:7:*", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:7}:*", ""},
		{"a neighbour that stays", "cart:*", []string{"MULTI cart:<id>:items cart:<id>:total", "GET cart:<id>:x:y"}, "cart:*", ""},
		{"a star over two parts", "*:total", []string{"MULTI cart:<id>:items cart:<id>:total", "GET basket:total"}, "*:total", ""},
		{"an anchor comes along", "note:*", []string{"MULTI note:<id> note:<id>:draft"}, "{note:*", ""},
		{"a decided neighbour", "note:*", []string{"MULTI note:<id>:a note:<id>:b", "GET {note:<id>}:c"}, "{note:*", "would also find keys of {note:<id>}:c"},
		{"a character that a brace could be", "cart:?:items", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:?}:items", ""},
		{"a brace too many", "cart:*:?????*", []string{"MULTI cart:<id>:items cart:<id>:total"}, "{cart:*}:?????*", ""},
		{"braces that would be found", "x:???", []string{"MULTI x:<id> x:<id>:b"}, "x:???", "also matches its keys"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Make(withPatterns(parseSites(t, test.sites), []key.Template{key.Literal(test.pattern)}), Options{})
			pat := p.Patterns[0]
			if got := writeAnew(test.pattern, pat.Want); got != test.want {
				t.Errorf("%s\n%s", got, summary(p))
			}
			why := pat.Problem
			for _, f := range p.Families {
				if !f.Renamed() {
					why += f.Why
				}
			}
			if (test.problem == "") != (why == "") || !strings.Contains(why, test.problem) {
				t.Errorf("held: %q\n%s", why, summary(p))
			}
		})
	}
}
