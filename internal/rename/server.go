package rename

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/clusterize/clusterize/internal/address"
)

// Server is a connection to one server.
type Server struct {
	Name string // address and database, without user and password

	client  *redis.Client
	secrets []string
}

// callTimeout is how long one batch may take: a server that is saving or loading can be slow.
const callTimeout = time.Minute

// Open makes a client for an address, as [address.Parse] reads it with the environment; it does not connect.
func Open(addr string, env func(string) string) (*Server, error) {
	opt, err := address.Parse(addr, env)
	if err != nil {
		return nil, err
	}
	// A command is not sent twice: the second time a key would be gone. And nothing is sent that an old server, or one
	// with few permissions, does not know.
	opt.MaxRetries, opt.Protocol, opt.DisableIdentity = -1, 2, true
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	opt.ReadTimeout, opt.WriteTimeout, opt.PoolSize = callTimeout, callTimeout, 1
	s := &Server{Name: opt.Addr + " database " + strconv.Itoa(opt.DB)}
	for _, secret := range []string{opt.Password, opt.Username} {
		if secret != "" && secret != "default" {
			s.secrets = append(s.secrets, secret)
		}
	}
	logging.Disable() // it would write to stderr what is an error of a call as well
	s.client = redis.NewClient(opt)
	return s, nil
}

// Close ends the connection.
func (s *Server) Close() error { return s.client.Close() }

// check refuses servers on which keys can't be renamed, and says what to do. Of others it gives the other databases that
// have keys.
func (s *Server) check(ctx context.Context) ([]Database, error) {
	info, err := s.client.Info(ctx).Result()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, s.fail("asking the server what it is (INFO)", err)
	}
	has := func(line string) bool { return strings.Contains("\n"+info, "\n"+line+"\r") }
	switch {
	case has("cluster_enabled:1"):
		return nil, errors.New(s.Name + " is a node of a cluster: there a key can't get a name in another slot; rename on the standalone server, then move the keys to the cluster")
	case has("redis_mode:sentinel"):
		return nil, errors.New(s.Name + " is a sentinel: give the address of the primary that it watches")
	case has("role:slave"):
		return nil, errors.New(s.Name + " is a replica: what is renamed there comes back with the next synchronisation; give the address of its primary")
	}
	return otherDatabases(info, s.client.Options().DB), nil
}

// otherDatabases reads the lines of INFO such as db3:keys=12,expires=0.
func otherDatabases(info string, own int) []Database {
	out := []Database{}
	for _, line := range strings.Split(info, "\r\n") {
		var d Database
		if n, _ := fmt.Sscanf(line, "db%d:keys=%d,", &d.Number, &d.Keys); n == 2 && d.Number != own && d.Keys > 0 {
			out = append(out, d)
		}
	}
	return out
}

// fail says what went wrong and where, without secrets.
func (s *Server) fail(doing string, err error) error {
	msg := err.Error()
	for _, secret := range s.secrets {
		msg = hide(msg, secret)
	}
	if strings.HasPrefix(msg, "NOAUTH") {
		msg += " Give the password as REDIS_PASSWORD."
	}
	return fmt.Errorf("%s: %s: %s", s.Name, doing, msg)
}

// hide replaces a secret, but not where it is a part of a word: the user u has nothing to do with "refused".
func hide(msg, secret string) string {
	word := func(s string) bool {
		return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] >= 'A' && s[0] <= 'Z' || s[0] >= 'a' && s[0] <= 'z')
	}
	for at := 0; ; {
		i := strings.Index(msg[at:], secret)
		if i < 0 {
			return msg
		}
		i += at
		end := i + len(secret)
		if at = end; i > 0 && word(msg[i-1:]) || word(msg[end:]) {
			continue
		}
		msg, at = msg[:i]+"***"+msg[end:], i+3
	}
}
