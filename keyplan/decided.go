package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/rules"
)

// Decided is what a person said of a site. A site that is decided to be safe, to be reviewed or blocked wants no tag.
type Decided struct {
	Verdict Verdict
	Reason  string
	Source  string // where that was said: FILE:LINE
}

// Problem is a decision that was not followed.
type Problem struct {
	At     string // FILE or FILE:LINE
	Reason string
	// Unused is set when it speaks of nothing in this code.
	Unused bool
	// External is set when it is of the plan of another repository.
	External bool
}

// kept says why a site never sees a cluster: all of its clients stay on a single node; "" when it may.
func (p *Plan) kept(s detect.Site) string {
	if len(s.Clients) == 0 || slices.ContainsFunc(s.Clients, func(id string) bool { return p.opt.Kept[id] == "" }) {
		return ""
	}
	return p.opt.Kept[s.Clients[0]]
}

// stays is the decision on a site that never sees a cluster.
func stays(s detect.Site, why string) Decision {
	one := ContextDecision{Verdict: Safe, Rule: rules.ClientSwitch, Reason: "its client stays on a single node: " + why}
	d := Decision{Site: s.ID, Verdict: one.Verdict, Rule: one.Rule, Reason: one.Reason}
	for range s.Contexts {
		d.Contexts = append(d.Contexts, one)
	}
	return d
}

// override puts what a person decided in the place of the verdict that was found.
func (p *Plan) override(s detect.Site, d *Decision) {
	if why := p.opt.Ignored[s.ID]; why != "" && (d.Verdict == Review || d.Verdict == Blocked) {
		d.Ignored, d.Silent = why, false
	}
	x, ok := p.opt.Decided[s.ID]
	if !ok {
		return
	}
	if x.Verdict == Split {
		if d.Verdict != Split {
			p.Problems = append(p.Problems, Problem{At: x.Source, Reason: "the " + s.Method + " at " + s.Pos.String() + " can't be split: " + d.Reason})
		}
		return
	}
	d.Verdict, d.Silent = x.Verdict, false
	d.Reason = "decided: " + x.Reason + " (" + x.Source + ")"
	for i := range d.Contexts {
		d.Contexts[i].Verdict, d.Contexts[i].Silent, d.Contexts[i].Reason = d.Verdict, false, d.Reason
	}
}
