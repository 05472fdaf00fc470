package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/address"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/internal/trace"
)

// tracing are the flags of trace.
type tracing struct {
	addr   string
	files  []string
	length time.Duration
}

func (f *flags) traceCommand() *cobra.Command {
	var o tracing
	c := &cobra.Command{Use: "trace FILE|- [flags] [packages]", Short: "Hold captured traffic against the plan: exit 1 if something is left that a cluster does not serve",
		Long: "trace reads what MONITOR of the standalone server printed, packed by gzip or not, and says which operations a cluster\n" +
			"would refuse or answer wrongly, with the keys as they are named and as the plan renames them; which keys no template\n" +
			"knows, since another program may use this Redis; and where the traffic goes. Capture before the port: the names must\n" +
			"be the old ones. MONITOR costs the server about half of its speed while it runs, and shows all data.",
		Example: "  timeout 60 redis-cli monitor | gzip > monitor.gz\n" +
			"  clusterize trace monitor.gz\n" +
			"  clusterize trace --keymap keymap.json - < monitor.log     # where there is no source\n" +
			"  REDIS_PASSWORD=... clusterize trace --addr rediss://redis.internal:6379 --for 30s ./...",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return f.trace(c, args, o) }}
	f.analysisFlags(c)
	f.reportFlags(c)
	fs := c.Flags()
	fs.StringVar(&o.addr, "addr", "", "listen to this server instead of reading a file: HOST:PORT, or a URL (redis://, rediss://, unix://); user and\npassword from the URL, or from REDIS_USERNAME, and REDIS_PASSWORD or REDISCLI_AUTH")
	fs.DurationVar(&o.length, "for", 30*time.Second, "how long to listen, such as 90s")
	keymapFlag(c, &o.files)
	return c
}

// capture is where commands come from.
type capture struct {
	name   string
	file   io.ReadCloser  // nil for a server
	pipe   bool           // which may be silent for ever
	server *redis.Options // that is listened to
}

func (f *flags) trace(c *cobra.Command, args []string, o tracing) error {
	if err := oneOf("format", f.format, "text", "json"); err != nil {
		return err
	}
	from, packages, err := openCapture(c, args, o)
	if err != nil {
		return err
	}
	if from.file != nil {
		defer from.file.Close()
	}
	opt, err := f.traced(c, packages, o.files)
	if err != nil {
		return err
	}
	res, err := f.readCapture(c.Context(), from, o.length, trace.New(opt))
	if err != nil {
		return err
	}
	err = f.write(func(w io.Writer) error {
		if f.format == "json" {
			return report.TraceJSON(w, res)
		}
		return report.TraceText(w, res, report.TextOptions{Width: 80, Verbose: f.verbose, Quiet: f.quiet})
	})
	if err == nil && res.Found() {
		err = errFound
	}
	return err
}

// openCapture finds out where the commands come from; what is left of the arguments are packages.
func openCapture(c *cobra.Command, args []string, o tracing) (from capture, packages []string, err error) {
	if o.addr != "" {
		if o.length <= 0 {
			return from, nil, &load.UsageError{Msg: "--for is no time to listen", Next: "write --for 30s"}
		}
		from.server, err = address.Parse(o.addr, os.Getenv)
		if err != nil {
			return from, nil, errRefused{"--addr: " + err.Error()}
		}
		from.name = from.server.Addr
		return from, args, nil
	}
	switch {
	case c.Flags().Changed("for"):
		return from, nil, &load.UsageError{Msg: "--for without --addr", Next: "name the server to listen to: --addr HOST:PORT"}
	case len(args) == 0:
		return from, nil, &load.UsageError{Msg: "trace needs a capture", Next: "name a file with the output of redis-cli monitor, - for standard input, or a server: --addr HOST:PORT"}
	case args[0] == "-":
		return capture{name: "standard input", pipe: true, file: io.NopCloser(os.Stdin)}, args[1:], nil
	}
	file, err := os.Open(args[0])
	if err != nil {
		return from, nil, &load.UsageError{Msg: err.Error(), Next: "the first argument is the capture, packages come after it"}
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		_ = file.Close()
		return from, nil, &load.UsageError{Msg: args[0] + " is a directory", Next: "the first argument is the capture, packages come after it"}
	}
	return capture{name: args[0], file: file}, args[1:], nil
}

