package detect

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// words reads a command given word by word.
func (r *keyReader) words(l keyflow.List) {
	l = r.spread(l)
	if l.Open != "" {
		r.note(NoteRawCommand, "the words of the command are a list that "+l.Open)
		r.open("sends a list of words that " + l.Open)
		r.op.param = l.Param
		return
	}
	word := func(i int) (string, bool) {
		if i >= len(l.Elems) || l.Elems[i].Maybe {
			return "", false
		}
		return r.d.flow.Const(l.Elems[i].Ref)
	}
	name, ok := word(0)
	if !ok {
		r.note(NoteRawCommand, "the command name is not a constant")
		r.open("sends a command whose name is not a constant")
		return
	}
	second, _ := word(1)
	c, ok := rediscmd.Lookup(name, second)
	if !ok {
		if c, ok = rediscmd.Lookup(name); !ok {
			r.op.Command = strings.ToUpper(name)
			r.open("sends a command that is not known")
			return
		}
	}
	r.op.Command = strings.ToUpper(strings.ReplaceAll(c.Name, "|", " "))
	r.op.Scope, r.op.Write = c.Scope, c.Writes()
	if scope, ok := c.ScopeOf(len(l.Elems), word); ok {
		r.op.Scope = scope
	}
	r.pattern(c.Name, l)
	idx, err := c.KeyIndexes(len(l.Elems), word)
	if err != nil {
		r.open("has keys at positions that can't be told: " + err.Error())
		return
	}
	for _, i := range idx {
		r.add(l.Elems[i])
	}
	switch r.op.Command {
	case "PUBLISH", "SUBSCRIBE", "PSUBSCRIBE":
		for _, e := range l.Elems[1:] {
			r.channels(r.d.flow.Eval(e.Ref))
		}
	case "EVAL", "EVAL_RO":
		r.scripts(r.d.texts(l.Elems[1].Ref), afterKeys(l, len(idx)))
	case "EVALSHA", "EVALSHA_RO":
		r.cached()
		r.scripts(r.d.textOfSha(l.Elems[1].Ref), afterKeys(l, len(idx)))
	case "FCALL", "FCALL_RO":
		r.scripts(r.d.functionBody(l.Elems[1].Ref), afterKeys(l, len(idx)))
	case "SCRIPT LOAD", "FUNCTION LOAD":
		r.loads(r.d.texts(l.Elems[len(l.Elems)-1].Ref))
	case "SORT", "SORT_RO":
		for i := range l.Elems {
			if w, ok := word(i); ok && (strings.EqualFold(w, "BY") || strings.EqualFold(w, "GET")) {
				r.note(NoteSortPattern, strings.ToUpper(w))
				if i+1 < len(l.Elems) {
					r.looksUp(l.Elems[i+1].Ref)
				}
			}
		}
	}
}

// spread is a list of words of which the only one is a slice: go-redis sends its elements.
func (r *keyReader) spread(l keyflow.List) keyflow.List {
	if len(l.Elems) != 1 || l.Open != "" {
		return l
	}
	v := l.Elems[0].V
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	s, ok := v.Type().Underlying().(*types.Slice)
	if !ok || types.Identical(s.Elem(), types.Typ[types.Byte]) {
		return l
	}
	return r.d.flow.ListAt(keyflow.Ref{V: v, Fr: l.Elems[0].Fr}, r.x.call, r.fr)
}

// isFunctionLoad reports the words of FUNCTION LOAD.
func isFunctionLoad(flow *keyflow.Flow, l keyflow.List) bool {
	if len(l.Elems) < 3 || l.Open != "" {
		return false
	}
	first, _ := flow.Const(l.Elems[0].Ref)
	second, _ := flow.Const(l.Elems[1].Ref)
	return strings.EqualFold(first, "function") && strings.EqualFold(second, "load")
}

// afterKeys are the words of EVAL and its kin behind the keys.
func afterKeys(l keyflow.List, keys int) keyflow.List {
	l.Elems = l.Elems[min(3+keys, len(l.Elems)):]
	return l
}

// process reads Process(ctx, redis.NewXxxCmd(ctx, "get", key)).
func (r *keyReader) process() {
	v := r.arg(0).V
	for {
		m, ok := v.(*ssa.MakeInterface)
		if !ok {
			break
		}
		v = m.X
	}
	c, ok := v.(*ssa.Call)
	if fn, _ := calledIf(c, ok); fn == nil || !ofGoRedis(fn) || !strings.HasPrefix(fn.Name(), "New") {
		r.note(NoteRawCommand, "the command is made elsewhere")
		r.open("sends a command that is made elsewhere")
		return
	}
	fn, _ := called(c)
	r.words(r.d.flow.VariadicList(c, ctxShift(fn), r.fr))
}

func calledIf(c *ssa.Call, ok bool) (*types.Func, *ssa.MakeClosure) {
	if !ok {
		return nil, nil
	}
	return called(c)
}
