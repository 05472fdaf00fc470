package port

import (
	"testing"

	"github.com/clusterize/clusterize/keyplan"
)

func TestHalfRenamed(t *testing.T) {
	family := func(template string) *keyplan.Family {
		return &keyplan.Family{Template: template, Sites: []string{"s"}}
	}
	for _, c := range []struct {
		templates []string
		want      int
	}{
		{[]string{"map:{<name>}:content", "map:<pool>:content"}, 1},
		{[]string{"map:{<name>}:content", "map:<name>:jobs"}, 0},
		{[]string{"{order:<id>}:total", "{order:<id>}:lines", "order:<id>"}, 0},
		{[]string{"order:<id>:total", "order:<id>:lines"}, 0},
		{[]string{"{order:<id>}:total", "order:{<id>}:total", "order:<id>:total"}, 2},
	} {
		var families []*keyplan.Family
		for _, template := range c.templates {
			families = append(families, family(template))
		}
		if got := halfRenamed(families); len(got) != c.want {
			t.Errorf("%q: %q, want %d", c.templates, got, c.want)
		}
	}
}
