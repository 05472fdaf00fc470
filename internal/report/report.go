// Package report shows what was found: as text for a person, as JSON for a
// program. Each format is made from the same [Report] value, and none of them
// decides anything.
package report

import (
	"encoding/json"
	"io"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// SchemaVersion is the version of the JSON report. It changes when a field changes its meaning or goes away.
const SchemaVersion = 1

// Report is everything that a run found. Slices are sorted, and never nil.
type Report struct {
	SchemaVersion int            `json:"schemaVersion"`
	Modules       []load.Module  `json:"modules"`
	LeftOut       []load.LeftOut `json:"leftOut"`
	Clients       []Client       `json:"clients"`
	Sites         []Site         `json:"sites"`
	Families      []Family       `json:"families"`
	Changes       []Change       `json:"changes"`
	Summary       Summary        `json:"summary"`
}

// Client is a constructor call. Verdict is ported, kept, review or blocked.
type Client struct {
	ID          string `json:"id"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Constructor string `json:"constructor"`
	Verdict     string `json:"verdict"`
	Reason      string `json:"reason"`
}

// Site is an operation, pipeline or transaction. A call stands where its method's name stands.
type Site struct {
	ID       string    `json:"id"`
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Column   int       `json:"column"`
	Function string    `json:"function"`
	Kind     string    `json:"kind"`
	Method   string    `json:"method"`
	Commands []string  `json:"commands"`
	Client   string    `json:"client"` // ids of the clients it may use, separated by commas
	Verdict  string    `json:"verdict"`
	Rule     rules.ID  `json:"rule"`
	Reason   string    `json:"reason"`
	Keys     []Key     `json:"keys"`
	Contexts []Context `json:"contexts"`
}

// Key is one key of a site, with the name that it will have.
type Key struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
}

// Context is a caller that brings the keys of a site inside a wrapper.
type Context struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Keys    []Key  `json:"keys"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
}

// Family is all keys of one shape.
type Family struct {
	Template    string   `json:"template"`
	NewTemplate string   `json:"newTemplate"`
	Tag         string   `json:"tag"` // "" when the family keeps its name
	Sites       []string `json:"sites"`
	Why         string   `json:"why"`
	Risks       []string `json:"risks"`
}

// Change is a set of edits that belong together. Outcome is applied, invalid or held.
type Change struct {
	Title   string   `json:"title"`
	Sites   []string `json:"sites"`
	Files   []string `json:"files"`
	Outcome string   `json:"outcome"`
	Reason  string   `json:"reason,omitempty"`
}

// Summary counts the sites by verdict: Sites is the sum of the others.
type Summary struct {
	Sites   int `json:"sites"`
	Safe    int `json:"safe"`
	Tag     int `json:"tag"`
	Split   int `json:"split"`
	Fanout  int `json:"fanout"`
	Review  int `json:"review"`
	Blocked int `json:"blocked"`
}

// Count adds a site's verdict.
func (s *Summary) Count(verdict string) {
	s.Sites++
	switch verdict {
	case "safe":
		s.Safe++
	case "tag":
		s.Tag++
	case "split":
		s.Split++
	case "fanout":
		s.Fanout++
	case "review":
		s.Review++
	case "blocked":
		s.Blocked++
	}
}

// Position is where a site stands.
func (s Site) Position() source.Position {
	return source.Position{File: s.File, Line: s.Line, Column: s.Column}
}

// JSON writes the report as one object.
func JSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
