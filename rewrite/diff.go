package rewrite

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"

	"github.com/clusterize/clusterize/internal/load"
)

// Diff writes the changes as one unified diff that `git apply` takes: paths relative to the top of the git work tree,
// or, without git, to the working directory.
func Diff(prog *load.Program, files map[string][]byte) ([]byte, error) {
	top := workTree(prog.Dir)
	var out bytes.Buffer
	byRel := map[string]*load.File{}
	for _, f := range prog.Files {
		byRel[f.Rel] = f
	}
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		f := byRel[n]
		if f == nil {
			rel, err := filepath.Rel(top, filepath.Join(prog.Dir, filepath.FromSlash(n)))
			if err != nil {
				rel = n
			}
			created(&out, filepath.ToSlash(rel), string(files[n]))
			continue
		}
		if bytes.Equal(f.Content, files[n]) {
			continue
		}
		rel, err := filepath.Rel(top, f.Abs)
		if err != nil {
			rel = n
		}
		unified(&out, filepath.ToSlash(rel), string(f.Content), string(files[n]))
	}
	return out.Bytes(), nil
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

const contextLines = 3

// diffLine is a line with its sign: ' ', '-' or '+'. The text keeps its line break.
type diffLine struct {
	sign byte
	text string
}

// unified appends the diff of one file.
func unified(out *bytes.Buffer, name, old, new string) {
	lines := lineDiff(old, new)
	fmt.Fprintf(out, "diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n", name, name, name, name)
	for _, h := range hunks(lines) {
		writeHunk(out, lines, h)
	}
}

// created appends the diff of a new file.
func created(out *bytes.Buffer, name, text string) {
	fmt.Fprintf(out, "diff --git a/%s b/%s\nnew file mode 100644\n--- /dev/null\n+++ b/%s\n", name, name, name)
	lines := lineDiff("", text)
	writeHunk(out, lines, hunk{0, len(lines)})
}

func lineDiff(old, new string) []diffLine {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	a, b, table := dmp.DiffLinesToRunes(old, new)
	var out []diffLine
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
				out = append(out, diffLine{sign, l})
			}
		}
	}
	return out
}

type hunk struct{ from, to int } // lines

func hunks(lines []diffLine) []hunk {
	var out []hunk
	for i, l := range lines {
		if l.sign == ' ' {
			continue
		}
		from, to := max(0, i-contextLines), min(len(lines), i+contextLines+1)
		if n := len(out); n > 0 && out[n-1].to >= from {
			out[n-1].to = to
		} else {
			out = append(out, hunk{from, to})
		}
	}
	return out
}

func writeHunk(out *bytes.Buffer, lines []diffLine, h hunk) {
	oldLine, newLine := 1, 1
	for _, l := range lines[:h.from] {
		if l.sign != '+' {
			oldLine++
		}
		if l.sign != '-' {
			newLine++
		}
	}
	oldN, newN := 0, 0
	for _, l := range lines[h.from:h.to] {
		if l.sign != '+' {
			oldN++
		}
		if l.sign != '-' {
			newN++
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", extent(oldLine, oldN), extent(newLine, newN))
	for _, l := range lines[h.from:h.to] {
		out.WriteByte(l.sign)
		out.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

func extent(line, n int) string {
	if n == 0 {
		line--
	}
	if n == 1 {
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, n)
}
