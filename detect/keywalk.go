package detect

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// keyEnd is a place where a key comes to that is no key argument of a command.
type keyEnd struct {
	kind UseKind
	in   ssa.Instruction
	v    ssa.Value // the key there
	what string
}

// keyWalk follows a text forward from where it was made: through variables, fields, parameters, results, lists and
// closures, as long as it is the same text.
type keyWalk struct {
	d    *detector
	seen map[ssa.Value]bool
	ends []keyEnd
}

// follow goes where values go.
func (d *detector) follow(vs ...ssa.Value) *keyWalk {
	w := &keyWalk{d: d, seen: map[ssa.Value]bool{}}
	for _, v := range vs {
		w.value(v)
	}
	return w
}

func (w *keyWalk) end(kind UseKind, in ssa.Instruction, v ssa.Value, what string) {
	if !w.d.inHelper(in.Pos()) {
		w.ends = append(w.ends, keyEnd{kind, in, v, what})
	}
}

// value goes on with all uses of a value: the text, a list with it, or the address of either.
func (w *keyWalk) value(v ssa.Value) {
	if v == nil || w.seen[v] {
		return
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.Global:
		for _, u := range w.d.reads().globals[v] {
			w.use(u, v)
		}
		return
	case *ssa.FreeVar:
		if a := variableOf(v); a != nil {
			w.value(a)
		}
	}
	if v.Referrers() == nil {
		return
	}
	for _, in := range *v.Referrers() {
		w.use(in, v)
	}
}

func (w *keyWalk) use(in ssa.Instruction, v ssa.Value) {
	switch in := in.(type) {
	case *ssa.Phi, *ssa.ChangeType, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.IndexAddr, *ssa.Convert, *ssa.Extract, *ssa.Next:
		if next := in.(ssa.Value); carries(next.Type()) {
			w.value(next)
		}
	case *ssa.UnOp:
		if in.Op == token.MUL || in.Op == token.ARROW {
			w.value(in)
		}
	case *ssa.BinOp:
		if in.Op == token.EQL || in.Op == token.NEQ {
			w.compared(in, v)
		}
	case *ssa.Store:
		if in.Val == v {
			w.store(in)
		}
	case *ssa.FieldAddr:
		if named := namedGoRedis(in.X.Type()); named == "Message" || named == "PMessage" { // what a subscription is told
			w.value(in)
		}
	case *ssa.MapUpdate:
		if in.Key == v {
			w.end(UseMap, in, v, "")
		}
		if in.Value == v {
			w.value(in.Map)
		}
	case *ssa.Lookup:
		switch {
		case in.Index == v:
			w.end(UseMap, in, v, "")
		case keyflow.IsString(in.X.Type()):
			w.end(UseText, in, v, "index")
		default:
			w.value(in)
		}
	case *ssa.Index:
		if in.X == v && isText(v.Type()) {
			w.end(UseText, in, v, "index")
		} else if in.X == v {
			w.value(in)
		}
	case *ssa.Slice:
		if isText(v.Type()) {
			w.end(UseText, in, v, "slice")
		} else if in.X == v {
			w.value(in)
		}
	case *ssa.Range:
		if isText(v.Type()) {
			w.end(UseText, in, v, "range")
		} else {
			w.value(in)
		}
	case *ssa.Send:
		w.end(UseLost, in, v, "go into a channel")
	case *ssa.Select:
		w.end(UseLost, in, v, "go into a channel")
	case *ssa.Return:
		w.returned(in, v)
	case *ssa.MakeClosure:
		fn := in.Fn.(*ssa.Function)
		for i, b := range in.Bindings {
			if b == v && i < len(fn.FreeVars) {
				w.value(fn.FreeVars[i])
			}
		}
	case ssa.CallInstruction:
		w.call(in, v)
	}
}

// carries reports a type that can hold a text, or lead to one. Numbers and errors that come along with keys do not.
func carries(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Interface:
		return t.String() != "error"
	case *types.Struct:
		return false
	}
	return true
}

// isText reports a string, or bytes.
func isText(t types.Type) bool {
	if keyflow.IsString(t) {
		return true
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && (b.Kind() == types.Byte || b.Kind() == types.Int32)
}

// compared ends at a comparison with a text that is no constant: constants are edited with the key.
func (w *keyWalk) compared(in *ssa.BinOp, v ssa.Value) {
	other := in.Y
	if in.Y == v {
		other = in.X
	}
	if _, ok := other.(*ssa.Const); !ok && keyflow.IsString(other.Type()) {
		w.end(UseCompare, in, v, in.Op.String())
	}
}

// store goes on with what reads the variable, field or element that the text is stored in.
func (w *keyWalk) store(in *ssa.Store) {
	switch a := in.Addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Global:
		w.value(a)
	case *ssa.IndexAddr:
		w.list(a.X)
	case *ssa.FieldAddr:
		w.field(in, a)
	default:
		w.end(UseLost, in, in.Val, "are stored through a pointer")
	}
}

// list goes on with a list that an element was put into, and with the variable that holds it.
func (w *keyWalk) list(x ssa.Value) {
	w.value(x)
	if load, ok := x.(*ssa.UnOp); ok && load.Op == token.MUL {
		switch a := load.X.(type) {
		case *ssa.FieldAddr:
			w.fieldReads(a)
		default:
			w.value(a)
		}
	}
}

func (w *keyWalk) field(in *ssa.Store, a *ssa.FieldAddr) {
	owner := a.X.Type().Underlying().(*types.Pointer).Elem()
	if named, ok := types.Unalias(owner).(*types.Named); ok && ofGoRedis(named.Obj()) {
		switch name := fieldName(owner, a.Field); name {
		case "Member", "Value", "Values":
			w.end(UseValue, in, in.Val, "as a "+strings.ToLower(name))
		}
		return
	}
	w.fieldReads(a)
}

