package rewrite

import (
	"testing"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"

	"github.com/clusterize/clusterize/templates"
)

// TestFirstFile holds that each function brings the first file, which says what the package is for.
func TestFirstFile(t *testing.T) {
	var parsed []*dst.File
	var names []string
	for _, name := range templates.Commands {
		file, err := decorator.Parse(templates.Source(name))
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		names = append(names, declaredFuncs([]byte(templates.Source(name)))...)
	}
	for _, name := range names {
		keep, found := reachableDecls(parsed, []string{name}), false
		for _, d := range parsed[0].Decls {
			found = found || keep[declKey(d)]
		}
		if !found {
			t.Errorf("%s needs nothing of %s", name, templates.Commands[0])
		}
	}
}
