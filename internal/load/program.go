package load

import (
	"crypto/sha256"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/source"
)

// Config says what to load.
type Config struct {
	// Dir is the working directory; "" is the current one.
	Dir string
	// Tags are build tags, separated by commas.
	Tags string
	// Tests adds test files and external test packages.
	Tests bool
	// Patterns name packages as for the go command; none means ./... .
	Patterns []string
	// Env is the environment of the go command; nil is os.Environ.
	Env []string
	// Progress is told what Load is about to do. It may be nil.
	Progress func(string)
}

// Program is the loaded target. It is not changed after Load returns.
type Program struct {
	// Dir is the working directory, absolute, without symbolic links.
	Dir  string
	Fset *token.FileSet
	// Packages are the packages of the target's modules that have syntax,
	// sorted by ID, test variants included.
	Packages []*packages.Package
	SSA      *ssa.Program
	// SSAPkgs is parallel to Packages; nil where nothing could be built.
	SSAPkgs []*ssa.Package
	// Modules are the modules that Packages come from, sorted by Dir.
	Modules []Module
	// LeftOut is what was not analysed wholly, and why.
	LeftOut []LeftOut
	// Ignored are Go files, relative, that build constraints exclude and that
	// mention redis.
	Ignored []string
	// Excluded are Go files, relative, that are not looked at and don't mention redis, but may hold the text of keys: build
	// constraints leave them out, or they belong to another module below.
	Excluded []string
	// Files holds every Go file of Packages, by absolute name, and of the packages of Variants; and other files of which
	// the text was asked for, see TextFile.
	Files map[string]*File
	// Variants are loads of the same packages with build tags that select some of Ignored. They have types and syntax,
	// no SSA form, and share Dir and Files.
	Variants []*Program

	byTypes map[*ssa.Package]*packages.Package
	toSSA   map[*packages.Package]*ssa.Package
}

// Module is a main module of the target.
type Module struct {
	Path string `json:"path"`
	// Dir is relative to the working directory.
	Dir string `json:"dir"`
	// GoRedis are the go-redis modules its packages depend on; empty means
	// that there is nothing to port.
	GoRedis []GoRedis `json:"goRedis"`
}

// GoRedis is a version of the go-redis client.
type GoRedis struct {
	// Path is the module path as imported, e.g. github.com/redis/go-redis/v9.
	Path string `json:"path"`
	// Version is the selected version, that of a replacement if there is one.
	Version string `json:"version"`
	// Replace is the path or directory that stands in for Path, or "".
	Replace string `json:"-"`
}

// Severity says how much an entry of LeftOut takes away.
type Severity int

const (
	// Note: the code was analysed, but something about it needs a person.
	Note Severity = iota
	// Part: some functions or variables of the package were not analysed.
	Part
	// Whole: nothing of the package was analysed.
	Whole
)

// String returns "note", "part" or "whole".
func (s Severity) String() string {
	switch s {
	case Part:
		return "part"
	case Whole:
		return "whole"
	}
	return "note"
}

// LeftOut names something that was not analysed wholly.
type LeftOut struct {
	// Package is an import path, or the path of a nested module.
	Package string `json:"package"`
	// Reason is one line that stands by itself: it names the function, if it
	// is about one, and the position of the error.
	Reason string `json:"reason"`
	// Func is the function or variable that Reason is about, as "F", "T.M",
	// "(*T).M"; "" if it is about the package.
	Func     string   `json:"-"`
	Severity Severity `json:"-"`
	// Position is the place of the error, if known.
	Position source.Position `json:"-"`
}

// File is a Go file of the target as it was read.
type File struct {
	// Abs is the name in the file set, Rel the one to show: relative to
	// Program.Dir, with slashes, maybe starting with ../ .
	Abs, Rel string
	Content  []byte
	Sum      [sha256.Size]byte
	// Generated: the file has a "Code generated ... DO NOT EDIT." line.
	Generated bool
	// Test: the name ends in _test.go.
	Test bool
	// Foreign: the file is not in a directory of the target's modules, such
	// as the output of cgo in the build cache.
	Foreign bool
	// Cgo: the file imports "C". What was analysed is what cgo made of it.
	Cgo bool
	// Text: the file is not Go: a script that the program embeds or reads.
	Text bool
}

// Editable reports whether a person would edit this file by hand.
func (f *File) Editable() bool { return !f.Foreign && !f.Cgo && !f.Generated }

// Position returns the place of pos, zero for token.NoPos. Line directives
// are not followed, except in files made by cgo.
func (p *Program) Position(pos token.Pos) source.Position {
	if !pos.IsValid() {
		return source.Position{}
	}
	at := p.Fset.PositionFor(pos, false)
	f := p.Files[at.Filename]
	if f == nil {
		return position(p.Rel(at.Filename), at)
	}
	if f.Foreign {
		if orig := p.original(pos); orig.IsValid() {
			return orig
		}
	}
	return position(f.Rel, at)
}

// File returns the file that pos is in, or nil if it is none of Files. For
// the output of cgo it is the file that cgo read.
func (p *Program) File(pos token.Pos) *File {
	if !pos.IsValid() {
		return nil
	}
	f := p.Files[p.Fset.PositionFor(pos, false).Filename]
	if f != nil && f.Foreign {
		if orig := p.Files[p.Fset.Position(pos).Filename]; orig != nil {
			return orig
		}
	}
	return f
}

// SSAPackage returns the SSA form of one of Packages, or nil.
func (p *Program) SSAPackage(pkg *packages.Package) *ssa.Package { return p.toSSA[pkg] }

// Package returns the member of Packages that pkg was built from, or nil.
func (p *Program) Package(pkg *ssa.Package) *packages.Package { return p.byTypes[pkg] }

// Rel returns abs relative to the working directory, with slashes.
func (p *Program) Rel(abs string) string { return rel(p.Dir, abs) }

// original maps a position in cgo's output to the file that cgo read.
func (p *Program) original(pos token.Pos) source.Position {
	at := p.Fset.Position(pos)
	f := p.Files[at.Filename]
	if f == nil || f.Foreign {
		return source.Position{}
	}
	at.Offset = offsetOf(f.Content, at.Line, at.Column)
	return position(f.Rel, at)
}

func position(file string, at token.Position) source.Position {
	return source.Position{File: file, Line: at.Line, Column: at.Column, Offset: at.Offset}
}

// offsetOf returns the offset of a line and column, at most len(content).
func offsetOf(content []byte, line, column int) int {
	off := 0
	for ; line > 1 && off < len(content); off++ {
		if content[off] == '\n' {
			line--
		}
	}
	return min(off+max(column-1, 0), len(content))
}

func rel(dir, abs string) string {
	if !filepath.IsAbs(abs) {
		return filepath.ToSlash(abs)
	}
	r, err := filepath.Rel(dir, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(r)
}

// within reports whether file is dir or lies below it.
func within(dir, file string) bool {
	return file == dir || strings.HasPrefix(file, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}
