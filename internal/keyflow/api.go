package keyflow

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/source"
)

// Arg is argument i of a call, the receiver not counted, as seen from a frame.
func (f *Flow) Arg(call ssa.CallInstruction, i int, fr *Frame) Ref {
	c := call.Common()
	recv := 0
	if !c.IsInvoke() && c.Signature().Recv() != nil {
		recv = 1
	}
	if fn := c.StaticCallee(); fn != nil && recv == 0 && !c.IsInvoke() && strings.HasSuffix(fn.Name(), "$thunk") {
		recv = 1
	}
	if i+recv >= len(c.Args) {
		return Ref{}
	}
	r := Ref{V: c.Args[i+recv], Fr: fr}
	e := f.callExpr(call)
	if e != nil && i < len(e.Args) && !f.spread(c, i+recv, e, recv) {
		r.Hint = e.Args[i]
	}
	return r
}

// VariadicList is the list of the variadic arguments of a call, argument i being the first.
func (f *Flow) VariadicList(call ssa.CallInstruction, i int, fr *Frame) List {
	r := f.Arg(call, i, fr)
	if r.V == nil {
		return List{}
	}
	e := f.callExpr(call)
	if refs, ok := f.variadic(r.V, fr); ok && e != nil && !e.Ellipsis.IsValid() && r.Hint == nil {
		l := empty()
		for k := range refs {
			if refs[k].Hint == nil && i+k < len(e.Args) {
				refs[k].Hint = e.Args[i+k]
			}
		}
		l.addRefs(refs, f.loopsOf(call.Block(), fr))
		return l
	}
	return f.ListAt(r, call, fr)
}

// Loops names the loops around an instruction, and around the calls that lead to its frame.
func (f *Flow) Loops(in ssa.Instruction, fr *Frame) []string { return f.loopsOf(in.Block(), fr) }

// CallExpr is the expression of a call instruction; nil for calls that SSA made up.
func (f *Flow) CallExpr(call ssa.CallInstruction) *ast.CallExpr { return f.callExpr(call) }

// Field is what was put into a named field of the struct that r is or points to.
func (f *Flow) Field(r Ref, name string) (Ref, bool) {
	obj, ok := f.object(r)
	if !ok {
		return Ref{}, false
	}
	a := obj.V.(*ssa.Alloc)
	var found Ref
	var set *ssa.Store
	for _, in := range *a.Referrers() {
		fa, ok := in.(*ssa.FieldAddr)
		if !ok || structField(fa.X.Type(), fa.Field).Name() != name {
			continue
		}
		for _, u := range *fa.Referrers() {
			if s, ok := u.(*ssa.Store); ok && s.Addr == ssa.Value(fa) {
				if found.V != nil {
					return Ref{}, false
				}
				set, found = s, Ref{V: s.Val, Fr: lexFrameOr(obj.Fr, s.Parent()), Hint: f.storeHint(s)}
			} else if changesElement(u) { // its address goes elsewhere
				return Ref{}, false
			}
		}
	}
	if src, ok := wholeOf(a); ok && set == nil {
		return f.Field(f.passed(Ref{V: src, Fr: obj.Fr}), name)
	}
	return found, set != nil && !overwritten(a, set)
}

// Const is the constant text of a value, if it has just one.
func (f *Flow) Const(r Ref) (string, bool) {
	if r.V == nil {
		return "", false
	}
	ts := f.Eval(r)
	if len(ts) != 1 {
		return "", false
	}
	return ts[0].Text()
}

// FuncValue is the function that a value holds, if it is just one.
func (f *Flow) FuncValue(r Ref) *ssa.Function { return f.funcValue(r, 0) }

// Binding resolves a captured variable to the value, or its address, in the frame around the closure.
func (f *Flow) Binding(v *ssa.FreeVar, fr *Frame) (Ref, bool) { return f.binding(v, fr) }

// Argument resolves a parameter to what the call of its frame passes.
func (f *Flow) Argument(p *ssa.Parameter, fr *Frame) (Ref, bool) { return f.argument(p, fr) }

// FrameOf is the frame of fn in fr or around it.
func (f *Flow) FrameOf(fr *Frame, fn *ssa.Function) *Frame { return lexFrame(fr, fn) }

// Rebase enters fn, where it stands without a caller in fr, from call in parent.
func (f *Flow) Rebase(fr *Frame, fn *ssa.Function, call ssa.CallInstruction, parent *Frame) *Frame {
	return f.rebase(fr, fn, call, parent)
}

// Within reports whether fn is already on the way to fr.
func (fr *Frame) Within(fn *ssa.Function) bool { return fr.within(fn) }

// GlobalStores lists what is stored to a package variable anywhere in the target.
func (f *Flow) GlobalStores(g *ssa.Global) []Ref {
	var out []Ref
	if u := f.globals[g]; u != nil {
		for _, s := range u.stores {
			out = append(out, Ref{V: s.Val, Fr: f.Root(s.Parent()), Hint: f.assigns[s.Pos()]})
		}
	}
	return out
}

// CellStores lists what is stored to a local variable that lives in memory.
func (f *Flow) CellStores(a *ssa.Alloc, fr *Frame) []Ref {
	stores, ok := f.cellStores(a)
	if !ok {
		return nil
	}
	var out []Ref
	for _, s := range stores {
		sfr := lexFrameOr(fr, s.Parent())
		if sfr.Fn != s.Parent() {
			sfr = f.Root(s.Parent())
		}
		out = append(out, Ref{V: s.Val, Fr: sfr})
	}
	return out
}

// CalleeName is the full name of a statically known or interface callee, as types.Func.FullName gives it.
func CalleeName(c *ssa.CallCommon) string { return calleeName(c) }

// Callees lists the functions that a call may enter, as far as is known.
func (f *Flow) Callees(c *ssa.CallCommon, fr *Frame) []*ssa.Function { return f.callees(c, fr) }

// ParamKey names a parameter as key.Hole.Param does.
func (f *Flow) ParamKey(p *ssa.Parameter) string { return f.paramKey(p) }

// IsString reports a type of strings, named or not.
func IsString(t types.Type) bool { return isString(t) }

// FunctionAt names the function around a position, closures by the declared function that they stand in: "(*Store).Load".
func (f *Flow) FunctionAt(p source.Position) string {
	name := ""
	for _, fn := range f.Funcs { // in order: the last one that starts before p and holds it
		if fn.Syntax() == nil || fn.Parent() != nil {
			continue
		}
		from, to := f.Prog.Position(fn.Syntax().Pos()), f.Prog.Position(fn.Syntax().End())
		if from.File == p.File && from.Offset <= p.Offset && p.Offset < to.Offset {
			name = fn.RelString(fn.Pkg.Pkg)
		}
	}
	return name
}
