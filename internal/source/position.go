// Package source holds the plain values that say where something stands in a
// Go file. Every stage uses them, so it imports no other package of the
// program and no go/token: a position outlives the load it came from.
package source

import (
	"cmp"
	"strconv"
	"strings"
)

// Position is a place in a file. The zero value means "nowhere".
type Position struct {
	// File is relative to the working directory, with slashes. It may start
	// with ../ for a workspace module beside the working directory.
	File string `json:"file"`
	// Line and Column start at 1; Column counts bytes.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Offset is the byte offset in the file, from 0.
	Offset int `json:"offset"`
}

// Compare orders positions by file, then offset. Line and column decide only
// between positions without a useful offset.
func (p Position) Compare(q Position) int {
	return cmp.Or(
		strings.Compare(p.File, q.File),
		cmp.Compare(p.Offset, q.Offset),
		cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column),
	)
}

// IsValid reports whether p names a file and a line.
func (p Position) IsValid() bool { return p.File != "" && p.Line > 0 }

// String returns "file:line:col", or what of it is known, or "-".
func (p Position) String() string {
	switch {
	case p.File == "":
		return "-"
	case p.Line <= 0:
		return p.File
	case p.Column <= 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}
