package keyflow

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// Loose lists the texts that functions which build keys give at calls that did not lead to a Redis operation: a log
// line, a map index, a test's expectation. An edit inside such a function changes these, too.
func (f *Flow) Loose() []key.Template {
	var out []key.Template
	for _, fn := range f.Funcs { // in order
		if !f.inlined[fn] {
			continue
		}
		callers, _ := f.Callers(fn)
		for _, c := range callers {
			call, ok := c.Call.(*ssa.Call)
			if !ok || f.inlinedAt[call] {
				continue
			}
			texts := f.looseAt(fn, call, c.Fn)
			if !f.passes(fn, texts) {
				f.shared = append(f.shared, fn)
			}
			out = append(out, texts...)
		}
	}
	return out
}

// looseAt are the texts that a call of a function gives.
func (f *Flow) looseAt(fn *ssa.Function, call *ssa.Call, in *ssa.Function) []key.Template {
	var out []key.Template
	res := fn.Signature.Results()
	for i := range res.Len() {
		if textual(res.At(i).Type()) {
			out = append(out, f.evalCall(call, call, i, f.Root(in), f.callHint(call))...)
		}
	}
	return out
}

// passes reports that texts were made by a function, as far as they can be edited there; or that it makes none.
func (f *Flow) passes(fn *ssa.Function, texts []key.Template) bool {
	from, to := f.Prog.Position(fn.Pos()), f.Prog.Position(endOf(fn))
	found := len(texts) == 0
	for _, t := range texts {
		t.AllPoints(func(_ int, p key.Point) {
			found = found || p.File == from.File && from.Offset <= p.Offset && p.Offset <= to.Offset
		})
	}
	return found
}

func endOf(fn *ssa.Function) token.Pos {
	if n := fn.Syntax(); n != nil {
		return n.End()
	}
	return fn.Pos()
}

// Beside lists texts that stand beside keys: what a key is compared with, and, in tests, what is handed to other
// libraries (a fake server, a mock). Each entry is one comparison or argument, with all its alternatives.
func (f *Flow) Beside() [][]key.Template {
	var out [][]key.Template
	for _, fn := range f.Funcs {
		file := f.Prog.File(fn.Pos())
		test := file != nil && file.Test
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.BinOp:
					if (in.Op == token.EQL || in.Op == token.NEQ) && isString(in.X.Type()) && !trivial(in.X) && !trivial(in.Y) {
						out = append(out, f.compared(in))
					}
				case *ssa.Call:
					if test {
						out = append(out, f.handedOver(in)...)
					}
				}
			}
		}
	}
	return out
}

// trivial values are compared everywhere, and are no keys.
func trivial(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && len(constText(c)) < 3
}

func (f *Flow) compared(in *ssa.BinOp) []key.Template {
	var hx, hy ast.Expr
	if e := f.binary[in.Pos()]; e != nil {
		hx, hy = e.X, e.Y
	}
	fr := f.Root(in.Parent())
	return slices.Concat(f.eval(in.X, fr, hx), f.eval(in.Y, fr, hy))
}

// handedOver are the string arguments of a call of a library, those of the testing package aside.
func (f *Flow) handedOver(c *ssa.Call) [][]key.Template {
	name := calleeName(c.Common())
	fn := c.Call.StaticCallee()
	if c.Call.IsInvoke() || fn == nil || len(fn.Blocks) > 0 || strings.Contains(name, "testing.") || isGoRedis(name) ||
		strings.HasPrefix(name, "fmt.") || strings.HasPrefix(name, "log.") {
		return nil
	}
	var out [][]key.Template
	for i := range c.Call.Args {
		r := f.Arg(c, i, f.Root(c.Parent()))
		if r.V != nil && isString(r.V.Type()) {
			out = append(out, f.Eval(r))
		}
	}
	return out
}

func (f *Flow) callHint(c *ssa.Call) ast.Expr {
	if e := f.callExpr(c); e != nil {
		return e
	}
	return nil
}
