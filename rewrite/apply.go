package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
)

// Dirty reports whether the git work tree that holds dir has changes that are not committed. Without git it has none.
func Dirty(dir string) bool {
	cmd := exec.Command("git", "status", "--porcelain")
	cmd.Dir = dir
	out, err := cmd.Output()
	return err == nil && len(bytes.TrimSpace(out)) > 0
}

// Write replaces the files on disk: all or none. A file that changed since it was loaded, or that can't be written, is
// an error, and then nothing is changed.
func Write(prog *load.Program, files map[string][]byte) error {
	var todo []*load.File
	for _, f := range prog.Files {
		if n, ok := files[f.Rel]; ok && !bytes.Equal(n, f.Content) {
			todo = append(todo, f)
		}
	}
	slices.SortFunc(todo, func(a, b *load.File) int { return strings.Compare(a.Rel, b.Rel) })
	for _, f := range todo {
		if err := writable(f); err != nil {
			return err
		}
	}
	made, err := create(prog, files)
	if err != nil {
		return errors.Join(fmt.Errorf("%w; no file was changed", err), remove(made))
	}
	temps := make([]string, 0, len(todo))
	defer func() {
		for _, t := range temps {
			os.Remove(t)
		}
	}()
	for _, f := range todo {
		t, err := temporary(f, files[f.Rel])
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w; no file was changed", f.Rel, err), remove(made))
		}
		temps = append(temps, t)
	}
	for i, f := range todo {
		if err := os.Rename(temps[i], f.Abs); err != nil {
			return errors.Join(fmt.Errorf("%s: %w; no file was changed", f.Rel, err), restore(todo[:i]), remove(made))
		}
	}
	return nil
}

// create writes the new files, with their directories; it returns what it made.
func create(prog *load.Program, files map[string][]byte) ([]string, error) {
	known := map[string]bool{}
	for _, f := range prog.Files {
		known[f.Rel] = true
	}
	var made []string
	names := make([]string, 0, len(files))
	for n := range files {
		if !known[n] {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		abs := filepath.Join(prog.Dir, filepath.FromSlash(n))
		if _, err := os.Lstat(abs); err == nil {
			return made, fmt.Errorf("%s is in the way of a file that would be created", n)
		}
		if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
			return made, err
		}
		made = append(made, abs)
		if err := os.WriteFile(abs, files[n], 0o644); err != nil {
			return made, err
		}
	}
	return made, nil
}

// remove takes back files that create made, and the directories that are empty then.
func remove(files []string) error {
	var errs []error
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		os.Remove(filepath.Dir(f)) // stays when it holds anything
	}
	return errors.Join(errs...)
}

func writable(f *load.File) error {
	info, err := os.Stat(f.Abs)
	if err != nil {
		return fmt.Errorf("%s: %w; no file was changed", f.Rel, err)
	}
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%s is read-only; no file was changed: make it writable and run again", f.Rel)
	}
	now, err := os.ReadFile(f.Abs)
	if err != nil {
		return fmt.Errorf("%s: %w; no file was changed", f.Rel, err)
	}
	if !bytes.Equal(now, f.Content) {
		return fmt.Errorf("%s changed while clusterize ran; no file was changed: run again", f.Rel)
	}
	return nil
}

// temporary writes new content beside the file, with its permissions.
func temporary(f *load.File, content []byte) (string, error) {
	info, err := os.Stat(f.Abs)
	if err != nil {
		return "", err
	}
	t, err := os.CreateTemp(filepath.Dir(f.Abs), ".clusterize-*")
	if err != nil {
		return "", err
	}
	_, err = t.Write(content)
	err = errors.Join(err, t.Chmod(info.Mode().Perm()), t.Close())
	if err != nil {
		os.Remove(t.Name())
		return "", err
	}
	return t.Name(), nil
}

// restore puts back files that were replaced before another could not be.
func restore(files []*load.File) error {
	var errs []error
	for _, f := range files {
		t, err := temporary(f, f.Content)
		if err == nil {
			err = os.Rename(t, f.Abs)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s could not be put back: %w", f.Rel, err))
		}
	}
	return errors.Join(errs...)
}
