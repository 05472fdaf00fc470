package keyflow

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// leaf is a value that is not looked into: one hole.
func (f *Flow) leaf(v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	return []key.Template{key.OfHole(f.leafHole(v, fr, hint))}
}

func (f *Flow) leafHole(v ssa.Value, fr *Frame, hint ast.Expr) *key.Hole {
	h := &key.Hole{ID: f.valueID(v, fr), Name: f.nameOf(v, hint), Kind: kindOf(v), Loops: f.valueLoops(v, fr)}
	h.Braces = f.braced(v, fr)
	if pat, ok := f.fromRedis(v, fr); ok {
		h.Class, h.Pattern = key.Unknown, pat
		h.Reason = "came out of Redis"
		if pat != "" {
			h.Reason += " (pattern " + pat + ")"
		}
	}
	if fixedCall(v) {
		h.Class = key.Fixed
	} else if why := cmp.Or(anyText(v), f.piece(v, fr, 0)); why != "" && h.Class == key.Varying {
		h.Class, h.Reason = key.Unknown, why
	}
	h.Shared = flagged(v)
	return h
}

// unknown is a hole where the analysis gave up.
func (f *Flow) unknown(reason string, v ssa.Value, fr *Frame, hint ast.Expr) []key.Template {
	h := &key.Hole{ID: "u:" + f.valueKey(v, fr), Name: f.nameOf(v, hint), Class: key.Unknown, Reason: reason, Loops: f.valueLoops(v, fr)}
	h.Braces = f.braced(v, fr)
	return []key.Template{key.OfHole(h)}
}

func (f *Flow) paramHole(p *ssa.Parameter, fr *Frame, hint ast.Expr) []key.Template {
	h := f.leafHole(p, fr, hint)
	h.Name = p.Name()
	h.Param = f.paramKey(p)
	if values, closed := f.domain(p); closed {
		h.Domain = values
	}
	return []key.Template{key.OfHole(h)}
}

// domain lists the constants that arrive at a parameter; closed is false when anything else may.
func (f *Flow) domain(p *ssa.Parameter) (values []string, closed bool) {
	id := f.paramKey(p)
	if d, ok := f.domains[id]; ok {
		return d, d != nil
	}
	f.domains[id] = nil // asked for again on the way: not closed
	callers, closed := f.Callers(p.Parent())
	if !closed || len(callers) == 0 || len(callers) > 64 || !isString(p.Type()) {
		return nil, false
	}
	i := slices.Index(p.Parent().Params, p)
	set := map[string]bool{}
	for _, c := range callers {
		r, ok := f.callArg(c.Call, i, p.Parent(), f.Root(c.Fn))
		if !ok {
			return nil, false
		}
		k := f.constOf(r.V, r.Fr, 0)
		if k == nil || k.Kind() != constant.String {
			return nil, false
		}
		set[constant.StringVal(k)] = true
	}
	f.domains[id] = slices.Sorted(maps.Keys(set))
	return f.domains[id], true
}

// valueLoops names the loops in which a value is computed anew. It follows the forms of valueID: a field of an
// object from outside the loop does not change in it, unless the loop may store to it.
func (f *Flow) valueLoops(v ssa.Value, fr *Frame) []string {
	set := map[string]bool{}
	f.addLoops(v, fr, set, map[numberKey]bool{})
	return slices.Sorted(maps.Keys(set))
}

func (f *Flow) addLoops(v ssa.Value, fr *Frame, set map[string]bool, seen map[numberKey]bool) {
	if fr == nil || seen[numberKey{v, fr}] {
		return
	}
	seen[numberKey{v, fr}] = true
	ops := f.invariantOperands(v, fr)
	if ops != nil {
		for _, r := range ops {
			f.addLoops(r.V, r.Fr, set, seen)
		}
		if load, ok := v.(ssa.Instruction); ok && readsMemory(v) {
			f.changingLoops(load, f.regionOf(v), fr, set)
		}
		return
	}
	in, ok := v.(ssa.Instruction)
	if !ok {
		return
	}
	for _, l := range f.loopsOf(in.Block(), lexFrameOr(fr, v.Parent())) {
		set[l] = true
	}
}

// readsMemory reports a load or a lookup in a map.
func readsMemory(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.MUL
	case *ssa.Lookup:
		_, ok := v.X.Type().Underlying().(*types.Map)
		return ok
	}
	return false
}

