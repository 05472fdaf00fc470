package keyflow

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// buffer is a strings.Builder or bytes.Buffer: the variable, or the call that made it, and the frame of its function.
type buffer struct {
	f    *Flow
	root ssa.Value
	fr   *Frame
}

// effect is what an instruction does to the text of a buffer.
type effect int

const (
	leaves effect = iota
	appends
	empties
	spoils // what is left can't be told
	enters // a function of the target that is handed the buffer
)

// builder is the text of a strings.Builder or bytes.Buffer where it is read.
func (f *Flow) builder(c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	if len(c.Call.Args) == 0 {
		return nil, false
	}
	b, ok := f.bufferOf(c.Call.Args[0], fr)
	if !ok {
		return nil, false
	}
	if why := b.escapes(b.root, map[ssa.Value]bool{}); why != "" {
		return f.unknown(why, c, fr, nil), true
	}
	return b.textAt(c, fr), true
}

// bufferOf finds the buffer that a pointer points to.
func (f *Flow) bufferOf(v ssa.Value, fr *Frame) (*buffer, bool) {
	for range 2 * maxDepth {
		switch x := v.(type) {
		case *ssa.Alloc:
			return &buffer{f, x, f.allRounds(lexFrameOr(fr, x.Parent()))}, isBuffer(x.Type())
		case *ssa.Call:
			if name := calleeName(x.Common()); name == "bytes.NewBufferString" || name == "bytes.NewBuffer" {
				return &buffer{f, x, f.allRounds(lexFrameOr(fr, x.Parent()))}, true
			}
			return nil, false
		case *ssa.TypeAssert:
			return &buffer{f, x, f.allRounds(lexFrameOr(fr, x.Parent()))}, fromPool(x)
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.Parameter:
			a, ok := f.argument(x, fr)
			if !ok {
				return nil, false
			}
			v, fr = a.V, a.Fr
		default:
			return nil, false
		}
	}
	return nil, false
}

// fromPool reports a buffer that a sync.Pool lends: nobody else has it, but what is in it is not known.
func fromPool(x *ssa.TypeAssert) bool {
	c, ok := x.X.(*ssa.Call)
	return ok && !x.CommaOk && calleeName(c.Common()) == "(*sync.Pool).Get" && isBuffer(x.Type())
}

func isBuffer(t types.Type) bool {
	switch typeName(t) {
	case "*strings.Builder", "*bytes.Buffer":
		return true
	}
	return false
}

// is reports a value that is the buffer.
func (b *buffer) is(v ssa.Value, fr *Frame) bool {
	switch v.(type) {
	case *ssa.Alloc, *ssa.Call, *ssa.TypeAssert, *ssa.Parameter, *ssa.MakeInterface, *ssa.ChangeInterface:
		o, ok := b.f.bufferOf(v, fr)
		return ok && o.root == b.root && o.fr == b.fr
	}
	return false
}

// escapes tells why not all that happens to the buffer can be seen; "" when it can.
func (b *buffer) escapes(v ssa.Value, seen map[ssa.Value]bool) string {
	if seen[v] {
		return ""
	}
	seen[v] = true
	for _, in := range *v.Referrers() {
		why := ""
		switch in := in.(type) {
		case *ssa.DebugRef:
		case *ssa.MakeInterface:
			why = b.escapes(in, seen)
		case *ssa.ChangeInterface:
			why = b.escapes(in, seen)
		case *ssa.Store:
			if in.Addr != v || !zeroValue(in.Val) {
				why = "is put together in a buffer that is copied or kept"
			}
		case *ssa.Call:
			why = b.callEscapes(in, v, seen)
		case *ssa.Defer:
			if calleeName(in.Common()) != "(*sync.Pool).Put" {
				why = "is put together in a buffer that a deferred call gets"
			}
		case *ssa.MakeClosure:
			why = "is put together in a buffer that a closure writes to"
		default:
			why = "is put together in a buffer that is copied or kept"
		}
		if why != "" {
			return why
		}
	}
	return ""
}

