package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// splittable are the commands that one call per slot can stand in for: they read or delete key by key.
// MSET is atomic on one server, so it is among them only where somebody said so, or where it fills a cache.
var splittable = map[string]bool{"MGET": true, "DEL": true, "UNLINK": true, "EXISTS": true, "TOUCH": true}

// slotMethods are the methods that the helper sends slot by slot.
var slotMethods = []string{"MGet", "MSet", "Del", "Unlink", "Exists", "Touch"}

// nodeMethods are the methods that the helper sends to every primary.
var nodeMethods = []string{
	"Keys", "Scan", "ScanType", "RandomKey", "PubSubChannels", "PubSubNumPat",
	"FlushDB", "FlushDBAsync", "FlushAll", "FlushAllAsync", "ScriptKill", "ConfigSet", "ConfigResetStat", "ConfigRewrite",
	"FunctionLoad", "FunctionLoadReplace", "FunctionDelete", "FunctionFlush",
}

// Queued is a command in a pipeline that is written in another way.
type Queued struct {
	Pos source.Position
	// Around is set for a command that is not queued any more, but asked of every primary at once. Others are queued as
	// one command for each slot.
	Around bool
}

// uniqueQueued lists the commands to be rewritten, each once; none where the site is left alone.
func uniqueQueued(d Decision) []Queued {
	if d.Verdict != Split && d.Verdict != Fanout {
		return nil
	}
	slices.SortFunc(d.Queued, func(a, b Queued) int { return a.Pos.Compare(b.Pos) })
	return slices.Compact(d.Queued)
}

// siteIndex finds sites by what they hold.
type siteIndex struct {
	at     map[source.Position]bool          // the positions of sites
	queued map[source.Position][]detect.Site // pipelines and transactions, by the positions of their commands
	loops  map[source.Position][]detect.Site // by the first call of a scan that is a loop
	taken  []detect.Key                      // what consumers wait for, or take from: queues
	// channels that are subscribed to, as the report writes them.
	plain, sharded map[string]source.Position
	expire         []detect.Key
}

func indexSites(sites []detect.Site) siteIndex {
	x := siteIndex{
		at: map[source.Position]bool{}, queued: map[source.Position][]detect.Site{}, loops: map[source.Position][]detect.Site{},
		plain: map[string]source.Position{}, sharded: map[string]source.Position{},
	}
	for _, s := range sites {
		x.at[s.Pos] = true
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				x.add(s, o)
			}
		}
	}
	return x
}

func (x *siteIndex) add(s detect.Site, o detect.Op) {
	if o.Pos != s.Pos {
		x.queued[o.Pos] = append(x.queued[o.Pos], s)
	}
	if o.Loop.File != "" {
		x.loops[o.Loop] = append(x.loops[o.Loop], s)
	}
	switch o.Command {
	case "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "LPOP", "RPOP", "RPOPLPUSH", "LMOVE",
		"LMPOP", "ZPOPMIN", "ZPOPMAX", "ZMPOP", "SPOP", "XREAD", "XREADGROUP":
		x.taken = append(x.taken, o.Keys...)
	case "EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "SETEX", "PSETEX":
		x.expire = append(x.expire, o.Keys...)
	case "SUBSCRIBE":
		for _, t := range o.Channels {
			x.plain[t.String()] = s.Pos
		}
	case "SSUBSCRIBE":
		for _, k := range o.Keys {
			for _, t := range k.Alts {
				x.sharded[t.String()] = s.Pos
			}
		}
	}
}

// canSplit reports a command that the helper can send slot by slot.
func (p *Plan) canSplit(s detect.Site, o detect.Op) bool {
	if !slices.Contains(slotMethods, o.Method) || !splittable[o.Command] && !p.mayTear(s, o) {
		return false
	}
	if s.Kind == detect.Pipeline {
		return p.canQueue(o)
	}
	return s.Method == o.Method && p.helperReaches(s)
}

// mayTear reports an MSET that need not set all its keys at one moment: somebody said so, or it fills a cache with
// entries of one family.
func (p *Plan) mayTear(s detect.Site, o detect.Op) bool {
	if o.Command != "MSET" {
		return false
	}
	if p.opt.Decided[s.ID].Verdict == Split {
		return true
	}
	var one *Family
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			f := p.FamilyOf(t)
			if f == nil || one != nil && f != one {
				return false
			}
			one = f
		}
	}
	return one != nil && len(one.Model.Holes()) > 0 && (namesCache(one.Template) || p.isOf(p.sites.expire, one))
}

// namesCache reports a family that says that it is a cache.
func namesCache(template string) bool {
	for _, word := range strings.FieldsFunc(template, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if word == "cache" || word == "cached" {
			return true
		}
	}
	return false
}