// invariantOperands lists what a value is made of, when it changes only with them (and with the memory that it reads);
// nil when it is new each time.
func (f *Flow) invariantOperands(v ssa.Value, fr *Frame) []Ref {
	at := func(vs ...ssa.Value) []Ref {
		out := make([]Ref, 0, len(vs))
		for _, x := range vs {
			if x != nil {
				out = append(out, Ref{V: x, Fr: fr})
			}
		}
		return out
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function:
		return []Ref{}
	case *ssa.Parameter:
		if r, ok := f.argument(v, fr); ok {
			return []Ref{r}
		}
		return []Ref{}
	case *ssa.FreeVar:
		if r, ok := f.binding(v, fr); ok {
			return []Ref{r}
		}
		return []Ref{}
	case *ssa.MakeInterface:
		return at(v.X)
	case *ssa.ChangeInterface:
		return at(v.X)
	case *ssa.ChangeType:
		return at(v.X)
	case *ssa.Convert:
		return at(v.X)
	case *ssa.TypeAssert:
		return at(v.X)
	case *ssa.Field:
		return at(v.X)
	case *ssa.BinOp:
		return at(v.X, v.Y)
	case *ssa.Lookup:
		return at(v.X, v.Index)
	case *ssa.Index:
		return at(v.X, v.Index)
	case *ssa.Slice:
		if isString(v.X.Type()) {
			return at(v.X, v.Low, v.High)
		}
	case *ssa.FieldAddr:
		return at(v.X)
	case *ssa.IndexAddr:
		return at(v.X, v.Index)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			if pureCall(t.Common()) {
				return at(t)
			}
		case *ssa.Lookup, *ssa.TypeAssert:
			return at(t)
		}
	case *ssa.Call:
		if pureCall(v.Common()) {
			return at(v.Call.Args...)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.invariantLoad(v, fr)
		}
	}
	return nil
}

// invariantLoad lists what the address of a load, and with one assignment what is loaded, is made of.
func (f *Flow) invariantLoad(v *ssa.UnOp, fr *Frame) []Ref {
	switch a := v.X.(type) {
	case *ssa.FieldAddr:
		base := a.X
		if al, ok := base.(*ssa.Alloc); ok {
			if s, ok := f.copiedFrom(al); ok {
				base = s
			}
		}
		return []Ref{{V: base, Fr: fr}}
	case *ssa.Alloc:
		if r, ok := f.soleStore(a, fr); ok {
			return []Ref{r}
		}
	case *ssa.FreeVar:
		if al, afr, ok := f.captured(a, fr); ok {
			if r, ok := f.soleStore(al, afr); ok {
				return []Ref{r}
			}
			return []Ref{{V: al, Fr: afr}}
		}
	}
	return []Ref{{V: v.X, Fr: fr}}
}

// nameOf finds the name that a reader of the code would give the value.
func (f *Flow) nameOf(v ssa.Value, hint ast.Expr) string {
	if n := exprName(hint); n != "" {
		return n
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.Phi:
		if v.Comment != "" {
			return v.Comment
		}
	case *ssa.Global:
		return v.Name()
	case *ssa.Alloc:
		return v.Comment
	case *ssa.UnOp:
		return f.addrName(v.X)
	case *ssa.Field:
		return structField(v.X.Type(), v.Field).Name()
	case *ssa.Extract:
		return f.nameOf(v.Tuple, nil)
	case *ssa.Call:
		name := calleeName(v.Common())
		return name[strings.LastIndexByte(name, '.')+1:] + "()"
	case *ssa.MakeInterface:
		return f.nameOf(v.X, nil)
	case *ssa.Convert:
		return f.nameOf(v.X, nil)
	case *ssa.ChangeType:
		return f.nameOf(v.X, nil)
	}
	return "value"
}

func (f *Flow) addrName(a ssa.Value) string {
	switch a := a.(type) {
	case *ssa.FieldAddr:
		return structField(a.X.Type(), a.Field).Name()
	case *ssa.Global, *ssa.FreeVar:
		return a.Name()
	case *ssa.Alloc:
		if a.Comment != "" {
			return a.Comment
		}
	case *ssa.IndexAddr:
		return "element"
	}
	return "value"
}

func exprName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := ast.Unparen(e.X).(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
		return e.Sel.Name
	case *ast.CallExpr:
		if len(e.Args) == 1 {
			if n := exprName(ast.Unparen(e.Args[0])); n != "" && conversionLike(e.Fun) {
				return n
			}
		}
		if s, ok := e.Fun.(*ast.SelectorExpr); ok && len(e.Args) == 0 {
			if n := exprName(s.X); n != "" && s.Sel.Name == "String" {
				return n
			}
			return s.Sel.Name + "()"
		}
	}
	return ""
}

// conversionLike are functions that only change how a value is written.
func conversionLike(fun ast.Expr) bool {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return fun.Name == "string" || types.Universe.Lookup(fun.Name) != nil
	case *ast.SelectorExpr:
		x, ok := fun.X.(*ast.Ident)
		return ok && x.Name == "strconv"
	}
	return false
}

// structField is field i of a struct or pointer to struct type.
func structField(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.Underlying().(*types.Struct).Field(i)
}

// calleeName is the full name of a statically known or interface callee: "fmt.Sprintf", "(time.Time).Format".
func calleeName(c *ssa.CallCommon) string {
	if c.IsInvoke() {
		return c.Method.FullName()
	}
	if fn := c.StaticCallee(); fn != nil {
		if o, ok := fn.Object().(*types.Func); ok {
			return o.FullName()
		}
		return fn.String()
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return "builtin." + b.Name()
	}
	return "func"
}

func isGoRedis(fullName string) bool {
	return strings.Contains(fullName, "redis/go-redis/") || strings.Contains(fullName, "go-redis/redis")
}
