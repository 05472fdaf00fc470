package gentable

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// names holds the parameters' names of every method, context.Context left out. Reflection
// doesn't tell them, the source does.
type names map[string][]string

// parameterNames reads the source of the go-redis version in go.mod.
func parameterNames() (names, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/redis/go-redis/v9").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "*.go"))
	if err != nil {
		return nil, err
	}
	found := names{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isClient(fn.Recv) {
				found[fn.Name.Name] = parameters(fn.Type.Params)
			}
		}
	}
	return found, nil
}

func isClient(recv *ast.FieldList) bool {
	if recv == nil {
		return false
	}
	t := recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	id, ok := t.(*ast.Ident)
	return ok && (id.Name == "cmdable" || id.Name == "statefulCmdable" || id.Name == "Client")
}

func parameters(list *ast.FieldList) []string {
	var params []string
	for _, field := range list.List {
		if sel, ok := field.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		for _, name := range field.Names {
			params = append(params, name.Name)
		}
	}
	return params
}

// set fills in the names of a method's parameters.
func (n names) set(m *rediscmd.Method) error {
	for i := range m.Keys {
		params := n[m.Name]
		if m.Keys[i].Param >= len(params) {
			return fmt.Errorf("%s: parameter %d has no name in the source", m.Name, m.Keys[i].Param)
		}
		m.Keys[i].Name = params[m.Keys[i].Param]
	}
	return nil
}
