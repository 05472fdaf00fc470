package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

func namePos(fun ast.Expr) token.Pos {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Pos()
	case *ast.IndexExpr:
		return namePos(fun.X)
	case *ast.IndexListExpr:
		return namePos(fun.X)
	}
	return fun.Pos()
}

// site builds the site of a call and its twins; false when the call belongs wholly to a pipeline.
func (d *detector) site(g []found) (Site, bool) {
	c := g[0]
	s := Site{
		Pos: c.pos, Function: functionName(c.call.Parent()), Method: c.fn.Name(),
		Test: strings.HasSuffix(c.pos.File, "_test.go"),
	}
	if p := c.call.Parent().Pkg; p != nil {
		s.Package = p.Pkg.Path()
	}
	s.Helper = d.isHelper(c.fn)
	direct := false
	for _, x := range g {
		s.addOrigins(d, x, &direct)
	}
	slices.Sort(s.Clients)
	s.Clients = slices.Compact(s.Clients)
	if isOpener(c.fn) {
		d.openerSite(&s, g)
		return s, true
	}
	if !direct {
		return s, false
	}
	for _, x := range g {
		d.addContexts(&s, x)
	}
	s.Contexts = compactContexts(withoutUncalled(s.Contexts))
	s.Kind = kindOfSite(c.fn.Name(), s.Contexts)
	return s, true
}

// addOrigins notes through which clients a call goes, and whether any way is not a pipeline.
func (s *Site) addOrigins(d *detector, x found, direct *bool) {
	os := d.originsOf(x)
	if len(os) == 0 {
		*direct = true
		s.Target = OnUnknown
	}
	for _, o := range os {
		switch o.kind {
		case fromConstructor:
			*direct = true
			if c := d.clients[d.callPos(o.call)]; c != nil {
				s.Clients = append(s.Clients, c.ID)
			}
		case fromNode:
			*direct = true
			s.Target = OnNode
		case fromConn:
			*direct = true
			s.Target = OnConn
		case fromUnknown:
			*direct = true
			if s.Target == OnClient {
				s.Target = OnUnknown
			}
			if pipelineType(x) {
				s.Open = "is queued in a pipeline whose origin can't be found"
			}
		case fromOpener, fromWatch:
			s.Clients = append(s.Clients, d.clientsOf(o)...)
		}
	}
	if len(s.Clients) > 0 && s.Target == OnUnknown {
		s.Target = OnClient
	}
}

// clientsOf are the clients behind a pipeline.
func (d *detector) clientsOf(o origin) []string {
	var out []string
	for _, p := range d.origins(receiver(o.call), d.flow.Root(o.call.Parent())) {
		switch p.kind {
		case fromConstructor:
			if c := d.clients[d.callPos(p.call)]; c != nil {
				out = append(out, c.ID)
			}
		case fromWatch:
			out = append(out, d.clientsOf(p)...)
		}
	}
	return out
}

func pipelineType(x found) bool {
	r := receiver(x.call)
	if r == nil {
		return false
	}
	n := namedGoRedis(r.Type())
	return n == "Pipeliner" || n == "Pipeline"
}

func kindOfSite(method string, ctxs []Context) Kind {
	switch method {
	case "SetCommandInfoResolver":
		return Connection
	case "Subscribe", "PSubscribe", "SSubscribe", "Publish", "SPublish", "PubSubChannels", "PubSubNumSub", "PubSubNumPat":
		return PubSub
	case "Run", "RunRO", "Eval", "EvalRO", "EvalSha", "EvalShaRO", "ScriptLoad", "ScriptExists", "ScriptFlush", "ScriptKill", "Load", "Exists":
		if method != "Exists" || len(ctxs) > 0 && len(ctxs[0].Ops) > 0 && ctxs[0].Ops[0].Command != "EXISTS" {
			return Script
		}
	case "FCall", "FCallRO", "FCallRo":
		return Function
	case "Conn":
		return Connection
	}
	for _, c := range ctxs {
		for _, o := range c.Ops {
			switch {
			case o.Command == "EVAL" || o.Command == "EVALSHA":
				return Script
			case o.Command == "FCALL":
				return Function
			case o.Scope == rediscmd.Connection:
				return Connection
			case o.Scope == rediscmd.OneNode || o.Scope == rediscmd.AnyNode:
				return Node
			}
		}
	}
	return Command
}

// addContexts evaluates a single command in each of its contexts.
func (d *detector) addContexts(s *Site, x found) {
	root := d.flow.Root(x.call.Parent())
	for _, ctx := range d.flow.Contexts([]*keyflow.Frame{root}, func(frs []*keyflow.Frame) string {
		return d.wanted(frs[0], d.op(x, frs[0], nil, frs[0], false))
	}) {
		op := d.op(x, ctx.Frs[0], nil, ctx.Frs[0], false)
		s.Contexts = append(s.Contexts, Context{Callers: d.callersOf(ctx.Frs[0]), Ops: []Op{op.Op}, Open: ctx.Open})
	}
}

func (d *detector) callersOf(fr *keyflow.Frame) []source.Position {
	var out []source.Position
	for _, c := range fr.Callers() {
		out = append(out, d.callPos(c))
	}
	return out
}

