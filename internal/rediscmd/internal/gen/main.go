// The gen command writes the generated tables of package rediscmd into the current directory.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/clusterize/clusterize/internal/rediscmd/internal/gentable"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := gentable.Files(context.Background())
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
