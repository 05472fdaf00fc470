package detect

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
)

type originKind int

const (
	fromConstructor originKind = iota
	fromOpener                 // a pipeline or transaction
	fromWatch                  // the *redis.Tx of a Watch closure
	fromNode                   // the client that ForEachMaster and the like hand out, MasterForKey
	fromConn
	fromUnknown
)

// origin is where a client or pipeline value was made.
type origin struct {
	kind originKind
	call ssa.CallInstruction
	fr   *keyflow.Frame // of call
	cmd  *keyflow.Frame // of the command that the search started from, entered from the callers that were passed
}

// tracer searches backwards for the origins of one receiver.
type tracer struct {
	d    *detector
	seen map[traceKey]bool
	out  []origin
	// recursive is set when a function on the way calls itself.
	recursive bool
	// opened is set behind a pipeline: what it was opened on matters if that is the transaction of a Watch.
	opened bool
}

type traceKey struct {
	v      ssa.Value
	fr     *keyflow.Frame
	cmd    *keyflow.Frame
	opened bool
}

const (
	maxOrigins = 256
	maxTraced  = 200000
)

func (d *detector) origins(v ssa.Value, fr *keyflow.Frame) []origin {
	t := &tracer{d: d, seen: map[traceKey]bool{}}
	if v != nil {
		t.walk(v, fr, fr)
	}
	for _, o := range t.out {
		if t.recursive && (o.kind == fromOpener || o.kind == fromWatch) {
			d.unseen[o.call] = true // a function that queues calls itself
		}
	}
	return t.out
}

// addOpener adds a pipeline; one that is opened on the transaction of a Watch belongs to that as well.
func (t *tracer) addOpener(call ssa.CallInstruction, fr, cmd *keyflow.Frame) {
	t.add(fromOpener, call, fr, cmd)
	if r := receiver(call); r != nil && mayBeTx(r.Type()) && !t.opened {
		t.opened = true
		t.walk(r, fr, cmd)
		t.opened = false
	}
}

// mayBeTx reports a type that the transaction of a Watch can have.
func mayBeTx(t types.Type) bool {
	switch namedGoRedis(t) {
	case "Client", "ClusterClient", "Ring", "UniversalClient", "Conn":
		return false
	}
	return true
}

func (t *tracer) add(k originKind, call ssa.CallInstruction, fr, cmd *keyflow.Frame) {
	if t.opened && k != fromWatch {
		return
	}
	for _, o := range t.out {
		if o.kind == k && o.call == call && (o.fr == fr && o.cmd == cmd || k == fromConstructor) {
			return // of a client, it does not matter how it came here
		}
	}
	t.out = append(t.out, origin{k, call, fr, cmd})
}

func (t *tracer) walk(v ssa.Value, fr, cmd *keyflow.Frame) {
	k := traceKey{v, fr, cmd, t.opened}
	if t.seen[k] {
		return
	}
	t.seen[k] = true
	if len(t.out) > maxOrigins || len(t.seen) > maxTraced {
		t.add(fromUnknown, nil, nil, cmd)
		return
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		t.param(v, fr, cmd)
	case *ssa.FreeVar:
		if r, ok := t.d.flow.Binding(v, fr); ok {
			t.walk(r.V, r.Fr, cmd)
			return
		}
		t.add(fromUnknown, nil, nil, cmd)
	case *ssa.MakeInterface:
		t.walk(v.X, fr, cmd)
	case *ssa.ChangeInterface:
		t.walk(v.X, fr, cmd)
	case *ssa.ChangeType:
		t.walk(v.X, fr, cmd)
	case *ssa.TypeAssert:
		t.walk(v.X, fr, cmd)
	case *ssa.Phi:
		for _, e := range v.Edges {
			t.walk(e, fr, cmd)
		}
	case *ssa.Extract:
		if v.Index == 0 {
			t.walk(v.Tuple, fr, cmd)
		} else if c, ok := v.Tuple.(*ssa.Call); ok {
			t.call(c, v.Index, fr, cmd)
		}
	case *ssa.Call:
		t.call(v, 0, fr, cmd)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			t.load(v.X, fr, cmd)
		}
	case *ssa.Field:
		if namedGoRedis(v.X.Type()) != "" {
			t.walk(v.X, fr, cmd)
			return
		}
		t.add(fromUnknown, nil, nil, cmd)
	case *ssa.FieldAddr:
		t.load(v, fr, cmd)
	case *ssa.Alloc:
		t.cell(v, fr, cmd)
	case *ssa.Const:
	default:
		t.add(fromUnknown, nil, nil, cmd)
	}
}

