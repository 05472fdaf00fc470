package detect

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/luakeys"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// scriptMethod reads (*redis.Script).Run and its kin: the client is the second parameter.
func (r *keyReader) scriptMethod(name string) {
	r.op.Scope, r.op.Write = rediscmd.Keyed, !strings.HasSuffix(name, "RO")
	switch name {
	case "Load", "Exists":
		r.op.Command, r.op.Scope, r.op.FansOut = "SCRIPT "+strings.ToUpper(name), rediscmd.OneNode, true
		return
	case "EvalSha", "EvalShaRO":
		r.op.Command = "EVALSHA"
		r.note(NoteScriptCache, "")
	default:
		r.op.Command = "EVAL"
	}
	r.list(r.d.flow.List(r.d.flow.Arg(r.x.call, 2, r.fr)), 1, 0)
	src, ok := r.d.scriptSource(receiver(r.x.call), r.fr)
	r.script(src, ok)
}

// script notes what a script does beyond the keys that are passed to it.
func (r *keyReader) script(src string, known bool) {
	if !known {
		r.note(NoteScript, "the text of the script can't be found")
		return
	}
	s := luakeys.Read(src)
	if ok, why := s.OnlyDeclared(); !ok {
		r.note(NoteScript, why)
	}
}

// scriptSource is the text given to NewScript for a script value.
func (d *detector) scriptSource(v ssa.Value, fr *keyflow.Frame) (string, bool) {
	for range 12 {
		switch x := v.(type) {
		case *ssa.Call:
			fn, _ := called(x)
			if fn == nil || !ofGoRedis(fn) || fn.Name() != "NewScript" {
				return "", false
			}
			return d.flow.Const(d.flow.Arg(x, 0, fr))
		case *ssa.Parameter:
			a, ok := d.flow.Argument(x, fr)
			if !ok {
				return "", false
			}
			v, fr = a.V, a.Fr
		case *ssa.UnOp:
			refs := d.loaded(x.X, fr)
			if len(refs) != 1 {
				return "", false
			}
			v, fr = refs[0].V, refs[0].Fr
		default:
			return "", false
		}
	}
	return "", false
}

// loaded lists what an address may hold.
func (d *detector) loaded(addr ssa.Value, fr *keyflow.Frame) []keyflow.Ref {
	switch a := addr.(type) {
	case *ssa.Global:
		return d.flow.GlobalStores(a)
	case *ssa.FieldAddr:
		return d.flow.FieldStores(a)
	case *ssa.Alloc:
		return d.flow.CellStores(a, fr)
	case *ssa.FreeVar:
		if b, ok := d.flow.Binding(a, fr); ok {
			return d.loaded(b.V, b.Fr)
		}
	}
	return nil
}

// escapes tells why commands may be queued in a pipeline out of sight; "" when they can't.
func escapes(x found) string {
	v, ok := x.call.(ssa.Value)
	if !ok || x.fn.Name() != "Pipeline" && x.fn.Name() != "TxPipeline" || v.Referrers() == nil {
		return ""
	}
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
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
