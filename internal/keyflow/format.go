package keyflow

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// text is an operand as a formatting verb writes it.
func (f *Flow) text(r Ref, verb rune, flags string) []key.Template {
	r = f.concrete(r)
	t := r.V.Type()
	plain := flags == "" && strings.ContainsRune("sv", verb)
	switch {
	case isString(t) && plain && !hasMethod(t, "String"):
		return f.Eval(r)
	case kindOfType(t) == key.Int && flags == "" && strings.ContainsRune("dv", verb) && !hasMethod(t, "String"):
		return f.integer(r, r.V)
	case textual(t) && plain && !isString(t) && verb == 's':
		return f.Eval(r)
	}
	if c, ok := r.V.(*ssa.Const); ok && c.Value != nil && !hasMethod(t, "String") {
		if s, ok := formatConst(c, verb, flags); ok {
			return []key.Template{key.Literal(s)}
		}
	}
	h := f.leafHole(r.V, r.Fr, r.Hint)
	h.ID = "fmt%" + flags + string(verb) + "(" + h.ID + ")"
	if verb == 'x' || verb == 'X' || verb == 'd' {
		h.Kind = key.Int
	}
	return []key.Template{key.OfHole(h)}
}

// concrete follows an interface value to the value in it.
func (f *Flow) concrete(r Ref) Ref {
	for range maxDepth {
		switch v := r.V.(type) {
		case *ssa.MakeInterface:
			r.V = v.X
		case *ssa.ChangeInterface:
			r.V = v.X
		case *ssa.Parameter:
			if _, iface := v.Type().Underlying().(*types.Interface); !iface {
				return r
			}
			a, ok := f.argument(v, r.Fr)
			if !ok {
				return r
			}
			r = a
		default:
			return r
		}
	}
	return r
}

func hasMethod(t types.Type, name string) bool {
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		if ms.At(i).Obj().Name() == name {
			return true
		}
	}
	return false
}

func formatConst(c *ssa.Const, verb rune, flags string) (string, bool) {
	b, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		return "", false
	}
	format := "%" + flags + string(verb)
	switch {
	case b.Info()&types.IsString != 0:
		return fmt.Sprintf(format, constText(c)), true
	case b.Info()&types.IsInteger != 0:
		return fmt.Sprintf(format, c.Int64()), true
	case b.Info()&types.IsBoolean != 0:
		return fmt.Sprintf(format, c.Value.ExactString() == "true"), verb == 't' || verb == 'v'
	}
	return "", false
}

// sprintf takes a format apart. The format may itself be a template; its holes are taken as they are.
func (f *Flow) sprintf(formats []key.Template, args []Ref) []key.Template {
	var out []key.Template
	for _, ft := range formats {
		out = append(out, f.sprintfOne(ft, args)...)
	}
	return out
}

func (f *Flow) sprintfOne(ft key.Template, args []Ref) []key.Template {
	cur := []key.Template{{Gaps: [][]key.Point{slices.Clone(ft.Gaps[0])}, Conds: ft.Conds}}
	next := 0
	for i, p := range ft.Parts {
		if p.Hole != nil {
			cur = product(cur, []key.Template{key.OfHole(p.Hole)})
		} else {
			cur = f.formatText(cur, p, args, &next)
		}
		cur = product(cur, []key.Template{{Gaps: [][]key.Point{slices.Clone(ft.Gaps[i+1])}}})
	}
	if next < len(args) && !strings.Contains(formatOf(ft), "[") { // fmt adds %!(EXTRA) only when no verb has an index
		h := &key.Hole{ID: "fmt-extra", Name: "extra", Class: key.Unknown, Reason: "has more arguments than its format has verbs"}
		cur = product(cur, []key.Template{key.OfHole(h)})
	}
	return cur
}

// formatOf is the literal text of a format.
func formatOf(ft key.Template) string {
	var b strings.Builder
	for _, p := range ft.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// formatText appends the text and verbs of one literal part of a format.
func (f *Flow) formatText(cur []key.Template, p key.Part, args []Ref, next *int) []key.Template {
	s := p.Text
	piece := func(from, to int, text string) {
		q := key.Part{Text: text, File: p.File}
		if p.Offs != nil && to-from == len(text) {
			q.Offs = p.Offs[from : to+1]
		}
		t := key.Template{Parts: []key.Part{q}, Gaps: make([][]key.Point, 2)}
		if text == "" {
			t = key.Literal("")
		}
		if p.Offs != nil {
			t = t.WithEdges(key.Point{File: p.File, Offset: p.Offs[from]}, key.Point{File: p.File, Offset: p.Offs[to]})
		}
		cur = product(cur, []key.Template{t})
	}
	for i := 0; i < len(s); {
		j := strings.IndexByte(s[i:], '%')
		if j < 0 {
			piece(i, len(s), s[i:])
			return cur
		}
		if j > 0 {
			piece(i, i+j, s[i:i+j])
		}
		i += j
		v := parseVerb(s[i:])
		if v.verb == '%' {
			piece(i, i+v.size, "%")
			i += v.size
			continue
		}
		if v.index > 0 {
			*next = v.index - 1
		}
		piece(i, i, "")
		if v.verb == 0 || v.star || *next >= len(args) {
			h := &key.Hole{ID: "fmt-bad:" + s, Name: "verb", Class: key.Unknown, Reason: "is written by a verb of the format " + strconv.Quote(s) + " that can't be followed"}
			cur = product(cur, []key.Template{key.OfHole(h)})
		} else {
			cur = product(cur, f.text(args[*next], v.verb, v.flags))
		}
		*next++
		i += v.size
		piece(i, i, "")
	}
	return cur
}

type verb struct {
	verb  rune
	flags string // flags, width and precision
	index int    // of %[n]s, from 1
	star  bool
	size  int
}

func parseVerb(s string) verb {
	var v verb
	i := 1
	for i < len(s) {
		switch c := s[i]; {
		case c == '[':
			end := strings.IndexByte(s[i:], ']')
			if end < 0 {
				return verb{size: len(s)}
			}
			v.index, _ = strconv.Atoi(s[i+1 : i+end])
			i += end + 1
		case c == '*':
			v.star = true
			i++
		case strings.IndexByte("+-# 0123456789.", c) >= 0:
			v.flags += string(c)
			i++
		default:
			v.verb = []rune(s[i:])[0]
			v.size = i + len(string(v.verb))
			return v
		}
	}
	return verb{size: len(s)}
}
