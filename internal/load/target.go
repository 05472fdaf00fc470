package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// target is the checked answer to "what shall be loaded".
type target struct {
	dir      string // absolute, no symbolic links
	shown    string // as the user named it
	env      []string
	tags     string
	tests    bool
	gomod    string   // "" if dir is in no module
	work     string   // go.work file, or ""
	uses     []string // directories of the workspace modules
	patterns []string // after expansion
	bases    []string // directories below which wildcards look
	wild     []string // wildcards over import paths
}

func newTarget(ctx context.Context, cfg Config) (*target, error) {
	if err := checkUsage(cfg); err != nil {
		return nil, err
	}
	t := &target{env: cfg.Env, tags: cfg.Tags, tests: cfg.Tests}
	if t.env == nil {
		t.env = os.Environ()
	}
	if err := t.findDir(cfg.Dir); err != nil {
		return nil, err
	}
	if err := t.findGo(ctx); err != nil {
		return nil, err
	}
	return t, t.expand(cfg.Patterns)
}

func checkUsage(cfg Config) error {
	if strings.ContainsAny(cfg.Tags, "\n\x00") {
		return &UsageError{Msg: "build tags hold a line break", Next: "write --tags=a,b"}
	}
	for _, p := range cfg.Patterns {
		switch {
		case strings.TrimSpace(p) == "":
			return &UsageError{Msg: "empty package pattern", Next: "write ./... for all packages"}
		case strings.HasPrefix(p, "-"):
			return &UsageError{Msg: fmt.Sprintf("%q is no package pattern", p), Next: "put flags before the patterns"}
		case strings.HasSuffix(p, ".go") || strings.HasPrefix(p, "file="):
			return &UsageError{Msg: fmt.Sprintf("%q names a file", p), Next: "name packages, such as ./... or ./cmd/server"}
		}
	}
	return nil
}

func (t *target) findDir(dir string) error {
	t.shown = dir
	if dir == "" {
		dir, t.shown = ".", "the working directory"
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	const next = "name the root of a Go module with -C DIR"
	if errors.Is(err, fs.ErrNotExist) {
		return &TargetError{Msg: "no directory " + t.shown, Next: next}
	}
	if err != nil {
		return &TargetError{Msg: "cannot open " + t.shown + ": " + reason(err), Next: next}
	}
	switch fi, err := os.Stat(abs); {
	case err != nil:
		return &TargetError{Msg: "cannot open " + t.shown + ": " + reason(err), Next: next}
	case !fi.IsDir():
		return &TargetError{Msg: t.shown + " is not a directory", Next: next}
	}
	t.dir = abs
	return nil
}

// reason is the message of err without the file name.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// findGo asks the go command which module and workspace dir is in.
func (t *target) findGo(ctx context.Context) error {
	if !hasGo(t.env) {
		return &TargetError{Msg: "no go command in PATH", Next: "install Go (https://go.dev/dl) or add its bin directory to PATH"}
	}
	out, err := t.goCommand(ctx, "env", "-json", "GOMOD", "GOWORK")
	if err != nil {
		return err
	}
	var env struct{ GOMOD, GOWORK string }
	if err := json.Unmarshal(out, &env); err != nil {
		return &TargetError{Msg: "cannot read the output of `go env`: " + err.Error(), Next: "check the go command in PATH"}
	}
	if env.GOMOD != os.DevNull {
		t.gomod = env.GOMOD
	}
	if env.GOWORK != "off" {
		t.work = env.GOWORK
	}
	if t.gomod == "" && t.work == "" {
		if env.GOMOD == "" {
			return &TargetError{Msg: "modules are switched off by GO111MODULE", Next: "unset it"}
		}
		return t.noModule()
	}
	if t.work != "" {
		return t.readWork()
	}
	return nil
}

// hasGo reports whether the go command is found, by this process, which
// starts it, and in the environment it is to run in.
func hasGo(env []string) bool {
	if _, err := exec.LookPath("go"); err != nil && !errors.Is(err, exec.ErrDot) {
		return false
	}
	var path string
	for _, kv := range env {
		if k, v, _ := strings.Cut(kv, "="); k == "PATH" || runtime.GOOS == "windows" && strings.EqualFold(k, "PATH") {
			path = v
		}
	}
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	return slices.ContainsFunc(filepath.SplitList(path), func(dir string) bool {
		fi, err := os.Stat(filepath.Join(dir, name))
		return err == nil && !fi.IsDir()
	})
}

func (t *target) noModule() error {
	msg := "no go.mod in " + t.shown + " or above"
	if dirs := modulesBelow(t.dir, 3); len(dirs) > 0 {
		first := filepath.ToSlash(filepath.Join(t.dir, dirs[0]))
		if len(dirs) > 1 {
			return &TargetError{Msg: msg, Next: fmt.Sprintf("there are %d below, such as %s: name one with -C", len(dirs), first)}
		}
		return &TargetError{Msg: msg, Next: "there is one below, name it with -C " + first}
	}
	return &TargetError{Msg: msg, Next: "run clusterize in the root of a Go module, or name it with -C DIR"}
}

// goCommand runs the go command in the target's directory.
func (t *target) goCommand(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = t.dir
	cmd.Env = append(slices.Clip(t.env), "PWD="+t.dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if msg := oneLine(stderr.String()); msg != "" {
		return nil, t.goListError(errors.New(msg))
	}
	return nil, t.goListError(err)
}

func (t *target) readWork() error {
	data, err := os.ReadFile(t.work)
	if err != nil {
		return &TargetError{Msg: "cannot read " + t.work + ": " + reason(err), Next: "mend it, or set GOWORK=off"}
	}
	work, err := modfile.ParseWork(t.work, data, nil)
	if err != nil {
		return &TargetError{Msg: oneLine(err.Error()), Next: "mend it, or set GOWORK=off"}
	}
	for _, use := range work.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(t.work), dir)
		}
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		t.uses = append(t.uses, filepath.Clean(dir))
	}
	slices.Sort(t.uses)
	t.uses = slices.Compact(t.uses)
	return nil
}

