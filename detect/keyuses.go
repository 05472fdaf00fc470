package detect

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/source"
)

func newTextUses(d *detector, sites []Site) *textUses {
	t := &textUses{
		d: d, at: map[source.Position]*textUse{}, named: map[*ssa.DebugRef]bool{},
		shapes: map[string]bool{}, written: map[string]bool{}, points: map[key.Point]map[string]bool{},
	}
	for _, s := range sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, k := range o.Keys {
					for _, a := range k.Alts {
						t.shapes[a.Shape()], t.written[a.String()] = true, true
						t.know(a)
					}
				}
				for _, c := range o.Channels { // they keep their names
					t.know(c)
				}
			}
		}
	}
	for s := range t.shapes {
		if text, _, _ := strings.Cut(s, "\x00"); len(text) > 2 && word.MatchString(text) {
			t.begin = append(t.begin, text)
		}
	}
	slices.Sort(t.begin)
	return t
}

// know notes where a text stands that has its place in the plan.
func (t *textUses) know(k key.Template) {
	k.AllPoints(func(_ int, p key.Point) {
		if t.points[p] == nil {
			t.points[p] = map[string]bool{}
		}
		t.points[p][k.String()] = true
	})
}

// apart reports a text that may be a key, as far as it is written like one, and that is put together elsewhere than the
// keys of the sites.
func (t *textUses) apart(k key.Template) bool {
	if len(k.Segments()) < 2 || isPattern(k) {
		return false
	}
	known, anywhere := false, false
	k.AllPoints(func(_ int, p key.Point) { known, anywhere = known || t.points[p] != nil, true })
	if known || !anywhere {
		return false
	}
	text, _, _ := strings.Cut(k.Shape(), "\x00")
	return t.isKey(k) || len(text) > 2 && slices.ContainsFunc(t.begin, func(b string) bool { return strings.HasPrefix(b, text) || strings.HasPrefix(text, b) })
}

// textApart says where such a text goes.
func (t *textUses) textApart(v ssa.Value, k key.Template) Text {
	pos := t.d.posOf(v.(ssa.Instruction))
	out := Text{Pos: pos, Template: k, Test: strings.HasSuffix(pos.File, "_test.go")}
	for _, e := range t.d.follow(v).ends {
		if e.kind == UseScript || e.kind == UseOut && strings.HasPrefix(e.what, "are handed") {
			out.Goes = e.what + ", at " + t.d.posOf(e.in).String()
		}
	}
	return out
}

// uses are the places that keys come to and that look at no text.
func (t *textUses) uses() []KeyUse {
	var out []KeyUse
	for _, pos := range slices.SortedFunc(maps.Keys(t.at), source.Position.Compare) {
		u := t.at[pos]
		k := KeyUse{Pos: pos, Kind: u.end.kind, What: u.end.what, Keys: u.list(), Test: strings.HasSuffix(pos.File, "_test.go")}
		switch u.end.kind {
		case UseLost, UseValue, UseOut:
			out = append(out, k)
		case UseMap:
			if k.What = t.mapUse(u); k.What != "" {
				k.Kind = UseLost
				out = append(out, k)
			}
		}
	}
	return out
}

// mapUse says why a map can't be followed that a key is looked up in, or put into as an index; "" when all that it is
// indexed by are keys and constants. Those are remembered beside the key.
func (t *textUses) mapUse(u *textUse) string {
	m := mapOf(u.end.in)
	entries, ok := t.d.flow.MapEntries(keyflow.Ref{V: m, Fr: t.d.flow.Root(u.end.in.Parent())})
	if !ok {
		return "are looked up in a map that can't be followed"
	}
	group := u.list()
	known := func(k key.Template) bool { _, constant := k.Text(); return constant || t.isKey(k) }
	for _, e := range entries {
		fn := e.Key.Fr.Fn
		if !t.onlyKeys(fn, e.Key.V, known) {
			return "are looked up in a map that may also hold other texts"
		}
		for _, k := range t.d.flow.Eval(e.Key) {
			if known(k) {
				group = append(group, k)
			}
		}
	}
	t.beside = append(t.beside, keyflow.Beside{At: t.d.posOf(u.end.in).String(), Texts: group})
	return ""
}

