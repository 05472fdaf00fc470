package keyplan

import "github.com/clusterize/clusterize/detect"

// Decided is what a person said of a site. A site that is decided to be safe, to be reviewed or blocked wants no tag.
type Decided struct {
	Verdict Verdict
	Reason  string
	Source  string // where that was said, for the reader
}

// Problem is a decision that was not followed.
type Problem struct {
	Source string
	Reason string
	// Unused is set when it speaks of nothing in this code.
	Unused bool
	// External is set when it is of the plan of another repository.
	External bool
}

// override puts what a person decided in the place of the verdict that was found.
func (p *Plan) override(s detect.Site, d *Decision) {
	x, ok := p.opt.Decided[s.ID]
	if !ok {
		return
	}
	if x.Verdict == Split {
		if d.Verdict != Split {
			p.Problems = append(p.Problems, Problem{Source: x.Source, Reason: "the " + s.Method + " at " + s.Pos.String() + " can't be split: " + d.Reason})
		}
		return
	}
	d.Verdict, d.Silent = x.Verdict, false
	d.Reason = "decided: " + x.Reason + " (" + x.Source + ")"
	for i := range d.Contexts {
		d.Contexts[i].Verdict, d.Contexts[i].Silent, d.Contexts[i].Reason = d.Verdict, false, d.Reason
	}
}
