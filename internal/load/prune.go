package load

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// unit is the smallest part of a package that can be left out of SSA: a
// function's body, or the initializer of package variables.
type unit struct {
	name     string
	pos, end token.Pos
	fun      *ast.FuncDecl      // or
	init     *types.Initializer // one of the two
}

// fault is a unit that is left out, and why.
type fault struct {
	unit
	at  token.Pos
	msg string
}

// units returns the units of a package in the order of its files.
func units(p *packages.Package) []unit {
	var list []unit
	for _, f := range p.Syntax {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
				list = append(list, unit{name: funcName(fd), pos: fd.Pos(), end: fd.End(), fun: fd})
			}
		}
	}
	for _, init := range p.TypesInfo.InitOrder {
		u := unit{init: init, pos: init.Rhs.Pos(), end: init.Rhs.End()}
		for i, v := range init.Lhs {
			if i > 0 {
				u.name += ", "
			}
			u.name += v.Name()
		}
		list = append(list, u)
	}
	return list
}

// funcName names a declared function: F, T.M, (*T).M.
func funcName(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) == 0 {
		return fd.Name.Name
	}
	t, star := ast.Unparen(fd.Recv.List[0].Type), false
	if s, ok := t.(*ast.StarExpr); ok {
		t, star = ast.Unparen(s.X), true
	}
	switch g := t.(type) {
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	name := types.ExprString(t)
	if star {
		name = "(*" + name + ")"
	}
	return name + "." + fd.Name.Name
}

const syntaxError = "syntax error: "

// faultsOf finds the units of an ill-typed package that the SSA builder must
// not see.
func (l *loader) faultsOf(p *packages.Package) []fault {
	errs := l.hardErrors(p)
	var list []fault
	for _, u := range units(p) {
		if i := slices.IndexFunc(errs, u.holds); i >= 0 {
			f := fault{unit: u, at: errs[i].Pos, msg: errs[i].Msg}
			if strings.HasPrefix(f.msg, syntaxError) {
				// The parser may have skipped declarations up to there.
				f.msg += fmt.Sprintf(", nothing read up to line %d", l.prog.Position(u.end-1).Line)
			}
			list = append(list, f)
		} else if at, what := unknown(p.TypesInfo, u); at.IsValid() {
			list = append(list, fault{unit: u, at: at, msg: what})
		}
	}
	return list
}

// holds reports whether e is an error of u. The names of variables are
// looked at one by one: between them and the initializer of one may stand the
// initializer of another.
func (u unit) holds(e types.Error) bool {
	if u.pos <= e.Pos && e.Pos < u.end {
		return true
	}
	return u.init != nil && slices.ContainsFunc(u.init.Lhs, func(v *types.Var) bool { return v.Pos() == e.Pos })
}

// hardErrors returns the type and syntax errors of p that make code unusable,
// in the order of position. Positions are only compared within one file.
func (l *loader) hardErrors(p *packages.Package) []types.Error {
	var errs []types.Error
	for _, e := range p.TypeErrors {
		// A tab starts the second half of an error, "other declaration of x".
		if !e.Soft && !strings.HasPrefix(e.Msg, "\t") {
			errs = append(errs, e)
		}
	}
	for _, f := range p.Syntax {
		tf := l.prog.Fset.File(f.FileStart)
		for _, e := range l.parsed.files[tf.Name()].errors {
			errs = append(errs, types.Error{Fset: l.prog.Fset, Pos: tf.Pos(min(e.Pos.Offset, tf.Size())), Msg: syntaxError + e.Msg})
		}
	}
	slices.SortStableFunc(errs, func(a, b types.Error) int { return cmp.Compare(a.Pos, b.Pos) })
	return errs
}