// isOf reports that any of the keys is of a family.
func (p *Plan) isOf(keys []detect.Key, f *Family) bool {
	for _, k := range keys {
		for _, t := range k.Alts {
			if p.FamilyOf(t) == f {
				return true
			}
		}
	}
	return false
}

// helperReaches reports a call site that can be turned into a call of the helper: its client is never a pipeline, or the
// transaction of a Watch.
func (p *Plan) helperReaches(s detect.Site) bool {
	return p.open(s) && len(p.sites.queued[s.Pos]) == 0 && (s.Target == detect.OnClient || s.Target == detect.OnUnknown) &&
		(s.Kind == detect.Command || s.Kind == detect.Node || s.Kind == detect.PubSub || s.Kind == detect.Script)
}

// open reports a site that is wholly known, and that nobody and nothing keeps from being changed.
func (p *Plan) open(s detect.Site) bool {
	return !s.Helper && s.Open == "" && p.opt.Fixed[s.ID] == "" && p.opt.Ignored[s.ID] == ""
}

// canQueue reports a command of pipelines that can be queued as several: nothing reads the answers by their place, in
// any of the pipelines that it may be queued in.
func (p *Plan) canQueue(o detect.Op) bool {
	return !p.sites.at[o.Pos] && !slices.ContainsFunc(p.sites.queued[o.Pos], func(s detect.Site) bool {
		decided := p.opt.Decided[s.ID].Verdict
		return s.ByPlace || !p.open(s) || s.Kind == detect.Watch || decided != "" && decided != Split
	})
}

// canFanOut reports a command that the helper can send to every primary.
func (p *Plan) canFanOut(s detect.Site, o detect.Op) bool {
	if !slices.Contains(nodeMethods, o.Method) || s.Method != o.Method || !p.helperReaches(s) {
		return false
	}
	if o.Loop.File != "" {
		return !slices.ContainsFunc(p.sites.loops[o.Loop], func(s detect.Site) bool { return !p.helperReaches(s) || p.opt.Decided[s.ID].Verdict != "" })
	}
	return o.Iterated || !strings.HasPrefix(o.Method, "Scan")
}

// asksAround are commands that only ask, or that may run twice: they may be sent before the pipeline is, and when it never
// is. RANDOMKEY is not one: that there is no key is an error of the pipeline.
var asksAround = []string{"DBSize", "Keys", "PubSubChannels", "PubSubNumPat", "ScriptExists", "ScriptLoad", "Load"}

// canAskAround reports a command of one pipeline that can be asked of every primary while the pipeline is filled: nothing
// that is queued beside it changes the answer, or would be missed when an error of it comes before the pipeline is sent.
func (p *Plan) canAskAround(s detect.Site, o detect.Op) bool {
	if !slices.Contains(asksAround, o.Method) || s.Kind != detect.Pipeline || !p.canQueue(o) || len(p.sites.queued[o.Pos]) == 0 {
		return false
	}
	if s.Target != detect.OnClient && s.Target != detect.OnUnknown {
		return false // a pipeline of one node, or of one connection
	}
	for _, x := range p.sites.queued[o.Pos] {
		if x.ID != s.ID {
			return false // the client of one is not that of the other
		}
	}
	return !slices.ContainsFunc(s.Contexts, func(c detect.Context) bool {
		return slices.ContainsFunc(c.Ops, func(x detect.Op) bool { return x.Write || x.Command == "" })
	})
}

// canWatchNodes reports a subscription to keyspace events that the helper can make on every primary.
func (p *Plan) canWatchNodes(s detect.Site, o detect.Op) bool {
	if o.Method != "Subscribe" && o.Method != "PSubscribe" || s.Method != o.Method || !p.helperReaches(s) || o.Open != "" {
		return false
	}
	for _, n := range o.Notes {
		if n.Code == detect.NoteSubscribed {
			return false
		}
	}
	for _, t := range o.Channels {
		text := t.String()
		if !strings.HasPrefix(text, "__keyspace@0__:") && !strings.HasPrefix(text, "__keyevent@0__:") &&
			!strings.HasPrefix(text, "__keyspace@*__:") && !strings.HasPrefix(text, "__keyevent@*__:") {
			return false // a plain channel would be heard once from each node; other databases are not there
		}
	}
	return len(o.Channels) > 0
}

func splitDecision(o detect.Op, why string) ContextDecision {
	d := ContextDecision{Verdict: Split, Rule: rules.CrossSlot,
		Reason: why + ": one " + o.Command + " for each slot, in one pipeline. What is lost: the keys are no longer read or deleted at one moment"}
	if o.Command == "MSET" {
		d.Reason = why + ": one MSET for each slot, in one pipeline. What is lost: the keys are no longer set at one moment, and after an error some of them are set"
	}
	d.Queued = []Queued{{Pos: o.Pos}}
	return d
}
