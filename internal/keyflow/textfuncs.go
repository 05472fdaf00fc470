package keyflow

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// textFuncs are functions of one text, or of a text and texts that tell what to do with it: of constants, they are
// worked out.
var textFuncs = map[string]func(args []string) string{
	"strings.TrimSpace":    func(a []string) string { return strings.TrimSpace(a[0]) },
	"strings.Trim":         func(a []string) string { return strings.Trim(a[0], a[1]) },
	"strings.TrimLeft":     func(a []string) string { return strings.TrimLeft(a[0], a[1]) },
	"strings.TrimRight":    func(a []string) string { return strings.TrimRight(a[0], a[1]) },
	"strings.ToTitle":      func(a []string) string { return strings.ToTitle(a[0]) },
	"strings.Title":        func(a []string) string { return strings.Title(a[0]) }, //nolint:staticcheck // as the program does
	"strings.ToValidUTF8":  func(a []string) string { return strings.ToValidUTF8(a[0], a[1]) },
	"path.Clean":           func(a []string) string { return path.Clean(a[0]) },
	"path.Base":            func(a []string) string { return path.Base(a[0]) },
	"path.Dir":             func(a []string) string { return path.Dir(a[0]) },
	"path.Ext":             func(a []string) string { return path.Ext(a[0]) },
	"net/url.PathEscape":   func(a []string) string { return url.PathEscape(a[0]) },
	"net/url.QueryEscape":  func(a []string) string { return url.QueryEscape(a[0]) },
	"strconv.Quote":        func(a []string) string { return strconv.Quote(a[0]) },
	"strconv.QuoteToASCII": func(a []string) string { return strconv.QuoteToASCII(a[0]) },
}

// ofConstant works out a function of constants; text that it leaves as it is keeps its source.
func (f *Flow) ofConstant(c *ssa.Call, fr *Frame, fn func([]string) string) ([]key.Template, bool) {
	rows := [][]string{nil}
	for i := 1; i < len(c.Call.Args); i++ {
		s, ok := f.constantText(Ref{V: c.Call.Args[i], Fr: fr})
		if !ok {
			return nil, false
		}
		rows[0] = append(rows[0], s)
	}
	r, _ := f.callArg(c, 0, c.Call.StaticCallee(), fr)
	ts := slices.Clone(f.Eval(r))
	for i, t := range ts {
		s, ok := t.Text()
		if !ok {
			return nil, false
		}
		if to := fn(append([]string{s}, rows[0]...)); to != s {
			ts[i] = key.Literal(to)
			ts[i].Conds = t.Conds
		}
	}
	return ts, true
}

// constantText is the one text that a value has.
func (f *Flow) constantText(r Ref) (string, bool) {
	ts := f.Eval(r)
	if len(ts) != 1 {
		return "", false
	}
	return ts[0].Text()
}

// mapText maps each character. Numbers in base ten stay as they are; other text is another hole.
func mapText(ts []key.Template, name string, fn func(string) string) []key.Template {
	out := make([]key.Template, len(ts))
	for i, t := range ts {
		parts := make([]key.Part, len(t.Parts))
		for j, p := range t.Parts {
			if p.Hole != nil {
				p.Hole = mapHole(p.Hole, name, fn)
			} else if s := fn(p.Text); s != p.Text {
				p = key.Part{Text: s}
			}
			parts[j] = p
		}
		t.Parts = parts
		out[i] = t
	}
	return out
}

func mapHole(from *key.Hole, name string, fn func(string) string) *key.Hole {
	h := *from
	if strings.HasPrefix(h.ID, "dec(") {
		return &h
	}
	h.ID = name + "(" + h.ID + ")"
	h.Domain = slices.Clone(h.Domain)
	for i, d := range h.Domain {
		h.Domain[i] = fn(d)
	}
	slices.Sort(h.Domain)
	h.Domain = slices.Compact(h.Domain)
	h.Pattern = "" // of the text before it was mapped
	return &h
}

// trimAffix drops a constant prefix or suffix of text that is known to have it, or not to.
func (f *Flow) trimAffix(name string, src, affix Ref) ([]key.Template, bool) {
	a, ok := f.constantText(affix)
	if !ok {
		return nil, false
	}
	ts := slices.Clone(f.Eval(src))
	for i, t := range ts {
		if ts[i], ok = starOf(t); !ok {
			return nil, false
		}
		t = ts[i]
		segs := t.Segments()
		switch {
		case len(segs) == 0:
			continue
		case name == "strings.TrimPrefix":
			lead := segs[0].Text
			switch {
			case strings.HasPrefix(lead, a):
				ts[i] = cutUnits(t, len(a), t.Len())
			case segs[0].Hole == nil && (!strings.HasPrefix(a, lead) || len(segs) == 1):
			default:
				return nil, false
			}
		default:
			tail := segs[len(segs)-1].Text
			switch {
			case strings.HasSuffix(tail, a):
				ts[i] = cutUnits(t, 0, t.Len()-len(a))
			case segs[len(segs)-1].Hole == nil && (!strings.HasSuffix(a, tail) || len(segs) == 1):
			default:
				return nil, false
			}
		}
	}
	return ts, true
}

