package keyflow

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// formatting is one call of a function of package fmt: where it stands tells when an operand with changing contents
// was looked at.
type formatting struct {
	f    *Flow
	call ssa.CallInstruction
	fr   *Frame
	next int // operand of the next verb
	// reordered is set when a verb has an index: fmt then says nothing of operands that are left over.
	reordered bool
}

// sprintf takes a format apart. The format may itself be a template; its holes are taken as they are.
func (f *Flow) sprintf(formats []key.Template, args []Ref, call ssa.CallInstruction, fr *Frame) []key.Template {
	var out []key.Template
	for _, ft := range formats {
		w := &formatting{f: f, call: call, fr: fr}
		out = append(out, w.format(ft, args)...)
	}
	return out
}

func (w *formatting) format(ft key.Template, args []Ref) []key.Template {
	cur := []key.Template{{Gaps: make([][]key.Point, 1), Conds: ft.Conds}}
	for i := 0; i < len(ft.Parts); {
		if i > 0 {
			cur = product(cur, []key.Template{{Gaps: [][]key.Point{slices.Clone(ft.Gaps[i])}}})
		}
		if h := ft.Parts[i].Hole; h != nil {
			cur = product(cur, []key.Template{key.OfHole(h)})
			i++
			continue
		}
		j := i
		for j < len(ft.Parts) && ft.Parts[j].Hole == nil {
			j++
		}
		run := key.Template{Parts: ft.Parts[i:j], Gaps: ft.Gaps[i : j+1]}
		var whole bool
		if cur, whole = w.literal(cur, run, args); !whole {
			return cur
		}
		i = j
	}
	if w.next < len(args) && !w.reordered {
		cur = product(cur, w.bad("extra", "has more arguments than its format has verbs"))
	}
	edges := []key.Template{{Gaps: [][]key.Point{slices.Clone(ft.Gaps[0])}}}
	cur = product(edges, cur)
	return product(cur, []key.Template{{Gaps: [][]key.Point{slices.Clone(ft.Gaps[len(ft.Gaps)-1])}}})
}

func (w *formatting) bad(name, reason string) []key.Template {
	id := "fmt-" + name + "@" + w.f.siteID(w.call, w.fr) + "#" + strconv.Itoa(w.next)
	return []key.Template{key.OfHole(&key.Hole{ID: id, Name: name, Class: key.Unknown, Reason: reason, Loops: w.f.loopsOf(w.call.Block(), w.fr)})}
}

// literal appends the text and the verbs of a run of literal parts; whole is false when the rest of the format is
// lost in a verb that ends in a hole.
func (w *formatting) literal(cur []key.Template, run key.Template, args []Ref) (_ []key.Template, whole bool) {
	s, _ := run.Text()
	for i := 0; i < len(s); {
		j := strings.IndexByte(s[i:], '%')
		if j < 0 {
			return product(cur, []key.Template{cutFormat(run, i, len(s))}), true
		}
		if j > 0 {
			cur = product(cur, []key.Template{cutFormat(run, i, i+j)})
		}
		i += j
		v := parseVerb(s[i:])
		if v.verb == '%' {
			one := cutFormat(run, i, i+1)
			if v.size > 1 {
				one = key.Literal("%")
			}
			cur = product(product(cur, []key.Template{one}), []key.Template{cutFormat(run, i+v.size, i+v.size)})
			i += v.size
			continue
		}
		cur = product(cur, []key.Template{cutFormat(run, i, i)})
		if v.verb == 0 {
			return product(cur, w.bad("verb", "is written by a format that ends in the middle of a verb: "+strconv.Quote(s))), false
		}
		cur = product(cur, w.verb(v, args, s))
		i += v.size
		cur = product(cur, []key.Template{cutFormat(run, i, i)})
	}
	return cur, true
}

// verb is what one verb writes.
func (w *formatting) verb(v verb, args []Ref, format string) []key.Template {
	if v.index > 0 {
		w.reordered = true
		w.next = v.index - 1
	}
	flags := v.flags
	known := !v.lost
	for strings.Contains(flags, "*") {
		width, ok := "", false
		if w.next < len(args) && known {
			if c := w.f.constOf(w.f.concrete(args[w.next]).V, args[w.next].Fr, 0); c != nil {
				width, ok = c.ExactString(), true
			}
		}
		w.next++
		known = known && ok
		flags = strings.Replace(flags, "*", width, 1)
	}
	at := w.next
	w.next++
	if !known || at >= len(args) {
		return w.bad("verb", "is written by a verb of the format "+strconv.Quote(format)+" that can't be followed")
	}
	return w.f.text(args[at], v.verb, flags, w.call, w.fr, at)
}

// cutFormat is bytes from..to of a run of literal parts, with the places at their borders where text can be put in.
func cutFormat(run key.Template, from, to int) key.Template {
	out := key.Literal("")
	at := 0
	for i, p := range run.Parts {
		if i > 0 && at >= from && at <= to {
			out, _ = key.Concat(out, key.Template{Gaps: [][]key.Point{slices.Clone(run.Gaps[i])}})
		}
		a, b := max(from, at), min(to, at+len(p.Text))
		if a <= b {
			t := key.Literal("")
			if a < b {
				q := key.Part{Text: p.Text[a-at : b-at], File: p.File}
				if p.Offs != nil {
					q.Offs = p.Offs[a-at : b-at+1]
				}
				t = key.Template{Parts: []key.Part{q}, Gaps: make([][]key.Point, 2)}
			}
			if p.Offs != nil {
				t = t.WithEdges(key.Point{File: p.File, Offset: p.Offs[a-at]}, key.Point{File: p.File, Offset: p.Offs[b-at]})
			}
			out, _ = key.Concat(out, t)
		}
		at += len(p.Text)
	}
	return out
}

// sprint joins operands, with a space between two of them when neither is a string.
func (f *Flow) sprint(args []Ref, call ssa.CallInstruction, fr *Frame) []key.Template {
	out := []key.Template{key.Literal("")}
	for i, a := range args {
		if i > 0 {
			x, y := f.concrete(args[i-1]).V.Type(), f.concrete(a).V.Type()
			switch {
			case isString(x) || isString(y):
			case types.IsInterface(x) && len(args) > 1 && !isNil(f.concrete(args[i-1]).V), types.IsInterface(y) && !isNil(f.concrete(a).V):
				w := &formatting{f: f, call: call, fr: fr, next: i}
				out = product(out, w.bad("space", "has a space or none, as the values are strings or not"))
			default:
				out = product(out, []key.Template{key.Literal(" ")})
			}
		}
		out = product(out, f.text(a, 'v', "", call, fr, i))
	}
	return out
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

type verb struct {
	verb  rune
	flags string // flags, width and precision, with * where an operand gives one
	index int    // of %[n]s, from 1
	lost  bool   // an index stands where it can't be followed
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
			n, err := strconv.Atoi(s[i+1 : i+end])
			if err != nil || n < 1 || v.index > 0 {
				v.lost = true
			}
			v.index = n
			i += end + 1
			if strings.HasPrefix(s[i:], "*") {
				v.lost = true // the index is that of the width
			}
		case strings.IndexByte("+-# 0123456789.*", c) >= 0:
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
