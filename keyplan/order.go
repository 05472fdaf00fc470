package keyplan

import (
	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
)

// pushes are commands that tell somebody else that there is work.
var pushes = map[string]bool{"LPUSH": true, "RPUSH": true, "LPUSHX": true, "RPUSHX": true, "XADD": true, "ZADD": true, "SADD": true}

// decideOrder looks at a pipeline whose commands go to several nodes at the same time: on one server they ran in the order
// in which they were queued. That matters for whoever is told by one command, and then looks for what another one wrote.
func (p *Plan) decideOrder(s detect.Site, c detect.Context) ContextDecision {
	if s.Kind != detect.Pipeline || p.kept(s) != "" {
		return ContextDecision{}
	}
	note := ContextDecision{}
	for i, o := range c.Ops {
		for k, w := range c.Ops {
			if k == i || w.In == o.In && k > i {
				continue // which of two functions comes first is not known
			}
			if !w.Write || len(w.Keys) == 0 || p.oneSlotAlways(w, o) || p.besideChannel(w, o) {
				continue
			}
			switch {
			case o.Command == "PUBLISH" || o.Command == "SPUBLISH":
				return p.told(w, o, "whoever hears it")
			case pushes[o.Command] && p.isQueue(o) && !p.isQueue(w):
				return p.told(w, o, "whoever takes it from "+keyNames(o))
			case k < i && w.In == o.In && !o.Write && len(o.Keys) > 0 && note.Rule == "":
				note = ContextDecision{Verdict: Safe, Rule: rules.PipelineOrder, Reason: o.Command + " of " + keyNames(o) + " is queued behind " + w.Command + " of " + keyNames(w) +
					", and may run before it: the nodes answer at the same time. It matters only if one of them is made from the other"}
			}
		}
	}
	return note
}

func (p *Plan) told(w, o detect.Op, who string) ContextDecision {
	return review(rules.PipelineOrder, false, "on a cluster the nodes of a pipeline run at the same time: "+o.Command+" may come before "+w.Command+" of "+keyNames(w)+
		", which was queued first, and "+who+" may not find that yet. Send it after the pipeline was executed")
}

// isQueue reports a command on keys that something takes elements from.
func (p *Plan) isQueue(o detect.Op) bool {
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			if f := p.FamilyOf(t); f != nil && p.isOf(p.sites.taken, f) {
				return true
			}
		}
	}
	return false
}

// besideChannel reports a write in the slot of the sharded channel that is published to: the node of both runs them in
// their order. Channels keep their names.
func (p *Plan) besideChannel(w, o detect.Op) bool {
	if o.Command != "SPUBLISH" || len(o.Channels) != 1 || len(w.Keys) != 1 || len(w.Keys[0].Alts) != 1 {
		return false
	}
	written := w.Keys[0].Alts[0]
	if f := p.FamilyOf(written); f != nil && f.Renamed() {
		return false
	}
	a, b := placedUse{us: units(written)}, placedUse{us: units(o.Channels[0])}
	g := Group{uses: [][]placedUse{{a, b}}}
	return g.holds(func(*Family) Span { return None })
}

// oneSlotAlways reports two commands with one key each, of one slot: one node runs them in their order.
func (p *Plan) oneSlotAlways(a, b detect.Op) bool {
	if len(a.Keys) != 1 || len(b.Keys) != 1 || len(a.Keys[0].Alts) != 1 || len(b.Keys[0].Alts) != 1 {
		return false
	}
	g := Group{Combos: [][]key.Template{{a.Keys[0].Alts[0], b.Keys[0].Alts[0]}}}
	g.place(p.grouping)
	return g.holds(func(f *Family) Span { return f.Span })
}
