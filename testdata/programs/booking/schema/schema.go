// Package schema names what the booking service stores.
package schema

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

// Path is a key in the making: its parts are joined when it is used.
type Path []string

// Root starts a path with the service's namespace.
func Root(opts ...Option) *Schema {
	s := &Schema{ns: "bk", sep: ":"}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Option configures a schema.
type Option func(*Schema)

// WithNamespace replaces the namespace.
func WithNamespace(ns string) Option {
	return func(s *Schema) { s.ns = ns }
}

// Schema gives the names of all keys.
type Schema struct {
	ns, sep string
}

var pool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Join writes the parts of a path.
func (s *Schema) Join(p Path) string {
	return s.ns + s.sep + strings.Join(p, s.sep)
}

// Room is the root of the keys of a room.
func (s *Schema) Room(id string) Room { return Room{s, id} }

// Room names the keys of one room.
type Room struct {
	*Schema
	id string
}

func (r Room) sub(leaf ...string) string {
	return r.Join(append(Path{"room", r.id}, leaf...))
}

func (r Room) Seats() string   { return r.sub("seats") }
func (r Room) Taken() string   { return r.sub("taken") }
func (r Room) Waiting() string { return r.sub("waiting", "list") }

// Day is the calendar of a room on a day.
func (r Room) Day(t time.Time) string {
	b := pool.Get().(*bytes.Buffer)
	defer pool.Put(b)
	b.Reset()
	b.WriteString(r.sub("day"))
	b.WriteByte(':')
	b.WriteString(t.UTC().Format("2006-01-02"))
	return b.String()
}

// Kind is what a lookup is about.
type Kind int

const (
	ByGuest Kind = iota
	ByAgent
)

func (k Kind) String() string {
	switch k {
	case ByGuest:
		return "guest"
	default:
		return "agent"
	}
}

// Index is the set of the rooms of a guest or an agent.
func (s *Schema) Index(k Kind, who string) string {
	return s.Join(Path{"index", k.String(), who})
}
