package detect

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/source"
)

// cursorLoop follows the cursor of a SCAN: where it only goes from the replies of some calls to the arguments of these
// calls, and is compared, the calls are one scan, and the cursor means nothing to anybody else. It returns the position
// of the first of them; false when the cursor comes from elsewhere, or goes there.
func (d *detector) cursorLoop(call ssa.CallInstruction) (source.Position, bool) {
	w := &cursorWalk{d: d, calls: map[ssa.CallInstruction]bool{}, seen: map[ssa.Value]bool{}}
	first := d.callPos(call)
	goesOn := false
	todo := []ssa.CallInstruction{call}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if w.calls[c] {
			continue
		}
		w.calls[c] = true
		if p := d.callPos(c); p.Compare(first) < 0 {
			first = p
		}
		if !w.from(d.cursorArg(c)) || !w.reply(c) {
			return first, false
		}
		todo = append(todo, w.found...)
		goesOn = goesOn || len(w.found) > 0
		w.found = nil
	}
	return first, goesOn
}

// cursorArg is the cursor that a call of Scan or ScanType is given.
func (d *detector) cursorArg(call ssa.CallInstruction) ssa.Value {
	fn, _ := called(call)
	return d.flow.Arg(call, ctxShift(fn), nil).V
}

// cursorWalk follows cursors through one function.
type cursorWalk struct {
	d     *detector
	calls map[ssa.CallInstruction]bool
	seen  map[ssa.Value]bool // backwards
	ahead map[ssa.Value]bool // forwards
	found []ssa.CallInstruction
}

// from reports that a cursor is 0, or of the replies of scans, which it notes.
func (w *cursorWalk) from(v ssa.Value) bool {
	if v == nil || w.seen[v] {
		return v != nil
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return isZero(v)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !w.from(e) {
				return false
			}
		}
		return true
	case *ssa.Extract:
		c := scanOfReply(v)
		if c != nil {
			w.found = append(w.found, c)
		}
		return c != nil
	case *ssa.UnOp:
		a, ok := v.X.(*ssa.Alloc)
		return ok && v.Op == token.MUL && w.cell(a)
	}
	return false
}

// cell reports a variable in memory that holds nothing but such cursors.
func (w *cursorWalk) cell(a *ssa.Alloc) bool {
	for _, in := range *a.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if !w.to(in) {
				return false
			}
		case *ssa.Store:
			if in.Val == ssa.Value(a) || !w.from(in.Val) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// scanOfReply is the call of Scan or ScanType whose reply has v as its cursor; nil when v is something else.
func scanOfReply(v *ssa.Extract) ssa.CallInstruction {
	reply, ok := v.Tuple.(*ssa.Call)
	if !ok || v.Index != 1 {
		return nil
	}
	fn, _ := called(reply)
	if fn == nil || !ofGoRedis(fn) || fn.Name() != "Result" && fn.Name() != "Val" {
		return nil
	}
	scan, ok := receiver(reply).(*ssa.Call)
	if !ok || !isScan(scan) {
		return nil
	}
	return scan
}

func isScan(call ssa.CallInstruction) bool {
	fn, _ := called(call)
	return fn != nil && isCommandFunc(fn) && (fn.Name() == "Scan" || fn.Name() == "ScanType")
}

// reply reports that the reply of a scan is only read by Result, Val and Err, and that its cursor goes nowhere else.
func (w *cursorWalk) reply(call ssa.CallInstruction) bool {
	v, ok := call.(ssa.Value)
	if !ok {
		return false
	}
	for _, in := range *v.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		read, ok := in.(*ssa.Call)
		if !ok {
			return false
		}
		fn, _ := called(read)
		if fn == nil || receiver(read) != v || fn.Name() != "Result" && fn.Name() != "Val" && fn.Name() != "Err" {
			return false
		}
		for _, out := range *read.Referrers() {
			switch x := out.(type) {
			case *ssa.DebugRef:
			case *ssa.Extract:
				if x.Index == 1 && !w.to(x) {
					return false
				}
			case *ssa.Call, *ssa.BinOp, *ssa.Phi, *ssa.Store, *ssa.MakeInterface:
				if fn.Name() != "Err" {
					return false
				}
			default:
				if fn.Name() != "Err" {
					return false // the whole reply is returned
				}
			}
		}
	}
	return true
}

// to reports that a cursor is only compared, printed, and given to scans.
func (w *cursorWalk) to(v ssa.Value) bool {
	if w.ahead == nil {
		w.ahead = map[ssa.Value]bool{}
	}
	if w.ahead[v] {
		return true
	}
	w.ahead[v] = true
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			if !comparedToZero(in) {
				return false
			}
		case *ssa.Phi:
			if !w.to(in) {
				return false
			}
		case *ssa.Store:
			a, ok := in.Addr.(*ssa.Alloc)
			if !ok || in.Val != v || !w.cell(a) {
				return false
			}
		case *ssa.MakeInterface:
			if !printed(in) {
				return false
			}
		case ssa.CallInstruction:
			if !isScan(in) || w.d.cursorArg(in) != v {
				return false
			}
			w.found = append(w.found, in)
		default:
			return false
		}
	}
	return true
}

// comparedToZero reports whether there is more: anything else that is asked of a cursor is about one node.
func comparedToZero(in *ssa.BinOp) bool {
	switch in.Op {
	case token.EQL, token.NEQ, token.GTR, token.LSS:
	default:
		return false
	}
	for _, v := range []ssa.Value{in.X, in.Y} {
		if c, ok := v.(*ssa.Const); ok && isZero(c) {
			return true
		}
	}
	return false
}

// printed reports a value that is only given to functions that print.
func printed(v ssa.Value) bool {
	for _, in := range *v.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		store, ok := in.(*ssa.Store)
		if !ok {
			return false
		}
		at, ok := store.Addr.(*ssa.IndexAddr)
		if !ok {
			return false
		}
		list, ok := at.X.(*ssa.Alloc)
		if !ok {
			return false
		}
		for _, use := range *list.Referrers() {
			if s, ok := use.(*ssa.Slice); ok && !allPrint(s) {
				return false
			}
		}
	}
	return true
}

func allPrint(s *ssa.Slice) bool {
	for _, in := range *s.Referrers() {
		if _, debug := in.(*ssa.DebugRef); debug {
			continue
		}
		call, ok := in.(ssa.CallInstruction)
		if !ok {
			return false
		}
		fn, _ := called(call)
		if fn == nil || fn.Pkg() == nil {
			return false
		}
		switch fn.Pkg().Path() {
		case "log", "log/slog", "testing":
		case "fmt":
			if fn.Name() != "Print" && fn.Name() != "Println" && fn.Name() != "Printf" && fn.Name() != "Fprintf" && fn.Name() != "Fprintln" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isZero reports the number 0: a method Scan of the target's own may take another type.
func isZero(c *ssa.Const) bool { return c.Value != nil && c.Value.ExactString() == "0" }