// wanted is the parameter that callers must decide for the keys of op.
func (d *detector) wanted(fr *keyflow.Frame, op opEval) string {
	if op.param != "" {
		return op.param
	}
	for _, k := range op.Keys {
		for _, t := range k.Alts {
			if p := d.flow.WantsCaller(fr, t, k.Alts); p != "" {
				return p
			}
		}
	}
	for _, ts := range [][]key.Template{op.Channels, op.Pattern} {
		for _, t := range ts {
			if p := d.flow.WantsCaller(fr, t, ts); p != "" {
				return p
			}
		}
	}
	return ""
}

// openerSite is a pipeline, transaction or watch with what is queued in it.
func (d *detector) openerSite(s *Site, g []found) {
	switch s.Method {
	case "TxPipelined", "TxPipeline":
		s.Kind = Transaction
	case "Watch":
		s.Kind = Watch
	default:
		s.Kind = Pipeline
	}
	for _, x := range g {
		s.ByPlace = s.ByPlace || d.readByPlace(x)
		if d.unseen[x.call] {
			s.Open = "is filled by a function that can't be found, or that calls itself"
		}
		if why := d.escapes(x); why != "" {
			s.Open = why
		}
		for _, set := range d.queuesOf(x) {
			for _, q := range set.cmds {
				if isOpener(q.fn) && d.unseen[q.call] {
					s.Open = "holds a transaction that is filled by a function that can't be found, or that calls itself"
				}
			}
			d.openerContexts(s, x, set)
		}
	}
	s.Contexts = compactContexts(s.Contexts)
}

// readByPlace reports a pipeline whose answers are read by their place, or of which it is not seen how they are read.
func (d *detector) readByPlace(x found) bool {
	if strings.HasSuffix(x.fn.Name(), "ipelined") {
		return d.indexed[x.pos] || answersByPlace(x.call)
	}
	return !d.executed[x.pos] || d.indexed[x.pos]
}

type queueSet struct {
	fr   *keyflow.Frame
	cmds []queue
}

// queuesOf lists what is queued at an opener, for each way that the opener itself is reached.
func (d *detector) queuesOf(x found) []queueSet {
	sets := []queueSet{}
	for _, q := range d.queued[x.pos] {
		if q.openerFr.Fn != x.call.Parent() {
			continue // a twin's
		}
		i := slices.IndexFunc(sets, func(s queueSet) bool { return s.fr == q.openerFr })
		if i < 0 {
			sets = append(sets, queueSet{fr: q.openerFr})
			i = len(sets) - 1
		}
		sets[i].cmds = append(sets[i].cmds, q)
	}
	if len(sets) == 0 {
		sets = append(sets, queueSet{fr: d.flow.Root(x.call.Parent())})
	}
	for _, s := range sets {
		slices.SortStableFunc(s.cmds, func(a, b queue) int { return a.pos.Compare(b.pos) })
	}
	return sets
}

func (d *detector) openerContexts(s *Site, x found, set queueSet) {
	frs := []*keyflow.Frame{set.fr}
	for _, q := range set.cmds {
		frs = append(frs, q.cmdFr)
	}
	eval := func(frs []*keyflow.Frame) []opEval {
		var ops []opEval
		if x.fn.Name() == "Watch" {
			ops = append(ops, d.watchOp(x, frs[0]))
		}
		for i, q := range set.cmds {
			if isOpener(q.fn) {
				continue
			}
			if s.Kind == Pipeline {
				ops = append(ops, d.op(q.found, frs[i+1], nil, nil, true)) // each command stands alone
				continue
			}
			ops = append(ops, d.op(q.found, frs[i+1], x.call, frs[0], x.fn.Name() != "Watch"))
		}
		return ops
	}
	need := func(frs []*keyflow.Frame) string {
		for i, op := range eval(frs) {
			fr := frs[min(i, len(frs)-1)]
			for _, f := range append([]*keyflow.Frame{fr}, frs...) {
				if p := d.wanted(f, op); p != "" {
					return p
				}
			}
		}
		return ""
	}
	for _, ctx := range d.flow.Contexts(frs, need) {
		c := Context{Callers: d.callersOf(ctx.Frs[0]), Open: ctx.Open}
		for _, op := range eval(ctx.Frs) {
			c.Ops = append(c.Ops, op.Op)
		}
		s.Contexts = append(s.Contexts, c)
	}
}

// withoutUncalled drops what a twin without callers says of itself, where another twin has some: a function that only
// tests call.
func withoutUncalled(cs []Context) []Context {
	called := slices.ContainsFunc(cs, func(c Context) bool { return len(c.Callers) > 0 })
	return slices.DeleteFunc(cs, func(c Context) bool { return called && len(c.Callers) == 0 && c.Open == keyflow.OpenUncalled })
}

// compactContexts drops contexts that twins repeat.
func compactContexts(cs []Context) []Context {
	seen := map[string]bool{}
	var out []Context
	for _, c := range cs {
		var b strings.Builder
		fmt.Fprint(&b, c.Callers, c.Open)
		for _, o := range c.Ops {
			fmt.Fprint(&b, "|", o.Command, o.Pos, o.Open)
			for _, k := range o.Keys {
				for _, t := range k.Alts {
					fmt.Fprint(&b, ",", t.String())
				}
			}
			for _, t := range o.Pattern {
				fmt.Fprint(&b, "~", t.String())
			}
		}
		if !seen[b.String()] {
			seen[b.String()] = true
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Context) int { return slices.CompareFunc(a.Callers, b.Callers, source.Position.Compare) })
	return out
}