func (w *keyWalk) fieldReads(a *ssa.FieldAddr) {
	for _, r := range w.d.reads().fields[fieldKey(a.X.Type(), a.Field)] {
		w.value(r)
	}
}

// returned goes on at the callers of a function.
func (w *keyWalk) returned(in *ssa.Return, v ssa.Value) {
	fn := in.Parent()
	callers, closed := w.d.flow.Callers(fn)
	for _, c := range callers {
		call, ok := c.Call.(ssa.Value)
		if !ok {
			continue
		}
		if len(in.Results) == 1 {
			w.value(call)
			continue
		}
		for _, use := range *call.Referrers() {
			if x, ok := use.(*ssa.Extract); ok && x.Index < len(in.Results) && in.Results[x.Index] == v {
				w.value(x)
			}
		}
	}
	if !closed || importable(fn) {
		w.end(UseOut, in, v, "are returned by "+functionName(fn)+", which others may call")
	}
}

// importable reports an exported function that other modules can call.
func importable(fn *ssa.Function) bool {
	if fn.Parent() != nil || fn.Pkg == nil || !token.IsExported(fn.Name()) || fn.Pkg.Pkg.Name() == "main" {
		return false
	}
	path := "/" + fn.Pkg.Pkg.Path() + "/"
	return !strings.Contains(path, "/internal/") && !strings.HasSuffix(fn.Pkg.Pkg.Name(), "_test")
}

// call goes on in the functions that a call may enter.
func (w *keyWalk) call(in ssa.CallInstruction, v ssa.Value) {
	c := in.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		w.builtin(in, b.Name(), v)
		return
	}
	if fn, _ := called(in); fn != nil && (ofGoRedis(fn) || isCommandFunc(fn) || w.d.isHelper(fn)) {
		w.redis(in, fn, v)
		return
	}
	entered := false
	for _, fn := range w.d.flow.Callees(c, w.d.flow.Root(in.Parent())) {
		if len(fn.Blocks) == 0 {
			continue
		}
		entered = true
		shift := 0
		if c.IsInvoke() {
			shift = 1
		}
		for i, a := range c.Args {
			if a == v && i+shift < len(fn.Params) {
				w.value(fn.Params[i+shift])
			}
		}
	}
	if !entered && slices.Contains(c.Args, v) {
		w.foreign(in, v)
	}
}

func (w *keyWalk) builtin(in ssa.CallInstruction, name string, v ssa.Value) {
	switch name {
	case "append":
		if val, ok := in.(ssa.Value); ok {
			w.value(val)
		}
	case "copy":
		if in.Common().Args[1] == v {
			w.list(in.Common().Args[0])
		}
	case "delete":
		if in.Common().Args[1] == v {
			w.end(UseMap, in, v, "")
		}
	}
}

// redis ends at values that are written, and goes on with what a reply holds.
func (w *keyWalk) redis(in ssa.CallInstruction, fn *types.Func, v ssa.Value) {
	if receiver(in) == v || !isCommandFunc(fn) && !w.d.isHelper(fn) && !isSpecial(fn) && !isScriptMethod(fn) {
		if val, ok := in.(ssa.Value); ok && carries(val.Type()) {
			w.value(val)
		}
		return
	}
	shift := 0
	if w.d.isHelper(fn) {
		shift = 1
	}
	m, _, ok := lookupMethod(strings.TrimPrefix(fn.Name(), "Queue"))
	switch {
	case fn.Name() == "Publish" || fn.Name() == "SPublish":
		if w.d.flow.Arg(in, ctxShift(fn)+1+shift, nil).V == v {
			w.end(UseOut, in, v, "are published")
		}
	case !ok || len(m.Keys) == 0 || isScriptMethod(fn):
	default:
		isKey := func(a rediscmd.KeyArg) bool {
			return a.Form == rediscmd.Pairs || a.Form == rediscmd.Triples || w.d.flow.Arg(in, a.Param+ctxShift(fn)+shift, nil).V == v
		}
		if !slices.ContainsFunc(m.Keys, isKey) {
			w.end(UseValue, in, v, "by "+fn.Name())
		}
	}
}

// foreign ends in a function that is not the target's.
func (w *keyWalk) foreign(in ssa.CallInstruction, v ssa.Value) {
	name, pkg := keyflow.CalleeName(in.Common()), ""
	short := name[strings.LastIndexByte(name, '.')+1:]
	if fn, _ := called(in); fn != nil && fn.Pkg() != nil {
		pkg, short = fn.Pkg().Path(), fn.Name()
	}
	switch {
	case takesTextApart(name):
		w.end(UseText, in, v, short)
	case pkg == "slices" && (strings.HasPrefix(short, "Contains") || strings.HasPrefix(short, "Index") || strings.HasPrefix(short, "BinarySearch")):
		w.end(UseSearch, in, v, short)
	case pkg == "slices" || pkg == "maps":
		if val, ok := in.(ssa.Value); ok && carries(val.Type()) {
			w.value(val)
		}
	case quietPackages[pkg] || strings.Contains(pkg, "log") || strings.HasSuffix(pkg, "/zap"):
	default:
		w.end(UseOut, in, v, "are handed to "+name)
	}
}

// quietPackages make other texts of what they get, print it, or sort it.
var quietPackages = map[string]bool{
	"fmt": true, "errors": true, "testing": true, "strings": true, "bytes": true, "strconv": true, "sort": true, "unicode/utf8": true,
	"path": true, "path/filepath": true, "github.com/pkg/errors": true,
}
