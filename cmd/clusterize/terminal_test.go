package main_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
)

// onTerminal runs a command on a terminal of some columns, and returns what it shows.
func onTerminal(t *testing.T, dir string, columns uint16, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), append([]string{"TERM=xterm"}, env...)...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	_, _ = io.Copy(&out, f) // ends with an error when the other side is closed
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

// TestTerminal: colours, and the width of the terminal, are there only.
func TestTerminal(t *testing.T) {
	t.Parallel()
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(programsDir, "sessions")
	wide := onTerminal(t, dir, 110, []string{"NO_COLOR="}, tool, "-q", "--format=text")
	if !strings.Contains(wide, "\x1b[1mFound\x1b[") {
		t.Errorf("no colours on a terminal:\n%s", wide)
	}
	plain := onTerminal(t, dir, 110, []string{"NO_COLOR=1"}, tool, "-q")
	if strings.Contains(plain, "\x1b[") {
		t.Errorf("colours in spite of NO_COLOR:\n%q", plain)
	}
	if full := onTerminal(t, dir, 110, []string{"NO_COLOR=1"}, tool); !strings.Contains(full, "Rollout") || longestLine(full) <= 80 || longestLine(full) > 110 {
		t.Errorf("on 110 columns the longest line has %d:\n%s", longestLine(full), full)
	}
	if piped := command(t, dir, nil, tool); piped.exit != 0 || strings.Contains(piped.stdout+piped.stderr, "\x1b") || longestLine(piped.stdout) > 80 || piped.stderr != "" {
		t.Errorf("no terminal: %+v", piped)
	}
}

// longestLine is that of the report, behind what a spinner may have left.
func longestLine(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		line = line[strings.LastIndexByte(line, '\r')+1:]
		n = max(n, utf8.RuneCountInString(strings.TrimRight(line, "\n")))
	}
	return n
}

// TestInterrupted ends the tool at many moments with Ctrl-C: what it writes is there whole or not at all.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	p := &ported{src: filepath.Join(programsDir, "shop"), work: t.TempDir()}
	ports := p.repo(t)
	mustRun(t, ports, nil, tool, "apply")
	before, after := tree(t, p.repo(t)), tree(t, ports)
	cut := 0
	for i := range 24 {
		dir := p.repo(t)
		args := [][]string{{"report", "--format=json", "-o", "out.json"}, {"apply"}, {"diff", "--series", "patches"}}[i%3]
		cmd := exec.Command(tool, args...)
		cmd.Dir = dir
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i/3) * 150 * time.Millisecond)
		_ = cmd.Process.Signal(syscall.SIGINT) // or it has ended
		err := cmd.Wait()
		if err != nil {
			cut++
			if cmd.ProcessState.ExitCode() != 2 && cmd.ProcessState.ExitCode() != -1 || strings.Contains(stderr.String(), "bug") {
				t.Errorf("%v: %v, exit %d: %s", args, err, cmd.ProcessState.ExitCode(), &stderr)
			}
		}
		got := tree(t, dir)
		if text, ok := got["out.json"]; ok && !json.Valid([]byte(text)) {
			t.Errorf("half a report: %.200s", text)
		}
		delete(got, "out.json")
		patches := 0
		for name := range got {
			if strings.HasPrefix(name, "patches/") {
				patches++
				delete(got, name)
			}
		}
		if patches != 0 && patches != 2 {
			t.Errorf("%d patches of 2", patches)
		}
		if !maps.Equal(got, before) && !maps.Equal(got, after) {
			t.Errorf("%v was cut, and the tree is neither that of before nor that of after", args)
		}
	}
	t.Logf("%d of 24 runs were cut", cut)
	if cut == 0 {
		t.Error("no run was cut")
	}
}
