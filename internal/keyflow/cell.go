package keyflow

import (
	"go/ast"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// captured resolves a captured variable, through all closures around it, to the cell that holds it.
func (f *Flow) captured(v *ssa.FreeVar, fr *Frame) (*ssa.Alloc, *Frame, bool) {
	for range maxDepth {
		r, ok := f.binding(v, fr)
		if !ok {
			return nil, nil, false
		}
		switch b := r.V.(type) {
		case *ssa.Alloc:
			return b, r.Fr, true
		case *ssa.FreeVar:
			v, fr = b, r.Fr
		default:
			return nil, nil, false
		}
	}
	return nil, nil, false
}

// evalCell is a variable that lives in memory since its address is taken or a closure holds it.
func (f *Flow) evalCell(a *ssa.Alloc, load *ssa.UnOp, fr *Frame, hint ast.Expr) []key.Template {
	stores, ok := f.cellStores(a)
	if !ok || len(stores) == 0 {
		return f.leaf(load, fr, hint)
	}
	cfr := lexFrame(fr, a.Parent())
	if cfr == nil {
		return f.leaf(load, fr, hint)
	}
	if len(stores) == 1 {
		if stores[0].Parent() != a.Parent() {
			return f.leaf(load, fr, hint)
		}
		return f.eval(stores[0].Val, cfr, f.assigns[stores[0].Pos()])
	}
	choice := "cell:" + f.valueID(load, fr)
	var out []key.Template
	for i, s := range stores {
		if s.Parent() != a.Parent() {
			return f.leaf(load, fr, hint)
		}
		for _, t := range f.eval(s.Val, cfr, f.assigns[s.Pos()]) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return out
}

// cellStores lists the stores to a local cell, closures included; false when its address goes elsewhere.
func (f *Flow) cellStores(a ssa.Value) ([]*ssa.Store, bool) {
	var out []*ssa.Store
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr != a {
				return nil, false
			}
			out = append(out, in)
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			fn := in.Fn.(*ssa.Function)
			for i, b := range in.Bindings {
				if b == a {
					more, ok := f.cellStores(fn.FreeVars[i])
					if !ok {
						return nil, false
					}
					out = append(out, more...)
				}
			}
		default:
			return nil, false
		}
	}
	return out, true
}
