package rewrite

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/patch"
)

// Diff compares files with their new contents, in the order of their names, without those that stay as they are. The
// names it gives are relative to the top of the git work tree, or, without git, to the working directory.
func Diff(prog *load.Program, files map[string][]byte) []patch.File {
	return between(prog, newTexts(prog).contentsOf, files)
}

// contentsOf is a file as it was loaded; false when there is none.
func (t *texts) contentsOf(name string) ([]byte, bool) {
	if f := t.byRel[name]; f != nil {
		return f.Content, true
	}
	return nil, false
}

// between compares contents that came before with those that come after.
func between(prog *load.Program, before func(string) ([]byte, bool), after map[string][]byte) []patch.File {
	top := workTree(prog.Dir)
	var out []patch.File
	for _, name := range slices.Sorted(maps.Keys(after)) {
		abs := filepath.Join(prog.Dir, filepath.FromSlash(name))
		shown, err := filepath.Rel(top, abs)
		if err != nil {
			shown = name
		}
		shown = filepath.ToSlash(shown)
		switch old, ok := before(name); {
		case !ok:
			out = append(out, patch.Create(shown, after[name]))
		case !bytes.Equal(old, after[name]):
			f := patch.Compare(shown, old, after[name])
			if info, err := os.Stat(abs); err == nil {
				f.Exec = info.Mode()&0o100 != 0
			}
			out = append(out, f)
		}
	}
	return out
}

// Below is where a directory is in its git work tree, with slashes; "" at its top, or without git.
func Below(dir string) string {
	rel, err := filepath.Rel(workTree(dir), dir)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// workTree is the top of the git work tree that holds dir, or dir.
func workTree(dir string) string {
	cmd := exec.Command("git", "rev-parse", "--show-toplevel")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return dir
	}
	top := strings.TrimRight(string(out), "\r\n")
	if r, err := filepath.EvalSymlinks(top); err == nil {
		return r
	}
	return top
}

// Author is whom git would name as the author of a commit in the work tree that holds dir; without a name of a person,
// the program.
func Author(dir string) string {
	cmd := exec.Command("git", "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
	cmd.Dir = dir
	out, err := cmd.Output()
	who, _, ok := strings.Cut(string(out), "> ")
	if err != nil || !ok {
		return "clusterize <clusterize@localhost>"
	}
	return who + ">"
}
