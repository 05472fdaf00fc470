package clientflow

import (
	"go/types"

	"github.com/clusterize/clusterize/internal/load"
)

// joinInterfaces ties the methods of types to those of the target's interfaces that they implement.
func (g *Graph) joinInterfaces(prog *load.Program) {
	type named struct {
		w *walker
		t types.Type
	}
	var ifaces, others []named
	for _, pkg := range prog.Packages {
		if pkg.Types == nil || pkg.TypesInfo == nil {
			continue
		}
		w := &walker{g: g, prog: prog, pkg: pkg, info: pkg.TypesInfo}
		seen := map[types.Object]bool{}
		for _, o := range pkg.TypesInfo.Defs {
			tn, ok := o.(*types.TypeName)
			if !ok || tn.IsAlias() || seen[tn] {
				continue
			}
			seen[tn] = true
			if it, ok := tn.Type().Underlying().(*types.Interface); !ok {
				others = append(others, named{w, tn.Type()})
			} else if it.NumMethods() > 0 && g.speaks(it) {
				ifaces = append(ifaces, named{w, tn.Type()})
			}
		}
	}
	for _, i := range ifaces {
		it := i.t.Underlying().(*types.Interface)
		for _, o := range others {
			if types.Implements(types.NewPointer(o.t), it) {
				o.w.joinMethods(it, o.t)
			}
		}
	}
}

// speaks reports an interface with the kind in one of its methods.
func (g *Graph) speaks(it *types.Interface) bool {
	for m := range it.Methods() {
		if g.Kind.mentions(m.Type()) {
			return true
		}
	}
	return false
}

func (w *walker) joinMethods(it *types.Interface, t types.Type) {
	for m := range it.Methods() {
		o, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, w.pkg.Types, m.Name())
		f, ok := o.(*types.Func)
		if !ok {
			continue
		}
		sig := m.Type().(*types.Signature)
		for k := range sig.Params().Len() {
			w.g.join(w.declaredParam(m, k), w.declaredParam(f, k))
		}
		for k := range sig.Results().Len() {
			w.g.join(w.declaredResult(m, k), w.declaredResult(f, k))
		}
	}
}
