package keyplan

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rules"
)

// decide finds the verdict of a site: the one that serves all its contexts.
func (p *Plan) decide(s detect.Site, groups []*Group) Decision {
	d := Decision{Site: s.ID, Verdict: Safe, Rule: rules.SingleKey}
	for i, c := range s.Contexts {
		cd := p.decideContext(s, c, i, groups)
		d.Contexts = append(d.Contexts, cd)
	}
	if len(d.Contexts) == 0 {
		d.Contexts = []ContextDecision{{Verdict: Review, Rule: rules.UnknownKeys, Reason: "no way to this call was found"}}
	}
	for i, cd := range d.Contexts {
		if i == 0 || Worse(d.Verdict, cd.Verdict) != d.Verdict {
			d.Verdict, d.Rule, d.Reason = cd.Verdict, cd.Rule, cd.Reason
		}
		d.Silent = d.Silent || cd.Silent
	}
	if s.Open != "" && (s.Kind != detect.Command || Worse(d.Verdict, Review) == Review) {
		d.Verdict, d.Rule = Worse(d.Verdict, Review), rules.PipelineLost
		d.Reason = "the " + string(s.Kind) + " can't be followed: " + s.Open + ". Look at what it may hold, or build it in one function"
		d.Silent = p.silentTx(s)
	}
	return d
}

// decideContext is the worst of what the operations and the groups of one context give.
func (p *Plan) decideContext(s detect.Site, c detect.Context, ci int, groups []*Group) ContextDecision {
	out := ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
	worse := func(d ContextDecision) {
		if d.Rule != "" && (Worse(out.Verdict, d.Verdict) != out.Verdict || out.Rule == rules.SingleKey && d.Verdict == out.Verdict) {
			silent := out.Silent
			out = d
			out.Silent = out.Silent || silent
		}
	}
	for _, o := range c.Ops {
		worse(p.decideOp(s, o))
	}
	for _, g := range groups {
		if g.Context == ci {
			worse(p.decideGroup(s, c, g))
		}
	}
	if c.Open != "" && out.Verdict != Blocked && len(groups) > 0 && manyOpen(c) {
		worse(ContextDecision{Verdict: Review, Rule: rules.UnknownKeys, Reason: "the function around it " + c.Open + ", so its keys are not known. Say what they are with //clusterize:key, or look at its callers"})
	}
	return out
}

// manyOpen reports an operation of several keys of which some are the caller's.
func manyOpen(c detect.Context) bool {
	n := 0
	for _, o := range c.Ops {
		n += len(o.Keys)
	}
	return n > 1
}

// decideOp judges a command by itself: whether it may be sent to a cluster at all, and to which node.
func (p *Plan) decideOp(s detect.Site, o detect.Op) ContextDecision {
	review := func(r rules.ID, silent bool, format string, args ...any) ContextDecision {
		return ContextDecision{Verdict: Review, Rule: r, Silent: silent, Reason: fmt.Sprintf(format, args...)}
	}
	for _, n := range o.Notes {
		switch n.Code {
		case detect.NoteScript:
			return review(rules.ScriptKeys, len(o.Keys) == 0, "the script may touch keys that are not passed in KEYS: %s. On a cluster it may touch keys of one slot only; pass them all in KEYS", n.Detail)
		case detect.NoteSortPattern:
			return ContextDecision{Verdict: Blocked, Rule: rules.SortPattern, Reason: "SORT with " + n.Detail + " is refused: 'ERR " + n.Detail + " option of SORT denied in Cluster mode.' Read the keys and sort in the program"}
		case detect.NoteKeyspace:
			return review(rules.Keyspace, true, "keyspace notifications (%s) are sent by the node that holds the key only: a cluster client sees those of one node. Subscribe on every primary (ForEachMaster)", n.Detail)
		case detect.NoteRawCommand:
			return review(rules.RawCommand, true, "%s, so it can't be told which keys it touches, or whether it asks one node only", n.Detail)
		case detect.NoteScriptCache:
			return review(rules.ScriptCache, false, "EVALSHA finds the script only on nodes that have it (NOSCRIPT elsewhere, also after a failover). Use Script.Run, which falls back to EVAL")
		}
	}
	switch o.Scope {
	case rediscmd.Refused:
		return ContextDecision{Verdict: Blocked, Rule: rules.Refused, Reason: o.Command + " is refused by a cluster: it has one database only, and keys can't be moved between databases"}
	case rediscmd.Connection:
		return review(rules.Connection, false, "%s is bound to one connection, that is one node: it says nothing to the others", o.Command)
	case rediscmd.OneNode:
		return p.oneNode(s, o)
	case rediscmd.AnyNode:
		return ContextDecision{Verdict: Safe, Rule: rules.AnyNode}
	}
	switch {
	case s.Target == detect.OnNode:
		return review(rules.NodeClient, false, "it goes to one node whatever the key's slot (MOVED for keys of others): use the cluster client, unless the keys came from this node")
	case s.Target == detect.OnConn:
		return review(rules.Connection, false, "it goes to one node whatever the key's slot: a Conn does not follow MOVED")
	case len(o.Keys) == 0 && o.Open == "":
		return p.noKeys(o)
	case o.Open != "" && (len(o.Keys) != 1 || true):
		return review(rules.UnknownKeys, false, "%s %s: whether its keys share a slot can't be told. Say what they are with //clusterize:key, or tag them by hand", o.Command, o.Open)
	}
	return ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
}

