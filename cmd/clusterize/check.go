package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
)

// gate is what check compares with.
type gate struct {
	baseline string // the file of findings that are known; "" for none
	write    string // the file to write them to; "" for none
}

func (f *flags) checkCommand() *cobra.Command {
	g := gate{}
	c := &cobra.Command{Use: "check [flags] [packages]", Short: "Gate for CI after the port: exit 1 if a site is not safe on a cluster",
		Long: "check ends with 1 when a site is not safe on a cluster, a client is still one of a single server (and not kept so\n" +
			"in clusterize.yaml), or a package could not be analysed. With --baseline it ends\n" +
			"with 1 when there are findings that the baseline has not; those that it has may only become fewer.",
		Example: "  clusterize check ./...\n  clusterize check --write-baseline baseline.json\n  clusterize check --baseline baseline.json --format=github",
		RunE:    func(c *cobra.Command, args []string) error { return f.check(c, args, g) }, Args: cobra.ArbitraryArgs}
	c.Flags().StringVar(&g.baseline, "baseline", "", "a file of findings that are known: only new ones fail")
	c.Flags().StringVar(&g.write, "write-baseline", "", "write the findings to this file; with --baseline only if none is new")
	return c
}

// check prints what is not safe. Its error is errFound when that is too much.
func (f *flags) check(c *cobra.Command, args []string, g gate) error {
	f.reports, f.formats = true, report.Formats()
	known, err := g.read()
	if err != nil {
		return err
	}
	out, err := f.analyse(c, args)
	if err != nil {
		return err
	}
	r := out.Report
	if known != nil {
		r.Baseline = r.Against(known, filepath.ToSlash(g.baseline))
	}
	fine := r.Safe()
	ends := !fine || unread(out)
	if known != nil {
		fine = r.Baseline.Fine()
		ends = !fine
	}
	if g.write != "" && (known == nil || fine) {
		return f.writeBaseline(out, g)
	}
	if err := f.verdict(r, fine); err != nil {
		return err
	}
	if ends {
		return errFound
	}
	return nil
}

// verdict prints the report, or a line when all is fine.
func (f *flags) verdict(r *report.Report, fine bool) error {
	switch {
	case f.format != "text":
		return f.print(r, true)
	case r.Baseline == nil && !fine:
		return f.write(func(w io.Writer) error {
			return report.Text(w, r, report.TextOptions{Width: f.columns(), Colour: f.colours(), Quiet: f.quiet, Verbose: !f.quiet, Check: true})
		})
	case r.Baseline != nil:
		if f.quiet && fine {
			return nil
		}
		return f.write(func(w io.Writer) error {
			return report.BaselineText(w, r, report.TextOptions{Width: f.columns(), Colour: f.colours(), Quiet: f.quiet, Verbose: f.verbose})
		})
	case f.quiet:
		return nil
	}
	return f.write(func(w io.Writer) error {
		_, err := fmt.Fprintln(w, report.AllSafe(r))
		return err
	})
}

// unread reports code that could not be analysed: it may have any finding.
func unread(out *port.Outcome) bool {
	for _, l := range out.Program.LeftOut {
		if l.Severity != load.Note {
			return true
		}
	}
	return false
}

// read reads the baseline; nil without one.
func (g gate) read() (*report.Baseline, error) {
	if g.baseline == "" {
		return nil, nil
	}
	src, err := os.ReadFile(g.baseline)
	if err != nil {
		return nil, &load.UsageError{Msg: "--baseline: " + err.Error(), Next: "write one with clusterize check --write-baseline " + g.baseline}
	}
	b, err := report.ReadBaseline(src)
	if err != nil {
		return nil, errRefused{"--baseline: " + g.baseline + ": " + err.Error()}
	}
	return b, nil
}

// writeBaseline writes the findings as they are now, and what was not analysed.
func (f *flags) writeBaseline(out *port.Outcome, g gate) error {
	b := out.Report.NewBaseline()
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return err
	}
	if err := writeFile(g.write, text.Bytes()); err != nil {
		return errRefused{"--write-baseline: " + err.Error()}
	}
	if f.quiet {
		return nil
	}
	fixed := ""
	if c := out.Report.Baseline; c != nil {
		fixed = fmt.Sprintf(", %d fixed", c.Gone())
	}
	if n := len(b.LeftOut); n > 0 {
		fixed += fmt.Sprintf(", %d packages left out, of which nothing is known", n)
	}
	fmt.Fprintf(f.stderr, "clusterize: %s: %d findings%s\n", g.write, b.Count, fixed)
	return nil
}
