package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
)

// clientFlow joins the variables, fields, parameters and results that a client (or its options) flows through. It
// does not follow control flow: what is assigned to each other has one type, so it changes together.
type clientFlow struct {
	prog   *load.Program
	parent map[string]string
	// types are the places where a type of go-redis is written, by the node whose declared type it is.
	types map[string][]typeUse
	// foreign are reasons why a node can't change its type: code outside the target decides it.
	foreign map[string][]string
	// made are constructor calls, by node.
	made map[string][]constructorCall

	literals map[string][]litUse   // redis.Options{...}
	fields   map[string][]fieldUse // opt.Addr
	parses   map[string][]*callUse // redis.ParseURL
	asserted []string              // type assertions and switches on *redis.Client
}

// typeUse is the name of a type, as in redis.Client.
type typeUse struct {
	file string
	pos  int
	name string // Client or Options
}

type constructorCall struct {
	name string
	pkg  *packages.Package
	call *ast.CallExpr
	at   detectPos
}

type detectPos struct {
	file   string
	offset int
}

type litUse struct {
	pkg *packages.Package
	lit *ast.CompositeLit
}

type fieldUse struct {
	pkg   *packages.Package
	sel   *ast.SelectorExpr
	value ast.Expr // what is assigned; nil for a read
}

type callUse struct {
	pkg  *packages.Package
	call *ast.CallExpr
}

func newClientFlow(prog *load.Program) *clientFlow {
	c := &clientFlow{prog: prog, parent: map[string]string{}, types: map[string][]typeUse{}, foreign: map[string][]string{},
		made: map[string][]constructorCall{}, literals: map[string][]litUse{}, fields: map[string][]fieldUse{}, parses: map[string][]*callUse{}}
	for _, pkg := range prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for _, f := range pkg.Syntax {
			w := &flowWalker{c: c, pkg: pkg, info: pkg.TypesInfo}
			w.file(f)
		}
		c.joinInterfaces(pkg)
	}
	return c
}

func (c *clientFlow) root(n string) string {
	for {
		p, ok := c.parent[n]
		if !ok || p == n {
			return n
		}
		if g, ok := c.parent[p]; ok {
			c.parent[n] = g
		}
		n = p
	}
}

func (c *clientFlow) join(a, b string) {
	if a == "" || b == "" {
		return
	}
	ra, rb := c.root(a), c.root(b)
	if ra == rb {
		return
	}
	if rb < ra {
		ra, rb = rb, ra
	}
	c.parent[rb] = ra
	c.types[ra] = append(c.types[ra], c.types[rb]...)
	c.foreign[ra] = append(c.foreign[ra], c.foreign[rb]...)
	c.made[ra] = append(c.made[ra], c.made[rb]...)
	c.literals[ra] = append(c.literals[ra], c.literals[rb]...)
	c.fields[ra] = append(c.fields[ra], c.fields[rb]...)
	c.parses[ra] = append(c.parses[ra], c.parses[rb]...)
}

func (c *clientFlow) lock(n, why string) {
	if n != "" {
		r := c.root(n)
		if !slices.Contains(c.foreign[r], why) {
			c.foreign[r] = append(c.foreign[r], why)
		}
	}
}

// place names a position: equal for the twins of test variants.
func (c *clientFlow) place(pos token.Pos) string {
	p := c.prog.Position(pos)
	return p.File + ":" + strconv.Itoa(p.Offset)
}

func (c *clientFlow) own(o types.Object) bool { return o != nil && c.prog.File(o.Pos()) != nil }

// variable is the node of a variable, field, parameter or named result; "" when its type is not of interest.
func (c *clientFlow) variable(o types.Object) string {
	if o == nil || !mentions(o.Type(), nil) {
		return ""
	}
	if !c.own(o) {
		n := "foreign:" + o.String()
		c.lock(n, "the package "+pkgPath(o)+" declares "+o.Name()+" with its type")
		return n
	}
	return "v:" + c.place(o.Pos())
}

func pkgPath(o types.Object) string {
	if o.Pkg() == nil {
		return "of the universe"
	}
	return o.Pkg().Path()
}

