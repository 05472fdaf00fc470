package load

import (
	"cmp"
	"context"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// maxVariants bounds the build configurations that are looked at beside that of the run.
const maxVariants = 6

// selection is a build configuration that selects a file.
type selection struct {
	tags []string
	os   string // "" for that of the run, and so for arch
	arch string
}

// String names a selection as a person would give it: tags, and the system where that is another one.
func (s selection) String() string {
	out := strings.Join(s.tags, ",")
	for _, v := range []string{s.os, s.arch} {
		if v != "" {
			out += "," + v
		}
	}
	return strings.TrimPrefix(out, ",")
}

// loadVariants loads the packages again with the tags that select ignored files, so that the types that are written
// there can be seen and checked.
func (l *loader) loadVariants(ctx context.Context) {
	var wanted []selection
	for _, name := range l.besideRedis() {
		s, ok := l.selects(name)
		if ok && !slices.ContainsFunc(wanted, func(o selection) bool { return o.String() == s.String() }) {
			wanted = append(wanted, s)
		}
	}
	slices.SortFunc(wanted, func(a, b selection) int { return cmp.Compare(a.String(), b.String()) })
	for _, s := range wanted[:min(len(wanted), maxVariants)] {
		if v := l.variant(ctx, s); v != nil {
			l.prog.Variants = append(l.prog.Variants, v)
		}
	}
}

// besideRedis lists ignored files that clients may come to: those that speak of redis, those in packages that use
// go-redis, and those that import such packages.
func (l *loader) besideRedis() []string {
	using := map[string]bool{} // import paths
	var files []string
	for _, p := range l.main {
		for path := range p.Imports {
			if goRedisPath.MatchString(path) {
				using[p.PkgPath] = true
			}
		}
	}
	for _, p := range l.main {
		for _, name := range p.IgnoredFiles {
			if filepath.Ext(name) == ".go" && (using[p.PkgPath] || importsOne(name, using)) {
				files = append(files, name)
			}
		}
	}
	for _, name := range l.prog.Ignored {
		files = append(files, filepath.Join(l.dir, filepath.FromSlash(name)))
	}
	slices.Sort(files)
	return slices.Compact(files)
}

func importsOne(name string, paths map[string]bool) bool {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool {
		path, err := strconv.Unquote(s.Path.Value)
		return err == nil && paths[path]
	})
}

// variant is one more load; nil where it fails, since the files are listed as left out anyway.
func (l *loader) variant(ctx context.Context, s selection) *Program {
	t := *l.target
	t.tags = strings.Join(append(splitTags(l.tags), s.tags...), ",")
	t.env = slices.Clip(slices.Clone(l.env))
	if s.os != "" {
		t.env = append(t.env, "GOOS="+s.os, "CGO_ENABLED=0")
	}
	if s.arch != "" {
		t.env = append(t.env, "GOARCH="+s.arch, "CGO_ENABLED=0")
	}
	v := &loader{target: &t, prog: &Program{Dir: l.dir, Fset: token.NewFileSet()}}
	roots, err := v.load(ctx)
	if err != nil || v.sortOut(ctx, roots) != nil {
		return nil
	}
	v.collectFiles()
	for name, f := range v.prog.Files {
		if l.prog.Files[name] == nil {
			l.prog.Files[name] = f
		}
	}
	v.prog.Files = l.prog.Files
	return v.prog
}

func splitTags(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// selects finds the configuration nearest to that of the run which selects a file; false when there is none.
func (l *loader) selects(name string) (selection, bool) {
	content, err := os.ReadFile(name)
	if err != nil {
		return selection{}, false
	}
	out := selection{}
	var expr constraint.Expr
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if constraint.IsGoBuild(line) {
			if expr, err = constraint.Parse(line); err != nil {
				return selection{}, false
			}
			break
		}
		if strings.HasPrefix(line, "package ") {
			break
		}
	}
	out.os, out.arch = nameSelects(filepath.Base(name))
	if expr == nil {
		return out, out.String() != ""
	}
	return l.satisfy(expr, out)
}

// satisfy chooses tags for which a constraint holds: as few as possible that the run has not.
func (l *loader) satisfy(expr constraint.Expr, out selection) (selection, bool) {
	var names []string
	expr.Eval(func(tag string) bool { // Eval may stop early: ask with both answers
		names = append(names, tag)
		return true
	})
	expr.Eval(func(tag string) bool { names = append(names, tag); return false })
	slices.Sort(names)
	names = slices.Compact(names)
	best, found := selection{}, false
	for set := range 1 << min(len(names), 8) {
		s := out
		bad := false
		for i, tag := range names {
			if i >= 8 || set&(1<<i) == 0 {
				continue
			}
			switch {
			case tag == "ignore" || strings.HasPrefix(tag, "go1."):
				bad = bad || tag == "ignore"
			case knownOS[tag]:
				bad = bad || s.os != "" && s.os != tag
				s.os = tag
			case knownArch[tag]:
				bad = bad || s.arch != "" && s.arch != tag
				s.arch = tag
			case tag == "unix" || tag == "cgo" || tag == "gc":
			default:
				s.tags = append(slices.Clone(s.tags), tag)
			}
		}
		if bad || !expr.Eval(func(tag string) bool { return s.holds(tag, splitTags(l.tags)) }) {
			continue
		}
		if s.os == runtime.GOOS {
			s.os = ""
		}
		if s.arch == runtime.GOARCH {
			s.arch = ""
		}
		if !found || s.cost() < best.cost() {
			best, found = s, true
		}
	}
	return best, found && best.String() != ""
}

// cost prefers tags to another system.
func (s selection) cost() int {
	n := len(s.tags)
	if s.os != "" {
		n += 10
	}
	if s.arch != "" {
		n += 10
	}
	return n
}

// holds reports whether a tag is set in a configuration.
func (s selection) holds(tag string, given []string) bool {
	system, arch := cmp.Or(s.os, runtime.GOOS), cmp.Or(s.arch, runtime.GOARCH)
	switch {
	case tag == system, tag == arch, strings.HasPrefix(tag, "go1."), tag == "gc":
		return true
	case tag == "unix":
		return system != "windows" && system != "plan9" && system != "js" && system != "wasip1"
	case tag == "cgo":
		return s.os == "" && s.arch == ""
	}
	return slices.Contains(s.tags, tag) || slices.Contains(given, tag)
}

// nameSelects reads the system and the architecture from a file's name: conn_windows_test.go.
func nameSelects(base string) (system, arch string) {
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(base, ".go"), "_test"), "_")[1:]
	if n := len(parts); n > 0 && knownArch[parts[n-1]] {
		arch, parts = parts[n-1], parts[:n-1]
	}
	if n := len(parts); n > 0 && knownOS[parts[n-1]] {
		system = parts[n-1]
	}
	if system == runtime.GOOS {
		system = ""
	}
	if arch == runtime.GOARCH {
		arch = ""
	}
	return system, arch
}

func set(names string) map[string]bool {
	out := map[string]bool{}
	for _, n := range strings.Fields(names) {
		out[n] = true
	}
	return out
}

// The systems and architectures that the go command knows in file names and constraints (go tool dist list).
var (
	knownOS   = set("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows")
	knownArch = set("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")
)
