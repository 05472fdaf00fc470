// Package port joins the stages: load, follow keys, find sites, plan, rewrite,
// and tell. Each stage does its work alone; what is here is their order, and
// the loop between the planner and the rewriter: a family that can't be edited
// everywhere is planned again as one that keeps its name.
package port

import (
	"context"
	"fmt"
	"maps"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
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
	// Derivations adds to the report how each key was found, and the count of key arguments.
	Derivations bool
}

// Outcome is everything that a run found and would write.
type Outcome struct {
	Program *load.Program
	Plan    *keyplan.Plan
	Port    *rewrite.Port
	Report  *report.Report
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
	out := &Outcome{Program: prog, Nothing: true, Plan: &keyplan.Plan{}, Port: &rewrite.Port{}}
	for _, m := range prog.Modules {
		out.Nothing = out.Nothing && len(m.GoRedis) == 0
	}
	var res detect.Result
	var flow *keyflow.Flow
	if !out.Nothing {
		progress("following keys")
		flow = keyflow.New(prog)
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
	out.Report = newReport(prog, res, out, only, flow)
	return out, nil
}

// plan makes plans until all edits of one are possible.
func (o *Outcome) plan(flow *keyflow.Flow, res detect.Result, cfg Config) error {
	rw := rewrite.New(o.Program, flow, res)
	opt := keyplan.Options{Value: cfg.ValueTags, SingleSlot: cfg.SingleSlot, Frozen: map[string]string{}, Fixed: map[string]string{},
		Forbidden: map[string]map[keyplan.Span]string{}, Version: versions(o.Program)}
	ignored := o.readIgnored()
	for {
		o.Plan = keyplan.Make(res.Sites, opt)
		if held := heldByIgnored(o.Plan, ignored); len(held) > 0 {
			maps.Copy(opt.Frozen, held)
			continue
		}
		keys, unwritable := rw.Keys(o.Plan)
		if forbid(o.Plan, opt.Forbidden, unwritable) {
			continue
		}
		before := len(opt.Frozen) + len(opt.Fixed)
		helpers, fixed, err := rw.Helpers(o.Plan)
		if err != nil {
			return err
		}
		frozen := unwritable // of families that keep their names: no plan is left that could do better
		if len(frozen)+len(fixed) == 0 {
			port, failed, err := rw.Finish(o.Plan, append(helpers, keys...), rewrite.Options{Switch: cfg.Switch})
			if err != nil {
				return err
			}
			if port != nil {
				o.Port = port
				return nil
			}
			frozen, fixed = failed.Families, failed.Sites
		}
		maps.Copy(opt.Frozen, frozen)
		maps.Copy(opt.Fixed, fixed)
		if len(opt.Frozen)+len(opt.Fixed) == before {
			return fmt.Errorf("bug: the same edits fail again and again: %v %v", frozen, fixed)
		}
	}
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
