package detect

import (
	"slices"

	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/luakeys"
)

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
