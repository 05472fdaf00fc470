package keyflow

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// constantGlobal reports a package variable that is set once, where it is declared.
func (f *Flow) constantGlobal(g *ssa.Global) bool {
	u := f.globals[g]
	return u != nil && !u.addr && len(u.stores) == 1 && isInitializer(u.stores[0].Parent())
}

func (f *Flow) evalGlobal(g *ssa.Global, load *ssa.UnOp, fr *Frame, hint ast.Expr) []key.Template {
	u := f.globals[g]
	if f.constantGlobal(g) {
		s := u.stores[0]
		ts := f.eval(s.Val, f.Root(s.Parent()), f.assigns[s.Pos()])
		for i := range ts {
			ts[i] = asFixed(ts[i], g.Name())
		}
		return ts
	}
	if ts := f.embedText(g); ts != nil {
		return ts
	}
	h := f.leafHole(load, fr, hint)
	if u != nil && !u.addr && f.setAtStart(u) {
		h.Class = key.Fixed
	}
	// Text in a variable of the package is mostly configuration: the process has one at a time. Numbers may be counters.
	h.Shared = h.Kind == key.Text
	return []key.Template{key.OfHole(h)}
}

// setAtStart reports a variable that gets its value once, while the program starts: in its declaration, in init, or in
// main before any loop.
func (f *Flow) setAtStart(u *globalUse) bool {
	later := 0
	for _, s := range u.stores {
		fn := s.Parent()
		if isInitializer(fn) || strings.HasPrefix(fn.Name(), "init#") && fn.Signature.Recv() == nil && len(f.loopHeaders(s.Block())) == 0 {
			continue
		}
		if later++; fn.Signature.Recv() != nil || fn.Parent() != nil || len(f.loopHeaders(s.Block())) > 0 {
			return false
		}
		if n := fn.Name(); n != "main" && n != "TestMain" {
			return false
		}
	}
	return later <= 1
}

// isInitializer reports the function in which SSA collects the declarations of a package.
func isInitializer(fn *ssa.Function) bool {
	return fn.Pkg != nil && fn == fn.Pkg.Func("init") && fn.Synthetic != ""
}

func asFixed(t key.Template, name string) key.Template {
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil && p.Hole.Class == key.Varying {
			h := *p.Hole
			h.Class = key.Fixed
			if len(t.Parts) == 1 {
				h.Name = name
			}
			p.Hole = &h
		}
		parts[i] = p
	}
	t.Parts = parts
	return t
}

// fixedCall reports values that stay the same while the process runs.
func fixedCall(v ssa.Value) bool {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	switch calleeName(c.Common()) {
	case "os.Getenv", "os.LookupEnv", "os.Hostname", "os.Getpid", "github.com/spf13/viper.GetString":
		return true
	}
	return false
}

// flagged reports the text of a flag, or of another pointer that the package has: configuration, most likely.
func flagged(v ssa.Value) bool {
	p, ok := v.(*ssa.UnOp)
	if !ok || p.Op != token.MUL || kindOf(v) != key.Text {
		return false
	}
	switch at := p.X.(type) {
	case *ssa.Call:
		return strings.HasSuffix(calleeName(at.Common()), "flag.String")
	case *ssa.UnOp:
		_, global := at.X.(*ssa.Global) // var prefix = flag.String(...)
		return global
	}
	return false
}
