package detect

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// textFuncs take a string apart, match it or compare it.
var textFuncs = map[string]bool{
	"strings.Split": true, "strings.SplitN": true, "strings.SplitAfter": true, "strings.Cut": true, "strings.CutPrefix": true,
	"strings.CutSuffix": true, "strings.TrimPrefix": true, "strings.TrimSuffix": true, "strings.TrimLeft": true, "strings.Trim": true,
	"strings.HasPrefix": true, "strings.HasSuffix": true, "strings.Contains": true, "strings.Index": true, "strings.LastIndex": true,
	"strings.IndexByte": true, "strings.LastIndexByte": true, "strings.Fields": true, "strings.FieldsFunc": true, "fmt.Sscanf": true,
	"strings.Replace": true, "strings.ReplaceAll": true, "strings.SplitAfterN": true, "strings.TrimRight": true, "strings.TrimFunc": true,
	"strings.IndexAny": true, "strings.IndexFunc": true, "strings.EqualFold": true, "strings.Count": true, "fmt.Sscan": true,
	"path.Base": true, "path.Match": true, "path.Split": true, "path.Dir": true, "path.Ext": true,
}

func takesTextApart(name string) bool {
	return textFuncs[name] || strings.HasPrefix(name, "(*regexp.Regexp).") || strings.HasPrefix(name, "regexp.Match")
}

// keyTexts lists the places that take the text of a key apart. shapes are those of the keys of all sites.
func (d *detector) keyTexts(shapes map[string]bool) []Site {
	seen := map[source.Position]bool{}
	var out []Site
	for _, fn := range d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case ssa.CallInstruction:
					d.keyTextCall(in, shapes, seen, &out)
				case *ssa.Slice:
					if keyflow.IsString(in.X.Type()) {
						d.keyTextValue(in, in.X, "slice", shapes, seen, &out)
					}
				}
			}
		}
	}
	return out
}

func (d *detector) keyTextCall(call ssa.CallInstruction, shapes map[string]bool, seen map[source.Position]bool, out *[]Site) {
	name := keyflow.CalleeName(call.Common())
	if !takesTextApart(name) {
		return
	}
	if d.affix(call, name, shapes, seen, out) {
		return
	}
	for _, a := range call.Common().Args {
		if keyflow.IsString(a.Type()) && d.keyTextValue(call, a, name[strings.LastIndexByte(name, '.')+1:], shapes, seen, out) {
			return
		}
	}
}

// affix adds a site for text that is recognised by the beginning or end that keys have: strings.HasPrefix(k, "user:").
func (d *detector) affix(call ssa.CallInstruction, name string, shapes map[string]bool, seen map[source.Position]bool, out *[]Site) bool {
	var prefix bool
	switch name {
	case "strings.HasPrefix", "strings.TrimPrefix", "strings.CutPrefix":
		prefix = true
	case "strings.HasSuffix", "strings.TrimSuffix", "strings.CutSuffix":
	default:
		return false
	}
	text, ok := d.flow.Const(d.flow.Arg(call, 1, d.flow.Root(call.Parent())))
	if !ok || len(text) < 2 || d.inHelper(call.Pos()) {
		return false
	}
	rest := key.OfHole(&key.Hole{ID: "rest", Name: "...", Class: key.Unknown, Reason: "is any text"})
	t, _ := key.Concat(rest, key.Literal(text))
	if prefix {
		t, _ = key.Concat(key.Literal(text), rest)
	}
	met := false
	for s := range shapes {
		lit, _, _ := strings.Cut(s, "\x00")
		if !prefix {
			lit = s[strings.LastIndexByte(s, 0)+1:]
		}
		met = met || len(lit) > 1 && (prefix && (strings.HasPrefix(lit, text) || strings.HasPrefix(text, lit)) ||
			!prefix && (strings.HasSuffix(lit, text) || strings.HasSuffix(text, lit)))
	}
	pos := d.callPos(call)
	if !met || seen[pos] {
		return met
	}
	seen[pos] = true
	*out = append(*out, d.textSite(call, pos, name[strings.LastIndexByte(name, '.')+1:], []key.Template{t}))
	return true
}

