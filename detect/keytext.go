package detect

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// textFuncs take a string apart, match it or compare it.
var textFuncs = map[string]bool{
	"Split": true, "SplitN": true, "SplitAfter": true, "SplitAfterN": true, "SplitSeq": true, "SplitAfterSeq": true, "Cut": true,
	"CutPrefix": true, "CutSuffix": true, "TrimPrefix": true, "TrimSuffix": true, "TrimLeft": true, "TrimRight": true, "Trim": true,
	"TrimFunc": true, "TrimLeftFunc": true, "TrimRightFunc": true, "HasPrefix": true, "HasSuffix": true, "Contains": true,
	"ContainsAny": true, "ContainsRune": true, "ContainsFunc": true, "Index": true, "LastIndex": true, "LastIndexFunc": true, "IndexByte": true,
	"LastIndexByte": true, "IndexAny": true, "LastIndexAny": true, "IndexFunc": true, "IndexRune": true, "Fields": true,
	"FieldsFunc": true, "FieldsSeq": true, "FieldsFuncSeq": true, "Replace": true, "ReplaceAll": true, "EqualFold": true, "Equal": true,
	"Compare": true, "Count": true, "Map": true,
}

func takesTextApart(name string) bool {
	for _, pkg := range []string{"strings.", "bytes."} {
		if rest, ok := strings.CutPrefix(name, pkg); ok {
			return textFuncs[rest]
		}
	}
	switch name {
	case "fmt.Sscanf", "fmt.Sscan", "path.Base", "path.Match", "path.Split", "path.Dir", "path.Ext", "path/filepath.Base", "path/filepath.Match",
		"path/filepath.Split", "path/filepath.Dir", "(*strings.Replacer).Replace", "net/url.Parse":
		return true
	}
	return strings.HasPrefix(name, "(*regexp.Regexp).") || strings.HasPrefix(name, "regexp.Match")
}

// textUses gathers, by their positions, the places that keys come to besides commands.
type textUses struct {
	d       *detector
	shapes  map[string]bool
	written map[string]bool               // the keys of all sites, as a reader sees them
	begin   []string                      // the texts that keys begin with
	points  map[key.Point]map[string]bool // where the text of keys stands, and which keys
	at      map[source.Position]*textUse
	beside  []keyflow.Beside // what maps hold beside keys
	loose   []key.Template   // keys where variables are named
	named   map[*ssa.DebugRef]bool
}

type textUse struct {
	end  keyEnd
	more []keyEnd // other operands of the same call
	keys map[string]key.Template
}

// keyUses follows keys from where they are made, and from where they come out of Redis. It adds the places that look at
// their text to the sites, and notes the others that matter for a rename.
func (d *detector) keyUses(res *Result) {
	sites := res.Sites
	t := newTextUses(d, sites)
	made := map[string][]ssa.Value{}
	templates := map[string]key.Template{}
	t.eachText(func(v ssa.Value, k key.Template) {
		if s := k.Shape(); t.isKey(k) {
			made[s] = append(made[s], v)
			templates[s] = k
		}
		if t.apart(k) {
			res.Texts = append(res.Texts, t.textApart(v, k))
		}
	})
	for _, s := range slices.Sorted(maps.Keys(made)) {
		w := d.follow(made[s]...)
		t.add(w.ends, templates[s])
		t.names(w)
	}
	for _, s := range slices.SortedFunc(maps.Keys(d.scans), source.Position.Compare) {
		for _, sc := range d.scans[s] {
			t.add(sc.ends, sc.keys...)
		}
	}
	t.replies(sites)
	t.namedKeys()
	res.Uses = t.uses()
	res.Sites = append(sites, t.sites()...)
	res.Beside, res.Loose = t.beside, t.loose
}

// eachText visits the texts that are put together, or given by functions.
func (t *textUses) eachText(visit func(ssa.Value, key.Template)) {
	for _, fn := range t.d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				v, ok := in.(ssa.Value)
				if !ok || !t.makesText(v) {
					continue
				}
				for _, k := range t.d.flow.Eval(keyflow.Ref{V: v, Fr: t.d.flow.Root(fn)}) {
					visit(v, k)
				}
			}
		}
	}
}

// isKey reports a template that is a key of some site, and more than a constant. Where keys have no word of their own, any
// two values put together look like one: there the names of the values must be the same.
func (t *textUses) isKey(k key.Template) bool {
	s := k.Shape()
	return isPattern(k) || t.shapes[s] && len(k.Segments()) > 1 && (word.MatchString(s) || t.written[k.String()])
}

