package keyflow

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// Frame is a function in the context of the call that entered it.
type Frame struct {
	Fn *ssa.Function
	// Call entered Fn and stands in Parent; both nil where the caller is not chosen.
	Call   ssa.CallInstruction
	Parent *Frame
	// Lex is the frame of the function around a closure, Clo the value that binds its free variables
	// (nil when it has none).
	Lex *Frame
	Clo *ssa.MakeClosure

	// recv is the receiver of a method that a library calls while it runs Call (see enterMethod); without value else.
	recv Ref

	// round binds what one round of a loop over a known list changes; nil outside of such a loop.
	round *round

	id    string
	depth int
	flow  *Flow
}

// round is one round of a loop that is taken apart: the index, and the text put together so far.
type round struct {
	index ssa.Value
	n     int
	acc   *ssa.Phi
	text  []key.Template
	whole *Frame // all rounds
}

type frameKey struct {
	fn          *ssa.Function
	call        ssa.CallInstruction
	parent, lex *Frame
	round       *round
	obj         string // the object that a closure of a constructor belongs to
	clo         *ssa.MakeClosure
	recv        Ref
}

func (f *Flow) frame(k frameKey) *Frame {
	if fr, ok := f.frames[k]; ok {
		return fr
	}
	fr := &Frame{Fn: k.fn, Call: k.call, Parent: k.parent, Lex: k.lex, round: k.round, recv: k.recv, id: strconv.Itoa(len(f.frames)), flow: f}
	if k.parent != nil {
		fr.depth = k.parent.depth + 1
	}
	if k.lex != nil {
		fr.Clo = k.clo
		if fr.Clo == nil {
			fr.Clo = f.closures[k.fn]
		}
		fr.depth = max(fr.depth, k.lex.depth+1)
	}
	f.frames[k] = fr
	return fr
}

// choiceID names a frame where choices are made: a function that only looks at its arguments chooses equally in each
// call with equal ones.
func (fr *Frame) choiceID() string {
	f := fr.flow
	if id, ok := f.choices[fr]; ok {
		return id
	}
	f.choices[fr] = fr.id // asked for again on the way
	if fr.Call != nil && fr.round == nil && f.pureFunc(fr.Fn) {
		var args []string
		for _, p := range fr.Fn.Params {
			args = append(args, f.valueID(p, fr))
		}
		f.choices[fr] = f.short("pure:" + fnID(fr.Fn) + "(" + strings.Join(args, ",") + ")")
	}
	return f.choices[fr]
}

// pureFunc reports a function of the target whose choices depend on nothing but its arguments, which refer to no memory.
func (f *Flow) pureFunc(fn *ssa.Function) bool {
	if known, ok := f.pure[fn]; ok {
		return known
	}
	f.pure[fn] = false // a recursive function is none
	f.pure[fn] = len(fn.FreeVars) == 0 && fn.Parent() == nil && f.pureParams(fn) && f.pureBody(fn)
	return f.pure[fn]
}

func (f *Flow) pureParams(fn *ssa.Function) bool {
	for _, p := range fn.Params {
		if _, basic := p.Type().Underlying().(*types.Basic); !basic {
			return false
		}
	}
	return true
}

func (f *Flow) pureBody(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Call:
				if _, builtin := in.Call.Value.(*ssa.Builtin); builtin || pureCall(in.Common()) {
					continue
				}
				if g := in.Call.StaticCallee(); g == nil || len(g.Blocks) == 0 || !f.pureFunc(g) {
					return false
				}
			case *ssa.UnOp:
				if g, ok := in.X.(*ssa.Global); ok && in.Op == token.MUL && !f.constantGlobal(g) || in.Op == token.ARROW {
					return false
				}
			case *ssa.Lookup, *ssa.Go, *ssa.Defer, *ssa.Send, *ssa.Select, *ssa.MapUpdate:
				return false
			}
		}
	}
	return true
}

// Root is the frame of fn with no caller chosen; a closure stands in the root frame of the function around it.
func (f *Flow) Root(fn *ssa.Function) *Frame {
	k := frameKey{fn: fn}
	if p := fn.Parent(); p != nil {
		k.lex = f.Root(p)
	}
	return f.frame(k)
}