// textSite is the site of a place that takes keys apart.
func (d *detector) textSite(in ssa.Instruction, pos source.Position, method string, keys []key.Template) Site {
	op := Op{Pos: pos, Method: method, Scope: rediscmd.AnyNode, Keys: []Key{{Alts: keys, Pos: pos}}}
	s := Site{Pos: pos, Function: functionName(in.Parent()), Kind: KeyText, Method: method, Contexts: []Context{{Ops: []Op{op}}},
		Test: strings.HasSuffix(pos.File, "_test.go")}
	if p := in.Parent().Pkg; p != nil {
		s.Package = p.Pkg.Path()
	}
	return s
}

// keyTextValue adds a site when the value is a key.
func (d *detector) keyTextValue(in ssa.Instruction, v ssa.Value, method string, shapes map[string]bool, seen map[source.Position]bool, out *[]Site) bool {
	var keys []key.Template
	for _, t := range d.flow.Eval(keyflow.Ref{V: v, Fr: d.flow.Root(in.Parent())}) {
		if isPattern(t) || shapes[t.Shape()] && len(t.Segments()) > 1 {
			keys = append(keys, t)
		}
	}
	if len(keys) == 0 || d.inHelper(in.Pos()) {
		return false
	}
	pos := d.flow.Prog.Position(in.Pos())
	if call, ok := in.(ssa.CallInstruction); ok {
		pos = d.callPos(call)
	}
	if seen[pos] {
		return true
	}
	seen[pos] = true
	*out = append(*out, d.textSite(in, pos, method, keys))
	return true
}

// isPattern reports a key that came out of SCAN or KEYS.
func isPattern(t key.Template) bool {
	return len(t.Parts) == 1 && t.Parts[0].Hole != nil && t.Parts[0].Hole.Pattern != ""
}

// keysStay reports that the keys which a SCAN or KEYS call found are only handed to go-redis again, counted or printed:
// nothing looks at their text.
func keysStay(call ssa.CallInstruction) bool {
	v, ok := call.(ssa.Value)
	return ok && stays(v, map[ssa.Value]bool{}, 0)
}

func stays(v ssa.Value, seen map[ssa.Value]bool, depth int) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	if depth > 30 || v.Referrers() == nil {
		return false
	}
	for _, in := range *v.Referrers() {
		if !useStays(in, v, seen, depth) {
			return false
		}
	}
	return true
}

func useStays(in ssa.Instruction, v ssa.Value, seen map[ssa.Value]bool, depth int) bool {
	next := func(x ssa.Value) bool { return stays(x, seen, depth+1) }
	switch in := in.(type) {
	case *ssa.DebugRef:
		return true
	case ssa.CallInstruction:
		c := in.Common()
		if b, ok := c.Value.(*ssa.Builtin); ok {
			switch b.Name() {
			case "len", "cap":
				return true
			case "append":
				val, ok := in.(ssa.Value)
				return ok && next(val)
			}
			return false
		}
		fn, _ := called(in)
		if fn == nil {
			return false
		}
		if !ofGoRedis(fn) {
			return fn.Pkg() != nil && (fn.Pkg().Path() == "fmt" || fn.Pkg().Path() == "log") && strings.Contains(fn.Name(), "rint")
		}
		if isCommandFunc(fn) || isScriptMethod(fn) {
			return true // the key goes back to Redis
		}
		val, isVal := in.(ssa.Value) // Result, Val, Iterator, Next, Err
		return !isVal || next(val)
	case *ssa.Extract:
		if !keyflow.IsString(in.Type()) && !isStrings(in.Type()) {
			return true // the cursor, the error
		}
		return next(in)
	case *ssa.Store:
		if in.Val != v {
			return true
		}
		switch a := in.Addr.(type) {
		case *ssa.IndexAddr: // an argument list
			if al, ok := a.X.(*ssa.Alloc); ok {
				return next(al)
			}
			return false
		case *ssa.Alloc:
			return next(a)
		}
		return false
	case *ssa.IndexAddr, *ssa.UnOp, *ssa.Phi, *ssa.Slice, *ssa.MakeInterface, *ssa.ChangeType:
		return next(in.(ssa.Value))
	case *ssa.BinOp:
		return false
	case *ssa.If:
		return true
	}
	return false
}

// isStrings reports a list of strings.
func isStrings(t interface{ String() string }) bool { return strings.HasSuffix(t.String(), "[]string") }
