package keyflow

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// model knows the functions of the standard library that build text.
func (f *Flow) model(c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	name := calleeName(c.Common())
	arg := func(i int) Ref {
		r, _ := f.callArg(c, i, c.Call.StaticCallee(), fr)
		return r
	}
	switch name {
	case "fmt.Sprintf", "fmt.Sprint", "fmt.Append", "fmt.Appendf":
		return f.formatted(name, c, fr)
	case "strings.Join":
		return f.join(arg(0), arg(1), c, fr), true
	case "strings.ToLower":
		return mapText(f.Eval(arg(0)), name, strings.ToLower), true
	case "strings.ToUpper":
		return mapText(f.Eval(arg(0)), name, strings.ToUpper), true
	case "strings.Replace", "strings.ReplaceAll":
		return f.replace(arg(0), arg(1), arg(2), c, fr)
	case "(*strings.Replacer).Replace":
		return f.replacer(arg(0), arg(1))
	case "strings.TrimPrefix", "strings.TrimSuffix":
		return f.trimAffix(name, arg(0), arg(1))
	case "strings.Repeat":
		return f.repeat(arg(0), arg(1))
	case "strings.Clone":
		return f.Eval(arg(0)), true
	case "strconv.Itoa", "strconv.FormatInt", "strconv.FormatUint":
		return f.number10(c, arg(0), fr), true
	case "strconv.FormatBool":
		return f.boolean(arg(0)), true
	case "path.Join":
		args, ok := f.variadic(arg(0).V, fr)
		if !ok {
			return nil, false
		}
		return f.pathJoin(f.withHints(c, 0, args), c, fr), true
	case "(*strings.Builder).String", "(*bytes.Buffer).String":
		return f.builder(c, fr)
	}
	if fn := textFuncs[name]; fn != nil {
		return f.ofConstant(c, fr, fn)
	}
	return nil, false
}

// formatted is a call of package fmt that returns text.
func (f *Flow) formatted(name string, c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	at, out := 0, []key.Template{key.Literal("")}
	if strings.HasPrefix(name, "fmt.Append") {
		if out = f.bytesText(Ref{V: c.Call.Args[0], Fr: fr}); out == nil {
			return nil, false
		}
		at = 1
	}
	with := strings.HasSuffix(name, "f")
	rest := at
	if with {
		rest++
	}
	args, ok := f.operands(c, rest, fr)
	switch {
	case !ok:
		return f.unknown("is formatted with arguments that can't be listed", c, fr, nil), true
	case with:
		r, _ := f.callArg(c, at, c.Call.StaticCallee(), fr)
		return product(out, f.sprintf(f.Eval(r), args, c, fr)), true
	}
	return product(out, f.sprint(args, c, fr)), true
}

// operands lists the variadic arguments of a call, from argument i on.
func (f *Flow) operands(call ssa.CallInstruction, i int, fr *Frame) ([]Ref, bool) {
	v := call.Common().Args[i]
	if seqs, ok := f.sequences(v, fr); ok && len(seqs) == 1 {
		return f.withHints(call, i, seqs[0].elems), true
	}
	args, ok := f.variadic(v, fr)
	return f.withHints(call, i, args), ok
}

// withHints pairs variadic arguments with their expressions at the call.
func (f *Flow) withHints(c ssa.CallInstruction, from int, args []Ref) []Ref {
	e := f.callExpr(c)
	if e == nil || e.Ellipsis.IsValid() {
		return args
	}
	out := slices.Clone(args)
	for i := range out {
		if from+i < len(e.Args) && out[i].Hint == nil {
			out[i].Hint = e.Args[from+i]
		}
	}
	return out
}

// number10 is a number written in base ten, where equal numbers have one hole, whichever function wrote them; or in
// another base.
func (f *Flow) number10(c *ssa.Call, r Ref, fr *Frame) []key.Template {
	if len(c.Call.Args) < 2 {
		return f.integer(r, c.Call.Args[0])
	}
	base := 0
	if k := f.constOf(c.Call.Args[1], fr, 0); k != nil {
		base, _ = strconv.Atoi(k.ExactString())
	}
	if base == 10 {
		return f.integer(r, c.Call.Args[0])
	}
	h := f.leafHole(c, fr, nil)
	h.Kind = key.Text // of base 36, with letters that are no digits
	if verb := map[int]string{2: "b", 8: "o", 16: "x"}[base]; verb != "" {
		h.Kind, h.ID = key.Int, "fmt%"+verb+"("+f.widthless(r)+")"
	}
	return []key.Template{key.OfHole(h)}
}

// boolean is true or false in letters.
func (f *Flow) boolean(r Ref) []key.Template {
	if k := f.constOf(r.V, r.Fr, 0); k != nil {
		return []key.Template{key.Literal(k.ExactString())}
	}
	h := f.leafHole(r.V, r.Fr, r.Hint)
	h.ID, h.Kind = "bool("+f.valueID(r.V, r.Fr)+")", key.Bool
	return []key.Template{key.OfHole(h)}
}

func (f *Flow) integer(r Ref, v ssa.Value) []key.Template {
	if k := f.constOf(v, r.Fr, 0); k != nil {
		return []key.Template{key.Literal(k.ExactString())}
	}
	h := f.leafHole(r.V, r.Fr, r.Hint)
	h.ID, h.Kind = "dec("+f.widthless(r)+")", key.Int
	return []key.Template{key.OfHole(h)}
}

// Sent lists the alternatives of the text that go-redis sends for an argument of a command: strings and bytes as they are,
// whole numbers in base ten. Other types are a hole that equals no other.
func (f *Flow) Sent(r Ref) []key.Template {
	for {
		switch x := r.V.(type) {
		case *ssa.MakeInterface:
			r.V = x.X
			continue
		case *ssa.ChangeInterface:
			r.V = x.X
			continue
		case *ssa.Parameter:
			if a, ok := f.argument(x, r.Fr); ok && types.IsInterface(x.Type()) {
				r = a
				continue
			}
		}
		break
	}
	switch b, _ := r.V.Type().Underlying().(*types.Basic); {
	case b != nil && b.Info()&types.IsInteger != 0:
		return f.integer(r, r.V)
	case textual(r.V.Type()), types.IsInterface(r.V.Type()):
		return f.Eval(r)
	}
	return f.unknown("is sent as a value of type "+r.V.Type().String(), r.V, r.Fr, r.Hint)
}

// widthless numbers an integer without the conversions that keep its value.
func (f *Flow) widthless(r Ref) string {
	v, fr := r.V, r.Fr
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.Parameter:
			if a, ok := f.argument(x, fr); ok {
				v, fr = a.V, a.Fr
				continue
			}
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.Convert:
			if widens(x.X.Type(), x.Type()) {
				v = x.X
				continue
			}
		}
		return f.valueID(v, fr)
	}
}

// widens reports an integer conversion that never changes the value.
func widens(from, to types.Type) bool {
	a, ok1 := from.Underlying().(*types.Basic)
	b, ok2 := to.Underlying().(*types.Basic)
	if !ok1 || !ok2 || a.Info()&types.IsInteger == 0 || b.Info()&types.IsInteger == 0 {
		return false
	}
	if a.Info()&types.IsUnsigned != b.Info()&types.IsUnsigned {
		return false
	}
	sizes := types.SizesFor("gc", "amd64")
	return sizes.Sizeof(b) >= sizes.Sizeof(a)
}
