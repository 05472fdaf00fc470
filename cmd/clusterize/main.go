package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/clusterize/clusterize/internal/load"
)

func main() {
	// One run allocates much that lives to its end: collecting less often saves a fifth of the time.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes, as the manual in doc.go says.
const (
	exitOK    = 0
	exitFound = 1
	exitUsage = 2
)

// errFound ends `check` with code 1: the command did its job, and what it looked for is there.
var errFound = errors.New("sites that are not safe on a cluster")

// errDone ends a command with code 2 after it has said why.
type errRefused struct{ msg string }

func (e errRefused) Error() string { return e.msg }

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "clusterize: interrupted; no file was changed")
		return exitUsage
	}
	var te *load.TargetError
	var ue *load.UsageError
	if !errors.As(err, &te) && !errors.As(err, &ue) && !errors.As(err, new(errRefused)) {
		fmt.Fprintf(stderr, "clusterize: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "clusterize: %v\n", err)
	return exitUsage
}
