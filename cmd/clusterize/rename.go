package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rename"
)

// renaming are the flags of rename.
type renaming struct {
	addr        string
	files       []string
	write, undo bool
	batch       int
	pause       time.Duration
}

func (f *flags) renameCommand() *cobra.Command {
	var r renaming
	c := &cobra.Command{Use: "rename --addr ADDRESS [--write] [--undo] [flags] [packages]", Short: "Rename the stored keys on the standalone server",
		Long: "rename gives the keys that are stored on a standalone server the names that the ported program uses: before they\n" +
			"are moved to the cluster, where a key can't be renamed. Without --write it only says what it would do. Stop the\n" +
			"programs that use the old names before you write: they would not find their keys, and write new ones. Nothing is\n" +
			"overwritten; the run can be interrupted, and run again; --undo --write goes back.",
		Example: "  clusterize keymap --format=json -o keymap.json   # before clusterize apply\n" +
			"  clusterize rename --addr 127.0.0.1:6379 --keymap keymap.json\n" +
			"  REDIS_PASSWORD=... clusterize rename --addr rediss://redis.internal:6379/0 --keymap keymap.json --write\n" +
			"  redis-cli --cluster import 127.0.0.1:7001 --cluster-from 127.0.0.1:6379",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return f.rename(c, args, r) }}
	f.analysisFlags(c)
	f.reportFlags(c)
	f.selection(c)
	fs := c.Flags()
	fs.StringVar(&r.addr, "addr", "", "the server: HOST:PORT, or a URL (redis://, rediss://, unix://) with the number of a database; user and\npassword from the URL, or from REDIS_USERNAME, and REDIS_PASSWORD or REDISCLI_AUTH")
	keymapFlag(c, &r.files)
	fs.BoolVar(&r.write, "write", false, "rename the keys")
	fs.BoolVar(&r.undo, "undo", false, "from the new names back to the old ones")
	fs.BoolVar(&f.allowErrors, "allow-errors", false, allowErrors)
	fs.IntVar(&r.batch, "batch", 500, "how many keys are renamed at once")
	fs.DurationVar(&r.pause, "pause", 0, "wait so long after each batch, such as 10ms")
	return c
}

func (f *flags) rename(c *cobra.Command, args []string, r renaming) error {
	if r.addr == "" {
		return &load.UsageError{Msg: "rename needs the address of a server", Next: "write --addr HOST:PORT, or a URL"}
	}
	if r.batch < 1 || r.pause < 0 {
		return &load.UsageError{Msg: "--batch or --pause is not a possible value", Next: "write --batch=500 --pause=10ms"}
	}
	if f.isPart() && len(r.files) > 0 {
		return &load.UsageError{Msg: "--only or --max-changes together with --keymap", Next: "make the keymap with them"}
	}
	server, err := rename.Open(r.addr, os.Getenv)
	if err != nil {
		return errRefused{"--addr: " + err.Error()}
	}
	defer server.Close()
	m, err := f.names(c, args, r.files, r.write)
	if err != nil {
		return err
	}
	bar := f.bar()
	res, err := rename.Run(c.Context(), server, m, rename.Options{Write: r.write, Undo: r.undo, Batch: r.batch, Pause: r.pause, Progress: bar.show})
	bar.done()
	if res == nil {
		return errRefused{refusal(err)}
	}
	printErr := f.write(func(w io.Writer) error {
		if f.format == "json" {
			return res.JSON(w)
		}
		return res.Text(w)
	})
	if err == nil {
		err = printErr
	}
	if err != nil {
		return errRefused{fmt.Sprintf("%s; %d keys were renamed", refusal(err), written(res))}
	}
	return nil
}

func written(res *rename.Result) int64 {
	if res.Write {
		return res.Renamed
	}
	return 0
}

func refusal(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return err.Error()
}

// bar shows on a terminal how far a pass is.
type bar struct {
	to   io.Writer
	pass int
	bar  *progressbar.ProgressBar
}

// bar is one that shows nothing unless stderr is a terminal.
func (f *flags) bar() *bar {
	if _, ok := terminal(f.stderr); ok && !f.quiet {
		return &bar{to: f.stderr}
	}
	return &bar{}
}

func (b *bar) show(pass int, looked, all int64) {
	if b.to == nil {
		return
	}
	if b.pass != pass {
		b.done()
		b.pass = pass
		b.bar = progressbar.NewOptions64(all, progressbar.OptionSetWriter(b.to), progressbar.OptionSetDescription(fmt.Sprintf("pass %d", pass)),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	_ = b.bar.Set64(min(looked, all)) // a bar that can't be drawn is no reason to stop
}

func (b *bar) done() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
