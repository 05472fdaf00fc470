// Package address reads the address of a Redis server as a person gives it, with user and password.
package address

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Err is all that is said of an address that is none: it may hold a password.
var Err = errors.New("it is no address of a Redis server: write HOST:PORT, redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], rediss://... or unix:///PATH[?db=DATABASE]")

// Parse reads HOST:PORT or a URL. The host must be written: it would be this machine where a variable is empty. User and
// password that a URL does not give are those of the environment: REDIS_USERNAME, and REDIS_PASSWORD or, as for
// redis-cli, REDISCLI_AUTH. It gives [Err] for everything else.
func Parse(addr string, env func(string) string) (*redis.Options, error) {
	opt, err := parse(addr)
	if err != nil {
		return nil, err
	}
	if opt.Password == "" {
		if opt.Password = env("REDIS_PASSWORD"); opt.Password == "" {
			opt.Password = env("REDISCLI_AUTH")
		}
	}
	if opt.Username == "" && opt.Password != "" {
		opt.Username = env("REDIS_USERNAME")
	}
	return opt, nil
}

func parse(addr string) (*redis.Options, error) {
	if !strings.Contains(addr, "://") {
		return &redis.Options{Network: "tcp", Addr: addr}, check(addr)
	}
	u, err := url.Parse(addr)
	if err != nil {
		return nil, Err
	}
	opt, err := redis.ParseURL(addr)
	if err != nil || u.Scheme != "unix" && u.Hostname() == "" {
		return nil, Err
	}
	if u.Scheme != "unix" {
		err = check(opt.Addr)
	}
	return opt, err
}

// check takes HOST:PORT.
func check(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 1 || n > 65535 || host == "" || strings.ContainsAny(host, " /?@") {
		return Err
	}
	return nil
}
