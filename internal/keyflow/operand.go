package keyflow

import (
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// text is operand i of a call of package fmt as a verb writes it.
func (f *Flow) text(r Ref, verb rune, flags string, call ssa.CallInstruction, fr *Frame, i int) []key.Template {
	name := f.nameOf(r.V, r.Hint)
	r = f.concrete(r)
	t := r.V.Type()
	if !formatsItself(t, verb, flags) {
		return f.textOf(r, t, verb, flags, call, fr, i)
	}
	if kindOfType(t) == key.Text || kindOfType(t) == key.Int || kindOfType(t) == key.Bool {
		if ts, ok := f.stringer(r, t, call, fr); ok && flags == "" && (verb == 's' || verb == 'v') {
			for j := range ts {
				ts[j] = renamed(ts[j], name)
			}
			return ts
		}
	}
	h := f.operandHole(r, verb, flags, call, fr, i)
	if h.Kind == key.Int || h.Kind == key.Bool {
		h.Kind = key.Text
	}
	if h.Kind == key.ID && (verb == 'x' || verb == 'X') {
		h.Kind = key.Int
	}
	return []key.Template{key.OfHole(h)}
}

// textOf is an operand without a method that writes it.
func (f *Flow) textOf(r Ref, t types.Type, verb rune, flags string, call ssa.CallInstruction, fr *Frame, i int) []key.Template {
	if c, ok := r.V.(*ssa.Const); ok && !(isString(t) && flags == "" && strings.ContainsRune("sv", verb)) {
		if s, ok := formatConst(c, verb, flags); ok {
			return []key.Template{key.Literal(s)}
		}
	}
	b, _ := t.Underlying().(*types.Basic)
	switch {
	case isString(t) && flags == "" && strings.ContainsRune("sv", verb):
		return f.Eval(r)
	case textual(t) && flags == "" && verb == 's':
		return f.bytesAt(r, call, fr)
	case b != nil && b.Info()&types.IsInteger != 0 && flags == "" && strings.ContainsRune("dv", verb):
		return f.integer(r, r.V)
	case b != nil && b.Info()&types.IsBoolean != 0 && flags == "" && strings.ContainsRune("tv", verb):
		return f.boolean(r)
	}
	h := f.operandHole(r, verb, flags, call, fr, i)
	h.Kind = verbKind(t, verb, flags)
	asText := strings.ContainsRune("sq", verb) || verb == 'v' && isString(t)
	h.Braces = h.Braces && asText || fmtBraces(t, verb, flags, 0)
	return []key.Template{key.OfHole(h)}
}

// operandHole is an operand that stays opaque. Its text is the same in another call only when nothing in it can
// change: else the hole is one of this call.
func (f *Flow) operandHole(r Ref, verb rune, flags string, call ssa.CallInstruction, fr *Frame, i int) *key.Hole {
	h := f.leafHole(r.V, r.Fr, r.Hint)
	h.Domain, h.Param, h.Pattern = nil, "", ""
	how := "fmt%" + flags + string(verb)
	switch {
	case stableText(r.V.Type(), 0):
		h.ID = how + "(" + f.widthless(r) + ")"
	default:
		h.ID = how + "@" + f.siteID(call, fr) + "#" + strconv.Itoa(i)
		h.Loops = union(h.Loops, f.loopsOf(call.Block(), fr))
	}
	return h
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// siteID names a call in a frame.
func (f *Flow) siteID(call ssa.CallInstruction, fr *Frame) string {
	b := call.Block()
	return fnID(b.Parent()) + "/" + strconv.Itoa(b.Index) + "." + strconv.Itoa(slices.Index(b.Instrs, ssa.Instruction(call))) + "@" + lexFrameOr(fr, b.Parent()).id
}

// stableText reports a type whose values are formatted to one text for ever: nothing in it is shared, and no method
// that may say something else each time writes it.
func stableText(t types.Type, depth int) bool {
	if kindOfType(t) == key.Time || kindOfType(t) == key.ID {
		return true
	}
	if s := typeName(t); s == "time.Duration" || s == "time.Month" || s == "time.Weekday" || s == "net/netip.Addr" {
		return true
	}
	if depth > maxDepth || formatsItself(t, 'v', "") {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Array:
		return stableText(u.Elem(), depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if !stableText(u.Field(i).Type(), depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// verbKind tells what a verb makes of a value without methods.
func verbKind(t types.Type, verb rune, flags string) key.Kind {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsInteger != 0 && strings.ContainsRune("dxXob", verb) && onlyDigits(flags):
			return key.Int
		case u.Info()&types.IsBoolean != 0 && verb == 't':
			return key.Bool
		}
	case *types.Array: // of a slice or string it may be empty
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte && u.Len() > 0 && (verb == 'x' || verb == 'X') && onlyDigits(flags) {
			return key.Int
		}
	}
	return key.Text
}

// onlyDigits reports flags that put nothing but zeros around a number.
func onlyDigits(flags string) bool {
	return strings.Trim(flags, "0123456789") == "" && (flags == "" || flags[0] == '0')
}

// concrete follows an interface value to the value in it.
func (f *Flow) concrete(r Ref) Ref {
	for range maxDepth {
		switch v := r.V.(type) {
		case *ssa.MakeInterface:
			r.V = v.X
		case *ssa.ChangeInterface:
			r.V = v.X
		case *ssa.Parameter:
			if _, iface := v.Type().Underlying().(*types.Interface); !iface {
				return r
			}
			a, ok := f.argument(v, r.Fr)
			if !ok {
				return r
			}
			r = a
		default:
			return r
		}
	}
	return r
}

func hasMethod(t types.Type, name string) bool {
	return types.NewMethodSet(t).Lookup(nil, name) != nil
}

// formatsItself reports that fmt calls a method of the operand for this verb, or may: of an interface nothing is known.
func formatsItself(t types.Type, verb rune, flags string) bool {
	if types.IsInterface(t) {
		return true
	}
	if hasMethod(t, "Format") || strings.Contains(flags, "#") && verb == 'v' && hasMethod(t, "GoString") {
		return true
	}
	return strings.ContainsRune("vsxXq", verb) && (hasMethod(t, "Error") || hasMethod(t, "String"))
}

// formatConst formats a constant without methods; false for what depends on the name of its type.
func formatConst(c *ssa.Const, verb rune, flags string) (string, bool) {
	format := "%" + flags + string(verb)
	if c.Value == nil {
		return fmt.Sprintf(format, nil), types.IsInterface(c.Type())
	}
	b, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		return "", false
	}
	v, ok := basicValue(c, b)
	if !ok {
		return "", false
	}
	s := fmt.Sprintf(format, v)
	if _, named := types.Unalias(c.Type()).(*types.Basic); !named && (strings.Contains(s, "%!") || strings.Contains(flags, "#")) || verb == 'T' || verb == 'p' {
		return "", false
	}
	return s, true
}

func basicValue(c *ssa.Const, b *types.Basic) (any, bool) {
	n, u := int64(0), uint64(0)
	switch {
	case b.Info()&types.IsUnsigned != 0:
		u = c.Uint64()
	case b.Info()&types.IsInteger != 0:
		n = c.Int64()
	}
	switch b.Kind() {
	case types.String, types.UntypedString:
		return constText(c), true
	case types.Bool, types.UntypedBool:
		return constant.BoolVal(c.Value), true
	case types.Int, types.UntypedInt:
		return int(n), true
	case types.Int8:
		return int8(n), true
	case types.Int16:
		return int16(n), true
	case types.Int32, types.UntypedRune:
		return int32(n), true
	case types.Int64:
		return n, true
	case types.Uint:
		return uint(u), true
	case types.Uint8:
		return uint8(u), true
	case types.Uint16:
		return uint16(u), true
	case types.Uint32:
		return uint32(u), true
	case types.Uint64:
		return u, true
	case types.Float32:
		return float32(c.Float64()), true
	case types.Float64, types.UntypedFloat:
		return c.Float64(), true
	}
	return nil, false
}
