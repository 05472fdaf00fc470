package detect

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// opEval is an operation in one context; param is the parameter that holds its whole list of keys, when callers must
// decide it.
type opEval struct {
	Op
	param string
}

// keyReader collects the keys of one call in one frame.
type keyReader struct {
	d      *detector
	x      found
	fr     *keyflow.Frame
	around []string // the loops around the operation as a whole
	op     opEval
	queued bool // in a pipeline or transaction
}

// op reads one call. When it is queued, opener and its frame tell which loops are around the whole operation.
func (d *detector) op(x found, fr *keyflow.Frame, opener ssa.CallInstruction, openerFr *keyflow.Frame, queued bool) opEval {
	r := &keyReader{d: d, x: x, fr: fr, queued: queued}
	in, ofr := x.call.(ssa.Instruction), fr
	if opener != nil {
		in, ofr = opener, openerFr
	}
	r.around = d.flow.Loops(in, ofr)
	r.op.Op = Op{Pos: x.pos, Method: x.fn.Name(), In: x.call.Parent().String()}
	r.read()
	for i := range r.op.Keys {
		if r.op.Keys[i].Pos.File == "" {
			r.op.Keys[i].Pos = x.pos
		}
	}
	return r.op
}

func (r *keyReader) open(why string) {
	if r.op.Open == "" {
		r.op.Open = why
	}
}

func (r *keyReader) arg(i int) keyflow.Ref {
	return r.d.flow.Arg(r.x.call, i+ctxShift(r.x.fn), r.fr)
}

func (r *keyReader) read() {
	name := r.x.fn.Name()
	if r.d.isHelper(r.x.fn) {
		r.helper(name)
		return
	}
	if isScriptMethod(r.x.fn) {
		r.scriptMethod(name)
		return
	}
	switch name {
	case "Do":
		r.words(r.variadicFrom(0))
		return
	case "Process":
		r.process()
		return
	case "Subscribe", "PSubscribe", "SSubscribe":
		r.subscribe(name)
		return
	case "SetCommandInfoResolver":
		r.op.Command, r.op.Scope = "COMMAND", rediscmd.AnyNode
		r.note(NoteRouting, "")
		return
	case "Conn":
		r.op.Command, r.op.Scope = "CONN", rediscmd.Connection
		return
	case "Unwatch":
		r.op.Command, r.op.Scope = "UNWATCH", rediscmd.Connection
		return
	}
	m, c, ok := lookupMethod(name)
	if !ok {
		r.op.Command = strings.ToUpper(name)
		r.open("is a method whose keys are not known")
		return
	}
	r.op.Command = strings.ToUpper(strings.Join(m.Words, " "))
	r.op.Scope, r.op.Write = c.Scope, c.Writes()
	r.op.FansOut = rediscmd.FansOut(name)
	for _, a := range m.Keys {
		r.keyArg(a, len(m.Keys) == 1 && a.Form == rediscmd.One)
	}
	r.extras(name)
}

// helper reads a call of the generated helper: the client is the first parameter, the rest is as the method has it.
func (r *keyReader) helper(name string) {
	r.op.Helper = true
	if strings.HasSuffix(name, "ubscribe") {
		r.op.Command, r.op.Scope = strings.ToUpper(name), rediscmd.AnyNode
		for _, e := range r.variadicFrom(1).Elems {
			r.channels(r.d.flow.Eval(e.Ref))
		}
		return
	}
	m, c, ok := lookupMethod(strings.TrimPrefix(name, "Queue"))
	if !ok {
		r.open("is a function whose keys are not known")
		return
	}
	r.op.Command = strings.ToUpper(strings.Join(m.Words, " "))
	r.op.Scope, r.op.Write, r.op.FansOut = c.Scope, c.Writes(), true
	for _, a := range m.Keys {
		a.Param++
		r.keyArg(a, false)
	}
	switch name {
	case "FunctionLoad", "FunctionLoadReplace":
		r.loads(r.d.texts(r.arg(1)))
	case "Keys":
		r.globOf(r.arg(1))
	case "RandomKey":
		r.globOf(keyflow.Ref{})
	case "Scan", "ScanType":
		r.globOf(r.arg(2))
	}
}

