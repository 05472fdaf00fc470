package keyflow

import (
	"path"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// pathJoin is path.Join: operands that are not empty, joined by slashes and cleaned. What is known of the text is
// cleaned as the program does. A hole is taken to be one clean element: a program that hands an empty text, "..", or
// a text with slashes at its ends to path.Join writes another key than users/<id>, but it means this one.
func (f *Flow) pathJoin(args []Ref, c *ssa.Call, fr *Frame) []key.Template {
	out := []key.Template{key.Literal("")}
	for _, a := range args {
		ts := f.Eval(a)
		var next []key.Template
		for _, t := range out {
			for _, u := range ts {
				switch {
				case len(t.Segments()) == 0:
					next = append(next, product([]key.Template{t}, []key.Template{u})...)
				case len(u.Segments()) == 0:
					next = append(next, product([]key.Template{t}, []key.Template{u})...)
				default:
					next = append(next, product(product([]key.Template{t}, []key.Template{key.Literal("/")}), []key.Template{u})...)
				}
			}
		}
		out = f.limit(next, c, fr, nil)
	}
	for i, t := range out {
		cleaned, ok := cleanPath(t)
		if !ok {
			out[i] = f.unknown("is a path with .. over a value that is not known", c, fr, nil)[0]
		} else {
			out[i] = cleaned
		}
		out[i].Conds = t.Conds
	}
	return out
}

// cleanPath is path.Clean of a template whose holes are clean elements, or parts of them.
func cleanPath(t key.Template) (key.Template, bool) {
	var plain strings.Builder // an x for each hole
	for _, s := range t.Segments() {
		if s.Hole != nil {
			plain.WriteByte('x')
		}
		plain.WriteString(s.Text)
	}
	s := plain.String()
	if s == "" || path.Clean(s) == s {
		return t, true // path.Join of nothing is "", not "."
	}
	var kept [][2]int // elements, by their units
	rooted := s[0] == '/'
	for at := 0; at < len(s); {
		end := strings.IndexByte(s[at:], '/')
		if end < 0 {
			end = len(s) - at
		}
		el := s[at : at+end]
		switch {
		case el == "" || el == ".":
		case el == "..":
			if n := len(kept); n > 0 && s[kept[n-1][0]:kept[n-1][1]] != ".." {
				if holesIn(t, kept[n-1]) {
					return key.Template{}, false
				}
				kept = kept[:n-1]
			} else if !rooted {
				kept = append(kept, [2]int{at, at + end})
			}
		default:
			kept = append(kept, [2]int{at, at + end})
		}
		at += end + 1
	}
	out := key.Literal("")
	if rooted {
		out = key.Literal("/")
	} else if len(kept) == 0 {
		out = key.Literal(".")
	}
	for i, k := range kept {
		if i > 0 {
			out, _ = key.Concat(out, key.Literal("/"))
		}
		part := cutUnits(t, k[0], k[1])
		part.Conds = nil
		out, _ = key.Concat(out, part)
	}
	return out, true
}

func holesIn(t key.Template, units [2]int) bool {
	return len(cutUnits(t, units[0], units[1]).Holes()) > 0
}
