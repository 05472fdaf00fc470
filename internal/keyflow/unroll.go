package keyflow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// maxRounds bounds how many rounds of a loop are taken apart.
const maxRounds = 8

// unroll is the text that a loop over a known list puts together: key += ":" + part, for the parts of a call.
func (f *Flow) unroll(acc *ssa.Phi, fr *Frame) ([]key.Template, bool) {
	if len(acc.Edges) != 2 || fr.round != nil || lexFrameOr(fr, acc.Parent()) != fr {
		return nil, false
	}
	first, next := 0, 1
	if isBackEdge(acc.Block(), 0) {
		first, next = 1, 0
	}
	index, n, ok := f.rangeOver(acc.Block(), fr)
	if !ok || n > maxRounds {
		return nil, false
	}
	text := f.eval(acc.Edges[first], fr, nil)
	for i := range n {
		in := f.frame(frameKey{fn: fr.Fn, call: fr.Call, parent: fr.Parent, lex: fr.Lex, round: &round{index, i, acc, text}})
		text = f.eval(acc.Edges[next], in, nil)
		if len(text) == 0 || len(text) > maxAlternatives {
			return nil, false
		}
	}
	return text, true
}

// rangeOver finds the index of a range loop with this header over a list whose length is known. SSA counts it as
// i = phi(-1, i+1); the elements are read at i+1.
func (f *Flow) rangeOver(header *ssa.BasicBlock, fr *Frame) (ssa.Value, int, bool) {
	for _, in := range header.Instrs {
		add, ok := in.(*ssa.BinOp)
		if !ok || add.Op != token.ADD {
			continue
		}
		phi, ok := add.X.(*ssa.Phi)
		if !ok || phi.Block() != header || !startsAtMinusOne(phi) {
			continue
		}
		for _, r := range *add.Referrers() {
			ia, ok := r.(*ssa.IndexAddr)
			if !ok {
				continue
			}
			if refs, ok := f.variadic(ia.X, fr); ok {
				return add, len(refs), true
			}
		}
	}
	return nil, 0, false
}

func startsAtMinusOne(phi *ssa.Phi) bool {
	for _, e := range phi.Edges {
		if c, ok := e.(*ssa.Const); ok && c.Value != nil && c.Value.ExactString() == "-1" {
			return true
		}
	}
	return false
}
