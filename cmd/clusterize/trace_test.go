package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/internal/trace"
	"github.com/clusterize/clusterize/keyplan"
)

// keymapFile writes a keymap with the families user:<id>:log and user:<id>:mail, which get the tag user:<id>.
func keymapFile(t *testing.T) string {
	t.Helper()
	var entries []keymap.Entry
	for _, what := range []string{":log", ":mail"} {
		pieces := []keymap.Piece{{Text: "user:"}, {Hole: &keymap.Hole{Name: "id"}}, {Text: what}}
		entries = append(entries, keymap.NewEntry(pieces, keyplan.Span{Start: 0, End: 6}))
	}
	m, err := keymap.New(entries)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "keymap.json")
	put(t, name, b.String())
	return name
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// TestTraceSources reads one capture as a file, packed, and from standard input.
func TestTraceSources(t *testing.T) {
	names := keymapFile(t)
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "1790000000.%06d [0 10.0.0.1:4711] \"MGET\" \"user:%d:log\" \"user:%d:mail\"\n", i, i, i)
	}
	dir := t.TempDir()
	plain, zipped, cut := filepath.Join(dir, "plain"), filepath.Join(dir, "zipped"), filepath.Join(dir, "cut")
	z := packed(text.String())
	put(t, plain, text.String())
	put(t, zipped, z)
	put(t, cut, z[:len(z)/2])
	traced := func(from string, exit int) trace.Result {
		t.Helper()
		out := run(t, "trace", from, "--keymap", names, "--format=json")
		var res trace.Result
		if err := json.Unmarshal([]byte(out.stdout), &res); err != nil || out.exit != exit || out.stderr != "" {
			t.Fatalf("%s: exit %d, %v\n%s", from, out.exit, err, out.stderr)
		}
		return res
	}
	for _, from := range []string{plain, zipped} {
		if c := traced(from, 0).Capture; c.Lines != 20_000 || c.Bytes != int64(text.Len()) || c.Ended != "" {
			t.Errorf("%s: %+v", from, c)
		}
		for _, name := range []string{plain, zipped} {
			stdin(t, name)
			if r := traced("-", 0); r.Capture.Lines != 20_000 || r.Source != "standard input" || r.Summary.FailsBefore < 19_990 || r.Summary.FailsAfter != 0 {
				t.Errorf("standard input: %+v", r.Summary)
			}
		}
	}
	if c := traced(cut, 0).Capture; c.Lines < 1000 || c.Lines >= 20_000 || c.Ended != "the packed file is cut off" {
		t.Errorf("cut off: %+v", c)
	}
	put(t, plain, "")
	if out := run(t, "trace", plain, "--keymap", names); out.exit != 0 || !strings.Contains(out.stdout, "Nothing was captured") {
		t.Errorf("an empty capture: exit %d\n%s", out.exit, out.stdout)
	}
}

// stdin puts a file in the place of standard input.
func stdin(t *testing.T, name string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = file
	t.Cleanup(func() { os.Stdin = was; file.Close() })
}

// TestTraceLive listens to a server with a password, of which nothing is printed.
func TestTraceLive(t *testing.T) {
	const secret = "S3CRET"
	names, addr := keymapFile(t), redistest.Server(t)
	if _, err := redistest.Do(addr, "CONFIG", "SET", "requirepass", secret); err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Addr: addr, Password: secret})
	defer c.Close()
	flags := []string{"trace", "--keymap", names, "--addr"}
	if out := run(t, append(flags, addr)...); out.exit != 2 || !strings.Contains(out.stderr, "REDIS_PASSWORD") || out.stdout != "" {
		t.Errorf("without a password: exit %d\n%s", out.exit, out.stderr)
	}
	if out := run(t, append(flags, "redis://:no"+secret+"@"+addr)...); out.exit != 2 || strings.Contains(out.stderr, secret) {
		t.Errorf("with a wrong one: exit %d\n%s", out.exit, out.stderr)
	}
	t.Setenv("REDISCLI_AUTH", secret)
	// The commands may come late on a busy machine; it listens longer then.
	for length := 500 * time.Millisecond; ; length *= 2 {
		done := make(chan outcome, 1)
		go func() { done <- run(t, append(slices.Clone(flags), addr, "--for", length.String())...) }()
		for len(done) == 0 && !strings.Contains(c.ClientList(t.Context()).Val(), " flags=O ") {
			time.Sleep(5 * time.Millisecond)
		}
		c.MGet(t.Context(), "user:1:log", "user:2:log")
		c.Set(t.Context(), "other", secret, 0)
		out := <-done
		if strings.Contains(out.stdout+out.stderr, secret) {
			t.Fatalf("the password is in the output:\n%s%s", out.stdout, out.stderr)
		}
		if strings.Contains(out.stdout, "MGET user:1:log user:2:log") && strings.Contains(out.stdout, "such as other") && out.exit == 1 {
			return
		}
		if length > 10*time.Second {
			t.Fatalf("exit %d\n%s%s", out.exit, out.stdout, out.stderr)
		}
	}
}
