package detect

import (
	"bytes"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/templates"
)

// goRedisPath matches the import paths of go-redis, major versions 6 to 9.
var goRedisPath = regexp.MustCompile(`^(github\.com/redis/go-redis/v\d+|github\.com/go-redis/redis(/v\d+)?|gopkg\.in/redis\.v\d+)$`)

// IsGoRedis reports whether an import path is the main package of go-redis.
func IsGoRedis(path string) bool { return goRedisPath.MatchString(path) }

func ofGoRedis(o types.Object) bool { return o != nil && o.Pkg() != nil && IsGoRedis(o.Pkg().Path()) }

// namedGoRedis is the name of a go-redis type, behind a pointer or not; "" for others.
func namedGoRedis(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && ofGoRedis(n.Obj()) {
		return n.Obj().Name()
	}
	return ""
}

// called is the method or function that a call names; recvAt is the index of the receiver among the arguments, -1 when
// the call is through an interface (then it is Common().Value) or a plain function.
func called(call ssa.CallInstruction) (fn *types.Func, bound *ssa.MakeClosure) {
	c := call.Common()
	if c.IsInvoke() {
		return c.Method, nil
	}
	g := c.StaticCallee()
	if g == nil {
		return nil, nil
	}
	fn, _ = g.Object().(*types.Func)
	if m, ok := c.Value.(*ssa.MakeClosure); ok && strings.HasSuffix(g.Name(), "$bound") {
		bound = m
	}
	return fn, bound
}

// receiver is the value that a method is called on.
func receiver(call ssa.CallInstruction) ssa.Value {
	c := call.Common()
	if c.IsInvoke() {
		return c.Value
	}
	if m, ok := c.Value.(*ssa.MakeClosure); ok && len(m.Bindings) == 1 {
		return m.Bindings[0]
	}
	if c.Signature().Recv() != nil && len(c.Args) > 0 {
		return c.Args[0]
	}
	if g := c.StaticCallee(); g != nil && strings.HasSuffix(g.Name(), "$thunk") && len(c.Args) > 0 {
		return c.Args[0]
	}
	return nil
}

// clientTypes are the go-redis types that commands are sent through.
var clientTypes = map[string]bool{
	"Client": true, "ClusterClient": true, "Ring": true, "Conn": true, "Tx": true, "Pipeline": true, "AutoPipeliner": true,
	"cmdable": true, "statefulCmdable": true, "Pipeliner": true, "Cmdable": true, "StatefulCmdable": true,
	"UniversalClient": true, "Scripter": true, "baseClient": true, "SentinelClient": true,
}

// isCommandFunc reports that fn is a method of a client (or of an interface of clients) that sends or queues a command.
func isCommandFunc(fn *types.Func) bool {
	sig := fn.Type().(*types.Signature)
	if sig.Recv() == nil || sig.Results().Len() == 0 {
		return false
	}
	recv := sig.Recv().Type()
	_, iface := recv.Underlying().(*types.Interface)
	if ofGoRedis(fn) && !iface && !clientTypes[namedGoRedis(recv)] {
		return false
	}
	if ofGoRedis(fn) && iface && namedGoRedis(recv) == "Cmder" {
		return false
	}
	if !ofGoRedis(fn) && !iface {
		return false // a method of the target: it is followed
	}
	res := namedGoRedis(sig.Results().At(0).Type())
	return strings.HasSuffix(res, "Cmd") || res == "Cmder"
}

// isSpecial reports a method of a client that does not return a command: it opens a pipeline, subscribes, or takes a
// command. The target's own interfaces may have such methods, too.
func isSpecial(fn *types.Func) bool {
	switch fn.Name() {
	case "Pipelined", "TxPipelined", "Pipeline", "TxPipeline", "Watch", "Subscribe", "PSubscribe", "SSubscribe", "Process", "Conn", "Unwatch",
		"SetCommandInfoResolver":
	default:
		return false
	}
	sig := fn.Type().(*types.Signature)
	if sig.Recv() == nil {
		return false
	}
	_, iface := sig.Recv().Type().Underlying().(*types.Interface)
	if !ofGoRedis(fn) {
		return iface && speaksGoRedis(sig)
	}
	n := namedGoRedis(sig.Recv().Type())
	return clientTypes[n] || iface && n != "" || n == "PubSub"
}

