package keyplan

import (
	"strings"
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
)

// TestOldNameHasOneNewName holds that a plan is a function of key names: where two templates can write one old key,
// both write the same new key, or data would be lost. The values have no separators.
func TestOldNameHasOneNewName(t *testing.T) {
	for seed := range uint64(3000) {
		sites := randomDraw(seed, small{families: 5, groups: 6, segments: 4, plain: true}).sites()
		if why := twoNames(Make(sites, Options{}), sites); why != "" {
			t.Fatalf("seed %d: %s\nfor\n%s", seed, why, show(sites))
		}
	}
}

// TestOverlaps has the smallest programs in which two ways to write one key could part.
func TestOverlaps(t *testing.T) {
	for _, test := range []struct {
		name  string
		sites []string
	}{
		{"instance", []string{"MSET job:<a>:state job:<a>:log", "GET job:1:state"}},
		{"cross", []string{"MSET job:<a> <a>:log", "GET <b>:lock", "MSET <b>:lock <b>:queue", "GET job:<c>"}},
		{"holes only", []string{"MSET <a>:<b> <a>:<c>", "GET user:<d>"}},
		{"holes only in a group", []string{"MSET <a>:<b> <a>:<c>", "MSET user:<d> user:<d>:log"}},
		{"unknown end", []string{"MULTI app:<x>:b app:<x>:c", "GET app:<any#unknown>"}},
		{"unknown start", []string{"MULTI job:<x> log:<x>", "GET <any#unknown>:a"}},
		{"unknown key", []string{"MULTI user:<x> user:<x>:log", "GET <any#unknown>"}},
		{"kinds", []string{"MULTI job:<x#int> log:<x#int>", "GET job:lock"}},
		{"three families", []string{"MSET a:<x>:c d:<x>", "MSET <y>:b:c e:<y>", "GET a:b:c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			sites := parseSites(t, test.sites)
			p := Make(sites, Options{})
			if why := twoNames(p, sites); why != "" {
				t.Errorf("%s\n%s", why, summary(p))
			}
		})
	}
}

// twoNames tells of an old key that gets two new names.
func twoNames(p *Plan, sites []detect.Site) string {
	renamed := map[string]string{}
	from := map[string]string{}
	for _, k := range allTemplates(sites) {
		for _, values := range assignments(k.Holes()) {
			i := 0
			name := p.instance(k, func(*key.Hole) string { i++; return values[i-1] })
			old := strings.NewReplacer("{", "", "}", "").Replace(name)
			if other, ok := renamed[old]; ok && other != name {
				return old + " becomes " + other + " by " + from[old] + " -> " + p.New(k2(sites, from[old])) + ", and " + name + " by " + showKey(k) + " -> " + p.New(k)
			}
			renamed[old], from[old] = name, showKey(k)
		}
	}
	return ""
}

// k2 finds a template again by what showKey wrote.
func k2(sites []detect.Site, text string) key.Template {
	for _, k := range allTemplates(sites) {
		if showKey(k) == text {
			return k
		}
	}
	return key.Template{}
}

// assignments lists some values for holes, all combinations.
func assignments(holes []*key.Hole) [][]string {
	out := [][]string{nil}
	for _, h := range holes {
		var next [][]string
		for _, vs := range out {
			for _, v := range domain(h) {
				next = append(next, append(append([]string(nil), vs...), v))
			}
		}
		out = next
	}
	return out
}

func domain(h *key.Hole) []string {
	if h.Class == key.Unknown {
		return []string{"a", "job", "a:b", "job:a", "a:b:c", "user:a:log"}
	}
	switch h.Kind {
	case key.Int:
		return []string{"1", "ab"}
	case key.Bool:
		return []string{"true", "false"}
	case key.Time:
		return []string{"20240101"}
	case key.ID:
		return []string{"a", "c1", "1"}
	}
	return []string{"a", "b", "c", "ab", "1", "lock", "job", "user"}
}
