package keyflow

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// constantGlobal reports a package variable that is set once, where it is declared.
func (f *Flow) constantGlobal(g *ssa.Global) bool {
	u := f.globals[g]
	return u != nil && !u.addr && len(u.stores) == 1 && u.stores[0].Parent().Name() == "init"
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
	h := f.leafHole(load, fr, hint)
	if u != nil && !u.addr {
		h.Class = key.Fixed
		for _, s := range u.stores {
			if n := s.Parent().Name(); n != "main" && n != "init" && n != "TestMain" && !strings.HasPrefix(n, "init#") {
				h.Class = key.Varying
			}
		}
		if h.Class == key.Fixed {
			h.ID = "g:" + g.String()
		}
	}
	return []key.Template{key.OfHole(h)}
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
