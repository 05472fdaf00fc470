package keyflow

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// braced reports text (or bytes) that holds braces of its own, certainly or most likely: JSON of an object.
func (f *Flow) braced(v ssa.Value, fr *Frame) bool {
	return (&braceWalk{f, map[numberKey]bool{}}).text(v, fr)
}

// braceWalk looks for where text comes from, at each value once.
type braceWalk struct {
	f    *Flow
	seen map[numberKey]bool
}

func (w *braceWalk) text(v ssa.Value, fr *Frame) bool {
	if v == nil || fr == nil || w.seen[numberKey{v, fr}] || !textual(v.Type()) {
		return false
	}
	w.seen[numberKey{v, fr}] = true
	switch v := v.(type) {
	case *ssa.Convert:
		return w.text(v.X, fr)
	case *ssa.Slice:
		return w.text(v.X, fr)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return w.text(e, fr) })
	case *ssa.Call:
		return w.result(v, 0, fr)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return w.result(c, v.Index, fr)
		}
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			stores := w.f.stores[fieldOf(fa.X.Type(), fa.Field)]
			return len(stores) <= maxVariants && slices.ContainsFunc(stores, func(s *ssa.Store) bool {
				return w.text(s.Val, w.f.Root(s.Parent()))
			})
		}
	}
	next, ok := w.f.named(Ref{V: v, Fr: fr})
	return ok && w.text(next.V, next.Fr)
}

// result is text for result idx of a call.
func (w *braceWalk) result(c *ssa.Call, idx int, fr *Frame) bool {
	name := calleeName(c.Common())
	switch name {
	case "strings.TrimSpace", "strings.TrimSuffix", "strings.TrimRight", "bytes.TrimSpace", "bytes.TrimSuffix", "bytes.TrimRight", "bytes.Clone":
		return w.text(c.Call.Args[0], fr)
	case "(*bytes.Buffer).Bytes", "(*bytes.Buffer).String", "(*strings.Builder).String":
		b, ok := w.f.bufferOf(c.Call.Args[0], fr)
		return ok && b.getsObjects(b.root)
	}
	if encodesJSON(name) {
		return w.f.jsonObject(Ref{V: c.Call.Args[0], Fr: fr})
	}
	fn, in, ok := w.f.entered(c, fr)
	return ok && slices.ContainsFunc(returns(fn), func(ret *ssa.Return) bool {
		return idx < len(ret.Results) && w.text(ret.Results[idx], in)
	})
}

// encodesJSON reports the functions that return the JSON of their first argument: those of encoding/json, and of packages
// that are made to take its place.
func encodesJSON(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i > 0 && name[0] != '(' && strings.Contains(name[:i], "json") && strings.HasPrefix(name[i:], ".Marshal")
}

// getsObjects reports a buffer that an encoder writes the JSON of objects to.
func (b *buffer) getsObjects(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(in ssa.Instruction) bool {
		switch in := in.(type) {
		case *ssa.MakeInterface:
			return b.getsObjects(in)
		case *ssa.Call:
			switch calleeName(in.Common()) {
			case "encoding/json.NewEncoder":
				return b.getsObjects(in)
			case "(*encoding/json.Encoder).Encode":
				return in.Call.Args[0] == v && b.f.jsonObject(Ref{V: in.Call.Args[1], Fr: lexFrameOr(b.fr, in.Parent())})
			}
		}
		return false
	})
}

// jsonObject reports a value whose JSON has an object in it. Of an interface that is likely: who has a string does not
// encode it.
func (f *Flow) jsonObject(r Ref) bool { return jsonBraces(f.concrete(r).V.Type(), 0) }

func jsonBraces(t types.Type, depth int) bool {
	methods := t
	if depth > 0 && !types.IsInterface(t) {
		methods = types.NewPointer(t) // what a pointer or a slice leads to can be addressed
	}
	if depth > maxDepth || hasMethod(methods, "MarshalJSON") || hasMethod(methods, "MarshalText") {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Map, *types.Interface:
		return true
	case *types.Pointer:
		return jsonBraces(u.Elem(), depth+1)
	case *types.Slice:
		return jsonBraces(u.Elem(), depth+1)
	case *types.Array:
		return jsonBraces(u.Elem(), depth+1)
	}
	return false
}

// fmtBraces reports a type that package fmt writes with braces: {a b} for a struct, with # for all that has elements.
func fmtBraces(t types.Type, verb rune, flags string, depth int) bool {
	if depth > maxDepth || verb == 'T' || verb == 'p' || formatsItself(t, verb, flags) {
		return false
	}
	syntax := verb == 'v' && strings.Contains(flags, "#")
	on := func(t types.Type) bool { return fmtBraces(t, verb, flags, depth+1) }
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return true
	case *types.Map:
		return syntax || on(u.Key()) || on(u.Elem())
	case *types.Slice:
		return syntax || on(u.Elem())
	case *types.Array:
		return syntax || on(u.Elem())
	case *types.Pointer: // inside of something it is an address
		_, again := u.Elem().Underlying().(*types.Pointer)
		return depth == 0 && !again && on(u.Elem())
	}
	return false
}
