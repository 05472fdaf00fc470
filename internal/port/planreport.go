package port

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
)

// families are those of the plan; for those that are renamed, other files are searched for uses.
func (o *Outcome) families() []report.Family {
	var others []otherText
	if slices.ContainsFunc(o.Plan.Families, (*keyplan.Family).Renamed) {
		others = o.readOthers()
	}
	spreads := keyplan.Spreads{}
	var out []report.Family
	for _, f := range o.Plan.Families {
		r := familyOf(f, spreads)
		r.Confidence = o.confidence(f, others)
		out = append(out, r)
	}
	return out
}

func familyOf(f *keyplan.Family, spreads keyplan.Spreads) report.Family {
	out := report.Family{Template: f.Template, NewTemplate: f.NewTemplate, Tag: f.Tag, Sites: orEmpty(f.Sites), Why: f.Why,
		Risks: orEmpty(f.Risks), Component: f.Component, Together: f.Together}
	if f.Pin != nil {
		out.Decided = f.Pin.Source
	}
	if r := f.RunnerUp; r != nil {
		out.RunnerUp = &report.RunnerUp{NewTemplate: r.NewTemplate, Loses: r.Loses}
	}
	if s := spreads.Of(f); s != nil {
		out.Spread = &report.Spread{Values: s.Values, Assumed: s.Assumed, Keys: s.Keys, Slots: s.Slots}
		for _, n := range s.Shards {
			out.Spread.Shards = append(out.Spread.Shards, report.Shards(n))
		}
	}
	return out
}

func planOf(p *keyplan.Plan) report.Plan {
	out := report.Plan{Families: []report.Planned{}, Conflicts: []report.Conflict{}, Overlaps: []report.Overlap{}, Bounded: p.Bounded}
	for _, f := range p.Families {
		out.Families = append(out.Families, report.Planned{Template: f.Template, NewTemplate: f.NewTemplate})
	}
	for _, c := range p.Conflicts {
		x := report.Conflict{Sites: orEmpty(c.Sites), Against: orEmpty(c.Against), Loses: c.Loses, Families: []report.Wanted{}}
		for _, w := range c.Wanted {
			x.Families = append(x.Families, report.Wanted(w))
		}
		out.Conflicts = append(out.Conflicts, x)
	}
	for _, o := range p.Overlaps {
		out.Overlaps = append(out.Overlaps, report.Overlap{Template: o.Template, Families: o.Families, Means: o.Means()})
	}
	return out
}

// whatIf compares the plan that is tried with the plan; nil when none is.
func (o *Outcome) whatIf(sites []detect.Site, only scope) *report.WhatIf {
	if o.Tried == nil {
		return nil
	}
	out := &report.WhatIf{Tags: []report.Planned{}, Families: []report.Wanted{}, Sites: []report.ChangedSite{}, Problems: []string{}}
	for _, p := range o.tags {
		out.Tags = append(out.Tags, report.Planned{Template: p.Template, NewTemplate: p.NewTemplate})
	}
	for i, s := range sites {
		if !only.has(s.Package) {
			continue
		}
		then := o.Tried.Decisions[i]
		out.Summary.Add(report.Site{Verdict: string(then.Verdict), Ignored: then.Ignored})
		if then.Verdict != o.Plan.Decisions[i].Verdict {
			out.Sites = append(out.Sites, report.ChangedSite{ID: s.ID, Then: string(then.Verdict), Reason: then.Reason})
		}
	}
	for _, f := range o.Plan.Families {
		if t := o.Tried.FamilyOf(f.Model); t != nil && t.NewTemplate != f.NewTemplate {
			out.Families = append(out.Families, report.Wanted{Template: f.Template, Now: f.NewTemplate, Then: t.NewTemplate})
		}
	}
	for _, p := range o.Tried.Problems {
		if slices.ContainsFunc(o.tags, func(t keyplan.Pin) bool { return t.At == p.At }) {
			out.Problems = append(out.Problems, p.Reason)
		}
	}
	return out
}
