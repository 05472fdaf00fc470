// Package report shows what was found: as text for a person, as JSON for a
// program. Each format is made from the same [Report] value, and none of them
// decides anything.
package report

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// SchemaVersion is the version of the JSON report. It changes when a field changes its meaning or goes away.
const SchemaVersion = 1

// Report is everything that a run found. Slices are sorted, and never nil.
type Report struct {
	SchemaVersion int           `json:"schemaVersion"`
	Modules       []load.Module `json:"modules"`
	// Notices are what must be known before anything else, such as a client that can't talk to the server at all.
	Notices []string       `json:"notices"`
	LeftOut []load.LeftOut `json:"leftOut"`
	// Problems are the decisions that are not followed; for programs that know nothing of them they are in LeftOut as well.
	Problems []load.LeftOut `json:"problems,omitempty"`
	Clients  []Client       `json:"clients"`
	Sites    []Site         `json:"sites"`
	Families []Family       `json:"families"`
	Changes  []Change       `json:"changes"`
	Summary  Summary        `json:"summary"`
	Plan     Plan           `json:"plan"`
	// Libraries are uses of libraries that hold keys or clients themselves.
	Libraries []Library `json:"libraries"`
	// Todos are the comments //clusterize:todo in the code.
	Todos []Todo `json:"todos,omitempty"`
	// WhatIf compares the plan with one in which some tags are others; nil unless that was asked for.
	WhatIf *WhatIf `json:"whatIf,omitempty"`
	// Baseline compares the findings with those that are known; nil unless that was asked for.
	Baseline *Comparison `json:"baseline,omitempty"`
	// Keys counts the key arguments; nil unless derivations were asked for.
	Keys *KeyCount `json:"keys,omitempty"`
	// Scripts counts the Lua scripts; nil unless derivations were asked for.
	Scripts *ScriptCount `json:"scripts,omitempty"`

	// Patches are the changes in the order in which they are made; nil unless asked for.
	Patches []Patch `json:"-"`
	// Code has the lines around each site, by its ID; nil unless asked for.
	Code map[string]Snippet `json:"-"`
	// Top is where the working directory is in the git work tree, with slashes, or "". The names of files in Patches are
	// relative to the work tree already.
	Top string `json:"-"`
}

// ScriptCount counts the Lua scripts and functions that the program runs. Found is Read and Unread; Read is the sum of
// the verdicts, each script by the worst of the sites that run it.
type ScriptCount struct {
	Found   int `json:"found"`
	Read    int `json:"read"`
	Safe    int `json:"safe"`
	Tag     int `json:"tag"`
	Review  int `json:"review"`
	Blocked int `json:"blocked"`
	Unread  int `json:"unread"`
}

// Todo is a comment that marks a site which is left to a person. Solved is set when nothing on its line is, by that rule.
type Todo struct {
	File   string   `json:"file"`
	Line   int      `json:"line"`
	Rule   rules.ID `json:"rule"`
	Reason string   `json:"reason"`
	Solved bool     `json:"solved"`
}

// Library is a use of a library that is known to hold Redis keys or clients itself. Verdict is works, option (it has an
// option of its own for clusters), holds (it can't be given a cluster client) or review.
type Library struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Name    string `json:"name"` // what is used there, "" for the import
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
}

