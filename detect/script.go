package detect

import (
	"cmp"
	"fmt"
	"go/constant"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/luakeys"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// scriptMethod reads (*redis.Script).Run and its kin: the client is the second parameter.
func (r *keyReader) scriptMethod(name string) {
	r.op.Scope, r.op.Write = rediscmd.Keyed, !strings.HasSuffix(name, "RO")
	switch name {
	case "Load", "Exists":
		r.op.Command, r.op.Scope, r.op.FansOut = "SCRIPT "+strings.ToUpper(name), rediscmd.OneNode, true
		r.op.Write = false
		r.loads(r.d.scriptSources(receiver(r.x.call), r.fr))
		return
	case "EvalSha", "EvalShaRO":
		r.op.Command = "EVALSHA"
		r.cached()
	case "Run", "RunRO":
		r.op.Command = "EVAL"
		if r.queued {
			r.cached()
		}
	default:
		r.op.Command = "EVAL"
	}
	r.list(r.d.flow.ListAt(r.d.flow.Arg(r.x.call, 2, r.fr), r.x.call, r.fr), 1, 0)
	r.scripts(r.d.scriptSources(receiver(r.x.call), r.fr), r.d.flow.VariadicList(r.x.call, 3, r.fr))
}

// cached notes that the script must be in the cache of the node, unless the code looks for the error that it is not.
func (r *keyReader) cached() {
	for _, b := range r.x.call.Parent().Blocks {
		for _, in := range b.Instrs {
			for _, v := range in.Operands(nil) {
				if c, ok := (*v).(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String && strings.Contains(constant.StringVal(c.Value), "NOSCRIPT") {
					return
				}
			}
		}
	}
	r.note(NoteScriptCache, "")
}

// loads notes texts of scripts that are kept for later calls.
func (r *keyReader) loads(src scriptText) {
	for _, b := range src.bodies {
		r.op.Scripts = append(r.op.Scripts, LuaScript{Text: b.text, Function: b.function})
	}
}

// scripts adds the keys that a script, or one of several that may run here, touches beyond those that are passed to it.
// args are the elements of ARGV.
func (r *keyReader) scripts(src scriptText, args keyflow.List) {
	if src.param != "" && r.op.param == "" {
		r.op.param = src.param
	}
	j := joiner{keyReader: r, passed: r.op.Keys, args: r.spread(args)}
	for _, b := range src.bodies {
		j.read = append(j.read, b.read())
	}
	for i, b := range src.bodies {
		j.text = b.text
		if why := j.read[i].KeysAsText(b.source()); why != "" {
			r.op.Apart = "the script uses the text of its keys: " + why
		}
		r.op.Scripts = append(r.op.Scripts, LuaScript{b.text, b.function, j.join(j.read[i])})
	}
	if src.lost || src.param != "" || len(src.bodies) == 0 {
		r.note(NoteScript, cmp.Or(src.why, "its text can't be found"))
		r.op.TouchesAll = true
	}
}

// joiner puts together what is passed to a script and what the script makes of it.
type joiner struct {
	*keyReader
	passed []Key        // KEYS
	args   keyflow.List // ARGV
	text   key.Template // the script's source
	read   []luakeys.Script
	holes  int
	full   bool // there are more keys than are planned for
}

// join adds what one script does. It returns what of it can't be read.
func (j *joiner) join(s luakeys.Script) (problem string) {
	for _, p := range s.Problems {
		problem = cmp.Or(problem, p.String())
		j.note(NoteScript, p.String())
		j.op.TouchesAll = true
	}
	if slices.Contains(s.Flags, "no-cluster") {
		j.note(NoteNoCluster, "")
	}
	for _, c := range s.Calls {
		problem = cmp.Or(problem, j.call(c))
	}
	return problem
}

// call adds the keys of one command. It returns why they are not all known.
func (j *joiner) call(c luakeys.Call) (problem string) {
	name := strings.ToUpper(strings.ReplaceAll(c.Command, "|", " "))
	if c.KeyErr != "" {
		problem = fmt.Sprintf("line %d: the keys of %s are not known: %s", c.Line, cmp.Or(name, "a command"), c.KeyErr)
		j.note(NoteScript, problem)
		j.op.TouchesAll = true
	}
	if cmd, ok := rediscmd.Lookup(strings.Split(c.Command, "|")...); ok && cmd.Scope == rediscmd.OneNode {
		j.note(NoteScriptNode, fmt.Sprintf("line %d: %s", c.Line, name))
	}
	if why := refused(c); why != "" {
		j.note(NoteScriptRefused, fmt.Sprintf("line %d: %s", c.Line, why))
	}
	if c.Command == "spublish" && len(c.Words) > 1 && slices.ContainsFunc(c.Words[1].Alts, func(e luakeys.Expr) bool { return !e.Declared() }) {
		j.note(NoteScript, fmt.Sprintf("line %d: SPUBLISH needs its channel in the slot of the keys, as if it were one", c.Line))
	}
	for _, k := range c.Keys {
		for _, e := range k.Alts {
			if !e.Declared() {
				j.build(e, c)
			}
		}
	}
	return problem
}

// refused names a command that a cluster does not accept; "" for others.
func refused(c luakeys.Call) string {
	cmd, ok := rediscmd.Lookup(strings.Split(c.Command, "|")...)
	if !ok {
		return ""
	}
	scope, sure := cmd.ScopeOf(len(c.Words), func(i int) (string, bool) {
		if i >= len(c.Words) || len(c.Words[i].Alts) != 1 {
			return "", false
		}
		return c.Words[i].Alts[0].Literal()
	})
	if !sure || scope != rediscmd.Refused {
		return ""
	}
	return strings.ToUpper(cmd.Name)
}

// maxChosen is how many keys one expression of a script may stand for, maxBuilt how many a script may build: more are
// not planned for.
const maxChosen, maxBuilt = 64, 128

// build adds a key that the script makes: one for each element of KEYS and ARGV that it may be made of.
func (j *joiner) build(e luakeys.Expr, c luakeys.Call) {
	choices := []luakeys.Expr{e}
	for i, p := range e.Parts {
		n, any := 0, p.Index == 0
		switch p.Kind {
		case luakeys.Keys:
			n, any = len(j.passed), any || j.op.Open == "" && slices.ContainsFunc(j.passed[:min(p.Index, len(j.passed))], func(k Key) bool { return k.Multi })
		case luakeys.Argv:
			n, any = len(j.args.Elems), any || j.loose(p.Index)
		}
		if !any || n == 0 || n*len(choices) > maxChosen {
			continue
		}
		var next []luakeys.Expr
		for _, old := range choices {
			for at := range n {
				one := luakeys.Expr{Parts: slices.Clone(old.Parts), Gaps: old.Gaps}
				one.Parts[i].Index = at + 1
				next = append(next, one)
			}
		}
		choices = next
	}
	for _, one := range choices {
		if j.full {
			return
		}
		if j.full = len(j.op.Keys)-len(j.passed) == maxBuilt; j.full {
			j.note(NoteScript, fmt.Sprintf("line %d: it builds more than %d different keys", c.Line, maxBuilt))
			j.op.TouchesAll = true
			return
		}
		if alts := j.templates(one, c.Loop); len(alts) > 0 {
			k := Key{Alts: alts, Pos: j.x.pos, Built: e.String(), Line: c.Line, Multi: slices.ContainsFunc(alts, hasMany)}
			if !slices.ContainsFunc(j.op.Keys[len(j.passed):], k.same) {
				j.op.Keys = append(j.op.Keys, k)
			}
		}
	}
}

func hasMany(t key.Template) bool {
	return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Many })
}

