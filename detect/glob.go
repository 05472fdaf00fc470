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

// globOf notes the pattern of SCAN or KEYS, no pattern being all keys, and where the keys go that it finds.
func (r *keyReader) globOf(ref keyflow.Ref) {
	r.op.Pattern = []key.Template{key.Literal("*")}
	if ref.V != nil {
		if ts := r.d.flow.Eval(ref); len(ts) > 1 || len(ts) == 1 && len(ts[0].Parts) > 0 {
			r.op.Pattern = ts
		}
	}
	sc := scan{}
	if v, ok := r.x.call.(ssa.Value); ok {
		sc.ends = r.d.follow(v).ends
	}
	for _, t := range r.op.Pattern {
		h := key.Hole{ID: "found:" + t.String(), Name: "key", Class: key.Unknown, Pattern: t.String(), Reason: "came out of Redis (pattern " + t.String() + ")"}
		sc.keys = append(sc.keys, key.OfHole(&h))
	}
	r.d.scans[r.x.pos] = append(r.d.scans[r.x.pos], sc)
}

// scan is a SCAN or KEYS in one context: what it may find, and where that goes.
type scan struct {
	keys []key.Template
	ends []keyEnd
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
