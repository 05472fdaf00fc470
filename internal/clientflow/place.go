package clientflow

import (
	"bytes"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/templates"
)

// own reports an object that the target declares. The helper package is code of clusterize: it takes any client.
func (w *walker) own(o types.Object) bool {
	if o == nil {
		return false
	}
	f := w.prog.File(o.Pos())
	return f != nil && !isHelper(f)
}

func isHelper(f *load.File) bool { return bytes.HasPrefix(f.Content, []byte(templates.Marker)) }

// variable is the node of a variable, field, parameter or named result; 0 when its type is not of interest.
func (w *walker) variable(o types.Object) node {
	if o == nil || !w.g.tracks(o.Type()) {
		return 0
	}
	if name := w.implicit[o]; name != "" {
		return w.typed(name, o.Type())
	}
	if w.own(o) {
		return w.typed("v:"+place(w.prog, o.Pos()), o.Type())
	}
	if !w.g.Kind.mentions(o.Type()) {
		if o.Pkg() != nil && o.Pkg() != w.pkg.Types {
			return w.g.away()
		}
		return 0
	}
	n := w.g.get("foreign:" + o.String())
	what := "variable"
	if v, ok := o.(*types.Var); ok && v.IsField() {
		what = "field"
	}
	why := "the " + what + " " + o.Name() + " of " + pkgPath(o) + " has the type " + types.TypeString(o.Type(), shortPkg)
	w.sink(n, why)
	w.source(n, Origin{Foreign: pkgPath(o) + "." + o.Name(), Callback: isFunc(o.Type())})
	return n
}

func pkgPath(o types.Object) string {
	if o.Pkg() == nil {
		return "of the universe"
	}
	return o.Pkg().Path()
}

func (w *walker) sink(n node, why string) {
	if c := w.g.of(n); !slices.Contains(c.Sinks, why) {
		c.Sinks = append(c.Sinks, why)
	}
}