// same reports the same key from the same place.
func (k Key) same(o Key) bool {
	return k.Built == o.Built && slices.EqualFunc(k.Alts, o.Alts, func(a, b key.Template) bool {
		return a.Shape() == b.Shape() && a.String() == b.String() && slices.EqualFunc(a.Parts, b.Parts, func(p, q key.Part) bool {
			return p.File == q.File && slices.Equal(p.Offs, q.Offs)
		}) && slices.EqualFunc(a.Gaps, b.Gaps, slices.Equal[[]key.Point])
	})
}

// templates writes a key of a script as templates: KEYS[i] and ARGV[i] are what the call passes, data is any text. There
// is none when the script fails there, since nothing is passed.
func (j *joiner) templates(e luakeys.Expr, loop bool) []key.Template {
	out := []key.Template{j.gap(e, 0)}
	for i, p := range e.Parts {
		var all []key.Template
		for _, a := range out {
			for _, b := range j.part(p, loop) {
				if p.Kind == luakeys.Argv && len(b.Gaps) > 0 {
					b.Gaps = slices.Clone(b.Gaps)
					if j.editable(e, i, i-1) {
						b.Gaps[0] = nil
					}
					if j.editable(e, i+1, i+1) {
						b.Gaps[len(b.Gaps)-1] = nil
					}
				}
				if t, ok := key.Concat(a, b); ok {
					t, _ = key.Concat(t, j.gap(e, i+1))
					all = append(all, t)
				}
			}
		}
		out = all
	}
	return out
}

