package monitor

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// Server is a Redis server, and who asks. Nothing of it that is secret is in any error.
type Server struct {
	Network            string // tcp or unix
	Addr               string
	Username, Password string
	TLS                bool
}

// ErrAddress is all that is said of an address that is none: it may hold a password.
var ErrAddress = errors.New("it is not HOST:PORT, redis://[USER:PASSWORD@]HOST[:PORT], rediss://... or unix:///PATH")

// ParseServer takes HOST:PORT or an URL. User and password that an URL does not give are those of the environment:
// REDIS_USERNAME, and REDIS_PASSWORD or, as for redis-cli, REDISCLI_AUTH. It gives [ErrAddress] for everything else.
func ParseServer(addr string, env func(string) string) (Server, error) {
	s := Server{Network: "tcp", Addr: addr}
	if strings.Contains(addr, "://") {
		u, err := url.Parse(addr)
		if err != nil {
			return Server{}, ErrAddress
		}
		if u.User != nil {
			s.Username = u.User.Username()
			s.Password, _ = u.User.Password()
		}
		switch u.Scheme {
		case "unix":
			s.Network, s.Addr = "unix", u.Path
		case "redis", "rediss":
			port := u.Port()
			if port == "" {
				port = "6379"
			}
			s.Addr, s.TLS = net.JoinHostPort(u.Hostname(), port), u.Scheme == "rediss"
			if u.Hostname() == "" {
				s.Addr = ""
			}
		default:
			return Server{}, ErrAddress
		}
	} else if _, _, err := net.SplitHostPort(addr); err != nil || strings.Contains(addr, "@") {
		return Server{}, ErrAddress
	}
	if s.Addr == "" {
		return Server{}, ErrAddress
	}
	if s.Password == "" {
		if s.Password = env("REDIS_PASSWORD"); s.Password == "" {
			s.Password = env("REDISCLI_AUTH")
		}
	}
	if s.Username == "" && s.Password != "" {
		s.Username = env("REDIS_USERNAME")
	}
	return s, nil
}

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

// Open connects to the server and asks for its commands, for the given time or until the context ends. MONITOR costs the
// server: it writes every command a second time.
func (s Server) Open(ctx context.Context, d time.Duration) (*Live, error) {
	dial, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := s.dial(dial)
	if err != nil {
		return nil, err
	}
	l := &Live{conn: conn, buf: bufio.NewReaderSize(conn, 64<<10), ctx: ctx}
	if err = conn.SetDeadline(time.Now().Add(dialTimeout)); err == nil {
		err = s.start(l)
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

func (s Server) dial(ctx context.Context) (net.Conn, error) {
	if s.TLS {
		host, _, _ := net.SplitHostPort(s.Addr)
		d := tls.Dialer{Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}
		return d.DialContext(ctx, s.Network, s.Addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, s.Network, s.Addr)
}

func (s Server) start(l *Live) error {
	if s.Password != "" {
		auth := []string{"AUTH", s.Password}
		if s.Username != "" {
			auth = []string{"AUTH", s.Username, s.Password}
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
