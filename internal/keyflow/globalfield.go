package keyflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// globalField is a field of a struct that a package variable holds and that is set once, where it is declared:
//
//	var gold = NewRef("gold")
//	var cache = Space{Prefix: "cache:"}
func (f *Flow) globalField(base ssa.Value, path []int) ([]key.Template, bool) {
	g, ok := base.(*ssa.Global)
	if !ok {
		return nil, false
	}
	u := f.globals[g]
	if _, isStruct := g.Type().(*types.Pointer).Elem().Underlying().(*types.Struct); !isStruct || u == nil || u.addr {
		return nil, false
	}
	stores := append([]*ssa.Store(nil), u.stores...) // of the whole
	own := []*ssa.Store{}                            // of the field
	for _, a := range u.fields {
		if !f.onlyRead(a, &own, path) {
			return nil, false
		}
	}
	if len(stores)+len(own) != 1 {
		return nil, false
	}
	s := append(stores, own...)[0]
	if !isInitializer(s.Parent()) {
		return nil, false
	}
	fr := f.Root(s.Parent())
	var ts []key.Template
	if len(own) == 1 {
		ts = f.eval(s.Val, fr, f.storeHint(s))
	} else {
		known := true
		ts = f.valueField(s.Val, path, s, fr, func() []key.Template { known = false; return nil })
		if !known {
			return nil, false
		}
	}
	for i := range ts {
		ts[i] = asFixed(ts[i], g.Name())
	}
	return ts, true
}

// onlyRead reports that the field at an address is read, or set where variables are declared; what is set in the field
// at path is noted. Parts of parts, and addresses that go on, are not followed.
func (f *Flow) onlyRead(a *ssa.FieldAddr, own *[]*ssa.Store, path []int) bool {
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if in.Addr != a || !isInitializer(in.Parent()) {
				return false
			}
			if a.Field == path[0] {
				if len(path) > 1 {
					return false
				}
				*own = append(*own, in)
			}
		default:
			return false
		}
	}
	return true
}
