package clientflow

import (
	"go/ast"
	"go/types"

	"github.com/clusterize/clusterize/detect"
)

// goRedisFunc reports a function, or a method, of go-redis.
func goRedisFunc(f *types.Func) bool { return f.Pkg() != nil && detect.IsGoRedis(f.Pkg().Path()) }

// constructors are the functions of go-redis that make clients of the type *redis.Client or an interface of it.
var constructors = map[string]bool{"NewClient": true, "NewFailoverClient": true, "NewUniversalClient": true}

// goRedisCall notes constructors and what they are given. Other functions of go-redis keep no client.
func (w *walker) goRedisCall(f *types.Func, call *ast.CallExpr) {
	isMethod := f.Type().(*types.Signature).Recv() != nil
	switch name := f.Name(); {
	case isMethod:
		if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && w.g.Kind == Clients {
			w.clientMethod(name, s, call)
		}
		w.goRedisTakes(f, call)
	case w.g.Kind == Clients && constructors[name]:
		n := w.typed("e:"+place(w.prog, call.Lparen), w.info.TypeOf(call))
		w.made(n, f, call)
	case w.g.Kind != Clients && w.consumes(name):
		if len(call.Args) == 1 {
			w.assign(w.g.get("arg:"+place(w.prog, call.Lparen)), call.Args[0])
		}
	case w.g.Kind == Options && name == "ParseURL":
		c := w.g.of(w.g.get("e:" + place(w.prog, call.Lparen)))
		c.Parses = append(c.Parses, Call{w.prog, w.pkg, call})
	default:
		w.goRedisTakes(f, call)
	}
}

// goRedisTakes moves the arguments that are declared with the kind.
func (w *walker) goRedisTakes(f *types.Func, call *ast.CallExpr) {
	for i, a := range call.Args {
		if v := paramOf(f, i); v != nil && w.g.Kind.mentions(v.Type()) {
			w.argument(f, call, i, a)
		}
	}
}

// clientMethod notes methods whose meaning depends on the kind of client.
func (w *walker) clientMethod(name string, s *ast.SelectorExpr, call *ast.CallExpr) {
	switch name {
	case "Options":
		w.g.join(w.g.get("recv:"+place(w.prog, call.Lparen)), w.receiverOf(s))
	case "AddHook":
		c := w.g.of(w.receiverOf(s))
		c.Hooks = append(c.Hooks, Call{w.prog, w.pkg, call})
	}
}

// consumes reports the constructor that takes values of the kind.
func (w *walker) consumes(constructor string) bool {
	return w.g.Kind == Options && constructor == "NewClient" || w.g.Kind == UniversalOptions && constructor == "NewUniversalClient"
}

func (w *walker) made(n node, f *types.Func, call *ast.CallExpr) {
	_, id := w.callee(call)
	c := w.g.of(n)
	c.Made = append(c.Made, Origin{Pos: w.prog.Position(id.Pos()), Name: f.Name(), Call: call, Pkg: w.pkg, Prog: w.prog})
}

// constructorValue notes redis.NewClient that is not called by its name.
func (w *walker) constructorValue(id *ast.Ident) {
	f, ok := w.info.Uses[id].(*types.Func)
	if !ok || w.g.Kind != Clients || !goRedisFunc(f) || !constructors[f.Name()] || f.Type().(*types.Signature).Recv() != nil {
		return
	}
	if w.calledNames == nil {
		w.findCalled()
	}
	if w.calledNames[id] {
		return
	}
	n := w.g.get("f:" + place(w.prog, id.Pos()))
	c := w.g.of(n)
	c.Made = append(c.Made, Origin{Pos: w.prog.Position(id.Pos()), Name: f.Name(), Pkg: w.pkg, Prog: w.prog})
}

// findCalled lists the identifiers that name what a call calls.
func (w *walker) findCalled() {
	w.calledNames = map[*ast.Ident]bool{}
	for _, f := range w.pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if _, id := w.callee(call); id != nil {
					w.calledNames[id] = true
				}
			}
			return true
		})
	}
}

// goRedisResult is what functions and methods of go-redis give.
func (w *walker) goRedisResult(f *types.Func, call *ast.CallExpr, i int) node {
	sig := f.Type().(*types.Signature)
	if i >= sig.Results().Len() {
		return 0
	}
	t := sig.Results().At(i).Type()
	if !w.g.tracks(t) {
		return 0
	}
	if sig.Recv() == nil {
		if constructors[f.Name()] || f.Name() == "ParseURL" {
			return w.typed("e:"+place(w.prog, call.Lparen), t)
		}
		if w.g.Kind.mentions(t) {
			return w.foreignResult(f, i)
		}
		return 0
	}
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !w.g.Kind.mentions(t) {
		return 0
	}
	switch f.Name() {
	case "WithContext", "WithTimeout": // a client of its own, with the same options
		if w.g.Kind == Clients && w.g.Kind.value(w.info.TypeOf(s.X)) {
			n := w.g.get("e:" + place(w.prog, call.Lparen))
			w.g.edge(w.node(s.X), n)
			return n
		}
	case "Options": // belongs to the client
		n := w.g.get("opt:" + place(w.prog, call.Lparen))
		c := w.g.of(n)
		c.Of = append(c.Of, OptionsOf{Call{w.prog, w.pkg, call}})
		return n
	}
	return w.foreignResult(f, i)
}
