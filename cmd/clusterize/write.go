package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/patch"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/rewrite"
)

// selection adds the flags that take a part of the changes.
func (f *flags) selection(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.part.Only, "only", nil, "only what serves this family ('user:<id>:log'), client (main.go:12) or rule (one-node);\na client comes with all that it needs; can be given several times")
	c.Flags().Var(fromOne{&f.part.Max}, "max-changes", "at most so many steps: helper and splits, fan-outs, tags, clients")
}

// fromOne is a flag for a number from 1: a 0 that is given is not the one that stands for no limit.
type fromOne struct{ n *int }

func (v fromOne) Type() string   { return "int" }
func (v fromOne) String() string { return strconv.Itoa(*v.n) }

func (v fromOne) Set(text string) error {
	n, err := strconv.ParseInt(text, 0, 32)
	if *v.n = int(n); n < 1 {
		*v.n = -1
	}
	return err
}

func (f *flags) annotation(c *cobra.Command) {
	c.Flags().BoolVar(&f.annotate, "annotate", false, "put //clusterize:todo RULE reason above each site that is left to a person; take away those\nthat are solved")
}

func (f *flags) diffCommand() *cobra.Command {
	series := ""
	c := &cobra.Command{Use: "diff [flags] [packages]", Short: "Print the changes as a unified diff, or write a series of patches",
		Long: "diff prints the changes as one unified diff for git apply. With --series it writes numbered patches for git am,\n" +
			"in an order in which they can be merged: the code compiles after each, and only the last ones, which switch the\n" +
			"clients, need a cluster.",
		Example: "  clusterize diff > port.patch && git apply port.patch\n  clusterize diff --series patches && git am patches/*.patch\n" +
			"  clusterize diff --max-changes 1\n  clusterize diff --only 'cart:<id>:items'",
		RunE: func(c *cobra.Command, args []string) error { return f.diff(c, args, series) }, Args: cobra.ArbitraryArgs}
	f.analysisFlags(c)
	f.selection(c)
	f.annotation(c)
	f.outputFlag(c, "write the diff to this file instead of stdout")
	c.Flags().StringVar(&series, "series", "", "write numbered patches for git am into this directory, which must be new or empty")
	return c
}

func (f *flags) applyCommand() *cobra.Command {
	c := &cobra.Command{Use: "apply [flags] [packages]", Short: "Write the changes: all files or none",
		Example: "  clusterize apply ./...\n  clusterize apply --only one-node", RunE: f.apply, Args: cobra.ArbitraryArgs}
	f.analysisFlags(c)
	f.selection(c)
	f.annotation(c)
	c.Flags().BoolVar(&f.allowDirty, "allow-dirty", false, "write although the git work tree has changes that are not committed")
	c.Flags().BoolVar(&f.allowErrors, "allow-errors", false, allowErrors)
	return c
}

// isPart reports that not all changes are wanted.
func (f *flags) isPart() bool { return len(f.part.Only) > 0 || f.part.Max != 0 }

// renamedBy tells which families, by template, are renamed by the changes that the flags name; nil stands for all.
func (f *flags) renamedBy(out *port.Outcome) (func(template string) bool, error) {
	if !f.isPart() {
		return nil, nil
	}
	steps, err := f.steps(out)
	renamed := map[string]bool{}
	for _, s := range steps {
		for _, c := range s.Changes {
			for _, t := range c.Families {
				renamed[t] = true
			}
		}
	}
	return func(t string) bool { return renamed[t] }, err
}

func (f *flags) steps(out *port.Outcome) ([]rewrite.Step, error) {
	if f.part.Max < 0 {
		return nil, &load.UsageError{Msg: "--max-changes is not a possible value", Next: "write a number from 1"}
	}
	return out.Steps(f.part)
}

// selected are the new contents of the files: of all changes, or of those that the flags name.
func (f *flags) selected(out *port.Outcome) (map[string][]byte, error) {
	if !f.isPart() {
		return out.Port.Files, nil
	}
	steps, err := f.steps(out)
	return port.Contents(steps), err
}

func (f *flags) diff(c *cobra.Command, args []string, series string) error {
	out, err := f.analyse(c, args)
	if err != nil {
		return err
	}
	if series != "" {
		f.mention(out)
		return f.series(out, series)
	}
	files, err := f.selected(out)
	if err != nil {
		return err
	}
	f.mention(out)
	f.nothing(files)
	return f.write(func(w io.Writer) error {
		for _, file := range rewrite.Diff(out.Program, files) {
			if _, err := fmt.Fprint(w, file); err != nil {
				return err
			}
		}
		return nil
	})
}

