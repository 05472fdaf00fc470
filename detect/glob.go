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

// channels notes the channels of a publication or subscription; those of keyspace notifications tell of keys.
func (r *keyReader) channels(ts []key.Template) {
	for _, t := range ts {
		r.op.Channels = append(r.op.Channels, t)
		if strings.HasPrefix(t.String(), "__key") {
			r.note(NoteKeyspace, t.String())
		}
		if keys, ok := Notified(t); ok {
			r.op.Pattern = append(r.op.Pattern, keys)
		}
	}
}

// looksUp notes the keys that SORT looks up by a pattern of BY or GET: its * stands for an element, and what is behind ->
// names a field. Without a * it names no key. Source: https://redis.io/docs/latest/commands/sort/.
func (r *keyReader) looksUp(ref keyflow.Ref) {
	for _, t := range r.d.flow.Eval(ref) {
		var out key.Template
		field := false
		for i, p := range t.Parts {
			if at := strings.Index(p.Text, "->"); at >= 0 {
				p, field = p.Slice(0, at), true
			}
			out.Parts, out.Gaps = append(out.Parts, p), append(out.Gaps, t.Gaps[i])
			if field {
				break
			}
		}
		if field {
			out.Gaps = append(out.Gaps, nil)
		} else {
			out.Gaps = append(out.Gaps, t.Gaps[len(t.Parts)])
		}
		if out.Conds = t.Conds; strings.Contains(out.String(), "*") || len(out.Holes()) > 0 {
			r.op.Pattern = append(r.op.Pattern, out)
		}
	}
}

// Notified is the pattern of the keys that a channel of keyspace notifications tells of; false for other channels, and
// where a value stands before the keys.
// Source: https://redis.io/docs/latest/develop/use/keyspace-notifications/.
func Notified(channel key.Template) (key.Template, bool) {
	if len(channel.Parts) == 0 || !strings.HasPrefix(channel.Parts[0].Text, "__keyspace@") {
		return key.Template{}, false
	}
	first := channel.Parts[0]
	i := strings.Index(first.Text, "__:")
	if i < 0 {
		return key.Template{}, false
	}
	rest := key.Template{Parts: channel.Parts[1:], Gaps: channel.Gaps[1:], Conds: channel.Conds}
	if at := i + len("__:"); at < len(first.Text) {
		rest.Parts = append([]key.Part{first.Slice(at, len(first.Text))}, rest.Parts...)
		rest.Gaps = append([][]key.Point{nil}, rest.Gaps...)
	}
	return rest, len(rest.Parts) > 0
}
