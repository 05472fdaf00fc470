package detect

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
)

// onlyIterated reports a reply that is read through Iterator and in no other way.
func onlyIterated(call ssa.CallInstruction) bool {
	v, ok := call.(ssa.Value)
	if !ok || v.Referrers() == nil {
		return false
	}
	for _, in := range *v.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		c, ok := in.(ssa.CallInstruction)
		if !ok {
			return false
		}
		if fn, _ := called(c); fn == nil || fn.Name() != "Iterator" {
			return false
		}
	}
	return true
}

// globOf notes the pattern of SCAN or KEYS: no pattern is all keys.
func (r *keyReader) globOf(ref keyflow.Ref) {
	r.op.Pattern = []key.Template{key.Literal("*")}
	if !keysStay(r.x.call) {
		r.op.KeysGo = "go where their text may be looked at"
	}
	if ref.V == nil {
		return
	}
	if ts := r.d.flow.Eval(ref); len(ts) > 1 || len(ts) == 1 && len(ts[0].Parts) > 0 {
		r.op.Pattern = ts
	}
}

// pattern notes the pattern of a SCAN or KEYS given word by word.
func (r *keyReader) pattern(name string, l keyflow.List) {
	switch name {
	case "keys":
		if len(l.Elems) > 1 {
			r.globOf(l.Elems[1].Ref)
		}
	case "scan":
		r.globOf(keyflow.Ref{})
		for i, e := range l.Elems {
			if w, ok := r.d.flow.Const(e.Ref); ok && strings.EqualFold(w, "match") && i+1 < len(l.Elems) {
				r.globOf(l.Elems[i+1].Ref)
			}
		}
	}
}
