package keyflow

import (
	"go/ast"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// bytesText is the text in a slice of bytes that nothing changes after it is put together; nil when it can't be told.
func (f *Flow) bytesText(r Ref) []key.Template {
	return f.bytesOf(r.V, r.Fr, 0)
}

func (f *Flow) bytesOf(v ssa.Value, fr *Frame, depth int) []key.Template {
	if depth > maxDepth || !f.unchanged(v) {
		return nil
	}
	switch x := v.(type) {
	case *ssa.Const:
		if x.IsNil() {
			return []key.Template{key.Literal("")}
		}
	case *ssa.Convert:
		if isString(x.X.Type()) {
			return f.eval(x.X, fr, f.convertHint(x))
		}
	case *ssa.ChangeType:
		return f.bytesOf(x.X, fr, depth+1)
	case *ssa.Parameter:
		if a, ok := f.argument(x, fr); ok {
			return f.bytesOf(a.V, a.Fr, depth+1)
		}
	case *ssa.Phi:
		return f.bytesPhi(x, fr, depth)
	case *ssa.Slice:
		return f.bytesSlice(x, fr, depth)
	case *ssa.MakeSlice:
		if k, ok := x.Len.(*ssa.Const); ok && k.Int64() == 0 {
			return []key.Template{key.Literal("")}
		}
	case *ssa.Call:
		return f.bytesCall(x, fr, depth)
	case *ssa.UnOp:
		if g, ok := x.X.(*ssa.Global); ok {
			return f.embedText(g)
		}
	case *ssa.Extract:
		if c, ok := x.Tuple.(*ssa.Call); ok && x.Index == 0 {
			return f.readFile(c, fr)
		}
	}
	return nil
}

// convertHint is the operand of a conversion.
func (f *Flow) convertHint(v *ssa.Convert) ast.Expr {
	if c := f.calls[v.Pos()]; c != nil && len(c.Args) == 1 {
		return c.Args[0]
	}
	return nil
}

func (f *Flow) bytesPhi(v *ssa.Phi, fr *Frame, depth int) []key.Template {
	b := v.Block()
	if isHeader(b) {
		return nil
	}
	choice := phiChoice(b, fr)
	var out []key.Template
	for i, e := range v.Edges {
		if !f.liveEdge(b.Preds[i], b, fr) {
			continue
		}
		ts := f.bytesOf(e, fr, depth+1)
		if ts == nil {
			return nil
		}
		for _, t := range ts {
			if u, ok := withCond(t, choice, strconv.Itoa(i)); ok {
				out = append(out, u)
			}
		}
	}
	return f.limit(merge(out, choice), v, fr, nil)
}

// bytesSlice is the start of a new array, an array of constants, or the whole of another slice.
func (f *Flow) bytesSlice(v *ssa.Slice, fr *Frame, depth int) []key.Template {
	a, ok := v.X.(*ssa.Alloc)
	if !ok {
		if v.Low == nil && v.High == nil && !isString(v.X.Type()) {
			return f.bytesOf(v.X, fr, depth+1)
		}
		return nil
	}
	if k, ok := v.High.(*ssa.Const); ok && v.Low == nil && k.Int64() == 0 && len(*a.Referrers()) == 1 {
		return []key.Template{key.Literal("")}
	}
	refs, ok := f.arrayElements(a, v, fr)
	if !ok || v.Low != nil || v.High != nil {
		return nil
	}
	var text []byte
	for _, r := range refs {
		k, ok := r.V.(*ssa.Const)
		if !ok || k.Value == nil {
			return nil
		}
		text = append(text, byte(k.Int64()))
	}
	return []key.Template{key.Literal(string(text))}
}

func (f *Flow) bytesCall(c *ssa.Call, fr *Frame, depth int) []key.Template {
	name := calleeName(c.Common())
	switch name {
	case "builtin.append":
		head := f.bytesOf(c.Call.Args[0], fr, depth+1)
		if head == nil || len(c.Call.Args) < 2 {
			return head
		}
		r := Ref{V: c.Call.Args[1], Fr: fr}
		if e := f.callExpr(c); e != nil && e.Ellipsis.IsValid() && len(e.Args) == 2 {
			r.Hint = e.Args[1]
		}
		if isString(r.V.Type()) {
			return f.limit(product(head, f.Eval(r)), c, fr, nil)
		}
		return f.limit(product(head, f.bytesAt(r, c, fr)), c, fr, nil)
	case "strconv.AppendInt", "strconv.AppendUint":
		r, _ := f.callArg(c, 1, c.Call.StaticCallee(), fr)
		if k := f.constOf(c.Call.Args[2], fr, 0); k == nil || k.ExactString() != "10" {
			return nil
		}
		if head := f.bytesOf(c.Call.Args[0], fr, depth+1); head != nil {
			return product(head, f.integer(r, r.V))
		}
	case "fmt.Append", "fmt.Appendf":
		ts, _ := f.formatted(name, c, fr)
		return ts
	case "(*bytes.Buffer).Bytes":
		return f.bufferBytes(c, fr)
	}
	fn := c.Call.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 || !f.own(fn) || fr.within(fn) || fr.depth >= maxDepth || fn.Signature.Results().Len() != 1 {
		return nil
	}
	return f.bytesReturned(fn, c, fr, depth)
}

func (f *Flow) bytesReturned(fn *ssa.Function, c *ssa.Call, fr *Frame, depth int) []key.Template {
	in := f.Enter(fn, c, fr)
	live := f.reachable(in)
	choice := "ret:" + in.id
	var out []key.Template
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || live != nil && !live[b.Index] {
			continue
		}
		ts := f.bytesOf(ret.Results[0], in, depth+1)
		if ts == nil {
			return nil
		}
		for _, t := range ts {
			if u, ok := withCond(t, choice, strconv.Itoa(b.Index)); ok {
				out = append(out, u)
			}
		}
	}
	return f.limit(merge(out, choice), c, fr, nil)
}

