package detect

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/luakeys"
)

// scriptText is what is known of the source of a script.
type scriptText struct {
	bodies []scriptBody // each may be the one
	lost   bool         // there may be others
	why    string       // why there may be
	param  string       // the caller decides
	// fits tells which of several files may be the one, nil when all may.
	fits func(key.Template) bool
}

// scriptBody is a script, or a function of a library: what it is called is not empty then.
type scriptBody struct {
	text     key.Template
	function string
}

// read reads the Lua.
func (b scriptBody) read() luakeys.Script {
	if b.function == "" {
		return luakeys.Read(b.source())
	}
	for _, f := range luakeys.ReadLibrary(b.source()) {
		if f.Name == b.function {
			return f.Script
		}
	}
	return luakeys.Script{}
}

// unknownText stands in the source for a value that is only known at run time: as Lua, a global that nobody sets.
const unknownText = "_unknown_"

// source is the Lua text.
func (b scriptBody) source() string {
	var out strings.Builder
	for _, p := range b.text.Parts {
		if p.Hole != nil {
			out.WriteString(unknownText)
		} else {
			out.WriteString(p.Text)
		}
	}
	return out.String()
}

// sourceLen is how long a part is in the source.
func sourceLen(p key.Part) int {
	if p.Hole != nil {
		return len(unknownText)
	}
	return len(p.Text)
}

// open tells which value of the text may be any Lua: "" where all of them stand in string literals, or are numbers.
func (b scriptBody) open() string {
	at, src := 0, b.source()
	for _, p := range b.text.Parts {
		end := at + sourceLen(p)
		if p.Hole != nil && p.Hole.Kind != key.Int && !luakeys.InLiteral(src, at, end) {
			return p.Hole.Name
		}
		at = end
	}
	return ""
}

// slice is the text of a script's source from one byte to another, in which values are whole.
func slice(text key.Template, lo, hi int) key.Template {
	out := key.Literal("")
	at := 0
	for _, p := range text.Parts {
		from, to := max(lo-at, 0), min(hi-at, sourceLen(p))
		at += sourceLen(p)
		if from >= to {
			continue
		}
		if p.Hole == nil {
			p = p.Slice(from, to)
		}
		out, _ = key.Concat(out, key.Template{Parts: []key.Part{p}, Gaps: make([][]key.Point, 2)})
	}
	return out
}

// pointIn is the point of the file before a byte of a script's source; false where it can't be edited.
func pointIn(text key.Template, i int, mode key.Mode) (key.Point, bool) {
	at := 0
	for _, p := range text.Parts {
		if i >= at && i <= at+len(p.Text) && p.Offs != nil {
			return key.Point{File: p.File, Offset: p.Offs[i-at], Mode: mode}, true
		}
		at += sourceLen(p)
	}
	return key.Point{}, false
}

func (s *scriptText) lose(why string) {
	s.lost = true
	s.why = cmp.Or(s.why, why)
}

// texts are the scripts that a text may be.
func (d *detector) texts(ref keyflow.Ref) scriptText {
	var s scriptText
	if ref.V == nil {
		s.lost = true
		return s
	}
	s.add(d.flow, ref)
	return s
}

// add takes the alternatives of a text.
func (s *scriptText) add(flow *keyflow.Flow, ref keyflow.Ref) {
	for _, t := range flow.Eval(ref) {
		if s.fits != nil && !s.fits(t) {
			continue
		}
		t.Conds = nil
		hs := t.Holes()
		switch {
		case len(t.Parts) == 1 && len(hs) == 1 && hs[0].Param != "":
			s.param = hs[0].Param
			continue
		case len(t.Parts) == 1 && len(hs) == 1:
			s.lose("its text can't be found: " + cmp.Or(hs[0].Reason, "it is the value of "+hs[0].Name))
			continue
		}
		b := scriptBody{text: t}
		if name := b.open(); name != "" {
			s.lose("its text is put together at run time, with <" + name + ">")
			continue
		}
		s.bodies = append(s.bodies, b)
	}
}

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

// functionBody finds the function that FCALL names in the libraries that the program loads.
func (d *detector) functionBody(ref keyflow.Ref) scriptText {
	name, ok := d.flow.Const(ref)
	if !ok {
		return scriptText{lost: true, why: "the name of the function is not a constant"}
	}
	var out scriptText
	for _, b := range d.libraries() {
		if slices.ContainsFunc(luakeys.ReadLibrary(b.source()), func(f luakeys.Function) bool { return f.Name == name }) {
			out.bodies = append(out.bodies, scriptBody{b.text, name})
		}
	}
	if len(out.bodies) == 0 {
		out.lose("no library that is loaded here registers the function " + name)
	}
	return out
}

// libraries are the texts of all libraries of functions that the program loads.
func (d *detector) libraries() []scriptBody {
	if d.libs != nil {
		return *d.libs
	}
	d.libs = &[]scriptBody{}
	seen := map[string]bool{}
	for _, c := range d.calls {
		text := func(frs []*keyflow.Frame) scriptText { return d.texts(d.loadedLibrary(c, frs[0])) }
		if d.loadedLibrary(c, d.flow.Root(c.call.Parent())).V == nil {
			continue
		}
		need := func(frs []*keyflow.Frame) string { return text(frs).param }
		for _, ctx := range d.flow.Contexts([]*keyflow.Frame{d.flow.Root(c.call.Parent())}, need) {
			for _, b := range text(ctx.Frs).bodies {
				if s := b.source(); !seen[s] {
					seen[s] = true
					*d.libs = append(*d.libs, b)
				}
			}
		}
	}
	return *d.libs
}

// loadedLibrary is the text that a call loads as a library of functions; nothing for other calls.
func (d *detector) loadedLibrary(c found, fr *keyflow.Frame) keyflow.Ref {
	switch c.fn.Name() {
	case "FunctionLoad", "FunctionLoadReplace":
		at := ctxShift(c.fn)
		if d.isHelper(c.fn) {
			at++ // behind the client
		}
		return d.flow.Arg(c.call, at, fr)
	case "Do":
		if l := d.flow.VariadicList(c.call, ctxShift(c.fn), fr); isFunctionLoad(d.flow, l) {
			return l.Elems[len(l.Elems)-1].Ref
		}
	}
	return keyflow.Ref{}
}
