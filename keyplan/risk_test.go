package keyplan

import (
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/key"
)

// TestRisks has the values that are named as a risk, and shows of each that it is one.
func TestRisks(t *testing.T) {
	for _, test := range []struct {
		site  string
		risks []string
		value string // of the first hole that is named, with which the keys part
	}{
		{"MULTI u:<id>:a u:<id>:b", nil, ""},
		{"MULTI u:<id#int>:a u:<id#int>", nil, ""},
		{"MULTI u:<id> u:<id>:b", []string{"<id> in u:<id>, which is hashed whole: a value that holds { or } parts it from the keys with a tag"}, "{x}"},
		{"MULTI u:<id> v:<id>", []string{"<id>: when it is empty or begins with a }, the whole key is hashed"}, ""},
		{"MULTI u:<id> v:<id>", []string{"<id>: when it is empty or begins with a }, the whole key is hashed"}, "}"},
		{"MULTI {<id>}:a {<id>}:b", []string{"<id>: when it is empty or begins with a }, the whole key is hashed"}, ""},
		{"MULTI {u<id>}:a {u<id>}:b", nil, ""},
		{"MULTI <env#fixed>:{u:<id>}:a <env#fixed>:{u:<id>}:b", []string{"<env> stands before the tag: with {} in its value, the whole key is hashed"}, "{}"},
		{"MULTI a:<env#fixed>:{u:<id>}:a b:<env#fixed>:{u:<id>}:b", []string{"<env> stands before the tag: with {} in its value, the whole key is hashed"}, "{}"},
		{"MULTI a:<env#fixed>:{u:<id>}:a b:{u:<id>}:b", []string{"<env> stands before the tag: a { in its value would be taken for the tag"}, "{x}"},
		{"MULTI <env#fixed>:u:<id> {u:<id>}:b", []string{"<env> stands before the tag: a { in its value would be taken for the tag"}, "{x}"},
	} {
		t.Run(test.site, func(t *testing.T) {
			sites := parseSites(t, []string{test.site})
			p := Make(sites, Options{})
			var got []string
			for _, f := range p.Families {
				for _, r := range f.Risks {
					if strings.HasPrefix(r, "<") && !slices.Contains(got, r) {
						got = append(got, r)
					}
				}
			}
			if !slices.Equal(got, test.risks) {
				t.Fatalf("risks %q, want %q", got, test.risks)
			}
			if len(test.risks) == 0 {
				return
			}
			name := test.risks[0][1:strings.IndexByte(test.risks[0], '>')]
			var written []string
			for _, k := range sites[0].Contexts[0].Ops[0].Keys {
				written = append(written, p.instance(k.Alts[0], func(h *key.Hole) string {
					if h.Name == name {
						return test.value
					}
					return "7"
				}))
			}
			if oneSlot(written) {
				t.Errorf("%q has no effect: %q", test.value, written)
			}
		})
	}
}
