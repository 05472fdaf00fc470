package keyflow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// noteHole is what a name in an annotation stands for: the value of that variable or field, if the function has just
// one; else a value of its own, the same for the same name in one frame.
func (f *Flow) noteHole(at *noted, p key.Piece, fr *Frame) []key.Template {
	note := at.note.pos.String()
	out, several := f.noteValue(at, p.Name, fr)
	if out == nil {
		own := f.noteFrame(at, fr)
		var loops []string
		if b := at.blocks[own.Fn]; b != nil {
			loops = f.loopsOf(b, own)
		}
		id := "note:" + p.Name + "@" + own.id + strings.Join(loops, ",")
		if several { // not known to be the same at two annotations
			id += "@" + note
		}
		out = []key.Template{key.OfHole(&key.Hole{ID: id, Name: p.Name, Loops: loops})}
	}
	for i, t := range out {
		out[i] = fromNote(t, p, note)
	}
	return out
}

// fromNote marks a value that an annotation speaks of: what it is is decided, whatever the analysis made of it.
func fromNote(t key.Template, p key.Piece, note string) key.Template {
	parts := slices.Clone(t.Parts)
	for i := range parts {
		parts[i].Note = note
		if parts[i].Hole == nil {
			continue
		}
		h := *parts[i].Hole
		if len(parts) == 1 {
			h.Name = p.Name
		}
		if h.Class == key.Unknown {
			h.Class, h.Reason = key.Varying, ""
		}
		if p.Fixed {
			h.Class = key.Fixed
		}
		h.Pattern = ""
		parts[i].Hole = &h
	}
	t.Parts = parts
	t.Gaps = make([][]key.Point, len(t.Gaps))
	return t
}

// noteValue is the one value that a name has in the function, or in those around it; nil when it has none there.
// several is set when it has more than one, or when the variable that it starts with has.
func (f *Flow) noteValue(at *noted, name string, fr *Frame) (ts []key.Template, several bool) {
	base, _, field := strings.Cut(name, ".")
	scope := at.pkg.Types.Scope().Innermost(at.scope)
	if scope == nil {
		return nil, false
	}
	_, obj := scope.LookupParent(base, at.scope)
	if obj == nil {
		return nil, false
	}
	if c, ok := obj.(*types.Const); ok && !field {
		return f.noteConst(c), false
	}
	n, found := f.namedValues(at, fr, obj, name)
	if n == 1 {
		if kindOfType(found.V.Type()) == key.Int && !formatsItself(found.V.Type(), 'v', "") {
			return f.integer(found, found.V), false
		}
		return f.Eval(found), false
	}
	bases, _ := f.namedValues(at, fr, obj, base)
	return nil, n > 1 || bases > 1
}

// namedValues counts the values that a name has in a function and in those around it; with one, it is that.
func (f *Flow) namedValues(at *noted, fr *Frame, obj types.Object, name string) (n int, last Ref) {
	ids := map[string]bool{}
	for own := f.noteFrame(at, fr); own != nil; own = own.Lex {
		for _, r := range f.valuesIn(own, obj, name) {
			ids[f.valueID(r.V, r.Fr)] = true
			last = r
		}
	}
	return len(ids), last
}

func (f *Flow) noteConst(c *types.Const) []key.Template {
	if b, ok := c.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return nil
	}
	return []key.Template{key.Literal(constText(&ssa.Const{Value: c.Val()}))}
}

// valuesIn lists the values that an expression of that text has in a frame's function.
func (f *Flow) valuesIn(fr *Frame, obj types.Object, name string) []Ref {
	var out []Ref
	for _, p := range fr.Fn.Params {
		if p.Object() == obj && p.Name() == name {
			out = append(out, Ref{V: p, Fr: fr})
		}
	}
	for _, b := range fr.Fn.Blocks {
		for _, in := range b.Instrs {
			d, ok := in.(*ssa.DebugRef)
			if !ok || d.IsAddr || exprPath(d.Expr) != name {
				continue
			}
			if info := f.typesInfo(d.Expr.Pos()); info != nil && info.ObjectOf(root(d.Expr)) == obj {
				out = append(out, Ref{V: d.X, Fr: fr})
			}
		}
	}
	return out
}

// exprPath writes an identifier or a chain of fields.
func exprPath(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := exprPath(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	}
	return ""
}

func root(e ast.Expr) *ast.Ident {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.Ident:
			return x
		default:
			return nil
		}
	}
}

// noteFrame is the frame of the function that an annotation stands in.
func (f *Flow) noteFrame(at *noted, fr *Frame) *Frame {
	for d := fr; d != nil; d = d.Lex {
		if s := d.Fn.Syntax(); s != nil && s.Pos() <= at.scope && at.scope < s.End() {
			return d
		}
	}
	return fr
}