var word = regexp.MustCompile(`[A-Za-z]{2}`)

// makesText reports a value at which a text begins: put together, or given by a function; not a part of a longer one.
func (t *textUses) makesText(v ssa.Value) bool {
	if !keyflow.IsString(v.Type()) || v.Referrers() == nil {
		return false
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return v.Op == token.ADD && slices.ContainsFunc(*v.Referrers(), func(in ssa.Instruction) bool {
			b, ok := in.(*ssa.BinOp)
			_, debug := in.(*ssa.DebugRef)
			return !debug && (!ok || b.Op != token.ADD)
		})
	case *ssa.Call:
		return true
	}
	return false
}

// names notes the keys at the names of variables that hold them.
func (t *textUses) names(w *keyWalk) {
	for v := range w.seen {
		if !keyflow.IsString(v.Type()) || v.Referrers() == nil {
			continue
		}
		for _, in := range *v.Referrers() {
			if ref, ok := in.(*ssa.DebugRef); ok && !ref.IsAddr && v.Parent() != nil && t.d.operators().read[ref.Expr.Pos()] {
				t.named[ref] = true
			}
		}
	}
}

// namedKeys evaluates what was noted.
func (t *textUses) namedKeys() {
	refs := slices.SortedFunc(maps.Keys(t.named), func(a, b *ssa.DebugRef) int {
		return cmp.Or(cmp.Compare(a.Expr.Pos(), b.Expr.Pos()), cmp.Compare(a.Expr.End(), b.Expr.End()), cmp.Compare(a.Parent().String(), b.Parent().String()))
	})
	for _, ref := range refs {
		for _, k := range t.d.flow.Eval(keyflow.Ref{V: ref.X, Fr: t.d.flow.Root(ref.Parent()), Hint: ref.Expr}) {
			if t.isKey(k) && !isPattern(k) {
				t.loose = append(t.loose, k)
			}
		}
	}
}

func (t *textUses) add(ends []keyEnd, keys ...key.Template) {
	for _, e := range ends {
		pos := t.d.posOf(e.in)
		u := t.at[pos]
		if u == nil {
			u = &textUse{end: e, keys: map[string]key.Template{}}
			t.at[pos] = u
		} else if e.in == u.end.in && e.v != u.end.v && !slices.Contains(u.more, e) {
			u.more = append(u.more, e)
		}
		for _, k := range keys {
			u.keys[k.String()] = k
		}
	}
}

// posOf is where a reader looks for an instruction.
func (d *detector) posOf(in ssa.Instruction) source.Position {
	if call, ok := in.(ssa.CallInstruction); ok {
		return d.callPos(call)
	}
	pos := in.Pos()
	for _, op := range in.Operands(nil) { // of those that stand nowhere themselves
		if !pos.IsValid() && *op != nil {
			pos = (*op).Pos()
		}
	}
	if !pos.IsValid() {
		pos = in.Parent().Pos()
	}
	return d.flow.Prog.Position(pos)
}

// sites are the places that look at the text of keys.
func (t *textUses) sites() []Site {
	var out []Site
	for _, pos := range slices.SortedFunc(maps.Keys(t.at), source.Position.Compare) {
		u := t.at[pos]
		switch u.end.kind {
		case UseText, UseCompare, UseSearch:
		default:
			continue
		}
		if u.end.kind == UseCompare && t.onlyKeys(u.end.in.Parent(), otherSide(u.end), t.isKey) {
			continue // two keys, which change together
		}
		s := t.d.textSite(u.end.in, pos, u.end.what, u.list())
		s.Contexts[0].Ops[0].Mends = t.mends(append([]keyEnd{u.end}, u.more...))
		out = append(out, s)
	}
	return append(out, t.affixes(out)...)
}

func (u *textUse) list() []key.Template {
	var out []key.Template
	for _, s := range slices.Sorted(maps.Keys(u.keys)) {
		out = append(out, u.keys[s])
	}
	return out
}

func otherSide(e keyEnd) ssa.Value {
	b := e.in.(*ssa.BinOp)
	if b.X == e.v {
		return b.Y
	}
	return b.X
}

