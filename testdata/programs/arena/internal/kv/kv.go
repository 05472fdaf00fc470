// Package kv is the naming and the access layer of the arena.
package kv

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/redis/go-redis/v9"
)

// Space is a part of the key space; spaces nest.
type Space struct{ path string }

func (s Space) In(label string, args ...any) Space {
	return Space{s.path + fmt.Sprintf(label, args...) + "."}
}

func (s Space) Key(leaf string) string { return s.path + leaf }

// Ref is a typed key.
type Ref[T any] struct {
	name string
	dec  func(string) (T, error)
}

func Int(name string) Ref[int] { return Ref[int]{name, strconv.Atoi} }

func (r Ref[T]) At(id string) string { return r.name + "@" + id }

func (r Ref[T]) Get(ctx context.Context, c redis.Cmdable, id string) (T, error) {
	s, err := c.Get(ctx, r.At(id)).Result()
	if err != nil {
		var zero T
		return zero, err
	}
	return r.dec(s)
}

var seatName = template.Must(template.New("seat").Parse("seat/{{.Row}}/{{.Col}}"))

// Seat is written by a template.
//
//clusterize:key seat/<row>/<col>
func Seat(row, col int) string {
	var b strings.Builder
	seatName.Execute(&b, struct{ Row, Col int }{row, col})
	return b.String()
}