// expand fills patterns and bases. The go command stops a wildcard at the
// border of a module, so that in a workspace one is added for each module below.
func (t *target) expand(patterns []string) error {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	for _, p := range patterns {
		base, wild := t.base(p)
		if base == "" {
			t.patterns = append(t.patterns, p)
			if wild {
				t.wild = append(t.wild, p)
			}
			continue
		}
		if fi, err := os.Stat(base); err != nil || !fi.IsDir() {
			return &TargetError{Msg: fmt.Sprintf("no directory for the pattern %s in %s", p, t.shown), Next: "check the pattern, ./... names all packages"}
		}
		if !wild {
			t.patterns = append(t.patterns, p)
			continue
		}
		if tree, ok := strings.CutSuffix(filepath.ToSlash(p), "/..."); ok && !strings.Contains(tree, "...") {
			t.bases = append(t.bases, base)
		}
		if t.work == "" || t.inUse(base) {
			t.patterns = append(t.patterns, p)
		}
		if _, tail, _ := strings.Cut(filepath.ToSlash(p), "..."); tail != "" {
			continue
		}
		for _, use := range t.uses {
			if use != base && within(base, use) {
				t.patterns = append(t.patterns, t.pattern(use))
			}
		}
	}
	if len(t.patterns) == 0 {
		return &TargetError{Msg: fmt.Sprintf("%s lists no module below %s", rel(t.dir, t.work), t.shown),
			Next: "add one with `go work use DIR`, or set GOWORK=off"}
	}
	slices.Sort(t.bases)
	t.bases = slices.Compact(t.bases)
	return nil
}

// base returns the directory that a file system pattern starts at, "" for an
// import path, and whether the pattern has a wildcard.
func (t *target) base(pattern string) (dir string, wild bool) {
	p := filepath.ToSlash(pattern)
	local := p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || filepath.IsAbs(pattern)
	if !local {
		return "", strings.Contains(p, "...")
	}
	p, _, wild = strings.Cut(p, "...")
	if wild && !strings.HasSuffix(p, "/") { // ./cmd/serv...
		p = p[:strings.LastIndexByte(p, '/')+1]
	}
	dir = filepath.FromSlash(p)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(t.dir, dir)
	}
	return filepath.Clean(dir), wild
}

func (t *target) inUse(dir string) bool {
	return slices.ContainsFunc(t.uses, func(use string) bool { return within(use, dir) })
}

func (t *target) pattern(dir string) string {
	r := rel(t.dir, dir)
	if filepath.IsAbs(filepath.FromSlash(r)) || strings.HasPrefix(r, "../") {
		return r + "/..."
	}
	return "./" + r + "/..."
}

func (t *target) goListError(err error) error {
	e := goListError(err)
	if te, ok := errors.AsType[*TargetError](e); ok {
		te.Msg = t.clean(te.Msg)
	}
	return e
}

// clean makes file names in a message relative to the working directory.
func (t *target) clean(msg string) string {
	sep := string(filepath.Separator)
	return strings.ReplaceAll(msg, strings.TrimSuffix(t.dir, sep)+sep, "")
}