// bufferBytes is the memory of a buffer: its text as long as the buffer is left alone while the slice is looked at.
func (f *Flow) bufferBytes(c *ssa.Call, fr *Frame) []key.Template {
	b, ok := f.bufferOf(c.Call.Args[0], fr)
	if !ok || b.escapes(b.root, map[ssa.Value]bool{}) != "" {
		return nil
	}
	uses := 0
	for _, r := range *c.Referrers() {
		if _, debug := r.(*ssa.DebugRef); debug {
			continue
		}
		if _, isText := r.(*ssa.Convert); !isText || r.Block() != c.Block() {
			return nil
		}
		uses++
	}
	started := false
	for _, in := range c.Block().Instrs {
		started = started || in == ssa.Instruction(c)
		if !started || uses == 0 {
			continue
		}
		if b.effectOf(in, fr) != leaves {
			return nil
		}
		if v, ok := in.(*ssa.Convert); ok && v.X == ssa.Value(c) {
			uses--
		}
	}
	return b.textAt(c, fr)
}

// bytesAt is the text that a slice of bytes holds at an instruction.
func (f *Flow) bytesAt(r Ref, at ssa.Instruction, fr *Frame) []key.Template {
	if ts := f.bytesText(r); ts != nil {
		return ts
	}
	return f.bytesHole(r, at, fr)
}

// bytesHole is a hole for the bytes that a slice holds at an instruction: the same for another look only when no
// bytes are stored between them.
func (f *Flow) bytesHole(r Ref, at ssa.Instruction, fr *Frame) []key.Template {
	h := f.leafHole(r.V, r.Fr, r.Hint)
	for {
		p, ok := r.V.(*ssa.Parameter)
		if !ok {
			break
		}
		a, ok := f.argument(p, r.Fr)
		if !ok {
			h.Name, h.Param = p.Name(), f.paramKey(p)
			break
		}
		r = a
	}
	h.ID = "bytes(" + f.valueID(r.V, r.Fr) + ")"
	loops := map[string]bool{}
	for _, typ := range []string{"byte", "uint8"} { // one type with two names
		reg := region{kind: inElement, typ: typ}
		h.ID += f.version(at, reg, fr)
		f.changingLoops(at, reg, fr, loops)
	}
	h.Loops = union(h.Loops, slices.Collect(maps.Keys(loops)))
	return []key.Template{key.OfHole(h)}
}

// conversion converts between strings and slices of bytes.
func (f *Flow) conversion(v *ssa.Convert, fr *Frame, hint ast.Expr) []key.Template {
	switch {
	case !isString(v.X.Type()):
		return f.bytesAt(Ref{V: v.X, Fr: fr, Hint: conversionArg(hint)}, v, fr)
	case isString(v.Type()) || f.unchanged(v):
		return f.eval(v.X, fr, conversionArg(hint))
	}
	return f.leaf(v, fr, hint)
}

// bytesNumber numbers the contents of a slice of bytes that only this call looks at: the bytes of a string, or of an
// array that is set once.
func (f *Flow) bytesNumber(v ssa.Value, fr *Frame) (string, bool) {
	switch v := v.(type) {
	case *ssa.Convert:
		if isString(v.X.Type()) && textual(v.Type()) && f.unchanged(v) {
			return "bytes:" + f.valueID(v.X, fr), true
		}
	case *ssa.Slice:
		a, ok := v.X.(*ssa.Alloc)
		if !ok || !textual(v.Type()) {
			return "", false
		}
		var set *ssa.Store
		for _, in := range *a.Referrers() {
			switch in := in.(type) {
			case *ssa.DebugRef, *ssa.UnOp:
			case *ssa.Store:
				if set != nil || in.Addr != ssa.Value(a) {
					return "", false
				}
				set = in
			case *ssa.Slice:
				if !f.unchanged(in) {
					return "", false
				}
			default:
				return "", false
			}
		}
		if set == nil || set.Block() != v.Block() || !before(set, v) {
			return "", false
		}
		return "array:" + f.valueID(set.Val, fr) + "[" + f.bound(v.Low, fr) + ":" + f.bound(v.High, fr) + "]", true
	}
	return "", false
}
