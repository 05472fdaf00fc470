package store

import "fmt"

// names builds the keys of one user. The profile sits at the bare name since
// 2019 and other services read it there.
type names struct {
	id string
}

func (n names) profile() string  { return fmt.Sprintf("user:%s", n.id) }
func (n names) sessions() string { return fmt.Sprintf("user:%s:sessions", n.id) }
func (n names) lastSeen() string { return fmt.Sprintf("user:%s:seen", n.id) }
func (n names) lock() string     { return fmt.Sprintf("user:%s:lock", n.id) }
func (n names) draft() string    { return fmt.Sprintf("user:%s:draft", n.id) }

// failures counts wrong passwords of an address, whoever it claims to be.
func failures(addr string) string { return fmt.Sprintf("failures:%s", addr) }
