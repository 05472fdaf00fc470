package keyflow

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/load"
)

// embedded are the files of a variable with a //go:embed line.
type embedded struct {
	dir   string // of the package
	files []string
}

// embeds finds the variables with a //go:embed line, by where their names are declared.
func (f *Flow) embeds() map[string]embedded {
	if f.embedded != nil {
		return f.embedded
	}
	f.embedded = map[string]embedded{}
	for _, pkg := range f.Prog.Packages {
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				d, ok := decl.(*ast.GenDecl)
				if !ok || d.Tok != token.VAR {
					continue
				}
				for _, spec := range d.Specs {
					v := spec.(*ast.ValueSpec)
					patterns := append(embedPatterns(v.Doc), embedPatterns(d.Doc)...)
					if len(patterns) > 0 && len(v.Names) == 1 {
						dir := filepath.Dir(f.Prog.Fset.File(file.FileStart).Name())
						f.embedded[f.place(v.Names[0].Pos())] = embedded{dir, load.EmbedFiles(dir, patterns)}
					}
				}
			}
		}
	}
	return f.embedded
}

// embedPatterns are the patterns of the //go:embed lines of a comment.
func embedPatterns(doc *ast.CommentGroup) []string {
	if doc == nil {
		return nil
	}
	var out []string
	for _, c := range doc.List {
		rest, ok := strings.CutPrefix(c.Text, "//go:embed ")
		for rest = strings.TrimSpace(rest); ok && rest != ""; rest = strings.TrimSpace(rest) {
			word := strings.Fields(rest)[0]
			if quoted, err := strconv.QuotedPrefix(rest); err == nil {
				rest = rest[len(quoted):]
				word, _ = strconv.Unquote(quoted)
			} else {
				rest = rest[len(word):]
			}
			out = append(out, word)
		}
	}
	return out
}

// embedText is the text of a variable that holds an embedded file; nil when it is none, or when it is changed.
func (f *Flow) embedText(g *ssa.Global) []key.Template {
	if g.Object() == nil {
		return nil
	}
	e, ok := f.embeds()[f.place(g.Object().Pos())]
	if u := f.globals[g]; !ok || u != nil && (u.addr || len(u.stores) > 0) || len(e.files) != 1 || !textual(g.Object().Type()) {
		return nil
	}
	return f.fileTexts(e.files)
}

// fileTexts are the texts of files, each an alternative; nil when one can't be read.
func (f *Flow) fileTexts(names []string) []key.Template {
	var out []key.Template
	for _, name := range names {
		file := f.Prog.TextFile(name)
		if file == nil {
			return nil
		}
		t := key.Literal(string(file.Content))
		if len(t.Parts) > 0 && file.Editable() {
			t.Parts[0].File = file.Rel
			t.Parts[0].Offs = make([]int, len(file.Content)+1)
			for i := range t.Parts[0].Offs {
				t.Parts[0].Offs[i] = i
			}
		}
		out = append(out, t)
	}
	return out
}

// readFile is what a call reads from an embedded file, or from one of the target that is named by a constant path; nil
// for other calls. A name that is not constant may be that of any file it fits.
func (f *Flow) readFile(c *ssa.Call, fr *Frame) []key.Template {
	arg := func(i int) Ref {
		r, _ := f.callArg(c, i, c.Call.StaticCallee(), fr)
		return r
	}
	switch calleeName(c.Common()) {
	case "os.ReadFile", "io/ioutil.ReadFile":
		name, ok := f.Const(arg(0))
		if !ok || filepath.IsAbs(name) {
			return nil
		}
		for _, dir := range f.workingDirs(c.Parent()) {
			if ts := f.fileTexts([]string{filepath.Join(dir, filepath.FromSlash(name))}); ts != nil {
				return ts
			}
		}
	case "(embed.FS).ReadFile", "io/fs.ReadFile":
		if files, sub, ok := f.fileSystem(arg(0), 0); ok {
			return f.namedFiles(files, sub, f.Eval(arg(1)))
		}
	}
	return nil
}

// workingDirs are the directories where a program, or a test, is mostly started: of the module, and of the package.
func (f *Flow) workingDirs(fn *ssa.Function) []string {
	pkg := f.Prog.Package(fn.Pkg)
	if pkg == nil {
		return []string{f.Prog.Dir}
	}
	var out []string
	if pkg.Module != nil {
		out = append(out, pkg.Module.Dir)
	}
	return append(out, f.Prog.Dir, pkg.Dir)
}

