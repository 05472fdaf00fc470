package load

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxText is the size of the largest file that is read for its text, in bytes.
const maxText = 4 << 20

// TextFile reads a file of the target that is not Go, such as an embedded script, and adds it to Files. It is nil where
// there is none, or a very large one.
func (p *Program) TextFile(abs string) *File {
	if f := p.Files[abs]; f != nil {
		return f
	}
	info, err := os.Stat(abs)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxText {
		return nil
	}
	content, err := os.ReadFile(abs)
	if err != nil {
		return nil
	}
	f := &File{
		Abs: abs, Rel: p.Rel(abs), Content: content, Sum: sha256.Sum256(content), Text: true,
		Foreign: !slices.ContainsFunc(p.Modules, func(m Module) bool { return within(filepath.Join(p.Dir, m.Dir), abs) }),
	}
	p.Files[abs] = f
	return f
}

// EmbedFiles lists the files that the patterns of a //go:embed line name in the directory of its package, sorted, as
// package embed describes them: of a directory all files, those with a name that starts with . or _ left out.
func EmbedFiles(dir string, patterns []string) []string {
	var out []string
	for _, pattern := range patterns {
		pattern, all := strings.CutPrefix(pattern, "all:")
		found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		for _, name := range found {
			_ = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
				hidden := !all && path != name && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_"))
				switch {
				case err != nil:
				case hidden && d.IsDir():
					return fs.SkipDir
				case !hidden && d.Type().IsRegular():
					out = append(out, path)
				}
				return nil
			})
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