// nothing says so when there is nothing to change.
func (f *flags) nothing(files map[string][]byte) bool {
	if len(files) > 0 {
		return false
	}
	of := ""
	for i, name := range f.part.Only {
		of += []string{" for ", ", "}[min(i, 1)] + "'" + name + "'"
	}
	fmt.Fprintln(f.stderr, "clusterize: nothing to change"+of)
	return true
}

// series writes the patches, and their names to stdout. The directory is there with all of them or not at all.
func (f *flags) series(out *port.Outcome, dir string) error {
	steps, err := f.steps(out)
	if err != nil {
		return err
	}
	if len(steps) == 0 {
		f.nothing(nil)
		return nil
	}
	refuse := func(err error) error { return errRefused{"--series: " + err.Error()} }
	if there, err := os.ReadDir(dir); err == nil && len(there) > 0 {
		return refuse(fmt.Errorf("%s is not empty; no patch was written: remove what is there, or name another directory", dir))
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return refuse(err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".clusterize-*")
	if err != nil {
		return refuse(err)
	}
	defer os.RemoveAll(temp)
	var names []string
	from := rewrite.Author(out.Program.Dir)
	for i, p := range out.Patches(steps) {
		m := patch.Mail{Number: i + 1, Of: len(steps), From: from, Subject: p.Subject, Body: p.Body, Files: p.Files}
		names = append(names, m.Name())
		if err := os.WriteFile(filepath.Join(temp, m.Name()), m.Bytes(), 0o644); err != nil {
			return refuse(err)
		}
	}
	_ = os.Remove(dir) // when it is there and empty
	if err := os.Chmod(temp, 0o755); err != nil {
		return refuse(err)
	}
	if err := os.Rename(temp, dir); err != nil {
		return refuse(err)
	}
	for _, name := range names {
		fmt.Fprintln(f.stdout, filepath.Join(dir, name))
	}
	return nil
}

func (f *flags) apply(c *cobra.Command, args []string) error {
	out, err := f.analyse(c, args)
	if err != nil {
		return err
	}
	files, err := f.selected(out)
	if err != nil {
		return err
	}
	f.mention(out)
	if err := f.whole(out, "no file was changed"); err != nil {
		return err
	}
	if f.nothing(files) {
		return nil
	}
	if !f.allowDirty && rewrite.Dirty(out.Program.Dir) {
		return errRefused{"the git work tree has changes that are not committed; no file was changed: commit them, or use --allow-dirty"}
	}
	if err := rewrite.Write(out.Program, files); err != nil {
		return errRefused{err.Error()}
	}
	if !f.quiet {
		noun := "files"
		if len(files) == 1 {
			noun = "file"
		}
		fmt.Fprintf(f.stderr, "clusterize: changed %d %s\n", len(files), noun)
	}
	return nil
}

// mention says on stderr what a diff does not show.
func (f *flags) mention(out *port.Outcome) {
	if f.quiet {
		return
	}
	for _, l := range out.Report.LeftOut {
		what := "left out"
		if slices.Contains(out.Report.Problems, l) {
			what = "not followed"
		}
		fmt.Fprintf(f.stderr, "clusterize: %s: %s: %s\n", what, l.Package, l.Reason)
	}
	if n := out.Report.Summary.Undecided(); n > 0 {
		need := "sites need"
		if n == 1 {
			need = "site needs"
		}
		fmt.Fprintf(f.stderr, "clusterize: %d %s a person: see clusterize report\n", n, need)
	}
}

// whole refuses to follow a plan that was made without a part of the code, or without a decision.
func (f *flags) whole(out *port.Outcome, nothing string) error {
	if f.allowErrors {
		return nil
	}
	for _, l := range out.Program.LeftOut {
		if l.Severity != load.Note {
			return errRefused{fmt.Sprintf("%s was not analysed (%s), so a family could be renamed at some places only; %s: mend it, or use --allow-errors", l.Package, l.Reason, nothing)}
		}
	}
	if len(out.Problems) > 0 {
		first := out.Problems[0]
		return errRefused{fmt.Sprintf("%s: %s; %s, since a decision is not followed: mend it, or use --allow-errors", first.Package, first.Reason, nothing)}
	}
	return nil
}
