package keyflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// stableField reports a field that is only set while its object is made.
func (f *Flow) stableField(k fieldKey) bool {
	for _, s := range f.stores[k] {
		if !f.fresh(s) {
			return false
		}
	}
	return !f.reflected(k)
}

// reflected reports a field that code without source may fill: it has a struct tag.
func (f *Flow) reflected(k fieldKey) bool {
	for _, s := range f.stores[k] {
		fa := s.Addr.(*ssa.FieldAddr)
		p, _ := fa.X.Type().Underlying().(*types.Pointer)
		if st, ok := p.Elem().Underlying().(*types.Struct); ok {
			return st.Tag(k.index) != ""
		}
	}
	return len(f.stores[k]) == 0
}
