package load

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// findIgnored fills Ignored. The packages name the files that they leave out,
// but a directory with such files only is no package: hence the walk.
func (l *loader) findIgnored() {
	known := make(map[string]bool)
	var files []string
	for _, p := range l.main {
		for _, list := range [][]string{p.GoFiles, p.CompiledGoFiles} {
			for _, name := range list {
				known[name] = true
			}
		}
		files = append(files, p.IgnoredFiles...)
	}
	for _, o := range l.prog.LeftOut {
		if o.Position.File != "" { // the reason is known, and another one
			known[filepath.Join(l.dir, filepath.FromSlash(o.Position.File))] = true
		}
	}
	for _, base := range l.bases {
		files = append(files, l.walk(base)...)
	}
	for _, name := range files {
		switch {
		case known[name] || !l.isSource(name):
		case speaksOfRedis(name):
			l.prog.Ignored = append(l.prog.Ignored, l.prog.Rel(name))
		default:
			l.prog.Excluded = append(l.prog.Excluded, l.prog.Rel(name))
		}
	}
	for i := 0; i < len(l.nested); i++ { // the walk finds more
		for _, name := range l.walk(l.nested[i]) {
			if !known[name] && l.isSource(name) {
				l.prog.Excluded = append(l.prog.Excluded, l.prog.Rel(name))
			}
		}
	}
	for _, list := range []*[]string{&l.prog.Ignored, &l.prog.Excluded} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// walk returns the files below base that the go command would look at.
func (l *loader) walk(base string) []string {
	var files []string
	_ = filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir() && path != base && (skipped(d.Name()) || l.otherModule(path)):
			return filepath.SkipDir
		case d.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	return files
}

// skipped reports whether the go command passes over a file or directory.
func skipped(name string) bool {
	return name == "vendor" || name == "testdata" || name == "node_modules" ||
		strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// otherModule reports whether a module starts in dir that is not a module of
// the target, and notes it.
func (l *loader) otherModule(dir string) bool {
	if fi, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil || fi.IsDir() {
		return false
	}
	if slices.Contains(l.moduleDirs(), dir) || slices.Contains(l.uses, dir) || slices.Contains(l.nested, dir) {
		return false
	}
	l.nested = append(l.nested, dir)
	l.nestedModule(dir)
	return true
}

// isSource reports a Go file that the go command would look at, tests only where they are asked for.
func (l *loader) isSource(name string) bool {
	base := filepath.Base(name)
	return filepath.Ext(base) == ".go" && !skipped(base) && (l.tests || !strings.HasSuffix(base, "_test.go"))
}

func speaksOfRedis(name string) bool {
	content, err := os.ReadFile(name)
	return err == nil && bytes.Contains(bytes.ToLower(content), []byte("redis"))
}

// modulesBelow returns directories with a go.mod, relative to dir, at most
// depth levels down.
func modulesBelow(dir string, depth int) []string {
	var found []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		r := rel(dir, path)
		if d.IsDir() {
			if r != "." && (skipped(d.Name()) || strings.Count(r, "/") >= depth) {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Name() == "go.mod" {
			found = append(found, filepath.Dir(r))
		}
		return nil
	})
	slices.Sort(found)
	return found
}