// extras notes what matters on a cluster besides the keys.
func (r *keyReader) extras(name string) {
	switch name {
	case "Sort", "SortRO", "SortStore", "SortInterfaces":
		r.sortPatterns(name)
	case "Copy":
		if db, ok := r.d.flow.Const(r.arg(2)); !ok || db != "0" {
			r.op.Scope = rediscmd.Refused
		}
	case "Select":
		if db, ok := r.d.flow.Const(r.arg(0)); ok && db != "0" {
			r.op.Scope = rediscmd.Refused
		}
	case "Keys":
		r.globOf(r.arg(0))
	case "RandomKey":
		r.globOf(keyflow.Ref{})
	case "Scan", "ScanType":
		r.globOf(r.arg(1))
		cursor, ok := r.arg(0).V.(*ssa.Const)
		r.op.Iterated = ok && isZero(cursor) && onlyIterated(r.x.call)
		if first, ok := r.d.cursorLoop(r.x.call); ok {
			r.op.Loop = first
		}
	case "Eval", "EvalRO":
		r.scripts(r.d.texts(r.arg(0)), r.variadicFrom(2))
	case "EvalSha", "EvalShaRO":
		r.cached()
		r.scripts(r.d.textOfSha(r.arg(0)), r.variadicFrom(2))
	case "ScriptLoad", "FunctionLoad", "FunctionLoadReplace":
		r.loads(r.d.texts(r.arg(0)))
	case "FCall", "FCallRO", "FCallRo":
		r.scripts(r.d.functionBody(r.arg(0)), r.variadicFrom(2))
	case "Publish":
		r.op.Scope = rediscmd.AnyNode
		r.op.Channels = append(r.op.Channels, r.d.flow.Eval(r.arg(0))...)
		if countUsed(r.x.call) {
			r.note(NotePublish, "")
		}
	case "SPublish":
		r.op.Channels = append(r.op.Channels, r.d.flow.Eval(r.arg(0))...)
	}
}

func (r *keyReader) note(code NoteCode, detail string) {
	r.op.Notes = append(r.op.Notes, Note{code, detail})
}

func (r *keyReader) sortPatterns(name string) {
	i := 1
	if name == "SortStore" {
		i = 2
	}
	for _, f := range []string{"By", "Get"} {
		if v, ok := r.d.flow.Field(r.arg(i), f); ok {
			if text, known := r.d.flow.Const(v); f == "By" && known && !strings.Contains(text, "*") {
				continue // BY nosort names no key
			}
			r.note(NoteSortPattern, strings.ToUpper(f))
			if f == "By" {
				r.looksUp(v)
				continue
			}
			l := r.d.flow.List(v)
			for _, e := range l.Elems {
				r.looksUp(e.Ref)
			}
			if l.Open != "" {
				r.open(l.Open + " (GET)")
			}
		}
	}
}

// keyArg reads one parameter that the method table says holds keys; alone, when it is one key and the only one.
func (r *keyReader) keyArg(a rediscmd.KeyArg, alone bool) {
	ref := r.arg(a.Param)
	if ref.V == nil {
		r.open("has no argument " + a.Name)
		return
	}
	if a.Path != "" {
		f, ok := r.d.flow.Field(ref, a.Path)
		if !ok && alone { // one key, whichever it is: an empty one is a key as well
			r.op.Keys = append(r.op.Keys, Key{Alts: r.d.flow.LostField(ref, a.Path)})
			return
		}
		if !ok {
			r.open("takes its keys from the field " + a.Path + " of a value that can't be followed")
			return
		}
		ref = f
	}
	switch a.Form {
	case rediscmd.One:
		r.one(ref)
	case rediscmd.Each:
		r.list(r.listOf(a, ref), 1, 0)
	case rediscmd.Pairs:
		r.pairs(r.listOf(a, ref))
	case rediscmd.Triples:
		r.list(r.listOf(a, ref), 3, 0)
	case rediscmd.FirstHalf:
		l := r.listOf(a, ref)
		if l.Open == "" {
			l.Elems = l.Elems[:(len(l.Elems)+1)/2]
		}
		r.list(l, 1, 0)
	case rediscmd.MapKeys:
		r.mapKeys(ref)
	default:
		r.open("packs its keys in a form that is not read")
	}
}

// listOf is the list of a parameter: the variadic arguments themselves, or a slice.
func (r *keyReader) listOf(a rediscmd.KeyArg, ref keyflow.Ref) keyflow.List {
	sig := r.x.fn.Type().(*types.Signature)
	i := a.Param + ctxShift(r.x.fn)
	if a.Path == "" && sig.Variadic() && i == sig.Params().Len()-1 {
		return r.d.flow.VariadicList(r.x.call, i, r.fr)
	}
	return r.d.flow.ListAt(ref, r.x.call, r.fr)
}

func (r *keyReader) variadicFrom(i int) keyflow.List {
	return r.d.flow.VariadicList(r.x.call, i+ctxShift(r.x.fn), r.fr)
}

func (r *keyReader) one(ref keyflow.Ref) {
	r.add(keyflow.Elem{Ref: ref, Acc: r.d.flow.Loops(r.x.call, r.fr)})
}

