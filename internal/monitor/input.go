package monitor

import (
	"context"
	"io"
)

// Input reads from a source that may be silent for ever, such as a pipe, and ends when the context does.
type Input struct {
	ctx    context.Context
	chunks chan []byte
	back   chan []byte
	rest   []byte
	whole  []byte
	err    error
	ended  string
}

// NewInput begins to read from src. What was read when the context ends is lost, as is the rest.
func NewInput(ctx context.Context, src io.Reader) *Input {
	in := &Input{ctx: ctx, chunks: make(chan []byte), back: make(chan []byte, 2)}
	in.back <- make([]byte, 64<<10)
	in.back <- make([]byte, 64<<10)
	go func() {
		defer close(in.chunks)
		for {
			buf := <-in.back
			n, err := src.Read(buf[:cap(buf)])
			if n > 0 {
				select {
				case in.chunks <- buf[:n]:
				case <-ctx.Done():
					return
				}
			} else {
				in.back <- buf
			}
			if err != nil {
				in.err = err // read after the channel is closed
				return
			}
		}
	}()
	return in
}

// Read gives what the source gives; the end of the context is the end of the text.
func (in *Input) Read(p []byte) (int, error) {
	if len(in.rest) == 0 {
		if in.whole != nil {
			in.back <- in.whole
			in.whole = nil
		}
		select {
		case chunk, ok := <-in.chunks:
			if !ok {
				return 0, in.failure()
			}
			in.rest, in.whole = chunk, chunk
		case <-in.ctx.Done():
			in.ended = interrupted
			return 0, io.EOF
		}
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

func (in *Input) failure() error {
	if in.err == nil {
		in.ended = interrupted
		return io.EOF
	}
	return in.err
}

// Ended says why the text ended before its end; "" when it did not.
func (in *Input) Ended() string { return in.ended }

const interrupted = "it was interrupted"
