package keyflow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// call is the value as an argument.
func (w *aliasWalk) call(call ssa.CallInstruction, a alias) {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		w.builtin(b.Name(), call, a)
		return
	}
	for i, arg := range c.Args {
		if arg == a.v {
			w.argument(call, i, a)
		}
	}
}

func (w *aliasWalk) builtin(name string, call ssa.CallInstruction, a alias) {
	c := call.Common()
	switch name {
	case "append":
		if c.Args[0] != a.v {
			return
		}
		if a.cut {
			x := elemWrite{in: call, fr: a.fr, index: -1, rest: true}
			if len(c.Args) > 1 {
				x.from = c.Args[1]
			}
			w.write(x, a)
		}
		if v := call.Value(); v != nil {
			b := a
			b.v, b.cut = v, false
			w.visit(b)
		}
	case "copy":
		if c.Args[0] == a.v {
			w.write(elemWrite{in: call, fr: a.fr, index: -1, from: c.Args[1]}, a)
		}
	case "delete", "clear":
		w.b.removed = true
		if !inTree(a.fr, a.home) {
			w.b.leave("is changed in " + call.Parent().Name())
		}
	}
}

// argument is the value as argument i of a call: functions of the target are looked into.
func (w *aliasWalk) argument(call ssa.CallInstruction, i int, a alias) {
	c := call.Common()
	name := calleeName(c)
	if isGoRedis(name) {
		return
	}
	if fn := c.StaticCallee(); fn != nil && len(fn.Blocks) == 0 {
		w.library(name, i, call, a)
		return
	}
	if c.IsInvoke() && speaksRedis(c.Method) {
		return // a client behind an interface of the target
	}
	ts, closed := w.f.targets(c, a.fr)
	if !closed || len(ts) == 0 {
		w.b.leave("is handed to " + strings.TrimPrefix(name, "*") + ", which is not known")
		return
	}
	if c.IsInvoke() {
		i++
	}
	for _, t := range ts {
		switch {
		case len(t.fn.Blocks) == 0:
			w.library(calleeName(c), i, call, a)
		case i >= len(t.fn.Params):
			w.b.leave("is handed to " + t.fn.Name())
		case a.fr.within(t.fn) || a.fr.depth >= maxDepth:
			w.b.leave("is handed to a recursive function")
		default:
			b := a
			b.v, b.fr = t.fn.Params[i], w.f.enter(t, call, a.fr)
			w.visit(b)
		}
	}
}

// speaksRedis reports a method with a type of go-redis in its signature.
func speaksRedis(m *types.Func) bool { return isGoRedis(typeName(m.Type())) }

// library is what functions without source do to a slice or map that they are handed.
func (w *aliasWalk) library(name string, i int, call ssa.CallInstruction, a alias) {
	pkg, fn, _ := strings.Cut(name, ".")
	if i > 0 && (pkg == "slices" || pkg == "maps") {
		return // a second list is only read
	}
	switch {
	case pkg == "sort" && (strings.HasPrefix(fn, "S") && !strings.HasPrefix(fn, "Search") && !strings.Contains(fn, "Sorted") || fn == "Ints" || fn == "Float64s"):
		w.b.moved = true
	case pkg == "slices":
		w.slicesFunc(fn, call, a)
	case pkg == "maps":
		switch fn {
		case "Copy", "Insert":
			w.b.leave("is changed by maps." + fn)
		case "DeleteFunc":
			w.b.removed = true
		}
	case pkg == "reflect", strings.HasPrefix(name, "(reflect."):
		w.b.leave("is handed to " + name)
	case !readsOnly(name):
		w.b.leave("is handed to " + name)
	}
	if (w.b.moved || w.b.removed) && !inTree(a.fr, a.home) {
		w.b.leave("is changed in " + call.Parent().Name())
	}
}

func (w *aliasWalk) slicesFunc(fn string, call ssa.CallInstruction, a alias) {
	switch fn {
	case "Sort", "SortFunc", "SortStableFunc", "Reverse":
		w.b.moved = true
		return
	case "Insert", "Replace", "Chunk":
		w.b.leave("is changed by slices." + fn)
		return
	case "Delete", "DeleteFunc", "Compact", "CompactFunc":
		w.b.removed = true
	case "Grow", "Clip", "AppendSeq":
		if fn == "AppendSeq" && a.cut {
			w.b.leave("is changed by slices." + fn)
			return
		}
	default:
		return
	}
	if v := call.Value(); v != nil {
		b := a
		b.v = v
		w.visit(b)
	}
}

// readsOnly reports functions without source that leave slices and maps as they are: the standard library (the others
// are looked at one by one) and libraries that log, compare or talk to Redis.
func readsOnly(name string) bool {
	path := strings.TrimLeft(name, "(*")
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") || !strings.Contains(path, "/") {
		return true
	}
	for _, p := range []string{
		"github.com/redis/", "github.com/go-redis/", "github.com/stretchr/testify", "go.uber.org/zap",
		"github.com/sirupsen/logrus", "github.com/rs/zerolog", "google.golang.org/grpc", "github.com/pkg/errors",
	} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}
