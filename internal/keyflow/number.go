package keyflow

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// maxNumbering bounds how deep values are taken apart to number them.
const maxNumbering = 400

type numberKey struct {
	v  ssa.Value
	fr *Frame
}

// valueID numbers a value: two values with one id hold one text wherever both are defined. The forms are those of
// value numbering: constants, parameters (through the frame's call), pure operations on numbered values, memory that
// does not change between the two looks (see version). Everything else is its own.
func (f *Flow) valueID(v ssa.Value, fr *Frame) string {
	k := numberKey{v, fr}
	if id, ok := f.numbers[k]; ok {
		return id
	}
	if f.numbering[k] || len(f.numbering) > maxNumbering {
		f.cut++
		return "v:" + f.valueKey(v, fr)
	}
	f.numbering[k] = true
	cut := f.cut
	id := f.short(f.number(v, fr))
	delete(f.numbering, k)
	if f.cut == cut {
		f.numbers[k] = id
	}
	return id
}

// short replaces a long form by a number, the same for the same form: forms of forms stay small.
func (f *Flow) short(form string) string {
	if len(form) <= 64 || strings.HasPrefix(form, "v:") {
		return form
	}
	id, ok := f.forms[form]
	if !ok {
		id = "#" + strconv.Itoa(len(f.forms))
		f.forms[form] = id
	}
	return id
}

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

func (f *Flow) number(v ssa.Value, fr *Frame) string {
	n := func(x ssa.Value) string { return f.valueID(x, fr) }
	switch v := v.(type) {
	case *ssa.Const:
		return "c:" + v.String()
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return f.valueID(r.V, r.Fr)
		}
	case *ssa.FreeVar:
		if r, ok := f.binding(v, fr); ok {
			return f.valueID(r.V, r.Fr)
		}
	case *ssa.MakeInterface:
		return n(v.X)
	case *ssa.ChangeInterface:
		return n(v.X)
	case *ssa.ChangeType:
		return n(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return n(v.X)
		}
	case *ssa.Convert:
		if textual(v.X.Type()) && textual(v.Type()) && isString(v.X.Type()) {
			return n(v.X) // the bytes of a slice may change
		}
		if _, ok := v.X.Type().Underlying().(*types.Basic); ok {
			return "conv:" + v.Type().String() + "(" + n(v.X) + ")"
		}
	case *ssa.BinOp:
		return "op" + v.Op.String() + "(" + n(v.X) + "," + n(v.Y) + ")"
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.numberLoad(v, fr)
		}
		if v.Op != token.ARROW {
			return "op" + v.Op.String() + "(" + n(v.X) + ")"
		}
	case *ssa.Field:
		return "f(" + n(v.X) + "," + fieldOf(v.X.Type(), v.Field).String() + ")"
	case *ssa.Lookup:
		return f.numberLookup(v, fr)
	case *ssa.Index:
		return "ix(" + n(v.X) + "," + n(v.Index) + ")"
	case *ssa.Slice:
		if isString(v.X.Type()) {
			return "sl(" + n(v.X) + "," + f.bound(v.Low, fr) + "," + f.bound(v.High, fr) + ")"
		}
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			if pureCall(t.Common()) {
				return "x" + strconv.Itoa(v.Index) + "(" + n(t) + ")"
			}
		case *ssa.Lookup:
			if v.Index == 0 {
				return f.numberLookup(t, fr)
			}
		case *ssa.TypeAssert:
			if v.Index == 0 {
				return n(t.X)
			}
		}
	case *ssa.Call:
		if pureCall(v.Common()) {
			return f.numberCall(v, fr)
		}
		if name := calleeName(v.Common()); name == "(io/fs.DirEntry).Name" || name == "(io/fs.FileInfo).Name" {
			return "name(" + n(v.Call.Value) + ")" // of a file, whenever it is asked
		}
	}
	return "v:" + f.valueKey(v, fr)
}

// bound numbers a bound of a slice expression.
func (f *Flow) bound(v ssa.Value, fr *Frame) string {
	if v == nil {
		return ""
	}
	return f.valueID(v, fr)
}

// numberLookup is an index into a map (while the map does not change) or a byte of a string.
func (f *Flow) numberLookup(v *ssa.Lookup, fr *Frame) string {
	at := f.valueID(v.X, fr) + "," + f.valueID(v.Index, fr)
	if _, ok := v.X.Type().Underlying().(*types.Map); !ok {
		return "ix(" + at + ")"
	}
	return "lk(" + at + ")" + f.version(v, f.regionOf(v), fr)
}

func (f *Flow) numberCall(v *ssa.Call, fr *Frame) string {
	own := "v:" + f.valueKey(v, fr)
	switch v.Type().Underlying().(type) {
	case *types.Slice, *types.Pointer, *types.Map:
		return own // new memory each time
	}
	args := make([]string, 0, len(v.Call.Args))
	for _, a := range v.Call.Args {
		if id, ok := f.bytesNumber(a, fr); ok {
			args = append(args, id)
			continue
		}
		refs, ok := f.variadic(a, fr)
		if !ok {
			refs = []Ref{{V: a, Fr: fr}}
		}
		for _, r := range refs {
			r = f.concrete(r)
			if !isNil(r.V) && !stableText(r.V.Type(), 0) {
				return own // what it refers to may change
			}
			args = append(args, f.valueID(r.V, r.Fr))
		}
	}
	return calleeName(v.Common()) + "(" + strings.Join(args, ",") + ")"
}

// numberLoad numbers what a pointer points to now.
func (f *Flow) numberLoad(v *ssa.UnOp, fr *Frame) string {
	switch a := v.X.(type) {
	case *ssa.Global:
		if f.constantGlobal(a) {
			return "g:" + a.String()
		}
		return "g:" + a.String() + f.version(v, f.regionOf(v), fr)
	case *ssa.FieldAddr:
		k := fieldOf(a.X.Type(), a.Field)
		form := "f(" + f.baseNumber(a.X, fr) + "," + k.String() + ")"
		if f.unchanging(k) {
			return form
		}
		return form + f.version(v, f.regionOf(v), fr)
	case *ssa.Alloc:
		if r, ok := f.soleStore(a, fr); ok {
			return f.valueID(r.V, r.Fr)
		}
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			if r, ok := f.soleStore(al, afr); ok {
				return f.valueID(r.V, r.Fr)
			}
			return "at(" + f.valueID(al, afr) + ")" + f.version(v, region{kind: inCell, cell: al, open: true, typ: typeName(v.Type())}, fr)
		}
	case *ssa.IndexAddr:
		return "el(" + f.valueID(a.X, fr) + "," + f.valueID(a.Index, fr) + ")" + f.version(v, f.regionOf(v), fr)
	}
	return "at(" + f.valueID(v.X, fr) + ")" + f.version(v, f.regionOf(v), fr)
}

// baseNumber numbers the object that holds a field: the pointer, or the local copy of a struct value.
func (f *Flow) baseNumber(x ssa.Value, fr *Frame) string {
	switch x := x.(type) {
	case *ssa.Alloc:
		if s, ok := f.copiedFrom(x); ok {
			return f.valueID(s, lexFrameOr(fr, x.Parent()))
		}
	case *ssa.FieldAddr: // a struct inside a struct
		return f.short("f(" + f.baseNumber(x.X, fr) + "," + fieldOf(x.X.Type(), x.Field).String() + ")")
	}
	return f.valueID(x, fr)
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