// result is the node of result i of a function or method.
func (c *clientFlow) result(f *types.Func, i int) string {
	sig := f.Type().(*types.Signature)
	if i >= sig.Results().Len() {
		return ""
	}
	v := sig.Results().At(i)
	if !mentions(v.Type(), nil) {
		return ""
	}
	if !c.own(f) {
		n := "foreign:" + f.FullName()
		c.lock(n, f.FullName()+" decides the type")
		return n
	}
	if v.Name() != "" && v.Name() != "_" {
		return "v:" + c.place(v.Pos())
	}
	return "r:" + c.place(f.Origin().Pos()) + "#" + strconv.Itoa(i)
}

// param is the node of parameter i of a function; variadic parameters take the rest.
func (c *clientFlow) param(f *types.Func, i int) string {
	ps := f.Type().(*types.Signature).Params()
	if ps.Len() == 0 {
		return ""
	}
	v := ps.At(min(i, ps.Len()-1))
	if !mentions(v.Type(), nil) {
		return ""
	}
	if !c.own(f) {
		n := "foreign:" + f.FullName() + "#" + strconv.Itoa(i)
		c.lock(n, f.FullName()+" takes "+types.TypeString(v.Type(), shortPkg))
		return n
	}
	if v.Pos().IsValid() {
		return "v:" + c.place(v.Pos())
	}
	return "p:" + c.place(f.Origin().Pos()) + "#" + strconv.Itoa(i)
}

func shortPkg(p *types.Package) string { return p.Name() }

// portable are the go-redis types that the switch changes.
func portable(o types.Object) bool {
	return o != nil && o.Pkg() != nil && detect.IsGoRedis(o.Pkg().Path()) && (o.Name() == "Client" || o.Name() == "Options")
}

// mentions reports that a type holds redis.Client or redis.Options outside of a named struct or interface.
func mentions(t types.Type, seen map[types.Type]bool) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if portable(t.Obj()) {
			return true
		}
		if seen[t] {
			return false
		}
		if seen == nil {
			seen = map[types.Type]bool{}
		}
		seen[t] = true
		for i := range t.TypeArgs().Len() {
			if mentions(t.TypeArgs().At(i), seen) {
				return true
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Interface:
			return false
		default:
			return mentions(u, seen)
		}
	case *types.Pointer:
		return mentions(t.Elem(), seen)
	case *types.Slice:
		return mentions(t.Elem(), seen)
	case *types.Array:
		return mentions(t.Elem(), seen)
	case *types.Map:
		return mentions(t.Elem(), seen) || mentions(t.Key(), seen)
	case *types.Chan:
		return mentions(t.Elem(), seen)
	case *types.Signature:
		return tupleMentions(t.Params(), seen) || tupleMentions(t.Results(), seen)
	case *types.Tuple:
		return tupleMentions(t, seen)
	}
	return false
}

func tupleMentions(t *types.Tuple, seen map[types.Type]bool) bool {
	for i := range t.Len() {
		if mentions(t.At(i).Type(), seen) {
			return true
		}
	}
	return false
}

// joinInterfaces ties the methods of types to those of the target's interfaces that they implement.
func (c *clientFlow) joinInterfaces(pkg *packages.Package) {
	for _, other := range c.prog.Packages {
		if other.Types == nil || pkg.Types == nil {
			continue
		}
		for _, iname := range other.Types.Scope().Names() {
			it, ok := other.Types.Scope().Lookup(iname).Type().Underlying().(*types.Interface)
			if !ok || it.NumMethods() == 0 || !interfaceMentions(it) {
				continue
			}
			for _, name := range pkg.Types.Scope().Names() {
				tn, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
				if !ok || tn.IsAlias() {
					continue
				}
				if _, isIface := tn.Type().Underlying().(*types.Interface); !isIface && types.Implements(types.NewPointer(tn.Type()), it) {
					c.joinMethods(it, tn.Type(), pkg.Types)
				}
			}
		}
	}
}

func interfaceMentions(it *types.Interface) bool {
	for i := range it.NumMethods() {
		if mentions(it.Method(i).Type(), nil) {
			return true
		}
	}
	return false
}

func (c *clientFlow) joinMethods(it *types.Interface, t types.Type, pkg *types.Package) {
	for i := range it.NumMethods() {
		m := it.Method(i)
		o, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, pkg, m.Name())
		f, ok := o.(*types.Func)
		if !ok {
			continue
		}
		sig := m.Type().(*types.Signature)
		for k := range sig.Params().Len() {
			c.join(c.param(m, k), c.param(f, k))
		}
		for k := range sig.Results().Len() {
			c.join(c.result(m, k), c.result(f, k))
		}
	}
}
