package decisions

import (
	"bytes"
	"cmp"
	"go/ast"
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// The directives in the code. Each is followed by a rule and a reason.
const (
	ignoreDirective = "//clusterize:ignore"
	// TodoDirective marks a site that is left to a person.
	TodoDirective = "//clusterize:todo"
)

// Directive is a comment in the code: //clusterize:ignore RULE REASON, or //clusterize:todo RULE REASON.
type Directive struct {
	// Pos is where the comment begins.
	Pos source.Position
	// Line is that of the code it speaks of, in the same file.
	Line int
	// Rule is as it is written, also when there is no such rule.
	Rule   rules.ID
	Reason string
	// Problem says what is wrong with the directive, or is "".
	Problem string
}

// Ignores lists the directives that leave sites alone, in the order of their positions, malformed ones included. What
// several variants of a package share is listed once.
func Ignores(prog *load.Program) []Directive { return directives(prog, ignoreDirective) }

// Todos lists the marks of sites that are left to a person, in the same way.
func Todos(prog *load.Program) []Directive { return directives(prog, TodoDirective) }

func directives(prog *load.Program, name string) []Directive {
	found := map[source.Position]Directive{}
	for _, pkg := range prog.Packages {
		for _, file := range pkg.Syntax {
			for _, g := range file.Comments {
				for _, c := range g.List {
					if rest, ok := directiveText(c.Text, name); ok {
						d := directiveIn(prog, g, c, rest)
						found[d.Pos] = d
					}
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b Directive) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Line, b.Line))
	})
}

// directiveText returns what follows a directive; ok is false for other comments.
func directiveText(comment, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(comment, name)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

func directiveIn(prog *load.Program, g *ast.CommentGroup, c *ast.Comment, rest string) Directive {
	i := Directive{Pos: prog.Position(c.Pos())}
	i.Line = i.Pos.Line
	if file := prog.File(c.Pos()); file != nil && alone(file.Content, i.Pos.Offset) {
		// A group holds all comments up to the code, or up to an empty line.
		i.Line = prog.Position(g.End()).Line + 1
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		i.Problem = "it names no rule and gives no reason"
		return i
	}
	i.Rule, i.Reason = rules.ID(words[0]), strings.Join(words[1:], " ")
	if _, known := rules.Get(i.Rule); !known {
		i.Problem = "there is no rule " + show(words[0])
	} else if i.Reason == "" {
		i.Problem = "it gives no reason"
	}
	return i
}

// alone reports that nothing but blanks stands before an offset on its line.
func alone(content []byte, offset int) bool {
	before := content[:min(offset, len(content))]
	return len(bytes.TrimSpace(before[bytes.LastIndexByte(before, '\n')+1:])) == 0
}
