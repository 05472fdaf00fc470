package report

import (
	"fmt"
	"strings"

	"github.com/clusterize/clusterize/internal/patch"
)

// reviewReport is the large report with all that formats for a review show: patches, code, derivations, spread, choices.
func reviewReport() *Report {
	r := largeReport()
	r.Notices = []string{"the cluster client of go-redis v8 can't talk to Redis 7.0 or later"}
	r.LeftOut = leftOutReport().LeftOut
	for i := range r.Families {
		f := &r.Families[i]
		if f.Tag == "" {
			continue
		}
		f.Component, f.Together = 1, []string{"s13"}
		f.RunnerUp = &RunnerUp{NewTemplate: f.Template, Loses: "MSET in Plain would have keys in several slots"}
		f.Spread = &Spread{Keys: 10000, Slots: 7512, Shards: []Shards{{3, 3, 34}, {6, 6, 18}, {12, 12, 9}}}
		f.Confidence = &Confidence{Level: CrossesBoundary, Reasons: []string{"keys are written to the reply of a request at web/page.go:20:3"}}
	}
	r.Plan.Conflicts = []Conflict{{Sites: []string{"s7"}, Against: []string{"s13"}, Loses: "it would leave more sites to a person",
		Families: []Wanted{{Template: "cart:<id>", Now: "{cart:<id>}", Then: "cart:{<id>}"}}}}
	r.Sites[12].Keys[0].Derivation = []Step{{File: "store/plain.go", Line: 12, Column: 9, Text: `"cart:" + id`, Template: "cart:<id>"}}
	r.Sites[7].Keys[0].Unknown = []Unknown{{Name: "keys", File: "kv/kv.go", Line: 30, Column: 6, Reason: "a list of keys that comes from the caller", Annotation: "//clusterize:key page:<id>", AnnotationAt: "kv/kv.go:29"}}
	r.Sites[8].Ignored = "never called on a cluster (store/raw.go:4)"
	r.Summary = Summary{}
	r.Code = map[string]Snippet{}
	for _, s := range r.Sites {
		r.Summary.Add(s)
		r.Code[s.ID] = Snippet{First: s.Line - 1, Lines: []string{"\t// </script> & \"quotes\" of " + s.Method, "\terr := rdb." + s.Method + "(ctx, key).Err()", "\treturn err"}}
	}
	r.Patches = []Patch{
		{Stage: StageSplit, Sites: []string{"s14"}, Files: []patch.File{patch.Create("internal/rediscluster/mget.go", []byte("package rediscluster\n"))}},
		{Stage: StageFanout, Sites: []string{"s15"}, Files: []patch.File{patch.Compare("store/plain.go", []byte("a\nrdb.Keys(ctx, p)\nb\n"), []byte("a\nrediscluster.Keys(ctx, rdb, p)\nb\n"))}},
		{Stage: StageTag, Sites: []string{"s13"}, Families: []string{"cart:<id>", "platform:production:tenant:<tenant>:cart:<id>:lock"},
			Files: []patch.File{patch.Compare("store/carts/keys.go", []byte("\treturn \"cart:\" + id\n"), []byte("\treturn \"{cart:\" + id + \"}\"\n"))}},
		{Stage: StageSwitch, Clients: []string{"c2"}, Files: []patch.File{patch.Compare("cmd/admin/main.go", []byte("redis.NewClient"), []byte("redis.NewClusterClient"))}},
	}
	for i := range r.Patches {
		r.Describe(&r.Patches[i])
	}
	return r
}

// manyReport has n sites in families of ten, with all verdicts.
func manyReport(n int) *Report {
	r := Report{Modules: reviewReport().Modules, Code: map[string]Snippet{}}
	small := reviewReport()
	for i := range n {
		s := small.Sites[i%len(small.Sites)]
		s.File, s.Line = fmt.Sprintf("pkg%d/file%d.go", i/100, i/20), i+1
		s.Reason = strings.ReplaceAll(s.Reason, "store", fmt.Sprintf("store%d", i/7))
		s.Keys = []Key{renamed(fmt.Sprintf("kind%d:<id>:part", i/10), fmt.Sprintf("{kind%d:<id>}:part", i/10))}
		r.Sites = append(r.Sites, s)
		if i%10 == 0 {
			name := s.Keys[0]
			r.Families = append(r.Families, Family{Template: name.Template, NewTemplate: name.NewTemplate, Tag: fmt.Sprintf("kind%d:<id>", i/10),
				Component: i/10 + 1, Sites: []string{fmt.Sprintf("s%d", i+1)}, Together: []string{fmt.Sprintf("s%d", i+1)}, Spread: small.Families[1].Spread})
		}
	}
	out := finish(r)
	for _, s := range out.Sites {
		out.Code[s.ID] = Snippet{First: s.Line, Lines: []string{"\terr := rdb." + s.Method + "(ctx, key).Err()"}}
	}
	return out
}