// source says that code which is not the target's hands out values of the kind.
func (w *walker) source(n node, o Origin) {
	c := w.g.of(n)
	if !slices.ContainsFunc(c.Made, func(m Origin) bool { return m.Foreign == o.Foreign }) {
		c.Made = append(c.Made, o)
	}
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// declaredResult is the node of result i of a function or method of the target.
func (w *walker) declaredResult(f *types.Func, i int) node {
	rs := f.Type().(*types.Signature).Results()
	if i >= rs.Len() {
		return 0
	}
	v := rs.At(i)
	if !w.own(f) {
		return w.foreignResult(f, i)
	}
	if v.Name() != "" && v.Name() != "_" {
		return w.typed("v:"+place(w.prog, v.Pos()), v.Type())
	}
	return w.typed("r:"+place(w.prog, f.Pos())+"#"+itoa(i), v.Type())
}

// declaredParam is the node of parameter i of a function of the target; variadic parameters take the rest.
func (w *walker) declaredParam(f *types.Func, i int) node {
	v := paramOf(f, i)
	if v == nil {
		return 0
	}
	if !w.own(f) {
		return 0
	}
	return w.typed("v:"+place(w.prog, v.Pos()), v.Type())
}

// foreignParam is what a parameter of code that is not the target's takes.
func (w *walker) foreignParam(f *types.Func, call *ast.CallExpr, i int) node {
	v := paramOf(f, i)
	switch {
	case v == nil:
		return 0
	case w.g.Kind.mentions(v.Type()):
		n := w.g.get("sink:" + place(w.prog, call.Lparen) + "#" + itoa(i))
		w.sink(n, f.FullName()+" takes "+types.TypeString(v.Type(), shortPkg)+" ("+w.prog.Position(call.Pos()).String()+")")
		if !w.g.Kind.pointer(v.Type()) {
			w.source(n, Origin{Foreign: f.FullName(), Callback: isFunc(v.Type())})
		}
		return n
	case w.g.carries(v.Type()) && !w.harmless(f):
		return w.g.away()
	}
	return 0
}

// foreignResult is what a result of code that is not the target's gives.
func (w *walker) foreignResult(f *types.Func, i int) node {
	t := f.Type().(*types.Signature).Results().At(i).Type()
	if !w.g.tracks(t) {
		return 0
	}
	if !w.g.Kind.mentions(t) {
		if w.harmless(f) {
			return 0
		}
		return w.g.away()
	}
	n := w.g.get("source:" + f.FullName() + "#" + itoa(i))
	w.source(n, Origin{Foreign: f.FullName()})
	if !w.g.Kind.pointer(t) {
		w.sink(n, f.FullName()+" decides the type")
	}
	return n
}

func shortPkg(p *types.Package) string { return p.Name() }

// ofHelper reports a function of the helper package that clusterize generates.
func (w *walker) ofHelper(f *types.Func) bool {
	lf := w.prog.File(f.Pos())
	return lf != nil && isHelper(lf)
}

// harmless reports functions that look at their arguments only while they run.
func (w *walker) harmless(f *types.Func) bool {
	p := pkgPath(f)
	switch p {
	case "fmt", "log", "log/slog", "errors", "testing", "of the universe":
		return true
	}
	return goRedisFunc(f) || w.ofHelper(f) || strings.HasPrefix(p, "github.com/stretchr/testify/assert") || strings.HasPrefix(p, "github.com/stretchr/testify/require")
}

// handOver notes what other code gets to see behind an interface: functions that it calls with what it holds, pointers
// to values of the kind, and structs with such fields, which it fills by name.
func (w *walker) handOver(f *types.Func, call *ast.CallExpr) {
	if w.own(f) || w.harmless(f) {
		return
	}
	for i, a := range call.Args {
		v := paramOf(f, i)
		t := w.info.TypeOf(a)
		if v == nil || t == nil || !isInterface(v.Type()) {
			continue
		}
		what := f.FullName() + " (" + w.prog.Position(call.Pos()).String() + ")"
		switch u := t.Underlying().(type) {
		case *types.Signature:
			w.injected(a, u)
		default:
			if w.g.Kind.pointer(t) && !w.typedNil(a) {
				if w.g.Kind != Clients {
					w.outside(w.node(a), what)
				}
				continue // an ordinary argument
			}
			if w.g.Kind.mentions(t) {
				n := w.node(a)
				c := w.g.of(n)
				c.Typed = true
				w.outside(n, what)
				w.g.edge(n, w.g.away())
				w.g.edge(w.g.away(), n)
			}
		}
	}
}

// printed notes clients that are printed: of *redis.Client that is its String().
func (w *walker) printed(f *types.Func, call *ast.CallExpr) {
	if p := pkgPath(f); w.g.Kind != Clients || p != "fmt" && p != "log" && p != "log/slog" {
		return
	}
	for _, a := range call.Args {
		if t := w.info.TypeOf(a); t != nil && w.g.Kind.pointer(t) {
			c := w.g.of(w.node(a))
			c.Printed = append(c.Printed, w.prog.Position(a.Pos()))
		}
	}
}

// typedNil reports (*redis.Client)(nil): it stands for the type.
func (w *walker) typedNil(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && len(call.Args) == 1 && w.info.Types[call.Fun].IsType() && w.info.Types[call.Args[0]].IsNil()
}

// filled notes structs with options in them that a function is given as an interface, or as a type parameter: it may
// fill or read them by the names of their fields, as decoders do.
func (w *walker) filled(f *types.Func, call *ast.CallExpr) {
	if w.g.Kind == Clients || w.harmless(f) {
		return
	}
	what := f.FullName() + " (" + w.prog.Position(call.Pos()).String() + ")"
	ps := f.Origin().Type().(*types.Signature).TypeParams()
	for i, a := range call.Args {
		v, t := paramOf(f.Origin(), i), w.info.TypeOf(a)
		if v == nil || t == nil {
			continue
		}
		if isInterface(v.Type()) || ps.Len() > 0 && holdsParam(v.Type(), ps) {
			w.fieldsOutside(t, what, map[types.Type]bool{})
		}
	}
	if _, id := w.callee(call); ps.Len() > 0 { // Load[Config]() makes the value itself
		inst := w.info.Instances[id]
		for i := range inst.TypeArgs.Len() {
			w.fieldsOutside(inst.TypeArgs.At(i), what, map[types.Type]bool{})
		}
	}
}

// isInterface reports an interface, or several of a variadic parameter.
func isInterface(t types.Type) bool {
	if s, ok := t.(*types.Slice); ok {
		t = s.Elem()
	}
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	_, ok := t.Underlying().(*types.Interface)
	return ok
}

func (w *walker) outside(n node, what string) {
	if n != 0 {
		c := w.g.of(n)
		c.Outside = append(c.Outside, what)
	}
}

// injected is a function that other code calls: fx.Provide(NewStore). Values are found by their type.
func (w *walker) injected(a ast.Expr, sig *types.Signature) {
	var f *types.Func
	switch x := ast.Unparen(a).(type) {
	case *ast.Ident:
		f, _ = w.info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		f, _ = w.info.Uses[x.Sel].(*types.Func)
	}
	lit, _ := ast.Unparen(a).(*ast.FuncLit)
	param := func(i int) node {
		v := sig.Params().At(i)
		switch {
		case f != nil:
			return w.declaredParam(f.Origin(), i)
		case lit != nil:
			return w.variable(v)
		}
		return w.node(a)
	}
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		if w.g.Kind.mentions(t) {
			w.typedEdge(w.g.away(), param(i), false)
		}
		w.injectedFields(t, false)
	}
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if w.g.Kind.mentions(t) {
			n := w.node(a)
			if f != nil {
				n = w.declaredResult(f.Origin(), i)
			} else if lit != nil {
				n = w.typed("r:"+place(w.prog, lit.Pos())+"#"+itoa(i), t)
			}
			w.typedEdge(w.g.away(), n, true)
		}
		w.injectedFields(t, true)
	}
}