// starOf writes a key that was found by a pattern with one * as the text of the pattern around a value; other templates as
// they are. It reports false for other patterns.
func starOf(t key.Template) (key.Template, bool) {
	if len(t.Parts) != 1 || t.Parts[0].Hole == nil || t.Parts[0].Hole.Pattern == "" {
		return t, true
	}
	from := t.Parts[0].Hole
	before, after, ok := strings.Cut(from.Pattern, "*")
	if !ok || strings.ContainsAny(from.Pattern, "<?[\\") || strings.Contains(after, "*") {
		return t, false
	}
	star := key.OfHole(&key.Hole{ID: "star(" + from.ID + ")", Name: from.Name, Loops: from.Loops})
	out, _ := key.Concat(key.Literal(before), star)
	out, _ = key.Concat(out, key.Literal(after))
	out.Conds = t.Conds
	return out, true
}

// cutUnits is units from..to of a template.
func cutUnits(t key.Template, from, to int) key.Template {
	out := key.Literal("")
	at := 0
	for _, p := range t.Parts {
		one := key.Template{Parts: []key.Part{p}, Gaps: make([][]key.Point, 2)}
		n := one.Len()
		if a, b := max(from, at), min(to, at+n); a < b {
			if p.Hole == nil {
				one = cut(one, a-at, b-at)
			}
			out, _ = key.Concat(out, one)
		}
		at += n
	}
	out.Conds = t.Conds
	return out
}

// maxRepeat bounds how often text is written out.
const maxRepeat = 8

func (f *Flow) repeat(src, count Ref) ([]key.Template, bool) {
	k := f.constOf(count.V, count.Fr, 0)
	if k == nil {
		return nil, false
	}
	n, err := strconv.Atoi(k.ExactString())
	if err != nil || n < 0 || n > maxRepeat {
		return nil, false
	}
	out := []key.Template{key.Literal("")}
	for range n {
		out = product(out, f.Eval(src))
	}
	for i := range out { // one edit would be in each copy
		for j := range out[i].Parts {
			out[i].Parts[j].Offs = nil
		}
		out[i].Gaps = make([][]key.Point, len(out[i].Parts)+1)
	}
	return out, true
}

// replace fills a placeholder in constant text: strings.Replace("user:{id}", "{id}", id, 1).
func (f *Flow) replace(src, old, repl Ref, c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	o, ok := f.constantText(old)
	if !ok || o == "" {
		return nil, false
	}
	n := -1
	if len(c.Call.Args) == 4 {
		k := f.constOf(c.Call.Args[3], fr, 0)
		if k == nil {
			return nil, false
		}
		n, _ = strconv.Atoi(k.ExactString())
	}
	var out []key.Template
	for _, t := range f.Eval(src) {
		s, ok := t.Text()
		if !ok {
			return nil, false
		}
		limit := -1
		if n >= 0 {
			limit = n + 1
		}
		cur := []key.Template{{Gaps: make([][]key.Point, 1), Conds: t.Conds}}
		at := 0
		for i, p := range strings.SplitN(s, o, limit) {
			if i > 0 {
				cur = product(cur, f.Eval(repl))
				at += len(o)
			}
			cur = product(cur, []key.Template{cut(t, at, at+len(p))})
			at += len(p)
		}
		out = append(out, cur...)
	}
	return out, true
}

// replacer is constant text through strings.NewReplacer: at each place the first of its texts that stands there is
// replaced, and what is put in is not looked at again.
func (f *Flow) replacer(recv, src Ref) ([]key.Template, bool) {
	made, ok := f.concrete(recv).V.(*ssa.Call)
	if !ok || calleeName(made.Common()) != "strings.NewReplacer" {
		return nil, false
	}
	pairs, ok := f.variadic(made.Call.Args[0], recv.Fr)
	if !ok || len(pairs)%2 != 0 {
		return nil, false
	}
	pairs = f.withHints(made, 0, pairs)
	olds := make([]string, len(pairs)/2)
	for i := range olds {
		if olds[i], ok = f.constantText(pairs[2*i]); !ok || olds[i] == "" {
			return nil, false
		}
	}
	var out []key.Template
	for _, t := range f.Eval(src) {
		s, ok := t.Text()
		if !ok {
			return nil, false
		}
		cur := []key.Template{{Gaps: make([][]key.Point, 1), Conds: t.Conds}}
		from := 0
		for at := 0; at < len(s); {
			i := slices.IndexFunc(olds, func(o string) bool { return strings.HasPrefix(s[at:], o) })
			if i < 0 {
				at++
				continue
			}
			cur = product(product(cur, []key.Template{cut(t, from, at)}), f.Eval(pairs[2*i+1]))
			at += len(olds[i])
			from = at
		}
		out = append(out, product(cur, []key.Template{cut(t, from, len(s))})...)
	}
	return out, true
}

// cut is units from..to of a template of literals only.
func cut(t key.Template, from, to int) key.Template {
	out := key.Literal("")
	at := 0
	for _, p := range t.Parts {
		a, b := max(from, at), min(to, at+len(p.Text))
		if a < b {
			q := key.Part{Text: p.Text[a-at : b-at], File: p.File}
			if p.Offs != nil {
				q.Offs = p.Offs[a-at : b-at+1]
			}
			out, _ = key.Concat(out, key.Template{Parts: []key.Part{q}, Gaps: make([][]key.Point, 2)})
		}
		at += len(p.Text)
	}
	return out
}