// traced is what the capture is held against: keymaps, or the plan of the packages with its sites.
func (f *flags) traced(c *cobra.Command, packages, files []string) (opt trace.Options, err error) {
	if len(files) > 0 {
		opt.Map, err = f.readNames(packages, files)
		return opt, err
	}
	out, err := f.analyse(c, packages)
	if err != nil {
		return opt, err
	}
	if out.Nothing || len(out.Plan.Families) == 0 {
		return opt, &load.UsageError{Msg: "these packages name no keys in Redis", Next: "name others behind the capture, or give a keymap: --keymap FILE"}
	}
	f.mention(out)
	opt.Sites = sitesOf(out)
	if opt.Map, err = keymap.FromPlan(out.Plan, nil); err != nil {
		return opt, errRefused{err.Error()}
	}
	f.warnNoNames(opt.Map)
	return opt, nil
}

// sitesOf lists the operations of the code, with the families of their keys.
func sitesOf(out *port.Outcome) []trace.Site {
	families := map[string][]string{}
	for _, f := range out.Plan.Families {
		for _, id := range f.Sites {
			families[id] = append(families[id], f.Template)
		}
	}
	var sites []trace.Site
	for _, s := range out.Report.Sites {
		x := trace.Site{File: s.File, Line: s.Line, Verdict: s.Verdict, Kind: s.Kind, Commands: s.Commands, Families: families[s.ID]}
		for _, k := range s.Keys {
			pieces, _ := key.ParseReport(k.Template)
			x.Whole = x.Whole || len(pieces) == 1 && pieces[0].Name != ""
		}
		sites = append(sites, x)
	}
	return sites
}

// readCapture reads to the end of the file, or of the time.
func (f *flags) readCapture(ctx context.Context, from capture, length time.Duration, a *trace.Analyzer) (*trace.Result, error) {
	src, ended := io.Reader(from.file), func() string { return "" }
	switch {
	case from.pipe:
		in := monitor.NewInput(ctx, from.file)
		src, ended = in, in.Ended
	case from.file == nil:
		live, err := monitor.Open(ctx, from.server, length)
		if err != nil {
			return nil, errRefused{from.name + ": " + err.Error()}
		}
		defer live.Close()
		f.progress("listening to " + from.name + " for " + length.String())
		src, ended = live, live.Ended
	}
	r := monitor.NewReader(src)
	var l monitor.Line
	var first string
	for {
		err := r.Next(&l)
		var bad *monitor.BadLine
		switch {
		case err == nil:
			a.Line(&l)
		case errors.As(err, &bad):
			a.Unreadable(bad)
			if first == "" {
				first = bad.Error()
			}
		case errors.Is(err, io.EOF):
			return f.finished(a.Finish(r, from.name, ended()), first)
		case errors.Is(err, io.ErrUnexpectedEOF):
			return f.finished(a.Finish(r, from.name, "the packed file is cut off"), first)
		default:
			return nil, errRefused{from.name + ": " + err.Error()}
		}
		if from.file != nil && !from.pipe && r.Lines%1_000_000 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f.progress(fmt.Sprintf("%d lines", r.Lines))
		}
	}
}

// finished refuses what is no capture at all.
func (f *flags) finished(res *trace.Result, firstBad string) (*trace.Result, error) {
	if res.Capture.Commands+res.Capture.ScriptCalls == 0 && firstBad != "" {
		return nil, errRefused{res.Source + " is no output of MONITOR: " + firstBad}
	}
	return res, nil
}

// progress says on stderr what is being done.
func (f *flags) progress(what string) {
	if f.verbose && !f.quiet {
		fmt.Fprintln(f.stderr, "clusterize: "+what)
	}
}
