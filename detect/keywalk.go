package detect

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
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
	maps map[ssa.Value]bool // that have keys as their indexes
	ends []keyEnd
}

// follow goes where values go.
func (d *detector) follow(vs ...ssa.Value) *keyWalk {
	w := &keyWalk{d: d, seen: map[ssa.Value]bool{}, maps: map[ssa.Value]bool{}}
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
		} else if _, boxed := in.(*ssa.MakeInterface); boxed && isText(v.Type()) {
			w.end(UseLost, in, v, "are made an error")
		}
	case *ssa.UnOp:
		if in.Op == token.MUL || in.Op == token.ARROW {
			w.value(in)
		}
	case *ssa.BinOp:
		w.compared(in, v)
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
			w.indexes(in.Map)
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
		if in.X == v {
			w.end(UseLost, in, v, "go into a channel")
		}
	case *ssa.Select:
		w.selected(in, v)
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

// selected follows what a select receives from a channel.
func (w *keyWalk) selected(in *ssa.Select, v ssa.Value) {
	received := 2 // of the tuple, behind the index and whether the channel is open
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			if s.Send == v {
				w.end(UseLost, in, v, "go into a channel")
			}
			continue
		}
		if s.Chan == v {
			for _, r := range *in.Referrers() {
				if e, ok := r.(*ssa.Extract); ok && e.Index == received && carries(e.Type()) {
					w.value(e)
				}
			}
		}
		received++
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

// compared ends at a comparison with a text that is no constant: constants are edited with the key. Where the order is
// asked for, the beginning of the text decides.
func (w *keyWalk) compared(in *ssa.BinOp, v ssa.Value) {
	other := in.Y
	if in.Y == v {
		other = in.X
	}
	_, constant := other.(*ssa.Const)
	switch in.Op {
	case token.EQL, token.NEQ:
		if !constant && keyflow.IsString(other.Type()) {
			w.end(UseCompare, in, v, in.Op.String())
		}
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
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
		for _, x := range resultsOf(call, in, v) {
			w.value(x)
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
