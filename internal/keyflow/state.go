package keyflow

import (
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// stateWalk finds the text that a place in memory (a variable, a field of an object made here, a buffer) holds at an
// instruction, by going back from it to what wrote it last; ways that join are alternatives, tied to the same choice as
// the phis of their block.
type stateWalk struct {
	f  *Flow
	fr *Frame // of the function that is walked
	// step is what an instruction makes of the text before it; ok is false when it leaves it alone. prev is the text
	// before the instruction.
	step func(in ssa.Instruction, prev func() []key.Template) (ts []key.Template, ok bool)
	// loop is the text at the header of a loop whose body changes it, given the text before the loop; it may be
	// unknown.
	loop func(header *ssa.BasicBlock, first []key.Template) []key.Template
	// same reports that a load reads the place, for conditions on it; nil for none.
	same func(load *ssa.UnOp) bool
	// start is the text at the start of the function.
	start func() []key.Template

	out map[*ssa.BasicBlock][]key.Template // at the end of a block
}

// at is the text before an instruction.
func (w *stateWalk) at(in ssa.Instruction) []key.Template {
	if w.out == nil {
		w.out = map[*ssa.BasicBlock][]key.Template{}
	}
	b := in.Block()
	for i, x := range b.Instrs {
		if x == in {
			return w.before(b, i)
		}
	}
	return w.before(b, len(b.Instrs))
}

// before is the text before instruction i of a block.
func (w *stateWalk) before(b *ssa.BasicBlock, i int) []key.Template {
	for i--; i >= 0; i-- {
		at := i
		if ts, ok := w.step(b.Instrs[i], func() []key.Template { return w.before(b, at) }); ok {
			return ts
		}
	}
	return w.entry(b)
}

func (w *stateWalk) end(b *ssa.BasicBlock) []key.Template {
	if ts, ok := w.out[b]; ok {
		return ts
	}
	ts := w.before(b, len(b.Instrs))
	w.out[b] = ts
	return ts
}

// entry is the text at the start of a block.
func (w *stateWalk) entry(b *ssa.BasicBlock) []key.Template {
	if len(b.Preds) == 0 {
		return w.start()
	}
	if isHeader(b) {
		return w.header(b)
	}
	if d := b.Idom(); d != nil && !anyBetween(d, b, w.writes) {
		return w.end(d) // no matter which way: no alternatives
	}
	choice := phiChoice(b, w.fr)
	var out []key.Template
	n := 0
	for i, p := range b.Preds {
		if !w.f.liveEdge(p, b, w.fr) {
			continue
		}
		n++
		for _, t := range w.across(p, b) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	if n == 1 {
		return withoutCond(out, choice)
	}
	return w.f.limitAt(merge(out, choice), b, w.fr)
}

// across is the text on the way from block p to b: not empty where a condition on the place says so.
func (w *stateWalk) across(p, b *ssa.BasicBlock) []key.Template {
	ts := w.end(p)
	br, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || w.same == nil || w.writes(p) && len(p.Preds) > 0 && !w.onlyBefore(p, br) {
		return ts
	}
	cond, ok := br.Cond.(*ssa.BinOp)
	if !ok {
		return ts
	}
	load, ok := cond.X.(*ssa.UnOp)
	if ok && load.Block() == p && w.same(load) && testsEmpty(cond, load, p.Succs[0] == b) {
		return withoutEmpty(ts)
	}
	return ts
}

// onlyBefore reports that nothing writes between the load that a condition tests and the end of its block.
func (w *stateWalk) onlyBefore(b *ssa.BasicBlock, br *ssa.If) bool {
	cond, ok := br.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	seen := false
	for _, in := range b.Instrs {
		if v, ok := in.(ssa.Value); ok && v == cond.X {
			seen = true
			continue
		}
		if seen {
			if _, ok := w.step(in, func() []key.Template { return nil }); ok {
				return false
			}
		}
	}
	return seen
}

// header is the text at the header of a loop.
func (w *stateWalk) header(b *ssa.BasicBlock) []key.Template {
	var first []key.Template
	choice := phiChoice(b, w.fr)
	n := 0
	for i, p := range b.Preds {
		if isBackEdge(b, i) || !w.f.liveEdge(p, b, w.fr) {
			continue
		}
		n++
		for _, t := range w.end(p) {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				first = append(first, u)
			}
		}
	}
	if n == 1 {
		first = withoutCond(first, choice)
	}
	for _, x := range b.Parent().Blocks {
		if w.inLoop(x, b) && w.writes(x) {
			return w.loop(b, first)
		}
	}
	return first
}

func (w *stateWalk) inLoop(x, header *ssa.BasicBlock) bool {
	for _, h := range w.f.loopHeaders(x) {
		if h == header.Index {
			return true
		}
	}
	return false
}

// writes reports that an instruction of the block changes the text.
func (w *stateWalk) writes(b *ssa.BasicBlock) bool {
	for _, in := range b.Instrs {
		if _, ok := w.step(in, func() []key.Template { return nil }); ok {
			return true
		}
	}
	return false
}

// isHeader reports a block that a loop comes back to.
func isHeader(b *ssa.BasicBlock) bool {
	for i := range b.Preds {
		if isBackEdge(b, i) {
			return true
		}
	}
	return false
}

// phiChoice names the choice between the ways into a block.
func phiChoice(b *ssa.BasicBlock, fr *Frame) string {
	return "phi:" + fnID(b.Parent()) + ":" + strconv.Itoa(b.Index) + "@" + lexFrameOr(fr, b.Parent()).choiceID()
}