// add reads one element; its holes take many values when a loop inside the operation changes them.
func (r *keyReader) add(e keyflow.Elem) {
	inner := r.inner(e)
	ts := r.d.flow.Whole(r.d.flow.Eval(e.Ref))
	k := Key{Multi: len(inner) > 0, From: e.Ref}
	if e.Hint != nil {
		k.Pos = r.d.flow.Prog.Position(e.Hint.Pos())
	}
	if len(inner) == 0 {
		k.Alts = ts
		r.op.Keys = append(r.op.Keys, k)
		return
	}
	for _, t := range ts { // one round may take one alternative, the next another: they are several keys
		t = manyIn(t, inner)
		t.Conds = nil
		r.op.Keys = append(r.op.Keys, Key{Alts: []key.Template{t}, Multi: true, Pos: k.Pos, From: e.Ref})
	}
}

// inner are the loops inside the operation that an element changes in.
func (r *keyReader) inner(e keyflow.Elem) []string {
	inner := keyflow.ExtraLoops(append(slices.Clone(e.Acc), r.d.flow.Loops(r.x.call, r.fr)...), r.around)
	return append(inner, keyflow.ExtraLoops(e.Kept, inner)...)
}

// manyIn marks the holes that change in one of the loops.
func manyIn(t key.Template, loops []string) key.Template {
	if len(loops) == 0 {
		return t
	}
	parts := slices.Clone(t.Parts)
	for i, p := range parts {
		if p.Hole == nil {
			continue
		}
		if slices.ContainsFunc(p.Hole.Loops, func(l string) bool { return slices.Contains(loops, l) }) {
			h := *p.Hole
			h.Many = true
			parts[i].Hole = &h
		}
	}
	t.Parts = parts
	return t
}

func (r *keyReader) list(l keyflow.List, step, from int) {
	if l.Open != "" {
		r.op.Found = l.Found && r.op.Open == ""
		r.open("has a list of keys that " + l.Open)
		r.op.param = l.Param
	}
	for i := from; i < len(l.Elems); i += step {
		r.add(l.Elems[i])
	}
}

// pairs reads key, value, key, value...; or one map, slice or struct instead.
func (r *keyReader) pairs(l keyflow.List) {
	if len(l.Elems) == 1 && l.Open == "" {
		e := l.Elems[0]
		v := e.V
		if m, ok := v.(*ssa.MakeInterface); ok {
			v = m.X
		}
		switch v.Type().Underlying().(type) {
		case *types.Map:
			r.mapKeys(keyflow.Ref{V: v, Fr: e.Fr, Hint: e.Hint})
			return
		case *types.Slice:
			r.evenPlaces(r.d.flow.ListAt(keyflow.Ref{V: v, Fr: e.Fr, Hint: e.Hint}, r.x.call, r.fr))
			return
		case *types.Struct, *types.Pointer:
			r.open("takes its keys from the tags of a struct")
			return
		}
	}
	r.evenPlaces(l)
}

// evenPlaces reads the elements at even places: the keys of key, value, key, value...
func (r *keyReader) evenPlaces(l keyflow.List) {
	keys := l
	keys.Elems = nil
	for i, e := range l.Elems {
		even, known := l.Place(i)
		if !known {
			r.open("has a list of keys and values that can't be told apart")
		} else if even {
			keys.Elems = append(keys.Elems, e)
		}
	}
	r.list(keys, 1, 0)
}

func (r *keyReader) mapKeys(ref keyflow.Ref) { r.list(r.d.flow.MapKeys(ref), 1, 0) }

func (r *keyReader) subscribe(name string) {
	r.op.Command, r.op.Scope = strings.ToUpper(name), rediscmd.AnyNode
	l := r.variadicFrom(0)
	for _, e := range l.Elems {
		r.channels(r.d.flow.Eval(e.Ref))
	}
	if namedGoRedis(receiver(r.x.call).Type()) == "PubSub" {
		r.note(NoteSubscribed, "")
	}
	if name == "SSubscribe" {
		r.op.Scope = rediscmd.Keyed
		r.list(l, 1, 0)
		r.op.Channels = nil // the shard of a channel is that of its name: it is a key
	}
}

// watchOp is the WATCH of a Watch call.
func (d *detector) watchOp(x found, fr *keyflow.Frame) opEval {
	r := &keyReader{d: d, x: x, fr: fr, around: d.flow.Loops(x.call, fr)}
	r.op.Op = Op{Pos: x.pos, Method: "Watch", Command: "WATCH", Scope: rediscmd.Keyed}
	r.list(d.flow.VariadicList(x.call, 1+ctxShift(x.fn), fr), 1, 0)
	for i := range r.op.Keys {
		if r.op.Keys[i].Pos == (source.Position{}) {
			r.op.Keys[i].Pos = x.pos
		}
	}
	return r.op
}
