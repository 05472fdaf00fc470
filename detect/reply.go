package detect

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// countUsed reports a reply of PUBLISH whose number of receivers is looked at.
func countUsed(call ssa.CallInstruction) bool {
	v, ok := call.(ssa.Value)
	if !ok {
		return false
	}
	seen := map[ssa.Value]bool{}
	var used func(v ssa.Value) bool
	used = func(v ssa.Value) bool {
		if seen[v] || v.Referrers() == nil {
			return false
		}
		seen[v] = true
		for _, in := range *v.Referrers() {
			switch in := in.(type) {
			case *ssa.Phi:
				if used(in) {
					return true
				}
			case *ssa.Store:
				if in.Val == v && usedLater(variableOf(in.Addr), used) {
					return true
				}
			case *ssa.Call:
				if fn, _ := called(in); fn != nil && receiver(in) == v && numberUsed(in, fn) {
					return true
				}
			}
		}
		return false
	}
	return used(v)
}

// variableOf is the local variable at an address, also one of the function around a closure; nil for other places.
func variableOf(addr ssa.Value) *ssa.Alloc {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return a
	case *ssa.FreeVar:
		fn := a.Parent()
		if fn.Parent() == nil {
			return nil // the receiver of a method value
		}
		for _, b := range fn.Parent().Blocks {
			for _, in := range b.Instrs {
				c, ok := in.(*ssa.MakeClosure)
				if !ok || c.Fn != ssa.Value(fn) {
					continue
				}
				for i, v := range fn.FreeVars {
					if v == a {
						return variableOf(c.Bindings[i])
					}
				}
			}
		}
	}
	return nil
}

// usedLater reports a variable in memory whose values are used.
func usedLater(a *ssa.Alloc, used func(ssa.Value) bool) bool {
	if a == nil {
		return false
	}
	for _, in := range *a.Referrers() {
		if load, ok := in.(*ssa.UnOp); ok && used(load) {
			return true
		}
		if c, ok := in.(*ssa.MakeClosure); ok { // queued in a closure, read around it, or the other way round
			fn := c.Fn.(*ssa.Function)
			for i, b := range c.Bindings {
				if b != ssa.Value(a) {
					continue
				}
				for _, in := range *fn.FreeVars[i].Referrers() {
					if load, ok := in.(*ssa.UnOp); ok && used(load) {
						return true
					}
				}
			}
		}
	}
	return false
}

// numberUsed reports a method of an IntCmd whose number is used.
func numberUsed(call *ssa.Call, fn *types.Func) bool {
	switch fn.Name() {
	case "Val":
		return hasUses(call)
	case "Result", "Uint64":
	default:
		return false
	}
	for _, in := range *call.Referrers() {
		if x, ok := in.(*ssa.Extract); ok && x.Index == 0 && hasUses(x) {
			return true
		}
	}
	return false
}

func hasUses(v ssa.Value) bool {
	for _, in := range *v.Referrers() {
		if _, debug := in.(*ssa.DebugRef); !debug {
			return true
		}
	}
	return false
}

// indexExecs notes the pipelines of which the list of answers is used by place: one more command would shift it.
func (d *detector) indexExecs() {
	for _, fn := range d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(*ssa.Call)
				if !ok {
					continue
				}
				f, _ := called(call)
				if f == nil || f.Name() != "Exec" && f.Name() != "Len" || !pipelineType(found{call: call}) {
					continue
				}
				for _, o := range d.origins(receiver(call), d.flow.Root(fn)) {
					if o.kind != fromOpener {
						continue
					}
					p := d.callPos(o.call)
					d.executed[p] = d.executed[p] || f.Name() == "Exec"
					d.indexed[p] = d.indexed[p] || f.Name() == "Len" || answersByPlace(call)
				}
			}
		}
	}
}

// answersByPlace reports a call that returns a list of commands and an error, of which the list is used for more than the
// errors of all commands.
func answersByPlace(call ssa.CallInstruction) bool {
	v, ok := call.(ssa.Value)
	if !ok || v.Referrers() == nil {
		return false
	}
	for _, in := range *v.Referrers() {
		switch x := in.(type) {
		case *ssa.DebugRef:
		case *ssa.Extract:
			if x.Index == 0 && !onlyErrors(x) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// onlyErrors reports a list of commands that is only counted, or gone through for what each says of itself.
func onlyErrors(list ssa.Value) bool {
	for _, in := range *list.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			b, ok := in.Call.Value.(*ssa.Builtin)
			if !ok || b.Name() != "len" || !onlyBounds(in) {
				return false
			}
		case *ssa.IndexAddr:
			w := indexWalk{list: list, from: map[ssa.Value]bool{}, to: map[ssa.Value]bool{}}
			if _, fixed := in.Index.(*ssa.Const); fixed || !w.counts(in.Index) || !w.only(in.Index) || !w.bound || !elementsTellErrors(in) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// onlyBounds reports a length that is only compared: the bound of a loop.
func onlyBounds(v ssa.Value) bool {
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			if _, fixed := in.X.(*ssa.Const); fixed || in.Op != token.LSS || in.Y != v {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func elementsTellErrors(at *ssa.IndexAddr) bool {
	for _, in := range *at.Referrers() {
		load, ok := in.(*ssa.UnOp)
		if !ok {
			if _, debug := in.(*ssa.DebugRef); debug {
				continue
			}
			return false
		}
		for _, use := range *load.Referrers() {
			switch use := use.(type) {
			case *ssa.DebugRef:
			case *ssa.Call:
				if !use.Call.IsInvoke() {
					return false
				}
				if use.Call.Method.Name() != "Err" {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// indexWalk follows the index of a loop over a list.
type indexWalk struct {
	list     ssa.Value
	from, to map[ssa.Value]bool
	bound    bool // it is held against the length of the list
}

// counts reports a number that goes up from the first place by one.
func (w *indexWalk) counts(i ssa.Value) bool {
	if w.from[i] {
		return true
	}
	w.from[i] = true
	switch i := i.(type) {
	case *ssa.Const:
		return isZero(i) || i.Value != nil && i.Value.ExactString() == "-1" // range counts before it looks
	case *ssa.Phi:
		return !slices.ContainsFunc(i.Edges, func(e ssa.Value) bool { return !w.counts(e) })
	case *ssa.BinOp:
		step, ok := i.Y.(*ssa.Const)
		return ok && i.Op == token.ADD && step.Value != nil && step.Value.ExactString() == "1" && w.counts(i.X)
	}
	return false
}

// only reports a number that only goes through the list, and is no place in another one.
func (w *indexWalk) only(i ssa.Value) bool {
	if w.to[i] {
		return true
	}
	w.to[i] = true
	for _, in := range *i.Referrers() {
		ok := false
		switch in := in.(type) {
		case *ssa.DebugRef:
			ok = true
		case *ssa.IndexAddr:
			ok = in.X == w.list
		case *ssa.Phi:
			ok = w.only(in)
		case *ssa.BinOp:
			ok = in.Op == token.LSS && w.length(in.Y) || in.Op == token.ADD && w.only(in)
		}
		if !ok {
			return false
		}
	}
	return true
}

// length notes the length of the list.
func (w *indexWalk) length(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := call.Call.Value.(*ssa.Builtin)
	ok = ok && b.Name() == "len" && call.Call.Args[0] == w.list
	w.bound = w.bound || ok
	return ok
}
