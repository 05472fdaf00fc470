package rewrite

import (
	"bytes"
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// Todo is a comment //clusterize:todo RULE REASON above the statement of a site that is left to a person.
type Todo struct {
	decisions.Directive
	// Solved is set when nothing on its line is left to a person, by whatever rule: that may be another one once a part of
	// the port is made.
	Solved bool
}

// Todos lists the comments of the program, each with whether it is solved by a plan.
func (r *Rewriter) Todos(p *keyplan.Plan) []Todo {
	open := r.openAt(p)
	var out []Todo
	for _, d := range decisions.Todos(r.prog) {
		solved := !slices.ContainsFunc(open, func(o openSite) bool { return o.at.file == d.Pos.File && o.at.line == d.Line })
		out = append(out, Todo{d, solved})
	}
	return out
}

// Annotate adds a change that puts such a comment above each site that is left to a person, and takes away those that
// are solved. A comment that is there stays as it is.
func (r *Rewriter) Annotate(p *keyplan.Plan, port *Port) error {
	c := &Change{Title: "mark what is left to a person", Stage: Notes, Outcome: Applied}
	have := map[openPlace]bool{}
	marked := map[lineOf]bool{} // before this run: they stay as they are
	for _, t := range r.Todos(p) {
		if f := r.texts.byRel[t.Pos.File]; t.Solved && f != nil && f.Editable() {
			c.Edits = append(c.Edits, withoutComment(f, t.Pos.Offset))
			continue
		}
		marked[lineOf{t.Pos.File, t.Line}] = true
	}
	for _, o := range r.openAt(p) {
		f := r.texts.byRel[o.at.file]
		if marked[o.at] || have[openPlace{o.at, o.rule}] || f == nil || !f.Editable() {
			continue
		}
		have[openPlace{o.at, o.rule}] = true
		indent := indentAt(f.Content, o.offset)
		start := o.offset - len(indent)
		e := Edit{File: o.at.file, Start: start, End: start, Order: commentOrder + len(c.parts),
			New: indent + decisions.TodoDirective + " " + string(o.rule) + " " + brief(o.reason) + newline(f.Content)}
		c.parts = append(c.parts, &Change{Title: c.Title, Stage: Notes, Sites: []string{o.site}, Files: []string{e.File}, Edits: []Edit{e}})
		c.Edits, c.Sites = append(c.Edits, e), append(c.Sites, o.site)
	}
	if len(c.Edits) == 0 {
		return nil
	}
	c.fileNames()
	files, err := r.compile(append(port.AppliedChanges(), c))
	if err != nil {
		c.Outcome, c.Reason = Invalid, oneLine(err)
		port.Changes = append(port.Changes, c)
		return nil
	}
	port.Changes, port.Files = append(port.Changes, c), files
	return nil
}

// commentOrder is the order of the first comment that is inserted: before all else at its place.
const commentOrder = -1 << 20

// withoutComment takes a comment away: with its line when it stands alone there.
func withoutComment(f *load.File, offset int) Edit {
	from, to := offset, len(f.Content)
	if i := bytes.IndexByte(f.Content[offset:], '\n'); i >= 0 {
		to = offset + i
	}
	line := bytes.LastIndexByte(f.Content[:offset], '\n') + 1
	if len(bytes.TrimSpace(f.Content[line:offset])) == 0 {
		return Edit{File: f.Rel, Start: line, End: min(to+1, len(f.Content))}
	}
	to -= len(f.Content[from:to]) - len(bytes.TrimRight(f.Content[from:to], "\r"))
	return Edit{File: f.Rel, Start: from - (offset - line - len(bytes.TrimRight(f.Content[line:offset], " \t"))), End: to}
}

// lineOf is a line of a file.
type lineOf struct {
	file string
	line int
}

type openPlace struct {
	at   lineOf
	rule rules.ID
}

// openSite is a site that is left to a person, with the beginning of its statement.
type openSite struct {
	at           lineOf
	offset       int
	site, reason string
	rule         rules.ID
}

// openAt finds the statements of the sites that are left to a person.
func (r *Rewriter) openAt(p *keyplan.Plan) []openSite {
	syntax := map[string]*ast.File{}
	for _, pkg := range r.prog.Packages {
		for _, f := range pkg.Syntax {
			if at := r.prog.Position(f.Package); syntax[at.File] == nil {
				syntax[at.File] = f
			}
		}
	}
	var out []openSite
	for i, s := range r.res.Sites {
		d := p.Decisions[i]
		if d.Ignored != "" || d.Verdict != keyplan.Review && d.Verdict != keyplan.Blocked {
			continue
		}
		if at := r.statement(syntax[s.Pos.File], s.Pos); at.IsValid() {
			out = append(out, openSite{lineOf{at.File, at.Line}, at.Offset, s.ID, d.Reason, d.Rule})
		}
	}
	return out
}

// statement is the beginning of the innermost statement or declaration around a place that is the first on its line:
// only there a line can be put before it.
func (r *Rewriter) statement(file *ast.File, at source.Position) source.Position {
	f := r.texts.byRel[at.File]
	if file == nil || f == nil || at.Offset >= len(f.Content) {
		return source.Position{}
	}
	tok := r.prog.Fset.File(file.FileStart)
	if tok == nil || tok.Size() < at.Offset {
		return source.Position{}
	}
	path, _ := astutil.PathEnclosingInterval(file, tok.Pos(at.Offset), tok.Pos(at.Offset))
	for _, n := range path {
		switch n.(type) {
		case *ast.BlockStmt, *ast.File:
			continue
		case ast.Stmt, ast.Decl, ast.Spec:
		default:
			continue
		}
		pos := r.prog.Position(n.Pos())
		if pos.Offset <= len(f.Content) && atLineStart(f.Content, pos.Offset) {
			return pos
		}
	}
	return source.Position{}
}

// atLineStart reports that nothing but blanks stands before an offset on its line.
func atLineStart(src []byte, at int) bool {
	return len(bytes.TrimSpace(src[bytes.LastIndexByte(src[:at], '\n')+1:at])) == 0
}

// briefWidth is how much of a reason a comment holds; the report has all of it.
const briefWidth = 240

// brief is the first sentence of a reason, or the first words of it.
func brief(reason string) string {
	words := strings.Fields(reason)
	text := strings.Join(words, " ")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i]
	}
	if len(text) <= briefWidth {
		return strings.TrimSuffix(text, ".")
	}
	if i := strings.LastIndexByte(text[:briefWidth], ' '); i > 0 {
		text = text[:i]
	} else {
		text = strings.ToValidUTF8(text[:briefWidth], "")
	}
	return strings.TrimRight(text, ",:;(") + " ..."
}
