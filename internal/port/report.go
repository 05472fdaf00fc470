package port

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/libraries"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/rewrite"
	"github.com/clusterize/clusterize/templates"
)

// newReport writes down an outcome as plain values. flow is nil where no package uses go-redis.
func newReport(prog *load.Program, res detect.Result, o *Outcome, only scope, flow *keyflow.Flow) *report.Report {
	r := &report.Report{
		SchemaVersion: report.SchemaVersion, Modules: slices.Clone(prog.Modules), LeftOut: slices.Clone(prog.LeftOut),
		Notices: append(notices(prog, o.server), halfRenamed(o.Plan.Families)...), Libraries: []report.Library{},
		Clients: []report.Client{}, Sites: []report.Site{}, Families: []report.Family{}, Changes: []report.Change{},
	}
	for _, f := range prog.Ignored {
		r.LeftOut = append(r.LeftOut, load.LeftOut{Package: f, Reason: excluded(prog, f)})
	}
	r.Problems = append(unusedNotes(flow), o.Problems...)
	r.LeftOut = append(r.LeftOut, r.Problems...)
	for i := range r.Modules {
		if r.Modules[i].GoRedis == nil {
			r.Modules[i].GoRedis = []load.GoRedis{}
		}
	}
	r.Modules = orEmpty(r.Modules)
	r.LeftOut = orEmpty(r.LeftOut)
	for _, c := range res.Clients {
		if !only.has(c.Package) {
			continue
		}
		r.Clients = append(r.Clients, ofHelper(prog, clientOf(c, o.Port)))
	}
	for _, s := range o.Port.Switches { // those in files that only other build tags select
		if only == nil && !slices.ContainsFunc(res.Clients, func(c detect.Client) bool { return c.Pos == s.Client }) {
			c := detect.Client{ID: "client:" + s.Client.File + ":" + strconv.Itoa(s.Client.Line), Pos: s.Client, Constructor: s.Constructor}
			r.Clients = append(r.Clients, clientOf(c, o.Port))
		}
	}
	slices.SortStableFunc(r.Clients, func(a, b report.Client) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for _, u := range libraries.Find(prog) {
		if only.has(u.Package) {
			r.Libraries = append(r.Libraries, report.Library{Path: u.Path, Version: u.Version, File: u.Pos.File, Line: u.Pos.Line, Column: u.Pos.Column,
				Name: u.Name, Verdict: string(u.Verdict), Reason: u.Text + " (read in " + u.Read + ")"})
		}
	}
	for i, s := range res.Sites {
		if !only.has(s.Package) {
			continue
		}
		rs := siteOf(s, o.Plan.Decisions[i], o.Plan, flow)
		r.Sites = append(r.Sites, rs)
		r.Summary.Add(rs)
	}
	if flow != nil && flow.Trails() {
		r.Keys = countKeys(res.Sites, only, flow)
		r.Scripts = countScripts(res.Sites, only, o.Plan.Decisions)
	}
	r.Families = append(r.Families, o.families()...)
	for _, t := range o.Todos {
		r.Todos = append(r.Todos, report.Todo{File: t.Pos.File, Line: t.Pos.Line, Rule: t.Rule, Reason: t.Reason, Solved: t.Solved})
	}
	r.Plan = planOf(o.Plan)
	r.WhatIf = o.whatIf(res.Sites, only)
	for _, c := range o.Port.Changes {
		r.Changes = append(r.Changes, report.Change{
			Title: c.Title, Stage: stages[c.Stage], Sites: orEmpty(c.Sites), Files: orEmpty(c.Files), Outcome: string(c.Outcome), Reason: c.Reason})
	}
	return r
}

// excluded says why a file is not read, and how it would be.
func excluded(prog *load.Program, file string) string {
	reason, again := "excluded by build constraints", "--tags"
	if line, tags := prog.Constraint(file); line != "" {
		reason = "excluded by " + line
		if len(tags) > 0 {
			again += "=" + strings.Join(tags, ",")
		}
	}
	reason += ": its keys are not read, so run again with " + again + ", or look at it by hand"
	if slices.ContainsFunc(slices.Collect(maps.Values(prog.Files)), func(x *load.File) bool { return x.Rel == file }) {
		reason += ". The types of clients are followed there"
	}
	return reason
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// ofHelper says of a client that the helper package makes that it is as it should be.
func ofHelper(prog *load.Program, c report.Client) report.Client {
	for _, f := range prog.Files {
		if f.Rel == c.File && bytes.HasPrefix(f.Content, []byte(templates.Marker)) {
			c.Verdict, c.Reason = "kept", "is made by the helper that clusterize generates, where a server is no cluster"
		}
	}
	return c
}

// clientOf is the verdict on a constructor.
func clientOf(c detect.Client, p *rewrite.Port) report.Client {
	out := report.Client{ID: c.ID, File: c.Pos.File, Line: c.Pos.Line, Column: c.Pos.Column, Function: c.Function, Constructor: c.Constructor}
	for _, s := range p.Switches {
		if s.Client == c.Pos {
			out.Verdict, out.Reason = s.Verdict, s.Reason
			if s.Verdict == "ported" {
				out.Reason, out.Pending = strings.Join(s.Notes, "; "), s.Change != nil
			}
			return out
		}
	}
	switch c.Constructor {
	case "NewClusterClient":
		out.Verdict, out.Reason = "ported", "is a cluster client already"
	case "NewSentinelClient":
		out.Verdict, out.Reason = "kept", "speaks to a Sentinel, which has no counterpart in a cluster"
	case "NewUniversalClient":
		out.Verdict, out.Reason = "review", "becomes a cluster client only with two or more addresses, or with IsClusterMode (go-redis v9.8.0): one configuration endpoint gives a plain client and MOVED errors"
	case "NewFailoverClient":
		out.Verdict, out.Reason = "review", "uses Sentinel, which has no counterpart in a cluster: a person decides which nodes are the seeds"
	case "NewFailoverClusterClient":
		out.Verdict, out.Reason = "review", "is Sentinel behind the cluster type: not a Redis Cluster"
	case "NewRing":
		out.Verdict, out.Reason = "review", "shards on the client: its keys live on several servers already, and must be moved by a person's plan"
	default:
		out.Verdict, out.Reason = "review", "the variables that it flows into could not be followed"
	}
	return out
}

func siteOf(s detect.Site, d keyplan.Decision, p *keyplan.Plan, flow *keyflow.Flow) report.Site {
	out := report.Site{
		ID: s.ID, File: s.Pos.File, Line: s.Pos.Line, Column: s.Pos.Column, Function: s.Function, Kind: string(s.Kind),
		Method: s.Method, Client: strings.Join(s.Clients, ","), Verdict: string(d.Verdict), Rule: d.Rule, Reason: d.Reason, Ignored: d.Ignored,
		Commands: []string{}, Keys: []report.Key{}, Contexts: []report.Context{},
	}
	for i, c := range s.Contexts {
		var keys []report.Key
		for _, op := range c.Ops {
			if op.Command != "" && !(i > 0 && slices.Contains(out.Commands, op.Command)) {
				out.Commands = append(out.Commands, op.Command)
			}
			for _, k := range op.Keys {
				keys = addKeys(keys, k, p, nil)
				out.Keys = addKeys(out.Keys, k, p, flow)
			}
		}
		if len(c.Callers) > 0 {
			out.Contexts = append(out.Contexts, report.Context{
				File: c.Callers[0].File, Line: c.Callers[0].Line, Keys: orEmpty(keys),
				Verdict: string(d.Contexts[i].Verdict), Reason: d.Contexts[i].Reason})
		}
	}
	one := func(c detect.Context) bool { return len(c.Ops) == 1 && len(c.Ops[0].Keys) == 1 }
	for i := range out.Keys {
		out.Keys[i].Alternative = out.Keys[i].Alternative || i > 0 && !slices.ContainsFunc(s.Contexts, func(c detect.Context) bool { return !one(c) })
	}
	slices.SortStableFunc(out.Contexts, func(a, b report.Context) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// addKeys adds the names of a key that are not listed yet; with a flow, also how they were found.
func addKeys(keys []report.Key, from detect.Key, p *keyplan.Plan, flow *keyflow.Flow) []report.Key {
	before := len(keys)
	for _, t := range from.Alts {
		k := report.Key{Template: t.String(), NewTemplate: p.New(t), Alternative: len(keys) > before}
		if slices.ContainsFunc(keys, k.Same) {
			continue
		}
		derive(&k, from.From, t, flow)
		keys = append(keys, k)
	}
	return keys
}