// Client is a constructor call. Verdict is ported, kept, review or blocked.
type Client struct {
	ID          string `json:"id"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Function    string `json:"function"` // the declared function around it, "" for a variable of the package
	Constructor string `json:"constructor"`
	Verdict     string `json:"verdict"`
	Reason      string `json:"reason"`
	// Pending is set for a ported one as long as the change that switches it is not made.
	Pending bool `json:"pending,omitempty"`
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
	// Ignored is the reason of a directive that says to leave the site alone.
	Ignored string `json:"ignored,omitempty"`
}

// Key is one key of a site, with the name that it will have.
type Key struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
	// Alternative is set when it is this key or the one before it in the list, not both.
	Alternative bool `json:"alternative,omitempty"`
	// Derivation says how the template was found; of a site's keys only, and only if it was asked for.
	Derivation []Step `json:"derivation,omitempty"`
	// MoreSteps counts the steps that are not listed.
	MoreSteps int `json:"moreSteps,omitempty"`
	// Unknown says where the derivation ended.
	Unknown []Unknown `json:"unknown,omitempty"`
}

// Step is an expression that a key was made of, with its text. A step comes before those that it is made of.
type Step struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Text     string `json:"text"`
	Template string `json:"template"`
}

// Unknown is a part of a key that could not be followed: the place where the trail ended, and why.
type Unknown struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
	// Annotation is the comment that would settle it, AnnotationAt the FILE:LINE for it; "" if there is none.
	Annotation   string `json:"annotation,omitempty"`
	AnnotationAt string `json:"annotationAt,omitempty"`
}

// KeyCount counts key arguments, each once for each context in which it is reached. Total is the sum of the others.
type KeyCount struct {
	Total   int `json:"total"`
	Known   int `json:"known"`
	Partly  int `json:"partly"`  // some text is known, and some part is not
	Unknown int `json:"unknown"` // one value of which nothing is known, or a list that can't be followed
	Open    int `json:"open"`    // what callers pass to exported functions that nobody here calls
	// Knowable counts those of Unknown of which the code tells more than was seen.
	Knowable int `json:"knowable"`
	// Reasons say what keeps keys from being known, one for each that is partly known, unknown or open.
	Reasons []KeyReason `json:"reasons"`
}

// KeyReason is why keys are not known. Knowable says that the code tells more than was seen: it is not set for input,
// for what came out of Redis, and for the values of callers that are elsewhere.
type KeyReason struct {
	Reason   string `json:"reason"`
	Count    int    `json:"count"`
	Knowable bool   `json:"knowable"`
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
	// Component numbers the families that were planned together; 0 for those that no operation joins to others.
	Component int `json:"component,omitempty"`
	// Decided says who decided the name of the family; "" when the plan did.
	Decided string `json:"decided,omitempty"`
	// Together are the sites whose keys share a slot because of the tag.
	Together []string  `json:"together,omitempty"`
	RunnerUp *RunnerUp `json:"runnerUp,omitempty"`
	Spread   *Spread   `json:"spread,omitempty"` // of the keys that have a tag, or get one
	// Confidence says what is known of the uses of a family that is renamed.
	Confidence *Confidence `json:"confidence,omitempty"`
}

// Confidence is how much is known of the uses of a family.
type Confidence struct {
	Level   string   `json:"level"`
	Reasons []string `json:"reasons"`
}

// The levels of confidence, from the best to the worst.
const (
	EveryUseSeen    = "every-use-seen"
	CrossesBoundary = "crosses-boundary" // keys are handed to code that is not seen: it gets the new names
	UnknownUses     = "unknown-uses"     // something that was not looked at may use the old names
)

// Levels lists them.
var Levels = []string{EveryUseSeen, CrossesBoundary, UnknownUses}

// Change is a set of edits that belong together. Outcome is applied, invalid or held.
type Change struct {
	Title   string   `json:"title"`
	Stage   string   `json:"stage"` // split, fanout, tag, note or switch
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
	// Ignored counts those of review and blocked that a directive says to leave alone.
	Ignored int `json:"ignored,omitempty"`
}

// Undecided counts what a person has still to look at.
func (s Summary) Undecided() int { return s.Review + s.Blocked - s.Ignored }

// Add counts a site.
func (s *Summary) Add(site Site) {
	s.Sites++
	if site.Ignored != "" {
		s.Ignored++
	}
	switch site.Verdict {
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

// unreadParts are what was left out, without the decisions that are not followed.
func (r *Report) unreadParts() []load.LeftOut {
	return slices.DeleteFunc(slices.Clone(r.LeftOut), func(l load.LeftOut) bool { return slices.Contains(r.Problems, l) })
}

// JSON writes the report as one object.
func JSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