// Enter is the frame of fn when call, which stands in parent, enters it.
func (f *Flow) Enter(fn *ssa.Function, call ssa.CallInstruction, parent *Frame) *Frame {
	k := frameKey{fn: fn, call: call, parent: parent}
	if p := fn.Parent(); p != nil {
		k.lex = lexOf(parent, p)
		if k.lex == nil {
			k.lex = f.Root(p)
		}
	}
	return f.frame(k)
}

// lexOf finds the frame of fn among fr and what is around it.
func lexOf(fr *Frame, fn *ssa.Function) *Frame {
	for ; fr != nil; fr = fr.Lex {
		for d := fr; d != nil; d = d.Parent {
			if d.Fn == fn {
				return d
			}
		}
	}
	return nil
}

// rebase returns fr with the frame of fn (itself or one around it) entered from call in parent.
func (f *Flow) rebase(fr *Frame, fn *ssa.Function, call ssa.CallInstruction, parent *Frame) *Frame {
	if fr == nil {
		return nil
	}
	if fr.Fn == fn && fr.Call == nil {
		return f.Enter(fn, call, parent)
	}
	return f.frame(frameKey{
		fn: fr.Fn, call: fr.Call,
		parent: f.rebase(fr.Parent, fn, call, parent),
		lex:    f.rebase(fr.Lex, fn, call, parent),
	})
}

// within reports whether fn is already being looked at in fr or in one of its callers.
func (fr *Frame) within(fn *ssa.Function) bool {
	for d := fr; d != nil; d = d.Parent {
		if d.Fn == fn || d.Fn.Origin() != nil && d.Fn.Origin() == fn.Origin() {
			return true
		}
		for l := d.Lex; l != nil; l = l.Lex {
			if l.Fn == fn {
				return true
			}
		}
	}
	return false
}

// Callers lists the calls through which a context was reached, innermost first.
func (fr *Frame) Callers() []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for d := fr; d != nil; {
		if d.Call != nil {
			if d.Call.Parent().Synthetic == "" || d.Call.Parent().Origin() != nil { // wrappers of method values stand nowhere
				out = append(out, d.Call)
			}
			d = d.Parent
			continue
		}
		d = d.Lex
	}
	return out
}

// loopsOf names the loops of the block, and of the calls that lead to it.
func (f *Flow) loopsOf(b *ssa.BasicBlock, fr *Frame) []string {
	var out []string
	fr.around(b, func(b *ssa.BasicBlock, d *Frame) {
		for _, h := range f.loopHeaders(b) {
			out = append(out, "L"+strconv.Itoa(h)+"@"+d.id)
		}
	})
	return out
}

// loopHeaders lists the headers of the natural loops around b.
func (f *Flow) loopHeaders(b *ssa.BasicBlock) []int {
	fn := b.Parent()
	m, ok := f.loops[fn]
	if !ok {
		m = naturalLoops(fn)
		f.loops[fn] = m
	}
	return m[b.Index]
}

// naturalLoops maps each block to the headers of the loops that it is in.
func naturalLoops(fn *ssa.Function) map[int][]int {
	out := map[int][]int{}
	bodies := map[int]map[int]bool{}
	for _, b := range fn.Blocks {
		for _, h := range b.Succs {
			if !h.Dominates(b) {
				continue
			}
			body := bodies[h.Index]
			if body == nil {
				body = map[int]bool{h.Index: true}
				bodies[h.Index] = body
			}
			stack := []*ssa.BasicBlock{b}
			for len(stack) > 0 {
				x := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				if body[x.Index] {
					continue
				}
				body[x.Index] = true
				stack = append(stack, x.Preds...)
			}
		}
	}
	for _, b := range fn.Blocks { // in order of headers: same result in every run
		for i := range bodies[b.Index] {
			out[i] = append(out[i], b.Index)
		}
	}
	return out
}

// isBackEdge reports whether the edge from b.Preds[i] closes a loop with header b.
func isBackEdge(b *ssa.BasicBlock, i int) bool { return b.Dominates(b.Preds[i]) }

// fnID names a function: package path and name; closures by their number.
func fnID(fn *ssa.Function) string {
	return strings.ReplaceAll(fn.String(), " ", "")
}
