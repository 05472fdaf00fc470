package keyflow

import (
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// loop is the text at the header of a loop that writes to the buffer: what it held before, and what rounds added.
func (b *buffer) loop(w *stateWalk, header *ssa.BasicBlock, first []key.Template, read ssa.Instruction) []key.Template {
	id := phiChoice(header, w.fr)
	if !b.onlyAppends(w, header) {
		return b.lost("is put together in a loop", id, w.fr)
	}
	if ts, ok := b.unroll(w, header, first, read); ok {
		return ts
	}
	return product(first, b.lost("is put together in a loop", id, w.fr))
}

func (b *buffer) onlyAppends(w *stateWalk, header *ssa.BasicBlock) bool {
	for _, x := range header.Parent().Blocks {
		if w.inLoop(x, header) && !b.blockAppends(x, w.fr) {
			return false
		}
	}
	return true
}

func (b *buffer) blockAppends(x *ssa.BasicBlock, fr *Frame) bool {
	for _, in := range x.Instrs {
		switch b.effectOf(in, fr) {
		case empties, spoils:
			return false
		case enters:
			fn := in.(*ssa.Call).Call.StaticCallee()
			if fn == nil || fr.within(fn) || fr.depth >= maxDepth {
				return false
			}
			sub := b.f.Enter(fn, in.(*ssa.Call), fr)
			for _, y := range fn.Blocks {
				if !b.blockAppends(y, sub) {
					return false
				}
			}
		}
	}
	return true
}

// unroll is the text after a loop of a known number of rounds that is only left at its header.
func (b *buffer) unroll(w *stateWalk, header *ssa.BasicBlock, first []key.Template, read ssa.Instruction) ([]key.Template, bool) {
	fr := w.fr
	if fr.round != nil || read != nil && w.inLoop(read.Block(), header) || b.f.leftEarly(header) {
		return nil, false
	}
	c, ok := b.f.countedLoop(header, fr)
	if !ok || c.n > maxRounds {
		return nil, false
	}
	text := first
	for i := range c.n {
		in := b.f.roundFrame(fr, &round{index: c.index, n: i})
		at := text
		rw := b.walk(in, func() []key.Template { return at }, nil)
		rw.loop = func(h *ssa.BasicBlock, before []key.Template) []key.Template {
			if h == header {
				return at
			}
			return product(before, b.lost("is put together in a loop", phiChoice(h, in), in))
		}
		rw.out = map[*ssa.BasicBlock][]key.Template{}
		choice := "round:" + phiChoice(header, fr) + "#" + strconv.Itoa(i)
		var next []key.Template
		for e, p := range header.Preds {
			if !isBackEdge(header, e) || !b.f.liveEdge(p, header, in) {
				continue
			}
			for _, t := range rw.end(p) {
				if u, ok := withCond(t, choice, strconv.Itoa(e)); ok {
					next = append(next, u)
				}
			}
		}
		text = merge(next, choice)
		if len(text) == 0 || len(text) > maxAlternatives {
			return nil, false
		}
	}
	return text, true
}
