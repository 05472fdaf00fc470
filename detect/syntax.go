package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/source"
)

// syntaxSites gathers sites that are found in the syntax, since no instruction stands for them: one for each place,
// also where a test variant has the file again.
type syntaxSites struct {
	d    *detector
	pkg  *packages.Package
	file *ast.File
	fn   string // the declared function around, "" outside of one
	seen map[source.Position]bool
	out  []Site
}

// walk visits all declarations of the program.
func (s *syntaxSites) walk(visit func(ast.Node) bool) {
	for _, pkg := range s.d.flow.Prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		s.pkg = pkg
		for _, file := range pkg.Syntax {
			s.file = file
			for _, decl := range file.Decls {
				s.fn = ""
				if f, ok := decl.(*ast.FuncDecl); ok {
					s.fn = declName(f)
				}
				ast.Inspect(decl, visit)
			}
		}
	}
}

// add completes a site of one operation. The helper package has none.
func (s *syntaxSites) add(at token.Pos, site Site, op Op) {
	pos := s.d.flow.Prog.Position(at)
	if s.seen[pos] || s.d.inHelper(at) {
		return
	}
	s.seen[pos] = true
	op.Pos = pos
	site.Pos, site.Function, site.Package, site.Method = pos, s.fn, s.pkg.PkgPath, op.Method
	site.Contexts, site.Test = []Context{{Ops: []Op{op}}}, strings.HasSuffix(pos.File, "_test.go")
	s.out = append(s.out, site)
}

func declName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		return "(*" + types.ExprString(s.X) + ")." + f.Name.Name
	}
	return "(" + types.ExprString(t) + ")." + f.Name.Name
}
