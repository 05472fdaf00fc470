package port

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/rewrite"
)

// notices is what must be known before anything else: a client that can't talk to a cluster of the server's version.
func notices(prog *load.Program, server string) []string {
	out := []string{}
	for _, m := range prog.Modules {
		for _, g := range m.GoRedis {
			major := g.Path[strings.LastIndexByte(g.Path, '/')+1:]
			old := major == "v7" || major == "redis" || strings.HasPrefix(major, "redis.v")
			if !importsItself(prog, g.Path) || major != "v8" && !old || server != "" && !rewrite.NewSlots(server) {
				continue
			}
			text := fmt.Sprintf("%s uses go-redis %s, whose cluster client can't talk to Redis 7.0 or later: every command fails with \"got 4 elements in cluster info address, expected 2 or 3\".", m.Path, g.Version)
			switch {
			case old:
				text += " Its clients are not switched: move to v9 first, then run clusterize again."
			case server == "":
				text += " Move to v9 before the switch. If the cluster is older, say so: --server-version=6.2."
			default:
				text += " With --server-version=" + server + " its clients are not switched: move to v9 first."
			}
			out = append(out, text)
		}
	}
	return out
}

// hole is what varies in a template.
var hole = regexp.MustCompile(`<[^<>]*>`)

// halfRenamed names families that differ in the braces of a tag only: the one was renamed, and the other is its old name
// at a place that was forgotten.
func halfRenamed(families []*keyplan.Family) []string {
	braces := strings.NewReplacer("{", "", "}", "")
	old := map[string]*keyplan.Family{}
	for _, f := range families {
		if !strings.Contains(f.Template, "{") {
			old[hole.ReplaceAllString(f.Template, "<>")] = f
		}
	}
	var out []string
	for _, f := range families {
		if o := old[braces.Replace(hole.ReplaceAllString(f.Template, "<>"))]; strings.Contains(f.Template, "{") && o != nil && len(f.Sites)+len(o.Sites) > 0 {
			out = append(out, f.Template+" and "+o.Template+" are two families of keys: what is written by the one name is not found by the other. If one of them was renamed, some places were forgotten")
		}
	}
	return out
}

// importsItself reports a go-redis that a package of the target imports, not only a dependency.
func importsItself(prog *load.Program, path string) bool {
	return slices.ContainsFunc(prog.Packages, func(p *packages.Package) bool { return p.Imports[path] != nil })
}
