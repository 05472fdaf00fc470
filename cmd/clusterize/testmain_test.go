package main_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain compiles the targets of the tests in a hurry: the loader needs export data of every package, and a package
// that uses go-redis takes the compiler three seconds with optimisation, and less than one without. With -trimpath a target
// that did not change is not compiled again because it lies in another temporary directory.
func TestMain(m *testing.M) {
	flags := strings.TrimSpace(os.Getenv("GOFLAGS") + " -trimpath '-gcflags=-N -l -dwarf=false'")
	if err := os.Setenv("GOFLAGS", flags); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
