package keyflow

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// regionKind is the sort of memory that a load reads.
type regionKind int

const (
	inPointee regionKind = iota // behind a pointer of which nothing is known
	inCell                      // a local variable
	inGlobal
	inField
	inElement // of a slice or array
	inMap
)

// region is what a load reads, as precise as its address tells.
type region struct {
	kind   regionKind
	cell   *ssa.Alloc  // inCell; inField: the local object that holds the field, if it is one
	open   bool        // inCell: closures or pointers may reach it
	global *ssa.Global // inGlobal
	field  fieldKey    // inField
	typ    string      // of the value that is read; inMap: of the map
}

func typeName(t types.Type) string { return types.TypeString(t, nil) }

// regionOf tells what a load (or a lookup in a map) reads.
func (f *Flow) regionOf(v ssa.Value) region {
	switch v := v.(type) {
	case *ssa.Lookup:
		return region{kind: inMap, typ: typeName(v.X.Type())}
	case *ssa.UnOp:
		r := region{typ: typeName(v.Type())}
		switch a := v.X.(type) {
		case *ssa.Alloc:
			_, ok := f.cellStores(a)
			r.kind, r.cell, r.open = inCell, a, !ok || captures(a)
		case *ssa.FreeVar:
			if c := f.cellOf(a); c != nil {
				r.kind, r.cell, r.open = inCell, c, true
			}
		case *ssa.Global:
			r.kind, r.global = inGlobal, a
		case *ssa.FieldAddr:
			r.kind, r.field = inField, fieldOf(a.X.Type(), a.Field)
			r.cell, _ = rootAddr(a).(*ssa.Alloc)
		case *ssa.IndexAddr:
			r.kind = inElement
		}
		return r
	}
	return region{typ: typeName(v.Type())}
}

// captures reports a cell that a closure holds.
func captures(a *ssa.Alloc) bool {
	return slices.ContainsFunc(*a.Referrers(), func(in ssa.Instruction) bool { _, ok := in.(*ssa.MakeClosure); return ok })
}

// cellOf is the variable of an enclosing function that a closure captured; nil when it is not plain.
func (f *Flow) cellOf(v *ssa.FreeVar) *ssa.Alloc {
	for range maxDepth {
		m := f.closures[v.Parent()]
		i := slices.Index(v.Parent().FreeVars, v)
		if m == nil || i < 0 || i >= len(m.Bindings) {
			return nil
		}
		switch b := m.Bindings[i].(type) {
		case *ssa.Alloc:
			return b
		case *ssa.FreeVar:
			v = b
		default:
			return nil
		}
	}
	return nil
}

// rootAddr is the object that an address of a nested field starts from.
func rootAddr(a ssa.Value) ssa.Value {
	for {
		fa, ok := a.(*ssa.FieldAddr)
		if !ok {
			return a
		}
		a = fa.X
	}
}

// shared reports memory that other goroutines can reach.
func (r region) shared() bool { return r.kind != inCell || r.open }

// version names the state of a region at an instruction: two loads of one address in one version give one value. It is
// the last instruction on the way here that may have changed it; a function that can't have changed it takes the
// version of its call.
func (f *Flow) version(at ssa.Instruction, r region, fr *Frame) string {
	fr = lexFrameOr(fr, at.Parent())
	for {
		in, b, ended := f.lastChange(at, r)
		switch {
		case in >= 0:
			return "|" + strconv.Itoa(b.Index) + "." + strconv.Itoa(in) + "@" + fr.id
		case !ended:
			return "|" + strconv.Itoa(b.Index) + "@" + fr.id
		case fr.Call == nil || fr.Parent == nil || r.cell != nil && r.cell.Parent() == fr.Fn:
			return "|@" + fr.id
		}
		at, fr = fr.Call, lexFrameOr(fr.Parent, fr.Call.Parent())
	}
}

// lastChange walks back from an instruction: to the index of the last one in its block b that may change the region,
// or to the block whose ways in may have changed it (in is -1), or to the start of the function (ended).
func (f *Flow) lastChange(at ssa.Instruction, r region) (in int, b *ssa.BasicBlock, ended bool) {
	b = at.Block()
	from := slices.Index(b.Instrs, at)
	for {
		for i := from - 1; i >= 0; i-- {
			if f.mayChange(b.Instrs[i], r) {
				return i, b, false
			}
		}
		d := b.Idom()
		if d == nil {
			return -1, b, len(b.Preds) == 0
		}
		if anyBetween(d, b, func(x *ssa.BasicBlock) bool { return f.blockMayChange(x, r) }) {
			return -1, b, false
		}
		b, from = d, len(d.Instrs)
	}
}

func (f *Flow) blockMayChange(b *ssa.BasicBlock, r region) bool {
	return slices.ContainsFunc(b.Instrs, func(in ssa.Instruction) bool { return f.mayChange(in, r) })
}

// changingLoops adds the loops around an instruction, and around the calls that lead to it, in which the region may
// change.
func (f *Flow) changingLoops(at ssa.Instruction, r region, fr *Frame, set map[string]bool) {
	lexFrameOr(fr, at.Parent()).around(at.Block(), func(b *ssa.BasicBlock, d *Frame) {
		for _, h := range f.loopHeaders(b) {
			if f.loopMayChange(b.Parent(), h, r) {
				set["L"+strconv.Itoa(h)+"@"+d.id] = true
			}
		}
	})
}

func (f *Flow) loopMayChange(fn *ssa.Function, header int, r region) bool {
	for _, b := range fn.Blocks {
		if slices.Contains(f.loopHeaders(b), header) && f.blockMayChange(b, r) {
			return true
		}
	}
	return false
}

