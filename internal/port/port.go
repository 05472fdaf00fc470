// Package port joins the stages: load, follow keys, find sites, plan, rewrite,
// and tell. Each stage does its work alone; what is here is their order, and
// the loop between the planner and the rewriter: a family that can't be edited
// everywhere is planned again as one that keeps its name.
package port

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/rewrite"
)

// Config says what to analyse, and how to plan.
type Config struct {
	Load       load.Config
	ValueTags  bool   // --tag-style=value
	SingleSlot bool   // --single-slot
	Switch     string // --switch
	Universal  bool   // --client=universal
	Server     string // --server-version, "" when it is not known
	Helper     string // --helper, "" for the default
	// Decisions is what people decided in clusterize.yaml; nil for nothing.
	Decisions *decisions.File
	// Pins are the plans of other repositories.
	Pins []keyplan.Pin
	// WhatIf are tags that are tried: the report says what would be different with them.
	WhatIf []keyplan.Pin
	// Derivations adds to the report how each key was found, and the count of key arguments.
	Derivations bool
	// Annotate marks the sites that are left to a person by comments.
	Annotate bool
	// Review adds to the report the patches, and the code of sites.
	Review bool
}

// Outcome is everything that a run found and would write.
type Outcome struct {
	Program *load.Program
	Plan    *keyplan.Plan
	Port    *rewrite.Port
	Report  *report.Report
	// Todos are the comments that mark sites which are left to a person.
	Todos []rewrite.Todo
	// Tried is the plan with the tags of Config.WhatIf; nil without any.
	Tried *keyplan.Plan
	// Problems are the decisions that speak of nothing, or can't be followed.
	Problems []load.LeftOut
	tags     []keyplan.Pin // that are tried
	server   string
	rw       *rewrite.Rewriter // nil when there was nothing to look at
	res      detect.Result
	only     scope // of the report
	// Nothing is set when no package of the target uses go-redis.
	Nothing bool
}

// Analyse runs all stages; it writes nothing.
func Analyse(ctx context.Context, cfg Config) (*Outcome, error) {
	progress := cfg.Load.Progress
	if progress == nil {
		progress = func(string) {}
	}
	loading, only := widen(ctx, cfg.Load)
	prog, err := load.Load(ctx, loading)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Program: prog, Nothing: true, server: cfg.Server, Plan: &keyplan.Plan{}, Port: &rewrite.Port{}}
	for _, m := range prog.Modules {
		out.Nothing = out.Nothing && len(m.GoRedis) == 0
	}
	var res detect.Result
	var flow *keyflow.Flow
	if !out.Nothing {
		progress("following keys")
		flow = keyflow.New(prog, said(cfg.Decisions)...)
		if cfg.Derivations {
			flow.RecordTrails()
		}
		res = detect.Run(prog, flow)
		progress("planning")
		if err := out.plan(flow, res, cfg); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.res, out.only = res, only
	out.Report = newReport(prog, res, out, only, flow)
	if cfg.Review {
		steps, err := out.Steps(Selection{})
		if err != nil {
			return nil, err
		}
		out.Report.Patches, out.Report.Code = out.Patches(steps), out.snippets(res.Sites)
		out.Report.Top = rewrite.Below(prog.Dir)
	}
	return out, nil
}

// plan makes the plan, and the one that is tried.
func (o *Outcome) plan(flow *keyflow.Flow, res detect.Result, cfg Config) error {
	o.rw = rewrite.New(o.Program, flow, res, rewrite.Target{Universal: cfg.Universal, Server: cfg.Server, Helper: cfg.Helper})
	d := newDecided(o.Program, res, cfg)
	opt := keyplan.Options{Value: cfg.ValueTags, SingleSlot: cfg.SingleSlot, Pins: d.pins, Kept: d.keptIDs(res), Version: versions(o.Program), Uses: res.Uses}
	to := rewrite.Options{Switch: cfg.Switch, Kept: d.kept}
	if len(d.file.Sites)+len(d.ignores) > 0 { // they name rules, as a report without them does
		first, _, err := o.best(o.rw, res.Sites, opt, to)
		if err != nil {
			return err
		}
		d.match(res.Sites, first)
	}
	opt.Decided, opt.Ignored = d.sites, d.ignored
	if len(d.lost) > 0 {
		to.Hold = strings.Join(d.lost, ", ") + " keeps a client that is not found: it could be this one"
	}
	var err error
	if o.Plan, o.Port, err = o.best(o.rw, res.Sites, opt, to); err != nil {
		return err
	}
	if cfg.Annotate {
		if err := o.rw.Annotate(o.Plan, o.Port); err != nil {
			return err
		}
	}
	o.Todos = o.rw.Todos(o.Plan)
	o.Problems = append(d.problems, planProblems(o.Plan)...)
	slices.SortStableFunc(o.Problems, func(a, b load.LeftOut) int { return byLine(a.Package, b.Package) })
	if len(cfg.WhatIf) == 0 {
		return nil
	}
	o.tags, opt.Pins = cfg.WhatIf, replacePins(opt.Pins, cfg.WhatIf)
	o.Tried, _, err = o.best(o.rw, res.Sites, opt, to)
	return err
}

