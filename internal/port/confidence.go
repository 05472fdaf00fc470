package port

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
)

// confidence says how much is known of the uses of a renamed family; nil for others.
func (o *Outcome) confidence(f *keyplan.Family, others []otherText) *report.Confidence {
	if !f.Renamed() {
		return nil
	}
	c := &report.Confidence{Level: report.EveryUseSeen, Reasons: []string{}}
	if len(f.Leaves) > 0 {
		c.Level, c.Reasons = report.CrossesBoundary, slices.Clone(f.Leaves)
	}
	var unknown []string
	for _, l := range o.Program.LeftOut {
		if l.Severity != load.Note {
			unknown = append(unknown, l.Package+" was not analysed")
		}
	}
	unknown = append(unknown, mentions(f, others)...)
	if len(unknown) > 0 {
		c.Level, c.Reasons = report.UnknownUses, append(unknown, c.Reasons...)
	}
	return c
}

// otherText is a file of the target that is no Go code.
type otherText struct {
	name    string
	content []byte
}

// The files that may name keys: scripts, configuration, code in other languages, documentation.
var otherExtensions = []string{
	".sh", ".bash", ".py", ".rb", ".js", ".mjs", ".ts", ".php", ".pl", ".java", ".kt", ".rs", ".lua", ".sql", ".yml", ".yaml", ".json",
	".toml", ".ini", ".conf", ".cfg", ".env", ".tf", ".tpl", ".tmpl", ".md", ".txt", ".redis", ".acl",
}

const (
	maxOtherFiles = 20000
	maxOtherSize  = 1 << 20
)

// readOthers reads the text files below the working directory that are not part of the program.
func (o *Outcome) readOthers() []otherText {
	var out []otherText
	seen := 0
	_ = filepath.WalkDir(o.Program.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() {
			if b := d.Name(); name != o.Program.Dir && (b == "vendor" || b == "node_modules" || b == "testdata" || strings.HasPrefix(b, ".") && b != ".github") {
				return filepath.SkipDir
			}
			return nil
		}
		if seen++; seen > maxOtherFiles {
			return filepath.SkipAll
		}
		known := slices.Contains(otherExtensions, filepath.Ext(name)) || d.Name() == "Makefile" || d.Name() == "Dockerfile"
		if info, err := d.Info(); !known || err != nil || !d.Type().IsRegular() || info.Size() > maxOtherSize || o.Program.Files[name] != nil {
			return nil
		}
		if b, err := os.ReadFile(name); err == nil && !bytes.Contains(b[:min(len(b), 64)], []byte(`"schemaVersion"`)) { // no report of our own
			out = append(out, otherText{o.Program.Rel(name), b})
		}
		return nil
	})
	return out
}

// mentions lists the lines of other files that name keys of a family by the text that these begin with.
func mentions(f *keyplan.Family, others []otherText) []string {
	segments := f.Model.Segments()
	mark := segments[0].Text
	if len(strings.Trim(mark, ":/-_.")) < 3 || !strings.ContainsAny(mark[len(mark)-1:], ":/-_.") {
		return nil // too short, or not cut off by a separator: it would be found in other words
	}
	var out []string
	for _, file := range others {
		for at := 0; ; {
			i := bytes.Index(file.content[at:], []byte(mark))
			if i < 0 {
				break
			}
			start := at + i
			at = start + len(mark)
			if begins(file.content, start) && at < len(file.content) && goesOn(file.content[at]) {
				line := 1 + bytes.Count(file.content[:start], []byte("\n"))
				out = append(out, fmt.Sprintf("%s:%d names %s...", file.name, line, mark))
				break // one line of each file tells
			}
		}
	}
	return out
}

// begins reports that no word goes on at an offset.
func begins(b []byte, at int) bool {
	return at == 0 || !wordByte(b[at-1])
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("_-:/.", c) >= 0
}

// goesOn reports a byte that a value, a variable or a pattern may begin with.
func goesOn(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("*$%{<[_", c) >= 0
}
