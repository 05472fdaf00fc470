package load

import (
	"regexp"
	"strings"
)

// UsageError is a mistake in what Load was asked for.
type UsageError struct {
	// Msg says what is wrong, Next what to do about it; one line each.
	Msg, Next string
}

// Error returns the message and the next step in one line.
func (e *UsageError) Error() string { return sentence(e.Msg, e.Next) }

// TargetError means that there is no target that could be loaded.
type TargetError struct {
	// Msg says what is wrong, Next what to do about it; one line each.
	Msg, Next string
}

// Error returns the message and the next step in one line.
func (e *TargetError) Error() string { return sentence(e.Msg, e.Next) }

func sentence(msg, next string) string {
	if next == "" {
		return msg
	}
	return msg + ": " + next
}

var exitStatus = regexp.MustCompile(`^err: exit status \d+: stderr: `)

// goListError turns what the go command said into a TargetError.
func goListError(err error) error {
	msg := err.Error()
	msg = exitStatus.ReplaceAllString(msg, "")
	msg = oneLine(strings.TrimPrefix(msg, "go: "))
	next := "make `go list ./...` work there first"
	switch {
	case strings.Contains(msg, "requires go >="):
		next = "use that version of Go, or set GOTOOLCHAIN=auto"
	case strings.Contains(msg, "inconsistent vendoring"):
		next = "run `go mod vendor` there, or set GOFLAGS=-mod=mod"
	case strings.Contains(msg, "updates to go.mod needed"), strings.Contains(msg, "missing go.sum entry"):
		next = "run `go mod tidy` there first"
	}
	return &TargetError{Msg: "the go command cannot list the packages: " + msg, Next: next}
}

// oneLine folds a message of the go command into one line of bounded length.
func oneLine(msg string) string {
	var lines []string
	for line := range strings.Lines(msg) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	if len(lines) > 2 {
		lines = lines[:2]
	}
	msg = strings.Join(lines, " ")
	const limit = 400
	if len(msg) > limit {
		msg = strings.ToValidUTF8(msg[:limit], "") + "..."
	}
	return msg
}
