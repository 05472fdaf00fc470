package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// Loose lists the texts that functions which build keys give at calls that did not lead to a Redis operation: a log
// line, a map index, a test's expectation. An edit inside such a function changes these, too.
func (f *Flow) Loose() []key.Template {
	var out []key.Template
	for _, fn := range f.Funcs { // in order
		if !f.inlined[fn] || fn.Parent() != nil {
			continue
		}
		callers, _ := f.Callers(fn)
		for _, c := range callers {
			call, ok := c.Call.(*ssa.Call)
			if !ok || f.inlinedAt[call] {
				continue
			}
			res := fn.Signature.Results()
			for i := range res.Len() {
				if textual(res.At(i).Type()) {
					out = append(out, f.evalCall(call, call, i, f.Root(c.Fn), f.callHint(call))...)
				}
			}
		}
	}
	return out
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

// Misused tells why the text at a point may not be changed: it belongs to a constant or variable that is also used
// where no key is built. isKey reports that the expression that starts at a point is part of a key. The answer is ""
// when the text may be changed.
func (f *Flow) Misused(p key.Point, isKey func(key.Point) bool) string {
	f.indexRanges()
	for _, r := range f.ranges[p.File] {
		if p.Offset < r.start || p.Offset > r.end {
			continue
		}
		for _, u := range f.objectUses[r.obj] {
			if !isKey(u) {
				return r.name + " is also used at " + u.File + ":" + strconv.Itoa(u.Offset) + ", which is no key"
			}
		}
	}
	return ""
}

// Declaration is the stretch of the constant or package variable whose text a point is in.
func (f *Flow) Declaration(p key.Point) (start, end int, ok bool) {
	f.indexRanges()
	for _, r := range f.ranges[p.File] {
		if r.global && p.Offset >= r.start && p.Offset <= r.end {
			return r.start, r.end, true
		}
	}
	return 0, 0, false
}

// textRange is a stretch of source whose text goes into a constant or variable as it is.
type textRange struct {
	start, end int
	obj, name  string
	global     bool // a constant, or a variable of the package
}

func (f *Flow) indexRanges() {
	if f.ranges != nil {
		return
	}
	f.ranges, f.objectUses = map[string][]textRange{}, map[string][]key.Point{}
	for obj, d := range f.decls {
		f.addRange(obj, d.expr)
	}
	for obj, es := range f.sets {
		for _, e := range es {
			f.addRange(obj, e)
		}
	}
	for _, pkg := range f.Prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for id, obj := range pkg.TypesInfo.Uses {
			switch obj.(type) {
			case *types.Const, *types.Var:
				if obj.Type() != nil && isString(obj.Type()) && !f.assignedTo(id) {
					o := f.place(obj.Pos())
					f.objectUses[o] = append(f.objectUses[o], f.useAt(id))
				}
			}
		}
	}
}

// useAt is the point before the expression that an identifier ends: pkg.Name is one expression.
func (f *Flow) useAt(id *ast.Ident) key.Point {
	start := id.Pos()
	if s, ok := f.selectors[id]; ok {
		start = s.Pos()
	}
	p := f.Prog.Position(start)
	return key.Point{File: p.File, Offset: p.Offset, Mode: key.Before}
}

// assignedTo reports an identifier on the left of an assignment.
func (f *Flow) assignedTo(id *ast.Ident) bool { _, ok := f.assigns[id.Pos()]; return ok }

// place writes a position the way that used identifiers are remembered.
func (f *Flow) place(pos token.Pos) string {
	p := f.Prog.Position(pos)
	return p.File + ":" + strconv.Itoa(p.Offset)
}

// addRange adds the parts of an expression whose text becomes the object's.
func (f *Flow) addRange(obj types.Object, e ast.Expr) {
	if obj == nil || obj.Type() == nil || !isString(obj.Type()) {
		return
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		f.addRange(obj, e.X)
		f.addRange(obj, e.Y)
	case *ast.CallExpr:
		if info := f.typesInfo(e.Pos()); info != nil && len(e.Args) == 1 && info.Types[e.Fun].IsType() {
			f.addRange(obj, e.Args[0])
		}
	default:
		a, b := f.Prog.Position(e.Pos()), f.Prog.Position(e.End())
		f.ranges[a.File] = append(f.ranges[a.File], textRange{a.Offset, b.Offset, f.place(obj.Pos()), obj.Name(), isGlobal(obj)})
	}
}

func isGlobal(o types.Object) bool {
	_, isConst := o.(*types.Const)
	return isConst || o.Pkg() != nil && o.Parent() == o.Pkg().Scope()
}