// unknown looks for code in u that the type checker could not make sense of.
// Not all of it comes with an error: the uses of a failed import, or of a
// function that is broken in another package, are passed over in silence.
func unknown(info *types.Info, u unit) (at token.Pos, what string) {
	var root ast.Node
	if u.fun != nil {
		root = u.fun
	} else {
		root = u.init.Rhs
		for _, v := range u.init.Lhs {
			if invalid(v.Type()) {
				return v.Pos(), "the type of " + v.Name() + " is unknown"
			}
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		if at.IsValid() {
			return false
		}
		switch n := n.(type) {
		case *ast.BadExpr, *ast.BadStmt, *ast.BadDecl:
			at, what = n.Pos(), syntaxError+"cannot be read"
		case *ast.SelectorExpr:
			if unknownIdent(info, n.Sel) {
				at, what = n.Pos(), "the type of "+short(types.ExprString(n))+" is unknown"
			}
		case *ast.Ident:
			if unknownIdent(info, n) {
				at, what = n.Pos(), "the type of "+n.Name+" is unknown"
			}
		case ast.Expr:
			if tv, ok := info.Types[n]; ok && !tv.IsBuiltin() && invalid(tv.Type) {
				at, what = n.Pos(), "the type of "+short(types.ExprString(n))+" is unknown"
			}
		}
		return true
	})
	return at, what
}

func unknownIdent(info *types.Info, id *ast.Ident) bool {
	if id.Name == "_" {
		return false
	}
	obj, used := info.Uses[id]
	if !used {
		def, defined := info.Defs[id]
		if !defined {
			return true
		}
		obj = def // nil for the x of: switch x := y.(type)
	}
	switch obj.(type) {
	case nil, *types.PkgName, *types.Builtin, *types.Label, *types.Nil:
		return false
	}
	return invalid(obj.Type())
}

// invalid reports whether t is, or is directly made from, the invalid type.
// It does not look into named types and structs: their other fields are fine,
// and a use of the broken one is found by itself.
func invalid(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() == types.Invalid
	case *types.Map:
		return invalid(t.Key()) || invalid(t.Elem())
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return invalid(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			if invalid(v.Type()) {
				return true
			}
		}
	case *types.Signature:
		return invalid(t.Params()) || invalid(t.Results())
	}
	return false
}

func short(s string) string {
	const limit = 60
	if len(s) > limit {
		return s[:limit] + "..."
	}
	return s
}

// pruned returns copies of the files and type information of p without the
// given units. Whatever is not left out is shared with p. If keep is not nil,
// it is the only unit that stays.
func pruned(p *packages.Package, drop []fault, keep *unit) ([]*ast.File, *types.Info) {
	funs := make(map[*ast.FuncDecl]bool)
	inits := make(map[*types.Initializer]bool)
	for _, f := range drop {
		funs[f.fun], inits[f.init] = true, true
	}
	info := *p.TypesInfo
	info.FileVersions = maps.Clone(info.FileVersions)
	info.InitOrder = slices.DeleteFunc(slices.Clone(info.InitOrder), func(i *types.Initializer) bool {
		return inits[i] || keep != nil && keep.init != i
	})
	files := make([]*ast.File, len(p.Syntax))
	for i, f := range p.Syntax {
		file := *f
		file.Decls = nil
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && (funs[fd] || keep != nil && keep.fun != fd) {
				stub := *fd
				stub.Body = nil
				d = &stub
			}
			if d = declared(&info, d); d != nil {
				file.Decls = append(file.Decls, d)
			}
		}
		// The language version of a file is looked up by its node: without
		// this, loop variables would get the meaning of another version.
		if v, ok := p.TypesInfo.FileVersions[f]; ok {
			info.FileVersions[&file] = v
		}
		files[i] = &file
	}
	return files, &info
}

// declared returns d without names that have no object, nil if none remain.
func declared(info *types.Info, d ast.Decl) ast.Decl {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if info.Defs[d.Name] == nil {
			return nil
		}
	case *ast.GenDecl:
		bad := func(s ast.Spec) bool {
			switch s := s.(type) {
			case *ast.TypeSpec:
				return info.Defs[s.Name] == nil
			case *ast.ValueSpec:
				return slices.ContainsFunc(s.Names, func(id *ast.Ident) bool { return info.Defs[id] == nil })
			}
			return false
		}
		if slices.ContainsFunc(d.Specs, bad) {
			gen := *d
			gen.Specs = slices.DeleteFunc(slices.Clone(d.Specs), bad)
			return &gen
		}
	case *ast.BadDecl:
		return nil
	}
	return d
}