// speaksGoRedis reports a signature with a type of go-redis in it.
func speaksGoRedis(sig *types.Signature) bool {
	for _, t := range []*types.Tuple{sig.Params(), sig.Results()} {
		for i := range t.Len() {
			switch t := t.At(i).Type().Underlying().(type) {
			case *types.Signature:
				if speaksGoRedis(t) {
					return true
				}
			case *types.Slice:
				if namedGoRedis(t.Elem()) != "" {
					return true
				}
			}
			if namedGoRedis(t.At(i).Type()) != "" {
				return true
			}
		}
	}
	return false
}

// isScriptMethod reports a method of redis.Script that runs it, or one of an interface of the target that has its form.
func isScriptMethod(fn *types.Func) bool {
	sig := fn.Type().(*types.Signature)
	if sig.Recv() == nil {
		return false
	}
	if _, iface := sig.Recv().Type().Underlying().(*types.Interface); iface {
		if ps := sig.Params(); ofGoRedis(fn) || ctxShift(fn) == 0 || ps.Len() < 2 || namedGoRedis(ps.At(1).Type()) != "Scripter" {
			return false
		}
	} else if !ofGoRedis(fn) || namedGoRedis(sig.Recv().Type()) != "Script" {
		return false
	}
	switch fn.Name() {
	case "Run", "RunRO", "Eval", "EvalRO", "EvalSha", "EvalShaRO", "Load", "Exists":
		return true
	}
	return false
}

var constructors = map[string]bool{
	"NewClient": true, "NewClusterClient": true, "NewUniversalClient": true, "NewFailoverClient": true,
	"NewFailoverClusterClient": true, "NewRing": true, "NewSentinelClient": true,
}

func isConstructor(fn *types.Func) bool {
	return ofGoRedis(fn) && fn.Type().(*types.Signature).Recv() == nil && constructors[fn.Name()]
}

// ctxShift is 1 when the first parameter is a context.
func ctxShift(fn *types.Func) int {
	ps := fn.Type().(*types.Signature).Params()
	if ps.Len() > 0 && types.TypeString(ps.At(0).Type(), nil) == "context.Context" {
		return 1
	}
	return 0
}

// lookupMethod is the command of a method; false for those without a fixed one.
func lookupMethod(name string) (rediscmd.Method, rediscmd.Command, bool) {
	m, ok := rediscmd.LookupMethod(name)
	if !ok {
		return m, rediscmd.Command{}, false
	}
	c, ok := rediscmd.Lookup(m.Words...)
	return m, c, ok
}

// isHelper reports a function of the helper package that clusterize generates into a target, or a method that goes on
// with a scan.
func (d *detector) isHelper(fn *types.Func) bool {
	if ps := fn.Type().(*types.Signature).Params(); fn.Pkg() == nil || !token.IsExported(fn.Name()) || ps.Len() < 2 || namedGoRedis(ps.At(1).Type()) == "" {
		return false // it makes clients, or their options
	}
	if recv := fn.Type().(*types.Signature).Recv(); recv != nil && !isScanner(recv.Type()) {
		return false
	}
	return d.inHelper(fn.Pos())
}

// isScanner reports the type of the helper that scans for a loop.
func isScanner(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := p.Elem().(*types.Named)
	return ok && n.Obj().Name() == "Scanner"
}

// inHelper reports a place in a file that clusterize generated.
func (d *detector) inHelper(pos token.Pos) bool {
	f := d.flow.Prog.File(pos)
	return f != nil && bytes.HasPrefix(f.Content, []byte(templates.Marker))
}