// editable reports that text can be put in at a gap of an expression in the script itself, where part is the one beyond:
// a brace stands better there than around what Go passes.
func (j *joiner) editable(e luakeys.Expr, gap, part int) bool {
	if len(j.gap(e, gap).Gaps[0]) > 0 {
		return true
	}
	return part >= 0 && part < len(e.Parts) && e.Parts[part].Offset >= 0 && e.Parts[part].Kind == luakeys.Lit && !e.Parts[part].Shared
}

// gap is no text, with the points of the script's source where some can be put in.
func (j *joiner) gap(e luakeys.Expr, i int) key.Template {
	t := key.Literal("")
	if e.Gaps == nil {
		return t
	}
	for _, p := range e.Gaps[i] {
		mode := key.InText
		switch p.Mode {
		case luakeys.Before:
			mode = key.LuaBefore
		case luakeys.After:
			mode = key.LuaAfter
		}
		if at, ok := pointIn(j.text, p.Offset, mode); ok {
			t.Gaps[0] = append(t.Gaps[0], at)
		}
	}
	return t
}

func (j *joiner) part(p luakeys.Part, loop bool) []key.Template {
	switch p.Kind {
	case luakeys.Lit:
		if p.Offset >= 0 {
			t := slice(j.text, p.Offset, p.End)
			if p.Shared {
				t = t.Bare()
			}
			return []key.Template{t}
		}
		return []key.Template{key.Literal(p.Text)}
	case luakeys.Keys:
		if p.Index > 0 && j.op.Open == "" {
			if p.Index > len(j.passed) {
				return nil
			}
			return j.passed[p.Index-1].Alts
		}
	case luakeys.Argv:
		if p.Index > 0 && j.args.Open == "" {
			if p.Index > len(j.args.Elems) {
				return nil
			}
			return j.argv(p.Index)
		}
	}
	return []key.Template{key.OfHole(j.hole(p, loop))}
}

// argv is an element of ARGV. It can be edited in Go only when the scripts make nothing but keys of it.
func (j *joiner) argv(i int) []key.Template {
	e := j.args.Elems[i-1]
	inner := j.inner(e)
	only := !slices.ContainsFunc(j.read, func(s luakeys.Script) bool { return !s.ArgvOnlyInKeys(i) })
	var out []key.Template
	for _, t := range j.d.flow.Sent(e.Ref) {
		if t = manyIn(t, inner); !only {
			t = t.Bare()
		}
		out = append(out, t)
	}
	return out
}

// loose reports that it is not known which element of ARGV has an index: one before it is put in by a loop, or maybe.
func (j *joiner) loose(i int) bool {
	return slices.ContainsFunc(j.args.Elems[:min(i, len(j.args.Elems))], func(e keyflow.Elem) bool {
		return e.Maybe || len(j.inner(e)) > 0 || len(e.Acc) > len(j.d.flow.Loops(j.x.call, j.fr))
	})
}

// hole is a value that only the script knows. It equals no other.
func (j *joiner) hole(p luakeys.Part, loop bool) *key.Hole {
	j.holes++
	h := &key.Hole{ID: fmt.Sprintf("lua:%s:%d", j.x.pos, j.holes), Name: "data", Class: key.Unknown, Many: loop, Script: true, Reason: "is made in Lua: " + p.Reason}
	if p.Kind != luakeys.Data {
		h.Name, h.Reason = strings.ToLower(p.Kind.String()), "is one of a list in Lua that is not known"
	}
	return h
}
