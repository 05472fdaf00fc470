package keyplan

import (
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rules"
)

// before reports a go-redis older than a version; false when it is not known.
func (p *Plan) before(s detect.Site, version string) bool {
	if p.opt.Version == nil {
		return false
	}
	v := p.opt.Version(s.Package)
	return v != "" && semver.Compare(v, version) < 0
}

// hashedKeyless are commands without a key of which go-redis v9.11 to v9.19 hashed the first word as if it were one, so
// that a transaction with them has two slots. Measured with v9.11.0, v9.14.0, v9.17.3, v9.18.0 and v9.20.0.
var hashedKeyless = []string{"KEYS", "DBSIZE", "SCAN", "RANDOMKEY", "FLUSHDB"}

// keyless judges a command without a key in a transaction with keys: where it runs depends on the version of go-redis.
func (p *Plan) keyless(s detect.Site, o detect.Op) ContextDecision {
	if s.Kind != detect.Transaction || len(o.Keys) > 0 || o.Open != "" || !keyedBeside(s) {
		return ContextDecision{}
	}
	crossSlot := func(until string) ContextDecision {
		return ContextDecision{Verdict: Blocked, Rule: rules.Transaction, Reason: fmt.Sprintf(
			"%s has no key, and this go-redis gives it a slot of its own (up to %s): the transaction is refused with ErrCrossSlot, and nothing is sent. Send it outside of the transaction", o.Command, until)}
	}
	old, script := p.before(s, "v9.11.0"), o.Command == "EVAL" || o.Command == "EVALSHA" || o.Command == "FCALL"
	switch {
	case old && (o.Command == "PUBLISH" || script && o.Scope == rediscmd.Keyed):
		return review(rules.Transaction, true, o.Command+" has no key, and go-redis before v9.11.0 sends it in a MULTI of its own, maybe to another node, without an error: it is not part of the transaction. Update go-redis, or send it after the transaction")
	case !old && p.before(s, "v9.20.0") && slices.Contains(hashedKeyless, o.Command):
		return crossSlot("v9.19")
	case !old && p.before(s, "v9.19.0") && o.Command == "TIME":
		return crossSlot("v9.18")
	}
	return ContextDecision{}
}

// keyedBeside reports a site with a key.
func keyedBeside(s detect.Site) bool {
	return slices.ContainsFunc(s.Contexts, func(c detect.Context) bool {
		return slices.ContainsFunc(c.Ops, func(o detect.Op) bool { return len(o.Keys) > 0 })
	})
}

// anyNode judges a command that any node answers: a publication reaches those who subscribed in the same way.
func (p *Plan) anyNode(o detect.Op) ContextDecision {
	mine, others, subscribe := p.sites.plain, p.sites.sharded, "SSUBSCRIBE"
	switch o.Command {
	case "SPUBLISH":
		mine, others, subscribe = others, mine, "SUBSCRIBE"
	case "PUBLISH":
	default:
		return ContextDecision{Verdict: Safe, Rule: rules.AnyNode}
	}
	for _, t := range o.Channels {
		_, heard := mine[t.String()]
		if at, other := others[t.String()]; other && !heard {
			return review(rules.ShardedChannels, false, o.Command+" to "+t.String()+" is never heard by the "+subscribe+" at "+at.String()+": plain and sharded channels of one name are two. Use SPUBLISH with SSUBSCRIBE, PUBLISH with SUBSCRIBE")
		}
	}
	return ContextDecision{Verdict: Safe, Rule: rules.AnyNode}
}