func zeroValue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

func (b *buffer) callEscapes(c *ssa.Call, v ssa.Value, seen map[ssa.Value]bool) string {
	name := calleeName(c.Common())
	if _, known := bufferCall(c.Common(), v); known || name == "(*sync.Pool).Put" {
		return ""
	}
	fn := c.Call.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 || !b.f.own(fn) {
		return "is put together in a buffer that is handed to " + name
	}
	for i, a := range c.Call.Args {
		if a == v && i < len(fn.Params) {
			if why := b.escapes(fn.Params[i], seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// bufferCall tells what a function of a library does to a buffer that it is handed; known is false for others.
func bufferCall(c *ssa.CallCommon, v ssa.Value) (e effect, known bool) {
	name := calleeName(c)
	switch name {
	case "fmt.Fprintf", "fmt.Fprint", "fmt.Fprintln", "io.WriteString":
		return appends, c.Args[0] == v
	}
	method, ok := strings.CutPrefix(name, "(*strings.Builder).")
	if !ok {
		method, ok = strings.CutPrefix(name, "(*bytes.Buffer).")
	}
	if !ok {
		method, ok = strings.CutPrefix(name, "(io.Writer).")
	}
	if !ok {
		method, ok = strings.CutPrefix(name, "(io.StringWriter).")
	}
	recv := c.Value
	if !c.IsInvoke() && len(c.Args) > 0 {
		recv = c.Args[0]
	}
	if !ok || recv != v {
		return spoils, false
	}
	switch method {
	case "String", "Len", "Cap", "Grow", "Bytes", "Available":
		return leaves, true
	case "WriteString", "Write", "WriteByte", "WriteRune":
		return appends, true
	case "Reset":
		return empties, true
	case "Truncate":
		if k, ok := c.Args[1].(*ssa.Const); ok && k.Int64() == 0 {
			return empties, true
		}
	case "AvailableBuffer":
		return spoils, false // a slice of its memory
	}
	return spoils, true
}

// effectOf tells what an instruction of the frame's function does to the buffer.
func (b *buffer) effectOf(in ssa.Instruction, fr *Frame) effect {
	switch in := in.(type) {
	case *ssa.Alloc:
		if ssa.Value(in) == b.root {
			return empties
		}
	case *ssa.TypeAssert:
		if ssa.Value(in) == b.root {
			return spoils
		}
	case *ssa.Store:
		if b.is(in.Addr, fr) {
			return empties
		}
	case *ssa.Call:
		if ssa.Value(in) == b.root {
			return empties
		}
		if in.Call.IsInvoke() && b.is(in.Call.Value, fr) {
			e, _ := bufferCall(in.Common(), in.Call.Value)
			return e
		}
		for _, a := range in.Call.Args {
			if b.is(a, fr) {
				if calleeName(in.Common()) == "(*sync.Pool).Put" {
					return spoils
				}
				if e, known := bufferCall(in.Common(), a); known {
					return e
				}
				return enters
			}
		}
	}
	return leaves
}

// textAt is the text of the buffer before an instruction of the frame's function.
func (b *buffer) textAt(in ssa.Instruction, fr *Frame) []key.Template {
	return b.walk(fr, func() []key.Template { return b.atStart(fr) }, in).at(in)
}

// atStart is the text of the buffer where a function that is handed it starts.
func (b *buffer) atStart(fr *Frame) []key.Template {
	if fr.Call == nil || fr.Parent == nil {
		return b.lost("is put together in a buffer that comes from a caller", "start", fr)
	}
	return b.textAt(fr.Call, fr.Parent)
}

func (b *buffer) walk(fr *Frame, start func() []key.Template, read ssa.Instruction) *stateWalk {
	w := &stateWalk{f: b.f, fr: fr, start: start}
	w.step = func(in ssa.Instruction, prev func() []key.Template) ([]key.Template, bool) {
		switch b.effectOf(in, fr) {
		case appends:
			return b.f.limit(product(prev(), b.f.written(in.(*ssa.Call), fr)), in.(*ssa.Call), fr, nil), true
		case empties:
			return b.emptied(in, fr), true
		case spoils:
			return b.spoiled(in, fr), true
		case enters:
			return b.entered(in.(*ssa.Call), fr, prev), true
		}
		return nil, false
	}
	w.loop = func(header *ssa.BasicBlock, first []key.Template) []key.Template {
		return b.loop(w, header, first, read)
	}
	return w
}

// spoiled is the text after an instruction from which on it is not known.
func (b *buffer) spoiled(in ssa.Instruction, fr *Frame) []key.Template {
	c, ok := in.(*ssa.Call)
	if !ok {
		return b.lost("is put together in a buffer of a pool that was not emptied first", "pool", fr)
	}
	return b.lost("is put together in a buffer that "+shortName(c)+" takes text out of, or puts unknown text into", b.f.siteID(c, fr), fr)
}

func shortName(c *ssa.Call) string {
	name := calleeName(c.Common())
	return name[strings.LastIndexByte(name, '.')+1:]
}

// emptied is the text after an instruction that makes the buffer or empties it.
func (b *buffer) emptied(in ssa.Instruction, fr *Frame) []key.Template {
	c, ok := in.(*ssa.Call)
	if !ok || ssa.Value(c) != b.root || len(c.Call.Args) == 0 {
		return []key.Template{key.Literal("")}
	}
	r, _ := b.f.callArg(c, 0, c.Call.StaticCallee(), fr)
	if isString(r.V.Type()) {
		return b.f.Eval(r)
	}
	if v, ok := r.V.(*ssa.Convert); ok && isString(v.X.Type()) && soleUse(v, c) {
		return b.f.eval(v.X, fr, b.f.convertHint(v))
	}
	if ts := b.f.bytesText(r); ts != nil {
		return ts
	}
	return b.lost("is put together in a buffer that starts with bytes that can't be followed", b.f.siteID(c, fr), fr)
}

// soleUse reports a value that only this call uses.
func soleUse(v ssa.Value, c *ssa.Call) bool {
	for _, r := range *v.Referrers() {
		if _, debug := r.(*ssa.DebugRef); !debug && r != ssa.Instruction(c) {
			return false
		}
	}
	return true
}

func (b *buffer) lost(why, id string, fr *Frame) []key.Template {
	h := &key.Hole{ID: "buf:" + id + "@" + fr.id + "/" + b.f.valueKey(b.root, b.fr), Name: "text", Class: key.Unknown, Reason: why}
	if in, ok := b.root.(ssa.Instruction); ok {
		h.Loops = b.f.loopsOf(in.Block(), b.fr)
	}
	for _, blk := range fr.Fn.Blocks {
		h.Loops = union(h.Loops, b.f.loopsOf(blk, fr))
	}
	return []key.Template{key.OfHole(h)}
}

// entered is the text after a function of the target that is handed the buffer.
func (b *buffer) entered(c *ssa.Call, fr *Frame, prev func() []key.Template) []key.Template {
	fn := c.Call.StaticCallee()
	if fn == nil || fr.within(fn) || fr.depth >= maxDepth {
		return b.lost("is put together in a buffer that a recursive function writes to", b.f.siteID(c, fr), fr)
	}
	in := b.f.Enter(fn, c, fr)
	w := b.walk(in, prev, nil)
	live := b.f.reachable(in)
	choice := "ret:" + in.id
	var out []key.Template
	for _, blk := range fn.Blocks {
		ret, ok := blk.Instrs[len(blk.Instrs)-1].(*ssa.Return)
		if !ok || live != nil && !live[blk.Index] {
			continue
		}
		for _, t := range w.at(ret) {
			if u, ok := withCond(t, choice, strconv.Itoa(blk.Index)); ok {
				out = append(out, u)
			}
		}
	}
	return b.f.limit(merge(out, choice), c, fr, nil)
}
