package keyflow

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// model knows the functions of the standard library that build text.
func (f *Flow) model(c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	name := calleeName(c.Common())
	arg := func(i int) Ref {
		r, _ := f.callArg(c, i, c.Call.StaticCallee(), fr)
		return r
	}
	switch name {
	case "fmt.Sprintf":
		args, ok := f.variadic(arg(1).V, fr)
		if !ok {
			return f.unknown("is formatted with arguments that can't be listed", c, fr, nil), true
		}
		return f.sprintf(f.Eval(arg(0)), f.withHints(c, 1, args)), true
	case "fmt.Sprint":
		args, ok := f.variadic(arg(0).V, fr)
		if !ok {
			return nil, false
		}
		return f.sprint(f.withHints(c, 0, args)), true
	case "strings.Join":
		return f.join(f.List(arg(0)), f.Eval(arg(1)), c, fr), true
	case "strings.ToLower", "strings.ToUpper":
		fn := strings.ToLower
		if name == "strings.ToUpper" {
			fn = strings.ToUpper
		}
		return mapText(f.Eval(arg(0)), name, fn), true
	case "strings.Replace", "strings.ReplaceAll":
		return f.replace(arg(0), arg(1), arg(2), c, fr)
	case "strings.TrimSpace", "strings.Clone":
		return f.constantCall(c, fr, arg(0), strings.TrimSpace)
	case "strconv.Itoa", "strconv.FormatInt", "strconv.FormatUint":
		return f.decimal(c, arg(0), fr), true
	case "path.Join":
		args, ok := f.variadic(arg(0).V, fr)
		if !ok {
			return nil, false
		}
		return f.concatAll(f.withHints(c, 0, args), "/"), true
	case "(*strings.Builder).String", "(*bytes.Buffer).String", "(*bytes.Buffer).Bytes":
		return f.builder(c, fr)
	}
	return nil, false
}

// withHints pairs variadic arguments with their expressions at the call.
func (f *Flow) withHints(c *ssa.Call, from int, args []Ref) []Ref {
	e := f.callExpr(c)
	if e == nil || e.Ellipsis.IsValid() {
		return args
	}
	out := slices.Clone(args)
	for i := range out {
		if from+i < len(e.Args) && out[i].Hint == nil {
			out[i].Hint = e.Args[from+i]
		}
	}
	return out
}

// decimal is a number written in base ten; equal numbers have one hole, whichever function wrote them.
func (f *Flow) decimal(c *ssa.Call, r Ref, fr *Frame) []key.Template {
	if len(c.Call.Args) == 2 {
		if b, ok := c.Call.Args[1].(*ssa.Const); !ok || b.Value.ExactString() != "10" {
			return f.leaf(c, fr, nil)
		}
	}
	return f.integer(r, c.Call.Args[0])
}

func (f *Flow) integer(r Ref, v ssa.Value) []key.Template {
	if k := f.constOf(v, r.Fr, 0); k != nil {
		return []key.Template{key.Literal(k.ExactString())}
	}
	h := f.leafHole(r.V, r.Fr, r.Hint)
	h.ID, h.Kind = "dec("+f.widthless(r)+")", key.Int
	return []key.Template{key.OfHole(h)}
}

// widthless numbers an integer without the conversions that keep its value.
func (f *Flow) widthless(r Ref) string {
	v, fr := r.V, r.Fr
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.Parameter:
			if a, ok := f.argument(x, fr); ok {
				v, fr = a.V, a.Fr
				continue
			}
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.Convert:
			if widens(x.X.Type(), x.Type()) {
				v = x.X
				continue
			}
		}
		return f.valueID(v, fr)
	}
}

// widens reports an integer conversion that never changes the value.
func widens(from, to types.Type) bool {
	a, ok1 := from.Underlying().(*types.Basic)
	b, ok2 := to.Underlying().(*types.Basic)
	if !ok1 || !ok2 || a.Info()&types.IsInteger == 0 || b.Info()&types.IsInteger == 0 {
		return false
	}
	if a.Info()&types.IsUnsigned != b.Info()&types.IsUnsigned {
		return false
	}
	sizes := types.SizesFor("gc", "amd64")
	return sizes.Sizeof(b) >= sizes.Sizeof(a)
}

func (f *Flow) concatAll(args []Ref, sep string) []key.Template {
	out := []key.Template{key.Literal("")}
	for i, a := range args {
		if i > 0 && sep != "" {
			out = product(out, []key.Template{key.Literal(sep)})
		}
		out = product(out, f.text(a, 'v', ""))
	}
	return out
}

// sprint joins operands, with a space between two of them when neither is a string.
func (f *Flow) sprint(args []Ref) []key.Template {
	out := []key.Template{key.Literal("")}
	for i, a := range args {
		if i > 0 && !isString(stripInterface(args[i-1]).V.Type()) && !isString(stripInterface(a).V.Type()) {
			out = product(out, []key.Template{key.Literal(" ")})
		}
		out = product(out, f.text(a, 'v', ""))
	}
	return out
}

func stripInterface(r Ref) Ref {
	for {
		m, ok := r.V.(*ssa.MakeInterface)
		if !ok {
			return r
		}
		r.V = m.X
	}
}

func (f *Flow) join(l List, seps []key.Template, c *ssa.Call, fr *Frame) []key.Template {
	if l.Open != "" {
		return f.unknown("joins a list that "+l.Open, c, fr, nil)
	}
	out := []key.Template{key.Literal("")}
	for i, e := range l.Elems {
		if len(e.Acc) > 0 && len(extraLoops(e.Acc, f.loopsOf(c.Block(), fr))) > 0 || e.Maybe {
			return f.unknown("joins a list that a loop or a condition fills", c, fr, nil)
		}
		if i > 0 {
			out = product(out, seps)
		}
		out = product(out, f.Eval(e.Ref))
	}
	return out
}

func mapText(ts []key.Template, name string, fn func(string) string) []key.Template {
	out := make([]key.Template, len(ts))
	for i, t := range ts {
		parts := make([]key.Part, len(t.Parts))
		for j, p := range t.Parts {
			if p.Hole != nil {
				h := *p.Hole
				if h.Kind == key.Text {
					h.ID = name + "(" + h.ID + ")"
				}
				p.Hole = &h
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

func (f *Flow) constantCall(c *ssa.Call, fr *Frame, r Ref, fn func(string) string) ([]key.Template, bool) {
	ts := f.Eval(r)
	for _, t := range ts {
		if s, ok := t.Text(); !ok || fn(s) != s {
			return nil, false
		}
	}
	return ts, true
}

// replace fills a placeholder in constant text: strings.Replace("user:{id}", "{id}", id, 1).
func (f *Flow) replace(src, old, repl Ref, c *ssa.Call, fr *Frame) ([]key.Template, bool) {
	olds := f.Eval(old)
	if len(olds) != 1 {
		return nil, false
	}
	o, ok := olds[0].Text()
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
		pieces := strings.SplitN(s, o, limit)
		cur := []key.Template{key.Literal("")}
		at := 0
		for i, p := range pieces {
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
