package monitor_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/clusterize/clusterize/internal/monitor"
)

func TestInput(t *testing.T) {
	text := strings.Repeat("0123456789", 50_000)
	for _, src := range []io.Reader{strings.NewReader(text), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
		in := monitor.NewInput(t.Context(), src)
		got, err := io.ReadAll(in)
		if err != nil || string(got) != text || in.Ended() != "" {
			t.Errorf("%d bytes, %v, %q", len(got), err, in.Ended())
		}
	}
	if _, err := io.ReadAll(monitor.NewInput(t.Context(), iotest.ErrReader(errors.New("gone")))); err == nil || err.Error() != "gone" {
		t.Errorf("the error of the source: %v", err)
	}
}

// A pipe to which nobody writes any more does not keep the reader from ending.
func TestInputInterrupted(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	in := monitor.NewInput(ctx, r)
	go w.Write([]byte("one"))
	buf := make([]byte, 10)
	if n, err := in.Read(buf); string(buf[:n]) != "one" || err != nil {
		t.Fatalf("%q, %v", buf[:n], err)
	}
	cancel()
	if n, err := in.Read(buf); n != 0 || err != io.EOF || in.Ended() != "it was interrupted" {
		t.Errorf("%d bytes, %v, %q", n, err, in.Ended())
	}
}
