package monitor

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Limits of what is kept of a line: bufferSize is the longest line that is kept whole. Of a longer one, at most wordSize
// bytes of each word are kept, and longSize bytes in all.
const (
	bufferSize = 256 << 10
	wordSize   = 16 << 10
	longSize   = 1 << 20
)

// A BadLine is a line that is no command as MONITOR shows it. The reader goes on with the next one.
type BadLine struct {
	Number int64
	Why    string
	// Unended is set for the last line when the capture ends in it: it was being written when the capture was stopped.
	Unended bool
}

func (e *BadLine) Error() string { return fmt.Sprintf("line %d: %s", e.Number, e.Why) }

// Reader reads commands from the output of MONITOR. A capture that gzip has packed is unpacked.
type Reader struct {
	src    io.Reader
	opened bool
	buf    []byte
	r, w   int   // buf[r:w] is read and not used yet
	err    error // of src
	long   []byte
	bad    BadLine
	// Lines counts the lines so far, Bytes what they hold (unpacked), Blank those that hold nothing: empty ones, and the
	// OK that MONITOR begins with. LongLines were longer than the buffer, so that only the beginnings of their words are
	// kept.
	Lines, Bytes, Blank, LongLines int64
}

// NewReader reads from src, which it does not close.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, buf: make([]byte, bufferSize)}
}

// open looks whether the source is packed.
func (r *Reader) open() error {
	r.opened = true
	b := bufio.NewReaderSize(r.src, 64<<10)
	r.src = b
	// A live stream is silent until somebody sends a command: one byte is enough to tell most of them.
	if head, _ := b.Peek(1); len(head) == 0 || head[0] != 0x1f {
		return nil
	}
	if head, _ := b.Peek(2); string(head) != "\x1f\x8b" {
		return nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return fmt.Errorf("unpack the capture: %w", err)
	}
	r.src = z
	return nil
}

// Next reads the next command into l. It returns io.EOF at the end, a *[BadLine], which is valid until the next call,
// for a line that can't be read, or the error of the source, io.ErrUnexpectedEOF for a packed capture that ends too
// early. Lines that came before an error are returned before it.
func (r *Reader) Next(l *Line) error {
	for {
		text, ended, err := r.line(l)
		if err != nil {
			return err
		}
		r.Lines++
		r.Bytes += int64(len(text))
		if ended {
			r.Bytes++
		}
		text = bytes.TrimSuffix(text, []byte{'\r'})
		if len(text) == 0 || string(text) == "OK" || string(text) == "+OK" {
			r.Blank++
			continue
		}
		n, missing := l.N, l.N > 0
		if why := l.parse(text); why != "" {
			r.bad = BadLine{Number: r.Lines, Why: why, Unended: !ended}
			return &r.bad
		}
		if missing {
			l.N = n
		}
		l.Number = r.Lines
		return nil
	}
}

// line returns the next line without its newline. For a long line it sets N and Cut of l.
func (r *Reader) line(l *Line) (text []byte, ended bool, err error) {
	l.N, l.Cut = 0, l.Cut[:0]
	from := r.r
	for {
		if i := bytes.IndexByte(r.buf[from:r.w], '\n'); i >= 0 {
			text = r.buf[r.r : from+i]
			r.r = from + i + 1
			return text, true, nil
		}
		if r.w-r.r == len(r.buf) {
			return r.longLine(l)
		}
		n := r.w - r.r
		if err := r.fill(); err != nil {
			if n == 0 || !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, false, err
			}
			text = r.buf[r.r:r.w]
			r.r = r.w
			return text, false, nil
		}
		from = r.r + n
	}
}

// fill reads more behind what is there. The error is that of the source, when nothing more came.
func (r *Reader) fill() error {
	if r.err != nil {
		return r.err
	}
	if !r.opened {
		if r.err = r.open(); r.err != nil {
			return r.err
		}
	}
	if r.r > 0 {
		copy(r.buf, r.buf[r.r:r.w])
		r.w, r.r = r.w-r.r, 0
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.w:])
		r.w += n
		r.err = err
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	r.err = io.ErrNoProgress
	return r.err
}

// longLine reads a line that is longer than the buffer, and keeps the beginnings of its words.
func (r *Reader) longLine(l *Line) (text []byte, ended bool, err error) {
	r.LongLines++
	c := condenser{out: r.long[:0], cut: l.Cut[:0]}
	for !ended {
		chunk := r.buf[r.r:r.w]
		if i := bytes.IndexByte(chunk, '\n'); i >= 0 {
			chunk, ended = chunk[:i], true
		}
		c.write(chunk)
		r.r += len(chunk)
		r.Bytes += int64(len(chunk))
		if ended {
			r.r++
			break
		}
		if err := r.fill(); err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, false, err
			}
			break
		}
	}
	text = c.line()
	r.long = text
	r.Bytes -= int64(len(text)) // Next adds it again
	l.N, l.Cut = c.words, c.cut
	return text, ended, nil
}
