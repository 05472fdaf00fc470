package main_test

import (
	"context"
	"os"
	"strings"
	"testing"

	main "github.com/clusterize/clusterize/cmd/clusterize"
)

// asMain is set for the test binary to be the program, where a script must start it.
const asMain = "CLUSTERIZE_AS_MAIN"

// TestMain compiles the targets of the tests in a hurry: the loader needs export data of every package, and a package
// that uses go-redis takes the compiler three seconds with optimisation, and less than one without. With -trimpath a target
// that did not change is not compiled again because it lies in another temporary directory.
func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		os.Exit(main.Run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	flags := strings.TrimSpace(os.Getenv("GOFLAGS") + " -trimpath '-gcflags=-N -l -dwarf=false'")
	if err := os.Setenv("GOFLAGS", flags); err != nil {
		panic(err)
	}
	var err error
	if toolDir, err = os.MkdirTemp("", "clusterize-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(toolDir)
	os.Exit(code)
}

// toolDir is where the built program is.
var toolDir string
