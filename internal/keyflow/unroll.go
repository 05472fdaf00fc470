package keyflow

import (
	"go/constant"
	"go/token"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// maxRounds bounds how many rounds of a loop are taken apart.
const maxRounds = 8

// counted is a loop whose number of rounds is known.
type counted struct {
	header *ssa.BasicBlock
	index  ssa.Value // the number of the round, from 0, in the body
	n      int
}

// unroll is the text that a loop of a known number of rounds puts together: key += ":" + part, for the parts of a
// call. Where the loop may be left early, or the text is read in it, it is one of the texts so far.
func (f *Flow) unroll(acc *ssa.Phi, fr *Frame) ([]key.Template, bool) {
	if fr.round != nil || lexFrameOr(fr, acc.Parent()) != fr {
		return nil, false
	}
	c, ok := f.countedLoop(acc.Block(), fr)
	if !ok || c.n > maxRounds {
		return nil, false
	}
	b := acc.Block()
	text := f.joined(acc, fr, nil, func(i int) bool { return !isBackEdge(b, i) })
	var all []key.Template
	for i := range c.n {
		all = append(all, f.inRound(text, c, i, fr)...)
		in := f.roundFrame(fr, &round{index: c.index, n: i, acc: acc, text: text})
		text = f.roundEnd(acc, in, fr, i)
		if len(text) == 0 || len(text) > maxAlternatives {
			return nil, false
		}
	}
	if !f.leftEarly(b) && !f.readInLoop(acc) {
		return text, true
	}
	all = append(all, f.inRound(text, c, c.n, fr)...)
	return all, len(all) <= maxAlternatives
}

func (f *Flow) roundFrame(fr *Frame, r *round) *Frame {
	r.whole = fr
	return f.frame(frameKey{fn: fr.Fn, call: fr.Call, parent: fr.Parent, lex: fr.Lex, clo: fr.Clo, round: r, recv: fr.recv})
}

// allRounds is the frame that a round is one of; others are that themselves.
func (f *Flow) allRounds(fr *Frame) *Frame {
	if fr.round == nil {
		return fr
	}
	return fr.round.whole
}

// roundEnd is the variable at the end of a round: a round may come to its end in several ways.
func (f *Flow) roundEnd(acc *ssa.Phi, in, fr *Frame, i int) []key.Template {
	b := acc.Block()
	choice := "round:" + phiChoice(b, fr) + "#" + strconv.Itoa(i)
	var out []key.Template
	for e, x := range acc.Edges {
		if !isBackEdge(b, e) || !f.liveEdge(b.Preds[e], b, in) {
			continue
		}
		for _, t := range f.eval(x, in, nil) {
			if u, ok := withCond(t, choice, strconv.Itoa(e)); ok {
				out = append(out, u)
			}
		}
	}
	return merge(out, choice)
}

// inRound ties the text so far to the round: to the choice of each list that is read at the index of the loop, so that
// the text goes with the element.
func (f *Flow) inRound(text []key.Template, c counted, i int, fr *Frame) []key.Template {
	choices := []string{"round:" + phiChoice(c.header, fr)}
	for _, r := range *c.index.Referrers() {
		if ia, ok := r.(*ssa.IndexAddr); ok {
			choices = append(choices, "el:"+f.valueID(ia.X, fr)+"["+f.valueID(ia.Index, fr)+"]")
		}
	}
	var out []key.Template
	for _, t := range text {
		ok := true
		for _, choice := range choices {
			if ok {
				t, ok = withCond(t, choice, strconv.Itoa(i))
			}
		}
		if ok {
			out = append(out, t)
		}
	}
	return out
}

// leftEarly reports a loop that is left elsewhere than at its header.
func (f *Flow) leftEarly(header *ssa.BasicBlock) bool {
	in := f.loopBlocks(header)
	for _, b := range header.Parent().Blocks {
		if !in[b] || b == header {
			continue
		}
		for _, s := range b.Succs {
			if !in[s] {
				return true
			}
		}
		if len(b.Succs) == 0 {
			return true
		}
	}
	return false
}

func (f *Flow) loopBlocks(header *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	in := map[*ssa.BasicBlock]bool{}
	for _, b := range header.Parent().Blocks {
		for _, h := range f.loopHeaders(b) {
			if h == header.Index {
				in[b] = true
			}
		}
	}
	return in
}

// readInLoop reports that the loop uses the text for more than to put it together.
func (f *Flow) readInLoop(acc *ssa.Phi) bool {
	in := f.loopBlocks(acc.Block())
	seen := map[ssa.Value]bool{}
	var read func(v ssa.Value) bool
	read = func(v ssa.Value) bool {
		if seen[v] {
			return false
		}
		seen[v] = true
		for _, r := range *v.Referrers() {
			if !in[r.Block()] {
				continue
			}
			switch r := r.(type) {
			case *ssa.DebugRef:
			case *ssa.Phi:
				if read(r) {
					return true
				}
			case *ssa.BinOp:
				if r.Op != token.ADD || r.X != v || read(r) {
					return true
				}
			default:
				return true
			}
		}
		return false
	}
	return read(acc)
}

// countedLoop finds the number of rounds of a range loop with this header, over a list or an int. SSA counts it as
// i = phi(-1, i+1), and goes on while i+1 is less than the length.
func (f *Flow) countedLoop(header *ssa.BasicBlock, fr *Frame) (counted, bool) {
	if len(header.Instrs) == 0 {
		return counted{}, false
	}
	last, ok := header.Instrs[len(header.Instrs)-1].(*ssa.If)
	if !ok {
		return counted{}, false
	}
	cond, ok := last.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.LSS || cond.Block() != header {
		return counted{}, false
	}
	add, ok := cond.X.(*ssa.BinOp)
	if !ok || add.Op != token.ADD || add.Block() != header {
		return counted{}, false
	}
	phi, ok := add.X.(*ssa.Phi)
	if !ok || phi.Block() != header || !isConstInt(add.Y, 1) {
		return counted{}, false
	}
	for i, e := range phi.Edges {
		if isBackEdge(header, i) && e != ssa.Value(add) || !isBackEdge(header, i) && !isConstInt(e, -1) {
			return counted{}, false
		}
	}
	n := f.constOf(cond.Y, fr, 0)
	if n == nil || n.Kind() != constant.Int {
		return counted{}, false
	}
	k, ok := constant.Int64Val(n)
	return counted{header, add, int(max(k, 0))}, ok
}

func isConstInt(v ssa.Value, n int64) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && c.Int64() == n
}

// constLoaded is the constant in an element of a list, at the index of the round.
func (f *Flow) constLoaded(v *ssa.UnOp, fr *Frame, depth int) constant.Value {
	ia, ok := v.X.(*ssa.IndexAddr)
	if !ok || v.Op != token.MUL || fr.round == nil || ia.Index != fr.round.index {
		return nil
	}
	seqs, ok := f.sequences(ia.X, fr)
	if !ok || len(seqs) != 1 || fr.round.n >= len(seqs[0].elems) {
		return nil
	}
	r := seqs[0].elems[fr.round.n]
	return f.constOf(r.V, r.Fr, depth+1)
}
