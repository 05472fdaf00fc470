package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/clusterize/clusterize/internal/key"
)

// Keys tells of points and stretches of the source what they are to keys.
type Keys interface {
	// IsKey reports that the expression that starts at a point is part of a key.
	IsKey(p key.Point) bool
	// IsWhole reports that a stretch of a file is a key as a whole, wherever it is used.
	IsWhole(file string, start, end int) bool
}

// Misused tells why the text at a point may not be changed: it goes into a constant, variable, field, parameter or result
// that is also used where no key is built. The answer is "" when the text may be changed.
func (f *Flow) Misused(p key.Point, keys Keys) string {
	f.indexRanges()
	for _, fn := range f.shared {
		from, to := f.Prog.Position(fn.Pos()), f.Prog.Position(endOf(fn))
		if p.File == from.File && from.Offset <= p.Offset && p.Offset <= to.Offset {
			return "it is in a function that is also called where no key is built"
		}
	}
	return f.misused(p, keys, map[string]bool{})
}

func (f *Flow) misused(p key.Point, keys Keys, seen map[string]bool) string {
	for _, r := range f.ranges[p.File] {
		if p.Offset < r.start || p.Offset > r.end || r.piece && keys.IsWhole(r.outerFile, r.outer[0], r.outer[1]) {
			continue
		}
		if r.obj == "" {
			return "it is an element of " + r.name + ", which other code may read"
		}
		if seen[r.obj] {
			continue
		}
		seen[r.obj] = true
		for _, u := range f.objectUses[r.obj] {
			if !keys.IsKey(u) {
				return r.name + " is also used at " + f.LineAt(u) + ", which is no key"
			}
			if why := f.misused(u, keys, seen); why != "" {
				return why
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
	// piece is set for what goes into a field, parameter, result or list, where it may be a part of a key; outer is the
	// stretch of the whole value then.
	piece     bool
	outer     [2]int
	outerFile string
	depth     int // of functions between the text and the value
}

func (f *Flow) indexRanges() {
	if f.ranges != nil {
		return
	}
	f.ranges, f.objectUses = map[string][]textRange{}, map[string][]key.Point{}
	f.indexBuilders()
	for obj, d := range f.decls {
		f.addRange(obj, d.expr)
	}
	for obj, es := range f.sets {
		for _, e := range es {
			f.addRange(obj, e)
		}
	}
	w := f.indexPieces()
	for _, pkg := range f.Prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for id, obj := range pkg.TypesInfo.Uses {
			switch obj.(type) {
			case *types.Const, *types.Var:
				if obj.Type() != nil && isString(obj.Type()) && !f.assignedTo(id) && !w.written[id] {
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
	if obj != nil && obj.Type() != nil && isString(obj.Type()) {
		f.addText(textRange{obj: f.place(obj.Pos()), name: obj.Name(), global: isGlobal(obj)}, e)
	}
}

// addText adds a range for each part of an expression that is text by itself.
func (f *Flow) addText(r textRange, e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		f.addText(r, e.X)
		f.addText(r, e.Y)
	case *ast.CallExpr:
		if info := f.typesInfo(e.Pos()); info != nil && len(e.Args) == 1 && info.Types[e.Fun].IsType() {
			f.addText(r, e.Args[0])
			return
		}
		f.addResult(r, e, 0)
	default:
		f.addStretch(r, e.Pos(), e.End())
	}
}

func (f *Flow) addStretch(r textRange, from, to token.Pos) {
	at := f.Prog.Position(from)
	r.start, r.end = at.Offset, f.Prog.Position(to).Offset
	f.ranges[at.File] = append(f.ranges[at.File], r)
}

// maxReturns is how deep the functions are followed that give the text of a value.
const maxReturns = 8

// addResult adds what a call gives as its result of that number: both ends of the call, what the functions return that it
// may call, as far as they build keys, and the arguments of these and of functions that only make texts. A result that
// is a key as a whole may have other readers.
func (f *Flow) addResult(r textRange, call *ast.CallExpr, result int) {
	if !r.piece {
		r.piece, r.outer, r.outerFile = true, f.span(call), f.Prog.Position(call.Pos()).File
	}
	f.addStretch(r, call.Pos(), call.Pos())
	f.addStretch(r, call.End(), call.End())
	if r.depth++; r.depth > maxReturns {
		return
	}
	if len(f.builders[call.Lparen]) > 0 || f.makesText(call) {
		for _, a := range call.Args {
			f.addText(r, a)
		}
	}
	for _, fn := range f.builders[call.Lparen] {
		for _, ret := range returnsOf(fn) {
			if result < len(ret.Results) {
				f.addText(r, ret.Results[result])
			}
		}
	}
}

// makesText reports a call of a package that only makes texts of what it is given.
func (f *Flow) makesText(call *ast.CallExpr) bool {
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	info := f.typesInfo(call.Pos())
	if !ok || info == nil {
		return false
	}
	fn, ok := info.Uses[s.Sel].(*types.Func)
	return ok && fn.Pkg() != nil && ofTextPackage(fn.Pkg().Path()+".")
}

// returnsOf lists the return statements of a function, those of functions inside of it left out.
func returnsOf(fn ast.Node) []*ast.ReturnStmt {
	var out []*ast.ReturnStmt
	ast.Inspect(fn, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			out = append(out, r)
		}
		_, nested := n.(*ast.FuncLit)
		return !nested || n == fn
	})
	return out
}

// indexBuilders finds for each call the functions that build keys and that it may call.
func (f *Flow) indexBuilders() {
	f.builders = map[token.Pos][]ast.Node{}
	for _, fn := range f.Funcs {
		if !f.inlined[fn] || fn.Syntax() == nil {
			continue
		}
		callers, _ := f.Callers(fn)
		for _, c := range callers {
			if e := f.callExpr(c.Call); e != nil && !slices.Contains(f.builders[e.Lparen], fn.Syntax()) {
				f.builders[e.Lparen] = append(f.builders[e.Lparen], fn.Syntax())
			}
		}
	}
}

// span is where an expression stands in its file.
func (f *Flow) span(e ast.Expr) [2]int {
	return [2]int{f.Prog.Position(e.Pos()).Offset, f.Prog.Position(e.End()).Offset}
}

func isGlobal(o types.Object) bool {
	_, isConst := o.(*types.Const)
	return isConst || o.Pkg() != nil && o.Parent() == o.Pkg().Scope()
}
