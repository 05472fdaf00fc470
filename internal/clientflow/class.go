package clientflow

import (
	"cmp"
	"go/ast"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// Class is what must have one type.
type Class struct {
	Uses    []TypeUse // where the type is written
	Sinks   []string  // code that is not the target's and takes the kind, with the call
	Made    []Origin  // what is made here, and what such code hands out
	Methods []MethodUse
	// Printed are values that go to package fmt or log.
	Printed []source.Position
	// NilChecks are comparisons with nil.
	NilChecks []source.Position
	Literals  []Literal
	Fields    []FieldUse
	// Zero is set when a zero value is made: new(redis.Options), var opt redis.Options.
	Zero bool
	// Held is set when a struct of the target holds the values themselves: they are made with it.
	Held   bool
	Parses []Call // redis.ParseURL
	Of     []OptionsOf
	Hooks  []Call // rdb.AddHook(hook)
	// Outside says that code that is not the target's reads or fills the values by their type: decoding, injection.
	Outside []string
	// Asserted says that a type assertion or switch tells the values by their type.
	Asserted []Assertion
	// Typed is set when values are found by their exact type, so that it can't become another for some of them.
	Typed bool
	iface bool
	// anything is set when all that is held as an interface may come here.
	anything bool
	name     string // of the first node, to order classes

	to []*Class // filled once the graph is closed
}

// merge takes over what another class gathered.
func (c *Class) merge(o *Class) {
	c.Uses = append(c.Uses, o.Uses...)
	c.Sinks = append(c.Sinks, o.Sinks...)
	c.Made = append(c.Made, o.Made...)
	c.Methods = append(c.Methods, o.Methods...)
	c.Printed = append(c.Printed, o.Printed...)
	c.NilChecks = append(c.NilChecks, o.NilChecks...)
	c.Literals = append(c.Literals, o.Literals...)
	c.Fields = append(c.Fields, o.Fields...)
	c.Parses = append(c.Parses, o.Parses...)
	c.Of = append(c.Of, o.Of...)
	c.Hooks = append(c.Hooks, o.Hooks...)
	c.Outside = append(c.Outside, o.Outside...)
	c.Asserted = append(c.Asserted, o.Asserted...)
	c.Typed = c.Typed || o.Typed
	c.Zero = c.Zero || o.Zero
	c.Held = c.Held || o.Held
	c.anything = c.anything || o.anything
	c.iface = c.iface && o.iface
	c.name = min(c.name, o.name)
}

// tidy sorts what a class gathered, and drops what the twins of test variants say again.
func (c *Class) tidy() {
	slices.SortFunc(c.to, func(a, b *Class) int { return cmp.Compare(a.name, b.name) })
	c.Uses = unique(c.Uses, func(a, b TypeUse) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start)) })
	c.Made = unique(c.Made, Origin.compare)
	c.Methods = unique(c.Methods, func(a, b MethodUse) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Name, b.Name)) })
	c.Printed = unique(c.Printed, source.Position.Compare)
	c.NilChecks = unique(c.NilChecks, source.Position.Compare)
	c.Sinks = unique(c.Sinks, cmp.Compare[string])
	c.Outside = unique(c.Outside, cmp.Compare[string])
	c.Asserted = unique(c.Asserted, func(a, b Assertion) int { return a.Pos.Compare(b.Pos) })
	c.Literals = uniqueBy(c.Literals, func(l Literal) string { return place(l.Prog, l.Lit.Lbrace) })
	c.Fields = uniqueBy(c.Fields, func(u FieldUse) string { return place(u.Prog, u.Sel.Sel.Pos()) })
	c.Parses = uniqueBy(c.Parses, Call.place)
	c.Of = uniqueBy(c.Of, OptionsOf.place)
	c.Hooks = uniqueBy(c.Hooks, Call.place)
}

// unique sorts and keeps the first of those that are alike.
func unique[T any](s []T, compare func(a, b T) int) []T {
	slices.SortStableFunc(s, compare)
	return slices.CompactFunc(s, func(a, b T) bool { return compare(a, b) == 0 })
}

// uniqueBy sorts by name and keeps the first of each.
func uniqueBy[T any](s []T, name func(T) string) []T {
	return unique(s, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
}

// TypeUse is the name of the type of the kind, as in redis.Client.
type TypeUse struct {
	File       string
	Start, End int // of the name
	Star       int // offset of the star of *redis.Client, -1 where the type stands without one
	// Selector is set for an embedded field, which is called by the name of its type.
	Selector bool
}

// Span is a range of bytes of a file.
type Span struct {
	File       string
	Start, End int
}

// SharedType is one written type of several fields, parameters or variables, which may come to need several.
type SharedType struct {
	Names   []Span
	Type    Span
	Lines   bool     // fields and variables stand on lines of their own, parameters do not
	Classes []*Class // of each name
	nodes   []node
}

// Origin makes values of the kind: a constructor, or code that is not the target's.
type Origin struct {
	// Pos is where the constructor's name stands; the zero value for code that is not the target's.
	Pos  source.Position
	Name string
	// Foreign says which code hands the values out.
	Foreign string
	// Callback is set for a field or variable of such code that holds a function: it is called with the values.
	Callback bool
	// Call is nil for a constructor that is used as a value.
	Call *ast.CallExpr
	Pkg  *packages.Package
	Prog *load.Program
}

func (o Origin) compare(p Origin) int {
	return cmp.Or(o.Pos.Compare(p.Pos), cmp.Compare(o.Foreign, p.Foreign))
}

// MethodUse is a method that is called or taken of a value of the kind.
type MethodUse struct {
	Name string
	Pos  source.Position
}

// Literal is a composite literal of the kind.
type Literal struct {
	Prog *load.Program
	Pkg  *packages.Package
	Lit  *ast.CompositeLit
}

// FieldUse is opt.Addr. Value is what is assigned, nil for a read; Stmt is the assignment when it does nothing else.
type FieldUse struct {
	Prog  *load.Program
	Pkg   *packages.Package
	Sel   *ast.SelectorExpr
	Value ast.Expr
	Stmt  *ast.AssignStmt
	// Taken is set when the field is written in another way: by its address, with others, by a loop or with an operator.
	Taken bool
	// Varies is set when it is taken by a loop or an operator: one run of the program may give it several values.
	Varies bool
	// Promoted is set for a field of embedded options: cfg.Addr.
	Promoted bool
}

// Call is a call of a function of go-redis.
type Call struct {
	Prog *load.Program
	Pkg  *packages.Package
	Call *ast.CallExpr
}

func (c Call) place() string { return place(c.Prog, c.Call.Lparen) }

// OptionsOf is rdb.Options().
type OptionsOf struct{ Call }

// Receiver is the class of the client whose Options() are called, in a graph of clients; nil when it is not followed.
func (g *Graph) Receiver(o OptionsOf) *Class { return g.at("recv:" + o.place()) }

// Assertion is x.(*redis.Client), or a case of a type switch.
type Assertion struct {
	Pos  source.Position
	Type string // that is asked for
}
