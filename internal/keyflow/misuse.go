package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
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
		if p.Offset < r.start || p.Offset > r.end || r.piece && keys.IsWhole(p.File, r.outer[0], r.outer[1]) {
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
	piece bool
	outer [2]int
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
		}
	default:
		at := f.span(e)
		r.start, r.end = at[0], at[1]
		file := f.Prog.Position(e.Pos()).File
		f.ranges[file] = append(f.ranges[file], r)
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