func mapOf(in ssa.Instruction) ssa.Value {
	switch in := in.(type) {
	case *ssa.MapUpdate:
		return in.Map
	case *ssa.Lookup:
		return in.X
	case ssa.CallInstruction: // delete
		return in.Common().Args[0]
	}
	return nil
}

// affixes are the places that recognise keys by the beginning or end of a text that may be anything:
// strings.HasPrefix(k, "user:"). Where the text is known to be a key there is a site already.
func (t *textUses) affixes(known []Site) []Site {
	have := map[source.Position]bool{}
	for _, s := range known {
		have[s.Pos] = true
	}
	var out []Site
	for _, fn := range t.d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok {
					continue
				}
				pos := t.d.callPos(call)
				if have[pos] || t.d.inHelper(call.Pos()) {
					continue
				}
				if k, ok := t.affix(call); ok {
					have[pos] = true
					name := keyflow.CalleeName(call.Common())
					out = append(out, t.d.textSite(call, pos, name[strings.LastIndexByte(name, '.')+1:], []key.Template{k}))
				}
			}
		}
	}
	return out
}

// affix is the text that a call recognises keys by, and anything beside it.
func (t *textUses) affix(call ssa.CallInstruction) (key.Template, bool) {
	var prefix bool
	switch keyflow.CalleeName(call.Common()) {
	case "strings.HasPrefix", "strings.TrimPrefix", "strings.CutPrefix":
		prefix = true
	case "strings.HasSuffix", "strings.TrimSuffix", "strings.CutSuffix":
	default:
		return key.Template{}, false
	}
	if t.ofKey(call.Common().Args[0], 0) {
		return key.Template{}, false
	}
	text, ok := t.d.flow.Const(t.d.flow.Arg(call, 1, t.d.flow.Root(call.Parent())))
	if !ok || len(text) < 2 || !t.likeKeys(text, prefix) {
		return key.Template{}, false
	}
	rest := key.OfHole(&key.Hole{ID: "rest", Name: "...", Class: key.Unknown, Reason: "is any text"})
	if prefix {
		k, _ := key.Concat(key.Literal(text), rest)
		return k, true
	}
	k, _ := key.Concat(rest, key.Literal(text))
	return k, true
}

// ofKey reports a part of a key that a place took out which has a site of its own.
func (t *textUses) ofKey(v ssa.Value, depth int) bool {
	if depth > 8 {
		return false
	}
	next := func(v ssa.Value) bool { return t.ofKey(v, depth+1) }
	switch v := v.(type) {
	case *ssa.Call:
		if t.at[t.d.callPos(v)] != nil {
			return true
		}
		return takesTextApart(keyflow.CalleeName(v.Common())) && slices.ContainsFunc(v.Call.Args, next)
	case *ssa.Slice:
		return t.at[t.d.posOf(v)] != nil || next(v.X)
	case *ssa.Extract:
		return next(v.Tuple)
	case *ssa.UnOp:
		return next(v.X)
	case *ssa.IndexAddr:
		return next(v.X)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, next)
	}
	return false
}

// likeKeys reports a text that keys begin or end with.
func (t *textUses) likeKeys(text string, prefix bool) bool {
	for s := range t.shapes {
		lit, _, _ := strings.Cut(s, "\x00")
		if !prefix {
			lit = s[strings.LastIndexByte(s, 0)+1:]
		}
		if len(lit) < 2 {
			continue
		}
		if prefix && (strings.HasPrefix(lit, text) || strings.HasPrefix(text, lit)) || !prefix && (strings.HasSuffix(lit, text) || strings.HasSuffix(text, lit)) {
			return true
		}
	}
	return false
}
