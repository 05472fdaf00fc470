package keyflow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Returned lists what a call of the target's own functions may give as result number index; nil when not all of these
// functions can be seen.
func (f *Flow) Returned(c *ssa.Call, index int, fr *Frame) []Ref {
	ts, closed := f.targets(c.Common(), fr)
	if !closed && !c.Call.IsInvoke() {
		return nil
	}
	var out []Ref
	for _, t := range ts {
		if len(t.fn.Blocks) == 0 || !f.own(t.fn) && t.fn.Synthetic == "" || fr.within(t.fn) || fr.depth >= maxDepth {
			return nil
		}
		in := f.enter(t, c, fr)
		for _, b := range t.fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
				out = append(out, Ref{V: ret.Results[index], Fr: in})
			}
		}
	}
	return out
}

// MapEntry is one place that puts something into a map.
type MapEntry struct{ Key, Value Ref }

// MapEntries lists what a map may hold; false when not all is known.
func (f *Flow) MapEntries(r Ref) ([]MapEntry, bool) {
	tables, complete := f.tables(r.V, r.Fr, 0)
	if !complete {
		return f.keptMap(r.V)
	}
	var out []MapEntry
	for _, t := range tables {
		entries, _, ok := f.entries(t.o)
		if !ok {
			return f.keptMap(r.V)
		}
		for _, e := range entries {
			k := Ref{V: e.w.key, Fr: e.w.fr}
			if u, ok := e.w.in.(*ssa.MapUpdate); ok {
				k.Hint = f.mapKeyHint(u)
			}
			out = append(out, MapEntry{k, Ref{V: e.w.val, Fr: e.w.fr, Hint: f.elems[e.w.in.Pos()]}})
		}
	}
	return out, true
}

// keptMap lists what is put, at any time, into a map that a field or a package variable keeps; false when it goes where
// other code may put something in.
func (f *Flow) keptMap(v ssa.Value) ([]MapEntry, bool) {
	place := keptIn(v)
	if place == nil {
		return nil, false
	}
	return f.putInto(place)
}

// putInto lists what is put into the maps of a field or a package variable.
func (f *Flow) putInto(place any) ([]MapEntry, bool) {
	var out []MapEntry
	for _, m := range f.mapsAt(place) {
		if !f.putIn(m, place, &out) {
			return nil, false
		}
	}
	return out, len(out) > 0
}

// mapsAt lists the maps that are loaded from, and stored in, a field or a package variable, in order.
func (f *Flow) mapsAt(place any) []ssa.Value {
	if f.kept == nil {
		f.kept = map[any][]ssa.Value{}
		note := func(place any, m ssa.Value) {
			if place != nil {
				f.kept[place] = append(f.kept[place], m)
			}
		}
		for _, fn := range f.Funcs {
			for _, b := range fn.Blocks {
				for _, in := range b.Instrs {
					switch in := in.(type) {
					case *ssa.UnOp:
						if _, ok := in.Type().Underlying().(*types.Map); ok {
							note(keptIn(in), in)
						}
					case *ssa.Store:
						if _, ok := in.Val.Type().Underlying().(*types.Map); ok {
							note(keepsIn(in.Addr), in.Val)
						}
					}
				}
			}
		}
	}
	return f.kept[place]
}

// keptIn is the field or package variable that a value was loaded from, nil for others.
func keptIn(v ssa.Value) any {
	if load, ok := v.(*ssa.UnOp); ok {
		return keepsIn(load.X)
	}
	return nil
}

func keepsIn(addr ssa.Value) any {
	switch a := addr.(type) {
	case *ssa.Global:
		return a
	case *ssa.FieldAddr:
		return fieldOf(a.X.Type(), a.Field)
	}
	return nil
}

// putIn adds what is put into a map through one value of it; false when the map goes elsewhere, or came from there.
func (f *Flow) putIn(m ssa.Value, place any, out *[]MapEntry) bool {
	switch v := m.(type) {
	case *ssa.MakeMap, *ssa.UnOp:
	case *ssa.Const:
		return v.IsNil()
	default:
		return false
	}
	for _, in := range *m.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef, *ssa.Lookup, *ssa.Range, *ssa.BinOp:
		case *ssa.Store:
			if keepsIn(in.Addr) != place || in.Val != m {
				return false
			}
		case *ssa.MapUpdate:
			if in.Map != m {
				return false
			}
			fr := f.Root(in.Parent())
			e := MapEntry{Ref{V: in.Key, Fr: fr, Hint: f.mapKeyHint(in)}, Ref{V: in.Value, Fr: fr, Hint: f.elems[in.Pos()]}}
			if !slices.Contains(*out, e) {
				*out = append(*out, e)
			}
		case *ssa.Call:
			if b, ok := in.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" && b.Name() != "delete" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// FieldValues lists what is stored anywhere in the target to the field that is read.
func (f *Flow) FieldValues(v *ssa.Field) []Ref { return f.storedIn(fieldOf(v.X.Type(), v.Field)) }

// FieldStores lists what is stored anywhere in the target to the field of an address.
func (f *Flow) FieldStores(fa *ssa.FieldAddr) []Ref {
	return f.storedIn(fieldOf(fa.X.Type(), fa.Field))
}

func (f *Flow) storedIn(k fieldKey) []Ref {
	var out []Ref
	for _, s := range dedupeStores(f, f.stores[k]) {
		out = append(out, Ref{V: s.Val, Fr: f.Root(s.Parent()), Hint: f.storeHint(s)})
	}
	return out
}
