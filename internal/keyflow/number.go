package keyflow

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// valueID numbers a value: two values with one id hold one text wherever both are defined. The forms are those of
// value numbering: constants, parameters (through the frame's call), pure operations on numbered values, fields of
// objects that do not change between the two looks. Everything else is its own.
func (f *Flow) valueID(v ssa.Value, fr *Frame) string { return f.number(v, fr, 0) }

// valueKey is the identity of one SSA value in one frame.
func (f *Flow) valueKey(v ssa.Value, fr *Frame) string {
	in, _ := v.(ssa.Instruction)
	pos := ""
	var fn *ssa.Function
	switch {
	case in != nil && in.Parent() != nil:
		fn = in.Parent()
		pos = strconv.Itoa(in.Block().Index) + "." + v.Name()
	case v.Parent() != nil:
		fn = v.Parent()
		pos = v.Name()
	default:
		return v.String()
	}
	return fnID(fn) + "/" + pos + "@" + lexFrameOr(fr, fn).id
}

func (f *Flow) number(v ssa.Value, fr *Frame, depth int) string {
	if depth > 2*maxDepth {
		return "v:" + f.valueKey(v, fr)
	}
	n := func(x ssa.Value) string { return f.number(x, fr, depth+1) }
	switch v := v.(type) {
	case *ssa.Const:
		return "c:" + v.String()
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return f.number(r.V, r.Fr, depth+1)
		}
	case *ssa.FreeVar:
		if r, ok := f.binding(v, fr); ok {
			return f.number(r.V, r.Fr, depth+1)
		}
	case *ssa.MakeInterface:
		return n(v.X)
	case *ssa.ChangeInterface:
		return n(v.X)
	case *ssa.ChangeType:
		return n(v.X)
	case *ssa.Convert:
		if textual(v.X.Type()) && textual(v.Type()) {
			return n(v.X)
		}
		return "conv:" + v.Type().String() + "(" + n(v.X) + ")"
	case *ssa.BinOp:
		return "op" + v.Op.String() + "(" + n(v.X) + "," + n(v.Y) + ")"
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.numberLoad(v, fr, depth)
		}
		if v.Op != token.ARROW {
			return "op" + v.Op.String() + "(" + n(v.X) + ")"
		}
	case *ssa.Field:
		return "f(" + n(v.X) + "," + fieldOf(v.X.Type(), v.Field).String() + ")"
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok && pureCall(c.Common()) {
			return "x" + strconv.Itoa(v.Index) + "(" + n(c) + ")"
		}
	case *ssa.Call:
		if pureCall(v.Common()) {
			return f.numberCall(v, fr, depth)
		}
	}
	return "v:" + f.valueKey(v, fr)
}

func (f *Flow) numberCall(v *ssa.Call, fr *Frame, depth int) string {
	args := make([]string, 0, len(v.Call.Args))
	for _, a := range v.Call.Args {
		if refs, ok := f.variadic(a, fr); ok {
			for _, r := range refs {
				args = append(args, f.number(r.V, r.Fr, depth+1))
			}
			continue
		}
		if _, slice := a.Type().Underlying().(*types.Slice); slice && !textual(a.Type()) {
			return "v:" + f.valueKey(v, fr)
		}
		args = append(args, f.number(a, fr, depth+1))
	}
	return calleeName(v.Common()) + "(" + strings.Join(args, ",") + ")"
}

// numberLoad numbers what a pointer points to now.
func (f *Flow) numberLoad(v *ssa.UnOp, fr *Frame, depth int) string {
	switch a := v.X.(type) {
	case *ssa.Global:
		if f.constantGlobal(a) {
			return "g:" + a.String()
		}
	case *ssa.FieldAddr:
		base := f.baseNumber(a.X, fr, depth)
		k := fieldOf(a.X.Type(), a.Field)
		if f.stableField(k) {
			return "f(" + base + "," + k.String() + ")"
		}
		return "f(" + base + "," + k.String() + "," + f.window(v, k, fr) + ")"
	case *ssa.Alloc:
		if r, ok := f.soleStore(a, fr); ok {
			return f.number(r.V, r.Fr, depth+1)
		}
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			if r, ok := f.soleStore(al, afr); ok {
				return f.number(r.V, r.Fr, depth+1)
			}
		}
	}
	return "v:" + f.valueKey(v, fr)
}

// baseNumber numbers the object that holds a field: the pointer, or the local copy of a struct value.
func (f *Flow) baseNumber(x ssa.Value, fr *Frame, depth int) string {
	switch x := x.(type) {
	case *ssa.Alloc:
		if s, ok := f.copiedFrom(x); ok {
			return f.number(s, lexFrameOr(fr, x.Parent()), depth+1)
		}
	case *ssa.FieldAddr: // a struct inside a struct
		return "f(" + f.baseNumber(x.X, fr, depth+1) + "," + fieldOf(x.X.Type(), x.Field).String() + ")"
	}
	return f.number(x, fr, depth+1)
}

// copiedFrom is the one value that a local struct variable holds, when nothing of it is changed later.
func (f *Flow) copiedFrom(a *ssa.Alloc) (ssa.Value, bool) {
	var val ssa.Value
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr != a || val != nil {
				return nil, false
			}
			val = in.Val
		case *ssa.FieldAddr:
			for _, r := range *in.Referrers() {
				if _, ok := r.(*ssa.Store); ok {
					return nil, false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return val, val != nil
}

// soleStore is the one value ever stored to a local cell, in the function that declares it.
func (f *Flow) soleStore(a *ssa.Alloc, fr *Frame) (Ref, bool) {
	stores, ok := f.cellStores(a)
	cfr := lexFrame(fr, a.Parent())
	if !ok || cfr == nil || len(stores) != 1 || stores[0].Parent() != a.Parent() {
		return Ref{}, false
	}
	return Ref{V: stores[0].Val, Fr: cfr}, true
}

// pureCall reports functions without state: equal arguments give equal results.
func pureCall(c *ssa.CallCommon) bool {
	if c.IsInvoke() {
		return false
	}
	fn := c.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil {
		return false
	}
	name := calleeName(c)
	switch fn.Object().Pkg().Path() {
	case "strings", "bytes":
		return !strings.HasPrefix(name, "(")
	case "strconv", "path", "path/filepath", "encoding/hex", "unicode", "crypto/sha256", "crypto/sha1", "crypto/md5", "net/url", "hash/crc32", "html":
		return !strings.HasPrefix(name, "(*")
	case "encoding/base64":
		return strings.HasSuffix(name, "EncodeToString")
	case "fmt":
		return strings.HasPrefix(name, "fmt.Sprint")
	case "time":
		return strings.HasPrefix(name, "(time.") || name == "time.Unix" || name == "time.Date"
	case "github.com/google/uuid":
		return strings.HasPrefix(name, "(github.com/google/uuid.UUID)")
	}
	return false
}
