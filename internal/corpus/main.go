// Corpus prints how much is known of the keys and scripts of some programs: a
// row of a table for each target, and what keeps keys from being known.
//
//	go run ./internal/corpus [-reasons N] DIR...
//
// An argument is unknown and knowable where the code tells more than was seen;
// what came out of Redis, what is input of the program, and what callers of an
// exported function pass that nobody in the target calls is not knowable.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
)

func main() {
	reasons := flag.Int("reasons", 0, "list the N most frequent reasons of each target")
	tests := flag.Bool("tests", false, "analyse test files as well")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/corpus [-reasons N] [-tests] DIR...")
		os.Exit(2)
	}
	if failed := run(context.Background(), os.Stdout, flag.Args(), *tests, *reasons); failed > 0 {
		os.Exit(1)
	}
}

// run prints the table, and tells how many targets could not be analysed.
func run(ctx context.Context, out io.Writer, dirs []string, tests bool, reasons int) (failed int) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "module\tgo-redis\tsites\tkey arguments\tknown\tpartly\tunknown, knowable\tnot knowable\tseconds")
	var sum report.KeyCount
	var scripts bytes.Buffer
	sw := tabwriter.NewWriter(&scripts, 0, 0, 2, ' ', 0)
	fmt.Fprintln(sw, "module\tscripts\tread\tsafe\ttag\treview\tblocked\tunread")
	var notes strings.Builder
	for _, dir := range dirs {
		start := time.Now()
		o, err := port.Analyse(ctx, port.Config{Load: load.Config{Dir: dir, Tests: tests}, Switch: "auto", Derivations: true})
		if err != nil {
			failed++
			fmt.Fprintf(&notes, "\n%s: %v\n", dir, err)
			continue
		}
		k := o.Report.Keys
		if k == nil {
			k = &report.KeyCount{}
		}
		row(w, modulesOf(o.Report, dir), versionsOf(o.Report), fmt.Sprint(o.Report.Summary.Sites), *k, fmt.Sprintf("%.1f", time.Since(start).Seconds()))
		if x := o.Report.Scripts; x != nil && x.Found > 0 {
			fmt.Fprintf(sw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", modulesOf(o.Report, dir), x.Found, x.Read, x.Safe, x.Tag, x.Review, x.Blocked, x.Unread)
		}
		add(&sum, *k)
		listReasons(&notes, modulesOf(o.Report, dir), *k, reasons)
	}
	row(w, "all", "", "", sum, "")
	w.Flush()
	if n := sum.Total - notKnowable(sum); n > 0 {
		fmt.Fprintf(out, "\n%.1f %% of the %d knowable key arguments are unknown\n", 100*float64(sum.Knowable)/float64(n), n)
	}
	sw.Flush()
	fmt.Fprintf(out, "\n%s", scripts.String())
	io.WriteString(out, notes.String())
	return failed
}

func row(w io.Writer, module, version, sites string, k report.KeyCount, seconds string) {
	fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", module, version, sites, k.Total, k.Known, k.Partly, k.Knowable, notKnowable(k), seconds)
}

func notKnowable(k report.KeyCount) int { return k.Unknown - k.Knowable + k.Open }

func add(sum *report.KeyCount, k report.KeyCount) {
	sum.Total += k.Total
	sum.Known += k.Known
	sum.Partly += k.Partly
	sum.Unknown += k.Unknown
	sum.Open += k.Open
	sum.Knowable += k.Knowable
}

// listReasons writes the most frequent reasons; + marks those where the code tells more.
func listReasons(b *strings.Builder, module string, k report.KeyCount, most int) {
	if most = min(most, len(k.Reasons)); most == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s (+ where the code tells more)\n", module)
	for _, r := range k.Reasons[:most] {
		mark := " "
		if r.Knowable {
			mark = "+"
		}
		fmt.Fprintf(b, "%6d %s %s\n", r.Count, mark, r.Reason)
	}
}

func modulesOf(r *report.Report, dir string) string {
	if len(r.Modules) == 0 {
		return filepath.Base(dir)
	}
	name := r.Modules[0].Path
	if n := len(r.Modules) - 1; n > 0 {
		name += fmt.Sprintf(" and %d more", n)
	}
	return name
}

func versionsOf(r *report.Report) string {
	var out []string
	for _, m := range r.Modules {
		for _, g := range m.GoRedis {
			if !strings.Contains(strings.Join(out, " "), g.Version) {
				out = append(out, g.Version)
			}
		}
	}
	return strings.Join(out, " ")
}
