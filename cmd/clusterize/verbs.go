package main

import (
	"context"
	"fmt"
	"go/token"
	"io"
	iofs "io/fs"
	"path"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/rewrite"
)

// flags are the flags that several verbs share.
type flags struct {
	dir, tags, format, output, tagStyle, client, switchMode, server, helper string
	config                                                                  string
	plans, whatIf                                                           []string
	tests, singleSlot, quiet, verbose                                       bool
	allowDirty, allowErrors, annotate                                       bool
	part                                                                    port.Selection
	reports                                                                 bool     // the verb prints a report
	derivations                                                             bool     // it needs to know how keys were found
	formats                                                                 []string // of the verb, beside text and json

	stdout, stderr io.Writer
}

func newRoot(stdout, stderr io.Writer) *cobra.Command {
	f := &flags{stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:           "clusterize [report] [flags] [packages]",
		Short:         "Port a Go code base from one Redis to a Redis Cluster",
		Long:          "clusterize finds every go-redis call of the packages (default ./...), works out which keys must share a\nhash slot, and reports what breaks on a Redis Cluster and what it would change. It writes nothing.",
		Example:       "  clusterize\n  clusterize -C service --tags=integration ./...\n  clusterize diff | git apply",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          f.report,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	rep := &cobra.Command{Use: "report [flags] [packages]", Short: "What breaks on a cluster, what would change, what needs a person (the default)",
		Example: "  clusterize report --format=json ./...", RunE: f.report, Args: cobra.ArbitraryArgs}
	check := f.checkCommand()
	explain := &cobra.Command{Use: "explain [RULE]", Short: "What a rule means: what happens on a cluster, before, after",
		Example: "  clusterize explain crossslot", RunE: f.explain, Args: cobra.MaximumNArgs(1), ValidArgsFunction: ruleNames}
	for _, c := range []*cobra.Command{root, rep, check} {
		f.analysisFlags(c)
		f.reportFlags(c)
	}
	for _, c := range []*cobra.Command{root, rep} {
		c.Flags().StringArrayVar(&f.whatIf, "what-if", nil, "try a tag: 'user:<id>:log=user:<id>', or 'user:<id>:log=' to keep the name")
	}
	root.AddCommand(rep, f.diffCommand(), f.applyCommand(), check, explain, f.initCommand(), f.composeCommand(), f.keymapCommand(), f.renameCommand(), f.traceCommand())
	complete(root)
	return root
}

// reportFlags are those of verbs that print a report.
func (f *flags) reportFlags(c *cobra.Command) {
	c.Flags().StringVar(&f.format, "format", "text", usageOfFormat(c))
	f.outputFlag(c, "write the report to this file instead of stdout")
}

func (f *flags) outputFlag(c *cobra.Command, usage string) {
	c.Flags().StringVarP(&f.output, "output", "o", "", usage)
}

const allowErrors = "write although some packages could not be analysed, or a decision is not followed"

func (f *flags) analysisFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&f.dir, "dir", "C", "", "work in this directory")
	fs.StringVar(&f.tags, "tags", "", "build tags, separated by commas")
	fs.BoolVar(&f.tests, "tests", true, "analyse test files as well")
	fs.StringVar(&f.tagStyle, "tag-style", "entity", "entity: {user:<id>}, value: {<id>}")
	fs.BoolVar(&f.singleSlot, "single-slot", false, "accept a constant tag: all keys of a family in one slot")
	fs.StringVar(&f.config, "config", "", "the file of decisions (default clusterize.yaml, if there is one)")
	fs.StringArrayVar(&f.plans, "plan", nil, "a report in JSON of a repository on the same Redis: use the names it gives")
	fs.StringVar(&f.client, "client", "cluster", "cluster: *redis.ClusterClient; universal: redis.UniversalClient, which serves a standalone server as well")
	fs.StringVar(&f.server, "server-version", "", "version of the Redis servers, such as 6.2 or 7.2")
	fs.StringVar(&f.switchMode, "switch", "auto", "switch the client: auto, always or never")
	fs.StringVar(&f.helper, "helper", "", "the directory of the helper package in a module (default "+rewrite.DefaultHelper+", or where it is)")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "say less")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "say more: also the safe sites, and progress")
}

var serverVersion = regexp.MustCompile(`^v?\d+(\.\d+)*$`)

func oneOf(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return &load.UsageError{Msg: fmt.Sprintf("--%s=%s is not known", name, value), Next: "use one of " + strings.Join(allowed, ", ")}
}

// analyse runs the stages for a verb.
func (f *flags) analyse(c *cobra.Command, args []string) (*port.Outcome, error) {
	for _, err := range []error{
		oneOf("format", f.format, append([]string{"text", "json"}, f.formats...)...), oneOf("tag-style", f.tagStyle, "entity", "value"),
		oneOf("client", f.client, "cluster", "universal"), oneOf("switch", f.switchMode, "auto", "always", "never"),
	} {
		if err != nil {
			return nil, err
		}
	}
	if f.server != "" && !serverVersion.MatchString(f.server) {
		return nil, &load.UsageError{Msg: "--server-version=" + f.server + " is no version", Next: "write it as 6.2 or 7.2.4"}
	}
	if base := path.Base(f.helper); f.helper != "" && (!iofs.ValidPath(f.helper) || !token.IsIdentifier(base)) {
		return nil, &load.UsageError{Msg: "--helper=" + f.helper + " is no directory for a package", Next: "write it below the root of the module, as " + rewrite.DefaultHelper}
	}
	spinner := f.spinner()
	defer spinner.done()
	cfg := port.Config{
		Load:     load.Config{Dir: f.dir, Tags: f.tags, Tests: f.tests, Patterns: args, Progress: spinner.show},
		Annotate: f.annotate, Switch: f.switchMode, Universal: f.client == "universal", Server: f.server, Helper: f.helper, Derivations: f.reports && (f.verbose || f.derivations || f.format != "text"),
		Review: f.reports && slices.Contains(report.Formats(), f.format),
	}
	if err := f.decided(c, &cfg); err != nil {
		return nil, err
	}
	return analyse(c.Context(), cfg)
}

// analyse returns when the context ends, although the analysis goes on: it writes nothing, and the process is about to
// end. A panic of the analysis is an error like others.
func analyse(ctx context.Context, cfg port.Config) (*port.Outcome, error) {
	type result struct {
		out *port.Outcome
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{nil, fmt.Errorf("bug: %v; no file was changed. Please report it with this:\n%s", p, debug.Stack())}
			}
		}()
		out, err := port.Analyse(ctx, cfg)
		done <- result{out, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		return r.out, r.err
	}
}

func (f *flags) report(c *cobra.Command, args []string) error {
	f.reports, f.formats = true, report.Formats()
	out, err := f.analyse(c, args)
	if err != nil {
		return err
	}
	return f.print(out.Report, f.verbose)
}

// print writes the report to stdout or to the file of -o.
func (f *flags) print(r *report.Report, verbose bool) error {
	return f.write(func(w io.Writer) error {
		if f.format != "text" {
			return report.Write(w, f.format, r)
		}
		return report.Text(w, r, report.TextOptions{Width: f.columns(), Colour: f.colours(), Verbose: verbose, Quiet: f.quiet})
	})
}
