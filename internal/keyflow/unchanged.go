package keyflow

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// unchanged reports a slice whose elements stay as they are where it is made: nothing stores to them, through it or
// through a slice that may share its array, and no code that can't be seen gets it.
func (f *Flow) unchanged(v ssa.Value) bool {
	return f.onlyLooked(v, map[ssa.Value]bool{})
}

func (f *Flow) onlyLooked(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || v.Referrers() == nil {
		return true
	}
	seen[v] = true
	var appends []*ssa.Call
	for _, in := range *v.Referrers() {
		switch in := in.(type) {
		case *ssa.DebugRef, *ssa.Return, *ssa.If, *ssa.BinOp, *ssa.Range, *ssa.Convert, *ssa.Lookup:
		case *ssa.Phi, *ssa.ChangeType:
			if !f.onlyLooked(in.(ssa.Value), seen) {
				return false
			}
		case *ssa.Slice:
			if in.High != nil && appendedTo(in) || !f.onlyLooked(in, seen) {
				return false
			}
		case *ssa.IndexAddr:
			if slices.ContainsFunc(*in.Referrers(), changesElement) {
				return false
			}
		case *ssa.Call:
			if appendsTo(in, v) {
				appends = append(appends, in)
			}
			if !f.callLooks(in, v, seen) {
				return false
			}
		default:
			return false
		}
	}
	for i, a := range appends { // two appends to one slice may write to one place
		for j, b := range appends {
			if i != j && reaches(a.Block(), b.Block()) {
				return false
			}
		}
	}
	return true
}

// changesElement reports a use of the address of an element other than a look at it.
func changesElement(in ssa.Instruction) bool {
	switch in.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
		return false
	}
	return true
}

func appendedTo(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(in ssa.Instruction) bool {
		c, ok := in.(*ssa.Call)
		return ok && appendsTo(c, v)
	})
}

// appendsTo reports append and the functions that work like it.
func appendsTo(c *ssa.Call, v ssa.Value) bool {
	if len(c.Call.Args) == 0 || c.Call.Args[0] != v {
		return false
	}
	name := calleeName(c.Common())
	return name == "builtin.append" || strings.HasPrefix(name, "strconv.Append") || strings.HasPrefix(name, "fmt.Append") || strings.HasPrefix(name, "unicode/utf8.Append")
}

// reaches reports that b can run after a (or that they are one).
func reaches(a, b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	stack := []*ssa.BasicBlock{a}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x == b {
			return true
		}
		if !seen[x] {
			seen[x] = true
			stack = append(stack, x.Succs...)
		}
	}
	return false
}

// callLooks reports a call that does not change the elements of a slice that it gets.
func (f *Flow) callLooks(c *ssa.Call, v ssa.Value, seen map[ssa.Value]bool) bool {
	name := calleeName(c.Common())
	if appendsTo(c, v) {
		return f.onlyLooked(c, seen)
	}
	switch name {
	case "builtin.append":
		return true
	case "builtin.len", "builtin.cap", "builtin.print", "builtin.println":
		return true
	case "builtin.copy":
		return c.Call.Args[0] != v
	case "slices.Contains", "slices.Index", "slices.Equal", "slices.Clone", "slices.Values":
		return true
	}
	if looksOnly(name) {
		return true
	}
	fn := c.Call.StaticCallee()
	if c.Call.IsInvoke() || fn == nil || len(fn.Blocks) == 0 || !f.own(fn) {
		return false
	}
	for i, a := range c.Call.Args {
		if a == v && (i >= len(fn.Params) || !f.onlyLooked(fn.Params[i], seen)) {
			return false
		}
	}
	return sameSlice(c, v) || f.onlyLooked(c, seen) // what it returns may be the slice
}

// sameSlice reports a call whose result can't be the slice.
func sameSlice(c *ssa.Call, v ssa.Value) bool {
	res := c.Call.Signature().Results()
	for i := range res.Len() {
		if typeName(res.At(i).Type().Underlying()) == typeName(v.Type().Underlying()) {
			return res.Len() != 1
		}
	}
	return true
}

// looksOnly reports functions of libraries that read what they are given, and keep nothing of it.
func looksOnly(name string) bool {
	for _, p := range []string{
		"strings.", "unicode/utf8.", "hash/crc32.", "crypto/sha", "crypto/md5.", "encoding/hex.EncodeToString",
		"(*encoding/base64.Encoding).EncodeToString", "(*strings.Builder).Write", "(*bytes.Buffer).Write",
	} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	switch name {
	case "fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln", "fmt.Append", "fmt.Appendf", "fmt.Fprintf", "fmt.Fprint", "fmt.Fprintln", "fmt.Errorf", "fmt.Printf", "fmt.Print", "fmt.Println":
		return true
	}
	return isGoRedis(name)
}
