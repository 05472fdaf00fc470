package port

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/keyplan"
)

// ignoredText is a Go file that is not looked at.
type ignoredText struct {
	name, why string // why has a place for the text
	literals  string // its string literals
	redis     bool   // it mentions redis
}

// readIgnored reads the files that build constraints leave out, and those of other modules below.
func (o *Outcome) readIgnored() []ignoredText {
	var out []ignoredText
	for _, name := range slices.Concat(o.Program.Ignored, o.Program.Excluded) {
		b, err := os.ReadFile(filepath.Join(o.Program.Dir, filepath.FromSlash(name)))
		if err != nil {
			continue
		}
		why := " is left out by build constraints, and writes %q: run with --tags, or rename there by hand"
		if !slices.Contains(o.Program.Ignored, name) && o.ofOtherModule(name) {
			why = " is of a module that is not looked at, and writes %q: add it to a go.work, or rename there by hand"
		}
		out = append(out, ignoredText{name, why, literals(b), bytes.Contains(bytes.ToLower(b), []byte("redis"))})
	}
	return out
}

// literals are the string literals of a Go file, one on a line.
func literals(src []byte) string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(src)), src, nil, 0)
	var out strings.Builder
	for {
		_, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return out.String()
		case token.STRING, token.CHAR:
			out.WriteString(lit + "\n")
		}
	}
}

// ofOtherModule reports a file below a go.mod that is not of the target's modules.
func (o *Outcome) ofOtherModule(name string) bool {
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if _, err := os.Stat(filepath.Join(o.Program.Dir, filepath.FromSlash(dir), "go.mod")); err == nil {
			return !slices.ContainsFunc(o.Program.Modules, func(m load.Module) bool { return filepath.ToSlash(o.Program.Rel(m.Dir)) == dir })
		}
	}
	return false
}

// heldByIgnored finds families that would be renamed while a file that was not analysed writes the same text: it could
// hold a reader or a writer. Only the text is looked at, so this holds back too much rather than too little: any part of
// a key where the file mentions redis, else all of them.
func heldByIgnored(p *keyplan.Plan, files []ignoredText) map[string]string {
	held := map[string]string{}
	for _, f := range p.Families {
		if !f.Renamed() {
			continue
		}
		var texts []string
		for _, s := range f.Model.Segments() {
			if s.Hole == nil && len(s.Text) > 1 {
				texts = append(texts, s.Text)
			}
		}
		for _, file := range files {
			text, all := "", true
			for _, t := range texts {
				found := strings.Contains(file.literals, t)
				all = all && found
				if found && len(t) > len(text) {
					text = t
				}
			}
			if text != "" && (file.redis && len(text) > 2 || all && strings.Trim(text, ":/-_.") != "") {
				held[f.Model.Shape()] = fmt.Sprintf(file.name+file.why, text)
				break
			}
		}
	}
	return held
}
