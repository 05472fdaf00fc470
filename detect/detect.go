package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// detector holds what is found while the program is walked.
type detector struct {
	flow   *keyflow.Flow
	handed map[*ssa.Function][]handover
	passed map[*ssa.Function][]passing
	unseen map[ssa.CallInstruction]bool // openers whose callback can't be found

	calls   []found
	queued  map[source.Position][]queue // by the position of the opener
	clients map[source.Position]*Client
	// directValues are the method values that are only called where they were made.
	directValues map[source.Position]bool
	originCache  map[ssa.CallInstruction][]origin
	executed     map[source.Position]bool // openers whose Exec was found
	indexed      map[source.Position]bool // openers whose answers are read by place
	libs         *[]scriptBody            // the libraries of functions that are loaded, once they are asked for
	scans        map[source.Position][]scan
	readAt       *readIndex
	calledBy     map[ssa.CallInstruction][]*ssa.Function // of calls of function values, once that is asked for
	operatorAt   *operators
}

// found is a call of go-redis in one function; test variants and instances of generics give one call several.
type found struct {
	call ssa.CallInstruction
	fn   *types.Func
	pos  source.Position
}

// queue is a command that belongs to an opener.
type queue struct {
	found
	openerFr *keyflow.Frame
	cmdFr    *keyflow.Frame
}

// Run finds the clients and sites of a program.
func Run(prog *load.Program, flow *keyflow.Flow) Result {
	d := &detector{
		flow: flow, handed: map[*ssa.Function][]handover{}, passed: map[*ssa.Function][]passing{},
		unseen: map[ssa.CallInstruction]bool{}, queued: map[source.Position][]queue{}, clients: map[source.Position]*Client{},
		directValues: map[source.Position]bool{}, originCache: map[ssa.CallInstruction][]origin{},
		executed: map[source.Position]bool{}, indexed: map[source.Position]bool{}, scans: map[source.Position][]scan{},
	}
	d.indexHandovers()
	d.collect()
	var res Result
	d.indexExecs()
	groups := d.byPosition()
	d.attachQueued(groups)
	for _, g := range groups {
		if s, ok := d.site(g); ok {
			res.Sites = append(res.Sites, s)
		}
	}
	covered := map[source.Position]bool{}
	for _, g := range groups {
		covered[g[0].pos] = true
	}
	res.Sites = append(res.Sites, d.uncovered(covered)...)
	flow.Look(func() { d.followKeys(&res) })
	res.Sites = append(res.Sites, d.redirects()...)
	res.Clients = d.clientList()
	slices.SortStableFunc(res.Sites, func(a, b Site) int { return a.Pos.Compare(b.Pos) })
	nameSites(res.Sites)
	return res
}

// followKeys is keyUses, but for a panic: then nothing is known of where keys go, so that none can be renamed, and the rest
// of the report still tells.
func (d *detector) followKeys(res *Result) {
	defer func() {
		if r := recover(); r != nil {
			any := key.OfHole(&key.Hole{ID: "any", Name: "key", Class: key.Unknown, Pattern: "*"})
			res.Uses = append(res.Uses, KeyUse{Kind: UseLost, What: fmt.Sprintf("could not be followed (bug: %v)", r), Keys: []key.Template{any}})
		}
	}()
	d.keyUses(res)
}

// collect lists the calls of go-redis that matter.
func (d *detector) collect() {
	for _, fn := range d.flow.Funcs {
		if strings.HasSuffix(fn.Name(), "$bound") || strings.HasSuffix(fn.Name(), "$thunk") {
			continue // wrappers of method values: their call stands where they are called
		}
		d.noteValues(fn)
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok {
					continue
				}
				f, _ := called(call)
				if f == nil {
					continue
				}
				pos := d.callPos(call)
				switch {
				case isConstructor(f):
					d.addClient(call, f, pos)
				case isCommandFunc(f), isSpecial(f), isScriptMethod(f), d.isHelper(f):
					if d.inHelper(call.Pos()) {
						continue // the helper does what its callers ask: they are the sites
					}
					if d.ownOnly(call, f) {
						continue
					}
					d.calls = append(d.calls, found{call, f, pos})
				}
			}
		}
	}
}

// ownOnly reports an interface call that only methods of the target can answer: they are followed instead.
func (d *detector) ownOnly(call ssa.CallInstruction, f *types.Func) bool {
	if ofGoRedis(f) || !call.Common().IsInvoke() {
		return false
	}
	if len(d.flow.Callees(call.Common(), d.flow.Root(call.Parent()))) == 0 {
		return false
	}
	iface, ok := call.Common().Value.Type().Underlying().(*types.Interface)
	if !ok {
		return false
	}
	pkg := commandPackage(f)
	if pkg == nil {
		return false
	}
	for _, name := range []string{"Client", "ClusterClient", "Ring", "Tx", "Pipeline", "Conn"} {
		if o := pkg.Scope().Lookup(name); o != nil && types.Implements(types.NewPointer(o.Type()), iface) {
			return false
		}
	}
	return true
}

// commandPackage is the go-redis package that a method of the target's own interface speaks of.
func commandPackage(f *types.Func) *types.Package {
	var find func(t types.Type) *types.Package
	find = func(t types.Type) *types.Package {
		switch t := types.Unalias(t).(type) {
		case *types.Pointer:
			return find(t.Elem())
		case *types.Slice:
			return find(t.Elem())
		case *types.Named:
			if ofGoRedis(t.Obj()) {
				return t.Obj().Pkg()
			}
		case *types.Signature:
			for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
				for i := range tuple.Len() {
					if p := find(tuple.At(i).Type()); p != nil {
						return p
					}
				}
			}
		}
		return nil
	}
	return find(f.Type())
}

