// Package redistest gives tests real Redis servers: a standalone one and a
// cluster of three primaries, each on free loopback ports, gone with the test.
// A test that needs a server fails when there is none; it is never skipped,
// since a port that no cluster has run proves nothing.
package redistest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// install is what the failure names when a program is missing.
	install = "apt-get update && apt-get install -y redis-server"

	// A cluster node also listens on its port plus busOffset. Ports are drawn so
	// that both lie under the range that systems use for outgoing connections.
	busOffset = 10000
	portLow   = 11000
	portHigh  = 22000

	startTries   = 5
	startTimeout = 15 * time.Second
	joinTimeout  = 60 * time.Second
	pollEvery    = 20 * time.Millisecond
)

// Server starts a standalone redis-server that keeps nothing on disk and
// returns its address. It is killed when the test ends.
func Server(t testing.TB) string {
	t.Helper()
	need(t, "redis-server")
	return start(t)
}

// Cluster starts three cluster nodes, joins them so that each owns a third of
// the slots, waits until all three agree, and returns their addresses.
func Cluster(t testing.TB) []string {
	t.Helper()
	need(t, "redis-server")
	need(t, "redis-cli")
	var addrs []string
	for range 3 {
		addrs = append(addrs, start(t,
			"--cluster-enabled", "yes",
			"--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "5000"))
	}
	args := append([]string{"--cluster", "create"}, addrs...)
	out, err := exec.Command("redis-cli", append(args, "--cluster-yes")...).CombinedOutput()
	if err != nil {
		t.Fatalf("redis-cli --cluster create: %v\n%s", err, out)
	}
	for _, addr := range addrs {
		waitJoined(t, addr)
	}
	return addrs
}

// Flush empties every given server.
func Flush(t testing.TB, addrs ...string) {
	t.Helper()
	for _, addr := range addrs {
		if reply, err := Do(addr, "FLUSHALL"); err != nil || reply != "OK" {
			t.Fatalf("FLUSHALL on %s: %q, %v", addr, reply, err)
		}
	}
}

// Do sends one command to one server, follows no redirection, and returns the
// reply as text: a status, a number or a bulk string; an error reply is an
// error with the server's text. Replies that nest are refused.
func Do(addr string, args ...string) (string, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := conn.Write([]byte(b.String())); err != nil {
		return "", err
	}
	return readReply(bufio.NewReader(conn))
}

func readReply(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("empty reply")
	}
	kind, rest := line[0], line[1:]
	switch kind {
	case '+', ':':
		return rest, nil
	case '-':
		return "", fmt.Errorf("%s", rest)
	case '$':
		n, err := strconv.Atoi(rest)
		if err != nil || n < 0 {
			return "", err
		}
		buf := make([]byte, n)
		_, err = io.ReadFull(r, buf)
		return string(buf), err
	}
	return "", fmt.Errorf("reply of a kind not read here: %q", line)
}

func need(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is not installed and this test needs it: %s", program, install)
	}
}

// start runs one server with the extra arguments. A port that was taken between
// the look and the start makes the server exit, and another one is tried.
func start(t testing.TB, extra ...string) string {
	t.Helper()
	var last string
	for range startTries {
		port, ok := freePort()
		if !ok {
			continue
		}
		addr, log, ok := launch(t, port, extra)
		if ok {
			return addr
		}
		last = log
	}
	t.Fatalf("redis-server did not start in %d tries; the log of the last one:\n%s", startTries, last)
	return ""
}

func launch(t testing.TB, port int, extra []string) (addr, log string, ok bool) {
	t.Helper()
	dir := t.TempDir()
	logFile := filepath.Join(dir, "redis.log")
	args := append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
		"--logfile", logFile, "--save", "", "--appendonly", "no",
	}, extra...)
	cmd := exec.Command("redis-server", args...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if waitPing(addr, strconv.Itoa(cmd.Process.Pid), ended) {
		return addr, "", true
	}
	text, _ := os.ReadFile(logFile)
	return "", string(text), false
}

// waitPing waits until the server answers, and is the process that was started:
// the port could belong to somebody else.
func waitPing(addr, pid string, ended <-chan struct{}) bool {
	deadline := time.After(startTimeout)
	for {
		if reply, err := Do(addr, "PING"); err == nil && reply == "PONG" {
			info, err := Do(addr, "INFO", "server")
			return err == nil && strings.Contains(info, "process_id:"+pid+"\r\n")
		}
		select {
		case <-ended:
			return false
		case <-deadline:
			return false
		case <-time.After(pollEvery):
		}
	}
}

func waitJoined(t testing.TB, addr string) {
	t.Helper()
	deadline := time.Now().Add(joinTimeout)
	for {
		info, err := Do(addr, "CLUSTER", "INFO")
		if err == nil && strings.Contains(info, "cluster_state:ok") &&
			strings.Contains(info, "cluster_slots_ok:16384") &&
			strings.Contains(info, "cluster_known_nodes:3") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("node %s has not joined the cluster: %v\n%s", addr, err, info)
		}
		time.Sleep(pollEvery)
	}
}

func freePort() (int, bool) {
	for range 200 {
		port := portLow + rand.IntN(portHigh-portLow)
		if canListen(port) && canListen(port+busOffset) {
			return port, true
		}
	}
	return 0, false
}

func canListen(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