// mends are the expressions of all keys of a place; none where one of them can't be replaced.
func (t *textUses) mends(ends []keyEnd) []Span {
	var out []Span
	for _, e := range ends {
		s := t.mend(e)
		if s.File == "" {
			return nil
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// mend is the expression of a key whose text is looked at, where it can be replaced by its old name: there is nothing but
// keys, and it is a string.
func (t *textUses) mend(e keyEnd) Span {
	if e.kind == UseSearch || e.v.Type() != types.Typ[types.String] || !t.onlyKeys(e.in.Parent(), e.v, t.isKey) {
		return Span{}
	}
	if t.goesOnAsKey(e) {
		return Span{}
	}
	expr := t.d.operandExpr(e.in, e.v)
	file := t.d.flow.Prog.File(e.in.Pos())
	if expr == nil || file == nil || !file.Editable() {
		return Span{}
	}
	from, to := t.d.flow.Prog.Position(expr.Pos()), t.d.flow.Prog.Position(expr.End())
	return Span{File: from.File, Start: from.Offset, End: to.Offset}
}

// goesOnAsKey reports that what a place cuts out of a key is seen to be text of another key: that one is edited where the
// first is written, and needs the braces.
func (t *textUses) goesOnAsKey(e keyEnd) bool {
	v, ok := e.in.(ssa.Value)
	if !ok {
		return false
	}
	results := []ssa.Value{v}
	if !keyflow.IsString(v.Type()) {
		results = nil
		for _, in := range *v.Referrers() {
			if x, ok := in.(*ssa.Extract); ok && keyflow.IsString(x.Type()) {
				results = append(results, x)
			}
		}
	}
	fr := t.d.flow.Root(e.in.Parent())
	whole := map[string]bool{}
	for _, k := range t.d.flow.Eval(keyflow.Ref{V: e.v, Fr: fr}) {
		whole[k.String()] = true
	}
	other := false
	for _, r := range results {
		for _, k := range t.d.flow.Eval(keyflow.Ref{V: r, Fr: fr}) {
			k.AllPoints(func(_ int, p key.Point) {
				for owner := range t.points[p] {
					other = other || !whole[owner]
				}
			})
		}
	}
	return other
}

// onlyKeys reports a value that is a text of one kind whichever way its function is reached.
func (t *textUses) onlyKeys(fn *ssa.Function, v ssa.Value, kind func(key.Template) bool) bool {
	d := t.d
	for _, ctx := range d.flow.Contexts([]*keyflow.Frame{d.flow.Root(fn)}, func(frs []*keyflow.Frame) string {
		ts := d.flow.Eval(keyflow.Ref{V: v, Fr: frs[0]})
		for _, k := range ts {
			if p := d.flow.WantsCaller(frs[0], k, ts); p != "" {
				return p
			}
		}
		return ""
	}) {
		ts := d.flow.Eval(keyflow.Ref{V: v, Fr: ctx.Frs[0]})
		if len(ts) == 0 || slices.ContainsFunc(ts, func(k key.Template) bool { return !kind(k) }) {
			return false
		}
	}
	return true
}

// operandExpr is the expression of an operand; nil where it can't be told.
func (d *detector) operandExpr(in ssa.Instruction, v ssa.Value) ast.Expr {
	switch in := in.(type) {
	case ssa.CallInstruction:
		e, args := d.flow.CallExpr(in), in.Common().Args
		if e == nil || e.Ellipsis.IsValid() {
			return nil
		}
		shift := 0
		if !in.Common().IsInvoke() && in.Common().Signature().Recv() != nil {
			shift = 1
		}
		if i := slices.Index(args, v) - shift; i >= 0 && i < len(e.Args) {
			return e.Args[i]
		}
	case *ssa.BinOp:
		if e, ok := d.operators().at[in.Pos()].(*ast.BinaryExpr); ok && in.X == v {
			return e.X
		} else if ok {
			return e.Y
		}
	case *ssa.Slice:
		if e, ok := d.operators().at[in.Pos()].(*ast.SliceExpr); ok {
			return e.X
		}
	case *ssa.Lookup, *ssa.Index:
		if e, ok := d.operators().at[in.Pos()].(*ast.IndexExpr); ok {
			return e.X
		}
	}
	return nil
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

// isPattern reports a key that came out of SCAN or KEYS.
func isPattern(t key.Template) bool {
	return len(t.Parts) == 1 && t.Parts[0].Hole != nil && t.Parts[0].Hole.Pattern != ""
}
