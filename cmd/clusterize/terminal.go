package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// terminal is the number of columns of a terminal, 0 when it does not tell; false for anything else.
func terminal(w io.Writer) (columns int, ok bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		columns = 0
	}
	return columns, true
}

// The report is as wide as the terminal, within limits: lines that are longer are hard to read.
const (
	leastColumns = 60
	mostColumns  = 120
	plainColumns = 80 // where there is no terminal
)

// columns is the width of the report.
func (f *flags) columns() int {
	if n, ok := terminal(f.stdout); ok && n > 0 && f.output == "" {
		return min(max(n, leastColumns), mostColumns)
	}
	return plainColumns
}

// colours reports that the report may have colours: on a terminal, unless NO_COLOR is set (no-color.org).
func (f *flags) colours() bool {
	_, ok := terminal(f.stdout)
	return ok && f.output == "" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// spinner shows on a terminal what is being done, when that takes more than a second. With -v it writes lines instead,
// there and elsewhere.
type spinner struct {
	to    io.Writer
	lines bool

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	stage string
	end   chan struct{}
	ended chan struct{}
}

// patience is how long nothing is shown.
const patience = time.Second

func (f *flags) spinner() *spinner {
	s := &spinner{to: f.stderr, lines: f.verbose && !f.quiet, end: make(chan struct{}), ended: make(chan struct{})}
	if _, ok := terminal(f.stderr); !ok || s.lines || f.quiet {
		close(s.ended)
		return s
	}
	go s.turn()
	return s
}

// turn moves the spinner until the end.
func (s *spinner) turn() {
	defer close(s.ended)
	select {
	case <-s.end:
		return
	case <-time.After(patience):
	}
	s.mu.Lock()
	s.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(s.to), progressbar.OptionSpinnerType(14), progressbar.OptionSetDescription(s.stage),
		progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(50*time.Millisecond))
	s.mu.Unlock()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.end:
			_ = s.bar.Finish() // one that can't be drawn is no reason to stop
			return
		case <-tick.C:
			_ = s.bar.Add(1)
		}
	}
}

// show says what is being done now.
func (s *spinner) show(stage string) {
	if s.lines {
		fmt.Fprintln(s.to, "clusterize: "+stage)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage = stage; s.bar != nil {
		s.bar.Describe(stage)
	}
}

// done takes it off the terminal.
func (s *spinner) done() {
	close(s.end)
	<-s.ended
}
