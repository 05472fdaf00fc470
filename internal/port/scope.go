package port

import (
	"context"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
)

// scope is the set of packages that a run reports on; nil for all.
type scope map[string]bool

func (s scope) has(pkg string) bool { return s == nil || s[pkg] }

// widen makes the run load the whole module when packages of it were named, or when the working directory is below its
// root: a family of keys is renamed everywhere or nowhere, so every package must be seen. What was named decides what
// is reported. Changes are those of the whole module.
func widen(ctx context.Context, cfg load.Config) (load.Config, scope) {
	named := cfg.Patterns
	root, module := moduleOf(cfg.Dir)
	if len(named) == 0 {
		named = []string{"./..."}
	}
	if module == "" || os.Getenv("GOWORK") != "" && os.Getenv("GOWORK") != "off" || workspace(root) {
		return cfg, nil
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil || len(named) == 1 && named[0] == "./..." && dir == root {
		return cfg, nil
	}
	pkgs, err := packages.Load(&packages.Config{Context: ctx, Mode: packages.NeedName, Dir: cfg.Dir, Env: cfg.Env, Tests: cfg.Tests, BuildFlags: tagFlags(cfg)}, named...)
	if err != nil || len(pkgs) == 0 {
		return cfg, nil // the loader says what is wrong
	}
	s := scope{}
	for _, p := range pkgs {
		if len(p.Errors) > 0 && p.Name == "" {
			return cfg, nil
		}
		s[p.PkgPath] = true
	}
	cfg.Patterns = []string{module + "/..."}
	return cfg, s
}

func tagFlags(cfg load.Config) []string {
	if cfg.Tags == "" {
		return nil
	}
	return []string{"-tags=" + cfg.Tags}
}

// moduleOf finds the module that holds a directory: its root and its path.
func moduleOf(dir string) (root, path string) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", ""
	}
	if r, err := filepath.EvalSymlinks(abs); err == nil {
		abs = r
	}
	for d := abs; ; d = filepath.Dir(d) {
		if b, err := os.ReadFile(filepath.Join(d, "go.mod")); err == nil {
			return d, modfile.ModulePath(b)
		}
		if d == filepath.Dir(d) {
			return "", ""
		}
	}
}

// workspace reports a go.work at the root or above it.
func workspace(root string) bool {
	for d := root; d != ""; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.work")); err == nil {
			return true
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	return false
}
