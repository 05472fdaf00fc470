package keyflow

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

type write struct {
	call ssa.CallInstruction
	in   ssa.Instruction
}

// builder is the text of a strings.Builder or bytes.Buffer: what is written to it, in order, before it is read.
func (f *Flow) builder(c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	if len(c.Call.Args) == 0 {
		return nil, false
	}
	buf, ok := c.Call.Args[0].(*ssa.Alloc)
	if !ok || buf.Parent() != c.Parent() {
		return nil, false
	}
	writes, ok := builderWrites(buf, c)
	if !ok {
		return f.unknown("is put together in a buffer that other code writes to", c, fr, nil), true
	}
	out := []key.Template{key.Literal("")}
	base := f.loopsOf(buf.Block(), fr)
	for _, w := range writes {
		b := w.in.Block()
		if len(extraLoops(f.loopsOf(b, fr), base)) > 0 {
			return f.unknown("is put together in a loop", c, fr, nil), true
		}
		ts := f.written(w.call, fr)
		if !b.Dominates(c.Block()) {
			choice := "blk:" + strconv.Itoa(b.Index) + "@" + fr.id
			var alt []key.Template
			for _, t := range ts {
				if u, ok := withCond(t, choice, "y"); ok {
					alt = append(alt, u)
				}
			}
			skip, _ := withCond(key.Literal(""), choice, "n")
			ts = append(alt, skip)
		}
		out = product(out, ts)
	}
	return out, true
}

// builderWrites lists the writes in order; false when the buffer goes where its writes can't be seen.
func builderWrites(buf *ssa.Alloc, read *ssa.Call) ([]write, bool) {
	var out []write
	for _, in := range *buf.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.MakeInterface:
			for _, r := range *in.Referrers() {
				call, ok := r.(ssa.CallInstruction)
				if !ok || !strings.HasPrefix(calleeName(call.Common()), "fmt.Fprint") {
					if _, dbg := r.(*ssa.DebugRef); dbg {
						continue
					}
					return nil, false
				}
				out = append(out, write{call, r})
			}
		case ssa.CallInstruction:
			name := calleeName(in.Common())
			switch {
			case !strings.HasPrefix(name, "(*strings.Builder).") && !strings.HasPrefix(name, "(*bytes.Buffer)."):
				return nil, false
			case strings.Contains(name, ").Write"):
				out = append(out, write{in, in})
			case strings.HasSuffix(name, ").Reset") || strings.HasSuffix(name, ").Truncate") || strings.HasSuffix(name, "ReadFrom"):
				return nil, false
			}
		default:
			return nil, false
		}
	}
	slices.SortStableFunc(out, func(a, b write) int { return order(a.in, b.in) })
	for _, w := range out {
		if w.in.Block() == read.Block() && order(w.in, read) > 0 {
			return nil, false // written to after it was read
		}
	}
	return out, true
}

// order compares two instructions of a function without loops around them: by dominance, then by place.
func order(a, b ssa.Instruction) int {
	x, y := a.Block(), b.Block()
	switch {
	case x == y:
		return slices.Index(x.Instrs, a) - slices.Index(x.Instrs, b)
	case x.Dominates(y):
		return -1
	case y.Dominates(x):
		return 1
	}
	return x.Index - y.Index
}

// written is the text that one write appends.
func (f *Flow) written(call ssa.CallInstruction, fr *Frame) []key.Template {
	c := call.Common()
	name := calleeName(c)
	var e *ast.CallExpr = f.callExpr(call)
	arg := func(i int) Ref { // argument i, the receiver not counted
		r := Ref{V: c.Args[i+1], Fr: fr}
		if e != nil && i < len(e.Args) {
			r.Hint = e.Args[i]
		}
		return r
	}
	switch {
	case strings.HasSuffix(name, ".WriteString"), strings.HasSuffix(name, ").Write"):
		return f.Eval(arg(0))
	case strings.HasSuffix(name, ".WriteByte"), strings.HasSuffix(name, ".WriteRune"):
		if k, ok := c.Args[1].(*ssa.Const); ok {
			return []key.Template{key.Literal(string(rune(k.Int64())))}
		}
	case name == "fmt.Fprintf":
		if args, ok := f.variadic(c.Args[2], fr); ok {
			if e != nil && !e.Ellipsis.IsValid() {
				for i := range args {
					if i+2 < len(e.Args) {
						args[i].Hint = e.Args[i+2]
					}
				}
			}
			return f.sprintf(f.Eval(arg(0)), args)
		}
	}
	v, _ := call.(ssa.Value)
	if v == nil {
		return f.unknown("is written by "+name, c.Value, fr, nil)
	}
	return f.unknown("is written by "+name, v, fr, nil)
}