// replacePins puts the tags that are tried before those that were decided.
func replacePins(pins, tried []keyplan.Pin) []keyplan.Pin {
	out := slices.Clone(tried)
	for _, p := range pins {
		if !slices.ContainsFunc(tried, func(t keyplan.Pin) bool { return t.Template == p.Template }) {
			out = append(out, p)
		}
	}
	return out
}

// best is a plan with tags that are easy to read, unless another one leaves less to people, or renames fewer families.
func (o *Outcome) best(rw *rewrite.Rewriter, sites []detect.Site, opt keyplan.Options, to rewrite.Options) (*keyplan.Plan, *rewrite.Port, error) {
	whole, err := o.settle(rw, sites, opt, to, false)
	if err != nil || !whole.refused {
		return whole.plan, whole.port, err
	}
	torn, err := o.settle(rw, sites, opt, to, true)
	if err == nil && slices.Compare(worth(torn.plan), worth(whole.plan)) >= 0 {
		torn = whole
	}
	return torn.plan, torn.port, err
}

// worth is what counts in a plan: sites that are left to people, then families that are renamed.
func worth(p *keyplan.Plan) []int {
	out := make([]int, 2)
	for _, d := range p.Decisions {
		if d.Verdict == keyplan.Review || d.Verdict == keyplan.Blocked {
			out[0]++
		}
	}
	for _, f := range p.Families {
		if f.Renamed() {
			out[1]++
		}
	}
	return out
}

// settled is a plan of which all edits are possible. Refused is set when one with a torn tag was not taken.
type settled struct {
	plan    *keyplan.Plan
	port    *rewrite.Port
	refused bool
}

// settle makes plans until all edits of one are possible.
func (o *Outcome) settle(rw *rewrite.Rewriter, sites []detect.Site, opt keyplan.Options, to rewrite.Options, torn bool) (out settled, err error) {
	opt.Frozen, opt.Fixed, opt.Forbidden = map[string]string{}, map[string]string{}, map[string]map[keyplan.Span]string{}
	ignored := o.readIgnored()
	for {
		out.plan = keyplan.Make(sites, opt)
		if held := heldByIgnored(out.plan, ignored); len(held) > 0 {
			maps.Copy(opt.Frozen, held)
			continue
		}
		keys, not := rw.Keys(out.plan, torn)
		if not != nil {
			out.refused = out.refused || not.Torn
			if !tie(&opt, not.Ties) && !forbid(out.plan, opt.Forbidden, not.Families) {
				return out, fmt.Errorf("bug: the same keys can't be written again and again: %v", not.Families)
			}
			continue
		}
		helpers, fixed, err := rw.Helpers(out.plan)
		if err != nil {
			return out, err
		}
		var frozen map[string]string
		if len(fixed) == 0 {
			port, failed, err := rw.Finish(out.plan, append(helpers, keys...), to)
			if out.port = port; err != nil || port != nil {
				return out, err
			}
			frozen, fixed = failed.Families, failed.Sites
		}
		before := len(opt.Frozen) + len(opt.Fixed)
		maps.Copy(opt.Frozen, frozen)
		maps.Copy(opt.Fixed, fixed)
		if len(opt.Frozen)+len(opt.Fixed) == before {
			return out, fmt.Errorf("bug: the same edits fail again and again: %v %v", frozen, fixed)
		}
	}
}

// tie notes families that must be written together: the next plan does so, or does without the tag. It reports whether
// there was a new one.
func tie(opt *keyplan.Options, ties []keyplan.Tie) bool {
	before := len(opt.Ties)
	for _, t := range ties {
		if !slices.Contains(opt.Ties, t) {
			opt.Ties = append(opt.Ties, t)
		}
	}
	slices.SortFunc(opt.Ties, keyplan.Tie.Compare)
	return len(opt.Ties) > before
}

// forbid notes tags that can't be written: the next plan does without them, and may find another for the same families.
// It reports whether there was one.
func forbid(p *keyplan.Plan, forbidden map[string]map[keyplan.Span]string, why map[string]string) bool {
	found := false
	for _, f := range p.Families {
		shape := f.Model.Shape()
		if why[shape] == "" || !f.Renamed() {
			continue
		}
		if forbidden[shape] == nil {
			forbidden[shape] = map[keyplan.Span]string{}
		}
		forbidden[shape][f.Span] = why[shape]
		found = true
	}
	return found
}

// versions tells the go-redis version that a package is built with.
func versions(prog *load.Program) func(string) string {
	m := map[string]string{}
	for _, p := range prog.Packages {
		packages.Visit([]*packages.Package{p}, nil, func(q *packages.Package) {
			if q.Module != nil && detect.IsGoRedis(q.PkgPath) && m[p.PkgPath] == "" {
				m[p.PkgPath] = q.Module.Version
			}
		})
	}
	any := ""
	for _, mod := range prog.Modules {
		for _, g := range mod.GoRedis {
			any = g.Version
		}
	}
	return func(pkg string) string {
		if v := m[pkg]; v != "" {
			return v
		}
		return any
	}
}
