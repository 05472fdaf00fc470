package detect

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
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
	case "Run", "RunRO":
		r.op.Command = "EVAL"
		if r.queued {
			r.note(NoteScriptCache, "")
		}
	default:
		r.op.Command = "EVAL"
	}
	r.list(r.d.flow.ListAt(r.d.flow.Arg(r.x.call, 2, r.fr), r.x.call, r.fr), 1, 0)
	r.scripts(r.d.scriptSources(receiver(r.x.call), r.fr))
}

// text is a script given as text.
func (r *keyReader) text(ref keyflow.Ref) {
	var src scriptText
	if ref.V != nil {
		src.add(r.d.flow, ref)
	} else {
		src.lost = true
	}
	r.scripts(src)
}

// scripts notes what a script, or one of several that may run here, does beyond the keys that are passed to it.
func (r *keyReader) scripts(src scriptText) {
	if src.param != "" && r.op.param == "" {
		r.op.param = src.param
	}
	for _, s := range src.texts {
		script := luakeys.Read(s)
		if why := script.KeysAsText(s); why != "" {
			r.op.Apart = "the script uses the text of its keys: " + why
		}
		if ok, why := script.OnlyDeclared(); !ok && !r.derived(script) {
			r.note(NoteScript, why)
			r.touches(script)
		}
	}
	if src.lost || src.param != "" || len(src.texts) == 0 {
		r.note(NoteScript, "its text can't be found")
		r.op.TouchesAll = true
	}
}

// derived adds the keys that a script builds from those passed to it, and from no others: they are keys of the operation
// like these. It reports false when there are others.
func (r *keyReader) derived(s luakeys.Script) bool {
	exprs, ok := s.Derived()
	if !ok || r.op.Open != "" || slices.ContainsFunc(r.op.Keys, func(k Key) bool { return k.Multi }) {
		return false
	}
	var keys []Key
	for _, e := range exprs {
		k := Key{Alts: r.luaTemplate(e), Pos: r.x.pos, Built: e.String()}
		for _, t := range k.Alts {
			if slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.ID == "lua" }) {
				return false // of a key that is not passed
			}
		}
		keys = append(keys, k)
	}
	r.op.Keys = append(r.op.Keys, keys...)
	return true
}

// touches notes the keys that a script builds itself: they may be of a family that is renamed in Go.
func (r *keyReader) touches(s luakeys.Script) {
	r.op.TouchesAll = r.op.TouchesAll || len(s.Problems) > 0
	for _, c := range s.Calls {
		for _, k := range c.Keys {
			for _, e := range k.Alts {
				if !e.Declared() {
					r.op.Touches = append(r.op.Touches, r.luaTemplate(e)...)
				}
			}
		}
	}
}

// luaTemplate writes a key of a script as a template: KEYS[i] is what the call passes, the rest is unknown.
func (r *keyReader) luaTemplate(e luakeys.Expr) []key.Template {
	out := []key.Template{key.Literal("")}
	for _, p := range e.Parts {
		next := []key.Template{key.OfHole(&key.Hole{ID: "lua", Name: "data", Class: key.Unknown, Reason: "is built in Lua"})}
		switch {
		case p.Kind == luakeys.Lit:
			next = []key.Template{key.Literal(p.Text)}
		case p.Kind == luakeys.Keys && p.Index > 0 && p.Index <= len(r.op.Keys) && r.op.Open == "":
			next = r.op.Keys[p.Index-1].Alts
		}
		var all []key.Template
		for _, a := range out {
			for _, b := range next {
				if t, ok := key.Concat(a, b); ok {
					all = append(all, t)
				}
			}
		}
		out = all
	}
	return out
}

// scriptText is what is known of the source of a script.
type scriptText struct {
	texts []string
	lost  bool   // there may be others
	param string // the caller decides
}

// add takes the alternatives of a text.
func (s *scriptText) add(flow *keyflow.Flow, ref keyflow.Ref) {
	for _, t := range flow.Eval(ref) {
		if text, ok := t.Text(); ok {
			s.texts = append(s.texts, text)
			continue
		}
		if hs := t.Holes(); len(t.Parts) == 1 && hs[0].Param != "" {
			s.param = hs[0].Param
			continue
		}
		s.lost = true
	}
}

// scriptSources are the texts given to NewScript for a script value.
func (d *detector) scriptSources(v ssa.Value, fr *keyflow.Frame) scriptText {
	var s scriptText
	d.addScript(&s, v, fr, map[ssa.Value]bool{})
	return s
}

func (d *detector) addScript(s *scriptText, v ssa.Value, fr *keyflow.Frame, seen map[ssa.Value]bool) {
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Call:
		if fn, _ := called(x); fn != nil && ofGoRedis(fn) && fn.Name() == "NewScript" {
			s.add(d.flow, d.flow.Arg(x, 0, fr))
			return
		}
		s.lost = true
	case *ssa.Parameter:
		if a, ok := d.flow.Argument(x, fr); ok {
			d.addScript(s, a.V, a.Fr, seen)
			return
		}
		s.param = d.flow.ParamKey(x)
	case *ssa.Phi:
		for _, e := range x.Edges {
			d.addScript(s, e, fr, seen)
		}
	case *ssa.UnOp:
		refs := d.loaded(x.X, fr)
		s.lost = s.lost || len(refs) == 0
		for _, r := range refs {
			d.addScript(s, r.V, r.Fr, seen)
		}
	case *ssa.Const:
		s.lost = s.lost || !x.IsNil()
	default:
		s.lost = true
	}
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