// load is what an address holds.
func (t *tracer) load(addr ssa.Value, fr, cmd *keyflow.Frame) {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		if namedGoRedis(a.X.Type()) != "" { // the embedded cmdable of a client
			t.walk(a.X, fr, cmd)
			return
		}
		stores := t.d.flow.FieldStores(a)
		if len(stores) == 0 {
			t.add(fromUnknown, nil, nil, cmd)
		}
		for _, s := range stores {
			t.walk(s.V, s.Fr, cmd)
		}
	case *ssa.Global:
		stores := t.d.flow.GlobalStores(a)
		if len(stores) == 0 {
			t.add(fromUnknown, nil, nil, cmd)
		}
		for _, s := range stores {
			t.walk(s.V, s.Fr, cmd)
		}
	case *ssa.Alloc:
		t.cell(a, fr, cmd)
	case *ssa.FreeVar:
		if r, ok := t.d.flow.Binding(a, fr); ok {
			t.load(r.V, r.Fr, cmd)
			return
		}
		t.add(fromUnknown, nil, nil, cmd)
	default:
		t.add(fromUnknown, nil, nil, cmd)
	}
}

func (t *tracer) cell(a *ssa.Alloc, fr, cmd *keyflow.Frame) {
	for _, s := range t.d.flow.CellStores(a, fr) {
		t.walk(s.V, s.Fr, cmd)
	}
}

func (t *tracer) call(c *ssa.Call, idx int, fr, cmd *keyflow.Frame) {
	fn, _ := called(c)
	if fn != nil && (ofGoRedis(fn) || isSpecial(fn)) {
		t.goRedisCall(c, fn, fr, cmd)
		return
	}
	for _, g := range t.d.flow.Callees(c.Common(), fr) {
		if len(g.Blocks) == 0 || fr.Within(g) {
			t.add(fromUnknown, nil, nil, cmd)
			continue
		}
		in := t.d.flow.Enter(g, c, fr)
		for _, b := range g.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && idx < len(ret.Results) {
				t.walk(ret.Results[idx], in, cmd)
			}
		}
	}
}

func (t *tracer) goRedisCall(c *ssa.Call, fn *types.Func, fr, cmd *keyflow.Frame) {
	switch name := fn.Name(); {
	case isConstructor(fn):
		t.add(fromConstructor, c, fr, cmd)
	case name == "Pipeline" || name == "TxPipeline":
		t.addOpener(c, fr, cmd)
	case name == "MasterForKey" || name == "SlaveForKey":
		t.add(fromNode, c, fr, cmd)
	case name == "Conn":
		t.add(fromConn, c, fr, cmd)
	case name == "WithTimeout" || name == "WithContext" || strings.HasSuffix(name, "ubscribe"): // of a subscription: its client
		if r := receiver(c); r != nil {
			t.walk(r, fr, cmd)
		}
	default:
		t.add(fromUnknown, c, fr, cmd)
	}
}

