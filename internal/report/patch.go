package report

import "github.com/clusterize/clusterize/internal/patch"

// The stages of patches, in the order in which they are made. All but the last work on a standalone server as well.
const (
	StageSplit  = "split"  // calls by hash slot, and code that looks at the text of keys
	StageFanout = "fanout" // calls that ask every primary
	StageTag    = "tag"    // names of keys
	StageNote   = "note"   // comments at what is left to a person
	StageSwitch = "switch" // clients
)

// Patch is a step of the port: a pull request of its own. It is not in the JSON report.
type Patch struct {
	Stage    string
	Subject  string // one line
	Body     string // what, why, where, what is lost, how to verify; in lines of up to 72 columns
	Sites    []string
	Families []string // templates of those that are renamed
	Clients  []string
	Files    []patch.File
}

// Snippet is the lines around a site, without their line breaks. It is not in the JSON report.
type Snippet struct {
	First int // the line number of the first one
	Lines []string
}
