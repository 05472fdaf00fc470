package keyflow

import (
	"go/ast"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// captured resolves a captured variable, through all closures around it, to the cell that holds it.
func (f *Flow) captured(v *ssa.FreeVar, fr *Frame) (*ssa.Alloc, *Frame, bool) {
	for range maxDepth {
		r, ok := f.binding(v, fr)
		if !ok {
			return nil, nil, false
		}
		switch b := r.V.(type) {
		case *ssa.Alloc:
			return b, r.Fr, true
		case *ssa.FreeVar:
			v, fr = b, r.Fr
		default:
			return nil, nil, false
		}
	}
	return nil, nil, false
}

// cellReader evaluates a variable that lives in memory, since its address is taken or a closure holds it.
type cellReader struct {
	f     *Flow
	cell  *ssa.Alloc
	fr    *Frame // of the function that declares it
	load  *ssa.UnOp
	lfr   *Frame // of the load
	hint  ast.Expr
	reg   region
	depth int
}

// evalCell is the text of the variable a, declared in frame afr, at a load in frame fr.
func (f *Flow) evalCell(a *ssa.Alloc, afr *Frame, load *ssa.UnOp, fr *Frame, hint ast.Expr) []key.Template {
	afr = lexFrameOr(afr, a.Parent())
	if r, ok := f.soleStore(a, afr); ok {
		return f.eval(r.V, r.Fr, f.storedHint(a))
	}
	r := &cellReader{f: f, cell: a, fr: afr, load: load, lfr: fr, hint: hint}
	r.reg = region{kind: inCell, cell: a, open: captures(a) || !f.plainCell(a), typ: typeName(load.Type())}
	return r.at(load, lexFrameOr(fr, load.Parent()))
}

// storedHint is the expression of the only assignment to a variable.
func (f *Flow) storedHint(a *ssa.Alloc) ast.Expr {
	stores, _ := f.cellStores(a)
	return f.assigns[stores[0].Pos()]
}

func (r *cellReader) at(at ssa.Instruction, fr *Frame) []key.Template {
	if r.depth++; r.depth > 40 {
		return r.leaf()
	}
	defer func() { r.depth-- }()
	w := &stateWalk{f: r.f, fr: fr}
	w.step = func(in ssa.Instruction, _ func() []key.Template) ([]key.Template, bool) { return r.step(in, fr) }
	w.loop = func(*ssa.BasicBlock, []key.Template) []key.Template { return r.leaf() }
	w.start = func() []key.Template {
		if call, around, ok := fr.calledAt(); ok {
			return r.at(call, around)
		}
		return r.any()
	}
	return w.at(at)
}

func (r *cellReader) leaf() []key.Template { return r.f.leaf(r.load, r.lfr, r.hint) }

func (r *cellReader) step(in ssa.Instruction, fr *Frame) ([]key.Template, bool) {
	switch in := in.(type) {
	case *ssa.Alloc:
		if in == r.cell {
			return r.zero(), true
		}
		return nil, false
	case *ssa.Store:
		if c, ok := in.Addr.(*ssa.FreeVar); ok && r.f.cellOf(c) == r.cell || in.Addr == ssa.Value(r.cell) {
			return r.f.eval(in.Val, fr, r.f.assigns[in.Pos()]), true
		}
	}
	if r.f.mayChange(in, r.reg) {
		return r.leaf(), true
	}
	return nil, false
}

func (r *cellReader) zero() []key.Template {
	if isString(r.load.Type()) {
		return []key.Template{key.Literal("")}
	}
	return r.leaf()
}

// any is the variable when it is not known which of its values a closure sees: all of them. Values that were stored in
// other rounds of a loop are not those of this round.
func (r *cellReader) any() []key.Template {
	f := r.f
	stores, ok := f.cellStores(r.cell)
	if !ok || len(stores) == 0 {
		return r.leaf()
	}
	choice := "cell:" + f.valueID(r.load, r.lfr)
	var out []key.Template
	zero := true
	for i, s := range stores {
		if s.Parent() != r.cell.Parent() {
			return r.leaf()
		}
		zero = zero && !initialises(s, r.cell)
		loops := f.loopsOf(s.Block(), r.fr)
		for _, t := range f.eval(s.Val, r.fr, f.assigns[s.Pos()]) {
			if u, ok := withCond(otherRound(t, loops, choice), choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	if zero {
		for _, t := range r.zero() {
			if u, ok := withCond(t, choice, "zero"); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice)
}

// otherRound takes the text of a value that some round of the loops stored: its holes that change in them are not those
// of the present round.
func otherRound(t key.Template, loops []string, tag string) key.Template {
	if len(loops) == 0 {
		return t
	}
	parts := make([]key.Part, len(t.Parts))
	for i, p := range t.Parts {
		if p.Hole != nil && len(extraLoops(p.Hole.Loops, loops)) < len(p.Hole.Loops) {
			h := *p.Hole
			h.ID = "round(" + tag + "," + h.ID + ")"
			p.Hole = &h
		}
		parts[i] = p
	}
	t.Parts = parts
	return t
}

// cellStores lists the stores to a local cell, closures included; false when its address goes elsewhere.
func (f *Flow) cellStores(a ssa.Value) ([]*ssa.Store, bool) {
	var out []*ssa.Store
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.Store:
			if in.Addr != a {
				return nil, false
			}
			out = append(out, in)
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			fn := in.Fn.(*ssa.Function)
			for i, b := range in.Bindings {
				if b == a {
					more, ok := f.cellStores(fn.FreeVars[i])
					if !ok {
						return nil, false
					}
					out = append(out, more...)
				}
			}
		default:
			return nil, false
		}
	}
	return out, true
}
