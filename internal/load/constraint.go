package load

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Constraint is the line that keeps a Go file, relative, out of the build, such as "//go:build integration", and the
// tags that would let it in; none where it takes more than tags, such as another platform. It is "" for a file whose
// name or directory keeps it out.
func (p *Program) Constraint(rel string) (line string, tags []string) {
	content, err := os.ReadFile(filepath.Join(p.Dir, filepath.FromSlash(rel)))
	if err != nil {
		return "", nil
	}
	for text := range strings.Lines(string(content)) {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "package ") {
			break
		}
		if !constraint.IsGoBuild(text) {
			continue
		}
		expr, err := constraint.Parse(text)
		if err != nil {
			return text, nil
		}
		names, only := positive(expr)
		if !only || slices.ContainsFunc(names, platform) {
			return text, nil
		}
		return text, names
	}
	return "", nil
}

// positive are the tags of a constraint that all of them satisfy; of alternatives the first.
func positive(e constraint.Expr) (tags []string, ok bool) {
	switch e := e.(type) {
	case *constraint.TagExpr:
		return []string{e.Tag}, true
	case *constraint.AndExpr:
		x, xok := positive(e.X)
		y, yok := positive(e.Y)
		return append(x, y...), xok && yok
	case *constraint.OrExpr:
		if x, ok := positive(e.X); ok && !slices.ContainsFunc(x, platform) {
			return x, true
		}
		return positive(e.Y)
	}
	return nil, false
}

// platform reports a tag that the go command sets itself.
func platform(tag string) bool {
	switch tag {
	case "cgo", "gc", "gccgo", "unix", "ignore", "race", "msan", "asan":
		return true
	}
	return slices.Contains(knownPlatforms, tag) || strings.HasPrefix(tag, "go1.")
}

// knownPlatforms are values of GOOS and GOARCH, of `go tool dist list` (Go 1.26).
var knownPlatforms = strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows " +
	"386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")
