package port

import (
	"cmp"
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/report"
)

// derive says how a key was found.
func derive(k *report.Key, from keyflow.Ref, t key.Template, flow *keyflow.Flow) {
	if flow == nil || !flow.Trails() || from.V == nil {
		return
	}
	steps, more := flow.Trail(from, t)
	for _, s := range steps {
		k.Derivation = append(k.Derivation, report.Step{File: s.Pos.File, Line: s.Pos.Line, Column: s.Pos.Column, Text: s.Text, Template: s.Template})
	}
	k.MoreSteps = more
	for _, e := range flow.Ends(from, t) {
		u := report.Unknown{Name: e.Name, File: e.Pos.File, Line: e.Pos.Line, Column: e.Pos.Column, Reason: e.Reason, Annotation: e.Annotation}
		if u.Annotation != "" {
			e.At.Column = 0
			u.AnnotationAt = e.At.String()
		}
		k.Unknown = append(k.Unknown, u)
	}
}

// keyCounter counts key arguments.
type keyCounter struct {
	flow    *keyflow.Flow
	count   report.KeyCount
	reasons map[report.KeyReason]int
}

// countKeys counts the key arguments of sites in all their contexts.
func countKeys(sites []detect.Site, only scope, flow *keyflow.Flow) *report.KeyCount {
	c := keyCounter{flow: flow, reasons: map[report.KeyReason]int{}}
	for _, s := range sites {
		if s.Kind == detect.KeyText || !only.has(s.Package) {
			continue
		}
		for _, ctx := range s.Contexts {
			for _, op := range ctx.Ops {
				c.op(ctx, op)
			}
		}
	}
	c.count.Reasons = []report.KeyReason{}
	for r, n := range c.reasons {
		r.Count = n
		c.count.Reasons = append(c.count.Reasons, r)
	}
	slices.SortFunc(c.count.Reasons, func(a, b report.KeyReason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	return &c.count
}

func (c *keyCounter) op(ctx detect.Context, op detect.Op) {
	if op.Open != "" && op.Scope == rediscmd.Keyed {
		c.count.Total++
		switch {
		case uncalled(ctx):
			c.count.Open++
			c.because(openReason(ctx))
		case ctx.Open != "":
			c.unknown(openReason(ctx))
		default:
			c.unknown(report.KeyReason{Reason: op.Open, Knowable: !op.Found})
		}
	}
	for _, k := range op.Keys {
		if k.Built == "" { // what a script builds is no argument
			c.key(ctx, k)
		}
	}
}

// key counts one argument as what its worst alternative is.
func (c *keyCounter) key(ctx detect.Context, k detect.Key) {
	c.count.Total++
	var unknown, partly, open []report.KeyReason
	for _, t := range k.Alts {
		whole := len(t.Parts) == 1 && t.Parts[0].Hole != nil && t.Annotated() == ""
		ended := slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Class == key.Unknown })
		switch {
		case whole && uncalled(ctx) && t.Parts[0].Hole.Param != "":
			open = append(open, openReason(ctx))
		case whole && ctx.Open != "" && t.Parts[0].Hole.Param != "":
			unknown = append(unknown, openReason(ctx))
		case whole, t.IsUnknown():
			unknown = append(unknown, c.end(k, t))
		case ended:
			partly = append(partly, c.end(k, t))
		}
	}
	switch {
	case len(unknown) > 0:
		c.unknown(unknown[0])
	case len(open) > 0:
		c.count.Open++
		c.because(open[0])
	case len(partly) > 0:
		c.count.Partly++
		c.because(partly[0])
	default:
		c.count.Known++
	}
}

func (c *keyCounter) unknown(r report.KeyReason) {
	c.count.Unknown++
	if r.Knowable {
		c.count.Knowable++
	}
	c.because(r)
}

// uncalled reports that nothing here calls the function whose parameter the key is.
func uncalled(ctx detect.Context) bool {
	return ctx.Open == keyflow.OpenExported || ctx.Open == keyflow.OpenUncalled
}

func openReason(ctx detect.Context) report.KeyReason {
	return report.KeyReason{Reason: "comes from a function that " + ctx.Open, Knowable: !uncalled(ctx)}
}

// end is the reason why a template is not known.
func (c *keyCounter) end(k detect.Key, t key.Template) report.KeyReason {
	if k.From.V != nil {
		for _, e := range c.flow.Ends(k.From, t) {
			return report.KeyReason{Reason: e.Reason, Knowable: e.Knowable}
		}
	}
	for _, h := range t.Holes() {
		if h.Reason != "" {
			return report.KeyReason{Reason: h.Reason, Knowable: true}
		}
	}
	return report.KeyReason{Reason: "is one value of which nothing is known", Knowable: true}
}

func (c *keyCounter) because(r report.KeyReason) { c.reasons[r]++ }
