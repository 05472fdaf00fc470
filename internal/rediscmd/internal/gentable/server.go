// Package gentable makes the generated tables of package rediscmd: the commands from a
// real redis-server, the methods from a real go-redis client. The generator writes them,
// a test holds the committed files to them.
package gentable

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNoServer says how to get the redis-server that the tables are made from.
var ErrNoServer = errors.New("redis-server not found: apt-get install -y redis-server")

// Server is a redis-server of our own on a loopback port.
type Server struct {
	Client *redis.Client
	cmd    *exec.Cmd
	dir    string
}

// Start starts a redis-server with the given further arguments and waits until it answers.
func Start(args ...string) (*Server, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrNoServer
	}
	var last error
	for range 5 { // another process may take the port between freePort and the server's bind
		s, err := start(path, args)
		if err == nil {
			return s, nil
		}
		last = err
	}
	return nil, fmt.Errorf("start redis-server: %w", last)
}

func start(path string, args []string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rediscmd")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	s.cmd = exec.Command(path, append([]string{
		"--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "",
	}, args...)...)
	if err := s.cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	s.Client = redis.NewClient(&redis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", port)})
	if err := s.wait(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// freePort leaves room for the port of the cluster bus, 10000 higher.
func freePort() (int, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		if port < 55000 {
			return port, nil
		}
	}
	return 0, errors.New("no free port")
}

// wait waits until the answering server is ours and not another process on its port.
func (s *Server) wait() error {
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		var info map[string]map[string]string
		info, err = s.Client.InfoMap(context.Background(), "server").Result()
		if err == nil {
			if pid := info["Server"]["process_id"]; pid != fmt.Sprint(s.cmd.Process.Pid) {
				return fmt.Errorf("port taken by process %s", pid)
			}
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// Stop kills the server and removes its files.
func (s *Server) Stop() {
	s.Client.Close()
	s.cmd.Process.Kill()
	s.cmd.Wait()
	os.RemoveAll(s.dir)
}
