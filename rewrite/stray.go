package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/keyplan"
)

// stray is a string literal of the program that looks like a key.
type stray struct {
	at   key.Point // where the text begins
	end  int       // behind the literal
	tmpl key.Template
	test bool
}

// strays lists the string literals that could be whole keys, those of messages and imports apart.
func (r *Rewriter) strays() []stray {
	if r.literals != nil {
		return r.literals
	}
	seen := map[key.Point]bool{}
	r.literals = []stray{}
	for _, pkg := range r.prog.Packages {
		for _, file := range pkg.Syntax {
			f := r.prog.File(file.Pos())
			if f == nil || pkg.TypesInfo == nil {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec, *ast.Field:
					return false
				case *ast.CallExpr:
					return !prints(n, pkg.TypesInfo)
				case *ast.BasicLit:
					if s, ok := r.stray(n); ok && !seen[s.at] {
						seen[s.at] = true
						s.test = f.Test
						r.literals = append(r.literals, s)
					}
				}
				return true
			})
		}
	}
	slices.SortFunc(r.literals, func(a, b stray) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Offset, b.at.Offset))
	})
	return r.literals
}

// placeholder matches what stands for a value in a format, a text/template, or a pattern.
var placeholder = regexp.MustCompile(`%[-+ #0]*[0-9]*(\.[0-9]+)?(\[[0-9]+\])?[sdvxXqtbo]|\{\{[^{}]*\}\}|\$\{[^{}]*\}|\*`)

func (r *Rewriter) stray(lit *ast.BasicLit) (stray, bool) {
	text, err := strconv.Unquote(lit.Value)
	if lit.Kind != token.STRING || err != nil || len(text) < 4 || len(text) > 200 || strings.ContainsAny(text, " \n\t") {
		return stray{}, false
	}
	p := r.prog.Position(lit.Pos())
	s := stray{at: key.Point{File: p.File, Offset: p.Offset + 1}, end: p.Offset + len(lit.Value)}
	plain := lit.Value[1:len(lit.Value)-1] == text
	add := func(from, to int) {
		part := key.Part{Text: text[from:to], File: p.File}
		for i := from; plain && i <= to; i++ {
			part.Offs = append(part.Offs, s.at.Offset+i)
		}
		s.tmpl.Parts = append(s.tmpl.Parts, part)
	}
	at := 0
	for _, m := range placeholder.FindAllStringIndex(text, -1) {
		if m[0] > at {
			add(at, m[0])
		}
		s.tmpl.Parts = append(s.tmpl.Parts, key.Part{Hole: &key.Hole{ID: fmt.Sprint("stray:", p, m[0]), Name: text[m[0]:m[1]]}})
		at = m[1]
	}
	if at < len(text) {
		add(at, len(text))
	}
	s.tmpl.Gaps = make([][]key.Point, len(s.tmpl.Parts)+1)
	return s, true
}

// prints reports a call that only makes messages.
func prints(call *ast.CallExpr, info *types.Info) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	switch path := fn.Pkg().Path(); {
	case path == "fmt":
		return strings.HasPrefix(fn.Name(), "Print") || strings.HasPrefix(fn.Name(), "Fprint") || fn.Name() == "Errorf"
	case path == "errors", path == "testing", strings.Contains(path, "log"), strings.HasSuffix(path, "/zap"):
		return true
	}
	return false
}

// addStrays adds the literals that are written as keys of renamed families are, and that are no part of a key that was
// seen: those of tests get the new names, others hold the families back.
func (k *keyEdits) addStrays(p *keyplan.Plan, literals []stray) {
	known := map[string][]int{}
	for pt := range k.at {
		known[pt.File] = append(known[pt.File], pt.Offset)
	}
	for _, offs := range known {
		slices.Sort(offs)
	}
	for _, s := range literals {
		if offs := known[s.at.File]; len(offs) > 0 {
			if i, _ := slices.BinarySearch(offs, s.at.Offset-1); i < len(offs) && offs[i] <= s.end {
				continue // seen as a key, or as something else that has to stay
			}
		}
		f, at, maybe := p.Place(s.tmpl)
		if f != nil && f.Renamed() && s.test && len(s.tmpl.Holes()) == 0 {
			k.add(f, s.tmpl, at)
			continue
		}
		if f != nil {
			maybe = []*keyplan.Family{f}
		}
		maybe = slices.DeleteFunc(maybe, func(f *keyplan.Family) bool { return !f.Renamed() || !f.Telling() })
		if len(maybe) > 0 {
			k.failUse(keyUse{found: maybe}, "the text "+s.tmpl.String()+" at "+k.flow.LineAt(s.at)+" is written as its keys are, and it is not seen where it goes")
		}
	}
}