// mayChange reports an instruction after which a load of the region may give something else.
func (f *Flow) mayChange(in ssa.Instruction, r region) bool {
	switch in := in.(type) {
	case *ssa.Store:
		return f.storeHits(in, r)
	case *ssa.MapUpdate:
		return r.kind == inMap && typeName(in.Map.Type()) == r.typ
	case *ssa.UnOp:
		return in.Op == token.ARROW && r.shared() // another goroutine has run
	case *ssa.Select:
		return r.shared()
	case *ssa.Defer:
		return false
	case *ssa.RunDefers:
		return f.defersMayChange(in.Parent(), r)
	case ssa.CallInstruction:
		return f.callMayChange(in, r)
	}
	return false
}

// storeHits reports a store that may be to the region.
func (f *Flow) storeHits(s *ssa.Store, r region) bool {
	typ := typeName(s.Val.Type())
	if ia, ok := s.Addr.(*ssa.IndexAddr); ok && madeForCall(ia.X) {
		return false
	}
	if r.kind == inElement && holdsArrayOf(s.Val.Type(), r.typ, 0) {
		return true
	}
	switch a := s.Addr.(type) {
	case *ssa.FieldAddr:
		root := rootAddr(a)
		switch r.kind {
		case inField:
			if fieldOf(a.X.Type(), a.Field) == r.field {
				return !f.fresh(s) || r.cell != nil && root == ssa.Value(r.cell)
			}
			return typ != r.typ && holdsRegion(s.Val.Type(), r)
		case inCell:
			return root == ssa.Value(r.cell)
		case inGlobal:
			return root == ssa.Value(r.global)
		}
		return r.kind != inMap && (typ == r.typ || fieldOf(a.X.Type(), a.Field).typ == r.typ)
	case *ssa.Global:
		return r.kind == inGlobal && a == r.global || r.kind == inPointee && typ == r.typ || r.kind == inField && holdsRegion(s.Val.Type(), r) && typ != r.typ
	case *ssa.Alloc:
		return r.cell == a || r.kind == inPointee && typ == r.typ && !f.plainCell(a)
	case *ssa.FreeVar:
		if c := f.cellOf(a); c != nil {
			return r.cell == c || r.kind == inPointee && typ == r.typ
		}
	}
	switch r.kind {
	case inField:
		f.indexObjects()
		return holdsRegion(s.Val.Type(), r) && (typ != r.typ || f.leaked[r.field])
	case inCell:
		return r.open && typ == r.typ && !f.plainCell(r.cell)
	case inGlobal:
		u := f.globals[r.global]
		return typ == r.typ && u != nil && u.addr
	case inPointee:
		return holdsRegion(s.Val.Type(), r)
	case inMap:
		return false
	}
	return typ == r.typ
}

// holdsArrayOf reports a type that has an array with such elements in it: storing a value of it stores them all.
func holdsArrayOf(t types.Type, elem string, depth int) bool {
	if depth > 4 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return typeName(u.Elem()) == elem || holdsArrayOf(u.Elem(), elem, depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if holdsArrayOf(u.Field(i).Type(), elem, depth+1) {
				return true
			}
		}
	}
	return false
}

// plainCell reports a variable whose address goes nowhere but to closures.
func (f *Flow) plainCell(a *ssa.Alloc) bool { _, ok := f.cellStores(a); return ok }

func (f *Flow) callMayChange(call ssa.CallInstruction, r region) bool {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "append", "copy":
			return r.kind == inElement && elemTypeName(c.Args[0].Type()) == r.typ
		case "delete", "clear":
			return r.kind == inMap && typeName(c.Args[0].Type()) == r.typ || r.kind == inElement && elemTypeName(c.Args[0].Type()) == r.typ
		}
		return false
	}
	if !r.shared() {
		return false
	}
	if c.IsInvoke() {
		for _, i := range f.implementing(c).list {
			if f.fnMayStore(i.fn, r) {
				return true
			}
		}
		return f.handsOver(call, r)
	}
	fn := c.StaticCallee()
	if fn == nil {
		fn = f.funcValue(Ref{V: c.Value, Fr: f.Root(call.Parent())}, 0)
	}
	switch {
	case fn == nil:
		return true
	case len(fn.Blocks) > 0:
		return f.fnMayStore(fn, r)
	}
	if name := calleeName(c); r.kind == inElement && looksOnly(name) && !isGoRedis(name) {
		return false
	}
	return waits(calleeName(c)) || f.handsOver(call, r)
}

// defersMayChange reports a deferred call that may change the region.
func (f *Flow) defersMayChange(fn *ssa.Function, r region) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if d, ok := in.(*ssa.Defer); ok && f.callMayChange(d, r) {
				return true
			}
		}
	}
	return false
}

func elemTypeName(t types.Type) string {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return typeName(s.Elem())
	}
	return ""
}

// waits reports functions that let other goroutines run before they return.
func waits(name string) bool {
	return strings.HasPrefix(name, "(*sync.") && (strings.HasSuffix(name, "Lock") || strings.HasSuffix(name, "Wait")) || name == "time.Sleep"
}

type storeQuery struct {
	fn *ssa.Function
	r  region
}

// fnMayStore reports that fn, or what it calls, may change the region.
func (f *Flow) fnMayStore(fn *ssa.Function, r region) bool {
	q := storeQuery{fn, r}
	if known, ok := f.mayStore[q]; ok {
		return known
	}
	if f.storing[q] {
		f.cut++
		return false // on the way already: the function that asked first answers for all
	}
	f.storing[q] = true
	cut := f.cut
	found := slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return f.blockMayChange(b, r) })
	delete(f.storing, q)
	if found || f.cut == cut || len(f.storing) == 0 {
		f.mayStore[q] = found
	}
	return found
}
