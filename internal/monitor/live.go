package monitor

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Live is the output of MONITOR of a server, for some time.
type Live struct {
	conn  net.Conn
	buf   *bufio.Reader
	ctx   context.Context
	until time.Time
	stop  func() bool
	ended string
}

const dialTimeout = 10 * time.Second

// Open connects to a server and asks for its commands, for the given time or until the context ends. MONITOR costs the
// server: it writes every command a second time. Of the options it uses those of [address.Parse]; nothing that is secret
// is in any error.
func Open(ctx context.Context, opt *redis.Options, d time.Duration) (*Live, error) {
	dial, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := connect(dial, opt)
	if err != nil {
		return nil, err
	}
	l := &Live{conn: conn, buf: bufio.NewReaderSize(conn, 64<<10), ctx: ctx}
	if err = conn.SetDeadline(time.Now().Add(dialTimeout)); err == nil {
		err = l.start(opt.Username, opt.Password)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	l.until = time.Now().Add(d)
	if err := conn.SetDeadline(l.until); err != nil {
		conn.Close()
		return nil, err
	}
	l.stop = context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	return l, nil
}

func connect(ctx context.Context, opt *redis.Options) (net.Conn, error) {
	if opt.TLSConfig != nil {
		d := tls.Dialer{Config: opt.TLSConfig}
		return d.DialContext(ctx, opt.Network, opt.Addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, opt.Network, opt.Addr)
}

func (l *Live) start(user, password string) error {
	if password != "" {
		auth := []string{"AUTH", password}
		if user != "" {
			auth = []string{"AUTH", user, password}
		}
		if err := l.ask(auth...); err != nil {
			return fmt.Errorf("the server does not accept the password: %w", err)
		}
	}
	err := l.ask("MONITOR")
	if err != nil && strings.HasPrefix(err.Error(), "NOAUTH") {
		return errors.New("the server wants a password: give it as REDIS_PASSWORD")
	}
	return err
}

// ask sends a command that is answered with OK; another answer is an error.
func (l *Live) ask(words ...string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := io.WriteString(l.conn, b.String()); err != nil {
		return err
	}
	answer, err := l.buf.ReadString('\n')
	if err != nil {
		return err
	}
	answer = strings.TrimRight(answer, "\r\n")
	if text, ok := strings.CutPrefix(answer, "-"); ok {
		return errors.New(text)
	}
	if answer != "+OK" {
		return errors.New("it does not answer as a Redis server does")
	}
	return nil
}

// Read gives what MONITOR prints. The end of the time is the end of the text.
func (l *Live) Read(p []byte) (int, error) {
	n, err := l.buf.Read(p)
	switch {
	case err == nil:
		return n, nil
	case l.ctx.Err() != nil:
		l.ended = interrupted
	case errors.Is(err, os.ErrDeadlineExceeded):
	default:
		l.ended = "the server closed the connection: it may be down, or have more commands than could be read"
	}
	return n, io.EOF
}

// Ended says why the text ended before its time; "" when it did not.
func (l *Live) Ended() string { return l.ended }

// Close ends it.
func (l *Live) Close() error {
	l.stop()
	return l.conn.Close()
}