// callPos is where the name of the method stands.
func (d *detector) callPos(call ssa.CallInstruction) source.Position {
	if e := d.flow.CallExpr(call); e != nil {
		return d.flow.Prog.Position(namePos(e.Fun))
	}
	return d.flow.Prog.Position(call.Pos())
}

func (d *detector) addClient(call ssa.CallInstruction, f *types.Func, pos source.Position) {
	if d.clients[pos] != nil {
		return
	}
	d.clients[pos] = &Client{
		ID: "client:" + pos.File + ":" + fmt.Sprint(pos.Line), Pos: pos, Constructor: f.Name(),
		Package: call.Parent().Pkg.Pkg.Path(), Function: functionName(call.Parent()), Test: strings.HasSuffix(pos.File, "_test.go"),
	}
}

func (d *detector) clientList() []Client {
	var out []Client
	for _, c := range d.clients {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Client) int { return a.Pos.Compare(b.Pos) })
	return out
}

// byPosition groups the twins of one call.
func (d *detector) byPosition() [][]found {
	m := map[source.Position][]found{}
	for _, c := range d.calls {
		m[c.pos] = append(m[c.pos], c)
	}
	out := make([][]found, 0, len(m))
	for _, g := range m {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b []found) int { return a[0].pos.Compare(b[0].pos) })
	return out
}

// attachQueued gives each queued command to the call that opened its pipeline.
func (d *detector) attachQueued(groups [][]found) {
	for _, g := range groups {
		for _, c := range g {
			if isOpener(c.fn) && c.fn.Name() != "Watch" {
				d.attachOpener(c)
				continue
			}
			if !isCommandFunc(c.fn) && !isScriptMethod(c.fn) && c.fn.Name() != "Process" && !d.isHelper(c.fn) {
				continue
			}
			for _, o := range d.originsOf(c) {
				if o.kind == fromOpener || o.kind == fromWatch {
					d.queue(o, c)
				}
			}
		}
	}
}

// attachOpener adds a transaction inside a Watch closure to the Watch.
func (d *detector) attachOpener(c found) {
	for _, o := range d.originsOf(c) {
		if o.kind == fromWatch {
			d.queue(o, c)
		}
	}
}

func (d *detector) queue(o origin, c found) {
	p := d.callPos(o.call)
	for _, fr := range d.closureCalls(o, o.cmd, 0) {
		d.queued[p] = append(d.queued[p], queue{c, o.fr, fr})
	}
}

// closureCalls enters a closure that queues from each of its calls: called twice, it queues twice.
func (d *detector) closureCalls(o origin, fr *keyflow.Frame, depth int) []*keyflow.Frame {
	fn := fr.Fn
	if fn.Parent() == nil || fr.Call != nil || fr.Lex == nil {
		return []*keyflow.Frame{fr}
	}
	for _, h := range d.handed[fn] {
		if h.call == o.call {
			return []*keyflow.Frame{fr} // the function that the opener runs itself, once
		}
	}
	if len(d.handed[fn]) > 0 {
		return []*keyflow.Frame{fr} // that of a transaction inside a Watch
	}
	callers, closed := d.flow.Callers(fn)
	var out []*keyflow.Frame
	for _, c := range callers {
		around := d.flow.FrameOf(fr, c.Fn)
		if around == nil || around == fr || depth > 3 {
			closed = false
			continue
		}
		for _, in := range d.closureCalls(o, around, depth+1) {
			out = append(out, d.flow.Enter(fn, c.Call, in))
		}
	}
	if !closed || len(out) == 0 {
		d.unseen[o.call] = true
	}
	if len(out) == 0 {
		return []*keyflow.Frame{fr}
	}
	return out
}

// originsOf are the origins of what a call is sent through.
func (d *detector) originsOf(c found) []origin {
	if o, ok := d.originCache[c.call]; ok {
		return o
	}
	o := d.findOrigins(c)
	d.originCache[c.call] = o
	return o
}

func (d *detector) findOrigins(c found) []origin {
	fr := d.flow.Root(c.call.Parent())
	if isScriptMethod(c.fn) || d.isHelper(c.fn) {
		if r := d.flow.Arg(c.call, 1, fr); r.V != nil {
			return d.origins(r.V, fr)
		}
		return nil
	}
	return d.origins(receiver(c.call), fr)
}

func isOpener(fn *types.Func) bool {
	switch fn.Name() {
	case "Pipelined", "TxPipelined", "Pipeline", "TxPipeline", "Watch":
		return isSpecial(fn)
	}
	return false
}

// nameSites gives each site an id that survives shifted lines: file, function, method and how many of them came before.
func nameSites(sites []Site) {
	count := map[string]int{}
	for i := range sites {
		s := &sites[i]
		base := s.Pos.File + "|" + s.Function + "|" + s.Method
		sum := sha256.Sum256([]byte(fmt.Sprintf("%s|%d", base, count[base])))
		count[base]++
		s.ID = hex.EncodeToString(sum[:5])
	}
}

// functionName is the declared function around a call: "(*Store).Load".
func functionName(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Pkg == nil {
		return fn.Name()
	}
	return fn.RelString(fn.Pkg.Pkg)
}
