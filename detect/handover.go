package detect

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
)

// handover is a function value that a method of go-redis calls with a pipeline, transaction or node client.
type handover struct {
	method string
	call   ssa.CallInstruction
	fr     *keyflow.Frame
}

// passing is a function value that goes to a parameter of a function of the target.
type passing struct {
	call  ssa.CallInstruction
	to    *ssa.Function
	param int
}

// indexHandovers finds which functions go-redis and the target call back.
func (d *detector) indexHandovers() {
	for _, fn := range d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				if call, ok := in.(ssa.CallInstruction); ok {
					d.indexCallbacks(call)
				}
			}
		}
	}
}

func (d *detector) indexCallbacks(call ssa.CallInstruction) {
	fn, _ := called(call)
	c := call.Common()
	root := d.flow.Root(call.Parent())
	takes := fn != nil && takesCallback(fn.Name()) && (ofGoRedis(fn) || isSpecial(fn))
	for i, a := range c.Args {
		if _, ok := a.Type().Underlying().(*types.Signature); !ok || i == 0 && c.Signature().Recv() != nil {
			continue // go-redis has receivers that are functions
		}
		if takes {
			d.handOver(fn.Name(), call, a, root, 0)
			continue
		}
		to := c.StaticCallee()
		if to == nil || len(to.Blocks) == 0 || i >= len(to.Params) {
			continue
		}
		if g := d.closure(a, root); g != nil {
			d.passed[g] = append(d.passed[g], passing{call, to, i})
		}
	}
}

func takesCallback(name string) bool {
	switch name {
	case "Pipelined", "TxPipelined", "Watch", "ForEachMaster", "ForEachShard", "ForEachSlave", "ForEachNode", "OnNewNode":
		return true
	}
	return false
}

// handOver notes the function that a callback argument holds; an argument that is itself a parameter is looked up at
// the callers.
func (d *detector) handOver(method string, call ssa.CallInstruction, a ssa.Value, fr *keyflow.Frame, depth int) {
	if g := d.closure(a, fr); g != nil {
		d.handed[g] = append(d.handed[g], handover{method, call, fr})
		return
	}
	p, ok := a.(*ssa.Parameter)
	if !ok || depth > 3 {
		d.unseen[call] = true
		return
	}
	callers, closed := d.flow.Callers(p.Parent())
	if !closed {
		d.unseen[call] = true
	}
	for _, c := range callers {
		in := d.flow.Rebase(fr, p.Parent(), c.Call, d.flow.Root(c.Fn))
		if r, ok := d.flow.Argument(p, in); ok {
			if g := d.closure(r.V, r.Fr); g != nil {
				d.handed[g] = append(d.handed[g], handover{method, call, in})
				continue
			}
		}
		d.unseen[call] = true
	}
}

// closure is the function in a value; for a method value, the method.
func (d *detector) closure(v ssa.Value, fr *keyflow.Frame) *ssa.Function {
	g := d.flow.FuncValue(keyflow.Ref{V: v, Fr: fr})
	if g == nil {
		return nil
	}
	if strings.HasSuffix(g.Name(), "$bound") || strings.HasSuffix(g.Name(), "$thunk") {
		if o, ok := g.Object().(*types.Func); ok {
			return d.flow.Prog.SSA.FuncValue(o)
		}
	}
	return g
}
