// Package names has the keys of the parcel service.
package names

import (
	"fmt"
	"strings"
)

// Kind is what happens to a parcel.
type Kind string

const (
	Sent     Kind = "sent"
	Returned Kind = "returned"
)

// Constant queues: what a worker takes stands in the second until it is done.
const (
	Pending    = "pending"
	Processing = "processing"
)

// Parcel is the hash of a parcel, Part something that belongs to it.
func Parcel(id int) string { return fmt.Sprintf("parcel:%d", id) }

func Part(id int, part string) string { return Parcel(id) + ":" + part }

// Log is the list of what happened to a parcel; Count how often.
func Log(k Kind, id int) string { return logOf(k, id, "log") }

func Count(k Kind, id int) string { return logOf(k, id, "count") }

func logOf(k Kind, id int, what string) string { return fmt.Sprintf("%s:%d:%s", k, id, what) }

// Join names what has no function of its own.
func Join(parts ...string) string { return strings.Join(parts, "/") }

// Door is the state of a door, and the channel on which it is told.
func Door(name string) string { return "door:" + name + ":state" }

func Opened(name string) string { return "door:" + name + ":opened" }
