package keyflow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// objectAt is an object that holds a struct by value, and where.
type objectAt struct {
	obj  *ssa.Alloc
	path []int
}

// indexObjects finds where objects are made and overwritten, and which fields may be set out of sight.
func (f *Flow) indexObjects() {
	if f.objects != nil {
		return
	}
	f.objects, f.leaked, f.overwritten, f.decoded = map[string][]objectAt{}, map[fieldKey]bool{}, map[string]bool{}, map[string]bool{}
	f.zeros = map[string]bool{}
	for _, fn := range f.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				f.indexObject(in)
			}
		}
	}
}

func (f *Flow) indexObject(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Alloc:
		walkStructs(in.Type().Underlying().(*types.Pointer).Elem(), nil, 0, func(name string, path []int) {
			f.objects[name] = append(f.objects[name], objectAt{in, slices.Clone(path)})
		})
	case *ssa.MakeSlice:
		if c, ok := in.Len.(*ssa.Const); ok && c.Int64() == 0 {
			return
		}
		walkStructs(in.Type().Underlying().(*types.Slice).Elem(), nil, 0, func(name string, _ []int) { f.zeros[name] = true })
	case *ssa.FieldAddr:
		if isString(structField(in.X.Type(), in.Field).Type()) && !onlyAccessed(in) {
			f.leaked[fieldOf(in.X.Type(), in.Field)] = true
		}
	case *ssa.Store:
		if root, _ := rootPath(in.Addr); isObject(root) {
			return
		}
		if _, ok := in.Addr.(*ssa.FieldAddr); ok {
			return // the field of an outer object
		}
		if g, ok := in.Addr.(*ssa.Global); ok && f.constantGlobal(g) {
			return
		}
		walkStructs(in.Val.Type(), nil, 0, func(name string, _ []int) { f.overwritten[name] = true })
	case ssa.CallInstruction:
		f.indexDecoder(in)
		if c := in.Common(); !c.IsInvoke() && c.StaticCallee() == nil {
			if _, builtin := c.Value.(*ssa.Builtin); !builtin {
				sig := signatureName(c.Signature())
				f.dynamic[sig] = append(f.dynamic[sig], in)
			}
		}
	}
	var ops []*ssa.Value
	for _, op := range in.Operands(ops) {
		if c, ok := (*op).(*ssa.Const); ok && c.Value == nil {
			if ret, isReturn := in.(*ssa.Return); isReturn && failed(ret) {
				continue
			}
			walkStructs(c.Type(), nil, 0, func(name string, _ []int) { f.zeros[name] = true })
		}
	}
}

func isObject(v ssa.Value) bool { _, ok := v.(*ssa.Alloc); return ok }

// walkStructs calls found for each struct that a type holds by value.
func walkStructs(t types.Type, path []int, depth int, found func(name string, path []int)) {
	if depth > 4 {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		found(structName(t), path)
		for i := range u.NumFields() {
			walkStructs(u.Field(i).Type(), append(slices.Clone(path), i), depth+1, found)
		}
	case *types.Array:
		for i := range min(u.Len(), 64) {
			walkStructs(u.Elem(), append(slices.Clone(path), -1-int(i)), depth+1, found)
			if _, nested := u.Elem().Underlying().(*types.Struct); !nested {
				return
			}
		}
	}
}

// onlyAccessed reports an address that is loaded from and stored to, and does not go elsewhere.
func onlyAccessed(a *ssa.FieldAddr) bool {
	for _, r := range *a.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if r.Addr != ssa.Value(a) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// indexDecoder notes the types of objects that are handed, as an interface, to code without source. Printing and
// wrapping do not write.
func (f *Flow) indexDecoder(call ssa.CallInstruction) {
	c := call.Common()
	if fn := c.StaticCallee(); fn != nil && len(fn.Blocks) > 0 {
		return
	}
	name := calleeName(c)
	for _, p := range []string{"fmt.Sprint", "fmt.Print", "fmt.Fprint", "fmt.Errorf", "log.", "(*log.", "log/slog.", "(*log/slog.", "errors.", "(*testing.", "(*sync.", "encoding/json.Marshal"} {
		if strings.HasPrefix(name, p) {
			return
		}
	}
	if isGoRedis(name) || strings.HasPrefix(name, "builtin.") {
		return
	}
	for _, a := range c.Args {
		for _, x := range handed(a) {
			m, ok := x.(*ssa.MakeInterface)
			if !ok {
				continue
			}
			if p, ok := m.X.Type().Underlying().(*types.Pointer); ok {
				f.decodedTypes(p.Elem(), 0)
			}
		}
	}
}

// decodedTypes notes a type that reflection may fill, with all that it leads to.
func (f *Flow) decodedTypes(t types.Type, depth int) {
	if depth > 6 {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if f.decoded[structName(t)] {
			return
		}
		f.decoded[structName(t)] = true
		for i := range u.NumFields() {
			f.decodedTypes(u.Field(i).Type(), depth+1)
		}
	case *types.Pointer:
		f.decodedTypes(u.Elem(), depth+1)
	case *types.Slice:
		f.decodedTypes(u.Elem(), depth+1)
	case *types.Array:
		f.decodedTypes(u.Elem(), depth+1)
	case *types.Map:
		f.decodedTypes(u.Elem(), depth+1)
	}
}
