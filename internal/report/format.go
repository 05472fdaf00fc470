package report

import (
	"io"
	"maps"
	"slices"
)

// formats are those for a review, beside text and json: they may show patches and code.
var formats = map[string]func(io.Writer, *Report) error{
	"github":   writeGitHub,
	"markdown": writeMarkdown,
	"sarif":    writeSARIF,
	"html":     HTML,
}

// Formats lists the formats beside text and json. A report in one of them needs its Patches and Code.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Write writes the report in a format of [Formats], or as json.
func Write(w io.Writer, format string, r *Report) error {
	if err := r.accounts(); err != nil {
		return err
	}
	if format == "json" {
		return JSON(w, r)
	}
	return formats[format](w, r)
}
