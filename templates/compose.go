package templates

import (
	_ "embed" // of the compose file
	"io"
	"strconv"
	"strings"
	"text/template"
)

//go:embed compose.yaml.tmpl
var composeText string

var composeTemplate = template.Must(template.New("compose").Parse(composeText))

// Compose is a Redis Cluster for tests on one machine.
type Compose struct {
	File     string // the name that the file will have
	Version  string // of the image redis
	First    int    // port; the others follow
	Replicas int    // of each primary
}

// primaries is the least number that a cluster can have: redis-cli --cluster create refuses fewer.
const primaries = 3

// Write writes a file for docker compose, with the commands for those who have no Docker.
func (c Compose) Write(w io.Writer) error { return composeTemplate.Execute(w, c) }

// Last is the last port.
func (c Compose) Last() int { return c.First + primaries*(1+c.Replicas) - 1 }

// Primaries are the ports of the primaries, as redis-cli --cluster create takes them.
func (c Compose) Primaries() []int { return span(c.First, primaries) }

// ReplicaPorts are the ports of the replicas.
func (c Compose) ReplicaPorts() []int { return span(c.First+primaries, primaries*c.Replicas) }

// Ports are all ports, with blanks between.
func (c Compose) Ports() string {
	return joined("", " ", span(c.First, primaries*(1+c.Replicas)))
}

// Nodes are all addresses, with blanks between.
func (c Compose) Nodes() string {
	return joined("127.0.0.1:", " ", span(c.First, primaries*(1+c.Replicas)))
}

// Seeds are the addresses of the primaries, as ported code takes them from one setting.
func (c Compose) Seeds() string { return joined("127.0.0.1:", ",", c.Primaries()) }

func span(first, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = first + i
	}
	return out
}

func joined(before, between string, ports []int) string {
	var out []string
	for _, p := range ports {
		out = append(out, before+strconv.Itoa(p))
	}
	return strings.Join(out, between)
}
