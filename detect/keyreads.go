package detect

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// readIndex finds the reads of fields and package variables.
type readIndex struct {
	fields  map[string][]ssa.Value
	globals map[*ssa.Global][]ssa.Instruction
}

func (d *detector) reads() *readIndex {
	if d.readAt != nil {
		return d.readAt
	}
	x := &readIndex{map[string][]ssa.Value{}, map[*ssa.Global][]ssa.Instruction{}}
	for _, fn := range d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.FieldAddr:
					k := fieldKey(in.X.Type(), in.Field)
					x.fields[k] = append(x.fields[k], in)
				case *ssa.Field:
					k := fieldKey(in.X.Type(), in.Field)
					x.fields[k] = append(x.fields[k], in)
				}
				for _, op := range in.Operands(nil) {
					if g, ok := (*op).(*ssa.Global); ok {
						x.globals[g] = append(x.globals[g], in)
					}
				}
			}
		}
	}
	d.readAt = x
	return x
}

// fieldKey names a field of a type, the same for twins of its package and instances of a generic.
func fieldKey(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	owner := types.TypeString(t, nil)
	if n, ok := types.Unalias(t).(*types.Named); ok {
		owner = n.Origin().String()
	}
	return owner + "." + fieldName(t, i)
}

func fieldName(t types.Type, i int) string {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || i >= st.NumFields() {
		return ""
	}
	return st.Field(i).Name()
}
