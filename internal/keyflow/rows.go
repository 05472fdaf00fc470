package keyflow

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// maxRows bounds how many rows of a table are followed.
const maxRows = 16

// rowField is a field of an element of a table: a slice of structs that was written out. All rows are alternatives,
// tied to the index; with a constant index it is the one.
func (f *Flow) rowField(base ssa.Value, field int, fr *Frame) ([]key.Template, bool) {
	ia, fr, ok := f.rowOf(base, fr, 0)
	if !ok {
		return nil, false
	}
	rows, rfr, ok := f.rows(ia.X, fr)
	if !ok || len(rows) == 0 || len(rows) > maxRows {
		return nil, false
	}
	want, isConst := ia.Index.(*ssa.Const)
	choice := "row:" + f.valueID(ia.X, fr) + "[" + f.valueID(ia.Index, fr) + "]"
	var out []key.Template
	for i, row := range rows {
		if isConst && want.Int64() != int64(i) {
			continue
		}
		ts, ok := f.rowText(row, field, rfr)
		if !ok {
			return nil, false
		}
		for _, t := range ts {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return out, len(out) > 0
}

// rowOf finds the element that a struct value or pointer is a copy of.
func (f *Flow) rowOf(v ssa.Value, fr *Frame, depth int) (*ssa.IndexAddr, *Frame, bool) {
	if depth > maxDepth {
		return nil, nil, false
	}
	switch v := v.(type) {
	case *ssa.IndexAddr:
		return v, fr, true
	case *ssa.UnOp:
		return f.rowOf(v.X, fr, depth+1)
	case *ssa.Alloc:
		if s, ok := f.soleStore(v, fr); ok {
			return f.rowOf(s.V, s.Fr, depth+1)
		}
		if s, ok := f.copiedFrom(v); ok {
			return f.rowOf(s, fr, depth+1)
		}
	case *ssa.Parameter:
		if a, ok := f.argument(v, fr); ok {
			return f.rowOf(a.V, a.Fr, depth+1)
		}
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(v, fr); ok {
			return f.rowOf(al, afr, depth+1)
		}
	}
	return nil, nil, false
}

// rows lists the addresses of the elements of a table, in order.
func (f *Flow) rows(v ssa.Value, fr *Frame) ([]ssa.Value, *Frame, bool) {
	switch x := v.(type) {
	case *ssa.Parameter:
		if a, ok := f.argument(x, fr); ok {
			return f.rows(a.V, a.Fr)
		}
	case *ssa.UnOp:
		if g, ok := x.X.(*ssa.Global); ok && f.constantGlobal(g) {
			s := f.globals[g].stores[0]
			return f.rows(s.Val, f.Root(s.Parent()))
		}
		if a, ok := x.X.(*ssa.Alloc); ok {
			if s, ok := f.soleStore(a, fr); ok {
				return f.rows(s.V, s.Fr)
			}
		}
	case *ssa.Slice:
		if a, ok := x.X.(*ssa.Alloc); ok && x.Low == nil && x.High == nil {
			for _, in := range *x.Referrers() {
				if ia, ok := in.(*ssa.IndexAddr); ok && writtenThrough(ia) {
					return nil, nil, false
				}
			}
			return f.arrayRows(a, fr)
		}
	case *ssa.Alloc:
		return f.arrayRows(x, fr)
	}
	return nil, nil, false
}

func (f *Flow) arrayRows(a *ssa.Alloc, fr *Frame) ([]ssa.Value, *Frame, bool) {
	arr, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	if !ok {
		return nil, nil, false
	}
	rows := make([]ssa.Value, arr.Len())
	for _, in := range *a.Referrers() {
		ia, ok := in.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		c, ok := ia.Index.(*ssa.Const)
		if !ok {
			if writtenThrough(ia) {
				return nil, nil, false
			}
			continue // the loop that reads it
		}
		if i := c.Int64(); rows[i] == nil && len(*ia.Referrers()) > 0 {
			rows[i] = ia
		}
	}
	for _, r := range rows {
		if r == nil {
			return nil, nil, false
		}
	}
	return rows, lexFrameOr(fr, a.Parent()), true
}

// rowText is what was written for a field of a row: the row is filled in place, or holds a pointer to an object.
func (f *Flow) rowText(row ssa.Value, field int, fr *Frame) ([]key.Template, bool) {
	for _, in := range *row.Referrers() {
		switch in := in.(type) {
		case *ssa.FieldAddr:
			if in.Field != field {
				continue
			}
			for _, r := range *in.Referrers() {
				if s, ok := r.(*ssa.Store); ok && s.Addr == ssa.Value(in) {
					return f.eval(s.Val, fr, f.storeHint(s)), true
				}
			}
		case *ssa.Store:
			if in.Addr == row {
				return f.storedRow(in, field, fr)
			}
		}
	}
	p := row.Type().Underlying().(*types.Pointer).Elem()
	if st, ok := p.Underlying().(*types.Struct); ok && isString(st.Field(field).Type()) {
		return []key.Template{key.Literal("")}, true // not mentioned in the row
	}
	return nil, false
}

// writtenThrough reports that an element, or a field of it, is stored to through this address.
func writtenThrough(ia *ssa.IndexAddr) bool {
	if len(elementStores(ia)) > 0 {
		return true
	}
	for _, in := range *ia.Referrers() {
		if fa, ok := in.(*ssa.FieldAddr); ok {
			for _, r := range *fa.Referrers() {
				if s, ok := r.(*ssa.Store); ok && s.Addr == ssa.Value(fa) {
					return true
				}
			}
		}
	}
	return false
}

// storedRow is a field of a row that was stored as a whole: a pointer to an object, or a copy of a struct.
func (f *Flow) storedRow(in *ssa.Store, field int, fr *Frame) ([]key.Template, bool) {
	known := true
	other := func() []key.Template {
		known = false
		return nil
	}
	if _, pointer := in.Val.Type().Underlying().(*types.Pointer); !pointer {
		ts := f.valueField(in.Val, []int{field}, in, fr, other)
		return ts, known
	}
	p, ok := f.placeOf(Ref{V: in.Val, Fr: fr}, 0)
	if !ok {
		return nil, false
	}
	p.path = append(p.path, field)
	ts := f.placeText(p, in, fr, other)
	return ts, known
}
