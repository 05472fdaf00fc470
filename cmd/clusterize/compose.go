package main

import (
	"cmp"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/templates"
)

func (f *flags) composeCommand() *cobra.Command {
	to := templates.Compose{}
	c := &cobra.Command{Use: "compose [flags]", Short: "A Redis Cluster on this machine to test against, for Docker or without",
		Long: "compose prints a file for docker compose with a Redis Cluster of three primaries in one container, and the redis-cli\n" +
			"line that makes the same without Docker.",
		Example: "  clusterize compose -o cluster.yaml && docker compose -f cluster.yaml up --wait\n  REDIS_ADDR=127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003 go test ./...",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return f.compose(to) }}
	fs := c.Flags()
	f.outputFlag(c, "write to this file instead of stdout")
	fs.StringVar(&f.server, "server-version", "", "version of Redis, such as 6.2 (default 7.4)")
	fs.IntVar(&to.First, "port", 7001, "the first port")
	fs.IntVar(&to.Replicas, "replicas", 1, "replicas of each primary")
	return c
}

func (f *flags) compose(to templates.Compose) error {
	to.File = "compose.yaml"
	if f.output != "" {
		to.File = filepath.Base(f.output)
	}
	to.Version = strings.TrimPrefix(cmp.Or(f.server, "7.4"), "v")
	switch {
	case !serverVersion.MatchString(to.Version):
		return &load.UsageError{Msg: "--server-version=" + f.server + " is no version", Next: "write it as 6.2 or 7.2.4"}
	case to.Replicas < 0 || to.Replicas > 5:
		return &load.UsageError{Msg: "--replicas is not from 0 to 5", Next: "write --replicas=1"}
	case to.First < 1024 || to.Last() > 55535: // the cluster bus takes the port 10000 higher
		return &load.UsageError{Msg: "--port leaves no room for the ports of the nodes and of the cluster bus, 10000 higher", Next: "write one from 1024 to 55000"}
	}
	return f.write(func(w io.Writer) error { return to.Write(w) })
}
