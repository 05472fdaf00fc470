package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/report"
)

func (f *flags) initCommand() *cobra.Command {
	c := &cobra.Command{Use: "init [flags] [packages]", Short: "Write a clusterize.yaml with every open decision and its default",
		Long: "init writes a file of decisions with everything that a person may decide here: tags, sites that are left to a person,\n" +
			"keys that the code does not tell, clients. Each entry is a comment and shows the default. It never overwrites a\n" +
			"file; with decisions that are there already (or --config), -o FILE writes those that are still open.",
		Example: "  clusterize init && $EDITOR clusterize.yaml\n  clusterize init -o open.yaml",
		RunE:    f.init, Args: cobra.ArbitraryArgs}
	f.analysisFlags(c)
	f.outputFlag(c, "the file to write (default clusterize.yaml in the directory of -C)")
	return c
}

func (f *flags) init(c *cobra.Command, args []string) error {
	name := f.output
	if name == "" {
		name = filepath.Join(f.dir, configName)
	}
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return errRefused{name + " is there already, and was not changed: write the decisions that are still open to another file with -o FILE"}
	}
	f.reports, f.derivations = true, true
	out, err := f.analyse(c, args)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := report.Decisions(&text, out.Report); err != nil {
		return err
	}
	if err := writeFile(name, text.Bytes()); err != nil {
		return errRefused{err.Error()}
	}
	if !f.quiet {
		fmt.Fprintf(f.stderr, "clusterize: wrote %s\n", name)
	}
	return nil
}
