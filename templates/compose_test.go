package templates

import (
	"bytes"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/clusterize/clusterize/internal/redistest"
)

// freeSpan is the first of some ports that are free, with those of the cluster bus.
func freeSpan(t *testing.T, n int) int {
	t.Helper()
	for first := 21001; first < 40000; first += 97 {
		free := true
		for p := first; free && p < first+n; p++ {
			for _, port := range []int{p, p + 10000} {
				l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
				if free = free && err == nil; err == nil {
					l.Close()
				}
			}
		}
		if free {
			return first
		}
	}
	t.Fatal("no ports are free")
	return 0
}

// composeFile is what docker compose reads of the file.
type composeFile struct {
	Services map[string]struct {
		Image       string
		Ports       []string
		Command     []string
		Healthcheck struct{ Test []string }
	}
}

// TestCompose runs what the container would run, here, and asks the cluster by the addresses that it gives.
func TestCompose(t *testing.T) {
	for replicas := range 2 {
		c := Compose{File: "c.yaml", Version: "7.4", Replicas: replicas}
		c.First = freeSpan(t, 6)
		var text bytes.Buffer
		if err := c.Write(&text); err != nil {
			t.Fatal(err)
		}
		var file composeFile
		if err := yaml.Unmarshal(text.Bytes(), &file); err != nil {
			t.Fatalf("%v\n%s", err, &text)
		}
		s := file.Services["redis-cluster"]
		if s.Image != "redis:7.4" || len(s.Ports) != 1 || len(s.Command) != 3 || len(s.Healthcheck.Test) != 2 {
			t.Fatalf("%+v\n%s", s, &text)
		}
		unescape := func(s string) string { return strings.ReplaceAll(s, "$$", "$") }
		cmd := exec.Command(s.Command[0], s.Command[1], unescape(s.Command[2]))
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for p := c.First; p <= c.Last(); p++ {
				_, _ = redistest.Do("127.0.0.1:"+strconv.Itoa(p), "SHUTDOWN", "NOSAVE")
			}
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			_ = cmd.Wait()
		})
		healthy := false
		for end := time.Now().Add(60 * time.Second); !healthy && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
			healthy = exec.Command("sh", "-c", unescape(s.Healthcheck.Test[1])).Run() == nil
		}
		if !healthy {
			t.Fatalf("the cluster is not there after a minute:\n%s", &out)
		}
		for _, seed := range strings.Split(c.Seeds(), ",") {
			var slots string
			var err error
			for range 100 { // the news of the last nodes travels
				if slots, err = redistest.Do(seed, "CLUSTER", "NODES"); err == nil && strings.Count(slots, " connected") == 3*(1+replicas) {
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			if err != nil || strings.Count(slots, " connected") != 3*(1+replicas) || strings.Count(slots, "127.0.0.1:") != 3*(1+replicas) {
				t.Errorf("%s: %v\n%s", seed, err, slots)
			}
		}
		by := strings.TrimPrefix(s.Ports[0], "127.0.0.1:")
		if want := strconv.Itoa(c.First) + "-" + strconv.Itoa(c.Last()); by != want+":"+want {
			t.Errorf("the ports are %s, want %s", by, want)
		}
	}
}
