package keyflow

import (
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"
)

// implementation is a method that a call through an interface may enter.
type implementation struct {
	typ string
	fn  *ssa.Function
}

// implementations of one method of one interface; closed is false when types that are not seen may have it too.
type implementations struct {
	list    []implementation
	closed  bool
	foreign bool // the interface is declared elsewhere, so that anything may implement it
}

// implementing lists the methods of the types that the target puts into interfaces. An interface that is declared
// elsewhere (error, fmt.Stringer) has other implementations as well.
func (f *Flow) implementing(c *ssa.CallCommon) implementations {
	id := c.Method.Name() + "|" + typeName(c.Value.Type())
	if r, ok := f.methods[id]; ok {
		return r
	}
	f.indexConversions()
	out := implementations{closed: true}
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return out
	}
	if n, named := types.Unalias(c.Value.Type()).(*types.Named); named && !f.ownPackage(n.Obj().Pkg()) {
		out.closed, out.foreign = false, true
	}
	if f.opened[typeName(c.Value.Type())] {
		out.closed = false
	}
	seen := map[string]bool{}
	for _, t := range f.converted {
		if !types.Implements(t, iface) {
			continue
		}
		fn := f.methodOf(t, c.Method)
		if fn == nil || len(fn.Blocks) == 0 {
			out.closed = false
			continue
		}
		if at := f.placeID(fn, fn.Pos(), fn) + structName(deref(t)); !seen[at] {
			seen[at] = true
			out.list = append(out.list, implementation{typeName(t), fn})
		}
	}
	if len(out.list) == 0 && out.closed {
		out.list = f.declared(c, iface, seen)
		if n, named := types.Unalias(c.Value.Type()).(*types.Named); named {
			out.closed = !n.Obj().Exported()
		}
	}
	f.methods[id] = out
	return out
}

// declared lists the methods of all types of the target that fit: where nothing here puts a value into the interface,
// callers elsewhere do.
func (f *Flow) declared(c *ssa.CallCommon, iface *types.Interface, seen map[string]bool) []implementation {
	var out []implementation
	for _, fn := range f.Funcs {
		recv := fn.Signature.Recv()
		if recv == nil || fn.Name() != c.Method.Name() || !f.implements(recv.Type(), iface) {
			continue
		}
		if at := f.placeID(fn, fn.Pos(), fn); !seen[at] {
			seen[at] = true
			out = append(out, implementation{typeName(recv.Type()), fn})
		}
	}
	return out
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// methodOf is the method of a type; promoted ones are wrappers made by SSA.
func (f *Flow) methodOf(t types.Type, m *types.Func) *ssa.Function {
	sel := f.Prog.SSA.MethodSets.MethodSet(t).Lookup(m.Pkg(), m.Name())
	if sel == nil {
		return nil
	}
	return f.Prog.SSA.MethodValue(sel)
}

// ownPackage reports a package of the target.
func (f *Flow) ownPackage(p *types.Package) bool {
	if p == nil {
		return false
	}
	if f.ownPaths == nil {
		f.ownPaths = map[string]bool{}
		for _, q := range f.Prog.Packages {
			f.ownPaths[q.PkgPath] = true
			if q.Types != nil {
				f.ownPaths[q.Types.Path()] = true
			}
		}
	}
	return f.ownPaths[p.Path()]
}

// indexConversions lists the types that are put into interfaces.
func (f *Flow) indexConversions() {
	if f.converted != nil {
		return
	}
	f.converted, f.opened = []types.Type{}, map[string]bool{}
	seen := map[types.Type]bool{}
	for _, fn := range f.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.MakeInterface:
					if !seen[in.X.Type()] && hasMethods(in.X.Type()) {
						f.converted = append(f.converted, in.X.Type())
					}
					seen[in.X.Type()] = true
				case *ssa.ChangeInterface:
					f.noteOpened(in.X.Type(), in.Type())
				case *ssa.TypeAssert:
					f.noteOpened(in.X.Type(), in.AssertedType)
				}
			}
		}
	}
	sort.SliceStable(f.converted, func(i, j int) bool { return typeName(f.converted[i]) < typeName(f.converted[j]) })
	f.converted = slices.CompactFunc(f.converted, types.Identical)
}

func hasMethods(t types.Type) bool { return types.NewMethodSet(t).Len() > 0 }

// noteOpened notes an interface that gets values of an interface which code elsewhere fills.
func (f *Flow) noteOpened(from, to types.Type) {
	if !types.IsInterface(to) {
		return
	}
	if n, ok := types.Unalias(from).(*types.Named); !ok || !f.ownPackage(n.Obj().Pkg()) {
		f.opened[typeName(to)] = true
	}
}
