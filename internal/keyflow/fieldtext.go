package keyflow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// LostField is the text of a named field of a struct that can't be followed. Where the struct was handed in, the callers
// may know it.
func (f *Flow) LostField(r Ref, name string) []key.Template {
	h := &key.Hole{ID: "u:" + f.valueKey(r.V, r.Fr) + "." + name, Name: name, Class: key.Unknown, Loops: f.valueLoops(r.V, r.Fr),
		Reason: "is the field " + name + " of a value that can't be followed"}
	if p := f.handedIn(r, 0); p != nil {
		h.Param = f.paramKey(p)
	}
	return []key.Template{key.OfHole(h)}
}

// handedIn is the parameter that a struct, or a pointer to one, was handed in by, when its frame has no caller yet.
func (f *Flow) handedIn(r Ref, depth int) *ssa.Parameter {
	if depth > maxDepth || r.Fr == nil {
		return nil
	}
	switch v := r.V.(type) {
	case *ssa.Parameter:
		if next, ok := f.argument(v, r.Fr); ok {
			return f.handedIn(next, depth+1)
		}
		return v
	case *ssa.UnOp:
		return f.handedIn(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.Alloc:
		if src, ok := f.copiedFrom(v); ok {
			return f.handedIn(Ref{V: src, Fr: lexFrameOr(r.Fr, v.Parent())}, depth+1)
		}
	}
	return nil
}

// sends reports a call that hands arguments of a command, which a variable holds, to go-redis: it only reads them.
func sends(c *ssa.Call, a *ssa.Alloc) bool {
	named, ok := types.Unalias(a.Type().Underlying().(*types.Pointer).Elem()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && isGoRedis(named.Obj().Pkg().Path()) && isGoRedis(calleeName(c.Common()))
}

// overwritten reports a struct that is assigned as a whole, and not just before one of its fields is set.
func overwritten(a *ssa.Alloc, set *ssa.Store) bool {
	for _, in := range *a.Referrers() {
		s, ok := in.(*ssa.Store)
		if !ok || s.Addr != ssa.Value(a) {
			continue
		}
		if s.Block() != set.Block() || slices.Index(s.Block().Instrs, ssa.Instruction(s)) > slices.Index(s.Block().Instrs, ssa.Instruction(set)) {
			return true
		}
	}
	return false
}

// passed is what the call of its frame passes for a parameter; other values are themselves.
func (f *Flow) passed(r Ref) Ref {
	if p, ok := r.V.(*ssa.Parameter); ok {
		if a, ok := f.argument(p, r.Fr); ok {
			return a
		}
	}
	return r
}

// wholeOf is the value that a struct is assigned when it is made, and that it keeps but for the fields that are set after.
func wholeOf(a *ssa.Alloc) (ssa.Value, bool) {
	var val ssa.Value
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr != ssa.Value(a) || val != nil || in.Block() != a.Block() {
				return nil, false
			}
			val = in.Val
		case *ssa.FieldAddr, *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Call:
			if !sends(in, a) {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return val, val != nil
}