// fileSystem is the embed.FS that a value is, and the directory of it that is looked at.
func (f *Flow) fileSystem(r Ref, depth int) (e embedded, sub string, ok bool) {
	if depth > maxDepth {
		return embedded{}, "", false
	}
	switch v := r.V.(type) {
	case *ssa.MakeInterface:
		return f.fileSystem(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.ChangeInterface:
		return f.fileSystem(Ref{V: v.X, Fr: r.Fr}, depth+1)
	case *ssa.Parameter:
		if a, ok := f.argument(v, r.Fr); ok {
			return f.fileSystem(a, depth+1)
		}
	case *ssa.UnOp:
		g, isGlobal := v.X.(*ssa.Global)
		if !isGlobal || g.Object() == nil {
			return embedded{}, "", false
		}
		if e, ok = f.embeds()[f.place(g.Object().Pos())]; ok {
			return e, "", true
		}
		if stores := f.GlobalStores(g); len(stores) == 1 && f.constantGlobal(g) {
			return f.fileSystem(stores[0], depth+1)
		}
	case *ssa.Extract:
		c, isCall := v.Tuple.(*ssa.Call)
		if !isCall || calleeName(c.Common()) != "io/fs.Sub" {
			return embedded{}, "", false
		}
		e, sub, ok = f.fileSystem(Ref{V: c.Call.Args[0], Fr: r.Fr}, depth+1)
		dir, isConst := f.Const(Ref{V: c.Call.Args[1], Fr: r.Fr})
		return e, filepath.Join(sub, filepath.FromSlash(dir)), ok && isConst
	}
	return embedded{}, "", false
}

// namedFiles are the texts of the files that one of the names may be of. Each holds where the value in the name is that
// of its own name: see fileChoice.
func (f *Flow) namedFiles(e embedded, sub string, names []key.Template) []key.Template {
	var out []key.Template
	for _, t := range names {
		var b strings.Builder
		for _, p := range t.Parts {
			if p.Hole != nil {
				b.WriteString("(.*)")
			} else {
				b.WriteString(regexp.QuoteMeta(p.Text))
			}
		}
		fits := regexp.MustCompile("^(?:" + b.String() + ")$")
		for _, file := range e.files {
			rel, err := filepath.Rel(filepath.Join(e.dir, sub), file)
			m := fits.FindStringSubmatch(filepath.ToSlash(rel))
			if err != nil || m == nil {
				continue
			}
			ts := f.fileTexts([]string{file})
			if ts == nil {
				return nil
			}
			if hs := t.Holes(); len(hs) == 1 {
				ts[0].Conds = map[string]string{fileChoice + hs[0].ID: m[1]}
			}
			out = append(out, ts...)
		}
	}
	return out
}

// fileChoice begins the choice of a file by a value in its name.
const fileChoice = "file:"

// NamedBy is the text of a value where a file was read: the value is made of what names the file. It is false where it
// is made of anything else.
func (f *Flow) NamedBy(r Ref, file key.Template) (string, bool) {
	ts := f.Eval(r)
	if len(ts) == 1 {
		var b strings.Builder
		known := true
		for _, p := range ts[0].Parts {
			text, ok := p.Text, true
			if p.Hole != nil {
				text, ok = file.Conds[fileChoice+p.Hole.ID]
			}
			b.WriteString(text)
			known = known && ok
		}
		if known {
			return b.String(), true
		}
	}
	c, ok := r.V.(*ssa.Call)
	if !ok {
		return "", false
	}
	arg := func(i int) (string, bool) { return f.NamedBy(Ref{V: c.Call.Args[i], Fr: r.Fr}, file) }
	two := map[string]func(a, b string) string{"strings.TrimSuffix": strings.TrimSuffix, "strings.TrimPrefix": strings.TrimPrefix}
	one := map[string]func(string) string{"path.Base": path.Base, "path/filepath.Base": path.Base, "path.Ext": path.Ext,
		"path/filepath.Ext": path.Ext, "strings.ToLower": strings.ToLower, "strings.ToUpper": strings.ToUpper}
	name := calleeName(c.Common())
	if fn := one[name]; fn != nil {
		s, ok := arg(0)
		return fn(s), ok
	}
	if fn := two[name]; fn != nil {
		s, ok1 := arg(0)
		t, ok2 := arg(1)
		return fn(s, t), ok1 && ok2
	}
	return "", false
}
