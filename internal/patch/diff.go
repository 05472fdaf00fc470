package patch

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// File is how one file changes.
type File struct {
	Name     string // with slashes, relative to the top of the work tree
	Created  bool   // there was none before
	Exec     bool   // it can be executed
	Hunks    []Hunk
	old, new []byte
}

// Hunk is lines that change, with those around them. Line numbers start at 1; a side without lines starts at the line
// before it.
type Hunk struct {
	OldStart, OldLines, NewStart, NewLines int

	Lines []Line
}

// Line is a line with its sign: ' ', '-' or '+'. Text keeps its line break; the last line of a file may have none.
type Line struct {
	Sign byte
	Text string
}

// Compare finds how a file changes.
func Compare(name string, old, new []byte) File {
	return File{Name: name, Hunks: hunks(lines(string(old), string(new))), old: old, new: new}
}

// Create is a new file.
func Create(name string, content []byte) File {
	f := Compare(name, nil, content)
	f.Created = true
	return f
}

// String is the unified diff of the file; it ends with a line break.
func (f File) String() string {
	var b bytes.Buffer
	f.write(&b, "")
	return b.String()
}

// Counts are the numbers of lines that come and go.
func (f File) Counts() (added, removed int) {
	for _, h := range f.Hunks {
		for _, l := range h.Lines {
			switch l.Sign {
			case '+':
				added++
			case '-':
				removed++
			}
		}
	}
	return added, removed
}

// write appends the diff; index is the line with the blob ids, "" for none.
func (f File) write(out *bytes.Buffer, index string) {
	fmt.Fprintf(out, "diff --git a/%s b/%s\n", f.Name, f.Name)
	from := "a/" + f.Name
	if f.Created {
		fmt.Fprintf(out, "new file mode %s\n", f.mode())
		from = "/dev/null"
	}
	fmt.Fprintf(out, "%s--- %s\n+++ b/%s\n", index, from, f.Name)
	for _, h := range f.Hunks {
		fmt.Fprintf(out, "@@ -%s +%s @@\n", extent(h.OldStart, h.OldLines), extent(h.NewStart, h.NewLines))
		for _, l := range h.Lines {
			out.WriteByte(l.Sign)
			out.WriteString(l.Text)
			if !strings.HasSuffix(l.Text, "\n") {
				out.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
}

// index is the line that names the blobs, as git hashes them without filters.
func (f File) index() string {
	old, mode := strings.Repeat("0", 2*sha1.Size), ""
	if !f.Created {
		old, mode = blob(f.old), " "+f.mode()
	}
	return "index " + old + ".." + blob(f.new) + mode + "\n"
}

func (f File) mode() string {
	if f.Exec {
		return "100755"
	}
	return "100644"
}

func blob(content []byte) string {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return fmt.Sprintf("%x", h.Sum(nil))
}

func extent(start, n int) string {
	if n == 1 {
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, n)
}

// lines compares by lines, without a limit of time: the same texts give the same lines.
func lines(old, new string) []Line {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	a, b, table := dmp.DiffLinesToRunes(old, new)
	var out []Line
	for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), table) {
		sign := byte(' ')
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			sign = '-'
		case diffmatchpatch.DiffInsert:
			sign = '+'
		}
		for _, l := range strings.SplitAfter(d.Text, "\n") {
			if l != "" {
				out = append(out, Line{sign, l})
			}
		}
	}
	return out
}

// contextLines is how many equal lines are shown around a change.
const contextLines = 3

func hunks(lines []Line) []Hunk {
	type part struct{ from, to int }
	var parts []part
	for i, l := range lines {
		if l.Sign == ' ' {
			continue
		}
		from, to := max(0, i-contextLines), min(len(lines), i+contextLines+1)
		if n := len(parts); n > 0 && parts[n-1].to >= from {
			parts[n-1].to = to
		} else {
			parts = append(parts, part{from, to})
		}
	}
	var out []Hunk
	at, oldLine, newLine := 0, 1, 1
	for _, p := range parts {
		skipped := p.from - at // equal lines only
		h := Hunk{OldStart: oldLine + skipped, NewStart: newLine + skipped, Lines: lines[p.from:p.to]}
		for _, l := range h.Lines {
			if l.Sign != '+' {
				h.OldLines++
			}
			if l.Sign != '-' {
				h.NewLines++
			}
		}
		at, oldLine, newLine = p.to, h.OldStart+h.OldLines, h.NewStart+h.NewLines
		if h.OldLines == 0 {
			h.OldStart--
		}
		if h.NewLines == 0 {
			h.NewStart--
		}
		out = append(out, h)
	}
	return out
}
