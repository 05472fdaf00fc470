package clientflow

import (
	"go/types"

	"github.com/clusterize/clusterize/detect"
)

// Kind is the go-redis type that a graph follows, by its name.
type Kind string

// The kinds.
const (
	Clients          Kind = "Client"
	Options          Kind = "Options"
	UniversalOptions Kind = "UniversalOptions"
)

// is reports the type of the kind itself.
func (k Kind) is(o types.Object) bool {
	return o != nil && o.Pkg() != nil && detect.IsGoRedis(o.Pkg().Path()) && o.Name() == string(k)
}

// pointer reports *redis.Client, for the kind Clients.
func (k Kind) pointer(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && k.is(n.Obj())
}

// value reports the type of the kind, behind a pointer or not.
func (k Kind) value(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && k.is(n.Obj()) || k.pointer(t)
}

// mentions reports that a type holds the kind outside of a named struct or interface.
func (k Kind) mentions(t types.Type) bool { return k.find(t, map[types.Type]bool{}) }

func (k Kind) find(t types.Type, seen map[types.Type]bool) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if k.is(t.Obj()) {
			return true
		}
		if seen[t] {
			return false
		}
		seen[t] = true
		for i := range t.TypeArgs().Len() {
			if k.find(t.TypeArgs().At(i), seen) {
				return true
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Interface:
			return false
		default:
			return k.find(u, seen)
		}
	case *types.Pointer:
		return k.find(t.Elem(), seen)
	case *types.Slice:
		return k.find(t.Elem(), seen)
	case *types.Array:
		return k.find(t.Elem(), seen)
	case *types.Map:
		return k.find(t.Elem(), seen) || k.find(t.Key(), seen)
	case *types.Chan:
		return k.find(t.Elem(), seen)
	case *types.Signature:
		return k.find(t.Params(), seen) || k.find(t.Results(), seen)
	case *types.Tuple:
		for i := range t.Len() {
			if k.find(t.At(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}

// carries reports an interface that a value of the kind can be put into, or a container of such.
func (g *Graph) carries(t types.Type) bool { return g.carriesAt(t, 0) }

func (g *Graph) carriesAt(t types.Type, depth int) bool {
	if t == nil || depth > 8 { // code with errors, or a type that holds itself
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return g.carriesAt(t.Elem(), depth+1)
	case *types.Array:
		return g.carriesAt(t.Elem(), depth+1)
	case *types.Map:
		return g.carriesAt(t.Elem(), depth+1)
	case *types.Chan:
		return g.carriesAt(t.Elem(), depth+1)
	case *types.Interface:
		return g.implements(t)
	}
	return false
}

// implements reports that a pointer to the kind is in an interface.
func (g *Graph) implements(it *types.Interface) bool {
	if it.NumMethods() == 0 {
		return true
	}
	ok, seen := g.fits[it]
	if !seen {
		for _, t := range g.kindTypes {
			ok = ok || types.Implements(types.NewPointer(t), it)
		}
		g.fits[it] = ok
	}
	return ok
}

// tracks reports a type whose values are nodes.
func (g *Graph) tracks(t types.Type) bool {
	return t != nil && (g.Kind.mentions(t) || g.carries(t))
}

// holdsParam reports a type that is written with one of the type parameters.
func holdsParam(t types.Type, ps *types.TypeParamList) bool {
	found := false
	var find func(t types.Type, depth int)
	find = func(t types.Type, depth int) {
		if found || depth > 8 {
			return
		}
		switch t := types.Unalias(t).(type) {
		case *types.TypeParam:
			for i := range ps.Len() {
				found = found || ps.At(i) == t
			}
		case *types.Named:
			for i := range t.TypeArgs().Len() {
				find(t.TypeArgs().At(i), depth+1)
			}
		case *types.Pointer:
			find(t.Elem(), depth+1)
		case *types.Slice:
			find(t.Elem(), depth+1)
		case *types.Array:
			find(t.Elem(), depth+1)
		case *types.Map:
			find(t.Elem(), depth+1)
			find(t.Key(), depth+1)
		case *types.Chan:
			find(t.Elem(), depth+1)
		case *types.Signature:
			for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
				for i := range tu.Len() {
					find(tu.At(i).Type(), depth+1)
				}
			}
		}
	}
	find(t, 0)
	return found
}