func (p *Plan) noKeys(o detect.Op) ContextDecision {
	if strings.HasPrefix(o.Command, "EVAL") || strings.HasPrefix(o.Command, "FCALL") {
		return ContextDecision{Verdict: Safe, Rule: rules.AnyNode}
	}
	return ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
}

// oneNode judges commands that see or change one node only.
func (p *Plan) oneNode(s detect.Site, o detect.Op) ContextDecision {
	switch {
	case s.Target == detect.OnNode:
		return ContextDecision{Verdict: Safe, Rule: rules.NodeClient}
	case o.FansOut && s.Kind != detect.Pipeline && s.Kind != detect.Transaction && s.Kind != detect.Watch:
		return ContextDecision{Verdict: Safe, Rule: rules.FansOut}
	}
	return ContextDecision{Verdict: Review, Rule: rules.NodeScope, Silent: true,
		Reason: o.Command + " asks one node only: no error, but the keys of the other nodes are missing from the answer (or stay as they are). Run it on every primary with ForEachMaster"}
}

// decideGroup judges the keys of an operation together.
func (p *Plan) decideGroup(s detect.Site, c detect.Context, g *Group) ContextDecision {
	tx := s.Kind == detect.Transaction || s.Kind == detect.Watch
	rule := rules.CrossSlot
	switch s.Kind {
	case detect.Transaction:
		rule = rules.Transaction
	case detect.Watch:
		rule = rules.Watch
	}
	if g.Open != "" || len(g.Combos) == 0 {
		return ContextDecision{Verdict: Review, Rule: rules.UnknownKeys, Silent: tx && p.silentTx(s),
			Reason: fmt.Sprintf("%s: not all keys are known (%s), so whether they share a slot can't be told", g.Command, g.Open)}
	}
	if g.holds(func(*Family) Span { return None }) && !slices.ContainsFunc(g.families(), (*Family).Renamed) {
		return ContextDecision{Verdict: Safe, Rule: rules.SameSlot}
	}
	if g.holds(func(f *Family) Span { return f.Span }) {
		return ContextDecision{Verdict: Tag, Rule: rule, Reason: "its keys share a slot once they are tagged: " + p.keyList(g, true)}
	}
	d := p.fails(g, rule)
	d.Silent = tx && p.silentTx(s)
	return d
}

// fails explains a group that the plan does not bring into one slot.
func (p *Plan) fails(g *Group, rule rules.ID) ContextDecision {
	keys := p.keyList(g, false)
	for _, f := range g.families() {
		if f.Frozen != "" {
			return ContextDecision{Verdict: Review, Rule: rule, Reason: fmt.Sprintf("%s on %s: the keys could be tagged, but %s is left alone: %s", g.Command, keys, f.Template, f.Frozen)}
		}
	}
	switch {
	case slices.ContainsFunc(g.families(), unknownFamily):
		return ContextDecision{Verdict: Review, Rule: rule, Reason: fmt.Sprintf("%s on %s: some keys are not known, so whether they share a slot can't be told", g.Command, keys)}
	case g.Split:
		return ContextDecision{Verdict: Review, Rule: rule, Reason: fmt.Sprintf("%s on %s: the keys have nothing in common that could be a tag (CROSSSLOT). It promises nothing across keys: send one call per slot, or a pipeline of single-key commands", g.Command, keys)}
	}
	return ContextDecision{Verdict: Blocked, Rule: rule, Reason: fmt.Sprintf("%s on %s: the keys have nothing in common that could be a tag, and it can't be split without losing what it promises (CROSSSLOT). Change the data model, or accept one slot for all of them (--single-slot)", g.Command, keys)}
}

func unknownFamily(f *Family) bool {
	return slices.ContainsFunc(f.Model.Holes(), func(h *key.Hole) bool { return h.Class == key.Unknown })
}

// keyList writes the keys of a group.
func (p *Plan) keyList(g *Group, renamed bool) string {
	var out []string
	for _, row := range g.Combos {
		for _, t := range row {
			s := t.String()
			if renamed {
				s = p.New(t)
			}
			if many(t) {
				s += " (several)"
			}
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	if len(out) > 6 {
		out = append(out[:6], fmt.Sprintf("%d more", len(out)-6))
	}
	return strings.Join(out, ", ")
}

func many(t key.Template) bool {
	return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Many })
}

// silentTx reports a go-redis version that splits a transaction over several slots without an error (FACTS: up to
// v9.10; refused with ErrCrossSlot since v9.11.0), or that swallows the error of a Watch closure (up to v9.18).
func (p *Plan) silentTx(s detect.Site) bool {
	if p.opt.Version == nil {
		return false
	}
	v := p.opt.Version(s.Package)
	if s.Kind == detect.Watch {
		return v != "" && semver.Compare(v, "v9.20.0") < 0
	}
	return s.Kind == detect.Transaction && v != "" && semver.Compare(v, "v9.11.0") < 0
}
