package detect

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
)

// indexes goes on with the indexes of a map that keys were put in as such: what a loop over it gives, or maps.Keys.
func (w *keyWalk) indexes(m ssa.Value) {
	if m == nil || w.maps[m] {
		return
	}
	w.maps[m] = true
	if part := partOf(m); part != nil {
		w.end(UseLost, part, m, "are put into a map inside of another")
		return
	}
	if load, ok := m.(*ssa.UnOp); ok {
		w.indexes(load.X)
		if a, ok := load.X.(*ssa.FieldAddr); ok {
			for _, r := range w.d.reads().fields[fieldKey(a.X.Type(), a.Field)] {
				w.indexes(r)
			}
		}
	}
	if g, ok := m.(*ssa.Global); ok {
		for _, in := range w.d.reads().globals[g] {
			w.indexesAt(in, m)
		}
		return
	}
	if m.Referrers() == nil {
		return
	}
	for _, in := range *m.Referrers() {
		w.indexesAt(in, m)
	}
}

func (w *keyWalk) indexesAt(in ssa.Instruction, m ssa.Value) {
	switch in := in.(type) {
	case *ssa.Range:
		for _, use := range *in.Referrers() {
			next, ok := use.(*ssa.Next)
			if !ok {
				continue
			}
			for _, part := range *next.Referrers() {
				if x, ok := part.(*ssa.Extract); ok && x.Index == 1 {
					w.value(x)
				}
			}
		}
	case *ssa.UnOp, *ssa.Phi, *ssa.ChangeType:
		w.indexes(in.(ssa.Value))
	case *ssa.Store:
		if _, element := in.Addr.(*ssa.IndexAddr); element && in.Val == m {
			w.end(UseLost, in, m, "are put into a list of maps")
		} else if in.Val == m {
			w.indexes(in.Addr)
			if a, ok := in.Addr.(*ssa.FieldAddr); ok {
				for _, r := range w.d.reads().fields[fieldKey(a.X.Type(), a.Field)] {
					w.indexes(r)
				}
			}
		}
	case *ssa.MapUpdate:
		if in.Value == m {
			w.end(UseLost, in, m, "are put into a map of maps")
		}
	case *ssa.Return:
		callers, _ := w.d.flow.Callers(in.Parent())
		for _, c := range callers {
			v, ok := c.Call.(ssa.Value)
			if ok && len(in.Results) == 1 {
				w.indexes(v)
			} else if ok {
				for _, x := range resultsOf(v, in, m) {
					w.indexes(x)
				}
			}
		}
	case ssa.CallInstruction:
		w.indexesInto(in, m)
	}
}

// partOf is the instruction that took a map out of another one, or out of a list; nil for other maps.
func partOf(m ssa.Value) ssa.Instruction {
	switch v := m.(type) {
	case *ssa.Lookup:
		return v
	case *ssa.Index:
		return v
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Lookup:
			return tuple
		case *ssa.Next:
			return tuple
		}
	case *ssa.UnOp:
		if at, ok := v.X.(*ssa.IndexAddr); ok {
			return at
		}
	}
	return nil
}

// resultsOf are the results of a call that a return statement gives a value as.
func resultsOf(call ssa.Value, ret *ssa.Return, v ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, use := range *call.Referrers() {
		if x, ok := use.(*ssa.Extract); ok && x.Index < len(ret.Results) && ret.Results[x.Index] == v {
			out = append(out, x)
		}
	}
	return out
}

// indexesInto goes on where a map is handed to a function.
func (w *keyWalk) indexesInto(in ssa.CallInstruction, m ssa.Value) {
	if name := keyflow.CalleeName(in.Common()); strings.HasPrefix(name, "maps.") {
		if v, ok := in.(ssa.Value); ok {
			w.value(v)
		}
		w.callbacks(in.Common())
		return
	}
	for _, fn := range w.d.entered(in) {
		for i, a := range in.Common().Args {
			if a == m && i < len(fn.Params) && !in.Common().IsInvoke() {
				w.indexes(fn.Params[i])
			}
		}
	}
}

// entered lists the functions of the target that a call may enter.
func (d *detector) entered(call ssa.CallInstruction) []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range d.flow.Callees(call.Common(), d.flow.Root(call.Parent())) {
		if len(fn.Blocks) > 0 {
			out = append(out, fn)
		}
	}
	if len(out) > 0 || call.Common().StaticCallee() != nil || call.Common().IsInvoke() {
		return out
	}
	if d.calledBy == nil { // function values: each function that is used as one knows its callers
		d.calledBy = map[ssa.CallInstruction][]*ssa.Function{}
		for _, fn := range d.flow.Funcs {
			callers, _ := d.flow.Callers(fn)
			for _, c := range callers {
				d.calledBy[c.Call] = append(d.calledBy[c.Call], fn)
			}
		}
	}
	return d.calledBy[call]
}
