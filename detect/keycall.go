package detect

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

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
	} else if fn != nil && isIteration(fn) && w.d.inHelper(fn.Pos()) {
		if val, ok := in.(ssa.Value); ok && carries(val.Type()) {
			w.value(val)
		}
		return
	}
	entered := w.d.entered(in)
	shift := 0
	if c.IsInvoke() {
		shift = 1
	}
	for _, fn := range entered {
		for i, a := range c.Args {
			if a == v && i+shift < len(fn.Params) {
				w.value(fn.Params[i+shift])
			}
		}
	}
	switch {
	case len(entered) > 0:
	case c.Value == v && !c.IsInvoke(): // an iterator over keys
		w.callbacks(c)
	case !slices.Contains(c.Args, v):
	case c.StaticCallee() == nil && !c.IsInvoke():
		w.end(UseLost, in, v, "are handed to a function that is not known")
	default:
		w.callbacks(c)
		w.foreign(in, v)
	}
}

// isIteration reports a method of what the helper scans with.
func isIteration(fn *types.Func) bool {
	recv := fn.Type().(*types.Signature).Recv()
	if recv == nil {
		return false
	}
	name := recv.Type().String()
	return strings.HasSuffix(name, ".KeyScan") || strings.HasSuffix(name, ".Iterator")
}

// callbacks goes on in the functions among the arguments of a call of other code: it may hand them what it got.
func (w *keyWalk) callbacks(c *ssa.CallCommon) {
	for _, a := range c.Args {
		fn, _ := a.(*ssa.Function)
		if m, ok := a.(*ssa.MakeClosure); ok {
			fn, _ = m.Fn.(*ssa.Function)
		}
		if fn == nil {
			continue
		}
		for _, p := range fn.Params {
			if carries(p.Type()) {
				w.value(p)
			}
		}
	}
}

func (w *keyWalk) builtin(in ssa.CallInstruction, name string, v ssa.Value) {
	val, _ := in.(ssa.Value)
	switch name {
	case "append", "min", "max":
		w.value(val)
	case "len":
		if isText(v.Type()) && !onlyEmptiness(val) {
			w.end(UseText, in, v, "len")
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

// onlyEmptiness reports a length that is only held against 0.
func onlyEmptiness(n ssa.Value) bool {
	for _, in := range *n.Referrers() {
		b, ok := in.(*ssa.BinOp)
		if _, debug := in.(*ssa.DebugRef); !debug && (!ok || !comparedToZero(b)) {
			return false
		}
	}
	return true
}

// redis ends at values that are written, and goes on with what a reply holds.
func (w *keyWalk) redis(in ssa.CallInstruction, fn *types.Func, v ssa.Value) {
	if fn.Name() == "ScanSlice" && receiver(in) == v { // the reply is put into a list
		w.value(underInterface(w.d.flow.Arg(in, 0, nil).V))
		return
	}
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
	case isScriptMethod(fn) && w.d.flow.Arg(in, ctxShift(fn)+2, nil).V == v, // behind the client and the keys
		isScriptCommand(fn) && w.d.flow.Arg(in, ctxShift(fn)+2, nil).V == v: // behind the source and the keys
		w.end(UseScript, in, v, "are arguments of a script")
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

// isScriptCommand reports a method of a client that runs a script or a function.
func isScriptCommand(fn *types.Func) bool {
	return strings.HasPrefix(fn.Name(), "Eval") || strings.HasPrefix(fn.Name(), "FCall")
}

func underInterface(v ssa.Value) ssa.Value {
	if m, ok := v.(*ssa.MakeInterface); ok {
		return m.X
	}
	return v
}

// foreign ends in a function that is not the target's.
func (w *keyWalk) foreign(in ssa.CallInstruction, v ssa.Value) {
	name, pkg := keyflow.CalleeName(in.Common()), ""
	short := name[strings.LastIndexByte(name, '.')+1:]
	if fn, _ := called(in); fn != nil && fn.Pkg() != nil {
		pkg, short = fn.Pkg().Path(), fn.Name()
	}
	switch {
	case takesTextApart(name), receiver(in) == v && (pkg == "strings" || pkg == "bytes"): // a Reader, or a Buffer
		w.end(UseText, in, v, short)
	case pkg == "slices" && (strings.HasPrefix(short, "Contains") || strings.HasPrefix(short, "Index") || strings.HasPrefix(short, "BinarySearch")):
		w.end(UseSearch, in, v, short)
	case pkg == "slices" || pkg == "maps" || pkg == "strings" || pkg == "bytes" || pkg == "cmp":
		if val, ok := in.(ssa.Value); ok && carries(val.Type()) {
			w.value(val) // the same, in another order, in other letters, or to be read
		}
	case keepers[pkg], name == "errors.New":
		w.end(UseLost, in, v, "are kept by "+name)
	case readers[pkg]:
		w.end(UseText, in, v, short)
	case quietPackages[pkg] || strings.Contains(pkg, "log") || strings.HasSuffix(pkg, "/zap"):
	default:
		w.end(UseOut, in, v, "are handed to "+name)
	}
}

// keepers give back what they got, elsewhere; readers take a text apart.
var (
	keepers = map[string]bool{"sync": true, "sync/atomic": true, "context": true, "container/list": true, "container/heap": true, "container/ring": true}
	readers = map[string]bool{"bufio": true, "text/scanner": true, "encoding/csv": true}
)

// quietPackages make other texts of what they get, print it, or sort it.
var quietPackages = map[string]bool{
	"fmt": true, "errors": true, "testing": true, "strconv": true, "sort": true, "unicode/utf8": true,
	"path": true, "path/filepath": true, "github.com/pkg/errors": true,
}