// param is a value that the caller decides: an argument, or what go-redis hands to a closure.
func (t *tracer) param(p *ssa.Parameter, fr, cmd *keyflow.Frame) {
	if r, ok := t.d.flow.Argument(p, fr); ok {
		t.walk(r.V, r.Fr, cmd)
		return
	}
	fn := p.Parent()
	idx := -1
	for i, q := range fn.Params {
		if q == p {
			idx = i
		}
	}
	found := false
	for _, h := range t.d.handed[fn] {
		found = true
		t.handed(h, fr, cmd)
	}
	callers, _ := t.d.flow.Callers(fn)
	for _, c := range callers {
		if cmd.Within(c.Fn) && c.Fn != fn.Parent() {
			t.recursive = true
			continue
		}
		found = true
		parent := t.d.flow.Root(c.Fn)
		next := cmd
		if !isClient(p.Type()) {
			next = t.d.flow.Rebase(cmd, fn, c.Call, parent)
		}
		if r, ok := t.d.flow.Argument(p, t.d.flow.Enter(fn, c.Call, parent)); ok && idx >= 0 {
			t.walk(r.V, r.Fr, next)
		}
	}
	for _, c := range t.d.passed[fn] { // a closure handed to a function of the target, which calls it
		found = true
		t.calledBack(p, c, fr, cmd)
	}
	if !found {
		t.add(fromUnknown, nil, nil, cmd)
	}
}

// isClient reports a type whose values are no pipelines and no transactions: what is queued in them depends on the
// call, while clients do not.
func isClient(t types.Type) bool {
	switch namedGoRedis(t) {
	case "Client", "ClusterClient", "Ring":
		return true
	}
	return false
}

// handed is a function given to Pipelined, TxPipelined, Watch, ForEachMaster...: its parameter is what they made.
func (t *tracer) handed(h handover, fr, cmd *keyflow.Frame) {
	kind := fromNode
	switch name := h.method; {
	case strings.HasSuffix(name, "ipelined"):
		kind = fromOpener
	case name == "Watch":
		kind = fromWatch
	}
	// The frame of the opener is the one around the closure when that is already known.
	ofr := t.d.flow.FrameOf(cmd, h.call.Parent())
	if ofr == nil || h.fr.Call != nil {
		ofr = h.fr
	}
	if kind == fromOpener {
		t.addOpener(h.call, ofr, cmd)
		return
	}
	t.add(kind, h.call, ofr, cmd)
}

// calledBack follows a closure that target code calls with a value of its own.
func (t *tracer) calledBack(p *ssa.Parameter, c passing, fr, cmd *keyflow.Frame) {
	if cmd.Within(c.to) {
		return
	}
	in := t.d.flow.Enter(c.to, c.call, t.d.flow.Root(c.call.Parent()))
	for _, b := range c.to.Blocks {
		for _, i := range b.Instrs {
			dyn, ok := i.(ssa.CallInstruction)
			if !ok || dyn.Common().Value != ssa.Value(c.to.Params[c.param]) {
				continue
			}
			next := t.d.flow.Rebase(cmd, p.Parent(), dyn, in)
			if r, ok := t.d.flow.Argument(p, t.d.flow.Enter(p.Parent(), dyn, in)); ok {
				t.walk(r.V, r.Fr, next)
			}
		}
	}
}

// escapes tells why commands may be queued in a pipeline out of sight; "" when they can't.
func (d *detector) escapes(x found) string {
	v, ok := x.call.(ssa.Value)
	if !ok || x.fn.Name() != "Pipeline" && x.fn.Name() != "TxPipeline" || v.Referrers() == nil {
		return ""
	}
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.Return:
			if _, closed := d.flow.Callers(x.call.Parent()); !closed {
				return "returns the pipeline to callers that can't be seen"
			}
		case *ssa.Store:
			if in.Val == v {
				if _, local := in.Addr.(*ssa.Alloc); !local {
					return "stores the pipeline, so that other code may queue commands in it"
				}
			}
		case ssa.CallInstruction:
			fn := in.Common().StaticCallee()
			if in.Common().Value == v || fn != nil && len(fn.Blocks) > 0 {
				continue
			}
			if f, _ := called(in); f != nil && ofGoRedis(f) {
				continue
			}
			return "hands the pipeline to code that can't be seen"
		}
	}
	return ""
}
