package keyflow

import (
	"go/types"
	"slices"
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
			return f.rowOf(s, lexFrameOr(fr, v.Parent()), depth+1)
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

// rows lists the addresses of the elements of a table, in order: one that is written out, and that nothing changes.
func (f *Flow) rows(v ssa.Value, fr *Frame) ([]ssa.Value, *Frame, bool) {
	o, ok := f.originOf(v, fr, 0)
	if !ok {
		return nil, nil, false
	}
	b := f.backingOf(o.v, o.fr)
	if !b.settled() {
		return nil, nil, false
	}
	for _, w := range b.writes {
		if w.val == nil && w.from != nil || !isInitializer(w.in.Parent()) && !f.constructs(w, o) {
			return nil, nil, false
		}
	}
	if g, ok := o.v.(*ssa.Global); ok {
		return f.arrayRows(g, f.initWrites(g), o)
	}
	a, ok := o.v.(*ssa.Alloc)
	if !ok {
		return nil, nil, false
	}
	return f.arrayRows(a, *a.Referrers(), o)
}

// initWrites lists the addresses of elements that the initialisation of a package uses.
func (f *Flow) initWrites(g *ssa.Global) []ssa.Instruction {
	var out []ssa.Instruction
	for _, in := range f.aggs.globals[g] {
		if isInitializer(in.Parent()) {
			out = append(out, in)
		}
	}
	return out
}

func (f *Flow) arrayRows(base ssa.Value, uses []ssa.Instruction, o origin) ([]ssa.Value, *Frame, bool) {
	low, high, ok := o.bounds()
	if !ok {
		return nil, nil, false
	}
	rows := make([]ssa.Value, high-low)
	for _, in := range uses {
		ia, ok := in.(*ssa.IndexAddr)
		if !ok || ia.X != base || !writtenThrough(ia) {
			continue // what reads it
		}
		c, ok := ia.Index.(*ssa.Const)
		if !ok {
			return nil, nil, false
		}
		i := c.Int64() - low
		if i < 0 || i >= high-low {
			continue
		}
		if rows[i] != nil {
			return nil, nil, false // written again
		}
		rows[i] = ia
	}
	for _, r := range rows {
		if r == nil {
			return nil, nil, false
		}
	}
	for _, w := range f.backingOf(o.v, o.fr).writes {
		if s, ok := w.in.(*ssa.Store); !ok || !slices.ContainsFunc(rows, func(r ssa.Value) bool { return rootOfRow(s.Addr) == r }) && (w.index < 0 || w.index >= low && w.index < high) {
			return nil, nil, false
		}
	}
	fr := o.fr
	if in, ok := rows[0].(ssa.Instruction); ok {
		fr = lexFrameOr(o.fr, in.Parent())
	}
	return rows, fr, true
}

// rootOfRow is the address of the element that an address of a field in it starts from.
func rootOfRow(a ssa.Value) ssa.Value {
	for {
		fa, ok := a.(*ssa.FieldAddr)
		if !ok {
			return a
		}
		a = fa.X
	}
}

// elementStores lists the stores to an element through this address.
func elementStores(ia *ssa.IndexAddr) []*ssa.Store {
	var out []*ssa.Store
	for _, in := range *ia.Referrers() {
		if s, ok := in.(*ssa.Store); ok && s.Addr == ssa.Value(ia) {
			out = append(out, s)
		}
	}
	return out
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
	if !ok || !f.stableField(fieldOf(in.Val.Type(), field)) {
		return nil, false
	}
	p.path = append(p.path, field)
	ts := f.placeText(p, in, fr, other)
	return ts, known
}