// typedEdge joins a node with what other code holds; back turns it around.
func (w *walker) typedEdge(away, n node, back bool) {
	if n == 0 {
		return
	}
	c := w.g.of(n)
	c.Typed = true
	if back {
		w.g.edge(n, away)
	} else {
		w.g.edge(away, n)
	}
}

// injectedFields are the fields of a struct that embeds In or Out of a container.
func (w *walker) injectedFields(t types.Type, back bool) {
	st, ok := deref(t).Underlying().(*types.Struct)
	if !ok {
		return
	}
	marked := false
	for f := range st.Fields() {
		marked = marked || f.Embedded() && (f.Name() == "In" || f.Name() == "Out")
	}
	for f := range st.Fields() {
		if marked && w.g.Kind.mentions(f.Type()) {
			w.typedEdge(w.g.away(), w.variable(f.Origin()), back)
		}
	}
}

// fieldsOutside notes the fields of the kind in a type that other code fills or reads by their names.
func (w *walker) fieldsOutside(t types.Type, what string, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] {
		return
	}
	seen[t] = true
	switch u := t.(type) {
	case *types.Named:
		if !w.g.Kind.is(u.Obj()) {
			w.fieldsOutside(u.Underlying(), what, seen)
		}
	case *types.Pointer:
		w.fieldsOutside(u.Elem(), what, seen)
	case *types.Slice:
		w.fieldsOutside(u.Elem(), what, seen)
	case *types.Array:
		w.fieldsOutside(u.Elem(), what, seen)
	case *types.Map:
		w.fieldsOutside(u.Elem(), what, seen)
	case *types.Struct:
		for f := range u.Fields() {
			if w.g.Kind.mentions(f.Type()) {
				w.outside(w.variable(f.Origin()), what)
			}
			w.fieldsOutside(f.Type(), what, seen)
		}
	}
}
