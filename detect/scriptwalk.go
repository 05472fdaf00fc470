package detect

import (
	"cmp"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
)

// scriptSources are the texts given to NewScript for a script value.
func (d *detector) scriptSources(v ssa.Value, fr *keyflow.Frame) scriptText {
	w := newWalk(d, func(w *sourceWalk, c *ssa.Call, fr *keyflow.Frame) bool {
		fn, _ := called(c)
		if fn == nil || !ofGoRedis(fn) || fn.Name() != "NewScript" {
			return false
		}
		w.out.add(d.flow, d.flow.Arg(c, 0, fr))
		return true
	})
	w.walk(v, fr)
	return w.out
}

// textOfSha are the scripts that a SHA1 may be of: one that loading a script returned, or that a script value gives.
func (d *detector) textOfSha(ref keyflow.Ref) scriptText {
	w := newWalk(d, func(w *sourceWalk, c *ssa.Call, fr *keyflow.Frame) bool {
		fn, _ := called(c)
		if fn == nil || !ofGoRedis(fn) {
			return false
		}
		switch fn.Name() {
		case "Result", "Val", "Load":
			if fn.Name() == "Load" {
				w.walkScript(receiver(c), fr)
				return true
			}
			w.walk(receiver(c), fr)
		case "ScriptLoad":
			w.out.add(d.flow, d.flow.Arg(c, ctxShift(fn), fr))
		case "Hash":
			w.walkScript(receiver(c), fr)
		default:
			return false
		}
		return true
	})
	if ref.V == nil {
		return scriptText{lost: true}
	}
	w.walk(ref.V, ref.Fr)
	return w.out
}

// sourceWalk follows a value back to the calls that made it.
type sourceWalk struct {
	d    *detector
	out  scriptText
	seen map[ssa.Value]bool
	// made takes a call that makes such a value; false for other calls.
	made  func(w *sourceWalk, c *ssa.Call, fr *keyflow.Frame) bool
	depth int // of stores that were followed
}

func newWalk(d *detector, made func(*sourceWalk, *ssa.Call, *keyflow.Frame) bool) *sourceWalk {
	return &sourceWalk{d: d, seen: map[ssa.Value]bool{}, made: made}
}

func (w *sourceWalk) walkScript(v ssa.Value, fr *keyflow.Frame) { w.merge(w.d.scriptSources(v, fr)) }

func (w *sourceWalk) merge(got scriptText) {
	w.out.bodies = append(w.out.bodies, got.bodies...)
	w.out.param = cmp.Or(w.out.param, got.param)
	if got.lost {
		w.out.lose(got.why)
	}
}

func (w *sourceWalk) walk(v ssa.Value, fr *keyflow.Frame) {
	if v == nil || w.seen[v] {
		return
	}
	w.seen[v] = true
	switch x := v.(type) {
	case *ssa.Call:
		w.call(x, 0, fr)
	case *ssa.Extract:
		switch t := x.Tuple.(type) {
		case *ssa.Call:
			w.call(t, x.Index, fr)
		case *ssa.Lookup:
			w.entries(t, fr)
		default:
			w.out.lost = true
		}
	case *ssa.Lookup:
		w.entries(x, fr)
	case *ssa.Parameter:
		if a, ok := w.d.flow.Argument(x, fr); ok {
			w.walk(a.V, a.Fr)
			return
		}
		w.out.param = w.d.flow.ParamKey(x)
	case *ssa.Phi:
		for _, e := range x.Edges {
			w.walk(e, fr)
		}
	case *ssa.MakeInterface:
		w.walk(x.X, fr)
	case *ssa.UnOp:
		_, captured := x.X.(*ssa.FreeVar)
		_, local := x.X.(*ssa.Alloc)
		if refs := w.d.loaded(x.X, fr); captured || local {
			w.refs(refs)
		} else {
			w.stored(refs)
		}
	case *ssa.Field:
		w.stored(w.d.flow.FieldValues(x))
	case *ssa.Const:
		if !x.IsNil() && (x.Value == nil || x.Value.ExactString() != `""`) {
			w.out.lose("it is named by a SHA1 that is written in the code")
		}
	default:
		w.out.lost = true
	}
}

func (w *sourceWalk) refs(refs []keyflow.Ref) {
	w.out.lost = w.out.lost || len(refs) == 0
	for _, r := range refs {
		w.walk(r.V, r.Fr)
	}
}

// maxStores is how many stores to fields and package variables are followed, one behind the other.
const maxStores = 6

// stored follows values that were stored somewhere else: what a parameter there is, its own callers say.
func (w *sourceWalk) stored(refs []keyflow.Ref) {
	w.out.lost = w.out.lost || len(refs) == 0 || w.depth >= maxStores
	if w.depth >= maxStores {
		return
	}
	at := func(r keyflow.Ref, fr *keyflow.Frame) scriptText {
		sub := newWalk(w.d, w.made)
		sub.depth, sub.out.fits = w.depth+1, w.out.fits
		sub.walk(r.V, fr)
		return sub.out
	}
	for _, r := range refs {
		need := func(frs []*keyflow.Frame) string { return at(r, frs[0]).param }
		for _, ctx := range w.d.flow.Contexts([]*keyflow.Frame{r.Fr}, need) {
			got := at(r, ctx.Frs[0])
			got.param = ""
			if w.merge(got); ctx.Open != "" {
				w.out.lose("it is made in a function that " + ctx.Open)
			}
		}
	}
}

// call follows the result of a call: of go-redis, or of the target's own functions.
func (w *sourceWalk) call(c *ssa.Call, index int, fr *keyflow.Frame) {
	if w.made(w, c, fr) {
		return
	}
	w.refs(w.d.flow.Returned(c, index, fr))
}

// entries follows what is in a map.
func (w *sourceWalk) entries(v *ssa.Lookup, fr *keyflow.Frame) {
	entries, ok := w.d.flow.MapEntries(keyflow.Ref{V: v.X, Fr: fr})
	w.out.lost = w.out.lost || !ok || len(entries) == 0
	want, isConst := w.d.flow.Const(keyflow.Ref{V: v.Index, Fr: fr})
	for _, e := range entries {
		if isConst {
			if k, ok := w.d.flow.Const(e.Key); ok && k != want {
				continue
			}
			// The entry of a file that was read in a loop is named by the file.
			w.out.fits = func(t key.Template) bool {
				name, ok := w.d.flow.NamedBy(e.Key, t)
				return !ok || name == want
			}
		}
		w.stored([]keyflow.Ref{e.Value})
		w.out.fits = nil
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
